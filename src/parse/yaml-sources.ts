/** Several YAML files that are read as one: of every mapping and sequence, the file and line that it came from. */
import { isMapping } from './shape.js';
import { parseYaml, type YamlDocument } from './yaml.js';

export interface Place {
  path: string;
  line: number;
}

/** Commands that stand together in a file. */
export interface Chunk extends Place {
  text: string;
}

interface Source {
  path: string;
  document: YamlDocument;
  lines: readonly string[];
}

export class YamlSources {
  readonly #of = new Map<object, Source>();
  readonly #read = new Map<string, Source | undefined>();

  /** The content of a file: its last document, since GitLab's may have a header of inputs before it. */
  add(path: string, text: string): { value: unknown; header: unknown; error: string; errorLine: number } {
    const documents = parseYaml(text, path);
    const broken = documents.find((d) => d.error !== '');
    if (broken)
      return { value: undefined, header: undefined, error: broken.error, errorLine: broken.errorLine };
    const lines = text.split(/\r\n|\n|\r/);
    for (const document of documents) this.#note(document.value, { path, document, lines });
    const last = documents.at(-1);
    if (last) this.#read.set(path, { path, document: last, lines });
    const header = documents.length > 1 ? documents[0]?.value : undefined;
    return { value: last?.value, header, error: '', errorLine: 0 };
  }

  #note(root: unknown, source: Source): void {
    const waiting: unknown[] = [root];
    while (waiting.length > 0) {
      const value = waiting.pop();
      if (typeof value !== 'object' || value === null || this.#of.has(value)) continue;
      this.#of.set(value, source);
      for (const inner of Object.values(value)) waiting.push(inner);
    }
  }

  /** A value that was made from another one stands where that one does. */
  derive<T extends object>(made: T, from: object): T {
    const source = this.#of.get(from);
    if (source) this.#of.set(made, source);
    return made;
  }

  /** Where a key of a mapping or an item of a sequence stands. */
  at(holder: object, key?: string | number): Place {
    const source = this.#of.get(holder);
    return source ? { path: source.path, line: source.document.lineOf(holder, key) } : { path: '', line: 1 };
  }

  /** Does the text behind a key or item bear this tag? */
  isTagged(holder: object, key: string | number, tag: string): boolean {
    const source = this.#of.get(holder);
    const line = source?.lines[this.at(holder, key).line - 1] ?? '';
    return line.includes(`!${tag}`);
  }

  /** The text behind a key or item and the line on which it starts: after a block's mark, or where it is written. */
  chunk(holder: object, key: string | number, text: string): Chunk {
    const place = this.at(holder, key);
    const written = this.#of.get(holder)?.lines[place.line - 1] ?? '';
    const value = written.replace(/^[\s-]*(?:['"]?[\w./-]+['"]?\s*:(?=\s|$)\s*)?/, '');
    const block = /^(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$/.test(value) || value.trim() === '';
    return { path: place.path, line: place.line + (block ? 1 : 0), text };
  }
}

/** Commands far apart are read in parts. */
const WIDEST_GAP = 40;

/** Joins commands that follow each other in one file, with the empty lines between them, so that lines count on. */
export function joined(chunks: readonly Chunk[]): Chunk[] {
  const found: Chunk[] = [];
  for (const chunk of chunks) {
    const before = found.at(-1);
    const end = before ? before.line + before.text.split('\n').length : 0;
    const gap = chunk.line - end;
    if (before && before.path === chunk.path && gap >= 0 && gap <= WIDEST_GAP)
      before.text += `${'\n'.repeat(gap + 1)}${chunk.text}`;
    else found.push({ ...chunk, text: chunk.text.replace(/\n+$/, '') });
    const last = found.at(-1);
    if (last) last.text = last.text.replace(/\n+$/, '');
  }
  return found;
}

/** Is it a mapping with text under each key, as variables are? Scalars as text; deeper ones are left out. */
export function scalars(value: unknown): { name: string; value: string }[] {
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([name, v]) => {
    const scalar = isMapping(v) && 'value' in v ? v.value : v;
    return typeof scalar === 'string' || typeof scalar === 'number' || typeof scalar === 'boolean'
      ? [{ name, value: String(scalar) }]
      : [];
  });
}
