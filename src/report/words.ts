/** The words that every report uses in the same way. */
import { count } from '../model/amounts.js';
import type { Mode } from '../model/handbook.js';
import type { Outcome, Severity } from '../model/rule.js';
import type { Level } from '../model/score.js';

export const OUTCOME_WORDS = {
  pass: 'holds',
  fail: 'fails',
  unknown: 'not known',
  error: 'could not be asked',
  'not-applicable': 'does not apply',
} as const satisfies Record<Outcome, string>;

/** As `OUTCOME_WORDS`, after a number. */
const OUTCOME_COUNTS = {
  pass: ['holds', 'hold'],
  fail: ['fails', 'fail'],
  unknown: ['is not known', 'are not known'],
  error: ['could not be asked', 'could not be asked'],
  'not-applicable': ['does not apply', 'do not apply'],
} as const satisfies Record<Outcome, readonly [string, string]>;

export const OUTCOME_SIGNS = {
  pass: '✓',
  fail: '✗',
  unknown: '?',
  error: '!',
  'not-applicable': '–',
} as const satisfies Record<Outcome, string>;

/** What a reader wants to see first. */
export const OUTCOME_ORDER = [
  'fail',
  'unknown',
  'error',
  'pass',
  'not-applicable',
] as const satisfies Outcome[];

export const LEVEL_SIGNS = {
  reached: '●',
  'not-reached': '○',
  'not-known': '?',
  'not-applicable': '–',
} as const satisfies Record<Level['state'], string>;

export const LEVEL_WORDS = {
  reached: 'reached',
  'not-reached': 'not reached',
  'not-known': 'not known',
  'not-applicable': 'does not apply',
} as const satisfies Record<Level['state'], string>;

export const MODE_WORDS = {
  enable: 'Enable: give the developers the tools and the knowledge',
  do: 'Do: a DevOps engineer does it once',
  automate: 'Automate: it repeats, so build it',
} as const satisfies Record<Mode, string>;

/** What a rule of each severity weighs in a score, as the method section of a report says it. */
export const SEVERITY_WEIGHTS = { critical: 8, high: 5, medium: 3, low: 1 } as const satisfies Record<
  Severity,
  number
>;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2026-06-04T…` as `4 June 2026`; a text that is no date stays as it is. */
export function day(iso: string): string {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name ? `${Number(date)} ${name} ${year}` : iso;
}

/** `2 fail, 1 is not known and 8 hold` */
export function tallyWords(counts: Readonly<Record<Outcome, number>>): string {
  return listed(
    OUTCOME_ORDER.filter((o) => counts[o] > 0).map(
      (o) => `${count(counts[o])} ${OUTCOME_COUNTS[o][counts[o] === 1 ? 0 : 1]}`,
    ),
  );
}

/** A sentence with its full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…:)]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

export function firstLetterLarge(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Budgets may …` as `budgets may …`; a name or an abbreviation (`AWS …`) stays. */
export function firstLetterSmall(text: string): string {
  return /^\p{Lu}\p{Ll}+ /u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
