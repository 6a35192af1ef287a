import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/errors.js';
import { openRepository } from '../../src/source/repository.js';
import { commit, git, PLAIN, readRepository, repository, scratchFolder, write } from './scratch.js';

const RECIPES = fileURLToPath(new URL('../../fixtures/hostile/', import.meta.url));
const folder = scratchFolder();

/** Every file below with its size and times: what a write would change. */
function traces(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { size, mtimeMs, ctimeMs } = lstatSync(join(path, name));
      return `${name} ${size} ${mtimeMs} ${ctimeMs}`;
    })
    .sort();
}

it('does not enter a submodule, whose configuration names programs too', async () => {
  const marker = join(folder, 'marker of the submodule');
  const inner = repository(join(folder, 'inner'), { a: '1' });
  const outer = repository(join(folder, 'outer'), { b: '1' });
  git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner, 'sub');
  commit(outer);
  write(folder, { 'run.sh': `#!/bin/sh\ntouch '${marker}'\n` });
  chmodSync(join(folder, 'run.sh'), 0o755);
  git(join(outer, 'sub'), 'config', 'core.fsmonitor', join(folder, 'run.sh'));
  git(outer, 'status');
  expect(existsSync(marker)).toBe(true);
  rmSync(marker);
  expect((await readRepository(outer)).head.dirtyFiles).toBe(0);
  expect(existsSync(marker)).toBe(false);
});

describe('a repository whose configuration names programs', () => {
  const marker = join(folder, 'marker');
  const hostile = join(folder, 'programs');
  beforeAll(() => {
    execFileSync(join(RECIPES, 'programs.sh'), [hostile, marker], { stdio: 'inherit' });
  });

  it.each([
    ['status', ['-c', `core.worktree=${hostile}`, 'status']],
    ['log', ['log', '-1', '--format=%H']],
    ['diff', ['-c', 'core.fsmonitor=false', 'log', '-p', '--ext-diff', '--format=%G?']],
    ['a missing object', ['cat-file', 'blob', 'HEAD:gone.txt']],
  ])('runs them when git is asked plainly: %s', (_, args) => {
    rmSync(marker, { force: true });
    spawnSync('git', args, { cwd: hostile, env: PLAIN });
    expect(existsSync(marker)).toBe(true);
    rmSync(marker, { force: true });
  });

  it('runs none of them in a whole reading, and writes nothing', async () => {
    const before = traces(hostile);
    const reading = await readRepository(hostile);
    expect(existsSync(marker)).toBe(false);
    expect(traces(hostile)).toEqual(before);
    expect(reading.head).toMatchObject({ name: 'programs', branch: 'main', bare: false, webUrl: '' });
    expect(reading.head.tags).toEqual(['v1']);
    expect(reading.texts['app.yaml']).toBe('kind: Service\n');
    expect(reading.texts['gone.txt']).toBeUndefined();
    expect(reading.files.find((f) => f.path === 'gone.txt')?.size).toBe(-1);
    expect(reading.commits.map((c) => [c.subject, c.authorEmail, c.touched.length])).toEqual([
      ['Signed', 'm@example.com', 0],
      ['Change', 'm@example.com', 1],
      ['Begin', 'm@example.com', 4],
    ]);
  });

  it('counts the changed files of the folder that was named, not of another that core.worktree names', async () => {
    // app.yaml is newer but the same; new.yaml is not committed; elsewhere is empty.
    expect((await readRepository(hostile)).head.dirtyFiles).toBe(1);
    expect(existsSync(marker)).toBe(false);
  });

  it('runs none of them from a folder inside, by its git directory or at another revision', async () => {
    for (const path of [join(hostile, 'elsewhere'), join(hostile, '.git')]) await readRepository(path);
    const { commits } = await readRepository(hostile, { revision: 'HEAD~1' });
    expect(commits.map((c) => c.subject)).toEqual(['Change', 'Begin']);
    expect(existsSync(marker)).toBe(false);
  });

  it('reads the same as without that configuration', async () => {
    const configured = await readRepository(hostile);
    const plain = join(folder, 'plain');
    execFileSync('cp', ['-a', hostile, plain]);
    writeFileSync(join(plain, '.git', 'config'), '[core]\nrepositoryFormatVersion = 0\n');
    const { files, texts, commits } = await readRepository(plain);
    expect({ files, texts, commits }).toEqual({
      files: configured.files,
      texts: configured.texts,
      commits: configured.commits,
    });
  });

  it('reads the same under a hostile environment and configuration of the user', async () => {
    const home = join(folder, 'home');
    write(home, {
      '.gitconfig':
        '[log]\nfollow = true\nmailmap = false\n[format]\npretty = %h\n[color]\nui = always\n[core]\nabbrev = 4\n',
    });
    const configured = await readRepository(hostile);
    const environment = {
      ...process.env,
      HOME: home,
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_EXTERNAL_DIFF: 'false',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'log.showSignature',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_TRACE: '1',
      LC_ALL: 'de_DE.UTF-8',
      LANGUAGE: 'de',
    };
    expect(await readRepository(hostile, { environment })).toEqual(configured);
  });
});

it('fails soon on a commit that lists files without end', async () => {
  const endless = join(folder, 'endless');
  execFileSync(join(RECIPES, 'endless.sh'), [endless]);
  const tree = await openRepository(endless, { cwd: '/' });
  await expect(tree.list()).rejects.toThrow(UserError);
  tree.close();
});

it.runIf(process.getuid?.() === 0)('reads a repository that belongs to somebody else', async () => {
  const theirs = join(folder, 'theirs');
  git(folder, 'init', '-q', '-b', 'main', theirs);
  write(theirs, { 'a.yaml': 'a: 1\n' });
  git(theirs, 'add', '.');
  git(theirs, 'commit', '-q', '-m', 'Begin');
  execFileSync('chown', ['-R', '12345', theirs]);
  expect(() => git(theirs, 'log')).toThrow(/dubious ownership/);
  const { texts, head } = await readRepository(theirs);
  expect(texts).toEqual({ 'a.yaml': 'a: 1\n' });
  expect(head.dirtyFiles).toBe(0);
});
