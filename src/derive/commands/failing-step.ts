/** Steps that are there to fail: `exit 1`, or a look at the results of the jobs before. */
import { readShell } from '../../parse/shell/shell.js';
import type { Activity } from './activity.js';
import { type Reading, START } from './reading.js';
import { shellOptions } from './shell-options.js';

export function deliberateFailure(reading: Reading): Activity[] {
  const { run, shell, variables, runLine } = reading.step;
  const exits = readShell(run, shellOptions(shell)).filter(
    (c) => (c.words[0] === 'exit' && /^[1-9]\d*$/.test(c.words[1] ?? '')) || c.words[0] === 'false',
  );
  const said = [run, ...variables.values()].join('\n');
  const asked = [...said.matchAll(/\bneeds\.([\w-]+|\*)\.result\b|toJSON\((needs)\)/gi)].map(
    (m) => m[1] ?? '*',
  );
  const [exit] = exits;
  if (!exit || (exit.conditional && asked.length === 0)) return [];
  const wanted = /!==?\s*["']?success/.test(said) ? "!= 'success'" : "== 'failure'";
  const conditions = [...new Set(asked)].map((job) =>
    job === '*' ? "contains(needs.*.result, 'failure')" : `needs.${job}.result ${wanted}`,
  );
  const at = { ...START, depth: 1, line: runLine + exit.line - 1, said: exit.words.join(' ') };
  return [reading.activity({ does: 'fails', when: exit.conditional ? conditions.join(' || ') : '' }, '', at)];
}
