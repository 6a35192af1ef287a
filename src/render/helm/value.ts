/** The values of templates, as Go sees them: whole numbers and floating ones apart, maps in the order of their keys. */
import { isMapping } from '../../parse/shape.js';

/** Go's int is a bigint here, its float64 (every number of a values file) a number. */
export type Value = null | boolean | bigint | number | string | Value[] | ValueMap | Methods;
export type ValueMap = Map<string, Value>;

/** An object of Helm's own, of which templates call methods: .Files, .Capabilities.APIVersions. */
export class Methods {
  constructor(
    readonly call: (name: string, args: Value[]) => Value | undefined,
    /** What `range` goes over and toYaml prints. */
    readonly entries: ValueMap = new Map(),
  ) {}
}

/** An expression that does not evaluate: what Helm would say, without the place. */
export class EvaluationError extends Error {}
/** `fail`: the chart refuses its values. */
export class RefusedError extends EvaluationError {}
/** A template asks for more than is looked at; nothing goes on from there. */
export class LimitError extends Error {}

export const DEEPEST_VALUE = 100;

export function fromPlain(value: unknown, depth = 0): Value {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  if (Array.isArray(value)) return value.map((v) => fromPlain(v, depth + 1));
  if (isMapping(value)) {
    const map: ValueMap = new Map();
    for (const [key, inner] of Object.entries(value)) map.set(key, fromPlain(inner, depth + 1));
    return map;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

export function kindOf(value: Value): string {
  if (value === null) return 'invalid';
  if (Array.isArray(value)) return 'slice';
  if (value instanceof Map || value instanceof Methods) return 'map';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      return 'string';
  }
}

export function typeOf(value: Value): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  return value instanceof Map || value instanceof Methods ? 'map[string]interface {}' : kindOf(value);
}

export function isTrue(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Methods) return true;
  return Boolean(value);
}

export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sortedKeys(map: ValueMap): string[] {
  return [...map.keys()].sort(byBytes);
}

/** As fmt's %v prints it. */
export function printed(value: Value, depth = 0): string {
  if (value === null) return depth === 0 ? '<no value>' : '<nil>';
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  if (Array.isArray(value)) return `[${value.map((v) => printed(v, depth + 1)).join(' ')}]`;
  if (value instanceof Methods) return printed(value.entries, depth);
  if (value instanceof Map)
    return `map[${sortedKeys(value)
      .map((k) => `${k}:${printed(value.get(k) ?? null, depth + 1)}`)
      .join(' ')}]`;
  return typeof value === 'number' ? printedFloat(value) : String(value);
}

/** The shortest decimal that reads back; in exponent form from a million on, as %v has it. */
export function printedFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const e = Number(exponent);
  const significant = digits.replace(/[-.]/g, '').length;
  if (e < -4 || e >= 6) return `${digits}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
  return value.toFixed(Math.max(0, significant - 1 - e));
}

export function same(a: Value, b: Value, depth = 0): boolean {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  if (Array.isArray(a))
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i] ?? null, depth + 1))
    );
  if (a instanceof Map)
    return (
      b instanceof Map &&
      a.size === b.size &&
      [...a].every(([key, value]) => b.has(key) && same(value, b.get(key) ?? null, depth + 1))
    );
  return a === b;
}

export function copyOf(value: Value, depth = 0): Value {
  if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
  if (Array.isArray(value)) return value.map((v) => copyOf(v, depth + 1));
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, copyOf(v, depth + 1)]));
  return value;
}
