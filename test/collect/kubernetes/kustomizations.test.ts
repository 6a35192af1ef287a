import { describe, expect, test } from 'vitest';
import { type AnyFact, factsOf } from '../../../src/model/facts.js';
import { deployment, names, places, read } from './cluster.js';

const base = {
  'base/kustomization.yaml': 'resources: [api.yaml, worker.yaml]\n',
  'base/api.yaml': deployment('api'),
  'base/worker.yaml': deployment('worker'),
};
const overlay = 'overlays/prod/kustomization.yaml';

function workloads(facts: readonly AnyFact[]) {
  return factsOf(facts, 'kubernetes-workload').map((w) => [w.name, w.data.environment, w.data.replicas]);
}

describe('a kustomization', () => {
  test('is built with its overlays: what it names and labels, at the lines of the base', async () => {
    const { facts, gaps } = await read({
      ...base,
      [overlay]: 'namespace: shop\nnamePrefix: prod-\nresources: [../../base]\n',
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([
      ['prod-api', 'production', -1],
      ['prod-worker', 'production', -1],
    ]);
    expect(factsOf(facts, 'kubernetes-workload').map((w) => [w.data.namespace, places(w)])).toEqual([
      ['shop', ['base/api.yaml:1', 'base/api.yaml:14 images']],
      ['shop', ['base/worker.yaml:1', 'base/worker.yaml:14 images']],
    ]);
    expect(factsOf(facts, 'kubernetes-object').map((f) => [f.name, f.data.kind, places(f)[0]])).toEqual([
      ['base', 'Kustomization', 'base/kustomization.yaml:1'],
      ['overlays/prod', 'Kustomization', 'overlays/prod/kustomization.yaml:1'],
    ]);
  });

  test.each([
    ['replicas', 'replicas: [{name: api, count: 3}]\n', {}, `${overlay}:2`],
    [
      'a JSON patch with a target',
      'patches: [{path: p.yaml, target: {kind: Deployment, name: api}}]\n',
      { 'overlays/prod/p.yaml': '- op: add\n  path: /spec/replicas\n  value: 3\n' },
      'overlays/prod/p.yaml:3',
    ],
    [
      'an inline patch',
      'patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: api}\n      spec: {replicas: 3}\n',
      {},
      `${overlay}:7`,
    ],
    [
      'a patch in a file',
      'patchesStrategicMerge: [p.yaml]\n',
      {
        'overlays/prod/p.yaml':
          'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: 3\n',
      },
      'overlays/prod/p.yaml:5',
    ],
    [
      'a component that it includes',
      'components: [../../parts/ha]\n',
      {
        'parts/ha/kustomization.yaml':
          'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nreplicas: [{name: api, count: 3}]\n',
      },
      'parts/ha/kustomization.yaml:3',
    ],
  ])('with %s gives the workload that comes of it, at the line that decides', async (_, text, files, at) => {
    const { facts, gaps } = await read({
      ...base,
      [overlay]: `resources: [../../base]\n${text}`,
      ...files,
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([
      ['api', 'production', 3],
      ['worker', 'production', -1],
    ]);
    expect(places(factsOf(facts, 'kubernetes-workload')[0])).toContain(`${at} replicas`);
  });

  test('with images gives what really runs', async () => {
    const { facts, gaps } = await read({
      ...base,
      'prod/kustomization.yaml':
        'resources: [../base]\nimages: [{name: registry.example.com/api, newTag: "2"}]\n',
    });
    expect(gaps).toEqual([]);
    expect(factsOf(facts, 'image-reference').map((f) => [f.data.image, places(f)])).toEqual([
      ['registry.example.com/api:2', ['prod/kustomization.yaml:2 images']],
      ['registry.example.com/worker:1.0.0', ['base/worker.yaml:14 images']],
    ]);
  });

  test('for each environment gives each its own; what they share is told once', async () => {
    const { facts } = await read({
      ...base,
      [overlay]: 'resources: [../../base]\nreplicas: [{name: api, count: 3}]\n',
      'overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
    });
    expect(workloads(facts)).toEqual([
      ['api', 'production', 3],
      ['api', 'staging', -1],
      ['worker', 'production', -1],
      ['worker', 'staging', -1],
    ]);
    expect(factsOf(facts, 'image-reference')).toHaveLength(2);
  });

  test('that Flux or Argo CD applies is built with what they add, for their environment', async () => {
    const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  path: ./base
  targetNamespace: shop
  patches:
    - target: {kind: Deployment, name: api}
      patch: |
        - op: add
          path: /spec/replicas
          value: 5
`;
    const argo = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: apps}
spec:
  source:
    path: base
    kustomize:
      replicas: [{name: api, count: 2}]
`;
    const { facts, gaps } = await read({
      ...base,
      'clusters/production/apps.yaml': flux,
      'argocd/staging/apps.yaml': argo,
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([
      ['api', 'staging', 2],
      ['api', 'production', 5],
      ['worker', 'staging', -1],
      ['worker', 'production', -1],
    ]);
  });

  test('that gathers from elsewhere says so and gives the rest', async () => {
    const { facts, gaps } = await read({
      'kustomization.yaml':
        'resources: [https://example.com/x.yaml, api.yaml]\nhelmCharts: [{name: redis, repo: https://charts.example.com}]\n',
      'api.yaml': deployment('api'),
    });
    expect(names(facts, 'kubernetes-workload')).toEqual(['api']);
    expect(gaps.map((g) => [g.reason, g.path])).toEqual([
      ['elsewhere', 'kustomization.yaml'],
      ['elsewhere', 'kustomization.yaml'],
    ]);
    expect(gaps.map((g) => g.what).join()).toMatch(/https:\/\/example\.com\/x\.yaml.*redis|redis.*x\.yaml/);
  });

  test('that does not build gives nothing but the reason', async () => {
    const { facts, gaps } = await read({
      ...base,
      [overlay]: 'resources: [../../base]\nreplicas: [{name: gone, count: 2}]\n',
    });
    expect(names(facts, 'kubernetes-workload')).toEqual([]);
    expect(gaps.map((g) => [g.reason, g.path])).toEqual([['not-rendered', overlay]]);
    expect(gaps[0]?.what).toContain('gone');
  });

  test('of kind Component counts only where something includes it', async () => {
    const { facts } = await read({
      ...base,
      'parts/ha/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\n',
      'parts/ha/extra.yaml': deployment('extra'),
    });
    expect(names(facts, 'kubernetes-workload')).toEqual(['api', 'worker']);
  });

  test('that gathers itself comes to an end', async () => {
    const { facts } = await read({
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a, ../../..]\n',
    });
    expect(names(facts, 'kubernetes-object')).toEqual(['a', 'b']);
  });
});
