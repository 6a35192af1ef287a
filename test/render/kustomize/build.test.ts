import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildKustomization, buildManifests } from '../../../src/render/kustomize/build.js';
import { at, filesOf, lineOf, object, WEB } from './built.js';

const HPA = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 4
`;

const SHOP = {
  'base/kustomization.yaml': 'resources:\n  - web.yaml\n  - hpa.yaml\n',
  'base/web.yaml': WEB,
  'base/hpa.yaml': HPA,
  'production/kustomization.yaml': `namespace: shop
namePrefix: prod-
resources:
  - ../base
replicas:
  - name: web
    count: 3
images:
  - name: registry.example.com/web
    newTag: 1.4.2
labels:
  - pairs:
      tier: front
    includeTemplates: true
`,
};

describe('a kustomization', () => {
  it('gives the objects of its base with what it changes, each from the line that has the last word', () => {
    const built = buildKustomization('production', filesOf(SHOP));
    expect(built.unseen).toEqual([]);
    const web = object(built, 'Deployment');
    expect(at(web, 'metadata')).toEqual({ name: 'prod-web', namespace: 'shop', labels: { tier: 'front' } });
    expect(at(web, 'spec', 'replicas')).toBe(3);
    expect(lineOf(web, 'spec', 'replicas')).toBe('production/kustomization.yaml:7');
    expect(at(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe(
      'registry.example.com/web:1.4.2',
    );
    expect(lineOf(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe(
      'production/kustomization.yaml:10',
    );
    expect(lineOf(web, 'spec', 'template', 'spec', 'containers', 1, 'image')).toBe('base/web.yaml:22');
    expect(at(web, 'spec', 'template', 'metadata', 'labels')).toEqual({ app: 'web', tier: 'front' });
    expect(lineOf(web, 'spec', 'template', 'metadata', 'labels', 'tier')).toBe(
      'production/kustomization.yaml:13',
    );
    expect(at(web, 'spec', 'selector')).toEqual({ matchLabels: { app: 'web' } });
    expect(lineOf(web, 'kind')).toBe('base/web.yaml:2');
  });

  it('keeps an autoscaler on the workload that it renames', () => {
    const hpa = object(buildKustomization('production', filesOf(SHOP)), 'HorizontalPodAutoscaler');
    expect(at(hpa, 'spec', 'scaleTargetRef', 'name')).toBe('prod-web');
    expect(lineOf(hpa, 'spec', 'scaleTargetRef', 'name')).toBe('base/hpa.yaml:6');
  });

  it('leaves the base as it is for another overlay', () => {
    const files = filesOf({
      ...SHOP,
      'staging/kustomization.yaml': 'nameSuffix: -staging\nresources: [../base]\n',
    });
    const before = JSON.stringify(files.documents('base/web.yaml'));
    const once = buildKustomization('production', files);
    expect(at(object(buildKustomization('staging', files), 'Deployment'), 'spec', 'replicas')).toBe(1);
    expect(JSON.stringify(files.documents('base/web.yaml'))).toBe(before);
    const again = buildKustomization('production', files);
    expect(again.objects.map((o) => o.value)).toEqual(once.objects.map((o) => o.value));
  });

  it('lets a component change what was gathered before it', () => {
    const built = buildKustomization(
      'app',
      filesOf({
        'app/kustomization.yaml': 'resources: [web.yaml]\ncomponents: [../many]\n',
        'app/web.yaml': WEB,
        'many/kustomization.yaml':
          'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas:\n  - {name: web, count: 5}\n',
      }),
    );
    expect(at(object(built, 'Deployment'), 'spec', 'replicas')).toBe(5);
    expect(built.gathered).toEqual(['many']);
    expect(built.read).toEqual(['app/web.yaml']);
  });

  it('generates config maps whose names its workloads follow', () => {
    const built = buildKustomization(
      '',
      filesOf({
        'kustomization.yaml':
          'namePrefix: a-\nresources: [pod.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [MODE=fast]\n',
        'pod.yaml':
          'apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n    - name: one\n      image: one\n      envFrom:\n        - configMapRef: {name: settings}\n',
      }),
    );
    expect(at(object(built, 'ConfigMap'), 'data')).toEqual({ MODE: 'fast' });
    const pod = object(built, 'Pod', 'a-one');
    expect(at(pod, 'spec', 'containers', 0, 'envFrom', 0, 'configMapRef', 'name')).toBe('a-settings');
  });

  it('copies values by replacements', () => {
    const built = buildKustomization(
      '',
      filesOf({
        'kustomization.yaml': `resources: [web.yaml, hpa.yaml]
replacements:
  - source: {kind: HorizontalPodAutoscaler, name: web, fieldPath: spec.minReplicas}
    targets:
      - select: {kind: Deployment}
        fieldPaths: [spec.replicas]
  - sourceValue: 9.9.9
    targets:
      - select: {kind: Deployment}
        fieldPaths: ['spec.template.spec.containers.[name=proxy].image']
        options: {delimiter: ':', index: 1}
`,
        'web.yaml': WEB,
        'hpa.yaml': HPA,
      }),
    );
    const web = object(built, 'Deployment');
    expect(at(web, 'spec', 'replicas')).toBe(2);
    expect(lineOf(web, 'spec', 'replicas')).toBe('kustomization.yaml:5');
    expect(at(web, 'spec', 'template', 'spec', 'containers', 1, 'image')).toBe(
      'registry.example.com/proxy:9.9.9',
    );
  });

  it('runs built-in transformers that stand in files', () => {
    const built = buildKustomization(
      '',
      filesOf({
        'kustomization.yaml': 'resources: [web.yaml]\ntransformers: [tags.yaml]\n',
        'web.yaml': WEB,
        'tags.yaml':
          'apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: tags}\nimageTag:\n  name: registry.example.com/web\n  newTag: "7"\n',
      }),
    );
    const web = object(built, 'Deployment');
    expect(at(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe('registry.example.com/web:7');
    expect(lineOf(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe('tags.yaml:6');
  });

  it('says what it cannot see: remote bases, programs and charts', () => {
    const built = buildKustomization(
      '',
      filesOf({
        'kustomization.yaml': `resources:
  - web.yaml
  - https://github.com/example/base//deploy?ref=v1
patches:
  - patch: '{apiVersion: v1, kind: Pod, metadata: {name: remote}, spec: {priority: 1}}'
transformers:
  - own.yaml
helmCharts:
  - name: cache
    repo: https://charts.example.com
    version: 1.2.3
    valuesInline: {replicas: 2}
`,
        'web.yaml': WEB,
        'own.yaml': 'apiVersion: example.com/v1\nkind: Sign\nmetadata: {name: sign}\n',
      }),
    );
    expect(built.objects).toHaveLength(1);
    expect(built.unseen.map((u) => [u.what, u.elsewhere])).toEqual([
      [
        'kustomization.yaml gathers https://github.com/example/base//deploy?ref=v1, which is kept elsewhere',
        true,
      ],
      ['own.yaml has Sign make or change objects', false],
    ]);
    expect(built.charts).toMatchObject([
      {
        name: 'cache',
        version: '1.2.3',
        valuesInline: { replicas: 2 },
        place: { path: 'kustomization.yaml', line: 9 },
      },
    ]);
  });

  it.each([
    ['a field that kustomize does not know', { 'kustomization.yaml': 'resorces: [a]\n' }, /field resorces/],
    [
      'a patch for nothing',
      {
        'kustomization.yaml':
          'resources: [web.yaml]\npatches:\n  - patch: "{apiVersion: v1, kind: Pod, metadata: {name: none}}"\n',
        'web.yaml': WEB,
      },
      /no object is Pod none/,
    ],
    [
      'two of the same',
      { 'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n', 'a.yaml': WEB, 'b.yaml': WEB },
      /two of/,
    ],
    [
      'folders that gather each other',
      { 'kustomization.yaml': 'resources: [a]\n', 'a/kustomization.yaml': 'resources: [..]\n' },
      /gathers itself/,
    ],
    ['no kustomization', { 'web.yaml': WEB }, /holds no kustomization/],
  ])('does not build where kustomize would not: %s', (_, texts, why) => {
    const built = buildKustomization('', filesOf(texts));
    expect(built.objects).toEqual([]);
    expect(built.unseen.map((u) => u.what)).toEqual([expect.stringMatching(why)]);
  });

  it('builds around what is made before the build, and says what is missing', () => {
    const built = buildKustomization(
      '',
      filesOf({
        'kustomization.yaml':
          'resources: [web.yaml, made.yaml]\nconfigMapGenerator: [{name: env, envs: [.env]}]\npatches: [patch.yaml]\n',
        'web.yaml': WEB,
        'patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 7}\n',
      }),
    );
    expect(built.unseen.map((u) => [u.what, u.elsewhere])).toEqual([
      ['kustomization.yaml gathers made.yaml, which is not in this repository', true],
    ]);
    expect(lineOf(object(built, 'Deployment'), 'spec', 'replicas')).toBe('patch.yaml:4');
  });

  it('builds plain manifests where there is no kustomization, as Flux does', () => {
    const built = buildManifests('apps', ['web.yaml'], filesOf({ 'apps/web.yaml': WEB }));
    expect(lineOf(object(built, 'Deployment'), 'spec', 'replicas')).toBe('apps/web.yaml:6');
  });

  it('never throws, whatever the files hold', () => {
    const words = fc.constantFrom(
      'resources',
      'patches',
      'images',
      'labels',
      'pairs',
      'replacements',
      'targets',
      'select',
      'configMapGenerator',
      'vars',
      'patch',
      'target',
      'kind',
      'metadata',
      'name',
      'spec',
      '$patch',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          'web.yaml',
          'Deployment',
          'web',
          '(',
          '',
          null,
          1,
          true,
          'op: add',
          '[{op: add, path: /a/b}]',
        ),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(words, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(words, value), value, (kustomization, manifest) => {
        const files = filesOf({
          'kustomization.yaml': JSON.stringify({ resources: ['web.yaml'], ...kustomization }),
          'web.yaml': `${WEB}---\n${JSON.stringify(manifest)}\n`,
        });
        const built = buildKustomization('', files);
        expect(built.objects.length + built.unseen.length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  it('gives up on aliases without end', () => {
    const files = filesOf({
      'kustomization.yaml': 'resources: [loop.yaml]\n',
      'loop.yaml': 'kind: Pod\nmetadata: {name: a}\nspec: &a\n  self: *a\n',
    });
    expect(buildKustomization('', files).unseen.map((u) => u.what)).toEqual([
      'kustomization.yaml does not build: it is larger or deeper than is looked at',
    ]);
  });
});
