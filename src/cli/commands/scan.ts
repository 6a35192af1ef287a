/** `plimsoll scan`: opens the repositories, assesses them, and shows the result on the screen, as lines or in a file. */
import { assess } from '../../assess.js';
import type { Assessment } from '../../model/assessment.js';
import { UserError } from '../../model/errors.js';
import { loadPacks } from '../../rules/load.js';
import { openRepository } from '../../source/repository.js';
import type { Tree } from '../../source/tree.js';
import { deliver } from '../deliver.js';
import { type Listener, logListener, silence } from '../listener.js';
import type { ScanOptions } from '../options.js';
import { ruleFolders } from '../rule-folders.js';
import { EXIT, type World } from '../world.js';

interface Target {
  path: string;
  tree: Tree;
}

/** Exit codes as fixed: 0, 1 below --fail-under, 3 where a history could not be read to its end, 130 interrupted. */
export async function scan(world: World, paths: readonly string[], options: ScanOptions): Promise<number> {
  const open = (path: string) =>
    openRepository(path, {
      cwd: world.cwd,
      environment: world.env,
      ...(options.rev === undefined ? {} : { revision: options.rev }),
    });
  const targets: Target[] = [];
  let interrupted = false;
  const close = () => {
    for (const { tree } of targets) tree.close();
  };
  const onInterrupt = () => {
    interrupted = true;
    close();
  };
  process.once('SIGINT', onInterrupt);
  let listener = silence;
  try {
    // A wrong path among several is told before the first is read.
    for (const path of paths) targets.push({ path, tree: await open(path) });
    refuseTwins(targets);
    listener = await listenerFor(world, options, {
      title: paths.join(' '),
      onInterrupt,
      async reopen(repository) {
        const target = targets.find((t) => t.tree.head.name === repository);
        return target && open(target.path);
      },
    });
    // The rules are read while git walks the history; a mistake in them is told when they are waited for.
    const loading = loadPacks(ruleFolders(world, options.rules), 'foreign');
    loading.catch(() => {});
    const assessment = await assess(
      targets.map(({ path, tree }) => ({ target: path, open: () => Promise.resolve(tree) })),
      loading,
      { version: world.version, onProgress: listener.onProgress },
    );
    if (interrupted) return EXIT.interrupted;
    if (!(await listener.show(assessment))) await deliver(world, assessment, options);
    return exitCode(assessment, options);
  } catch (error) {
    if (interrupted) return EXIT.interrupted;
    throw error;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    listener.stop();
    close();
  }
}

/** Findings name their repository: two of one name could not be told apart. */
function refuseTwins(targets: readonly Target[]): void {
  const seen = new Map<string, string>();
  for (const { path, tree } of targets) {
    const other = seen.get(tree.head.name);
    if (other !== undefined)
      throw new UserError(
        `${other} and ${path} are both called ${tree.head.name}; a report could not tell them apart.`,
        'Scan them one by one, or in folders of different names.',
      );
    seen.set(tree.head.name, path);
  }
}

function exitCode(assessment: Assessment, options: ScanOptions): number {
  if (options.failUnder !== undefined) {
    const proven = assessment.overall?.proven;
    // Nothing applicable means no score: a threshold cannot be met by it.
    if (proven === undefined || proven * 100 < options.failUnder) return EXIT.belowThreshold;
  }
  const historyLost = assessment.repositories.some((r) =>
    r.gaps.some((g) => g.reason === 'unreadable' && g.kinds.includes('history')),
  );
  return historyLost ? EXIT.partlyRead : EXIT.done;
}

/** The screen where a person looks at it, lines on standard error elsewhere, nothing with --quiet. */
async function listenerFor(
  world: World,
  options: ScanOptions,
  screen: { title: string; onInterrupt(): void; reopen(repository: string): Promise<Tree | undefined> },
): Promise<Listener> {
  if (options.quiet) return silence;
  const forAPerson = options.format === 'terminal' && options.output === undefined && options.input;
  if (!forAPerson || !world.stdout.isTTY || !world.stdin.isTTY || world.env.CI) return logListener(world);
  const { screenListener } = await import('../screen.js');
  return screenListener({ world, ...screen });
}
