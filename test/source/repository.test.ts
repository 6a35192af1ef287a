import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/errors.js';
import { type OpenOptions, openRepository } from '../../src/source/repository.js';
import { commit, git, readRepository, repository, scratchFolder, write } from './scratch.js';

const folder = scratchFolder();
const simple = repository(join(folder, 'simple'), { 'a.yaml': 'a: 1\n', 'sub/b.yaml': 'b: 1\n' });

async function failure(path: string, options: Partial<OpenOptions> = {}): Promise<UserError> {
  const error: unknown = await openRepository(path, { cwd: folder, ...options }).then(
    (tree) => tree.close(),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

function looseObject(repo: string, revision: string): string {
  const id = git(repo, 'rev-parse', revision);
  return join(repo, '.git', 'objects', id.slice(0, 2), id.slice(2));
}

/** A git that behaves as the script says, else as the real one. */
function otherGit(name: string, script: string): NodeJS.ProcessEnv {
  const bin = join(folder, name);
  mkdirSync(bin);
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\nexec ${real} "$@"\n`, { mode: 0o755 });
  return { ...process.env, PATH: `${bin}:${process.env.PATH}` };
}

describe('where a repository is found', () => {
  const bare = join(folder, 'owner+thing', 'repo');
  git(folder, 'clone', '-q', '--bare', simple, bare);
  git(bare, 'remote', 'remove', 'origin');
  const linked = join(folder, 'linked');
  git(simple, 'worktree', 'add', '-q', '-b', 'side', linked);
  write(linked, { 'c.yaml': 'c: 1\n' });
  commit(linked, { message: 'On the side' });

  it.each([
    ['a work tree', simple, 'simple', false],
    ['a folder inside it', join(simple, 'sub'), 'simple', false],
    ['its git directory', join(simple, '.git'), 'simple', false],
    ['a bare repository', bare, 'owner+thing', true],
    ['a folder inside a bare repository', join(bare, 'refs'), 'owner+thing', true],
  ])('%s', async (_, path, name, isBare) => {
    const { head, files, texts } = await readRepository(path);
    expect(head).toMatchObject({
      name,
      bare: isBare,
      branch: 'main',
      dirtyFiles: 0,
      webUrl: '',
      shallow: false,
    });
    expect(head.committedAt).toBe(Date.parse('2026-01-05T10:00:00Z') / 1000);
    expect(files.map((f) => f.path)).toEqual(['a.yaml', 'sub/b.yaml']);
    expect(texts).toEqual({ 'a.yaml': 'a: 1\n', 'sub/b.yaml': 'b: 1\n' });
  });

  it('a path relative to the folder that one is in', async () => {
    expect((await readRepository('simple/sub', { cwd: folder })).head.name).toBe('simple');
  });

  it.each([
    ['a linked work tree', linked],
    ['the .git file of one', join(linked, '.git')],
  ])('%s, with the branch that is checked out there', async (_, path) => {
    const { head, commits } = await readRepository(path);
    expect(head).toMatchObject({ name: 'linked', branch: 'side', bare: false, dirtyFiles: 0 });
    expect(commits.map((c) => c.subject)).toEqual(['On the side', 'Begin']);
  });

  it('a submodule', async () => {
    const outer = repository(join(folder, 'outer'), { 'x.yaml': '' });
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', simple, 'inner');
    commit(outer);
    expect((await readRepository(join(outer, 'inner'))).head).toMatchObject({ name: 'inner', bare: false });
    const { head, files, texts } = await readRepository(outer);
    expect(files.find((f) => f.path === 'inner')).toEqual({
      path: 'inner',
      oid: '',
      type: 'submodule',
      size: -1,
    });
    expect(head.dirtyFiles).toBe(0);
    expect(texts.inner).toBeUndefined();
    expect(texts['.gitmodules']).toContain('inner');
  });
});

describe('which commit is read', () => {
  const repo = repository(join(folder, 'revisions'), { 'a.yaml': 'a: 1\n' });
  const first = git(repo, 'rev-parse', 'HEAD');
  git(repo, 'tag', '-a', 'v1', '-m', 'One');
  git(repo, 'branch', 'topic/old');
  write(repo, { 'a.yaml': 'a: 2\n' });
  commit(repo, { message: 'Second', at: '2026-02-05T10:00:00Z' });

  it.each([
    ['v1', ''],
    ['topic/old', 'topic/old'],
    ['refs/heads/topic/old', 'topic/old'],
    ['HEAD~1', ''],
    [first, ''],
    [first.slice(0, 9), ''],
    ['main@{1}', ''],
  ])('%s is the first one, on the branch "%s"', async (revision, branch) => {
    const { head, texts, commits } = await readRepository(repo, { revision });
    expect(head).toMatchObject({ commit: first, branch, defaultBranch: 'main', dirtyFiles: 0 });
    expect(texts).toEqual({ 'a.yaml': 'a: 1\n' });
    expect(commits).toHaveLength(1);
  });

  it('never the files of the work tree, whose number is told', async () => {
    write(repo, {
      'a.yaml': 'a: 3\n',
      'new.yaml': '',
      'skip.log': '',
      'global.tmp': '',
      '.git/info/exclude': '*.log\n',
    });
    const home = join(folder, 'user');
    write(home, { '.config/git/ignore': '*.tmp\n' });
    const { head, texts } = await readRepository(repo, {
      environment: { ...process.env, HOME: home, XDG_CONFIG_HOME: undefined },
    });
    expect(texts).toEqual({ 'a.yaml': 'a: 2\n' });
    expect(head.dirtyFiles).toBe(2);
    git(repo, 'checkout', '-q', '.');
  });

  it('with the remote, its default branch and its page on the web', async () => {
    const clone = join(folder, 'clone');
    git(folder, 'clone', '-q', repo, clone);
    git(clone, 'remote', 'set-url', 'origin', 'https://me:secret@github.com/o/n.git');
    git(clone, 'checkout', '-q', '-b', 'mine');
    const { head } = await readRepository(clone);
    expect(head).toMatchObject({
      name: 'o/n',
      branch: 'mine',
      defaultBranch: 'main',
      webUrl: 'https://github.com/o/n',
      tags: ['v1'],
    });
    expect(JSON.stringify(head)).not.toContain('secret');
    expect((await readRepository(clone, { revision: 'origin/topic/old' })).head.branch).toBe('topic/old');
    git(clone, 'checkout', '-q', '--detach');
    expect((await readRepository(clone)).head).toMatchObject({ branch: '', defaultBranch: 'main' });
  });
});

describe('the history', () => {
  it('knows people by the mailmap of the commit that is read, and merges without touched paths', async () => {
    const repo = repository(join(folder, 'people'), {
      'a.yaml': '1',
      'old.yaml': '1',
      '.mailmap': 'Ada Lovelace <ada@work.example> <ada@example.com>\n',
    });
    git(repo, 'checkout', '-q', '-b', 'topic');
    write(repo, { 'a.yaml': '2' });
    rmSync(join(repo, 'old.yaml'));
    commit(repo, { message: 'A subject\nof two lines\n\nand a body', at: '2026-01-06T10:00:00Z' });
    git(repo, 'checkout', '-q', 'main');
    symlinkSync('a.yaml', join(repo, 'link'));
    commit(repo, { message: 'Link', at: '2026-01-07T10:00:00Z' });
    git(repo, 'merge', '-q', '--no-ff', '-m', 'Merge topic', 'topic');
    writeFileSync(join(repo, '.mailmap'), 'Nobody <nobody@example.com> <ada@example.com>\n');
    const { commits, head, files, texts } = await readRepository(repo);
    expect(commits.map((c) => [c.subject, c.parents.length, c.authorName, c.authorEmail])).toEqual([
      ['Merge topic', 2, 'Ada Lovelace', 'ada@work.example'],
      ['Link', 1, 'Ada Lovelace', 'ada@work.example'],
      ['A subject of two lines', 1, 'Ada Lovelace', 'ada@work.example'],
      ['Begin', 0, 'Ada Lovelace', 'ada@work.example'],
    ]);
    expect(commits.map((c) => c.touched)).toEqual([
      [],
      [{ path: 'link', change: 'added' }],
      [
        { path: 'a.yaml', change: 'modified' },
        { path: 'old.yaml', change: 'deleted' },
      ],
      [
        { path: '.mailmap', change: 'added' },
        { path: 'a.yaml', change: 'added' },
        { path: 'old.yaml', change: 'added' },
      ],
    ]);
    expect(commits[0]?.sha).toBe(head.commit);
    expect(commits[2]?.authoredAt).toBe(Date.parse('2026-01-06T10:00:00Z') / 1000);
    expect(files.find((f) => f.path === 'link')?.type).toBe('symlink');
    expect(texts.link).toBe('a.yaml');
  });

  it('of a shallow copy ends where the copy does, and does not tell what its oldest commit changed', async () => {
    const repo = repository(join(folder, 'deep'), { 'a.yaml': '1' });
    for (const at of ['2026-01-06T10:00:00Z', '2026-01-07T10:00:00Z']) {
      write(repo, { 'a.yaml': at });
      commit(repo, { at });
    }
    const shallow = join(folder, 'shallow');
    git(folder, 'clone', '-q', '--depth', '2', `file://${repo}`, shallow);
    const { head, commits } = await readRepository(shallow);
    expect(head.shallow).toBe(true);
    expect(commits.map((c) => c.touched.length)).toEqual([1, 0]);
  });

  it('in another encoding is read as text', async () => {
    const repo = repository(join(folder, 'latin'), { 'a.yaml': '1' });
    write(repo, { '.git/message': Buffer.from('Gr\xfc\xdfe', 'latin1') });
    git(repo, '-c', 'i18n.commitEncoding=ISO-8859-1', 'commit', '-q', '--allow-empty', '-F', '.git/message');
    expect((await readRepository(repo)).commits[0]?.subject).toBe('Grüße');
  });
});

describe('what is odd is read or told', () => {
  it('a repository without commits', async () => {
    const empty = join(folder, 'empty');
    git(folder, 'init', '-q', '-b', 'trunk', empty);
    const { head, files, commits } = await readRepository(empty);
    expect(head).toMatchObject({ name: 'empty', commit: '', committedAt: 0, branch: 'trunk', tags: [] });
    expect({ files, commits }).toEqual({ files: [], commits: [] });
  });

  it('SHA-256 objects', async () => {
    const repo = join(folder, 'sha256');
    git(folder, 'init', '-q', '-b', 'main', '--object-format=sha256', repo);
    write(repo, { 'a.yaml': 'a: 1\n' });
    const id = commit(repo);
    const { head, texts, commits } = await readRepository(repo);
    expect(id).toHaveLength(64);
    expect(head).toMatchObject({ commit: id, dirtyFiles: 0 });
    expect(texts).toEqual({ 'a.yaml': 'a: 1\n' });
    expect(commits[0]?.touched).toEqual([{ path: 'a.yaml', change: 'added' }]);
  });

  it('names with newlines, tabs, quotes, control and other bytes', async () => {
    const names = [
      'a\nb.yaml',
      'a\tb.yaml',
      '"q".yaml',
      "it's.yaml",
      ' x ',
      '\x01begin',
      ':100644',
      'ü.yaml',
      '-x',
    ];
    const repo = repository(join(folder, 'names'), Object.fromEntries(names.map((n) => [n, n])));
    writeFileSync(Buffer.concat([Buffer.from(`${repo}/`), Buffer.from([0x62, 0xff])]), 'bytes');
    commit(repo, { message: '\x01 odd', at: '2026-01-06T10:00:00Z' });
    const { files, texts, commits } = await readRepository(repo);
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(files.map((f) => f.path).filter((p) => p !== 'b\ufffd')).toEqual(sorted);
    expect(texts).toEqual({ ...Object.fromEntries(names.map((n) => [n, n])), 'b\ufffd': 'bytes' });
    expect(commits[0]?.touched).toEqual([{ path: 'b\ufffd', change: 'added' }]);
    expect(commits[1]?.touched.map((t) => t.path)).toEqual(sorted);
  });

  it('files that are large, binary, empty, executable or the same twice', async () => {
    const large = `${'0123456789abcde\n'.repeat(400_000)}end`;
    const repo = join(folder, 'contents');
    git(folder, 'init', '-q', '-b', 'main', repo);
    write(repo, {
      large,
      copy: 'x',
      'copy 2': 'x',
      'logo.png': 'a\0b',
      nothing: '',
      'run.sh': '#!/bin/sh\n',
    });
    chmodSync(join(repo, 'run.sh'), 0o755);
    commit(repo);
    const { files, texts } = await readRepository(repo);
    expect(texts.large === large).toBe(true);
    expect({ ...texts, large: '' }).toEqual({
      large: '',
      copy: 'x',
      'copy 2': 'x',
      'logo.png': '',
      nothing: '',
      'run.sh': '#!/bin/sh\n',
    });
    expect(Object.fromEntries(files.map((f) => [f.path, f.type]))['run.sh']).toBe('executable');
    expect(files.find((f) => f.path === 'large')?.size).toBe(large.length);
  });

  it('a missing and a broken object, without loss of the others', async () => {
    // Not compressible, so that git streams it and finds out in the midst of it.
    const noise = Array.from({ length: 40_000 }, (_, i) => Math.sin(i).toString(36)).join('');
    const repo = repository(join(folder, 'broken'), { a: 'a', b: 'b', noise, x: 'x', y: 'y' });
    rmSync(looseObject(repo, 'HEAD:b'));
    chmodSync(looseObject(repo, 'HEAD:noise'), 0o644);
    truncateSync(looseObject(repo, 'HEAD:noise'), 100_000);
    chmodSync(looseObject(repo, 'HEAD:x'), 0o644);
    writeFileSync(looseObject(repo, 'HEAD:x'), 'junk');
    const { files, texts, commits } = await readRepository(repo);
    expect(files.find((f) => f.path === 'b')?.size).toBe(-1);
    expect(texts).toEqual({ a: 'a', b: undefined, noise: undefined, x: undefined, y: 'y' });
    expect(commits).toHaveLength(1);
  });

  it('a commit whose parent is missing is opened, and its history ends in an error', async () => {
    const holed = repository(join(folder, 'holed'), { 'a.yaml': 'a: 1\n' });
    write(holed, { 'b.yaml': 'b: 1\n' });
    commit(holed, { message: 'On top' });
    rmSync(looseObject(holed, 'HEAD~1'), { force: true });
    const tree = await openRepository(holed, { cwd: '/' });
    expect((await tree.list()).map((f) => f.path)).toEqual(['a.yaml', 'b.yaml']);
    await expect(tree.history(() => {})).rejects.toThrow();
    tree.close();
  });

  it('a history whose older trees are missing ends in an error, and the files are still read', async () => {
    const repo = repository(join(folder, 'treeless'), { 'a.yaml': '1' });
    write(repo, { 'a.yaml': '2' });
    commit(repo, { at: '2026-02-05T10:00:00Z' });
    rmSync(looseObject(repo, 'HEAD~1^{tree}'));
    const tree = await openRepository(repo, { cwd: '/' });
    await expect(tree.history(() => {})).rejects.toThrow(/unable to read tree/);
    expect((await tree.list()).map((f) => f.path)).toEqual(['a.yaml']);
    tree.close();
  });

  it('an index that git cannot read, whose changed files nobody can count', async () => {
    const repo = repository(join(folder, 'index'), { 'a.yaml': '1' });
    writeFileSync(join(repo, '.git/index'), 'junk');
    const { head, texts } = await readRepository(repo);
    expect(head.dirtyFiles).toBe(-1);
    expect(texts).toEqual({ 'a.yaml': '1' });
  });

  it('objects that another repository holds', async () => {
    const shared = join(folder, 'shared');
    git(folder, 'clone', '-q', '--shared', simple, shared);
    expect((await readRepository(shared)).texts['a.yaml']).toBe('a: 1\n');
    writeFileSync(join(shared, '.git/objects/info/alternates'), '../../../simple/.git/objects\n');
    expect((await readRepository(shared)).texts['a.yaml']).toBe('a: 1\n');
  });

  it('grafts and replacements are not followed', async () => {
    const repo = repository(join(folder, 'grafted'), { a: '1' });
    write(repo, { a: '2' });
    const id = commit(repo, { at: '2026-02-05T10:00:00Z' });
    git(repo, 'replace', git(repo, 'rev-parse', 'HEAD:a'), git(repo, 'rev-parse', 'HEAD~1:a'));
    write(repo, { '.git/info/grafts': `${id}\n` });
    expect(git(repo, 'log', '--format=%H')).toBe(id);
    const { commits, texts } = await readRepository(repo);
    expect(commits).toHaveLength(2);
    expect(texts).toEqual({ a: '2' });
  });
});

describe('what a user can mend is said with the next step', () => {
  it.each([
    ['no such path', 'nowhere', {}, /There is no folder .*nowhere/, /path/],
    ['not a repository', '.', {}, /is not in a git repository/, /git init/],
    ['a file', 'simple/a.yaml', {}, /a\.yaml is a file/, /folder/],
    ['an unknown revision', 'simple', { revision: 'nope' }, /no revision nope/, /git fetch/],
    ['a tree for a revision', 'simple', { revision: 'HEAD:sub' }, /no revision HEAD:sub/, /commit/],
    ['a range', 'simple', { revision: 'HEAD~1..HEAD' }, /not a single revision/, /branch/],
    ['an option as revision', 'simple', { revision: '--all' }, /not a single revision/, /branch/],
    ['no git', 'simple', { environment: { PATH: folder } }, /git was not found in PATH/, /2\.30/],
  ])('%s', async (_, path, options, message, next) => {
    const error = await failure(path, options);
    expect(error.message).toMatch(message);
    expect(error.next).toMatch(next);
  });

  it('a git that is too old', async () => {
    const environment = otherGit(
      'old',
      '[ "$1" = version ] && echo "git version 2.29.2 (Apple Git-1)" && exit 0',
    );
    expect((await failure('simple', { environment })).message).toMatch(/2\.30 or newer.*2\.29\.2/);
  });

  it('a .git file that leads nowhere', async () => {
    write(folder, { 'lost/.git': 'gitdir: ../gone/.git/modules/lost\n' });
    expect((await failure('lost')).message).toMatch(
      /names the git directory .*modules\/lost, which is not there/,
    );
  });

  it('a HEAD that names a branch which does not exist', async () => {
    const repo = repository(join(folder, 'headless'), { a: '1' });
    git(repo, 'symbolic-ref', 'HEAD', 'refs/heads/gone');
    const error = await failure('headless');
    expect(error.message).toMatch(/leads to no commit: gone/);
    expect(error.next).toMatch(/--rev, such as main/);
    expect((await readRepository(repo, { revision: 'main' })).commits).toHaveLength(1);
  });

  it('a configuration that is not one', async () => {
    const repo = repository(join(folder, 'misconfigured'), { a: '1' });
    appendFileSync(join(repo, '.git/config'), '[core\n');
    expect((await failure('misconfigured')).message).toMatch(/configuration .* cannot be read: .*line/);
  });
});

describe('the end of a reading', () => {
  const standIns = () => readdirSync(process.env.TMPDIR ?? '/tmp').filter((n) => n.startsWith('plimsoll-'));

  it('leaves nothing behind, after success and after failure', async () => {
    const scratch = join(folder, 'temporary');
    mkdirSync(scratch);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = scratch;
    try {
      const tree = await openRepository(simple, { cwd: '/' });
      expect(standIns()).toHaveLength(1);
      tree.close();
      expect(standIns()).toEqual([]);
      await failure('simple', { revision: 'nope' });
      expect(standIns()).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  it('ends what still runs, and tells whoever waits for it', async () => {
    const note = join(folder, 'pid');
    const environment = otherGit('slow', `case "$*" in *--raw*) echo $$ > ${note}; exec sleep 60;; esac`);
    const tree = await openRepository(simple, { cwd: '/', environment });
    const waiting = tree.history(() => {});
    waiting.catch(() => {});
    while (!existsSync(note) || readFileSync(note, 'utf8') === '') await new Promise((r) => setTimeout(r, 5));
    tree.close();
    await expect(waiting).rejects.toThrow('The repository was closed.');
    expect(() => process.kill(Number(readFileSync(note, 'utf8')), 0)).toThrow(/ESRCH/);
    await expect(tree.list()).rejects.toThrow('The repository was closed.');
    tree.close();
  });

  it('of a git that dies is an error with the last line that it wrote', async () => {
    const dies = otherGit(
      'dying',
      'case "$*" in *ls-tree*|*cat-file*|*--raw*) echo "fatal: out of \x1b[31mmemory" >&2; exit 128;; esac',
    );
    const tree = await openRepository(simple, { cwd: '/', environment: dies });
    const file = { path: 'a', oid: 'a'.repeat(40), type: 'file' as const, size: 1 };
    await expect(tree.list()).rejects.toThrow(/^out of {2}\[31mmemory$/);
    await expect(tree.history(() => {})).rejects.toThrow(/out of/);
    await expect(tree.read([file], () => {})).rejects.toThrow(/out of/);
    tree.close();
    const killed = otherGit('killed', 'case "$*" in *ls-tree*) kill -9 $$;; esac');
    const other = await openRepository(simple, { cwd: '/', environment: killed });
    await expect(other.list()).rejects.toThrow('git ls-tree was ended by the signal SIGKILL');
    other.close();
  });

  it('of a reader that fails is that failure', async () => {
    const tree = await openRepository(simple, { cwd: '/' });
    const fail = () => {
      throw new Error('our own bug');
    };
    await expect(tree.history(fail)).rejects.toThrow('our own bug');
    await expect(tree.read(await tree.list(), fail)).rejects.toThrow('our own bug');
    tree.close();
  });
});
