import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type MemoryCommit, memoryTree } from '../../src/source/memory.js';
import { commit, git, readAll, readRepository, repository, scratchFolder, write } from './scratch.js';

const files = {
  'b.yaml': 'b: 2\n',
  'a/z.yaml': '\ufeffz: 1\n',
  'a.yaml': 'a: 1\n',
  'a-b.yaml': '',
  'ü.txt': 'ä\n',
  '\u{1F600}.txt': 'x',
  '\uFF5E.txt': 'y',
  'logo.png': 'PNG\0\0',
};

it('gives the listing, the texts and the history that a real repository of the same content gives', async () => {
  const folder = repository(join(scratchFolder(), 'same'), files);
  git(folder, 'tag', 'v1.0.0');
  write(folder, { 'a.yaml': 'a: 2\n' });
  commit(folder, {
    message: 'Change one\nand say so\n\nIn full.',
    at: '2026-02-01T08:00:00Z',
    author: 'Bob <bob@example.com>',
  });
  const commits: MemoryCommit[] = [
    {
      message: 'Begin',
      author: 'Ada <ada@example.com>',
      at: '2026-01-05T10:00:00Z',
      touches: Object.keys(files),
      merge: false,
    },
    {
      message: 'Change one\nand say so\n\nIn full.',
      author: 'Bob <bob@example.com>',
      at: '2026-02-01T09:00:00+01:00',
      touches: ['a.yaml'],
      merge: false,
    },
  ];
  const real = await readRepository(folder);
  const memory = await readAll(
    memoryTree({ files: { ...files, 'a.yaml': 'a: 2\n' }, commits, tags: ['v1.0.0'] }),
  );
  expect(memory.files).toEqual(real.files);
  expect(memory.texts).toEqual(real.texts);
  const comparable = ({ commits: all }: typeof real) =>
    all.map(({ sha: _, parents, ...rest }) => ({ ...rest, parents: parents.length }));
  expect(comparable(memory)).toEqual(comparable(real));
  expect({ ...memory.head, name: '', commit: '' }).toEqual({ ...real.head, name: '', commit: '' });
});

it('has one commit of all files where none are written down, and the same ids each time', async () => {
  const { head, commits } = await readAll(memoryTree({ files: { 'b.yaml': '', 'a.yaml': '' }, commits: [] }));
  expect(commits).toEqual([
    {
      sha: head.commit,
      parents: [],
      authoredAt: Date.parse('2026-01-05T10:00:00Z') / 1000,
      authorName: 'Ada',
      authorEmail: 'ada@example.com',
      subject: 'Add everything',
      touched: [
        { path: 'a.yaml', change: 'added' },
        { path: 'b.yaml', change: 'added' },
      ],
    },
  ]);
  expect((await readAll(memoryTree({ files: { 'a.yaml': '', 'b.yaml': '' } }))).head).toEqual(head);
});

it('gives a merge two parents and no touched paths', async () => {
  const one = { author: 'Ada <ada@example.com>', at: '2026-01-05T10:00:00Z', touches: ['a'] };
  const { commits } = await readAll(
    memoryTree({
      files: { a: '' },
      commits: [
        { ...one, message: 'Begin', merge: false },
        { ...one, message: 'Merge pull request #1', merge: true },
      ],
    }),
  );
  expect(commits.map((c) => [c.subject, c.parents.length, c.touched.length])).toEqual([
    ['Merge pull request #1', 2, 0],
    ['Begin', 0, 1],
  ]);
});

it('has no text for a file that it does not hold', async () => {
  const texts: (string | undefined)[] = [];
  const elsewhere = { path: 'x', oid: 'a'.repeat(40), type: 'file' as const, size: 1 };
  await memoryTree({ files: {} }).read([elsewhere], (_, text) => texts.push(text));
  expect(texts).toEqual([undefined]);
});
