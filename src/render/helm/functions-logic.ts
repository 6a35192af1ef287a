/** The functions of templates that compare, choose, look up and ask for types. */
import { alike, type FunctionTable, intOf, stringOf } from './arguments.js';
import {
  EvaluationError,
  isTrue,
  kindOf,
  Methods,
  printed,
  RefusedError,
  same,
  typeOf,
  type Value,
} from './value.js';

/** Go refuses to compare what is not of one kind. */
function equal(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  if (typeof a !== typeof b || typeof a === 'object')
    throw new EvaluationError(
      typeof a === typeof b ? `non-comparable type ${typeOf(a)}` : 'incompatible types for comparison',
    );
  return a === b;
}

function less(a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  throw new EvaluationError('incompatible types for comparison');
}

function length(value: Value | undefined): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value, 'utf8'));
  if (Array.isArray(value)) return BigInt(value.length);
  if (value instanceof Map) return BigInt(value.size);
  if (value instanceof Methods) return BigInt(value.entries.size);
  throw new EvaluationError('len of nil pointer');
}

function index(from: Value | undefined, keys: readonly Value[]): Value {
  let at: Value = from ?? null;
  for (const key of keys) {
    if (at instanceof Map) at = at.get(stringOf(key)) ?? null;
    else if (at instanceof Methods) at = at.entries.get(stringOf(key)) ?? null;
    else if (Array.isArray(at) || typeof at === 'string') {
      const i = intOf(key);
      if (i < 0 || i >= at.length) throw new EvaluationError(`index out of range: ${i}`);
      at = Array.isArray(at) ? (at[i] ?? null) : BigInt(at.charCodeAt(i));
    } else throw new EvaluationError('index of nil pointer');
  }
  return at;
}

function fallback(otherwise: Value | undefined, given: readonly Value[]): Value {
  const [value] = given;
  return value !== undefined && isTrue(value) ? value : (otherwise ?? null);
}

/** Helm stops where the value is missing; who installs the chart gives it, so here it is one more that is not known. */
function required(message: Value | undefined, value: Value | undefined): Value {
  if (value === undefined || value === null || value === '')
    throw new EvaluationError(`it has to be given: ${stringOf(message)}`);
  return value;
}

function kindIs(wanted: Value | undefined, value: Value | undefined): boolean {
  const kind = kindOf(value ?? null);
  // The two kinds of whole numbers are one here.
  return kind === wanted || (kind === 'int' && wanted === 'int64');
}

function typeIs(wanted: Value | undefined, value: Value | undefined): boolean {
  const type = typeOf(value ?? null);
  return type === wanted || (type === 'int' && wanted === 'int64');
}

function fileName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) || (path.startsWith('/') ? '/' : '.');
}

function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/') || '.';
}

export const LOGIC_FUNCTIONS: FunctionTable = {
  eq: (a, ...others) => others.some((b) => equal(a ?? null, b)),
  ne: (a, b) => !equal(a ?? null, b ?? null),
  lt: (a, b) => less(a, b),
  le: (a, b) => !less(b, a),
  gt: (a, b) => less(b, a),
  ge: (a, b) => !less(a, b),
  not: (a) => !isTrue(a ?? null),
  len: (value) => length(value),
  index: (from, ...keys) => index(from, keys),
  default: (otherwise, ...given) => fallback(otherwise, given),
  empty: (value) => !isTrue(value ?? null),
  coalesce: (...values) => values.find((v) => isTrue(v)) ?? null,
  ternary: (yes, no, condition) => {
    if (typeof condition !== 'boolean') throw new EvaluationError('ternary needs a bool');
    return (condition ? yes : no) ?? null;
  },
  all: (...values) => values.every((v) => isTrue(v)),
  any: (...values) => values.some((v) => isTrue(v)),
  fail: (message) => {
    throw new RefusedError(stringOf(message));
  },
  required,
  kindOf: (value) => kindOf(value ?? null),
  kindIs,
  ...alike('typeOf', (value) => typeOf(value ?? null)),
  ...alike('typeIs typeIsLike', typeIs),
  deepEqual: (a, b) => same(a ?? null, b ?? null),
  base: (path) => fileName(stringOf(path)),
  dir: (path) => cleaned(stringOf(path).replace(/[^/]*$/, '')),
  ext: (path) => /\.[^./]*$/.exec(stringOf(path))?.[0] ?? '',
  clean: (path) => cleaned(stringOf(path)),
  isAbs: (path) => stringOf(path).startsWith('/'),
  lookup: () => new Map(),
  urlParse: (text) => {
    const url =
      /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/(?:([^@/]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(
        stringOf(text),
      );
    const [, scheme = '', userinfo = '', host = '', path = '', query = '', fragment = ''] = url ?? [];
    return new Map<string, Value>(
      Object.entries({
        scheme,
        userinfo,
        host,
        hostname: host.replace(/:\d+$/, ''),
        path,
        query,
        fragment,
        opaque: '',
      }),
    );
  },
  urlJoin: (parts) => {
    const part = (key: string) => (parts instanceof Map ? printed(parts.get(key) ?? '') : '');
    const [scheme, userinfo, host, path] = ['scheme', 'userinfo', 'host', 'path'].map(part);
    const [query, fragment] = ['query', 'fragment'].map(part);
    return `${scheme ? `${scheme}:` : ''}${host ? `//${userinfo ? `${userinfo}@` : ''}${host}` : ''}${path}${query ? `?${query}` : ''}${fragment ? `#${fragment}` : ''}`;
  },
};
