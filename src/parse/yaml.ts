/** YAML text -> values, fast, with the line of every mapping, sequence, key and item. Never throws for what it was fed. */
import { CORE_SCHEMA, load, type State, Type, YAMLException } from 'js-yaml';

export interface YamlDocument {
  /**
   * The value: plain objects, arrays, strings, numbers, booleans, null. Dates stay strings; an unknown tag gives its plain
   * value. Aliases are shared objects, never copies: whoever walks without a plan must guard against cycles.
   * Undefined where it did not parse.
   */
  value: unknown;
  /** The line (from 1) on which the document's content starts. */
  line: number;
  /** Why it did not parse: one line; empty where it did. */
  error: string;
  /** The line of the error, or 0. */
  errorLine: number;
  /** The line of a key of a mapping (or an item of a sequence) in this document, or of the mapping itself where there is no such key. */
  lineOf(mapping: object, key?: string | number): number;
}

/** YAML 1.2 core (no dates, no yes/no), with merge keys, and any other tag as its plain value. */
const SCHEMA = CORE_SCHEMA.extend({
  implicit: [
    new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' }),
  ],
  explicit: (['scalar', 'sequence', 'mapping'] as const).map(
    // The empty prefix fits every tag that no other type claims.
    (kind) => new Type('', { kind, multi: true, resolve: () => true, construct: (value: unknown) => value }),
  ),
});

/** The documents of a text. One that does not parse bears its error and does not lose the others; empty ones are left out. */
export function parseYaml(text: string, _path = ''): YamlDocument[] {
  return parseDocuments(text, () => true);
}

/** The schema of a kind declares nothing that runs, and such documents are the largest of all. */
const SCHEMA_OF_KIND = /^kind:[ \t]*["']?CustomResourceDefinition\b/m;

/** The documents of Kubernetes manifests, without the schemas of custom resources. */
export function parseManifests(text: string, _path = ''): YamlDocument[] {
  return parseDocuments(text, (document) => !SCHEMA_OF_KIND.test(document));
}

function parseDocuments(text: string, wanted: (document: string) => boolean): YamlDocument[] {
  const normal = withPlainBreaks(text);
  const documents: YamlDocument[] = [];
  let line = 1;
  let counted = 0;
  for (const [start, end] of documentRanges(normal)) {
    line += breaksIn(normal, counted, start);
    counted = start;
    const own = start === 0 && end === normal.length ? normal : normal.slice(start, end);
    const document = wanted(own) ? readDocument(own, line) : undefined;
    if (document) documents.push(document);
  }
  return documents;
}

function withPlainBreaks(text: string): string {
  const whole = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
}

/** Where documents start and end: `---` and `...` at the first column end one, wherever they stand. */
function documentRanges(text: string): [number, number][] {
  const ranges: [number, number][] = [];
  let start = 0;
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=[ \t\n]|$)/gm)) {
    const before = text.slice(start, marker.index);
    const starts = marker[0] === '---';
    // Directives belong to the document that their `---` opens.
    if (starts && before.includes('%') && before.split('\n').every((l) => /^(?:[%#]|\s*(?:#|$))/.test(l)))
      continue;
    ranges.push([start, marker.index]);
    start = starts ? marker.index : marker.index + 3;
  }
  ranges.push([start, text.length]);
  return ranges;
}

function readDocument(text: string, firstLine: number): YamlDocument | undefined {
  const content = skipToContent(text, text.startsWith('---') ? 3 : 0, false);
  if (content >= text.length) return undefined;
  const line = firstLine + breaksIn(text, 0, content);
  const places = new Places(text, firstLine);
  try {
    const value = load(text, {
      schema: SCHEMA,
      json: true,
      listener: (event, state) => places.heard(event, state),
    });
    return {
      value,
      line,
      error: '',
      errorLine: 0,
      lineOf: (mapping, key) => places.lineOf(mapping, key) ?? line,
    };
  } catch (error) {
    const known = error instanceof YAMLException ? error : undefined;
    return {
      value: undefined,
      line,
      error: known?.reason ?? String(error),
      errorLine: known?.mark ? firstLine + known.mark.line : 0,
      lineOf: () => line,
    };
  }
}

/** Where a mapping or sequence was opened, and the lines of what stands directly in it. */
interface Place {
  position: number;
  line: number;
  /** Key, line, key, line ... */
  keys: (string | number)[] | undefined;
  /** The lines of the items of a sequence. */
  items: number[] | undefined;
}

/** Notes lines while the parser runs, so that no second pass over the text is needed. */
class Places {
  readonly #of = new Map<object, Place>();
  readonly #open: Place[] = [];

  constructor(
    readonly text: string,
    readonly firstLine: number,
  ) {}

  heard(event: 'open' | 'close', state: State): void {
    if (event === 'open') {
      this.#open.push({ position: state.position, line: state.line, keys: undefined, items: undefined });
      return;
    }
    const place = this.#open.pop();
    if (!place) return;
    const value: unknown = state.result;
    const parent = this.#open[this.#open.length - 1];
    if (state.kind === 'mapping' || state.kind === 'sequence') {
      // A flow collection closes twice where it could have been a key of a block mapping: the inner close knows more.
      if (typeof value === 'object' && value !== null && !this.#of.has(value)) this.#of.set(value, place);
    } else if (parent && isKey(state)) {
      parent.keys ??= [];
      parent.keys.push(String(value), state.line);
      return;
    }
    if (parent) {
      parent.items ??= [];
      parent.items.push(place.line);
    }
  }

  lineOf(value: object, key: string | number | undefined): number | undefined {
    const place = this.#of.get(value);
    if (!place) return undefined;
    const line = key === undefined ? undefined : lineWithin(place, value, key);
    if (line !== undefined) return this.firstLine + line;
    const start = skipToContent(this.text, place.position, true);
    return this.firstLine + place.line + breaksIn(this.text, place.position, start);
  }
}

function lineWithin(place: Place, value: object, key: string | number): number | undefined {
  if (Array.isArray(value)) {
    // An item that is left empty is not heard of; then no item's line is sure.
    return typeof key === 'number' && place.items?.length === value.length ? place.items[key] : undefined;
  }
  const keys = place.keys ?? [];
  // Of a duplicate key the last value counts, and so does its line.
  for (let i = keys.length - 2; i >= 0; i -= 2) {
    if (keys[i] === String(key)) return Number(keys[i + 1]);
  }
  return undefined;
}

/** A scalar that has just been read is a key where a colon follows it on its line. */
function isKey(state: State): boolean {
  let at = state.position;
  let c = state.input.charCodeAt(at);
  while (c === 0x20 || c === 0x09) c = state.input.charCodeAt(++at);
  return c === 0x3a;
}

/** The position of the next content: past white space and comments and, where asked, past anchors and tags. */
function skipToContent(text: string, from: number, properties: boolean): number {
  const gap = properties ? /(?:[ \t\n]+|#.*|[&!][^ \t\n]*(?=[ \t\n]))*/y : /(?:[ \t\n]+|#.*)*/y;
  gap.lastIndex = from;
  gap.test(text);
  return gap.lastIndex;
}

function breaksIn(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) breaks += 1;
  return breaks;
}
