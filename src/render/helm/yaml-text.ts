/** Values -> YAML and JSON text, in the layout that Helm's toYaml and toJson give. */
import { DEEPEST_VALUE, LimitError, Methods, sortedKeys, type Value } from './value.js';

export function toYaml(value: Value): string {
  const lines: string[] = [];
  writeBlock(lines, value, '', '', 0);
  return lines.join('\n');
}

/** Writes a value whose first line starts with `head`, and whose further lines are indented by `indent`. */
function writeBlock(lines: string[], value: Value, head: string, indent: string, depth: number): void {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  const plain = value instanceof Methods ? value.entries : value;
  if (Array.isArray(plain)) {
    if (plain.length === 0) lines.push(`${head}[]`);
    plain.forEach((item, i) => {
      writeBlock(lines, item, `${i === 0 ? head : indent}- `, `${indent}  `, depth + 1);
    });
  } else if (plain instanceof Map) {
    if (plain.size === 0) lines.push(`${head}{}`);
    let start = head;
    for (const key of sortedKeys(plain)) {
      writeEntry(lines, start + scalar(key, indent), plain.get(key) ?? null, indent, depth);
      start = indent;
    }
  } else {
    lines.push(head + scalar(plain, indent.length >= 2 ? indent : '  '));
  }
}

function writeEntry(lines: string[], head: string, value: Value, indent: string, depth: number): void {
  const plain = value instanceof Methods ? value.entries : value;
  if (plain instanceof Map && plain.size > 0) {
    lines.push(`${head}:`);
    writeBlock(lines, plain, `${indent}  `, `${indent}  `, depth + 1);
  } else if (Array.isArray(plain) && plain.length > 0) {
    lines.push(`${head}:`);
    // Lists stand below their key without a further step.
    writeBlock(lines, plain, indent, indent, depth + 1);
  } else if (typeof plain === 'string') {
    lines.push(`${head}: ${scalar(plain, `${indent}  `)}`);
  } else {
    writeBlock(lines, plain, `${head}: `, indent, depth + 1);
  }
}

/** Texts that would be read as something else: null, booleans of old, numbers (of base 60 too) and dates. */
const RESOLVES_OTHERWISE = new RegExp(
  `^(?:${[
    '~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF',
    String.raw`[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|\d[\d_]*)`,
    String.raw`[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?`,
    String.raw`[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?`,
    String.raw`\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?`,
    String.raw`[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)`,
  ].join('|')})$`,
);

const CONTROLS = /\p{Cc}/u;

function scalar(value: Value, indent: string): string {
  if (typeof value !== 'string') return value === null ? 'null' : toJson(value);
  if (
    value.includes('\n') &&
    !CONTROLS.test(value.replaceAll('\t', '').replaceAll('\n', '')) &&
    !/^\s|[ \t]\n/.test(value)
  )
    return literal(value, indent);
  if (RESOLVES_OTHERWISE.test(value)) return JSON.stringify(value);
  if (CONTROLS.test(value)) return JSON.stringify(value);
  if (value === '') return '""';
  if (/^[\s#&*!|>'"%@`{}[\],]|^[-?:](?:\s|$)|:(?:\s|$)|\s#|\s$|^(?:---|\.\.\.)/.test(value))
    return `'${value.replaceAll("'", "''")}'`;
  return value;
}

function literal(value: string, indent: string): string {
  const trailing = /\n*$/.exec(value)?.[0].length ?? 0;
  const chomping = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  const lines = (trailing === 0 ? value : value.slice(0, -1)).split('\n');
  return `|${chomping}\n${lines.map((l) => (l === '' ? '' : indent + l)).join('\n')}`;
}

export function toJson(value: Value, indent = '', escapesHtml = false): string {
  const text = JSON.stringify(jsonOf(value), undefined, indent);
  return escapesHtml ? text.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : text;
}

function jsonOf(value: Value, depth = 0): unknown {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((v) => jsonOf(v, depth + 1));
  const map = value instanceof Methods ? value.entries : value;
  if (!(map instanceof Map)) return map;
  // Object.fromEntries defines its own __proto__, and the keys stay in order but for those that look like numbers.
  return Object.fromEntries(sortedKeys(map).map((k) => [k, jsonOf(map.get(k) ?? null, depth + 1)]));
}
