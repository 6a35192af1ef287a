/** Scripts that the manifests of packages hold, and the package managers that start them. */
import { type Activity, oneOfEach } from './activity.js';
import { shellWords } from './command-words.js';
import { clean, join } from './directories.js';
import { withOwnTests } from './own-tests.js';
import { DEEPEST, type Reading, type Standing } from './reading.js';
import { PLAIN } from './shell-options.js';
import { isOfTests, TEST_SCRIPT } from './test-names.js';

/** How a script of a package is called: in any member, in one, and with what behind its name. */
interface ScriptCall {
  any: boolean;
  member?: string;
  given?: readonly string[];
}

/** A script that is nothing but a program does what the words behind it say: `"nx": "nx"`. */
function called(run: string, { given = [] }: ScriptCall): string {
  return given.length > 0 && /^[\w@./-]+$/.test(run.trim()) ? `${run.trim()} ${shellWords(given)}` : run;
}

export function packageManager(
  reading: Reading,
  program: string,
  rest: readonly string[],
  text: string,
  at: Standing,
): Activity[] {
  let directory = at.directory;
  let any = false;
  let member = '';
  const words: string[] = [];
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i] ?? '';
    const [flag = '', joinedValue] = word.split('=', 2);
    const value = () => joinedValue ?? rest[++i] ?? '';
    if (/^(--prefix|--dir|--cwd)$/.test(flag) || (flag === '-C' && program !== 'yarn'))
      directory = join(directory, value());
    else if (/^(--filter|-F|--workspace|-w)$/.test(flag) && !(program === 'pnpm' && flag === '-w')) {
      member = value();
      any = any || /[*.{}!^]/.test(member);
    } else if (/^(-r|--recursive|--workspaces|-ws|-w|--workspace-root)$/.test(flag))
      any = any || !/^(-w|--workspace-root)$/.test(flag);
    else if (word === '--') break;
    else if (word.startsWith('-') && words.length === 0) continue;
    else words.push(word);
  }
  if (program === 'yarn' && words[0] === 'workspace') member = words.splice(0, 2)[1] ?? '';
  if (program === 'yarn' && words[0] === 'workspaces') {
    any = true;
    words.splice(0, words.indexOf('run') === -1 ? 2 : words.indexOf('run'));
  }
  const [verb = '', name = ''] = words;
  const where = {
    any,
    member,
    given: words.slice(verb === name || /^(run|run-script|rum|urn)$/.test(verb) ? 2 : 1),
  };
  const here = { ...at, directory };
  if (/^(publish|npm)$/.test(verb) && (verb === 'publish' || name === 'publish'))
    return /\s--dry-run\b/.test(text)
      ? []
      : [
          ...lifecycle(reading, ['prepublishOnly', 'prepublish', 'prepack'], here),
          ...reading.settle({ does: 'publishes' }, text, at),
        ];
  if (/^audit$/.test(verb)) return reading.settle({ does: 'scans' }, text, at);
  if (/^(run|run-script|rum|urn)$/.test(verb)) return packageScript(reading, name, here, where);
  if (/^(test|t|tst)$/.test(verb) && !(program === 'bun')) return packageScript(reading, 'test', here, where);
  if (verb === 'bun' || (program === 'bun' && verb === 'test'))
    return reading.settle({ does: 'tests' }, text, at);
  if (/^(install-test|it|cit|install-ci-test)$/.test(verb))
    return packageScript(reading, 'test', here, where);
  if (verb === 'exec' || verb === 'x' || verb === 'dlx')
    return reading.shell(
      shellWords(words.slice(1).concat(rest.slice(rest.indexOf('--') + 1 || rest.length))),
      PLAIN,
      here,
    );
  if (
    /^(install|i|ci|add|remove|rm|up|update|upgrade|config|set|login|logout|whoami|cache|init|create|link|pack|version|view|info|list|ls|outdated|prune|rebuild|why|dedupe|import|fetch|store|env|plugin|dist-tag|deprecate|access|token|pkg|get|root|bin|help|setup|self-update|corepack|approve-builds|start|stop|restart|patch)$/.test(
      verb,
    ) &&
    program !== 'yarn'
  )
    return [];
  // yarn, pnpm and bun run a script or a program by its bare name.
  const found = packageScript(reading, verb, here, where, true);
  if (found !== undefined) return found;
  if (
    /^(install|add|remove|up|upgrade|config|set|login|cache|init|create|link|pack|version|info|list|why|dedupe|plugin|global|import|patch|dlx|node)$/.test(
      verb,
    )
  )
    return [];
  return reading.shell(shellWords(words), PLAIN, here);
}

function lifecycle(reading: Reading, names: readonly string[], at: Standing): Activity[] {
  const folder = reading.inTree(at.directory);
  const [own] = reading.around.packages.filter(
    (p) => p.data.directory === folder && p.data.scripts.length > 0,
  );
  return names.flatMap((name) => {
    const script = own?.data.scripts.find((s) => s.name === name);
    return script
      ? reading.shell(script.run, PLAIN, { ...at, depth: at.depth + 1 }).filter((a) => a.does === 'tests')
      : [];
  });
}

export function packageScript(reading: Reading, name: string, at: Standing, where: ScriptCall): Activity[];
export function packageScript(
  reading: Reading,
  name: string,
  at: Standing,
  where: ScriptCall,
  orNothing: true,
): Activity[] | undefined;
export function packageScript(
  reading: Reading,
  name: string,
  at: Standing,
  where: ScriptCall,
  orNothing = false,
): Activity[] | undefined {
  if (name === '' || at.depth > DEEPEST) return [];
  const what = `the script ${name}`;
  if (reading.foreign(at.directory))
    return reading.unseen(what, 'it runs in a checkout of another repository', name, at);
  const withScript = reading.around.packages.filter((p) => p.data.scripts.some((s) => s.name === name));
  const folder = reading.inTree(at.directory);
  const member = where.member ?? '';
  let these = withScript.filter((p) => p.data.directory === folder);
  if (member !== '' && !where.any) {
    const named = withScript.filter(
      (p) =>
        p.name === member ||
        p.data.directory === clean(member) ||
        p.data.directory.endsWith(`/${clean(member)}`),
    );
    if (named.length > 0) these = named;
    else if (withScript.length > 0) these = withScript.slice(0, 1);
  } else if (where.any || folder.includes('$')) these = withScript;
  else if (
    these.length === 0 &&
    !reading.around.packages.some((p) => p.data.directory === folder && p.data.ecosystem === 'npm')
  ) {
    // The folder has no manifest that was read: the nearest one above is what npm uses.
    these = withScript
      .filter((p) => folder.startsWith(p.data.directory === '' ? '' : `${p.data.directory}/`))
      .slice(-1);
  }
  if (these.length === 0) {
    if (orNothing) return undefined;
    const unread = reading.around.packages.length === 0;
    return unread && TEST_SCRIPT.test(name)
      ? reading.settle({ does: 'tests' }, name === 'test' ? 'npm test' : `npm run ${name}`, at)
      : [];
  }
  const found = these.flatMap((p) =>
    p.data.scripts
      .filter((s) => s.name === name)
      .flatMap((s) =>
        scriptText(reading, name, called(s.run, where), { ...at, directory: p.data.directory }),
      ),
  );
  // One of several members that all run it counts once.
  return where.any ? oneOfEach(found) : found;
}

function scriptText(reading: Reading, name: string, run: string, at: Standing): Activity[] {
  const inner = { ...at, depth: at.depth + 1, tries: at.tries || isOfTests('', name) };
  return withOwnTests(reading, name, run, reading.shell(run, PLAIN, inner), inner);
}

export function composerCommand(
  reading: Reading,
  rest: readonly string[],
  text: string,
  at: Standing,
): Activity[] {
  const words = rest.filter((w) => !w.startsWith('-'));
  const name = /^(run|run-script|exec)$/.test(words[0] ?? '') ? (words[1] ?? '') : (words[0] ?? '');
  if (words[0] === 'exec') return reading.shell(shellWords(words.slice(1)), PLAIN, at);
  const found = packageScript(reading, name, at, { any: false }, true);
  if (found !== undefined) return found;
  return TEST_SCRIPT.test(name)
    ? reading.settle({ does: 'tests' }, text, at)
    : name === 'audit'
      ? reading.settle({ does: 'scans' }, text, at)
      : [];
}
