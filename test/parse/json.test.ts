import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/parse/json.js';

test('JSON gives its value and the lines of its keys', () => {
  const document = parseJson('{\n  "scripts": {\n    "test": "vitest",\n    "build": "tsc"\n  }\n}\n');
  expect(document.value).toEqual({ scripts: { test: 'vitest', build: 'tsc' } });
  expect([document.lineOf('scripts'), document.lineOf('scripts', 'build'), document.lineOf('none')]).toEqual([
    2, 4, 1,
  ]);
});

test('comments, trailing commas, bare keys and single quotes are taken', () => {
  const document = parseJson("{ // why\n\t$schema: 'https://x/y', /* a\n b */ list: [1, 2,],\n}");
  expect(document.value).toEqual({ $schema: 'https://x/y', list: [1, 2] });
  expect(document.lineOf('list')).toBe(3);
});

test('what is no JSON has an error of one line', () => {
  for (const text of ['', '{', 'name: x', '<html>']) {
    const { value, error } = parseJson(text);
    expect([value, error === '', error.includes('\n')]).toEqual([undefined, false, false]);
  }
});

test('any JSON is read as it was written', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test('braces inside strings make no template of a JSON5 file', () => {
  const text = "{\n  // how updates are called\n  commitMessage: '{{depName}} to {{newVersion}}',\n}\n";
  expect(parseJson(text)).toMatchObject({
    error: '',
    value: { commitMessage: '{{depName}} to {{newVersion}}' },
  });
});
