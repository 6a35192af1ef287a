import { describe, expect, it } from 'vitest';
import { SIZE_LIMIT } from '../../src/collect/code/left-out.js';
import { collect } from '../../src/collect/collect.js';
import { type Collector, defineCollector } from '../../src/collect/collector.js';
import { history } from '../../src/collect/work/history.js';
import type { ProgressEvent } from '../../src/model/events.js';
import { atLine } from '../../src/model/evidence.js';
import { memoryTree } from '../../src/source/memory.js';
import type { Tree, TreeFile } from '../../src/source/tree.js';
import { places } from './from-files.js';

/** Gives a document for each file whose name ends so, and keeps what it was handed. */
function endingIn(end: string, part: Partial<Collector> = {}): Collector & { read: string[] } {
  const read: string[] = [];
  return {
    read,
    ...defineCollector({
      name: end,
      title: `Files in ${end}`,
      gives: ['document'],
      reads: (path) => path.endsWith(end),
      start: ({ fact }) => ({
        file({ path }) {
          read.push(path);
          fact('document', path, { about: 'runbook' }, [atLine(path, 1)]);
        },
      }),
      ...part,
    }),
  };
}

/** The same tree with some of it done otherwise. */
function otherwise(tree: Tree, part: Partial<Tree>): Tree {
  return { ...tree, ...part };
}
function relisted(tree: Tree, change: (file: TreeFile) => TreeFile): Tree {
  return otherwise(tree, { list: async () => (await tree.list()).map(change) });
}

describe('what is read', () => {
  it('is each wanted file once, in the order of paths, by every collector that wants it', async () => {
    const [yaml, any] = [endingIn('.yaml'), endingIn('')];
    await collect(memoryTree({ files: { 'b.yaml': 'b', 'a.yaml': 'a', 'c.txt': 'c' } }), [yaml, any]);
    expect(yaml.read).toEqual(['a.yaml', 'b.yaml']);
    expect(any.read).toEqual(['a.yaml', 'b.yaml', 'c.txt']);
  });

  it('is neither vendored nor test data nor a link, and that leaves no gap', async () => {
    const collector = endingIn('.yaml');
    const files = {
      'a.yaml': 'a',
      'link.yaml': 'a.yaml',
      'node_modules/x/a.yaml': 'x',
      'test/fixtures/a.yaml': 'x',
      'vendor/a.yaml': 'x',
    };
    const tree = relisted(memoryTree({ files }), (f) =>
      f.path === 'link.yaml' ? { ...f, type: 'symlink' } : f,
    );
    const { facts, gaps } = await collect(tree, [collector]);
    expect(collector.read).toEqual(['a.yaml']);
    expect(facts.map((f) => f.name)).toEqual(['a.yaml']);
    expect(gaps).toEqual([]);
  });

  it('shows a collector the files that are left out, with the reason', async () => {
    const seen: [string, string | undefined][] = [];
    const collector = endingIn('.none', {
      start: (collection) => ({
        end() {
          for (const { path, leftOut } of collection.everything) seen.push([path, leftOut]);
          expect(collection.files.map((f) => f.path)).toEqual(['a.yaml']);
          expect([collection.has('a.yaml'), collection.has('vendor/b.yaml')]).toEqual([true, false]);
        },
      }),
    });
    await collect(memoryTree({ files: { 'a.yaml': 'a', 'testdata/c.yaml': 'c', 'vendor/b.yaml': 'b' } }), [
      collector,
    ]);
    expect(seen).toEqual([
      ['a.yaml', undefined],
      ['testdata/c.yaml', 'test-data'],
      ['vendor/b.yaml', 'vendored'],
    ]);
  });

  it('waits for a collector to be prepared, and prepares only those that have a file to read', async () => {
    const prepared: string[] = [];
    const preparing = (end: string) =>
      endingIn(end, {
        prepare: async () => {
          prepared.push(end);
        },
      });
    await collect(memoryTree({ files: { 'a.yaml': 'a' } }), [preparing('.yaml'), preparing('.tf')]);
    expect(prepared).toEqual(['.yaml']);
  });
});

describe('what cannot be read is a gap', () => {
  it('of the kinds of all its readers, where a file is over the limit', async () => {
    const files = {
      'a.yaml': 'a',
      'large.yaml': 'x'.repeat(SIZE_LIMIT + 1),
      'full.yaml': 'x'.repeat(SIZE_LIMIT),
    };
    const readers = [endingIn('.yaml'), endingIn('large.yaml', { gives: ['workload', 'image-reference'] })];
    const { facts, gaps } = await collect(memoryTree({ files }), readers);
    expect(facts.map((f) => f.name)).toEqual(['a.yaml', 'full.yaml']);
    expect(gaps).toEqual([
      {
        repository: 'example',
        kinds: ['document', 'image-reference', 'workload'],
        reason: 'over-limit',
        what: 'large.yaml is larger than 2 MiB and was not read',
        remedy: '',
        path: 'large.yaml',
      },
    ]);
  });

  it('and none of a reader who finds its facts elsewhere', async () => {
    const looking = endingIn('.yaml', { likely: (path) => path.startsWith('compose') });
    const large = 'x'.repeat(SIZE_LIMIT + 1);
    const { gaps } = await collect(memoryTree({ files: { 'compose.yaml': large, 'data.yaml': large } }), [
      looking,
    ]);
    expect(gaps.map((g) => g.path)).toEqual(['compose.yaml']);
  });

  it('and none where nobody reads the file', async () => {
    const { gaps } = await collect(memoryTree({ files: { 'large.bin': 'x'.repeat(SIZE_LIMIT + 1) } }), [
      endingIn('.yaml'),
    ]);
    expect(gaps).toEqual([]);
  });

  it.each([
    [
      'is listed without its content',
      (tree: Tree) => relisted(tree, (f) => (f.path === 'b.yaml' ? { ...f, size: -1 } : f)),
    ],
    [
      'turns out to be missing when it is read',
      (tree: Tree) =>
        otherwise(tree, {
          read: (wanted, onFile) =>
            tree.read(wanted, (f, text) => onFile(f, f.path === 'b.yaml' ? undefined : text)),
        }),
    ],
  ])('where an object %s', async (_, broken) => {
    const collector = endingIn('.yaml');
    const { facts, gaps } = await collect(
      broken(memoryTree({ files: { 'a.yaml': 'a', 'b.yaml': 'b', 'c.yaml': 'c' } })),
      [collector],
    );
    expect(collector.read).toEqual(['a.yaml', 'c.yaml']);
    expect(facts).toHaveLength(2);
    expect(gaps).toMatchObject([{ reason: 'missing-object', kinds: ['document'], path: 'b.yaml' }]);
    expect(gaps[0]?.remedy).toContain('git fetch --refetch');
  });

  it('where the history ends in an error; the facts of the files are kept', async () => {
    const tree = otherwise(memoryTree({ files: { 'a.yaml': 'a' } }), {
      history: () => Promise.reject(new Error('unable to read tree')),
    });
    const { facts, gaps } = await collect(tree, [endingIn('.yaml'), history]);
    expect(facts.filter((f) => f.kind === 'document').map((f) => f.name)).toEqual(['a.yaml']);
    expect(gaps).toContainEqual({
      repository: 'example',
      kinds: ['history'],
      reason: 'unreadable',
      what: 'The history could not be read to its end: unable to read tree',
      remedy: 'Run git fsck, or fetch the repository anew.',
      path: '',
    });
  });

  it('said once, however many readers say it', async () => {
    const saying = endingIn('.yaml', {
      start: ({ gap }) => ({
        file: ({ path }) =>
          gap({ kinds: ['document'], reason: 'unreadable', what: `${path} is no YAML`, path }),
      }),
    });
    const { gaps } = await collect(memoryTree({ files: { 'b.yaml': 'b', 'a.yaml': 'a' } }), [saying, saying]);
    expect(gaps.map((g) => g.path)).toEqual(['a.yaml', 'b.yaml']);
  });
});

it('gives facts in one order, by kind, name and place, whatever the order of the collectors', async () => {
  const tree = () => memoryTree({ files: { 'b.yaml': 'b', 'a.yaml': 'a', 'z.tf': 'z' } });
  const twice = endingIn('a.yaml', {
    start: ({ fact }) => ({
      file({ path }) {
        for (const line of [10, 9]) fact('document', 'same', { about: 'readme' }, [atLine(path, line)]);
      },
    }),
  });
  const collectors = [endingIn('.tf'), twice, endingIn('.yaml'), history];
  const { facts } = await collect(tree(), collectors);
  expect(facts).toEqual((await collect(tree(), collectors.toReversed())).facts);
  const documents = facts.filter((f) => f.kind === 'document');
  expect(documents.map((f) => f.name)).toEqual(['a.yaml', 'b.yaml', 'same', 'same', 'z.tf']);
  expect(documents.flatMap((f) => places(f.evidence))).toEqual([
    'a.yaml:1',
    'b.yaml:1',
    'a.yaml:9',
    'a.yaml:10',
    'z.tf:1',
  ]);
  expect(facts.map((f) => f.kind)).toEqual(facts.map((f) => f.kind).sort());
});

it('closes the tree at the end, and also where it cannot be listed', async () => {
  let closed = 0;
  const close = () => {
    closed += 1;
  };
  await collect(otherwise(memoryTree({ files: {} }), { close }), []);
  expect(closed).toBe(1);
  const unlisted = otherwise(memoryTree({ files: {} }), {
    close,
    list: () => Promise.reject(new Error('no list')),
  });
  await expect(collect(unlisted, [])).rejects.toThrow('no list');
  expect(closed).toBe(2);
});

it('walks no history where there is no commit', async () => {
  const tree = memoryTree({ files: {} });
  const empty = otherwise(tree, {
    head: { ...tree.head, commit: '' },
    history: () => Promise.reject(new Error('nothing to walk')),
  });
  expect((await collect(empty, [])).gaps).toEqual([]);
});

it('tells how far it is, and counts facts by the title of their collector', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 201 }, (_, i) => [`${String(i).padStart(3, '0')}.yaml`, 'a']),
  );
  const events: ProgressEvent[] = [];
  await collect(memoryTree({ files: { ...files, 'b.txt': '' } }), [endingIn('.yaml'), history], (e) =>
    events.push(e),
  );
  expect(events[0]).toEqual({ type: 'listed', repository: 'example', files: 202, wanted: 201 });
  expect(events.filter((e) => e.type === 'read')).toEqual([
    { type: 'read', repository: 'example', files: 200, facts: { 'Files in .yaml': 200 } },
    { type: 'read', repository: 'example', files: 201, facts: { 'Files in .yaml': 201 } },
  ]);
  expect(events.slice(-2)).toMatchObject([
    { type: 'history', commits: 1, people: 1 },
    { type: 'collected', repository: 'example' },
  ]);
});
