import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildKustomization } from '../../../src/render/kustomize/build.js';
import { at, filesOf, lineOf, object, WEB } from './built.js';

const POD_SPEC = ['spec', 'template', 'spec'] as const;

function patched(patches: string, others: Record<string, string> = {}) {
  return buildKustomization(
    '',
    filesOf({ 'kustomization.yaml': `resources: [web.yaml]\n${patches}`, 'web.yaml': WEB, ...others }),
  );
}

const strategic = (spec: string) =>
  patched('patches: [{path: p.yaml}]\n', {
    'p.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n${spec}`,
  });

describe('a strategic merge patch', () => {
  it('merges containers and their variables by name, and says where each value is from', () => {
    const web = object(
      strategic(`  template:
    spec:
      containers:
        - name: web
          env:
            - name: MODE
              value: fast
          readinessProbe:
            httpGet: {path: /ready}
        - name: log
          image: registry.example.com/log:3
`),
      'Deployment',
    );
    expect((at(web, ...POD_SPEC, 'containers') as { name: string }[]).map((c) => c.name)).toEqual([
      'web',
      'log',
      'proxy',
    ]);
    expect(at(web, ...POD_SPEC, 'containers', 0)).toEqual({
      name: 'web',
      image: 'registry.example.com/web:1.0.0',
      env: [
        { name: 'MODE', value: 'fast' },
        { name: 'COLOUR', value: 'blue' },
      ],
      readinessProbe: { httpGet: { path: '/ready' } },
    });
    expect(lineOf(web, ...POD_SPEC, 'containers', 0, 'image')).toBe('web.yaml:15');
    expect(lineOf(web, ...POD_SPEC, 'containers', 0, 'env', 0, 'value')).toBe('p.yaml:11');
    expect(lineOf(web, ...POD_SPEC, 'containers', 0, 'readinessProbe', 'httpGet')).toBe('p.yaml:13');
    expect(lineOf(web, ...POD_SPEC, 'containers', 1, 'image')).toBe('p.yaml:15');
  });

  it('takes away what it sets to null or asks to delete', () => {
    const web = object(
      strategic(`  replicas: null
  template:
    spec:
      containers:
        - name: proxy
          $patch: delete
        - name: web
          env:
            - $patch: replace
            - name: ONLY
              value: "1"
`),
      'Deployment',
    );
    expect(at(web, 'spec', 'replicas')).toBeUndefined();
    expect(at(web, ...POD_SPEC, 'containers')).toEqual([
      { name: 'web', image: 'registry.example.com/web:1.0.0', env: [{ name: 'ONLY', value: '1' }] },
    ]);
  });

  it('takes away a whole object', () => {
    const built = patched(`patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      $patch: delete
`);
    expect(built).toMatchObject({ objects: [], unseen: [] });
  });

  it('replaces the lists of kinds that are not well known', () => {
    const built = patched('patchesStrategicMerge: [p.yaml]\n', {
      'web.yaml':
        'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {parts: [{name: x, n: 1}]}\n',
      'p.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {parts: [{name: y}]}\n',
    });
    expect(at(object(built, 'Thing'), 'spec', 'parts')).toEqual([{ name: 'y' }]);
  });

  it('changes every object that its target selects, and no name unless it may', () => {
    const built = patched(
      `patches:
  - target: {kind: Deployment, name: w.*, labelSelector: "tier!=back"}
    patch: |-
      kind: Deployment
      metadata: {name: other}
      spec:
        replicas: 4
`,
    );
    const web = object(built, 'Deployment', 'web');
    expect(at(web, 'spec', 'replicas')).toBe(4);
    expect(lineOf(web, 'spec', 'replicas')).toBe('kustomization.yaml:8');
    expect(at(web, 'apiVersion')).toBe('apps/v1');
  });
});

describe('a JSON patch', () => {
  it('adds, replaces and removes, and says where', () => {
    const web = object(
      patched(`patches:
  - target: {kind: Deployment}
    patch: |-
      - op: replace
        path: /spec/replicas
        value: 6
      - op: remove
        path: /spec/template/spec/containers/1
      - op: add
        path: /spec/template/spec/containers/0/env/-
        value:
          name: EXTRA
          value: "1"
      - op: add
        path: /metadata/annotations/example.com~1team
        value: shop
`),
      'Deployment',
    );
    expect(at(web, 'spec', 'replicas')).toBe(6);
    expect(lineOf(web, 'spec', 'replicas')).toBe('kustomization.yaml:7');
    expect(at(web, ...POD_SPEC, 'containers')).toHaveLength(1);
    expect(at(web, ...POD_SPEC, 'containers', 0, 'env', 2)).toEqual({ name: 'EXTRA', value: '1' });
    expect(lineOf(web, ...POD_SPEC, 'containers', 0, 'env', 2, 'value')).toBe('kustomization.yaml:14');
    expect(lineOf(web, ...POD_SPEC, 'containers', 0, 'env', 1, 'value')).toBe('web.yaml:20');
    expect(at(web, 'metadata', 'annotations')).toEqual({ 'example.com/team': 'shop' });
  });

  it('reads operations in JSON, of the older field too', () => {
    const built = patched(
      'patchesJson6902:\n  - target: {group: apps, version: v1, kind: Deployment, name: web}\n    path: p.json\n',
      { 'p.json': '[{"op": "replace", "path": "/spec/replicas", "value": 2}]' },
    );
    expect(lineOf(object(built, 'Deployment'), 'spec', 'replicas')).toBe('p.json:1');
    expect(at(object(built, 'Deployment'), 'spec', 'replicas')).toBe(2);
  });

  it('changes one overlay of a custom resource definition and not what was read', () => {
    const files = filesOf({
      'kustomization.yaml':
        'resources: [crd.yaml]\npatches:\n  - target: {kind: CustomResourceDefinition}\n    patch: "[{op: replace, path: /spec/scope, value: Cluster}]"\n',
      'crd.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\nspec:\n  scope: Namespaced\n  group: example.com\n',
    });
    const crd = object(buildKustomization('', files), 'CustomResourceDefinition');
    expect(at(crd, 'spec')).toEqual({ scope: 'Cluster', group: 'example.com' });
    expect(lineOf(crd, 'spec', 'group')).toBe('crd.yaml:6');
    expect(files.documents('crd.yaml')[0]?.value).toMatchObject({ spec: { scope: 'Namespaced' } });
  });

  it.each([
    ['removes what is not there', '{op: remove, path: /spec/paused}'],
    ['adds under what is not there', '{op: add, path: /spec/strategy/type, value: Recreate}'],
    ['tests for another value', '{op: test, path: /spec/replicas, value: 9}'],
    ['names an item past the end', '{op: add, path: /spec/template/spec/containers/7, value: {}}'],
  ])('fails the build where it %s', (_, operation) => {
    const built = patched(`patches:\n  - target: {kind: Deployment}\n    patch: |-\n      - ${operation}\n`);
    expect(built.objects).toEqual([]);
    expect(built.unseen).toHaveLength(1);
  });

  it('that adds and then removes leaves all as it was', () => {
    const key = fc.stringMatching(/^[a-z~/]{1,6}$/);
    fc.assert(
      fc.property(key, fc.jsonValue({ maxDepth: 2 }), (name, value) => {
        const path = `/spec/template/x-${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const operations = [
          { op: 'add', path, value },
          { op: 'remove', path },
        ];
        const built = patched(
          `patches:\n  - target: {kind: Deployment}\n    patch: ${JSON.stringify(JSON.stringify(operations))}\n`,
        );
        expect(built.objects.map((o) => o.value)).toEqual(patched('').objects.map((o) => o.value));
      }),
      { numRuns: 50 },
    );
  });
});
