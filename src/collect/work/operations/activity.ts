/** Commits -> how much of them is operations work, by whom and how: pure counts. */
import type { FactData } from '../../../model/facts.js';
import { MODES, type Mode, OPERATION_NAMES, type Operation } from '../../../model/handbook.js';
import { fewestWithHalf, share } from '../shares.js';
import type { PathWork } from './paths.js';

export type Activity = FactData<'operations-activity'>;
/** What a commit is: operations work, work on the product, or neither that tells. */
type CommitWork = { operation: Operation; mode: Mode } | 'product' | 'neutral';

export interface Worked {
  sha: string;
  /** Seconds since 1970. */
  at: number;
  person: number;
  bot: boolean;
  subject: string;
  /** How many paths it touches. */
  touched: number;
  work: CommitWork;
  /** Those of them that are operations work. */
  paths: readonly string[];
}

const YEAR = 365 * 24 * 60 * 60;
const MONTHS = 24;

/** Operations work is a commit at least half of whose telling paths are; its operation and mode are the most frequent. */
export function workOf(
  touched: readonly string[],
  work: (path: string) => PathWork,
): Pick<Worked, 'work' | 'paths'> {
  const paths: string[] = [];
  const operations = new Map<Operation, number>();
  const modes = new Map<Mode, number>();
  let product = 0;
  for (const path of touched) {
    const told = work(path);
    if (told === 'product') product += 1;
    if (typeof told === 'string') continue;
    paths.push(path);
    operations.set(told.operation, (operations.get(told.operation) ?? 0) + 1);
    modes.set(told.mode, (modes.get(told.mode) ?? 0) + 1);
  }
  if (paths.length === 0) return { work: product === 0 ? 'neutral' : 'product', paths };
  if (product > paths.length) return { work: 'product', paths };
  const operation = mostFrequent(OPERATION_NAMES, operations);
  return { work: { operation, mode: mostFrequent(['automate', 'enable', 'do'], modes) }, paths };
}

/** Of equals, the first in the order that is given. */
function mostFrequent<T>(order: readonly [T, ...T[]], counts: ReadonlyMap<T, number>): T {
  return order.reduce(
    (best, one) => ((counts.get(one) ?? 0) > (counts.get(best) ?? 0) ? one : best),
    order[0],
  );
}

export function activityOf(commits: readonly Worked[], end: number): Activity {
  const developers = developersOf(commits);
  const months = new Map(monthsBefore(end).map((month) => [month, emptyMonth(month)]));
  const year = { commits: 0, byBots: 0, byDevelopers: 0, enable: 0, do: 0, automate: 0 };
  const byPerson = new Map<number, number>();
  const byOperation = new Map(
    OPERATION_NAMES.map((operation) => [operation, { commits: 0, people: new Set<number>() }]),
  );

  for (const { at, person, bot, work } of commits) {
    const month = months.get(new Date(at * 1000).toISOString().slice(0, 7));
    const inYear = at > end - YEAR;
    if (!bot) {
      if (month) month.commits += 1;
      if (inYear) year.commits += 1;
    }
    if (typeof work === 'string') continue;
    if (bot) {
      if (month) month.byBots += 1;
      if (inYear) year.byBots += 1;
      continue;
    }
    const developer = developers.has(person);
    if (month) {
      month[developer ? 'byDevelopers' : 'byOperators'] += 1;
      month[DONE[work.mode]] += 1;
    }
    if (!inYear) continue;
    year[work.mode] += 1;
    if (developer) year.byDevelopers += 1;
    byPerson.set(person, (byPerson.get(person) ?? 0) + 1);
    const operation = byOperation.get(work.operation);
    if (operation) {
      operation.commits += 1;
      operation.people.add(person);
    }
  }

  const yearOperations = MODES.reduce((n, mode) => n + year[mode], 0);
  const yearDevelopers = [...byPerson.keys()].filter((p) => developers.has(p)).length;
  return {
    yearCommits: year.commits,
    yearOperations,
    yearShare: share(yearOperations, year.commits),
    yearByBots: year.byBots,
    yearPeople: byPerson.size,
    yearBusFactor: fewestWithHalf([...byPerson.values()]),
    yearDevelopers,
    yearOperators: byPerson.size - yearDevelopers,
    yearByDevelopersShare: share(year.byDevelopers, yearOperations),
    yearEnabled: year.enable,
    yearDone: year.do,
    yearAutomated: year.automate,
    operations: [...byOperation].map(([operation, { commits: n, people }]) => ({
      operation,
      commits: n,
      people: people.size,
    })),
    months: [...months.values()],
  };
}

const DONE = { enable: 'enabled', do: 'done', automate: 'automated' } as const;

/** At least so much of the telling commits of a developer is work on the product. */
const DEVELOPS = 0.25;

function developersOf(commits: readonly Worked[]): Set<number> {
  const counts = new Map<number, { product: number; all: number }>();
  for (const { person, bot, work } of commits) {
    if (bot || work === 'neutral') continue;
    const count = counts.get(person) ?? { product: 0, all: 0 };
    count.all += 1;
    if (work === 'product') count.product += 1;
    counts.set(person, count);
  }
  return new Set(
    [...counts].filter(([, { product, all }]) => product >= DEVELOPS * all).map(([person]) => person),
  );
}

function monthsBefore(end: number): string[] {
  const date = new Date(end * 1000);
  return Array.from({ length: MONTHS }, (_, i) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1 + i)).toISOString().slice(0, 7),
  );
}

function emptyMonth(month: string): Activity['months'][number] {
  return { month, commits: 0, byDevelopers: 0, byOperators: 0, byBots: 0, enabled: 0, done: 0, automated: 0 };
}
