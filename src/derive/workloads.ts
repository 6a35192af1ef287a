/** Joins each workload with what owns its count and what protects it: one fact a component and environment. */
import { environmentOfPath, plainEnvironment } from '../model/environment-name.js';
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, type Fact, type FactData, factsOf } from '../model/facts.js';
import { parseImage } from '../parse/image.js';
import { selects } from '../parse/label-selector.js';
import type { Derivation } from './derivation.js';
import { factList } from './fact-list.js';

/** What runs for long and whose count is decided. Not DaemonSets, jobs and bare ReplicaSets. */
const LONG_RUNNING: ReadonlySet<string> = new Set([
  'Alertmanager',
  'Deployment',
  'DeploymentConfig',
  'Prometheus',
  'PrometheusAgent',
  'Rollout',
  'StatefulSet',
  'ThanosRuler',
]);

/** Containers that serve the pod's own container; they neither answer for it nor need a probe of their own. */
const SIDECAR = new RegExp(
  [
    'istio-proxy|linkerd-proxy|envoy|consul-dataplane|daprd',
    'oauth2?-proxy|kube-rbac-proxy|cloud-?sql-proxy|cloud_sql_proxy|gce-proxy',
    'fluent-?bit|fluentd|filebeat|promtail|vector|alloy|telegraf|datadog-agent|(?:aws-)?xray-daemon|jaeger-agent',
    '(?:.+[-_])?exporter|(?:otel|opentelemetry|aws-otel)(?:-collector.*|-agent)?|cloudwatch-agent',
    'vault-agent|git-sync|(?:.+-)?config(?:map)?-reload(?:er)?|reloader|k8s-sidecar',
  ]
    .map((names) => `^(?:${names})$`)
    .join('|'),
);

type Workload = Fact<'kubernetes-workload'>;
type Autoscaler = Fact<'autoscaler'>;
type Budget = Fact<'disruption-budget'>;
type Container = FactData<'kubernetes-workload'>['containers'][number];

interface Joined {
  workload: Workload;
  environment: string;
  autoscaler: Autoscaler | undefined;
  replicas: number;
}

export const workloads: Derivation = {
  name: 'workloads',
  gives: ['workload'],
  derive(facts, _gaps, repository) {
    const own = factList(repository);
    const autoscalers = factsOf(facts, 'autoscaler');
    const budgets = factsOf(facts, 'disruption-budget');
    const all = factsOf(facts, 'kubernetes-workload').filter((w) => LONG_RUNNING.has(w.data.kind));
    const running = all
      .map((w) =>
        join(
          w,
          nearest(
            w,
            autoscalers.filter((a) => targetsOf(a, all).includes(w)),
          ),
        ),
      )
      // Declared with no instance and nothing to start one: it is switched off.
      .filter((j) => j.replicas > 0 || j.autoscaler);
    for (const joined of onePerComponent(running)) {
      const { data, evidence } = workloadOf(joined, budgets);
      own.add('workload', joined.workload.name, data, evidence);
    }
    return { facts: own.facts, gaps: [] };
  },
};

function join(workload: Workload, autoscaler: Autoscaler | undefined): Joined {
  const { replicas } = workload.data;
  return {
    workload,
    environment: environmentOf(workload),
    autoscaler,
    replicas: autoscaler?.data.minReplicas ?? (replicas === -1 ? 1 : replicas),
  };
}

/** The workloads that an autoscaler can mean: of the same name in several folders, the ones that stand nearest to it. */
function targetsOf(autoscaler: Autoscaler, all: readonly Workload[]): Workload[] {
  const { targetKind, targetName } = autoscaler.data;
  const fitting = all.filter(
    (w) =>
      w.name === targetName &&
      w.data.kind === targetKind &&
      canMeet(autoscaler, { namespace: w.data.namespace, environment: environmentOf(w) }),
  );
  const closest = Math.max(...fitting.map((w) => closeness(w, autoscaler)));
  return fitting.filter((w) => closeness(w, autoscaler) === closest);
}

/**
 * The same component often stands in several folders (its source for a build tool, a release, a base): it counts once. Of
 * several, the one with the most instances speaks, and of equals the one with the most fixed images: that is nearest to
 * what production runs.
 */
function onePerComponent(all: readonly Joined[]): Joined[] {
  const groups = new Map<string, Joined[]>();
  for (const joined of all) {
    const key = JSON.stringify([joined.workload.data.kind, joined.workload.name, joined.environment]);
    groups.set(key, [...(groups.get(key) ?? []), joined]);
  }
  return [...groups.values()].flatMap((group) => {
    const namespaces = new Set(group.map((j) => j.workload.data.namespace).filter((n) => n !== ''));
    if (namespaces.size < 2) return [best(group)];
    const every = new Set(group.map((j) => j.workload.data.namespace));
    return [...every].map((n) => best(group.filter((j) => j.workload.data.namespace === n)));
  });
}

function best(group: readonly Joined[]): Joined {
  return group.reduce((a, b) => ((b.replicas - a.replicas || fixedImages(b) - fixedImages(a)) > 0 ? b : a));
}

function fixedImages({ workload }: Joined): number {
  return workload.data.containers.filter((c) => /^(version|digest)$/.test(parseImage(c.image).pin)).length;
}

function workloadOf(
  joined: Joined,
  budgets: readonly Budget[],
): { data: FactData<'workload'>; evidence: Evidence[] } {
  const { workload, environment, autoscaler, replicas } = joined;
  const { kind, namespace, strategy, claims, spread, containers, labels } = workload.data;
  const application = applicationContainers(containers);
  const selecting = budgets.filter((b) => canMeet(b, { namespace, environment }) && selects(b.data, labels));
  const free = selecting.find((b) => !blocks(b, replicas));
  const budget = free ?? selecting[0];
  const declared = workload.data.replicas !== -1;
  const [document, ...fields] = workload.evidence;
  const unready = application.filter((c) => !c.readiness);
  return {
    data: {
      system: 'kubernetes',
      kind,
      namespace,
      environment,
      replicas,
      replicasFrom: autoscaler ? 'autoscaler' : declared ? 'declared' : 'default',
      autoscaled: autoscaler !== undefined,
      budget: budget === undefined ? 'none' : free ? 'selects' : 'blocks',
      readiness: share(application, (c) => c.readiness),
      liveness: share(application, (c) => c.liveness),
      spread,
      requests: share(application, (c) => c.requests),
      singleton: strategy === 'Recreate' && claims.length > 0,
      images: [...new Set(containers.map((c) => c.image).filter((i) => i !== ''))],
    },
    evidence: [
      ...(document ? [document] : []),
      ...(autoscaler ? autoscaler.evidence.slice(-1).map((e) => inField(e, 'replicas')) : []),
      ...fields,
      // The default of the kind holds where nothing is declared: the workload itself is the evidence.
      ...(document && !declared && !autoscaler ? [inField(document, 'replicas')] : []),
      ...(budget ? budget.evidence.slice(-1).map((e) => inField(e, 'budget')) : []),
      ...unready.flatMap((c) =>
        document?.type === 'file' ? [{ ...document, line: c.line, field: 'readiness' }] : [],
      ),
    ],
  };
}

/** A pod of nothing but such containers (a proxy's own Deployment) is made of its application after all. */
function applicationContainers(containers: readonly Container[]): Container[] {
  const lasting = containers.filter((c) => !c.init);
  const own = lasting.filter((c) => !isSidecar(c));
  return own.length > 0 ? own : lasting;
}

export function isSidecar(container: Pick<Container, 'name' | 'image'>): boolean {
  const image = parseImage(container.image).repository;
  return SIDECAR.test(container.name) || SIDECAR.test(image.slice(image.lastIndexOf('/') + 1));
}

function share(containers: readonly Container[], has: (c: Container) => boolean): 'all' | 'some' | 'none' {
  const having = containers.filter(has).length;
  return having === 0 ? 'none' : having === containers.length ? 'all' : 'some';
}

/** No pod may ever be moved: drains of a node wait for ever. Shares of pods are rounded up, as the controller does. */
function blocks({ data }: Budget, replicas: number): boolean {
  if (data.maxUnavailable !== '') return Number.parseFloat(data.maxUnavailable) === 0;
  const least = Number.parseFloat(data.minAvailable);
  return (data.minAvailable.endsWith('%') ? Math.ceil((least / 100) * replicas) : least) >= replicas;
}

/** Can two objects meet in a cluster? A namespace or environment that is not named may be any. */
function canMeet(other: Autoscaler | Budget, at: { namespace: string; environment: string }): boolean {
  const environment = environmentOf(other);
  return (
    (other.data.namespace === '' || at.namespace === '' || other.data.namespace === at.namespace) &&
    (environment === '' || at.environment === '' || environment === at.environment)
  );
}

/** Of several that fit, the one whose file stands nearest. */
function nearest<T extends AnyFact>(to: AnyFact, all: readonly T[]): T | undefined {
  return all.reduce<T | undefined>((a, b) => (a && closeness(a, to) >= closeness(b, to) ? a : b), undefined);
}

/** How many folders the files of two facts share; the same file is closest. */
function closeness(a: AnyFact, b: AnyFact): number {
  const [as, bs] = [pathOf(a).split('/'), pathOf(b).split('/')];
  const differ = as.findIndex((part, i) => part !== bs[i]);
  return differ === -1 ? as.length : differ;
}

function pathOf(fact: AnyFact): string {
  const [first] = fact.evidence;
  return first?.type === 'file' ? first.path : '';
}

/** The environment that the rendering, else the path, else the namespace, else the name clearly speaks of; empty for none. */
function environmentOf(fact: Workload | Autoscaler | Budget): string {
  return (
    fact.data.environment ||
    environmentOfPath(pathOf(fact)) ||
    plainEnvironment(fact.data.namespace) ||
    plainEnvironment(fact.name)
  );
}

function inField(evidence: Evidence, field: string): Evidence {
  return evidence.type === 'file' ? { ...evidence, field } : evidence;
}
