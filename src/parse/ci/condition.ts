/** Builds conditions in the form of GitHub's expressions, the one form into which those of every CI system are put. */

export const ALWAYS = 'true';
export const NEVER = 'false';

/** A text as a literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function all(...parts: readonly string[]): string {
  if (parts.includes(NEVER)) return NEVER;
  const kept = [...new Set(parts.filter((p) => p !== ALWAYS && p !== ''))];
  if (kept.length === 0) return ALWAYS;
  return kept.length === 1 ? (kept[0] ?? ALWAYS) : kept.map((p) => inside(p, '||')).join(' && ');
}

export function any(...parts: readonly string[]): string {
  if (parts.includes(ALWAYS)) return ALWAYS;
  const kept = [...new Set(parts.filter((p) => p !== NEVER && p !== ''))];
  if (kept.length === 0) return NEVER;
  return kept.length === 1 ? (kept[0] ?? NEVER) : kept.map((p) => inside(p, '&&')).join(' || ');
}

export function not(part: string): string {
  if (part === ALWAYS) return NEVER;
  if (part === NEVER) return ALWAYS;
  return /^[\w.]+(\('[^']*'\))?$|^[\w]+\([\w., /'-]*\)$/.test(part) ? `!${part}` : `!(${part})`;
}

/** The condition of a job that does not run where something that it waits for failed, whatever was left out. */
export function unlessFailed(condition: string): string {
  return all('!failure()', condition);
}

function inside(part: string, other: string): string {
  return part.includes(` ${other} `) ? `(${part})` : part;
}
