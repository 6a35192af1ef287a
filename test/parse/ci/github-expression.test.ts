import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExpression } from '../../../src/parse/ci/github-expression.js';

const name = (...path: string[]) => ({ type: 'name', path });
const literal = (value: unknown) => ({ type: 'literal', value });

test('binds as GitHub does: not, comparisons, and, or', () => {
  expect(parseExpression("a || !b && c == 'it''s'")).toEqual({
    type: 'binary',
    operator: '||',
    left: name('a'),
    right: {
      type: 'binary',
      operator: '&&',
      left: { type: 'not', operand: name('b') },
      right: { type: 'binary', operator: '==', left: name('c'), right: literal("it's") },
    },
  });
});

test('reads names with parts, indexes and stars, calls and numbers', () => {
  expect(parseExpression("github['event'].inputs.x-y")).toEqual(name('github', 'event', 'inputs', 'x-y'));
  expect(parseExpression('needs.*.result')).toEqual(name('needs', '*', 'result'));
  expect(parseExpression('fromJSON(x).y')).toEqual(name('()', 'y'));
  expect(parseExpression('Contains(a, 1)')).toEqual({
    type: 'call',
    name: 'contains',
    arguments: [name('a'), literal(1)],
  });
  expect(parseExpression('(true)')).toEqual(literal(true));
});

test('what is no expression gives nothing', () => {
  for (const text of ['', 'a b', "'open", 'a &&', '(a', 'f(a b)', 'a = b', '}} ${{'])
    expect(parseExpression(text), text).toBeUndefined();
});

test('any text is read without an error, however deep', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseExpression(text)));
  expect(parseExpression(`${'('.repeat(10_000)}a${')'.repeat(10_000)}`)).toBeUndefined();
});
