/** TOML text -> a value and the lines of its keys. */
import { parse } from 'smol-toml';

export interface TomlDocument {
  /** Undefined where it did not parse. */
  value: unknown;
  /** One line; empty where it parsed. */
  error: string;
  /** The line of a key, by the keys that lead to it; that of the nearest table above it, or 1, where it is not found. */
  lineOf(...keys: string[]): number;
}

export function parseToml(text: string, _path = ''): TomlDocument {
  const lineOf = (...keys: string[]) => lineIn(text, keys);
  try {
    return { value: parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text), error: '', lineOf };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { value: undefined, error: message.split('\n')[0] ?? '', lineOf };
  }
}

/** By the headers of tables and the keys at the start of lines, which is how people write the files that are asked about. */
function lineIn(text: string, keys: readonly string[]): number {
  let table: string[] = [];
  let nearest = { depth: 0, line: 1 };
  const consider = (path: readonly string[], line: number) => {
    if (path.length > nearest.depth && path.length <= keys.length && path.every((key, i) => keys[i] === key))
      nearest = { depth: path.length, line };
  };
  text.split(/\r\n|\n/).forEach((written, i) => {
    const header = /^\s*\[\[?([^\]]+)\]\]?\s*(#.*)?$/.exec(written);
    if (header) {
      table = keysIn(header[1] ?? '');
      consider(table, i + 1);
      return;
    }
    const key = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(written);
    if (key) {
      const path = [...table, ...keysIn(key[1] ?? '')];
      for (let depth = table.length + 1; depth <= path.length; depth += 1)
        consider(path.slice(0, depth), i + 1);
    }
  });
  return nearest.line;
}

function keysIn(dotted: string): string[] {
  const keys = dotted.match(/"[^"]*"|'[^']*'|[^.\s]+/g) ?? [];
  return keys.map((key) => key.replace(/^(["'])(.*)\1$/, '$2'));
}
