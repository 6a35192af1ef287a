import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as yaml from 'yaml';
import { parseYaml, type YamlDocument } from '../../src/parse/yaml.js';

function only(text: string): YamlDocument {
  const documents = parseYaml(text);
  expect(documents).toHaveLength(1);
  return documents[0] as YamlDocument;
}
function at(value: unknown, ...path: (string | number)[]): object {
  return path.reduce<unknown>((v, key) => (v as Record<string | number, unknown>)[key], value) as object;
}

describe('values', () => {
  test('follow YAML 1.2: no dates, and on, yes and no stay words', () => {
    const { value } = only('on: push\nyes: no\nat: 2024-01-01\nport: 8080\nlive: true\nnone: ~\n');
    expect(value).toEqual({ on: 'push', yes: 'no', at: '2024-01-01', port: 8080, live: true, none: null });
  });

  test('take the last of a duplicate key, and its line', () => {
    const { value, lineOf } = only('a: 1\nb: 2\na: 3\n');
    expect(value).toEqual({ a: 3, b: 2 });
    expect(lineOf(value as object, 'a')).toBe(3);
  });

  test('give an unknown tag as its plain value', () => {
    const text = [
      'a: !Ref Bucket',
      'b: !Sub "$X-y"',
      'c: !reference [.setup, script]',
      'd: !vault |',
      '  secret',
      'e: !ENV {x: 1}',
      'f: !!python/name:os.path',
      'g: !empty',
      'h: !!binary aGk=',
      'i: !!str 3',
    ];
    expect(only(text.join('\n')).value).toEqual({
      a: 'Bucket',
      b: '$X-y',
      c: ['.setup', 'script'],
      d: 'secret\n',
      e: { x: 1 },
      f: null,
      g: null,
      h: 'aGk=',
      i: '3',
    });
  });

  test('merge keys by <<, and share what an alias names', () => {
    const { value } = only('base: &base {image: a, tag: 1}\none:\n  <<: *base\n  tag: 2\ntwo: *base\n');
    expect(value).toEqual({
      base: { image: 'a', tag: 1 },
      one: { image: 'a', tag: 2 },
      two: { image: 'a', tag: 1 },
    });
    expect(at(value, 'two')).toBe(at(value, 'base'));
  });

  test('come through CRLF, a byte order mark and the tabs of JSON', () => {
    const { value, lineOf } = only('\uFEFFa:\r\n  b: 1\r\n  c: |\r\n    x\r\n    y\r\n');
    expect(value).toEqual({ a: { b: 1, c: 'x\ny\n' } });
    expect(lineOf(at(value, 'a'), 'c')).toBe(3);
    const json = only('{\n\t"a": {\n\t\t"b": [1,\n\t\t\t2]\n\t}\n}\n');
    expect(json.value).toEqual({ a: { b: [1, 2] } });
    expect(json.lineOf(at(json.value, 'a'), 'b')).toBe(3);
    expect(json.lineOf(at(json.value, 'a', 'b'), 1)).toBe(4);
  });
});

describe('documents', () => {
  test('are split at --- and ..., and empty ones are left out', () => {
    const documents = parseYaml(
      '# head\n---\n\n---\na: 1\n---\n# nothing\n--- # here\n\nb: 2\n...\n---\nc: 3\n',
    );
    expect(documents.map((d) => [d.value, d.line])).toEqual([
      [{ a: 1 }, 5],
      [{ b: 2 }, 10],
      [{ c: 3 }, 13],
    ]);
    expect(documents.map((d) => d.lineOf(d.value as object))).toEqual([5, 10, 13]);
  });

  test('an empty text, or one of comments alone, has none', () => {
    expect(parseYaml('')).toEqual([]);
    expect(parseYaml('# a\n\n# b')).toEqual([]);
    expect(parseYaml('---\n---\n')).toEqual([]);
    expect(parseYaml('#\n'.repeat(400_000))).toEqual([]);
  });

  test('a broken one does not lose the others', () => {
    const documents = parseYaml('a: 1\n---\nb: [1,\nc: }\n---\nd: 2\n');
    expect(documents.map((d) => d.value)).toEqual([{ a: 1 }, undefined, { d: 2 }]);
    expect(documents[1]).toMatchObject({ line: 3, errorLine: 4 });
    expect(documents[1]?.error).not.toBe('');
    expect(documents[1]?.error).not.toContain('\n');
    expect(documents[2]?.line).toBe(6);
  });

  test('a template fails once, with the line', () => {
    const [document] = parseYaml('a: 1\nb:\n{{- if .Values.x }}\n  c: 2\n{{- end }}\n');
    expect(document?.value).toBeUndefined();
    expect(document?.errorLine).toBeGreaterThan(1);
  });

  test('dashes inside a block scalar end nothing unless they stand in the first column', () => {
    const { value } = only('a: |\n  ---\n  x\nb: 1\n');
    expect(value).toEqual({ a: '---\nx\n', b: 1 });
  });

  test('directives go with the document that follows them', () => {
    const documents = parseYaml('%YAML 1.2\n# c\n---\na: 1\n---\nb: 2\n');
    expect(documents.map((d) => d.value)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test('hostile ones give an error or share, and never throw', () => {
    for (const text of [
      '\0',
      'a: \0',
      '['.repeat(5000),
      'a: *b',
      '<<: 1',
      '%TAG',
      '? [[a]]\n: 1',
      '\uFFFE: 1',
      '&a [*a]',
    ]) {
      expect(() => parseYaml(text)).not.toThrow();
    }
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 40; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(only(bomb.join('\n')).error).toBe('');
  });
});

describe('lines', () => {
  test('are those of keys, of mappings and of items', () => {
    const text = [
      'jobs: # the jobs', // 1
      '', // 2
      '  # first', // 3
      '  build: &b', // 4
      '    "runs-on" : x', // 5
      '    steps:', // 6
      '    - run: |', // 7
      '        a: b', // 8
      '    - plain', // 9
      '    - {uses: a,', // 10
      '       with: {k: v}}', // 11
      '    on: [push,', // 12
      '      pull]', // 13
    ];
    const { value, lineOf, line } = only(text.join('\n'));
    expect(line).toBe(1);
    const build = at(value, 'jobs', 'build');
    expect(lineOf(at(value, 'jobs'))).toBe(4);
    expect(lineOf(at(value, 'jobs'), 'build')).toBe(4);
    expect(lineOf(build)).toBe(5);
    expect(lineOf(build, 'runs-on')).toBe(5);
    expect(lineOf(build, 'steps')).toBe(6);
    expect(lineOf(build, 'missing')).toBe(5);
    const steps = at(build, 'steps');
    expect([lineOf(steps), lineOf(steps, 0), lineOf(steps, 1), lineOf(steps, 2)]).toEqual([7, 7, 9, 10]);
    expect(lineOf(at(steps, 2), 'with')).toBe(11);
    expect(lineOf(at(steps, 2, 'with'), 'k')).toBe(11);
    expect([lineOf(at(build, 'on'), 0), lineOf(at(build, 'on'), 1)]).toEqual([12, 13]);
  });

  test('of a stranger to the document are the document’s', () => {
    expect(only('\n\na: 1\n').lineOf({})).toBe(3);
  });

  test('agree with another parser on any document', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'a',
        'b c',
        'on',
        'k:v',
        '#',
        'x#y',
        '-',
        '1',
        'true',
        '~',
        'é',
        '"q"',
        "it's",
        '? x',
        '<',
        '{',
      ),
      fc.string({ minLength: 1, maxLength: 6 }).filter((k) => k !== '<<' && k !== '__proto__'),
    );
    const scalar = fc.oneof(
      fc.constantFrom(
        '',
        'x: y',
        '# no',
        'a\nb\n',
        'long line\n  indented\n\n',
        '- x',
        '*a',
        '&a',
        '!t',
        '{{ x }}',
        '---',
      ),
      fc.string({ maxLength: 8 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const node = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, scalar, tie('map'), tie('list')),
      map: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
      list: fc.array(tie('any'), { maxLength: 4 }),
    }));
    const style = fc.record({
      collectionStyle: fc.constantFrom('any' as const, 'flow' as const, 'block' as const),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
      indentSeq: fc.boolean(),
      lineWidth: fc.constantFrom(0, 20, 80),
    });
    fc.assert(
      fc.property(
        fc.oneof(node.map, node.list),
        style,
        fc.integer({ min: 0, max: 3 }),
        (data, options, blank) => {
          const text =
            '# c\n'.repeat(blank) +
            yaml.stringify(data, { ...options, version: '1.2', aliasDuplicateObjects: false });
          const counter = new yaml.LineCounter();
          const expected = yaml.parseDocument(text, { lineCounter: counter, keepSourceTokens: true });
          // What the stringifier cannot write so that its own parser reads it back tells nothing.
          fc.pre(expected.errors.length === 0 && !/^ *\? /m.test(text));
          const [document] = parseYaml(text);
          expect(document?.error).toBe('');
          compare(document as YamlDocument, document?.value, expected.contents, counter);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function compare(document: YamlDocument, value: unknown, node: unknown, lines: yaml.LineCounter): void {
  const line = (n: unknown) => lines.linePos((n as yaml.Node).range?.[0] ?? 0).line;
  if (yaml.isMap(node)) {
    if (node.items.length > 0) expect(document.lineOf(value as object)).toBe(line(node));
    for (const { key, value: child } of node.items) {
      const name = String((key as yaml.Scalar).source ?? (key as yaml.Scalar).value);
      expect(document.lineOf(value as object, name)).toBe(line(key));
      compare(document, (value as Record<string, unknown>)[name], child, lines);
    }
  } else if (yaml.isSeq(node)) {
    if (node.items.length > 0) expect(document.lineOf(value as object)).toBe(line(node));
    for (const [i, child] of node.items.entries()) {
      expect(document.lineOf(value as object, i)).toBe(line(child));
      compare(document, (value as unknown[])[i], child, lines);
    }
  }
}
