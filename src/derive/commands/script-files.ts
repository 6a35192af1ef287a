/** Scripts and programs of the repository itself that a command starts. */
import { folderOf } from '../../parse/paths.js';
import type { Activity, Script } from './activity.js';
import { clean, join } from './directories.js';
import { DEEPEST, type Reading, type Standing } from './reading.js';
import { shebangOptions } from './shell-options.js';
import { isHandWrittenTest, isOfTests, SPEAKS_OF_TESTS } from './test-names.js';

/** A script file of the repository. */
export function scriptFile(reading: Reading, file: string, at: Standing): Activity[] {
  if (file === '' || at.depth > DEEPEST) return [];
  if (reading.foreign(at.directory))
    return reading.unseen(file, 'it comes from another repository', file, at);
  const script = scriptAt(reading, reading.filled(file), at);
  if (!script) return reading.unseen(file, 'its commands cannot be seen', file, at);
  const found = reading.shell(script.run, shebangOptions(script.run), {
    ...at,
    depth: at.depth + 1,
    file: script.path,
    tries: at.tries || isOfTests(script.path),
  });
  return isHandWrittenTest(script) && found.every((a) => /^(unknown|lints|builds)$/.test(a.does))
    ? [...found.filter((a) => a.does !== 'unknown'), ...reading.settle({ does: 'tests' }, file, at)]
    : found;
}

export function scriptAt(reading: Reading, file: string, at: Standing): Script | undefined {
  const shells = reading.around.scripts.filter((s) => s.tool === 'shell');
  const find = (path: string) => shells.find((s) => s.path === reading.inTree(path));
  // `${SCRIPT_DIR}/build.sh` and `$(dirname "$0")/build.sh` mean a neighbour or a path from the root.
  const rest = /^(?:\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\$\{\{[^}]*\}\}|\$\{?\w+\}?)\/(.*)$/.exec(file)?.[1];
  if (rest === undefined)
    return (
      find(join(at.directory, file)) ??
      (at.directory.includes('$') ? find(join(folderOf(at.file), file)) : undefined)
    );
  return (
    find(join(folderOf(at.file), rest)) ??
    find(rest) ??
    only(shells.filter((s) => s.path.endsWith(`/${clean(rest)}`)))
  );
}

/** `python scripts/run_tests.py`: a program of the project's own. */
export function ownProgram(
  reading: Reading,
  program: string,
  rest: readonly string[],
  at: Standing,
): Activity[] {
  const file = rest.find((w) => !w.startsWith('-')) ?? '';
  const inline = rest.some((w) => /^-[a-z]*[cerpm]$/.test(w));
  const deploys = /(^|\/)(deploy|publish|release|upload)[^/]*$/i.test(file);
  return !inline && (SPEAKS_OF_TESTS.test(file) || deploys)
    ? reading.unseen(`${program} ${file}`, 'what the program does cannot be seen', file, at)
    : [];
}

function only<T>(these: readonly T[]): T | undefined {
  return these.length === 1 ? these[0] : undefined;
}
