import { describe, expect, it } from 'vitest';
import { mapping, within } from '../../../src/parse/shape.js';
import { parseYaml } from '../../../src/parse/yaml.js';
import { argoAddition, fluxAddition } from '../../../src/render/kustomize/addition.js';
import { buildKustomization } from '../../../src/render/kustomize/build.js';
import type { PlaceOf } from '../../../src/render/kustomize/tree.js';
import { at, filesOf, lineOf, object, WEB } from './built.js';

const FILES = {
  'apps/kustomization.yaml':
    'resources: [web.yaml]\nimages: [{name: registry.example.com/web, newTag: "2"}]\n',
  'apps/web.yaml': WEB.replace('replicas: 1', 'replicas: ${REPLICAS}').replace('plain', 'run-${MODE:=slow}'),
};

function said(text: string, ...keys: string[]): [spec: ReturnType<typeof mapping>, placeOf: PlaceOf] {
  const [document] = parseYaml(text);
  return [
    mapping(within(document?.value, ...keys)),
    (value, key) => ({ path: 'sync.yaml', line: document?.lineOf(value, key) ?? 0 }),
  ];
}

describe('what a controller adds to a kustomization', () => {
  it('is the patches, namespace and values of a Flux Kustomization, after its own', () => {
    const addition = fluxAddition(
      ...said(
        `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  path: ./apps
  targetNamespace: shop
  postBuild:
    substitute:
      REPLICAS: "3"
  images:
    - name: registry.example.com/web
      newTag: "3"
  patches:
    - target: {kind: Deployment}
      patch: |
        - op: add
          path: /spec/paused
          value: true
`,
        'spec',
      ),
    );
    const web = object(buildKustomization('apps', filesOf(FILES), addition), 'Deployment');
    expect(at(web, 'metadata', 'namespace')).toBe('shop');
    expect(lineOf(web, 'metadata', 'namespace')).toBe('sync.yaml:6');
    expect(at(web, 'spec', 'replicas')).toBe(3);
    expect(lineOf(web, 'spec', 'replicas')).toBe('sync.yaml:9');
    expect(at(web, 'spec', 'paused')).toBe(true);
    const container = ['spec', 'template', 'spec', 'containers', 0] as const;
    expect(at(web, ...container, 'image')).toBe('registry.example.com/web:3');
    expect(lineOf(web, ...container, 'image')).toBe('sync.yaml:12');
    expect(at(web, ...container, 'env', 0, 'value')).toBe('run-slow');
    expect(lineOf(web, ...container, 'env', 0, 'value')).toBe('apps/web.yaml:18');
  });

  it('is the images, replicas and labels of an Argo CD source', () => {
    const addition = argoAddition(
      ...said(
        `namePrefix: blue-
images:
  - registry.example.com/web=mirror.example.com/web:5
replicas:
  - {name: web, count: 2}
commonLabels: {team: shop}
`,
      ),
    );
    const web = object(buildKustomization('apps', filesOf(FILES), addition), 'Deployment', 'blue-web');
    expect(at(web, 'spec', 'replicas')).toBe(2);
    expect(lineOf(web, 'spec', 'replicas')).toBe('sync.yaml:5');
    expect(at(web, 'spec', 'selector', 'matchLabels')).toEqual({ app: 'web', team: 'shop' });
    expect(at(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe('mirror.example.com/web:5');
    expect(lineOf(web, 'spec', 'template', 'spec', 'containers', 0, 'image')).toBe('sync.yaml:3');
  });
});
