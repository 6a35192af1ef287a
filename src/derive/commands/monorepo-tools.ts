/** Tools that run a script or target in many packages at once: turbo, nx, lerna and their like. */
import type { Activity } from './activity.js';
import { recognise } from './known.js';
import { packageScript } from './package-scripts.js';
import type { Reading, Standing } from './reading.js';
import { TEST_SCRIPT } from './test-names.js';

export function monorepoTool(
  reading: Reading,
  program: string,
  rest: readonly string[],
  text: string,
  at: Standing,
): Activity[] {
  const targets: string[] = [];
  const names: string[] = [];
  for (let i = 0; i < rest.length; i += 1) {
    const word = rest[i] ?? '';
    const value = /^(?:-t|--targets?)=(.*)$/.exec(word)?.[1];
    if (value !== undefined) targets.push(...value.split(','));
    else if (/^(-t|--targets?)$/.test(word)) {
      while (rest[i + 1] !== undefined && !(rest[i + 1] ?? '').startsWith('-'))
        targets.push(...(rest[++i] ?? '').split(','));
    } else if (word === '--') break;
    else if (
      /^(--filter|-F|--scope|--projects?|-p|--base|--head|--parallel|--exclude|--configuration|-c|--concurrency)$/.test(
        word,
      )
    )
      i += 1;
    else if (!word.startsWith('-')) names.push(word);
  }
  if (program === 'nx' && names[0] === 'release')
    return reading.settle(recognise(text) ?? { does: 'publishes' }, text, at);
  if (program === 'lerna' && names[0] === 'publish') return reading.settle({ does: 'publishes' }, text, at);
  if (targets.length === 0) {
    if (program === 'nx' && /^(affected|run-many)$/.test(names[0] ?? '')) targets.push(...names.slice(1));
    else if (program === 'nx' && (names[0] ?? '').startsWith('affected:'))
      targets.push((names[0] ?? '').slice(9));
    else if (program === 'nx') {
      const target =
        names[0] === 'run'
          ? (names[1] ?? '').split(':')[1]
          : (names[0] ?? '').includes(':')
            ? (names[0] ?? '').split(':')[1]
            : names[0];
      // `nx execute e2e` runs a target of the project that holds the end-to-end tests.
      targets.push(
        target ?? '',
        ...(names[1] !== undefined &&
        /(^|-)e2e$/.test(names[1]) &&
        !/^(build|lint|serve|install)/.test(target ?? '')
          ? ['e2e']
          : []),
      );
    } else targets.push(...(names[0] === 'run' || names[0] === 'exec' ? names.slice(1) : names));
  }
  return targets.flatMap((target) => {
    const name = target.replace(/^.*#/, '');
    const scripts = packageScript(reading, name, at, { any: true }, true);
    if (scripts !== undefined && (program !== 'nx' || scripts.length > 0)) return scripts;
    // nx has targets that no package.json names: project.json and inferred ones.
    if (program === 'nx' && TEST_SCRIPT.test(name)) return reading.settle({ does: 'tests' }, text, at);
    if (program === 'nx' && /^(lint|typecheck|format)/.test(name))
      return reading.settle({ does: 'lints' }, text, at);
    if (program === 'nx' && /^(deploy|release|publish)/.test(name))
      return reading.settle({ does: name.startsWith('deploy') ? 'deploys' : 'publishes' }, text, at);
    if (program === 'nx' && /--push(=|\s+)true|--push(\s|$)/.test(text))
      return reading.settle({ does: 'publishes' }, text, at);
    return [];
  });
}
