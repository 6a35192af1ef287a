/** Scripts and targets called `test` that run tests in a way that no runner's name shows. */
import { readShell } from '../../parse/shell/shell.js';
import type { Activity } from './activity.js';
import { recognise } from './known.js';
import { CHANGES, type Reading, type Standing } from './reading.js';
import { PLAIN } from './shell-options.js';
import { SERVES_TESTS, SPEAKS_OF_DEPLOYS, TEST_SCRIPT } from './test-names.js';
import { bare } from './wrappers.js';

const HOUSEKEEPING =
  /^(echo|printf|exit|true|false|cd|pushd|popd|export|set|rm|rimraf|mkdir|cp|mv|touch|cat|cross-env|npm|pnpm|yarn|bun|make|pip|pip3|curl|git|if|\[|\[\[|go)$/;

/** A script or target called `test` that runs a program of the project's own runs its tests; one that only lints does not. */
export function withOwnTests(
  reading: Reading,
  name: string,
  run: string,
  found: Activity[],
  at: Standing,
): Activity[] {
  if (!TEST_SCRIPT.test(name) || SERVES_TESTS.test(name)) return found;
  const deploys = SPEAKS_OF_DEPLOYS.test(name);
  if (found.some((a) => a.does === 'tests' || (deploys && CHANGES.has(a.does)))) return found;
  const nothingElse = readShell(run, PLAIN).every((c) => {
    const words = bare(reading, c.words, at);
    return (
      HOUSEKEEPING.test(words[0] ?? '') ||
      /^(lints|builds|scans|nothing)$/.test(recognise(words.join(' '))?.does ?? '')
    );
  });
  if (nothingElse) return found;
  return [...found.filter((a) => a.does !== 'unknown'), ...reading.settle({ does: 'tests' }, run, at)];
}
