/** Builds a fixture folder into a real git repository with a fixed history, so that its commit is the same everywhere. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('../fixtures/repositories/', import.meta.url));

/** Each fixture's history: who commits which paths with what words, a day after another, oldest first. */
const HISTORY = [
  ['Ada', 'Start the project', ['README.md']],
  [
    'Bob',
    'Build and test on every change (#1)',
    ['.github', 'package.json', 'package-lock.json', 'pyproject.toml'],
  ],
  ['Ada', 'Add the code with its test (#2)', ['src', 'test', 'tests']],
  ['Cyn', 'Deploy it (#3)', ['.']],
] as const;

/** The version that each fixture's files say it is; its tag is on the last commit. */
const TAGS: Readonly<Record<string, string>> = { library: 'v1.0.0', shop: 'v2.4.1' };

export interface FixtureRepository {
  directory: string;
  remove(): void;
}

/** A repository in a folder of its own; `remove` takes it away. */
export function fixtureRepository(name: string): FixtureRepository {
  const root = mkdtempSync(path.join(tmpdir(), 'plimsoll-fixture-'));
  const directory = path.join(root, name);
  cpSync(path.join(FIXTURES, name), directory, { recursive: true });
  const git = (args: readonly string[], env: Record<string, string> = {}) =>
    execFileSync('git', ['-c', 'commit.gpgsign=false', '-c', 'core.autocrlf=false', ...args], {
      cwd: directory,
      stdio: 'pipe',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', ...env },
    });
  git(['init', '-q', '-b', 'main']);
  HISTORY.forEach(([author, message, paths], day) => {
    for (const p of paths) {
      try {
        git(['add', '--', p]);
      } catch {
        // The fixture has no such path; the commit is of those it has.
      }
    }
    const at = `2026-03-0${day + 1}T09:00:00Z`;
    const email = `${author.toLowerCase()}@example.com`;
    git(['commit', '-q', '--allow-empty', '-m', message], {
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_NAME: author,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: at,
    });
  });
  const tag = TAGS[name];
  if (tag) git(['tag', tag]);
  return { directory, remove: () => rmSync(root, { recursive: true, force: true }) };
}
