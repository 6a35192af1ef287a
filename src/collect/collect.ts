/** A tree -> facts and gaps: lists it once, reads each wanted file once and the history once, side by side. */
import type { OnProgress } from '../model/events.js';
import { type AnyFact, type Fact, type FactKind, factsOf } from '../model/facts.js';
import type { Gap } from '../model/gap.js';
import type { Tree, TreeFile } from '../source/tree.js';
import { leftOut, SIZE_LIMIT } from './code/left-out.js';
import type { Collected, Collection, Collector, ListedFile, Reading } from './collector.js';
import { SourceText } from './source-text.js';

const PROGRESS_EVERY = 200;

interface Running {
  collector: Collector;
  reading: Reading;
}

function listedFile(file: TreeFile): ListedFile {
  const why = leftOut(file.path);
  if (why) return { ...file, leftOut: why };
  if (file.type === 'submodule' || file.type === 'symlink') return file;
  if (file.size < 0) return { ...file, leftOut: 'missing' };
  if (file.size > SIZE_LIMIT) return { ...file, leftOut: 'over-limit' };
  return file;
}

/** Facts in one order whatever the order of reading: kind, name, first line of evidence. */
function byPlace(a: AnyFact, b: AnyFact): number {
  return compare(a.kind, b.kind) || compare(a.name, b.name) || compare(place(a), place(b));
}
function place(fact: AnyFact): string {
  const [first] = fact.evidence;
  return first?.type === 'file' ? `${first.path}:${String(first.line).padStart(9, '0')}` : '';
}
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Runs the collectors over a tree. Never throws for what the tree contains; what cannot be read is a gap. */
export async function collect(
  tree: Tree,
  collectors: readonly Collector[],
  onProgress: OnProgress = () => {},
): Promise<Collected> {
  try {
    return await readAll(tree, collectors, onProgress);
  } finally {
    tree.close();
  }
}

async function readAll(
  tree: Tree,
  collectors: readonly Collector[],
  onProgress: OnProgress,
): Promise<Collected> {
  const { head } = tree;
  const facts: AnyFact[] = [];
  const gaps: Gap[] = [];
  const counts: Record<string, number> = {};

  let everything: readonly ListedFile[] = [];
  let files: readonly TreeFile[] = [];
  let paths: ReadonlySet<string> = new Set();
  const collectionFor = (collector: Collector): Collection => ({
    head,
    get files() {
      return files;
    },
    get everything() {
      return everything;
    },
    has: (path) => paths.has(path),
    fact(kind, name, data, evidence) {
      counts[collector.title] = (counts[collector.title] ?? 0) + 1;
      const fact: Fact<typeof kind> = { kind, repository: head.name, name, data, evidence };
      facts.push(fact as unknown as AnyFact);
    },
    gap(g) {
      gaps.push({ repository: head.name, remedy: '', path: '', ...g });
    },
  });

  // The history starts before the listing has come: on a large repository it is what takes longest.
  const running: Running[] = collectors.map((collector) => ({
    collector,
    reading: collector.start(collectionFor(collector)),
  }));
  const walkers = running.filter((r) => r.reading.commit);
  let commits = 0;
  const walked =
    head.commit === ''
      ? Promise.resolve()
      : tree.history((commit) => {
          commits += 1;
          for (const { reading } of walkers) reading.commit?.(commit);
          if (commits % 1000 === 0)
            onProgress({ type: 'history', repository: head.name, commits, people: 0, since: '' });
        });
  // A walk that fails while files are read is reported below, not as an unhandled rejection.
  const walk = walked.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );

  everything = (await tree.list()).map(listedFile);
  files = everything.filter((f) => f.leftOut === undefined);
  paths = new Set(files.map((f) => f.path));

  const readers = running.filter((r) => r.reading.file);
  const readersOf = new Map<string, Running[]>();
  for (const file of everything) {
    if (file.type !== 'file' && file.type !== 'executable') continue;
    if (file.leftOut === 'vendored' || file.leftOut === 'test-data') continue;
    const its = readers.filter((r) => r.collector.reads(file.path));
    if (its.length === 0) continue;
    if (file.leftOut === undefined) readersOf.set(file.path, its);
    else gaps.push(...unreadGap(head.name, file, its));
  }
  const wanted = files.filter((f) => readersOf.has(f.path));
  onProgress({ type: 'listed', repository: head.name, files: everything.length, wanted: wanted.length });

  const needed = new Set(wanted.flatMap((f) => readersOf.get(f.path) ?? []).map((r) => r.collector));
  await Promise.all([...needed].map((c) => c.prepare?.()));

  let read = 0;
  await tree.read(wanted, (file, text) => {
    read += 1;
    const its = readersOf.get(file.path) ?? [];
    if (text === undefined) gaps.push(...unreadGap(head.name, { ...file, leftOut: 'missing' }, its));
    else if (text !== '') {
      const source = new SourceText(file.path, text);
      for (const { reading } of its) reading.file?.(source);
    }
    if (read % PROGRESS_EVERY === 0 || read === wanted.length)
      onProgress({ type: 'read', repository: head.name, files: read, facts: { ...counts } });
  });

  const failure = await walk;
  if (failure)
    gaps.push({
      repository: head.name,
      kinds: [...new Set(walkers.flatMap((r) => r.collector.gives))].sort(),
      reason: 'unreadable',
      what: `The history could not be read to its end: ${failure.message}`,
      remedy: 'Run git fsck, or fetch the repository anew.',
      path: '',
    });
  for (const { reading } of running) await reading.end?.();
  const [history] = factsOf(facts, 'history');
  if (history)
    onProgress({
      type: 'history',
      repository: head.name,
      commits: history.data.commits,
      people: history.data.people,
      since: history.data.firstAt,
    });
  onProgress({ type: 'collected', repository: head.name });
  return { facts: facts.sort(byPlace), gaps: dedupe(gaps) };
}

function unreadGap(repository: string, file: ListedFile, readers: readonly Running[]): Gap[] {
  const likely = readers.map((r) => r.collector).filter((c) => c.likely?.(file.path) ?? true);
  const kinds = [...new Set(likely.flatMap((c) => c.doubts ?? c.gives))].sort() as [FactKind, ...FactKind[]];
  if (kinds.length === 0) return [];
  const missing = file.leftOut === 'missing';
  return [
    {
      repository,
      kinds,
      reason: missing ? 'missing-object' : 'over-limit',
      what: missing
        ? `${file.path} is not in this copy of the repository`
        : `${file.path} is larger than ${SIZE_LIMIT / 1024 / 1024} MiB and was not read`,
      remedy: missing ? 'Fetch the whole repository (git fetch --refetch), then scan again.' : '',
      path: file.path,
    },
  ];
}

function dedupe(gaps: readonly Gap[]): Gap[] {
  const seen = new Map<string, Gap>();
  for (const gap of gaps) seen.set(JSON.stringify(gap), gap);
  return [...seen.values()].sort((a, b) => compare(a.path, b.path) || compare(a.what, b.what));
}
