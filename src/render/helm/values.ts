/** How Helm makes one tree of values of those of a chart, of its parts and of its user. */
import { copyOf, DEEPEST_VALUE, LimitError, type ValueMap } from './value.js';

/** The parts of a chart that its values depend on. */
export interface ValuesOwner {
  name: string;
  values: ValueMap;
  parts: readonly ValuesOwner[];
}

/** Later wins; a null stays, to take away what the chart has by default. */
export function mergeGiven(into: ValueMap, from: ValueMap, depth = 0): void {
  bound(depth);
  for (const [key, value] of from) {
    const ours = into.get(key);
    if (value instanceof Map && ours instanceof Map) mergeGiven(ours, value, depth + 1);
    else into.set(key, copyOf(value));
  }
}

/** Fills `into`, which belongs to the caller, with the defaults of the chart and, below their names, of its parts. */
export function coalesce(chart: ValuesOwner, into: ValueMap, depth = 0): ValueMap {
  bound(depth);
  fill(into, chart.values);
  for (const part of chart.parts) {
    const given = into.get(part.name);
    const own: ValueMap = given instanceof Map ? given : new Map();
    passGlobals(own, into);
    into.set(part.name, coalesce(part, own, depth + 1));
  }
  return into;
}

/** What stands in `from` and not in `into`; a null in `into` takes it away. */
export function fill(into: ValueMap, from: ValueMap, depth = 0): void {
  bound(depth);
  for (const [key, value] of from) {
    const ours = into.get(key);
    if (ours === undefined) into.set(key, copyOf(value));
    else if (ours === null) into.delete(key);
    else if (value instanceof Map && ours instanceof Map) fill(ours, value, depth + 1);
  }
}

/** The globals of a chart are those of its parts too, and win. */
function passGlobals(part: ValueMap, whole: ValueMap): void {
  const theirs = part.get('global');
  const globals: ValueMap = theirs instanceof Map ? theirs : new Map();
  const passed = whole.get('global');
  if (passed instanceof Map) {
    for (const [key, value] of passed) {
      const ours = globals.get(key);
      const copy = copyOf(value);
      if (copy instanceof Map && ours instanceof Map) fill(copy, ours);
      if (copy instanceof Map || !(ours instanceof Map)) globals.set(key, copy);
    }
  }
  part.set('global', globals);
}

function bound(depth: number): void {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
}
