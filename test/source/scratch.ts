/** Real repositories in a temporary folder, made by git itself, and the whole reading of one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { type OpenOptions, openRepository } from '../../src/source/repository.js';
import type { Commit, Tree, TreeFile, TreeHead } from '../../src/source/tree.js';

/** A folder of its own, removed after the tests of the file. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'scratch-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const PLAIN: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** Runs git as anyone would, in a folder. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    env: PLAIN,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

export function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

export interface CommitOptions {
  message?: string;
  at?: string;
  author?: string;
}

/** Commits all that is there. */
export function commit(folder: string, options: CommitOptions = {}): string {
  const { message = 'Change', at = '2026-01-05T10:00:00Z', author = 'Ada <ada@example.com>' } = options;
  git(folder, 'add', '--all');
  execFileSync('git', ['commit', '-q', '--allow-empty', '-m', message, '--author', author, '--date', at], {
    cwd: folder,
    env: { ...PLAIN, GIT_COMMITTER_DATE: at },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return git(folder, 'rev-parse', 'HEAD');
}

/** A new repository with one commit of the files. */
export function repository(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  git(dirname(folder), 'init', '-q', '-b', 'main', folder);
  write(folder, files);
  commit(folder, { message: 'Begin' });
  return folder;
}

export interface Reading {
  head: TreeHead;
  files: readonly TreeFile[];
  texts: Record<string, string | undefined>;
  commits: Commit[];
}

/** Reads all that a tree has, as the engine does: the history and the listing at once, then the files. */
export async function readAll(tree: Tree): Promise<Reading> {
  const commits: Commit[] = [];
  const texts: Record<string, string | undefined> = {};
  const history = tree.history((c) => commits.push(c));
  const files = await tree.list();
  await tree.read(files, (file, text) => {
    texts[file.path] = text;
  });
  await history;
  tree.close();
  return { head: tree.head, files, texts, commits };
}

export async function readRepository(path: string, options: Partial<OpenOptions> = {}): Promise<Reading> {
  return readAll(await openRepository(path, { cwd: '/', ...options }));
}
