/** The commits that lead to the scanned one, summed up in one pass; counters and histograms, never a list of all commits. */
import { isConventional, isRevert, isVague, namesPullRequest } from '../../parse/commit-subject.js';
import { nameOf } from '../../parse/paths.js';
import type { Commit, TouchedPath } from '../../source/tree.js';
import { isGenerated } from '../code/generated.js';
import { isCode, isTestPath } from '../code/languages.js';
import { leftOut } from '../code/left-out.js';
import { type Collection, defineCollector } from '../collector.js';
import { type People, people } from './people.js';
import { pullRequestLines } from './pull-request-lines.js';
import { fewestWithHalf, share } from './shares.js';

const DAY = 24 * 60 * 60;
const YEAR = 365 * DAY;

/** A commit that touches more files than this is wide. (Hattori and Lanza, 2008, call 6 to 25 files a small commit.) */
const WIDE = 25;

/** v1.2.3, 1.2, pkg@1.2.3, module/v1.2.3, chart-1.2.3; not a moving v1. */
const VERSION_TAG = /^(.*[@/_-])?v?\d+\.\d+(\.\d+)*([-+.][0-9A-Za-z.+-]+)?$/i;

export const history = defineCollector({
  name: 'history',
  title: 'History',
  gives: ['history'],
  reads: () => false,
  start(collection) {
    const who = people();
    const all = { commits: 0, merges: 0, reverts: 0, firstAt: Infinity, lastAt: -Infinity };
    const months = monthCounts();
    const year = yearCounts(collection.head.committedAt);
    const commitsOf: number[] = [];

    return {
      commit(commit) {
        const identity = who.identity(commit.authorName, commit.authorEmail);
        const bot = who.isBot(identity);
        const merge = commit.parents.length > 1;
        all.commits += 1;
        if (merge) all.merges += 1;
        if (isRevert(commit.subject)) all.reverts += 1;
        commitsOf[identity] = (commitsOf[identity] ?? 0) + 1;
        const at = commit.authoredAt;
        if (isPlausible(at, collection.head.committedAt)) {
          all.firstAt = Math.min(all.firstAt, at);
          all.lastAt = Math.max(all.lastAt, at);
          if (!merge) months.add(at, identity, bot);
        }
        if (year.contains(at)) year.add(commit, identity, bot);
      },
      end() {
        if (all.commits === 0) return;
        report(collection, { all, months, year, who, commitsOf });
      },
    };
  },
});

/** Clocks that were never set write 1970, and some are ahead: such dates are no part of any series. */
function isPlausible(at: number, end: number): boolean {
  return at >= YEAR && at <= end + DAY;
}

interface Read {
  all: { commits: number; merges: number; reverts: number; firstAt: number; lastAt: number };
  months: ReturnType<typeof monthCounts>;
  year: ReturnType<typeof yearCounts>;
  who: People;
  commitsOf: readonly number[];
}

function report(collection: Collection, { all, months, year, who, commitsOf }: Read): void {
  const { head } = collection;
  const persons = who.persons();
  const personsOf = (identities: Iterable<number>) => new Set([...identities].map((i) => persons[i] ?? i));
  const everybody = [...persons.keys()];
  const bots = everybody.filter((i) => who.isBot(i));
  const at = (seconds: number) =>
    new Date((Number.isFinite(seconds) ? seconds : head.committedAt) * 1000).toISOString();

  const yearByPerson = new Map<number, number>();
  for (const [identity, commits] of year.byIdentity) {
    const person = persons[identity] ?? identity;
    yearByPerson.set(person, (yearByPerson.get(person) ?? 0) + commits);
  }
  const files = year.files;
  collection.fact(
    'history',
    head.name,
    {
      commits: all.commits,
      merges: all.merges,
      reverts: all.reverts,
      people: personsOf(everybody.filter((i) => !who.isBot(i))).size,
      bots: personsOf(bots).size,
      botCommits: bots.reduce((n, i) => n + (commitsOf[i] ?? 0), 0),
      firstAt: at(all.firstAt),
      lastAt: at(all.lastAt),
      yearCommits: year.counts.commits,
      yearPeople: yearByPerson.size,
      yearBusFactor: fewestWithHalf([...yearByPerson.values()]),
      yearPullRequestShare: year.pullRequestShare(head.commit),
      yearFilesMedian: percentile(files, 0.5),
      yearFilesP90: percentile(files, 0.9),
      yearWideShare: share(year.counts.wide, year.counts.measured),
      yearVagueShare: share(year.counts.vague, year.counts.commits),
      yearConventionalShare: share(year.counts.conventional, year.counts.commits),
      yearSourceCommits: year.counts.source,
      yearWithTestsShare: share(year.counts.sourceWithTests, year.counts.source),
      tags: head.tags.length,
      versionTags: head.tags.filter((t) => VERSION_TAG.test(t)).length,
      months: months.series(personsOf),
    },
    [{ type: 'commit', sha: head.commit, at: new Date(head.committedAt * 1000).toISOString() }],
  );
  if (head.shallow)
    collection.gap({
      kinds: ['history'],
      reason: 'shallow',
      what: `The copy is shallow: only the newest ${all.commits} commits of its history are here`,
      remedy: 'git fetch --unshallow',
    });
}

/** People's commits and bots' by month, merges left out. */
function monthCounts() {
  const byMonth = new Map<string, { commits: number; bots: number; identities: Set<number> }>();
  return {
    add(at: number, identity: number, bot: boolean): void {
      const month = new Date(at * 1000).toISOString().slice(0, 7);
      const entry = byMonth.get(month) ?? { commits: 0, bots: 0, identities: new Set() };
      byMonth.set(month, entry);
      if (bot) entry.bots += 1;
      else {
        entry.commits += 1;
        entry.identities.add(identity);
      }
    },
    series(personsOf: (identities: Iterable<number>) => Set<number>) {
      return [...byMonth.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([month, { commits, bots, identities }]) => ({
          month,
          commits,
          people: personsOf(identities).size,
          bots,
        }));
    },
  };
}

/** The twelve months that end at the scanned commit. */
function yearCounts(end: number) {
  const counts = {
    commits: 0,
    /** Those whose width says something: not the first commit, which adds all there is. */
    measured: 0,
    wide: 0,
    vague: 0,
    conventional: 0,
    source: 0,
    sourceWithTests: 0,
  };
  const byIdentity = new Map<number, number>();
  /** Files touched -> commits that touch as many. */
  const files = new Map<number, number>();
  const lines = pullRequestLines();

  return {
    counts,
    byIdentity,
    files,
    contains: (at: number) => at > end - YEAR && at <= end + DAY,
    add(commit: Commit, identity: number, bot: boolean): void {
      const pullRequest = namesPullRequest(commit.subject);
      // A person who merges the pull request of a bot reviewed no colleague's change.
      const counted =
        !bot && !/^Merge pull request #\d+ from \S*\/(dependabot|renovate)\b/.test(commit.subject);
      lines.add(commit, pullRequest, counted);
      if (bot || commit.parents.length > 1) return;
      counts.commits += 1;
      byIdentity.set(identity, (byIdentity.get(identity) ?? 0) + 1);
      if (isVague(commit.subject)) counts.vague += 1;
      if (isConventional(commit.subject)) counts.conventional += 1;
      const touched = touches(commit.touched);
      if (touched.source) counts.source += 1;
      if (touched.source && touched.tests) counts.sourceWithTests += 1;
      if (commit.parents.length === 0) return;
      counts.measured += 1;
      files.set(touched.files, (files.get(touched.files) ?? 0) + 1);
      if (touched.width > WIDE) counts.wide += 1;
    },
    pullRequestShare: (head: string) => lines.share(head),
  };
}

/** What a commit touches. A file that moved counts once among the files, and not in the width. */
function touches(touched: readonly TouchedPath[]): {
  files: number;
  width: number;
  source: boolean;
  tests: boolean;
} {
  const gone = new Map<string, number>();
  for (const { path, change } of touched)
    if (change === 'deleted') gone.set(nameOf(path), (gone.get(nameOf(path)) ?? 0) + 1);
  let moved = 0;
  let movedOwn = 0;
  let own = 0;
  let source = false;
  let tests = false;
  for (const { path, change } of touched) {
    const why = leftOut(path);
    const test = why === 'test-data' || isTestPath(path);
    if (test) tests = true;
    else if (why === undefined && isCode(path) && !isGenerated(path)) source = true;
    const counts = why === undefined && !isGenerated(path);
    if (counts) own += 1;
    const left = change === 'added' ? (gone.get(nameOf(path)) ?? 0) : 0;
    if (left > 0) {
      gone.set(nameOf(path), left - 1);
      moved += 1;
      if (counts) movedOwn += 1;
    }
  }
  return { files: touched.length - moved, width: Math.max(0, own - 2 * movedOwn), source, tests };
}

/** The smallest value that is not under the given share of the counted ones. */
function percentile(histogram: ReadonlyMap<number, number>, at: number): number {
  const total = [...histogram.values()].reduce((a, b) => a + b, 0);
  let seen = 0;
  for (const [value, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= total * at) return value;
  }
  return 0;
}
