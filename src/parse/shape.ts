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

/** Longer lists than any that people write. */
const MOST_ITEMS = 5000;

/** The items of lists within lists, as YAML's aliases nest them; a single value is a list of one. Bounded. */
export function flattened(value: unknown): unknown[] {
  const found: unknown[] = [];
  let looked = 0;
  const visit = (one: unknown, depth: number): void => {
    looked += 1;
    if (looked > MOST_ITEMS) return;
    if (!Array.isArray(one)) {
      if (one !== undefined) found.push(one);
    } else if (depth < 10) {
      for (const inner of one) {
        if (looked > MOST_ITEMS) break;
        visit(inner, depth + 1);
      }
    }
  };
  visit(value, 0);
  return found;
}
