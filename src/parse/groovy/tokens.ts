/** Groovy text -> tokens with their lines, as far as pipelines use the language. Never throws. */

export interface Token {
  kind: 'word' | 'string' | 'number' | 'mark' | 'end';
  /** For a string its value; `$name` and `${...}` of an interpolated one stay as written. */
  text: string;
  /** A string in which `$` is filled in by Groovy. */
  interpolated: boolean;
  line: number;
  /** The line on which the value of a string starts: the next one after an opening `'''` that ends its line. */
  textLine: number;
  /** It is the first of its line. */
  first: boolean;
  /** There is white space before it. */
  spaced: boolean;
}

const MARKS = [
  '...',
  '<=>',
  '==~',
  '===',
  '!==',
  '**=',
  '<<=',
  '>>=',
  '?.',
  '?:',
  '*.',
  '.&',
  '::',
  '->',
  '..',
  '=~',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '<<',
];
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?[lLfFdDgGiI]?/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', s: ' ' };

/** The tokens of a text, closed by one of kind `end`. */
export function groovyTokens(source: string): Token[] {
  return new Tokenizer(source.replace(/\r\n?/g, '\n')).all();
}

class Tokenizer {
  #at = 0;
  #line = 1;
  #first = true;
  #spaced = true;
  readonly #found: Token[] = [];

  constructor(readonly text: string) {}

  all(): Token[] {
    if (this.text.startsWith('#!')) this.#skipLine();
    for (;;) {
      this.#skipBlank();
      if (this.#at >= this.text.length) break;
      this.#one();
    }
    this.#add('end', '', this.#line);
    return this.#found;
  }

  #add(kind: Token['kind'], text: string, line: number, more: Partial<Token> = {}): void {
    const place = { line, textLine: line, first: this.#first, spaced: this.#spaced };
    this.#found.push({ kind, text, interpolated: false, ...place, ...more });
    this.#first = false;
    this.#spaced = false;
  }

  #skipLine(): void {
    const end = this.text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.text.length : end;
  }

  #skipBlank(): void {
    for (;;) {
      const c = this.text[this.#at];
      if (c === undefined) return;
      if (c === '\n') {
        this.#line += 1;
        this.#first = true;
      } else if (c === '/' && this.text[this.#at + 1] === '/') {
        this.#skipLine();
        this.#spaced = true;
        continue;
      } else if (c === '/' && this.text[this.#at + 1] === '*') {
        const end = this.text.indexOf('*/', this.#at + 2);
        const stop = end === -1 ? this.text.length : end + 2;
        this.#line += breaks(this.text.slice(this.#at, stop));
        this.#at = stop;
        this.#spaced = true;
        continue;
      } else if (c === '\\' && this.text[this.#at + 1] === '\n') {
        this.#line += 1;
        this.#at += 2;
        continue;
      } else if (!/\s/.test(c)) return;
      this.#spaced = true;
      this.#at += 1;
    }
  }

  #one(): void {
    const { text } = this;
    const line = this.#line;
    for (const quote of ["'''", '"""', "'", '"'])
      if (text.startsWith(quote, this.#at)) {
        this.#quoted(quote);
        return;
      }
    if (text.startsWith('$/', this.#at)) {
      this.#dollarSlashy();
      return;
    }
    if (text[this.#at] === '/' && this.#startsPattern()) {
      this.#quoted('/');
      return;
    }
    for (const [kind, pattern] of [
      ['word', WORD],
      ['number', NUMBER],
    ] as const) {
      pattern.lastIndex = this.#at;
      const match = pattern.exec(text);
      if (match) {
        this.#at = pattern.lastIndex;
        this.#add(kind, match[0], line);
        return;
      }
    }
    const mark =
      MARKS.find((m) => text.startsWith(m, this.#at)) ??
      String.fromCodePoint(text.codePointAt(this.#at) ?? 0);
    this.#at += mark.length;
    this.#add('mark', mark, line);
  }

  /** A slash starts a pattern where a value is expected, and ends on the same line. */
  #startsPattern(): boolean {
    const before = this.#found[this.#found.length - 1];
    const value = before && (before.kind !== 'mark' || /^[)\]}]$/.test(before.text));
    const commandArgument =
      before?.kind === 'word' && this.#spaced && !/\s/.test(this.text[this.#at + 1] ?? ' ');
    if (value && !commandArgument) return false;
    const end = this.text.indexOf('/', this.#at + 1);
    const stop = this.text.indexOf('\n', this.#at);
    return end !== -1 && (stop === -1 || end < stop);
  }

  #quoted(quote: string): void {
    const { text } = this;
    const line = this.#line;
    const start = this.#at + quote.length;
    const long = quote.length === 3;
    let value = '';
    let at = start;
    while (at < text.length && !text.startsWith(quote, at)) {
      const c = text[at] ?? '';
      // An unclosed quote ends with its line.
      if (c === '\n' && !long) break;
      if (c === '\\' && quote === '/') {
        value += text[at + 1] === '/' ? '/' : `\\${text[at + 1] ?? ''}`;
        at += 2;
      } else if (c === '\\') {
        const next = text[at + 1] ?? '';
        value += next === '\n' ? '' : (ESCAPES[next] ?? next);
        at += 2;
      } else {
        value += c;
        at += 1;
      }
    }
    const stop = Math.min(text.length, text.startsWith(quote, at) ? at + quote.length : at);
    this.#line += breaks(text.slice(this.#at, stop));
    this.#at = stop;
    const textLine = long && /^\\?\n/.test(text.slice(start, start + 2)) ? line + 1 : line;
    const shown = long && value.startsWith('\n') ? value.slice(1) : value;
    this.#add('string', shown, line, { interpolated: !quote.startsWith("'"), textLine });
  }

  #dollarSlashy(): void {
    const line = this.#line;
    const end = this.text.indexOf('/$', this.#at + 2);
    const stop = end === -1 ? this.text.length : end;
    const value = this.text.slice(this.#at + 2, stop);
    this.#line += breaks(value);
    this.#at = Math.min(this.text.length, stop + 2);
    this.#add('string', value, line, { interpolated: true });
  }
}

function breaks(text: string): number {
  return text.split('\n').length - 1;
}
