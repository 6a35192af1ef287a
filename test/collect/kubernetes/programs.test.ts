import { expect, test } from 'vitest';
import { collect } from '../../../src/collect/collect.js';
import { kubernetesPrograms } from '../../../src/collect/kubernetes/programs.js';
import { factsOf } from '../../../src/model/facts.js';
import { memoryTree } from '../../../src/source/memory.js';
import { places } from './cluster.js';

const GUESTBOOK = `{
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'ui' },
}
`;
async function read(files: Record<string, string>) {
  const { facts, gaps } = await collect(memoryTree({ files }), [kubernetesPrograms]);
  return { tools: factsOf(facts, 'tool-use').map((f) => [f.name, places(f)]), gaps };
}

test('Jsonnet that writes objects is a way to package them, and the kinds that it names are in doubt', async () => {
  const { tools, gaps } = await read({
    'guestbook/ui.jsonnet': GUESTBOOK,
    'lib/alerts.libsonnet': '{ groups: [] }\n',
  });
  expect(tools).toEqual([['jsonnet', ['guestbook/ui.jsonnet:1']]]);
  expect(gaps.map((g) => [g.reason, g.kinds, g.what, g.path])).toEqual([
    [
      'not-rendered',
      ['kubernetes-workload', 'workload', 'image-reference'],
      'Jsonnet makes Kubernetes objects here (guestbook/ui.jsonnet) and was not run',
      'guestbook/ui.jsonnet',
    ],
  ]);
});

test('Jsonnet whose output is kept beside it hides nothing', async () => {
  const files = {
    'jsonnetfile.json': '{"dependencies": []}',
    'main.jsonnet': GUESTBOOK,
    'build.sh': 'rm -rf manifests\njsonnet -J vendor -m manifests main.jsonnet | xargs -I{} sh -c "cat {}"\n',
  };
  const { tools, gaps } = await read({ ...files, 'manifests/ui.yaml': 'kind: Deployment\n' });
  expect(tools).toEqual([['jsonnet', ['jsonnetfile.json:1']]]);
  expect(gaps).toEqual([]);
  expect((await read(files)).gaps).toHaveLength(1);
});

test('Jsonnet that makes no objects, such as alerts and dashboards, is no packaging', async () => {
  expect(await read({ 'mixin/alerts.libsonnet': "{ alert: 'A', expr: 'up == 0' }\n" })).toEqual({
    tools: [],
    gaps: [],
  });
});

test('a module of Timoni leaves in doubt what its templates name, not what its schemas do', async () => {
  const { tools, gaps } = await read({
    'web/timoni.cue': 'package main\n',
    'web/templates/deployment.cue':
      '#Deployment: {\n\tapiVersion: "apps/v1"\n\tkind:       "Deployment"\n}\n',
    'web/cue.mod/gen/policy.cue': '#PDB: {\n\tapiVersion: "policy/v1"\n\tkind: "PodDisruptionBudget"\n}\n',
  });
  expect(tools).toEqual([['timoni', ['web/timoni.cue:1']]]);
  expect(gaps.map((g) => [g.kinds, g.path])).toEqual([
    [['kubernetes-workload', 'workload', 'image-reference'], 'web/templates/deployment.cue'],
  ]);
});
