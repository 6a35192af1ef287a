/** What cannot be told while rendering: one character that no chart uses stands for it, in whatever text it ends up. */

const FIRST = 0xe000;
const COUNT = 6400;
const MARK = /[\ue000-\uf8ff]/;
const MARKS = /[\ue000-\uf8ff]/g;

/** The text of the nth unknown of a rendering: no two are alike, so that they never match one another. */
export function markOf(n: number): string {
  return String.fromCharCode(FIRST + (n % COUNT));
}

export function hasMark(text: string): boolean {
  return MARK.test(text);
}

export function firstMark(text: string): string {
  return MARK.exec(text)?.[0] ?? '';
}

export function marksOf(text: string): string[] {
  return text.match(MARKS) ?? [];
}

/** As a rendered object shows it: no lawful number, name or image, and a placeholder to whoever reads it. */
export function shown(text: string): string {
  return text.replace(MARKS, (mark) => `\${unknown-${mark.charCodeAt(0) - FIRST}}`);
}

/** Whether a scalar of a rendered object, or a part of its text, is not known; of a mapping whether it may have more keys. */
export function isUnknown(value: unknown): boolean {
  if (typeof value === 'string') return /\$\{unknown-\d+\}/.test(value);
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).some((key) => isUnknown(key))
  );
}
