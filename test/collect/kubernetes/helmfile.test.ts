import { describe, expect, test } from 'vitest';
import { helmfile } from '../../../src/collect/kubernetes/helmfile.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

const HELMFILE = `environments:
  staging:
    values: [env/staging.yaml]
  production:
    values: [env/production.yaml]
---
repositories:
  - name: prom
    url: https://charts.example
releases:
  - name: api
    namespace: shop
    chart: charts/api
    values:
      - values/{{ .Environment.Name }}.yaml.gotmpl
  - name: node
    chart: prom/prometheus-node-exporter
    version: 4.1.0
    condition: monitoring.enabled
  - name: velero
    namespace: velero
    chart: prom/velero
    values: [velero.yaml.gotmpl]
  - name: costs
    chart: prom/kubecost
    installed: false
`;
const FILES = {
  'deploy/helmfile.yaml.gotmpl': HELMFILE,
  'deploy/charts/api/Chart.yaml': 'name: api\n',
  'deploy/env/production.yaml': 'monitoring: { enabled: true }\n',
  'deploy/env/staging.yaml': 'monitoring: { enabled: false }\n',
  'deploy/velero.yaml.gotmpl':
    'bucket: {{ requiredEnv "BUCKET" }}\nschedules:\n  nightly:\n    schedule: "0 3 * * *"\n  off:\n    disabled: true\n',
};

describe('A helmfile', () => {
  test('gives its releases, and the environments in which each is there', async () => {
    const { facts, gaps } = await collectFrom([helmfile], FILES);
    expect(
      factsOf(facts, 'helmfile-release').map(({ name, data, evidence }) => [
        name,
        data.chart,
        data.local,
        data.installed,
        data.environments.join(' '),
        data.values.join(' '),
        places(evidence)[0],
      ]),
    ).toEqual([
      [
        'api',
        'deploy/charts/api',
        true,
        'yes',
        'staging production',
        'deploy/values/{{ .Environment.Name }}.yaml.gotmpl',
        'deploy/helmfile.yaml.gotmpl:11',
      ],
      ['costs', 'prom/kubecost', false, 'no', '', '', 'deploy/helmfile.yaml.gotmpl:24'],
      [
        'node',
        'prom/prometheus-node-exporter',
        false,
        'some',
        'production',
        '',
        'deploy/helmfile.yaml.gotmpl:16',
      ],
      [
        'velero',
        'prom/velero',
        false,
        'yes',
        'staging production',
        'deploy/velero.yaml.gotmpl',
        'deploy/helmfile.yaml.gotmpl:20',
      ],
    ]);
    expect(gaps.map((g) => `${g.reason}: ${g.what}`)).toEqual([
      'elsewhere: deploy/helmfile.yaml.gotmpl installs charts that are kept elsewhere: prometheus-node-exporter, velero',
    ]);
    expect(factsOf(facts, 'tool-use').map((t) => t.data.tool)).toEqual(['helmfile']);
  });

  test('tells what its charts watch and back up, unless they are switched off', async () => {
    const { facts } = await collectFrom([helmfile], FILES);
    expect(factsOf(facts, 'monitoring-signal').map((s) => `${s.data.signal} ${places(s.evidence)}`)).toEqual(
      ['cpu', 'memory', 'disk', 'network'].map((s) => `${s} deploy/helmfile.yaml.gotmpl:16`),
    );
    expect(
      factsOf(facts, 'kubernetes-object').map((o) => `${o.data.kind} ${o.name} ${places(o.evidence)}`),
    ).toEqual(['Schedule nightly deploy/velero.yaml.gotmpl:3']);
  });

  test('shows where it decides by the name of an environment, in its values too', async () => {
    const { facts } = await collectFrom([helmfile], {
      'helmfile.yaml':
        'releases:\n  - name: a\n    chart: x/a\n    installed: {{ ne .Environment.Name "production" }}\n    values: [a.yaml.gotmpl]\n',
      'a.yaml.gotmpl':
        'env: {{ .Environment.Name }}\n{{ if eq .Environment.Name "prod" }}\nreplicas: 3\n{{ else if eq .Environment.Name "blue" }}\n{{ end }}\n',
      'unused.yaml.gotmpl': '{{ if eq .Environment.Name "prod" }}\n{{ end }}\n',
    });
    expect(factsOf(facts, 'terraform-condition').flatMap((c) => places(c.evidence))).toEqual([
      'a.yaml.gotmpl:2',
      'helmfile.yaml:4',
    ]);
  });

  test('may be split over files that another one takes in', async () => {
    const { facts } = await collectFrom([helmfile], {
      'helmfile.yaml': 'environments:\n  prod: {}\nhelmfiles:\n  - path: parts/*.yaml\n',
      'parts/a.yaml':
        'releases:\n  - name: a\n    chart: x/a\n    installed: {{ eq .Environment.Name "dev" }}\n',
      'other.yaml': 'releases:\n  - 1.2.3\n',
    });
    expect(factsOf(facts, 'helmfile-release').map((r) => `${r.name} ${r.data.installed}`)).toEqual(['a no']);
  });

  test('is not seen where there is none', async () => {
    const { facts } = await collectFrom([helmfile], {
      'a.yaml': 'releases:\n  - name: a\n    chart: x/a\n',
      'examples/helmfile.yaml': HELMFILE,
    });
    expect(facts).toEqual([]);
  });
});
