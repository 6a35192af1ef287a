import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loosened } from '../../src/parse/loosened.js';

test('Tags of a template give way, and every line stays where it was', () => {
  expect(
    loosened(
      'a: 1\n{{- if .Values.x }}\nb: {{ .Values.b }}\nc: "{{ .Values.c }}"\nd: x-{{ .n }}\n{{- end }}\ne: {{ toYaml .Values.e | nindent 2 }}\n{{/* two\nlines */}}\nf: 2\n',
    ),
  ).toBe('a: 1\n\nb: templated\nc: templated\nd: x-templated\n\ne: \n\n\nf: 2\n');
});

test('The number of lines never changes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{{ x }}', '{{/*', '*/}}', 'a: ', '"', '\n', '- ', '{', '}')),
      (parts) => {
        const text = parts.join('');
        expect(loosened(text).split('\n')).toHaveLength(text.split('\n').length);
      },
    ),
  );
});
