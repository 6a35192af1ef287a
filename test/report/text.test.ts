import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, cut, cutStart, padEnd, padStart, widthOf, wrap } from '../../src/report/text.js';

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('the width of a text', () => {
  it.each([
    ['shop', 4],
    ['Zoë', 3],
    ['Zoe\u0308', 3],
    ['東京', 4],
    ['한국', 4],
    ['🚀', 2],
    ['👩‍👩‍👧', 2],
    ['a\u200bb', 2],
    ['█░·', 3],
  ])('counts the columns of %s', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

describe('cutting', () => {
  it('ends what does not fit in an ellipsis', () => {
    expect(cut('charts/shop/values.yaml', 10)).toBe('charts/sh…');
    expect(cut('short', 10)).toBe('short');
  });
  it('keeps the end of a path', () => {
    expect(cutStart('charts/shop/values.yaml:31', 15)).toBe('…values.yaml:31');
  });
  it('never exceeds the width, whatever the script', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 30 }), (text, width) => {
        expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
        expect(widthOf(cutStart(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
  it('pads to the width exactly', () => {
    expect(padEnd('東京', 6)).toBe('東京  ');
    expect(padStart('9', 3)).toBe('  9');
  });
});

describe('wrapping', () => {
  it('breaks between words and keeps them all', () => {
    expect(wrap('Set replicas to 2 and add a budget', 16)).toEqual([
      'Set replicas to',
      '2 and add a',
      'budget',
    ]);
  });
  it('says that it stopped when the lines run out', () => {
    expect(wrap('Set replicas to 2 and add a budget', 16, 2)).toEqual(['Set replicas to', '2 and add a…']);
  });
  it('never exceeds the width', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, lines) => {
          const wrapped = wrap(text, width, lines);
          expect(wrapped.length).toBeLessThanOrEqual(lines);
          for (const line of wrapped) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe("cleaning a stranger's text", () => {
  it('leaves nothing that moves the cursor, colours the terminal or turns the order of reading', () => {
    expect(clean('a\u001b[31mb\u0007\u202ec\nd\te')).toBe('a\ufffd[31mb\ufffd\ufffdc d e');
  });
});
