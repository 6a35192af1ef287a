/** Mounts the terminal app: takes the engine's events, shows the result until the reader leaves it, restores the terminal. */
import { render, renderToString } from 'ink';
import type { Assessment } from '../model/assessment.js';
import type { OnProgress } from '../model/events.js';
import { Colour } from './components/line.js';
import { initialProgress, reduceProgress } from './progress.js';
import { type Asks, ScanApp } from './scan-app.js';
import { ResultScreen } from './screens/result.js';
import { sizeOf } from './size.js';

/** Milliseconds between two frames of a running scan: seldom enough to cost a scan nothing, often enough to look alive. */
const FRAME = 200;

export interface ScanScreenOptions extends Pick<Asks, 'excerpt' | 'onExport' | 'onInterrupt'> {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  colour: boolean;
  /** What is scanned, as the reader knows it: a path. */
  title: string;
  /** Milliseconds since the scan started: the screen may be there later. */
  elapsed: () => number;
}

export interface ScanScreen {
  /** Takes an event and returns at once; frames come by their own clock. */
  progress: OnProgress;
  /** Shows the result; resolves when the reader has left it, at once where there is no keyboard. It stays on the screen. */
  result(assessment: Assessment): Promise<void>;
  /** Ends the screen where it is; harmless after the result. */
  stop(): void;
}

export function startScanScreen(options: ScanScreenOptions): ScanScreen {
  const { stdout, stdin } = options;
  let progress = initialProgress;
  let took: number | undefined;
  let assessment: Assessment | undefined;
  let over = false;
  let leave: () => void = () => {};

  const app = () => (
    <ScanApp
      title={options.title}
      colour={options.colour}
      progress={progress}
      elapsed={took ?? options.elapsed()}
      assessment={assessment}
      stopped={over}
      excerpt={options.excerpt}
      onExport={options.onExport}
      onInterrupt={options.onInterrupt}
      onQuit={() => leave()}
    />
  );
  const screen = render(app(), { stdout, stdin, exitOnCtrlC: false });
  const frames = setInterval(() => screen.rerender(app()), FRAME);
  const gone = screen.waitUntilExit();
  // A screen that breaks must not break the scan; `result` tells of it.
  gone.catch(() => {
    over = true;
    clearInterval(frames);
  });

  const end = () => {
    clearInterval(frames);
    if (over) return;
    over = true;
    took ??= options.elapsed();
    if (!assessment) {
      screen.rerender(app());
      screen.unmount();
      return;
    }
    // What stays may be higher than the terminal, so it is written as text in place of the last frame.
    screen.clear();
    screen.unmount();
    const { columns } = sizeOf(stdout);
    const staying = (
      <Colour.Provider value={options.colour}>
        <ResultScreen
          {...{ assessment, columns }}
          elapsed={took}
          selected={undefined}
          notice=""
          rows={Number.POSITIVE_INFINITY}
        />
      </Colour.Provider>
    );
    stdout.write(`${renderToString(staying, { columns })}\n`);
  };
  return {
    progress(event) {
      progress = reduceProgress(progress, event);
    },
    async result(given) {
      clearInterval(frames);
      took = options.elapsed();
      assessment = given;
      if (stdin.isTTY && !over) {
        screen.rerender(app());
        const left = new Promise<void>((resolve) => {
          leave = resolve;
        });
        await Promise.race([left, gone]);
      }
      end();
      await gone;
    },
    stop: end,
  };
}
