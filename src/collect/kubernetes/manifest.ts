/** One Kubernetes object -> facts, wherever the object comes from: a file, a list, or something that was rendered. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { FactData, FactKind } from '../../model/facts.js';
import { parseImage } from '../../parse/image.js';
import { readLabels, readSelector, selects } from '../../parse/label-selector.js';
import { isMapping, list, type Mapping, mapping, mappings, text, texts, within } from '../../parse/shape.js';
import type { Place } from '../../render/rendered.js';
import { type Applied, appliedBy } from './applied.js';
import { isOfFirstFlux, type Release, releasesOf } from './releases.js';

/** A fact of a manifest, with the object that declares it. */
export interface ManifestFact<K extends FactKind = FactKind> {
  fact: K;
  /** The Kubernetes kind and the name of the object. */
  kind: string;
  name: string;
  data: FactData<K>;
  evidence: FileEvidence[];
}
export interface Manifest {
  facts: ManifestFact[];
  /** What the object leaves to a template or variable, so that its facts cannot be told. */
  open: Open[];
  /** What the object has a controller install. */
  releases: Release[];
  /** The folders that it has a controller apply. */
  applied: Applied[];
}

/** `replicas of Deployment api`, and the Kubernetes kind. */
interface Open {
  what: string;
  kind: string;
}

/** Where an object comes from: the places of its mappings and keys, and the environment that its rendering is for. */
export interface Origin {
  placeOf(value: object, key?: string | number): Place;
  /** Normalised; empty where only the path may tell. */
  environment: string;
  /** The object is as a cluster gets it: it cannot be a patch of another. */
  whole: boolean;
}

/** Kinds that run pods from a template at `spec.template`, by API group. */
const POD_TEMPLATE_KINDS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['apps', 'extensions'],
  StatefulSet: ['apps'],
  DaemonSet: ['apps', 'extensions'],
  ReplicaSet: ['apps', 'extensions'],
  ReplicationController: [''],
  Job: ['batch'],
  Rollout: ['argoproj.io'],
  DeploymentConfig: ['apps.openshift.io', ''],
  Service: ['serving.knative.dev'],
};
/** Kinds that must select their pods by label. */
const OWNS_BY_SELECTOR = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet)$/;
/** Kinds of the Prometheus operator, with the container that each is made of. The operator gives it its probes. */
const OPERATOR_KINDS: Readonly<Record<string, string>> = {
  Prometheus: 'prometheus',
  PrometheusAgent: 'prometheus',
  Alertmanager: 'alertmanager',
  ThanosRuler: 'thanos-ruler',
};

const ZONE = /^(topology\.kubernetes\.io|failure-domain\.beta\.kubernetes\.io)\/zone$/;

/** Reads an object, and those within a List or an OpenShift Template. Never throws; what is no object gives nothing. */
export function readManifest(value: unknown, origin: Origin): Manifest {
  const manifest: Manifest = { facts: [], open: [], releases: [], applied: [] };
  readInto(manifest, value, origin, 0);
  return manifest;
}

function readInto(manifest: Manifest, value: unknown, origin: Origin, depth: number): void {
  if (!isMapping(value)) return;
  const kind = text(value.kind);
  if (kind === '' || text(value.apiVersion) === '' || depth > 3) return;
  const inner = kind.endsWith('List') ? value.items : kind === 'Template' ? value.objects : undefined;
  if (Array.isArray(inner)) for (const item of inner) readInto(manifest, item, origin, depth + 1);
  else new ObjectReader(value, origin, manifest).read();
}

class ObjectReader {
  readonly #kind: string;
  readonly #group: string;
  readonly #name: string;
  readonly #namespace: string;
  readonly #spec: Mapping;

  constructor(
    readonly object: Mapping,
    readonly origin: Origin,
    readonly manifest: Manifest,
  ) {
    const metadata = mapping(object.metadata);
    const apiVersion = text(object.apiVersion);
    this.#kind = text(object.kind);
    this.#group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    this.#name = text(metadata.name) || text(metadata.generateName);
    this.#namespace = text(metadata.namespace);
    this.#spec = mapping(object.spec);
  }

  read(): void {
    const kind = this.#kind;
    const { object, origin } = this;
    const placeOf = (value: object, key?: string | number) => origin.placeOf(value, key);
    this.manifest.releases.push(...releasesOf(object, placeOf, origin.environment));
    this.manifest.applied.push(...appliedBy(object, placeOf, origin.environment));
    if (POD_TEMPLATE_KINDS[kind]?.includes(this.#group))
      this.#workload(mapping(this.#spec.template), this.#spec);
    else if (kind === 'CronJob' && this.#group === 'batch')
      this.#workload(mapping(within(this.#spec, 'jobTemplate', 'spec', 'template')), {});
    else if (kind === 'Pod' && this.#group === '') this.#workload(this.object, {});
    else if (kind in OPERATOR_KINDS && this.#group === 'monitoring.coreos.com') this.#operatorWorkload();
    else if (kind === 'HorizontalPodAutoscaler' && this.#group === 'autoscaling')
      this.#autoscaler('hpa', 'minReplicas', 'maxReplicas', 1, 1);
    else if (kind === 'ScaledObject' && this.#group === 'keda.sh')
      this.#autoscaler('keda', 'minReplicaCount', 'maxReplicaCount', 0, 100);
    else if (kind === 'PodDisruptionBudget' && this.#group === 'policy') this.#budget();
    else if (this.#group === 'karpenter.sh' && /^(NodePool|Provisioner)$/.test(kind)) this.#nodePool();
    else if (this.#group === 'argoproj.io' && /^(Application|ApplicationSet|AppProject)$/.test(kind))
      this.#argo();
    else if (this.#group.endsWith('.toolkit.fluxcd.io')) this.#flux();
    else if (isOfFirstFlux(object) && isMapping(this.#spec.chart)) this.#firstFlux(this.#spec.chart);
    else this.#other();
  }

  #add<K extends FactKind>(fact: K, data: FactData<K>, evidence: FileEvidence[]): void {
    this.manifest.facts.push({ fact, kind: this.#kind, name: this.#name, data, evidence });
  }

  #at(value: object, key?: string | number, field?: string): FileEvidence {
    const { path, line } = this.origin.placeOf(value, key);
    return atLine(path, line, field);
  }

  #leftOpen(key: string): void {
    this.manifest.open.push({ what: `${key} of ${this.#kind} ${this.#name}`, kind: this.#kind });
  }

  /** A whole number, `missing` where there is none; undefined, and noted, where a template fills it in. */
  #count(from: Mapping, key: string, missing: number): number | undefined {
    const value = from[key];
    if (value === undefined || value === null) return missing;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    this.#leftOpen(key);
    return undefined;
  }

  /** A workload whose pods follow a template. What names no image, or no pods to own, only patches one and is none. */
  #workload(template: Mapping, spec: Mapping): void {
    const pod = mapping(template.spec);
    const containers = [
      ...this.#containers(pod.containers, false),
      ...this.#containers(pod.initContainers, true),
    ];
    if (!containers.some((c) => c.image !== '')) {
      if (this.origin.whole && spec.replicas !== 0) this.#leftOpen('containers');
      return;
    }
    const labels = readLabels(mapping(template.metadata).labels);
    if (OWNS_BY_SELECTOR.test(this.#kind) && !isMapping(spec.selector) && labels.length === 0) return;
    const strategy = mapping(spec.strategy ?? spec.updateStrategy);
    this.#emitWorkload(spec, pod, {
      labels,
      // A Rollout names its strategy by its key: blueGreen or canary.
      strategy: text(strategy.type) || (this.#kind === 'Rollout' ? (Object.keys(strategy)[0] ?? '') : ''),
      containers,
    });
  }

  /** The operator labels the pods, and gives its own container probes; both are documented. */
  #operatorWorkload(): void {
    const container = OPERATOR_KINDS[this.#kind] ?? '';
    const labels = [
      ...readLabels(mapping(this.#spec.podMetadata).labels),
      { name: 'app.kubernetes.io/name', value: container },
      { name: 'app.kubernetes.io/instance', value: this.#name },
      { name: 'app.kubernetes.io/managed-by', value: 'prometheus-operator' },
      { name: container, value: this.#name },
    ];
    const own = {
      name: container,
      image: text(this.#spec.image) || text(this.#spec.baseImage),
      init: false,
      readiness: true,
      liveness: true,
      startup: true,
      requests: hasEntries(mapping(this.#spec.resources).requests),
      limits: hasEntries(mapping(this.#spec.resources).limits),
      line: this.origin.placeOf(this.object, 'spec').line,
    };
    const containers = [
      own,
      ...this.#containers(this.#spec.containers, false).filter((c) => c.name !== container),
    ];
    this.#emitWorkload(this.#spec, this.#spec, { labels, strategy: '', containers });
  }

  #emitWorkload(
    spec: Mapping,
    pod: Mapping,
    {
      labels,
      strategy,
      containers,
    }: Pick<FactData<'kubernetes-workload'>, 'labels' | 'strategy' | 'containers'>,
  ): void {
    // An operator's own kind names its image beside the containers that it adds.
    const named = [pod, ...mappings(pod.containers), ...mappings(pod.initContainers)].filter(
      (c) => text(c.image) !== '',
    );
    for (const c of named) this.#image(text(c.image), this.#at(c, 'image', 'images'));
    const replicas = this.#count(spec, 'replicas', -1);
    if (replicas === undefined) return;
    const spreadKeys = spreadKeysOf(pod, labels, replicas);
    this.#add(
      'kubernetes-workload',
      {
        kind: this.#kind,
        namespace: this.#namespace,
        environment: this.origin.environment,
        replicas,
        labels,
        strategy,
        spread: spreadKeys.length > 0,
        spreadKeys,
        claims: mappings(pod.volumes)
          .map((v) => text(mapping(v.persistentVolumeClaim).claimName))
          .filter((c) => c !== ''),
        containers,
      },
      [
        this.#at(this.object),
        ...(replicas === -1 ? [] : [this.#at(spec, 'replicas', 'replicas')]),
        ...named.map((c) => this.#at(c, 'image', 'images')),
      ],
    );
  }

  #containers(value: unknown, init: boolean): FactData<'kubernetes-workload'>['containers'] {
    return mappings(value).map((c) => ({
      name: text(c.name),
      image: text(c.image),
      init,
      readiness: isMapping(c.readinessProbe),
      liveness: isMapping(c.livenessProbe),
      startup: isMapping(c.startupProbe),
      requests: hasEntries(mapping(c.resources).requests),
      limits: hasEntries(mapping(c.resources).limits),
      line: this.origin.placeOf(c).line,
    }));
  }

  #image(reference: string, at: FileEvidence): void {
    this.#add(
      'image-reference',
      { image: reference, used: 'kubernetes', ...parseImage(reference), by: this.#name },
      [at],
    );
  }

  #autoscaler(system: string, min: string, max: string, least: number, most: number): void {
    const target = mapping(this.#spec.scaleTargetRef);
    const minReplicas = this.#count(this.#spec, min, least);
    const maxReplicas = this.#count(this.#spec, max, most);
    if (minReplicas === undefined || maxReplicas === undefined) return;
    this.#add(
      'autoscaler',
      {
        system,
        kind: this.#kind,
        namespace: this.#namespace,
        environment: this.origin.environment,
        targetKind: text(target.kind) || 'Deployment',
        targetName: text(target.name),
        minReplicas,
        maxReplicas,
      },
      [this.#at(this.object), this.#at(this.#spec, min, 'minReplicas')],
    );
  }

  #budget(): void {
    const selector = readSelector(this.#spec.selector);
    if (!selector) {
      this.#other();
      return;
    }
    const [minAvailable, maxUnavailable] = [text(this.#spec.minAvailable), text(this.#spec.maxUnavailable)];
    const key = maxUnavailable === '' ? 'minAvailable' : 'maxUnavailable';
    this.#add(
      'disruption-budget',
      {
        namespace: this.#namespace,
        environment: this.origin.environment,
        ...selector,
        minAvailable,
        maxUnavailable,
      },
      [this.#at(this.object), this.#at(this.#spec, key, key)],
    );
  }

  #nodePool(): void {
    const inner = mapping(within(this.#spec, 'template', 'spec'));
    const requirements = mappings(inner.requirements ?? this.#spec.requirements);
    const zoned = requirements.find((r) => ZONE.test(text(r.key)) && text(r.operator) === 'In');
    this.#add('node-pool', { system: 'karpenter', zones: texts(zoned?.values) }, [
      this.#at(this.object),
      ...(zoned ? [this.#at(zoned, 'values', 'zones')] : []),
    ]);
  }

  #argo(): void {
    const set = this.#kind === 'ApplicationSet';
    const spec = set ? mapping(within(this.#spec, 'template', 'spec')) : this.#spec;
    const source = isMapping(spec.source) ? spec.source : mapping(list(spec.sources)[0]);
    const automated = within(spec, 'syncPolicy', 'automated');
    const policy = mapping(automated);
    const on = isMapping(automated) && policy.enabled !== false;
    this.#add(
      'gitops-application',
      {
        tool: 'argocd',
        kind: this.#kind,
        namespace: this.#namespace,
        source: text(source.repoURL),
        path: text(source.path) || text(source.chart),
        revision: text(source.targetRevision),
        automated: on,
        prune: on && policy.prune === true,
        selfHeal: on && policy.selfHeal === true,
        suspended: false,
      },
      [
        this.#at(this.object),
        ...(isMapping(automated) ? [this.#at(mapping(spec.syncPolicy), 'automated', 'automated')] : []),
      ],
    );
  }

  #flux(): void {
    const chart = mapping(within(this.#spec, 'chart', 'spec'));
    const reference = mapping(this.#spec.sourceRef ?? chart.sourceRef ?? this.#spec.chartRef);
    const revision = mapping(this.#spec.ref);
    const suspended = this.#spec.suspend === true;
    this.#add(
      'gitops-application',
      {
        tool: 'flux',
        kind: this.#kind,
        namespace: this.#namespace,
        source:
          text(this.#spec.url) ||
          [text(reference.kind), text(reference.name)].filter((t) => t !== '').join('/'),
        path: text(this.#spec.path) || text(chart.chart),
        revision: text(chart.version) || text(revision.tag) || text(revision.semver) || text(revision.branch),
        automated: !suspended,
        prune: this.#spec.prune === true,
        // Flux undoes what others change at every interval; there is no switch.
        selfHeal: !suspended,
        suspended,
      },
      [this.#at(this.object), ...(suspended ? [this.#at(this.#spec, 'suspend', 'suspended')] : [])],
    );
  }

  /** Its operator, of the time before controllers, installs whatever the cluster's repository declares. */
  #firstFlux(chart: Mapping): void {
    this.#add(
      'gitops-application',
      {
        tool: 'flux',
        kind: this.#kind,
        namespace: this.#namespace,
        source: text(chart.git) || text(chart.repository),
        path: text(chart.path) || text(chart.name),
        revision: text(chart.ref) || text(chart.version),
        automated: true,
        prune: false,
        selfHeal: true,
        suspended: false,
      },
      [this.#at(this.object)],
    );
  }

  #other(): void {
    const apiVersion = text(this.object.apiVersion);
    this.#add('kubernetes-object', { apiVersion, kind: this.#kind, namespace: this.#namespace }, [
      this.#at(this.object),
    ]);
  }
}

function hasEntries(value: unknown): boolean {
  return Object.keys(mapping(value)).length > 0;
}

/**
 * The topology keys over which the pods are spread: by constraints whose skew leaves no room for all pods in one place, and
 * by anti-affinity, each only where its selector selects the pods themselves.
 */
function spreadKeysOf(
  pod: Mapping,
  labels: FactData<'kubernetes-workload'>['labels'],
  replicas: number,
): string[] {
  const selectsItself = (term: Mapping) => {
    const selector = readSelector(term.labelSelector);
    return selector !== undefined && selects(selector, labels);
  };
  const constraints = mappings(pod.topologySpreadConstraints).filter((c) => {
    const skew = typeof c.maxSkew === 'number' ? c.maxSkew : 1;
    return (skew <= 1 || skew < replicas) && selectsItself(c);
  });
  const antiAffinity = mapping(within(pod, 'affinity', 'podAntiAffinity'));
  const terms = [
    ...mappings(antiAffinity.requiredDuringSchedulingIgnoredDuringExecution),
    ...mappings(antiAffinity.preferredDuringSchedulingIgnoredDuringExecution).map((p) =>
      mapping(p.podAffinityTerm),
    ),
  ].filter(selectsItself);
  return [
    ...new Set([...constraints, ...terms].map((t) => text(t.topologyKey)).filter((k) => k !== '')),
  ].sort();
}
