/** Targets of make, just and Task, with all that they need. */
import { folderOf } from '../../parse/paths.js';
import type { Activity, Script } from './activity.js';
import { join } from './directories.js';
import { withOwnTests } from './own-tests.js';
import { DEEPEST, type Reading, type Standing } from './reading.js';
import { isOfTests } from './test-names.js';

export function makeTargets(reading: Reading, rest: readonly string[], at: Standing): Activity[] {
  let directory = at.directory;
  let file = '';
  const targets: string[] = [];
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i] ?? '';
    if (word === '-C' || word === '--directory') directory = join(directory, rest[++i] ?? '');
    else if (word.startsWith('-C')) directory = join(directory, word.slice(2));
    else if (word.startsWith('--directory=')) directory = join(directory, word.slice(12));
    else if (word === '-f' || word === '--file') file = rest[++i] ?? '';
    else if (/^-[jlo]$/.test(word) && /^\d+$/.test(rest[i + 1] ?? '')) i += 1;
    else if (word === '-n' || word === '--dry-run' || word === '--just-print') return [];
    else if (!word.startsWith('-') && !word.includes('=')) targets.push(word);
  }
  return targetsIn(reading, 'make', targets, directory, file, at);
}

export function runnerTargets(
  reading: Reading,
  tool: 'just' | 'task',
  rest: readonly string[],
  at: Standing,
): Activity[] {
  let directory = at.directory;
  const targets: string[] = [];
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i] ?? '';
    if (/^(-d|--dir|--working-directory)$/.test(word)) directory = join(directory, rest[++i] ?? '');
    else if (word === '--') break;
    else if (/^(-l|--list|--list-all|--version|--init)$/.test(word)) return [];
    else if (!word.startsWith('-') && !word.includes('=')) targets.push(word);
  }
  // Arguments of a recipe look like recipes; the first one is sure to be one.
  return targetsIn(reading, tool, tool === 'just' ? targets.slice(0, 1) : targets, directory, '', at);
}

function targetsIn(
  reading: Reading,
  tool: Script['tool'],
  asked: readonly string[],
  directory: string,
  file: string,
  at: Standing,
): Activity[] {
  const what = `${tool} ${asked.join(' ')}`.trim();
  const unseen = (because: string) => reading.unseen(what, because, asked.join(' ') || 'all', at);
  if (reading.foreign(directory)) return unseen('it runs in a checkout of another repository');
  const folder = reading.inTree(directory);
  const inFile = file === '' ? undefined : reading.inTree(join(directory, file));
  const ofTool = reading.around.scripts.filter((s) => s.tool === tool);
  // A folder that is decided while it runs may be any that has the target.
  // What a Makefile includes runs in the folder of the Makefile.
  const folderHolds = (s: Script) => (s.tool === 'make' ? s.directory : folderOf(s.path)) === folder;
  const all = folder.includes('$')
    ? ofTool.filter((s) => asked.includes(s.target))
    : ofTool.filter((s) => (inFile === undefined ? folderHolds(s) : s.path === inFile));
  if (all.length === 0)
    return unseen(`no ${tool === 'make' ? 'Makefile' : `${tool} file`} with it can be seen`);
  const targets =
    asked.length > 0
      ? asked
      : [
          tool === 'task'
            ? 'default'
            : ((all.find((s) => folderOf(s.path) === folder) ?? all[0])?.target ?? ''),
        ];
  return reading.inTurn(
    targets.map((target) => (here: Standing) => {
      const rules = all.filter((s) => s.target === target);
      if (rules.length > 0) return targetAndNeeds(reading, tool, rules, all, here, new Set());
      return reading.unseen(`${tool} ${target}`, `no rule for ${target} can be seen`, target, here);
    }),
    at,
  );
}

function targetAndNeeds(
  reading: Reading,
  tool: Script['tool'],
  these: readonly Script[],
  all: readonly Script[],
  at: Standing,
  seen: Set<string>,
): Activity[] {
  const [first] = these;
  if (!first || seen.has(first.target) || at.depth > DEEPEST) return [];
  seen.add(first.target);
  const needs = [...new Set(these.flatMap((s) => s.needs))].map((need) => {
    const rules = all.filter((s) => s.target === need);
    return (here: Standing) => targetAndNeeds(reading, tool, rules, all, here, seen);
  });
  const own = these.map((s) => (here: Standing) => {
    const tries = here.tries || isOfTests(s.path, s.target);
    const inside = { ...here, directory: s.directory, file: s.path, tries };
    const found = reading.shell(s.run, { errexit: true, pipefail: false }, inside);
    return withOwnTests(reading, s.target, s.run, found, inside);
  });
  return reading.inTurn([...needs, ...own], { ...at, depth: at.depth + 1 });
}
