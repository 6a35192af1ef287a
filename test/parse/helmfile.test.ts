import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forEnvironment, isInstalled, parseHelmfile } from '../../src/parse/helmfile.js';

const TEXT = `environments:
  staging:
    values: [staging.env]
  production:
    values:
      - production.env
---
repositories:
  - name: prom
    url: https://charts.example
helmfiles:
  - path: more.yaml
releases:
  - name: api
    namespace: shop
    chart: ./charts/api
    values:
      - ./values/{{ .Environment.Name }}.yaml
      - replicas: 2
    needs: [shop/db]
{{- if eq .Environment.Name "production" }}
  - name: agent
    chart: prom/agent
    version: 1.2.3
{{- else }}
  - name: fake
    chart: prom/fake
{{- end }}
  - name: off
    chart: prom/off
    installed: false
  - name: jobs
    chart: charts/jobs
    installed: {{ or (eq .Environment.Name "staging") (eq .Environment.Name "dev") }}
  - name: maybe
    chart: charts/maybe
    condition: maybe.enabled
{{ range .Values.shops }}
  - name: shop-{{ . }}
    chart: charts/shop
{{ end }}
`;

describe('A helmfile', () => {
  const helmfile = parseHelmfile(TEXT);
  const installed = (name: string, environment: string, values = {}) => {
    const release = helmfile.releases.find((r) => r.name === name);
    return release && isInstalled(release, environment, values);
  };

  test('gives its environments and releases with their lines', () => {
    expect(helmfile.error).toBe('');
    expect(helmfile.environments).toEqual([
      { name: 'staging', values: ['staging.env'], line: 2 },
      { name: 'production', values: ['production.env'], line: 4 },
    ]);
    expect(helmfile.repositories).toEqual(['prom']);
    expect(helmfile.helmfiles).toEqual(['more.yaml']);
    expect(helmfile.releases.map((r) => `${r.name} ${r.chart} ${r.line}`)).toEqual([
      'api ./charts/api 14',
      'agent prom/agent 22',
      'fake prom/fake 26',
      'off prom/off 29',
      'jobs charts/jobs 32',
      'maybe charts/maybe 35',
      'shop-{{ . }} charts/shop 39',
    ]);
    const [api] = helmfile.releases;
    expect(api?.values.map((v) => forEnvironment(v, 'staging'))).toEqual(['./values/staging.yaml']);
    expect(
      parseHelmfile('releases:\n- name: a\n  values: ["{{`{{ .Environment.Name }}`}}.yaml"]\n').releases[0]
        ?.values,
    ).toEqual(['{{ .Environment.Name }}.yaml']);
    expect(api?.inline).toEqual([{ replicas: 2 }]);
    expect(api?.needs).toEqual(['shop/db']);
    expect(helmfile.releases.map((r) => r.repeated)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test('says in which environment a release is there', () => {
    expect(installed('api', 'production')).toBe(true);
    expect([installed('agent', 'production'), installed('agent', 'staging')]).toEqual([true, false]);
    expect([installed('fake', 'production'), installed('fake', 'staging')]).toEqual([false, true]);
    expect(installed('off', 'production')).toBe(false);
    expect([installed('jobs', 'staging'), installed('jobs', 'production')]).toEqual([true, false]);
    expect(installed('maybe', 'staging')).toBeUndefined();
    expect(installed('maybe', 'staging', { maybe: { enabled: true } })).toBe(true);
  });

  test('takes the default of a switch that the environment of a run may set', () => {
    const [on, off] = parseHelmfile(
      'releases:\n  - name: a\n    chart: x/a\n    installed: {{ env "A" | default "true" }}\n  - name: b\n    chart: x/b\n    installed: {{ env "B" | default "false" }}\n',
    ).releases;
    expect([on, off].map((r) => r && isInstalled(r, 'x'))).toEqual([true, false]);
  });

  test('never makes the reader fail', () => {
    const parts = fc.constantFrom(
      '{{',
      '}}',
      'if',
      'end',
      ' (',
      ')',
      'releases:\n',
      '- name: a\n',
      '\n',
      'and',
      '|',
      '"',
    );
    fc.assert(
      fc.property(fc.array(parts), (words) => {
        for (const release of parseHelmfile(words.join(' ')).releases) isInstalled(release, 'x');
      }),
    );
  });
});
