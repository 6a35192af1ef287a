/** A tree that is written down in a test or in the example of a rule, with the order and the meaning of a real one. */
import { createHash } from 'node:crypto';
import { textOf } from './contents.js';
import type { Commit, TouchedPath, Tree, TreeFile } from './tree.js';

export interface MemoryCommit {
  message: string;
  /** `Name <mail>` */
  author: string;
  /** ISO 8601 */
  at: string;
  touches: readonly string[];
  merge: boolean;
}

export interface MemoryTreeOptions {
  files: Readonly<Record<string, string>>;
  /** Oldest first; one commit of all files where left out or empty. */
  commits?: readonly MemoryCommit[];
  tags?: readonly string[];
  name?: string;
}

const BRANCH = 'main';

function sha1(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** The id that git gives the same content. */
function blobId(content: Buffer): string {
  return sha1(`blob ${content.length}\0`, content);
}

/** git's order of paths is that of their bytes. */
function inOrder(paths: Iterable<string>): string[] {
  return [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Commits, oldest first. A path is added by the first commit that touches it and modified by later ones. */
function historyOf(commits: readonly MemoryCommit[]): Commit[] {
  const known = new Set<string>();
  const history: Commit[] = [];
  for (const { message, author, at, touches, merge } of commits) {
    const touched: TouchedPath[] = [];
    for (const path of merge ? [] : inOrder(new Set(touches))) {
      touched.push({ path, change: known.has(path) ? 'modified' : 'added' });
      known.add(path);
    }
    const [, name = author, mail = ''] = /^(.*?)\s*<(.*)>$/.exec(author) ?? [];
    const parent = history.at(-1)?.sha;
    const sha = sha1(JSON.stringify([parent, message, author, at, touched, merge]));
    history.push({
      sha,
      parents: [...(parent === undefined ? [] : [parent]), ...(merge ? [sha1(`merged into ${sha}`)] : [])],
      authoredAt: Math.floor(Date.parse(at) / 1000),
      authorName: name,
      authorEmail: mail,
      // The first paragraph on one line, as git has it.
      subject: (message.trim().split(/\n\s*\n/)[0] ?? '').replace(/\s*\n\s*/g, ' '),
      touched,
    });
  }
  return history;
}

export function memoryTree(options: MemoryTreeOptions): Tree {
  const contents = new Map<string, Buffer>();
  for (const path of inOrder(Object.keys(options.files)))
    contents.set(path, Buffer.from(options.files[path] ?? ''));
  const files = [...contents].map(
    ([path, bytes]): TreeFile => ({ path, oid: blobId(bytes), type: 'file', size: bytes.length }),
  );
  const everything: MemoryCommit = {
    message: 'Add everything',
    author: 'Ada <ada@example.com>',
    at: '2026-01-05T10:00:00Z',
    touches: [...contents.keys()],
    merge: false,
  };
  // Without files and commits it is a repository that nobody has committed to yet.
  const written = contents.size === 0 ? [] : [everything];
  const history = historyOf(options.commits?.length ? options.commits : written);
  const last = history.at(-1);

  return {
    head: {
      name: options.name ?? 'example',
      commit: last?.sha ?? '',
      committedAt: last?.authoredAt ?? 0,
      branch: BRANCH,
      defaultBranch: BRANCH,
      bare: false,
      shallow: false,
      dirtyFiles: 0,
      webUrl: '',
      tags: inOrder(options.tags ?? []),
    },
    list: async () => files,
    async read(wanted, onFile) {
      for (const file of wanted) {
        const bytes = contents.get(file.path);
        onFile(file, bytes && textOf(bytes));
      }
    },
    async history(onCommit) {
      for (const commit of history.toReversed()) onCommit(commit);
    },
    close() {},
  };
}
