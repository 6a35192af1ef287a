/** Patterns of branches and tags as CI systems other than GitHub write them -> conditions in the form of GitHub's expressions. */
import { ALWAYS, quoted } from './condition.js';

const EVERY = /^\*+$/;

/** Does a name fit a pattern with `*`, `?` and `{a,b}`: `github.ref_name` and `release/*`. */
export function fits(name: string, pattern: string): string {
  if (!/[*?[{]/.test(pattern)) return `${name} == ${quoted(pattern)}`;
  if (EVERY.test(pattern)) return ALWAYS;
  const fixed = /^([^*?[{]+)\*+$/.exec(pattern)?.[1];
  if (fixed !== undefined) return `startsWith(${name}, ${quoted(fixed)})`;
  return `matches(${name}, ${quoted(`^${expressionOf(pattern)}$`)})`;
}

function expressionOf(pattern: string): string {
  return pattern
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\{([^}]*)\}/g, (_, inner: string) => `(${inner.replaceAll(',', '|')})`);
}

/** A build of a branch that fits. */
export function onBranch(pattern: string): string {
  return EVERY.test(pattern)
    ? "startsWith(github.ref, 'refs/heads/')"
    : fits('github.ref', `refs/heads/${pattern}`);
}

/** A build of a tag that fits; no pattern stands for any tag. */
export function onTag(pattern = '*'): string {
  return EVERY.test(pattern)
    ? "startsWith(github.ref, 'refs/tags/')"
    : fits('github.ref', `refs/tags/${pattern}`);
}
