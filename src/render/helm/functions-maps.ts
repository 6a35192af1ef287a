/** The functions of templates that work on maps. Like their models they change the map that they are given. */
import { alike, type FunctionTable, mapOf, stringOf } from './arguments.js';
import {
  copyOf,
  DEEPEST_VALUE,
  EvaluationError,
  isTrue,
  LimitError,
  printed,
  sortedKeys,
  type Value,
  type ValueMap,
} from './value.js';

function dict(args: readonly Value[]): ValueMap {
  const map: ValueMap = new Map();
  for (let i = 0; i < args.length; i += 2)
    // A last key without a value has an empty one.
    map.set(printed(args[i] ?? null), i + 1 < args.length ? (args[i + 1] ?? null) : '');
  return map;
}

/** What stands in `from` and not (or empty) in `into` goes into it; with `overwrite` whatever stands in `from`. */
function merge(into: ValueMap, from: ValueMap, overwrite: boolean, depth = 0): void {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  for (const [key, theirs] of from) {
    const ours = into.get(key) ?? null;
    if (theirs instanceof Map && ours instanceof Map) merge(ours, theirs, overwrite, depth + 1);
    else if (theirs === null && !overwrite) continue;
    else if (overwrite || !isTrue(ours)) into.set(key, theirs);
  }
}

function merged(into: Value | undefined, others: readonly Value[], overwrite: boolean): ValueMap {
  const map = mapOf(into);
  for (const other of others) if (other !== null) merge(map, mapOf(other), overwrite);
  return map;
}

function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw new EvaluationError('dig needs at least three arguments');
  const keys = args.slice(0, -2);
  let at: Value = args.at(-1) ?? null;
  for (const key of keys) {
    const map: ValueMap = mapOf(at);
    if (!map.has(stringOf(key))) return args.at(-2) ?? null;
    at = map.get(stringOf(key)) ?? null;
  }
  return at;
}

function picked(map: ValueMap, keep: (key: string) => boolean): ValueMap {
  return new Map([...map].filter(([key]) => keep(key)));
}

function names(keys: readonly Value[]): Set<string> {
  return new Set(keys.map((k) => stringOf(k)));
}

function set(into: Value | undefined, key: Value | undefined, value: Value): Value {
  const map = mapOf(into);
  if (map === value) throw new EvaluationError('a map is put into itself');
  return map.set(stringOf(key), value);
}

export const MAP_FUNCTIONS: FunctionTable = {
  dict: (...args) => dict(args),
  set: (map, key, value) => set(map, key, value ?? null),
  unset: (map, key) => {
    mapOf(map).delete(stringOf(key));
    return map ?? null;
  },
  get: (map, key) => mapOf(map).get(stringOf(key)) ?? '',
  hasKey: (map, key) => mapOf(map).has(stringOf(key)),
  keys: (...maps) => maps.flatMap((m) => sortedKeys(mapOf(m))),
  values: (map) => sortedKeys(mapOf(map)).map((k) => mapOf(map).get(k) ?? null),
  pick: (map, ...keys) => {
    const kept = names(keys);
    return picked(mapOf(map), (k) => kept.has(k));
  },
  omit: (map, ...keys) => {
    const gone = names(keys);
    return picked(mapOf(map), (k) => !gone.has(k));
  },
  pluck: (key, ...maps) =>
    maps.flatMap((m) => (mapOf(m).has(stringOf(key)) ? [mapOf(m).get(stringOf(key)) ?? null] : [])),
  ...alike('merge mustMerge', (into, ...others) => merged(into, others, false)),
  ...alike('mergeOverwrite mustMergeOverwrite', (into, ...others) => merged(into, others, true)),
  ...alike('deepCopy mustDeepCopy', (value) => copyOf(value ?? null)),
  dig: (...args) => dig(args),
};
