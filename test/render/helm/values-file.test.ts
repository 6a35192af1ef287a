import { expect, test } from 'vitest';
import { isUnknown } from '../../../src/render/helm/unknown.js';
import { renderValues } from '../../../src/render/helm/values-file.js';

test('a values file that is a template gives its values, what is not known marked', () => {
  const values = renderValues('a: {{ .Values.a }}\nb: {{ requiredEnv "B" }}\n', 'v.gotmpl', {
    Values: { a: 1 },
  });
  expect([values?.a, isUnknown(values?.a), isUnknown(values?.b)]).toEqual([1, false, true]);
});

test.each(['a: {{ if }}', '{{ fail "no" }}', '{{ repeat 999999999 "aaaaaaaaaa" }}', 'a: b: c'])(
  'a values file such as %s gives none',
  (template) => {
    expect(renderValues(template, 'v.gotmpl', {})).toBeUndefined();
  },
);
