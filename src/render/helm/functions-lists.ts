/** The functions of templates that work on lists. */
import { alike, asText, type FunctionTable, intOf, listOf, stringOf } from './arguments.js';
import { byBytes, EvaluationError, LimitError, printed, same, type Value, type ValueMap } from './value.js';

const LONGEST = 10_000;

/** Whole numbers from a start to before an end. */
function counted(start: number, end: number, step: number): Value[] {
  if (step === 0 || (end - start) / step <= 0) return [];
  const length = Math.ceil((end - start) / step);
  if (length > LONGEST) throw new LimitError('a list grows too long');
  return Array.from({ length }, (_, i) => BigInt(start + i * step));
}

function seq(args: readonly number[]): string {
  const [start, step, end] =
    args.length === 1
      ? [1, 1, args[0] ?? 0]
      : args.length === 2
        ? [args[0] ?? 0, 1, args[1] ?? 0]
        : [args[0] ?? 0, args[1] ?? 0, args[2] ?? 0];
  const way = args.length < 3 && end < start ? -1 : step;
  return counted(start, end + Math.sign(way), way).join(' ');
}

function asList(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [asText(value)];
}

function distinct(list: readonly Value[]): Value[] {
  const kept: Value[] = [];
  const scalars = new Set<Value>();
  for (const item of list) {
    const isScalar = typeof item !== 'object' || item === null;
    if (isScalar ? scalars.has(item) : kept.some((k) => same(k, item))) continue;
    if (isScalar) scalars.add(item);
    kept.push(item);
  }
  return kept;
}

function has(needle: Value, haystack: Value): boolean {
  if (haystack === null) return false;
  return listOf(haystack).some((item) => same(item, needle));
}

/** Helm's split: a map of _0, _1 ... */
function splitMap(parts: readonly string[]): ValueMap {
  return new Map(parts.map((part, i) => [`_${i}`, part]));
}

function split(text: string, separator: string): string[] {
  return separator === '' ? [...text] : text.split(separator);
}

function splitN(text: string, separator: string, most: number): string[] {
  const parts = split(text, separator);
  return most > 0 && parts.length > most
    ? [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]
    : parts;
}

function sliced(list: Value[] | string, start: number, end: number): Value[] | string {
  if (start < 0 || end < start || end > list.length)
    throw new EvaluationError(`index out of range: ${start}:${end}`);
  return list.slice(start, end);
}

function isEmpty(value: Value): boolean {
  if (value === null || value === '' || value === false || value === 0 || value === 0n) return true;
  return Array.isArray(value) ? value.length === 0 : value instanceof Map && value.size === 0;
}

export const LIST_FUNCTIONS: FunctionTable = {
  ...alike('list tuple', (...items) => items),
  ...alike('append mustAppend push mustPush', (list, item) => [...listOf(list), item ?? null]),
  ...alike('prepend mustPrepend', (list, item) => [item ?? null, ...listOf(list)]),
  concat: (...lists) => lists.flatMap((l) => listOf(l)),
  ...alike('first mustFirst', (list) => listOf(list)[0] ?? null),
  ...alike('last mustLast', (list) => listOf(list).at(-1) ?? null),
  ...alike('rest mustRest', (list) => listOf(list).slice(1)),
  ...alike('initial mustInitial', (list) => listOf(list).slice(0, -1)),
  ...alike('reverse mustReverse', (list) => [...listOf(list)].reverse()),
  ...alike('uniq mustUniq', (list) => distinct(listOf(list))),
  ...alike('without mustWithout', (list, ...gone) =>
    listOf(list).filter((i) => !gone.some((g) => same(g, i))),
  ),
  ...alike('has mustHas', (needle, list) => has(needle ?? null, list ?? null)),
  ...alike('compact mustCompact', (list) => listOf(list).filter((i) => !isEmpty(i))),
  ...alike('chunk mustChunk', (size, list) => {
    const n = Math.max(1, intOf(size));
    const items = listOf(list);
    return Array.from({ length: Math.ceil(items.length / n) }, (_, i) => items.slice(i * n, i * n + n));
  }),
  ...alike('slice mustSlice', (list, start, end) => {
    const items = typeof list === 'string' ? list : listOf(list);
    return sliced(
      items,
      start === undefined ? 0 : intOf(start),
      end === undefined ? items.length : intOf(end),
    );
  }),
  sortAlpha: (list) =>
    asList(list)
      .map((v) => printed(v))
      .sort(byBytes),
  join: (separator, list) =>
    asList(list)
      .filter((v) => v !== null)
      .map((v) => printed(v))
      .join(stringOf(separator)),
  split: (separator, text) => splitMap(split(stringOf(text), stringOf(separator))),
  splitn: (separator, most, text) => splitMap(splitN(stringOf(text), stringOf(separator), intOf(most))),
  splitList: (separator, text) => split(stringOf(text), stringOf(separator)),
  until: (count) => counted(0, intOf(count), intOf(count) < 0 ? -1 : 1),
  untilStep: (start, end, step) => counted(intOf(start), intOf(end), intOf(step)),
  seq: (...args) => seq(args.map((a) => intOf(a))),
};
