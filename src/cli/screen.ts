/** The scan on the screen: mounts the terminal app and gives it what it asks for. */
import type { Assessment } from '../model/assessment.js';
import type { ProgressEvent } from '../model/events.js';
import type { Tree } from '../source/tree.js';
import type { ScanScreen } from '../ui/scan-screen.js';
import { exportReport } from './deliver.js';
import type { Listener } from './listener.js';
import { type World, wantsColour } from './world.js';

export interface ScreenOptions {
  world: World;
  title: string;
  /** Opens the scanned repository of that name once more, to show lines of its files. */
  reopen(repository: string): Promise<Tree | undefined>;
  onInterrupt(): void;
}

/** The terminal app takes a while to load: the scan starts meanwhile, and what it tells is kept until the app is there. */
export function screenListener(options: ScreenOptions): Listener {
  const { world } = options;
  const begun = performance.now();
  const kept: ProgressEvent[] = [];
  let screen: ScanScreen | undefined;
  let assessed: Assessment | undefined;
  let stopped = false;
  const mounted = mount();

  async function mount(): Promise<ScanScreen> {
    // React's production build, which the variable chooses when it is first loaded, draws a frame in half the time.
    process.env.NODE_ENV ??= 'production';
    const { startScanScreen } = await import('../ui/scan-screen.js');
    const started = startScanScreen({
      stdout: world.stdout,
      stdin: world.stdin,
      colour: wantsColour(world),
      title: options.title,
      elapsed: () => performance.now() - begun,
      onInterrupt: options.onInterrupt,
      excerpt: (repository, path) => linesOf(options, repository, path),
      onExport(format) {
        if (!assessed) return Promise.reject(new Error('there is no result yet'));
        return exportReport(world, assessed, format);
      },
    });
    for (const event of kept) started.progress(event);
    kept.length = 0;
    screen = started;
    if (stopped) started.stop();
    return started;
  }

  return {
    onProgress(event) {
      if (screen) screen.progress(event);
      else kept.push(event);
    },
    async show(assessment) {
      assessed = assessment;
      await (await mounted).result(assessment);
      return true;
    },
    stop() {
      stopped = true;
      screen?.stop();
    },
  };
}

async function linesOf(
  options: ScreenOptions,
  repository: string,
  path: string,
): Promise<string[] | undefined> {
  const tree = await options.reopen(repository);
  if (!tree) return undefined;
  try {
    const file = (await tree.list()).find((f) => f.path === path);
    let lines: string[] | undefined;
    if (file)
      await tree.read([file], (_, text) => {
        lines = text?.split(/\r\n|\n|\r/);
      });
    return lines;
  } finally {
    tree.close();
  }
}
