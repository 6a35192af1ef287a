/** Runs the command line: turns what a command throws into words and an exit code. */
import { UserError } from '../model/errors.js';
import { createProgram, type Exit } from './program.js';
import { EXIT, listenForBrokenPipes, type World, write } from './world.js';

/** Resolves to the exit code; never rejects. */
export async function run(world: World): Promise<number> {
  const exit: Exit = { code: EXIT.done };
  listenForBrokenPipes(world);
  try {
    const program = createProgram(world, exit);
    if (world.argv.length === 0) {
      await write(world.stderr, program.helpInformation());
      return EXIT.wrongUse;
    }
    await program.parseAsync([...world.argv], { from: 'user' });
    return exit.code;
  } catch (error) {
    return explain(world, error);
  }
}

async function explain(world: World, error: unknown): Promise<number> {
  if (error instanceof UserError) {
    await write(world.stderr, `plimsoll: ${error.message}\n${error.next ? `  ${error.next}\n` : ''}`);
    return EXIT.wrongUse;
  }
  if (isCommanderError(error)) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  if (hasCode(error, 'EPIPE')) return EXIT.done;
  if (hasCode(error, 'ENOSPC')) {
    await write(world.stderr, 'plimsoll: there is no room left to write the result to.\n');
    return EXIT.wrongUse;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await write(
    world.stderr,
    `plimsoll ${world.version}: this is a bug in Plimsoll, not a mistake of yours.\n${stack}\n  Please report it with the lines above.\n`,
  );
  return EXIT.partlyRead;
}

/** Commander has already printed help, version or what is wrong with the words. */
function isCommanderError(error: unknown): error is { code: string; exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
