/** Looks into parsed values (YAML, JSON, TOML) without trusting their shape: what has another shape counts as absent. */

export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping, or an empty one. */
export function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

/** The value under a path of keys. */
export function within(value: unknown, ...keys: string[]): unknown {
  return keys.reduce((v, key) => mapping(v)[key], value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The mappings of a list. */
export function mappings(value: unknown): readonly Mapping[] {
  return list(value).filter(isMapping);
}

/** A scalar as text; empty for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

/** The texts of a list. */
export function texts(value: unknown): string[] {
  return list(value)
    .map(text)
    .filter((t) => t !== '');
}
