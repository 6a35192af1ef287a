import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TemplateSyntaxError } from '../../../src/render/helm/lexer.js';
import { parseTemplate } from '../../../src/render/helm/parser.js';
import { run, written } from './written.js';

describe('the language', () => {
  test.each([
    ['trims space where a marker says so', 'a  {{- 1 -}}\n b', 'a1b'],
    ['drops comments', 'a{{/* {{ b */}}c{{- /* x */ -}} d', 'acd'],
    ['declares and assigns variables', '{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['forgets the variables of a block', '{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
    ['goes down a chain of else if', '{{ if false }}a{{ else if .Values.b }}b{{ else }}c{{ end }}', 'b'],
    ['ranges over maps by key', '{{ range $k, $v := .Values.m }}{{ $k }}={{ $v }};{{ end }}', 'a=1;b=2;'],
    [
      'ranges over lists with their index',
      '{{ range $i, $v := .Values.l }}{{ $i }}{{ $v }}{{ end }}',
      '0x1y',
    ],
    ['takes the else of an empty range', '{{ range .Values.none }}a{{ else }}b{{ end }}', 'b'],
    [
      'breaks and goes on',
      '{{ range until 9 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}',
      '02',
    ],
    ['sets the dot by with', '{{ with .Values.m }}{{ .a }}{{ else }}none{{ end }}', '1'],
    ['keeps the root in $', '{{ with .Values.m }}{{ $.Values.b }}{{ end }}', 'true'],
    ['includes what is defined', '{{ define "n" }}<{{ . }}>{{ end }}{{ include "n" "x" | upper }}', '<X>'],
    ['runs templates of values', '{{ tpl .Values.t . }}', 'has 1'],
    ['gives a block its default', '{{ block "n" .Values.b }}{{ . }}{{ end }}', 'true'],
    [
      'reads numbers as Go does',
      "{{ 0x10 }} {{ 010 }} {{ 1_000 }} {{ -2 }} {{ 1.5 }} {{ 'a' }}",
      '16 8 1000 -2 1.5 97',
    ],
    ['reads raw and escaped texts', '{{ `a\\n` }}{{ "b\\tc\\u0041" }}', 'a\\nb\tcA'],
    ['pipes into the last argument', '{{ "a" | printf "%s-%s" "b" }}', 'b-a'],
    ['stops at what decides', '{{ or "a" (fail "no") }}{{ and "" (fail "no") }}', 'a'],
    ['forgives nothing in parentheses', '{{ ((.Values.none).a).b | default "d" }}', 'd'],
    ['writes nothing for nothing', 'a{{ .Values.none }}b', 'ab'],
    [
      'writes whole floats plainly, and millions as Go does',
      '{{ .Values.port }} {{ .Values.big }} {{ int .Values.big }}',
      '8080 1e+06 1000000',
    ],
  ])('%s', (_, template, expected) => {
    const values = {
      m: { b: 2, a: 1 },
      l: ['x', 'y'],
      b: true,
      t: 'has {{ .Values.m.a }}',
      port: 8080,
      big: 1_000_000,
    };
    expect(written(template, values)).toBe(expected);
  });

  test.each([
    '{{ if }}',
    '{{ end }}',
    '{{ if true }}',
    '{{ .a',
    '{{ "a }}',
    '{{ (1 }}',
    '{{ break }}',
    '{{ 1 ! }}',
    '{{/* a }}',
  ])('says that %s is no template', (template) => {
    expect(() => parseTemplate(template)).toThrow(TemplateSyntaxError);
  });

  test('throws nothing but its own error, whatever it is fed', () => {
    const part = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      'if ',
      'else',
      'end',
      'range ',
      '$x',
      ':=',
      '.a',
      '(',
      ')',
      '|',
      '"',
      '`',
      '\n',
      ' ',
      '1',
      'define "a"',
      'x',
      '/*',
      '*/',
      "'",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        try {
          run(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateSyntaxError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('keeps text without actions as it is', () => {
    fc.assert(
      fc.property(
        fc.string().filter((s) => !s.includes('{{') && !s.includes('<no')),
        (text) => {
          expect(run(text).writer.text()).toBe(text);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what cannot be told', () => {
  test.each([
    ['a field of nothing', '{{ .Values.none.a }}', 'nil pointer evaluating interface {}.a'],
    ['a function nobody knows', '{{ frobnicate 1 }}', 'the function frobnicate is not known'],
    ['a template that is not there', '{{ include "lib.name" . }}', 'the template lib.name is not there'],
    ['the time', '{{ now }}', 'the result of now depends on the time of rendering'],
    ['what is drawn at random', '{{ randAlphaNum 5 }}', 'the result of randAlphaNum is drawn at random'],
    ['a comparison of a number with a text', '{{ eq .Values.n "1" }}', 'incompatible types for comparison'],
    [
      'a text where a number is asked',
      '{{ indent .Values.n "a" }}',
      'wrong type for value; expected int; got float64',
    ],
  ])('%s is unknown, and why is noted', (_, template, reason) => {
    expect(run(template, { n: 1 }).reasons).toEqual([reason]);
    expect(written(`a: ${template}`, { n: 1 })).toBe('a: ?');
  });

  test.each([
    ['{{ printf "%s-x" .Values.none.a }}', '?'],
    ['{{ include "u" . | quote }}', '"a-?"'],
    ['{{ include "u" . | trunc 63 | trimSuffix "-" }}', 'a-?'],
    ['{{ include "u" . | trunc 1 }}', '?'],
    ['{{ include "u" . | default "d" }}', 'a-?'],
    ['{{ dict "k" (include "u" .) | toYaml }}', 'k: a-?'],
    ['{{ eq (include "u" .) "a" }}', '?'],
    ['{{ len (include "u" .) }}', '?'],
    ['{{ or true (include "u" .) }}', 'true'],
    ['{{ and (include "u" .) true }}', 'a-?'],
    ['{{ $x := "a" }}{{ if now }}{{ $x = "b" }}{{ end }}{{ $x }}', '?'],
    ['{{ $x := dict }}{{ if now }}{{ $_ := set $x "a" 1 }}{{ end }}{{ $x.a }}', '?'],
    ['n: {{ if now }}1{{ else }}2{{ end }}', 'n: ?'],
    ['a:\n{{- if now }}\n  b: 1\n{{- end }}\n  c: 2', 'a:\n  ?\n  c: 2'],
  ])('%s goes on as %s', (template, expected) => {
    expect(written(`{{ define "u" }}a-{{ now }}{{ end }}${template}`)).toBe(expected);
  });
});

test('every line of the output remembers the file and line that wrote it', () => {
  const { writer } = run(
    'a: 1\n{{- if true }}\nb:\n  {{- toYaml .Values.m | nindent 2 }}\n{{- end }}\n\nc: {{ 1 }}\n',
    {
      m: { x: 1, z: 2 },
    },
  );
  expect(writer.text()).toBe('a: 1\nb:\n  x: 1\n  z: 2\n\nc: 1\n');
  expect([1, 2, 3, 4, 6].map((line) => writer.placeOf(line).line)).toEqual([1, 3, 4, 4, 7]);
});
