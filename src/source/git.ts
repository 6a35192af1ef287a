/** Runs git: the only place that starts a process. Output is streamed as bytes; what still runs ends with `close`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { UserError } from '../model/errors.js';
import { printable } from './printable.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** git ended otherwise than well; the message is its own last line. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
}

interface Answer {
  /** 0 for success; 128 and the like are for the caller to judge. */
  status: number;
  output: Buffer;
  /** The last line that git wrote to standard error, fit to be shown. */
  complaint: string;
}

interface Run {
  arguments: readonly string[];
  /** Beside the environment of all runs. */
  environment?: Environment;
  input?: string;
  onOutput(chunk: Buffer): void;
}

export class Git {
  readonly #running = new Set<ChildProcess>();
  readonly #environment: Environment;
  readonly #directory: string;
  #closed = false;

  /** `directory` is where git starts; it should not be one that a stranger writes to. */
  constructor(directory: string, environment: Environment) {
    this.#directory = directory;
    this.#environment = environment;
  }

  /** Runs to the end and gives the whole output: for small questions, whose failure is an answer too. */
  async ask(args: readonly string[], environment: Environment = {}): Promise<Answer> {
    const chunks: Buffer[] = [];
    const end = await this.#run({ arguments: args, environment, onOutput: (chunk) => chunks.push(chunk) });
    return { ...end, output: Buffer.concat(chunks) };
  }

  /** Gives the output chunk by chunk and fails where git does. An error that `onOutput` throws ends git. */
  async stream(args: readonly string[], onOutput: (chunk: Buffer) => void, input?: string): Promise<void> {
    const end = await this.#run({ arguments: args, onOutput, ...(input === undefined ? {} : { input }) });
    if (end.status !== 0)
      throw new GitFailure(end.complaint || `git ${args[0]} ended with the status ${end.status}`);
  }

  /** Ends what still runs; whoever waits for it gets an error. */
  close(): void {
    this.#closed = true;
    for (const child of this.#running) child.kill('SIGKILL');
  }

  #run(run: Run): Promise<Omit<Answer, 'output'>> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      const child = spawn('git', run.arguments, {
        cwd: this.#directory,
        env: { ...this.#environment, ...run.environment },
        stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        windowsHide: true,
      });
      this.#running.add(child);
      let complaints = '';
      let thrown: { error: unknown } | undefined;

      child.stdout?.on('data', (chunk: Buffer) => {
        if (thrown) return;
        try {
          run.onOutput(chunk);
        } catch (error) {
          thrown = { error };
          child.kill('SIGKILL');
        }
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        complaints = (complaints + chunk.toString()).slice(-4000);
      });
      // A git that dies early closes its input; how it ended says more than the broken pipe.
      child.stdin?.on('error', () => {});
      child.stdin?.end(run.input);

      child.on('error', (error: NodeJS.ErrnoException) => {
        this.#running.delete(child);
        reject(error.code === 'ENOENT' ? noGit() : error);
      });
      child.on('close', (status, signal) => {
        this.#running.delete(child);
        if (thrown) reject(thrown.error);
        else if (this.#closed) reject(closed());
        else if (status === null)
          reject(new GitFailure(`git ${run.arguments[0]} was ended by the signal ${signal ?? 'unknown'}`));
        else resolve({ status, complaint: lastLine(complaints) });
      });
    });
  }
}

function closed(): Error {
  return new Error('The repository was closed.');
}

function noGit(): UserError {
  return new UserError(
    'git was not found in PATH.',
    'Install git 2.30 or newer: https://git-scm.com/downloads',
  );
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('hint:'));
  const last = lines.findLast((line) => line.startsWith('fatal:')) ?? lines.at(-1) ?? '';
  return printable(last.replace(/^(fatal|error): /, ''));
}
