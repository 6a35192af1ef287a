import { describe, expect, test } from 'vitest';
import { collect } from '../../src/collect/collect.js';
import { kubernetes } from '../../src/collect/kubernetes/kubernetes.js';
import { workloads } from '../../src/derive/workloads.js';
import { type Fact, factsOf } from '../../src/model/facts.js';
import { memoryTree } from '../../src/source/memory.js';

/** The workloads that a tree of manifests comes to, by the real collector. */
async function derived(files: Record<string, string>): Promise<Fact<'workload'>[]> {
  const { facts, gaps } = await collect(memoryTree({ files }), [kubernetes]);
  return factsOf(workloads.derive(facts, gaps, 'example').facts, 'workload');
}
async function only(files: Record<string, string>): Promise<Fact<'workload'>> {
  const all = await derived(files);
  expect(all).toHaveLength(1);
  return all[0] as Fact<'workload'>;
}
/** `path:line` of the evidence that speaks for a field. */
function places(fact: Fact, field: string): string[] {
  return fact.evidence.flatMap((e) =>
    e.type === 'file' && e.field === field ? [`${e.path}:${e.line}`] : [],
  );
}

interface Part {
  kind?: string;
  replicas?: number;
  namespace?: string;
  image?: string;
  labels?: string;
  spec?: string;
  containers?: string;
}
function workload(name: string, part: Part = {}): string {
  const { kind = 'Deployment', replicas, namespace, image = 'ghcr.io/acme/app:1.0' } = part;
  return `apiVersion: ${kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1'}
kind: ${kind}
metadata: {name: ${name}${namespace ? `, namespace: ${namespace}` : ''}}
spec:
  ${replicas === undefined ? '# one' : `replicas: ${replicas}`}
  ${part.spec ?? '# no more'}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: ${part.labels ?? `{app: ${name}}`}}
    spec:
      containers: ${part.containers ?? `[{name: app, image: "${image}"}]`}
`;
}
function hpa(target: string, min: number, part: { kind?: string; namespace?: string } = {}): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ${target}${part.namespace ? `, namespace: ${part.namespace}` : ''}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: ${part.kind ?? 'Deployment'}, name: ${target}}
  minReplicas: ${min}
  maxReplicas: 10
`;
}
function budget(selector: string, rule = 'maxUnavailable: 1', namespace = ''): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: b${namespace ? `, namespace: ${namespace}` : ''}}
spec:
  ${rule}
  selector: ${selector}
`;
}

describe('the number of instances', () => {
  test('is the one declared, else one', async () => {
    const declared = await only({ 'a.yaml': workload('a', { replicas: 3 }) });
    expect(declared.data).toMatchObject({ replicas: 3, replicasFrom: 'declared', autoscaled: false });
    expect(places(declared, 'replicas')).toEqual(['a.yaml:5']);
    const left = await only({ 'a.yaml': `# note\n${workload('a')}` });
    expect(left.data).toMatchObject({ replicas: 1, replicasFrom: 'default' });
    expect(places(left, 'replicas')).toEqual(['a.yaml:2']);
  });

  test('is the least of the autoscaler that targets it, whatever is declared', async () => {
    const scaled = await only({ 'a.yaml': workload('a', { replicas: 1 }), 'hpa.yaml': hpa('a', 2) });
    expect(scaled.data).toMatchObject({ replicas: 2, replicasFrom: 'autoscaler', autoscaled: true });
    expect(places(scaled, 'replicas')).toEqual(['hpa.yaml:6', 'a.yaml:5']);
    const rollout = await only({
      'a.yaml': workload('a', { kind: 'Rollout' }),
      'hpa.yaml': hpa('a', 2, { kind: 'Rollout' }),
    });
    expect(rollout.data.replicas).toBe(2);
  });

  test('is not that of an autoscaler of another kind, name, namespace or environment', async () => {
    const mine = workload('a', { namespace: 'shop' });
    for (const other of [
      hpa('b', 2),
      hpa('a', 2, { kind: 'StatefulSet' }),
      hpa('a', 2, { namespace: 'bank' }),
    ])
      expect((await only({ 'a.yaml': mine, 'h.yaml': other })).data.autoscaled).toBe(false);
    const [production, staging] = await derived({
      'production/a.yaml': workload('a'),
      'production/hpa.yaml': hpa('a', 4),
      'staging/a.yaml': workload('a'),
    });
    expect([production?.data, staging?.data]).toMatchObject([
      { environment: 'production', replicas: 4 },
      { environment: 'staging', replicas: 1 },
    ]);
  });

  test('of a name in several folders goes by the autoscaler beside it', async () => {
    const all = await derived({
      'one/a.yaml': workload('a', { namespace: 'one' }),
      'two/a.yaml': workload('a', { namespace: 'two' }),
      'two/hpa.yaml': hpa('a', 5),
    });
    expect(all.map((w) => [w.data.namespace, w.data.replicas])).toEqual([
      ['one', 1],
      ['two', 5],
    ]);
  });

  test('that is zero means switched off, unless an autoscaler starts it', async () => {
    expect(await derived({ 'a.yaml': workload('a', { replicas: 0 }) })).toEqual([]);
    expect(
      (await only({ 'a.yaml': workload('a', { replicas: 0 }), 'hpa.yaml': hpa('a', 2) })).data.replicas,
    ).toBe(2);
  });
});

describe('a component', () => {
  test('counts once, however many folders repeat it, by what is nearest to production', async () => {
    const one = await only({
      'build/a.yaml': workload('a', { image: 'app' }),
      'release/a.yaml': workload('a', { image: 'app:1.2.0' }),
    });
    expect(one.data.images).toEqual(['app:1.2.0']);
    const more = await only({
      'x/a.yaml': workload('a', { replicas: 1 }),
      'y/a.yaml': workload('a', { replicas: 2 }),
    });
    expect(places(more, 'replicas')).toEqual(['y/a.yaml:5']);
  });

  test('is another one in each environment that path, namespace or name speaks of', async () => {
    const all = await derived({
      'overlays/gke-staging/a.yaml': workload('a'),
      'k8s/a.dev.yaml': workload('a'),
      'k8s/a.yaml': workload('a', { namespace: 'shop-prod' }),
      'k8s/b.yaml': workload('b-qa'),
      'live-chat/demo-shop/test-runner.yaml': workload('preview-api', { namespace: 'devices' }),
    });
    expect(all.map((w) => [w.name, w.data.environment])).toEqual(
      expect.arrayContaining([
        ['a', 'staging'],
        ['a', 'development'],
        ['a', 'production'],
        ['b-qa', 'qa'],
        ['preview-api', ''],
      ]),
    );
  });

  test('is no DaemonSet, ReplicaSet or job', async () => {
    const files = Object.fromEntries(
      ['DaemonSet', 'ReplicaSet'].map((kind) => [`${kind}.yaml`, workload('a', { kind })]),
    );
    expect(await derived(files)).toEqual([]);
  });

  test('is a singleton where it must be replaced and holds a volume, not by one of the two alone', async () => {
    const volumes =
      '[{name: app, image: "x:1"}]\n      volumes: [{name: d, persistentVolumeClaim: {claimName: d}}]';
    const recreate = 'strategy: {type: Recreate}';
    const both = await only({ 'a.yaml': workload('a', { spec: recreate, containers: volumes }) });
    expect(both.data.singleton).toBe(true);
    expect((await only({ 'a.yaml': workload('a', { spec: recreate }) })).data.singleton).toBe(false);
    expect((await only({ 'a.yaml': workload('a', { containers: volumes }) })).data.singleton).toBe(false);
  });
});

describe('a disruption budget', () => {
  const budgetOf = async (pdb: string, part: Part = {}) =>
    (await only({ 'a.yaml': workload('a', { replicas: 3, ...part }), 'pdb.yaml': pdb })).data.budget;

  test('selects by all labels, not by any', async () => {
    const part = { labels: '{app: a, team: x}' };
    expect(await budgetOf(budget('{matchLabels: {app: a}}'), part)).toBe('selects');
    expect(await budgetOf(budget('{matchLabels: {app: b, team: x}}'), part)).toBe('none');
    expect(await budgetOf(budget('{}'), part)).toBe('selects');
  });

  test.each([
    ['{key: app, operator: In, values: [a, b]}', 'selects'],
    ['{key: app, operator: NotIn, values: [a]}', 'none'],
    ['{key: app, operator: Exists}', 'selects'],
    ['{key: app, operator: DoesNotExist}', 'none'],
    ['{key: other, operator: NotIn, values: [a]}', 'selects'],
    ['{key: app, operator: Unheard}', 'none'],
  ])('with the expression %s: %s', async (expression, expected) => {
    expect(await budgetOf(budget(`{matchExpressions: [${expression}]}`))).toBe(expected);
  });

  test('of another namespace does not', async () => {
    const selector = '{matchLabels: {app: a}}';
    expect(await budgetOf(budget(selector, 'maxUnavailable: 1', 'x'), { namespace: 'y' })).toBe('none');
    expect(await budgetOf(budget(selector, 'maxUnavailable: 1', 'x'), { namespace: 'x' })).toBe('selects');
    expect(await budgetOf(budget(selector, 'maxUnavailable: 1', 'x'))).toBe('selects');
  });

  test.each([
    ['maxUnavailable: 0', 'blocks'],
    ['maxUnavailable: 0%', 'blocks'],
    ['maxUnavailable: 1%', 'selects'],
    ['minAvailable: 3', 'blocks'],
    ['minAvailable: 2', 'selects'],
    ['minAvailable: 100%', 'blocks'],
    ['minAvailable: 90%', 'blocks'],
    ['minAvailable: 50%', 'selects'],
  ])('of three instances with %s: %s', async (rule, expected) => {
    expect(await budgetOf(budget('{matchLabels: {app: a}}', rule))).toBe(expected);
  });

  test('is shown by the line of its number', async () => {
    const w = await only({ 'a.yaml': workload('a'), 'pdb.yaml': budget('{matchLabels: {app: a}}') });
    expect(places(w, 'budget')).toEqual(['pdb.yaml:5']);
  });
});

describe('readiness', () => {
  const probe = 'readinessProbe: {tcpSocket: {port: 1}}';

  test('is that of the application, not of a sidecar or an init container', async () => {
    const w = await only({
      'a.yaml': workload('a', {
        containers: `
        - {name: app, image: "app:1"}
        - {name: oauth2-proxy, image: "quay.io/oauth2-proxy/oauth2-proxy:v7", ${probe}}
      initContainers: [{name: wait, image: "busybox:1", ${probe}}]`,
      }),
    });
    expect(w.data).toMatchObject({ readiness: 'none', liveness: 'none', requests: 'none' });
    expect(places(w, 'readiness')).toEqual(['a.yaml:12']);
  });

  test('asks nothing of a sidecar', async () => {
    const containers = `[{name: app, image: "app:1", ${probe}}, {name: metrics, image: "prom/statsd-exporter:v1"}, {name: istio-proxy, image: auto}]`;
    const w = await only({ 'a.yaml': workload('a', { containers }) });
    expect(w.data.readiness).toBe('all');
    expect(places(w, 'readiness')).toEqual([]);
  });

  test('is some where one of two applications has a probe', async () => {
    const containers = `[{name: app, image: "app:1", ${probe}}, {name: web, image: "nginx:1"}]`;
    expect((await only({ 'a.yaml': workload('a', { containers }) })).data.readiness).toBe('some');
  });

  test('is asked of a proxy that has a pod of its own', async () => {
    const containers = `[{name: envoy, image: "envoyproxy/envoy:v1.30", ${probe}}]`;
    expect((await only({ 'a.yaml': workload('a', { containers }) })).data.readiness).toBe('all');
  });
});
