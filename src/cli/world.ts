/** What a command may know of the outside: read here and handed down, never read below the command line. */

export interface World {
  argv: readonly string[];
  version: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Exit codes, fixed by contract. */
export const EXIT = { done: 0, belowThreshold: 1, wrongUse: 2, partlyRead: 3, interrupted: 130 } as const;

/** Colour only where a person looks, and never against NO_COLOR (no-color.org). */
export function wantsColour(world: World): boolean {
  return world.stdout.isTTY === true && !world.env['NO_COLOR'] && world.env['TERM'] !== 'dumb';
}

/** A pipe that its reader closed, or a disk that is full: told once, as the rejection of the writing. */
export function listenForBrokenPipes(world: Pick<World, 'stdout' | 'stderr'>): void {
  for (const stream of [world.stdout, world.stderr]) stream.on('error', () => {});
}

/** Writes all of a text, and waits until it is out: a pipe may be slow, and the process ends right after. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
