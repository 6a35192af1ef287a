/** The operations history -> changes that people make by hand again and again: candidates for automation. */
import type { FactData } from '../../../model/facts.js';
import { OPERATION_NAMES, type Operation } from '../../../model/handbook.js';
import { isRevert, isVague } from '../../../parse/commit-subject.js';
import { nameOf } from '../../../parse/paths.js';
import type { Worked } from './activity.js';
import { commonShape, ELLIPSIS, generalPath, messageShape, pathShape, VALUE } from './message-shape.js';

/** Fewer repetitions than this say nothing: on so many days, in so many months. */
const DAYS = 4;
const MONTHS = 3;
/** A change of more paths than this is not the same small thing again. */
const FEW_PATHS = 6;
/** Done within so many seconds before the end, it still goes on. */
const LATELY = 90 * 24 * 60 * 60;
const EXAMPLES = 5;

export interface Toil extends FactData<'toil-candidate'> {
  /** The newest commits. */
  examples: { sha: string; at: number }[];
}

/** Setting a version or value somewhere: the routine part of operations work. */
const SETS =
  /^(bump(s|ed|ing)?|updat(es?|ed|ing)|upgrad(es?|ed|ing)|releas(es?|ed|ing)|sets?|uses?|pin(s|ned)?|deploy(s|ed|ing)?|promot(es?|ed|ing)|roll(s|ed|ing)?|rollout|patch(es|ed|ing)?|mov(es?|ed)|tags?|versions?|hash(es)?|checksums?)$/i;
/** Doing a routine: what somebody must remember to do. */
const ROUTINE =
  /^(rotat(es?|ed|ing)|renew(s|ed|al)?|refresh(es|ed)?|regenerat(es?|ed)|restart(s|ed)?|patch(es|ed|ing)?|bump(s|ed|ing)?|upgrad(es?|ed|ing)|releas(es?|ed|ing)|scal(es?|ed|ing)|resiz(es?|ed)|increas(es?|ed)|decreas(es?|ed)|grant(s|ed)?|revok(es?|ed)|onboard(s|ed|ing)?|offboard(s|ed|ing)?|allowlist(s|ed)?|whitelist(s|ed)?|promot(es?|ed|ing)|deploy(s|ed|ing)?|re-?run(s|ning)?|sync(s|ed|ing)?)$/i;
/** What answers a fault or makes something new is not routine, whatever else is said. */
const NOT_ROUTINE =
  /^(fix(es|ed|ing)?|revert(s|ed|ing)?|roll-?backs?|refactor(s|ed|ing)?|merg(es?|ed|ing)|debug(s|ging)?|try(ing)?|test(s|ing)?|wip|typos?|clean-?up|introduc(es?|ed|ing)|remov(es?|ed|ing)|delet(es?|ed|ing)|drops?|dropped|implement(s|ed|ing)?)$/i;
const FILLER = /^(a|an|the|to|from|for|of|in|on|and|with|into|by|at|our|this|that|new|latest)$/i;

interface Made {
  commit: Worked;
  operation: Operation;
  words: readonly string[];
  /** Path shapes without what the message speaks of -> with it. */
  paths: ReadonlyMap<string, string>;
  /** What it does, beside where: commits of one routine share it. */
  routine: string;
}

/** `names`: words of people's names; `end`: the time of the scanned commit. In the order of the days that they take. */
export function toilIn(commits: readonly Worked[], names: ReadonlySet<string>, end: number): Toil[] {
  const made = commits.filter((c) => !c.bot).flatMap((commit) => madeByHand(commit, names));
  const lastByBot = new Map<string, number>();
  for (const { bot, at, touched, paths } of commits) {
    if (!bot || touched > FEW_PATHS) continue;
    for (const path of paths) {
      const shape = pathShape(path, names);
      lastByBot.set(shape, Math.max(lastByBot.get(shape) ?? 0, at));
    }
  }
  const candidates = clustered(made)
    .map((cluster) => summedUp(cluster, lastByBot, end))
    .filter((toil) => toil.days >= DAYS && toil.months >= MONTHS);
  return candidates.sort(
    (a, b) => b.days - a.days || compare(a.shape, b.shape) || compare(a.paths.join(), b.paths.join()),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The commit as one of a routine, where it may be one. */
function madeByHand(commit: Worked, names: ReadonlySet<string>): Made[] {
  const { subject, touched, work } = commit;
  if (typeof work === 'string' || touched > FEW_PATHS || isRevert(subject)) return [];
  const shape = messageShape(subject, names);
  const { words } = shape;
  const [first = ''] = words;
  if (NOT_ROUTINE.test(first) || words.some((w) => /^(roll-?back|revert)/i.test(w))) return [];
  const spoken = new Set(words.map((w) => w.toLowerCase()).filter((w) => w.length > 2));
  const paths = new Map(
    commit.paths.map((path) => {
      const plain = pathShape(path, names);
      return [generalPath(plain, spoken), plain] as const;
    }),
  );
  const told = words.filter((w) => w !== VALUE && w !== ELLIPSIS && !FILLER.test(w));
  const base = { commit, operation: work.operation, words, paths };
  if (shape.version && words.some((w) => SETS.test(w))) return [{ ...base, routine: 'version' }];
  // What the web editor proposes (`Update values.yaml`) says nothing of what was done.
  if (isVague(subject) || told.length < 2 || commit.paths.some((path) => subject.endsWith(nameOf(path))))
    return [];
  if (!words.some((w) => ROUTINE.test(w))) return [];
  return [{ ...base, routine: [...new Set(told.map((w) => w.toLowerCase()))].sort().join(' ') }];
}

/** Commits of one routine to one place: each goes where most others of its routine go. */
function clustered(made: readonly Made[]): Made[][] {
  const key = (routine: string, path: string) => `${routine}\0${path}`;
  const times = new Map<string, number>();
  for (const { routine, paths } of made)
    for (const path of paths.keys()) times.set(key(routine, path), (times.get(key(routine, path)) ?? 0) + 1);
  const clusters = new Map<string, Made[]>();
  for (const one of made) {
    const [at] = [...one.paths.keys()]
      .map((path) => key(one.routine, path))
      .sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0) || compare(a, b));
    if (at === undefined) continue;
    const cluster = clusters.get(at) ?? [];
    cluster.push(one);
    clusters.set(at, cluster);
  }
  return [...clusters.values()];
}

function summedUp(cluster: readonly Made[], lastByBot: ReadonlyMap<string, number>, end: number): Toil {
  const newestFirst = cluster.map((m) => m.commit).sort((a, b) => b.at - a.at || compare(a.sha, b.sha));
  const first = newestFirst.at(-1)?.at ?? 0;
  const last = newestFirst[0]?.at ?? 0;
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const days = new Set(newestFirst.map((c) => iso(c.at).slice(0, 10)));
  const months = new Set(newestFirst.map((c) => iso(c.at).slice(0, 7)));
  const general = pathsOfMost(cluster);
  const paths = general.map(({ shown }) => shown);
  const byBot = Math.max(0, ...general.flatMap(({ plain }) => plain.map((p) => lastByBot.get(p) ?? 0)));
  return {
    operation: mostFrequent(cluster.map((m) => m.operation)),
    shape: commonShape(cluster.map((m) => m.words)),
    paths,
    commits: cluster.length,
    days: days.size,
    months: months.size,
    perMonth: Math.round((days.size / monthsFrom(iso(first), iso(last))) * 10) / 10,
    people: new Set(newestFirst.map((c) => c.person)).size,
    firstAt: iso(first),
    lastAt: iso(last),
    ongoing: last > end - LATELY && byBot <= last,
    examples: newestFirst.slice(0, EXAMPLES).map(({ sha, at }) => ({ sha, at })),
  };
}

/** The path shapes that at least half of the commits touch; a part that never varies is shown. */
function pathsOfMost(cluster: readonly Made[]): { shown: string; plain: string[] }[] {
  const plains = new Map<string, { times: number; plain: Set<string> }>();
  for (const { paths } of cluster) {
    for (const [general, plain] of paths) {
      const entry = plains.get(general) ?? { times: 0, plain: new Set() };
      entry.times += 1;
      entry.plain.add(plain);
      plains.set(general, entry);
    }
  }
  return [...plains]
    .filter(([, { times }]) => times * 2 >= cluster.length)
    .sort(([a, { times: n }], [b, { times: m }]) => m - n || compare(a, b))
    .map(([general, { plain }]) => {
      const [only, ...others] = plain;
      return { shown: only !== undefined && others.length === 0 ? only : general, plain: [...plain] };
    });
}

function monthsFrom(first: string, last: string): number {
  const months = (at: string) => Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7));
  return months(last) - months(first) + 1;
}

function mostFrequent(operations: readonly Operation[]): Operation {
  const times = (operation: Operation) => operations.filter((o) => o === operation).length;
  return OPERATION_NAMES.reduce((best, one) => (times(one) > times(best) ? one : best));
}
