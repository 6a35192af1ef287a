/** A world without a process: what the command line writes is kept as text, and nobody sits at a terminal. */
import { Writable } from 'node:stream';
import { run } from '../../src/cli/run.js';
import type { World } from '../../src/cli/world.js';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  version?: string;
  /** Is standard output a terminal of 80 columns? */
  terminal?: boolean;
}

/** Runs one command line in this process. */
export async function plimsoll(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout = new Kept();
  const stderr = new Kept();
  if (options.terminal) Object.assign(stdout, { isTTY: true, columns: 80 });
  const world = {
    argv,
    version: options.version ?? '1.2.3',
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH, ...options.env },
    stdin: process.stdin,
    // A pipe has no more than this: neither `isTTY` nor `columns`.
    stdout: stdout as Writable as NodeJS.WriteStream,
    stderr: stderr as Writable as NodeJS.WriteStream,
  } satisfies World;
  const code = await run(world);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
