/** Output text of which every line remembers the file and line that wrote it. */
import { LimitError } from './value.js';

/** Far above what real charts write and do, texts of includes counted too. */
const MOST_TEXT = 12 * 1024 * 1024;
const MOST_STEPS = 400_000;

/** What all templates of one rendering may write and do together. */
export class Budget {
  #size = 0;
  #steps = 0;

  spend(length: number): void {
    this.#size += length;
    if (this.#size > MOST_TEXT) throw new LimitError('it renders to more than is looked at');
  }

  step(): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw new LimitError('it takes more steps to render than are taken');
  }
}

export interface Sink {
  /** `moves`: the text is the template's own, so that its breaks are breaks of the file. */
  write(text: string, path: string, line: number, moves: boolean): void;
}

/** Text that goes on as a value. */
export class TextSink implements Sink {
  #text = '';

  constructor(readonly budget: Budget) {}

  write(text: string): void {
    this.budget.spend(text.length);
    this.#text += text;
  }

  text(): string {
    return this.#text;
  }
}

export class Writer implements Sink {
  #text: string[] = [];
  #path: string[] = [];
  #line: number[] = [];
  /** Whether something that is not space wrote on the current line. */
  #claimed = false;

  constructor(readonly budget: Budget) {
    this.#path.push('');
    this.#line.push(0);
  }

  write(text: string, path: string, line: number, moves: boolean): void {
    if (text === '') return;
    this.budget.spend(text.length);
    this.#text.push(text);
    let at = 0;
    let source = line;
    while (at <= text.length) {
      const end = text.indexOf('\n', at);
      this.#claim(text, at, end === -1 ? text.length : end, path, source);
      if (end === -1) return;
      at = end + 1;
      if (moves) source += 1;
      this.#path.push(path);
      this.#line.push(source);
      this.#claimed = false;
    }
  }

  #claim(text: string, from: number, to: number, path: string, line: number): void {
    if (this.#claimed) return;
    for (let i = from; i < to; i += 1) {
      const c = text.charCodeAt(i);
      if (c === 0x20 || c === 0x09) continue;
      this.#claimed = true;
      this.#path[this.#path.length - 1] = path;
      this.#line[this.#line.length - 1] = line;
      return;
    }
  }

  text(): string {
    return this.#text.join('');
  }

  /** The place that wrote a line (from 1) of the text. */
  placeOf(line: number): { path: string; line: number } {
    const i = Math.min(Math.max(line, 1), this.#line.length) - 1;
    return { path: this.#path[i] ?? '', line: Math.max(1, this.#line[i] ?? 1) };
  }
}
