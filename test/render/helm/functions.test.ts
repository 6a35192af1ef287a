import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../src/parse/yaml.js';
import { fromPlain, printed } from '../../../src/render/helm/value.js';
import { toYaml } from '../../../src/render/helm/yaml-text.js';
import { written } from './written.js';

const VALUES = {
  name: 'web',
  empty: '',
  n: 3,
  f: 1.5,
  list: ['b', 'a', 'b'],
  map: { b: 2, a: { c: 1 } },
  none: null,
  off: false,
};

test.each([
  ['upper "a" | lower', 'a'],
  ['title "my shop"', 'My Shop'],
  ['camelcase "my-web_app"', 'MyWebApp'],
  ['kebabcase "myWebApp"', 'my-web-app'],
  ['snakecase "myWebApp"', 'my_web_app'],
  ['trunc 3 "abcdef"', 'abc'],
  ['trunc -3 "abcdef"', 'def'],
  ['trimSuffix "-" "ab--"', 'ab-'],
  ['trimPrefix "v" "v1"', '1'],
  ['trimAll "-" "--a-"', 'a'],
  ['replace "." "-" "1.2.3"', '1-2-3'],
  ['nospace " a b "', 'ab'],
  ['cat "a" nil 1 true', 'a 1 true'],
  ['repeat 3 "ab"', 'ababab'],
  ['substr 1 3 "abcd"', 'bc'],
  ['contains "b" "abc"', 'true'],
  ['hasPrefix "a" "abc"', 'true'],
  ['indent 2 "a\\nb"', '  a\n  b'],
  ['nindent 1 "a"', '\n a'],
  ['quote "a\\"b" 1 nil', '"a\\"b" "1"'],
  ['squote "a"', "'a'"],
  [
    'printf "%s %d %v %q %5.2f %05d %t %T" "a" 1 .Values.n "q" 1.234 42 true 1',
    'a 1 3 "q"  1.23 00042 true int',
  ],
  ['printf "%d" .Values.n', '%!d(float64=3)'],
  ['printf "%s" 1', '%!s(int=1)'],
  ['printf "%s"', '%!s(MISSING)'],
  ['printf "a" 1', 'a%!(EXTRA int=1)'],
  ['print "a" 1 2 "b"', 'a1 2b'],
  ['default "d" .Values.empty', 'd'],
  ['default "d" .Values.name', 'web'],
  ['default 1 .Values.off', '1'],
  ['coalesce .Values.none .Values.empty "c"', 'c'],
  ['ternary "y" "n" true', 'y'],
  ['empty .Values.list', 'false'],
  ['eq .Values.name "db" "web"', 'true'],
  ['eq .Values.none nil', 'true'],
  ['ne 1 2', 'true'],
  ['lt 1 2', 'true'],
  ['ge 1.5 .Values.f', 'true'],
  ['len .Values.list', '3'],
  ['index .Values.map "a" "c"', '1'],
  ['index .Values.list 1', 'a'],
  ['kindOf .Values.n', 'float64'],
  ['kindIs "map" .Values.map', 'true'],
  ['typeOf .Values.list', '[]interface {}'],
  ['add 1 .Values.n "4"', '8'],
  ['sub 5 3', '2'],
  ['mul 2 3 4', '24'],
  ['div 7 2', '3'],
  ['mod 7 2', '1'],
  ['max 1 5 3', '5'],
  ['min 4 2', '2'],
  ['ceil 1.2', '2'],
  ['floor 1.8', '1'],
  ['round 1.255 1', '1.3'],
  ['int "12"', '12'],
  ['int64 .Values.f', '1'],
  ['float64 "1.5"', '1.5'],
  ['atoi "7"', '7'],
  ['until 3', '[0 1 2]'],
  ['untilStep 1 7 3', '[1 4]'],
  ['seq 3 1', '3 2 1'],
  ['join "," .Values.list', 'b,a,b'],
  ['sortAlpha .Values.list', '[a b b]'],
  ['uniq .Values.list', '[b a]'],
  ['first .Values.list', 'b'],
  ['rest .Values.list', '[a b]'],
  ['initial .Values.list', '[b a]'],
  ['without .Values.list "b"', '[a]'],
  ['has "a" .Values.list', 'true'],
  ['concat (list 1) (list 2 3)', '[1 2 3]'],
  ['append (list 1) 2', '[1 2]'],
  ['compact (list "" 1 nil)', '[1]'],
  ['slice (list 1 2 3) 1 2', '[2]'],
  ['(split "." "a.b")._1', 'b'],
  ['splitList "," "a,b"', '[a b]'],
  ['dict "a" 1 "b"', 'map[a:1 b:]'],
  ['keys .Values.map', '[a b]'],
  ['get .Values.map "x"', ''],
  ['hasKey .Values.map "a"', 'true'],
  ['pick .Values.map "b"', 'map[b:2]'],
  ['omit .Values.map "b"', 'map[a:map[c:1]]'],
  ['dig "a" "x" "d" .Values.map', 'd'],
  ['merge (dict "a" 1) (dict "a" 2 "b" 3)', 'map[a:1 b:3]'],
  ['mergeOverwrite (dict "a" 1) (dict "a" 2)', 'map[a:2]'],
  ['set (dict) "a" 1', 'map[a:1]'],
  ['toJson .Values.map', '{"a":{"c":1},"b":2}'],
  ['(fromJson "{\\"a\\":[1]}").a', '[1]'],
  ['(fromYaml "a: b").a', 'b'],
  ['b64enc "hi" | b64dec', 'hi'],
  ['sha256sum "" | trunc 8', 'e3b0c442'],
  ['semverCompare ">=1.19-0" "v1.34.0"', 'true'],
  ['semverCompare "^1.2.x" "1.9.0"', 'true'],
  ['semverCompare "~1.2" "1.3.0"', 'false'],
  ['semverCompare ">=1.0" "1.1.0-rc1"', 'false'],
  ['semverCompare "<1.0 || >=2.0, <3.0" "2.5.1"', 'true'],
  ['(semver "v1.2.3-a").Minor', '2'],
  ['regexMatch "^a+$" "aaa"', 'true'],
  ['regexReplaceAll "a(b)" "ab-ab" "${1}x"', 'bx-bx'],
  ['regexReplaceAll "a(b)" "ab" "$1x"', ''],
  ['regexFind "[0-9]+" "a12b"', '12'],
  ['regexSplit "," "a,b" -1', '[a b]'],
  ['base "a/b.yaml"', 'b.yaml'],
  ['ext "a/b.yaml"', '.yaml'],
  ['(urlParse "https://x.org:8080/p?q=1").host', 'x.org:8080'],
  ['lookup "v1" "Secret" "ns" "n"', 'map[]'],
])('%s gives what it gives in Go', (expression, expected) => {
  expect(written(`{{ ${expression} }}`, VALUES)).toBe(expected);
});

describe('toYaml', () => {
  test('writes lists below their key without a step, and quotes what would be read otherwise', () => {
    const value = {
      list: [1, 'x', { a: 1, b: [2] }],
      word: 'yes',
      number: '12',
      date: '2024-01-01',
      duration: '5s',
      colon: 'a: b',
      text: 'a\nb\n',
      none: null,
      empty: {},
    };
    expect(written('{{ toYaml .Values.v }}', { v: value })).toBe(
      'colon: \'a: b\'\ndate: "2024-01-01"\nduration: 5s\nempty: {}\nlist:\n- 1\n- x\n- a: 1\n  b:\n  - 2\nnone: null\nnumber: "12"\ntext: |\n  a\n  b\nword: "yes"',
    );
  });

  test('gives text that reads back as what it was', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.string({ unit: fc.constantFrom('a', ' ', '\n', ':', '-', '#', '"', "'", '1', '.', '\t') }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.string().filter((k) => k !== '__proto__'),
          tie('value'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(fc.record({ v: value }), (plain) => {
        // The last line break is left to whoever prints it.
        const text = `${toYaml(fromPlain(plain))}\n`;
        expect([text, parseYaml(text)[0]?.value]).toEqual([text, plain]);
      }),
      { numRuns: 300 },
    );
  });
});

test('numbers read back as what they were however they are printed', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
      expect(Number(printed(n))).toBe(n);
    }),
  );
});
