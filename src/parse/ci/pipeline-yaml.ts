/** What readers of pipelines in YAML share: the lines of commands, words as a shell takes them, the shell that a script asks for. */
import { list, type Mapping, mapping, text } from '../shape.js';
import type { YamlDocument } from '../yaml.js';

export interface Commands {
  run: string;
  /** The line on which the first command starts. */
  runLine: number;
}

/** Commands wider apart than this stand closer in the script. */
const WIDEST_GAP = 200;

/** A document with its text, to find lines in. */
export class PipelineText {
  readonly #lines: readonly string[];

  constructor(
    readonly document: YamlDocument,
    lines: readonly string[],
  ) {
    this.#lines = lines;
  }

  line(holder: object, key?: string | number): number {
    return this.document.lineOf(holder, key);
  }

  /** One command or a list of them under a key, at the lines on which they stand: blank lines fill what lies between. */
  commands(holder: Mapping, key: string): Commands {
    const value = holder[key];
    const parts = this.parts(holder, key);
    if (parts.length === 0)
      return { run: '', runLine: this.line(holder, Array.isArray(value) ? key : undefined) };
    return joinedCommands(parts);
  }

  /** Each command under a key, with its line. */
  parts(holder: Mapping, key: string): Commands[] {
    const value = holder[key];
    if (!Array.isArray(value))
      return text(value) === '' ? [] : [{ run: text(value), runLine: this.#start(this.line(holder, key)) }];
    return value.flatMap((item: unknown, i) =>
      text(item) === '' ? [] : [{ run: text(item), runLine: this.#start(this.line(value, i)) }],
    );
  }

  /** The line on which a scalar's text starts: after a block's mark, or right there. */
  #start(line: number): number {
    const value = (this.#lines[line - 1] ?? '').replace(
      /^\s*(?:-\s+)*(?:['"]?[\w.-]+['"]?\s*:(?:\s+|$))?/,
      '',
    );
    const block = /^(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$/.test(value);
    return block || value.trim() === '' ? line + 1 : line;
  }
}

function joinedCommands(parts: readonly Commands[]): Commands {
  const runLine = parts[0]?.runLine ?? 1;
  let run = '';
  let line = runLine;
  for (const [i, part] of parts.entries()) {
    if (i > 0) {
      const breaks = Math.max(1, Math.min(WIDEST_GAP, part.runLine - line));
      run += '\n'.repeat(breaks);
      line += breaks;
    }
    const said = part.run.replace(/\n+$/, '');
    run += said;
    line += said.split('\n').length - 1;
  }
  return { run, runLine };
}

/** A word as a shell has to be given it; variables stay to be filled in. */
function shellWord(word: string): string {
  if (/^[\w@%+=:,./${}-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/(["\\`])/g, '\\$1')}"` : `'${word}'`;
}

/** The shell of a script that may begin with `#!`: with one, that program is started as written there. */
export function shellOfScript(run: string, otherwise = ''): string {
  const [, program = '', flags = ''] = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)(.*)/.exec(run.trimStart()) ?? [];
  return program === '' ? otherwise : `${program.slice(program.lastIndexOf('/') + 1)}${flags} {0}`;
}

/** A program with its arguments as a command: the script itself where it is `sh -c` with one. */
export function commandOf(words: readonly string[]): { run: string; shell: string } {
  const [program = '', ...rest] = words;
  const at = rest.findIndex((w) => /^-\w*c$/.test(w));
  if (/(^|\/)(ba|da|a|z)?sh$/.test(program) && at !== -1) {
    const name = program.slice(program.lastIndexOf('/') + 1);
    return { run: rest[at + 1] ?? '', shell: `${name} ${rest.slice(0, at + 1).join(' ')} {0}` };
  }
  return { run: words.map(shellWord).join(' '), shell: '' };
}

/** A single value or a list of them, as texts. */
export function oneOrMore(value: unknown): string[] {
  return (Array.isArray(value) ? value.flat(2) : [value]).map(text).filter((v) => v !== '');
}

export function namedValues(value: unknown): { name: string; value: string }[] {
  return Object.entries(mapping(value)).map(([name, v]) => ({
    name,
    value: Array.isArray(v) ? oneOrMore(v).join('\n') : text(v),
  }));
}

/** `[{ name, value }]` as containers have it, or `['NAME=value']`. */
export function listedValues(value: unknown): { name: string; value: string }[] {
  return list(value).flatMap((item) => {
    if (typeof item !== 'string')
      return text(mapping(item).name) === ''
        ? []
        : [{ name: text(mapping(item).name), value: text(mapping(item).value) }];
    const at = item.indexOf('=');
    return at < 1 ? [] : [{ name: item.slice(0, at), value: item.slice(at + 1) }];
  });
}

/** A name that no job has yet. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted || 'step';
  for (let n = 2; taken.has(name); n += 1) name = `${wanted || 'step'} ${n}`;
  return name;
}
