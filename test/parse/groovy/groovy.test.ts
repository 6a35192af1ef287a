import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGroovy } from '../../../src/parse/groovy/groovy.js';
import type { GroovyCall, GroovyStatement } from '../../../src/parse/groovy/syntax.js';

function calls(text: string): GroovyCall[] {
  return parseGroovy(text).statements.flatMap((s) =>
    s.type === 'value' && s.value.type === 'call' ? [s.value] : [],
  );
}

describe('Groovy', () => {
  test('calls with and without brackets say the same', () => {
    for (const text of ["sh 'make'", "sh('make')", 'sh "make"', "sh '''make'''", 'sh(/make/)'])
      expect(calls(text)).toMatchObject([{ name: 'sh', given: [{ type: 'string', text: 'make' }] }]);
    for (const text of [
      "sh script: 'make', returnStatus: true",
      "sh(\n  script: 'make',\n  returnStatus: true,\n)",
    ])
      expect(calls(text)[0]?.named.map((n) => n.name)).toEqual(['script', 'returnStatus']);
  });

  test('a long text starts on the line behind its mark, and keeps escapes apart', () => {
    const [call] = calls("\n\nsh '''\n  a\n  b\n'''");
    expect(call?.given).toMatchObject([{ text: '  a\n  b\n', line: 3, textLine: 4 }]);
    expect(calls("sh 'a\\'b\\\\n'")[0]?.given).toMatchObject([{ text: "a'b\\n" }]);
  });

  test('comments, annotations and imports are passed over', () => {
    expect(
      calls(
        "#!/usr/bin/env groovy\n/* sh 'x' */\nimport a.B\n@Library('lib@1') _\n// sh 'y'\nsh 'z' // t",
      ).map((c) => [c.name, c.line]),
    ).toEqual([
      ['@Library', 4],
      ['sh', 6],
    ]);
  });

  test('blocks, branches, methods and tries keep their statements', () => {
    const types = (list: GroovyStatement[]) => list.map((s) => s.type);
    const { statements, error } = parseGroovy(`
def helper(String a, b = 1) { sh a }
String x = "v\${y}"
if (x ==~ /re.*/ && !params.SKIP) { a() } else if (z) b() else { c() }
try { a() } catch (Exception e) { throw e } finally { b() }
for (i in [1, 2]) { sh i }
list.each { item -> sh item }
node('x') { stage "A", { sh 'y' } }
`);
    expect(error).toBe('');
    expect(types(statements)).toEqual(['method', 'set', 'if', 'try', 'loop', 'value', 'value']);
  });

  test('what is never closed is an error with its line', () => {
    expect(parseGroovy('a {\n  b {\n  }\n')).toMatchObject({ error: 'a { is never closed', errorLine: 1 });
    expect(parseGroovy('}')).toMatchObject({ error: 'a } closes nothing', errorLine: 1 });
  });

  test('no text makes it throw', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      "'",
      '"',
      "'''",
      '/',
      '$',
      'sh',
      'if',
      'try',
      'def',
      'a',
      '.',
      ',',
      ':',
      '->',
      '=',
      '\n',
      ' ',
      '@',
      '?',
      '!',
      '&&',
      'new',
      'case',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(parseGroovy(pieces.join('')).statements).toBeInstanceOf(Array);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseGroovy(text).statements)));
    for (const open of ['{', '(', '[', '!', 'a.', 'if(', 'a {', '-']) parseGroovy(open.repeat(20_000));
  });
});
