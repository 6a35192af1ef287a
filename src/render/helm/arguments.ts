/** How functions of templates take their arguments: of the type that Go would demand, or an error. */
import { EvaluationError, kindOf, Methods, printed, type Value, type ValueMap } from './value.js';

export type TemplateFunction = (...args: Value[]) => Value;
export type FunctionTable = Readonly<Record<string, TemplateFunction>>;

export function stringOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw wrong('string', value);
}

export function intOf(value: Value | undefined): number {
  if (typeof value === 'bigint') return Number(value);
  throw wrong('int', value);
}

export function mapOf(value: Value | undefined): ValueMap {
  if (value instanceof Map) return value;
  throw wrong('map[string]interface {}', value);
}

export function listOf(value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Methods) return [...value.entries.values()];
  throw wrong('list', value);
}

/** Any value as text: %v, and empty for nil where sprig says so. */
export function asText(value: Value | undefined): string {
  return value === null || value === undefined ? '' : printed(value);
}

function wrong(expected: string, value: Value | undefined): EvaluationError {
  return new EvaluationError(
    value === undefined
      ? 'wrong number of arguments'
      : `wrong type for value; expected ${expected}; got ${value === null ? 'nil' : kindOf(value)}`,
  );
}

/** Gives each name of a list the same function. */
export function alike(names: string, make: TemplateFunction): FunctionTable {
  return Object.fromEntries(names.split(' ').map((name) => [name, make]));
}
