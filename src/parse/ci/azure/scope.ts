/** What a part of an Azure pipeline stands in: the file, its parameters and variables, and texts with their values put in. */

import { flattened, mapping, text } from '../../shape.js';
import { ALWAYS, all } from '../condition.js';
import { azureCondition, type Values } from './conditions.js';

/** What a part stands in: the file, its parameters and variables. */
export interface Scope {
  path: string;
  values: Values;
  parameters: ReadonlyMap<string, unknown>;
  /** Parameters that a person may choose when starting it. */
  asked: ReadonlySet<string>;
  depth: number;
}

/** The values that conditions may count on: what a person may choose is an open question. */
export function known(scope: Scope): Values {
  return scope.asked.size === 0
    ? scope.values
    : new Map([...scope.values].filter(([name]) => !scope.asked.has(name)));
}

export function statusOf(written: string, scope: Scope): string {
  if (written === '') return ALWAYS;
  const condition = azureCondition(
    filled(written, { ...scope, values: known(scope) }).replace(/^\$\{\{\s*|\s*\}\}$/g, ''),
    known(scope),
  );
  // A condition that asks for no status replaces succeeded(): it holds after failures too.
  return /\b(success|failure|always|cancelled)\(\)/.test(condition) ? condition : all('always()', condition);
}

/** A value that is wholly `${{ parameters.x }}` or a loop's `${{ x.value }}`: a list or mapping stays one. */
export function parameterOf(value: unknown, scope: Scope): unknown {
  const path =
    typeof value === 'string' ? /^\$\{\{\s*([\w-]+(?:\.[\w-]+)*)\s*\}\}$/.exec(value.trim())?.[1] : undefined;
  if (path === undefined) return value;
  const found = lookedUp(path, scope);
  return found === undefined && !path.startsWith('parameters.') ? value : found;
}

export function lookedUp(path: string, scope: Scope): unknown {
  if (path === 'parameters') return Object.fromEntries(scope.parameters);
  const [first = '', ...rest] = path.replace(/^parameters\./, '').split('.');
  return rest.reduce<unknown>((v, key) => mapping(v)[key], scope.parameters.get(first));
}

export function deep(value: unknown, scope: Scope): unknown {
  if (typeof value !== 'string') return value;
  const whole = parameterOf(value, scope);
  return typeof whole === 'string' ? filled(whole, scope) : whole;
}

/** Puts in what files say of `${{ parameters.x }}`, `${{ variables.x }}` and `$(x)`. */
export function filled(written: string, scope: Scope): string {
  if (!written.includes('$')) return written;
  const value = (whole: string, name: string): string => {
    const known = scope.values.get(name.toLowerCase());
    return known === undefined || known.includes('$') ? whole : known;
  };
  return written
    .replace(
      /\$\{\{\s*(?:parameters|variables)(?:\.([\w.-]+)|\['([^']+)'\])\s*\}\}/g,
      (whole, a?: string, b?: string) => value(whole, a ?? b ?? ''),
    )
    .replace(/\$\{\{\s*([\w-]+(?:\.[\w-]+)?)\s*\}\}/g, (whole, name: string) => value(whole, name))
    .replace(/\$\(([\w.-]+)\)/g, (whole, name: string) => value(whole, name));
}

export function named(value: unknown, scope: Scope): string[] {
  return flattened(parameterOf(value, scope))
    .map((v) => filled(text(v), scope))
    .filter((v) => v !== '');
}
