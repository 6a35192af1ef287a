import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitReader } from '../../src/source/commits.js';
import { ContentsReader, textOf } from '../../src/source/contents.js';
import { listingReader } from '../../src/source/listing.js';
import { NulSplitter, PART_LIMIT } from '../../src/source/split.js';
import type { Commit, TouchedPath, TreeFile } from '../../src/source/tree.js';

/** The bytes in chunks whose borders lie anywhere. */
function cut(bytes: Buffer, borders: readonly number[]): Buffer[] {
  const at = [...new Set(borders.map((b) => b % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}
const borders = fc.array(fc.nat(), { maxLength: 12 });
const withoutNul = fc.uint8Array({ min: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes));
const word = fc.string({ maxLength: 12, unit: 'grapheme' }).map((s) => s.replaceAll('\0', ''));
const line = word.map((s) => s.replaceAll('\n', ' '));
const oid = fc.stringMatching(/^[0-9a-f]{40}$/);

describe('splitting at NUL bytes', () => {
  it('gives the same parts wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(withoutNul), withoutNul, borders, (parts, rest, at) => {
        const bytes = Buffer.concat([...parts.flatMap((part) => [part, Buffer.of(0)]), rest]);
        const got: string[] = [];
        const splitter = new NulSplitter((b, start, end) => got.push(b.toString('latin1', start, end)));
        for (const chunk of cut(bytes, at)) splitter.push(chunk);
        splitter.end();
        const all = rest.length > 0 ? [...parts, rest] : parts;
        expect(got).toEqual(all.map((part) => part.toString('latin1')));
      }),
    );
  });

  it('keeps no more of a part without end than the limit', () => {
    const lengths: number[] = [];
    const splitter = new NulSplitter((_, start, end) => lengths.push(end - start));
    const chunk = Buffer.alloc(PART_LIMIT / 4 + 1, 'x');
    for (let i = 0; i < 20; i += 1) splitter.push(chunk);
    splitter.push(Buffer.from('\0short\0'));
    splitter.push(Buffer.concat([Buffer.alloc(PART_LIMIT * 2, 'y'), Buffer.of(0)]));
    splitter.end();
    expect(lengths).toEqual([PART_LIMIT, 5, PART_LIMIT]);
  });
});

describe('reading a listing', () => {
  const modes: Record<TreeFile['type'], string> = {
    file: '100644 blob',
    executable: '100755 blob',
    symlink: '120000 blob',
    submodule: '160000 commit',
  };
  const file = fc
    .record({
      path: word,
      oid,
      type: fc.constantFrom<TreeFile['type']>('file', 'executable', 'symlink', 'submodule'),
      size: fc.integer({ min: -1, max: 2 ** 40 }),
    })
    .map((f): TreeFile => (f.type === 'submodule' ? { ...f, oid: '', size: -1 } : f));

  it('gives back every file, whatever its name and wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(file), borders, (files, at) => {
        const output = files.map((f) => {
          const size = f.type === 'submodule' ? '-' : f.size < 0 ? 'BAD' : String(f.size);
          return `${modes[f.type]} ${f.oid || 'a'.repeat(40)} ${size.padStart(7)}\t${f.path}\0`;
        });
        const got: TreeFile[] = [];
        const reader = listingReader((f) => got.push(f));
        for (const chunk of cut(Buffer.from(output.join('')), at)) reader.push(chunk);
        reader.end();
        expect(got).toEqual(files);
      }),
    );
  });
});

describe('reading a history', () => {
  const letters: Record<TouchedPath['change'], string> = {
    added: 'A',
    modified: 'M',
    deleted: 'D',
    'type-changed': 'T',
    other: 'U',
  };
  const commit: fc.Arbitrary<Commit> = fc.record({
    sha: oid,
    parents: fc.array(oid, { maxLength: 3 }),
    authoredAt: fc.nat(),
    authorName: line,
    authorEmail: line,
    subject: line,
    touched: fc.array(
      fc.record({
        path: word.filter((path) => path !== ''),
        change: fc.constantFrom<TouchedPath['change']>(
          'added',
          'modified',
          'deleted',
          'type-changed',
          'other',
        ),
      }),
      { maxLength: 4 },
    ),
  });

  it('gives back every commit, whatever its names and wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(commit), borders, (commits, at) => {
        const output = commits.map((c) => {
          const fields = [c.sha, c.parents.join(' '), c.authoredAt, c.authorName, c.authorEmail, c.subject];
          const raw = c.touched.map(
            ({ path, change }, i) =>
              `${i === 0 ? '\n' : ''}:100644 100644 ${c.sha} ${c.sha} ${letters[change]}\0${path}\0`,
          );
          return `\x01${fields.join('\0')}\0${raw.join('')}`;
        });
        const got: Commit[] = [];
        const reader = commitReader((c) => got.push(c));
        for (const chunk of cut(Buffer.from(output.join('')), at)) reader.push(chunk);
        reader.end();
        expect(got).toEqual(commits);
      }),
    );
  });

  it('stops at a commit that touches paths without end', () => {
    const reader = commitReader(() => {}, 2);
    const path = ':100644 100644 a b M\0p\0';
    reader.push(Buffer.from(`\x01c0ffee\0\x001\0a\0b\0s\0\n${path}${path}`));
    expect(() => reader.push(Buffer.from(path))).toThrow('c0ffee touches more than 2 paths');
  });
});

describe('reading contents', () => {
  it('gives back every object, whatever is in it and wherever the chunks end', () => {
    const object = fc.option(fc.oneof(withoutNul, fc.constant(Buffer.from('x missing\n'))), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.array(object), borders, (objects, at) => {
        const id = 'a'.repeat(40);
        const output = objects.map((bytes) =>
          bytes
            ? Buffer.concat([Buffer.from(`${id} blob ${bytes.length}\n`), bytes, Buffer.from('\n')])
            : Buffer.from(`${id} missing\n`),
        );
        const got: (string | undefined)[] = [];
        const reader = new ContentsReader((bytes) => got.push(bytes?.toString('latin1')));
        for (const chunk of cut(Buffer.concat(output), at)) reader.push(chunk);
        expect(got).toEqual(objects.map((bytes) => bytes?.toString('latin1')));
      }),
    );
  });

  it('takes a file with a NUL byte near its start as binary, and drops a byte order mark', () => {
    expect(textOf(Buffer.from('a\0b'))).toBe('');
    expect(textOf(Buffer.from(`${'a'.repeat(8000)}\0`))).toHaveLength(8001);
    expect(textOf(Buffer.from('\ufeffa: é\n'))).toBe('a: é\n');
    expect(textOf(Buffer.of(0x61, 0xff))).toBe('a\ufffd');
  });
});
