/** What listens to a scan: a screen, lines on standard error, or nothing. None of them can hold it up. */
import type { Assessment } from '../model/assessment.js';
import type { OnProgress } from '../model/events.js';
import type { World } from './world.js';

export interface Listener {
  onProgress: OnProgress;
  /** Shows the result and waits for the reader; false where somebody else has to show it. */
  show(assessment: Assessment): Promise<boolean>;
  stop(): void;
}

export const silence: Listener = { onProgress: () => {}, show: () => Promise.resolve(false), stop: () => {} };

/** A line on standard error for each step. */
export async function logListener(world: World): Promise<Listener> {
  const { logLine } = await import('../ui/log.js');
  return {
    ...silence,
    onProgress(event) {
      const line = logLine(event);
      if (line !== undefined) world.stderr.write(`${line}\n`);
    },
  };
}
