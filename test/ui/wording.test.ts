import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barCells, barWidth, scale } from '../../src/ui/components/bar.js';
import { cells, duration, month, printable, wrapped } from '../../src/ui/wording.js';

test('months and durations read as people write them', () => {
  expect([month('2021-03-02T09:00:00Z'), month('yesterday')]).toEqual(['Mar 2021', 'yesterday']);
  expect([duration(1234), duration(125_900)]).toEqual(['1.2 s', '2 min 5 s']);
});

test('text of a repository cannot move the cursor, recolour the screen or reorder a line', () => {
  expect(printable('a\u001b[31mb\u009bc\r\nd\te')).toBe('a\ufffd[31mb\ufffdc d  e');
  expect(printable('user\u202egpj.exe\u200b')).toBe('usergpj.exe');
});

test('wrapped lines never exceed the width and lose no character but spaces', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '漢', 'é', '\u001b', '-', '🚀'),
    maxLength: 80,
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (given, width) => {
      const lines = wrapped(given, width);
      for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(printable(given).replaceAll(' ', ''));
    }),
  );
});

test('a bar fills its width exactly, and is full only for the whole', () => {
  const share = fc.double({ min: -1, max: 2, noNaN: true });
  fc.assert(
    fc.property(share, share, fc.constantFrom(10, 20, 40), (proven, possible, width) => {
      const { holds, unseen, fails } = barCells(proven, possible, width);
      expect(Math.min(holds, unseen, fails)).toBeGreaterThanOrEqual(0);
      expect(holds + unseen + fails).toBe(width);
      if (proven < 1) expect(holds).toBeLessThan(width);
    }),
  );
});

test('the scale is as wide as its bar', () => {
  expect(scale(barWidth(80))).toBe('0         25        50        75     100');
  expect(scale(barWidth(60))).toBe('0         50     100');
  for (const columns of [20, 58, 59, 79, 200])
    expect(scale(barWidth(columns))).toHaveLength(barWidth(columns));
});
