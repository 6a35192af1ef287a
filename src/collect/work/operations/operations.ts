/** The operations work in the last 24 months of the history: who does it, how, and what is done by hand again and again. */
import type { Operation } from '../../../model/handbook.js';
import { folderOf, nameOf } from '../../../parse/paths.js';
import type { Commit } from '../../../source/tree.js';
import { type Collection, defineCollector } from '../../collector.js';
import { people } from '../people.js';
import { type Activity, activityOf, type Worked, workOf } from './activity.js';
import { objectOperation, pathWork } from './paths.js';
import { toilIn } from './toil.js';

const DAY = 24 * 60 * 60;
const MONTHS = 24;
/** Of a commit that touches more paths than this, as many are looked at, spread evenly. */
const MOST_PATHS = 500;

/** A commit of the window as it is kept until the tree is known. */
interface Kept {
  sha: string;
  at: number;
  identity: number;
  subject: string;
  touched: readonly string[];
}

export const operations = defineCollector({
  name: 'operations',
  title: 'Operations',
  gives: ['operations-activity', 'toil-candidate'],
  // One manifest that cannot be read changes nothing that is counted over years.
  doubts: [],
  reads: (path) => /\.ya?ml$/.test(path),
  start(collection) {
    const { head } = collection;
    const first = firstMonth(head.committedAt);
    const who = people();
    const kept: Kept[] = [];
    const interned = new Map<string, string>();
    const objects = new Map<string, Operation>();

    return {
      commit(commit) {
        const { authoredAt: at, parents, sha, subject } = commit;
        if (parents.length > 1 || at < first || at > head.committedAt + DAY) return;
        const identity = who.identity(commit.authorName, commit.authorEmail);
        kept.push({ sha, at, identity, subject, touched: sampled(commit, interned) });
      },
      file({ path, text }) {
        const operation = objectOperation(text);
        if (operation) objects.set(path, operation);
      },
      end() {
        if (head.shallow)
          collection.gap({
            kinds: ['operations-activity', 'toil-candidate'],
            reason: 'shallow',
            what: 'The copy is shallow: the operations work of older commits is not here',
            remedy: 'git fetch --unshallow',
          });
        if (kept.length === 0) return;
        const paths = [...collection.files.map((f) => f.path), ...interned.keys()];
        const work = pathWork({ objects, ...roots(paths) });
        const persons = who.persons();
        const worked = kept.map(
          ({ identity, touched, ...commit }): Worked => ({
            ...commit,
            person: persons[identity] ?? identity,
            bot: who.isBot(identity),
            touched: touched.length,
            ...workOf(touched, work),
          }),
        );
        report(collection, activityOf(worked, head.committedAt), worked, who.words());
      },
    };
  },
});

/** The first moment of the month that opens the window. */
function firstMonth(end: number): number {
  const date = new Date(end * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1) / 1000;
}

function sampled({ touched }: Commit, interned: Map<string, string>): string[] {
  const step = Math.max(1, touched.length / MOST_PATHS);
  const paths: string[] = [];
  for (let i = 0; i < touched.length; i += step) {
    const path = touched[Math.floor(i)]?.path;
    if (path === undefined) continue;
    const known = interned.get(path) ?? path;
    interned.set(known, known);
    paths.push(known);
  }
  return paths;
}

/** Folders whose content says what is below them: those of paths that are gone too. */
function roots(paths: readonly string[]): { charts: Set<string>; programs: Set<string> } {
  const charts = new Set<string>();
  const programs = new Set<string>();
  for (const path of paths) {
    const name = nameOf(path);
    if (name === 'Chart.yaml') charts.add(folderOf(path));
    if (/^(cdk\.json|Pulumi\.ya?ml)$/.test(name)) {
      // At the root there may be a product beside it: there, only the folders that the tools make.
      const folder = folderOf(path);
      for (const at of folder === '' ? ['bin', 'lib', 'infra'] : [folder]) programs.add(at);
    }
  }
  charts.delete('');
  return { charts, programs };
}

function report(
  collection: Collection,
  activity: Activity,
  worked: readonly Worked[],
  names: ReadonlySet<string>,
): void {
  const { head } = collection;
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const place = ({ sha, at: seconds }: { sha: string; at: number }) =>
    ({ type: 'commit', sha, at: at(seconds) }) as const;
  collection.fact('operations-activity', head.name, activity, [
    { type: 'commit', sha: head.commit, at: at(head.committedAt) },
  ]);
  for (const { examples, ...candidate } of toilIn(worked, names, head.committedAt))
    collection.fact('toil-candidate', candidate.shape, candidate, examples.map(place));
}
