/** The fields that kustomize labels, renames and counts unless a configuration says more: its own default tables. */
import { mapping, mappings, text } from '../../parse/shape.js';
import { type FieldSpec, readFieldSpecs } from './fields.js';
import type { Gvk } from './identity.js';

/** Fields that hold the name of an object of a kind. */
export interface NameReference extends Partial<Gvk> {
  fields: readonly FieldSpec[];
}

export interface FieldTables {
  labels: readonly FieldSpec[];
  commonLabels: readonly FieldSpec[];
  templateLabels: readonly FieldSpec[];
  annotations: readonly FieldSpec[];
  namespace: readonly FieldSpec[];
  names: readonly FieldSpec[];
  images: readonly FieldSpec[];
  replicas: readonly FieldSpec[];
  references: readonly NameReference[];
}

const made = (path: string, gvk: Partial<Gvk> = {}): FieldSpec => ({ path, create: true, ...gvk });
const there = (path: string, gvk: Partial<Gvk> = {}): FieldSpec => ({ path, create: false, ...gvk });

/** The kinds whose pods are labelled with them. */
const LABELLED: readonly Partial<Gvk>[] = [
  { kind: 'ReplicationController', version: 'v1' },
  { kind: 'Deployment' },
  { kind: 'ReplicaSet' },
  { kind: 'DaemonSet' },
  { kind: 'StatefulSet', group: 'apps' },
  { kind: 'Job', group: 'batch' },
];
const CRON_JOB = { kind: 'CronJob', group: 'batch' };

const ofTemplates = (what: string) => [
  made(`metadata/${what}`),
  ...LABELLED.map((gvk) => made(`spec/template/metadata/${what}`, gvk)),
  made(`spec/jobTemplate/metadata/${what}`, CRON_JOB),
  made(`spec/jobTemplate/spec/template/metadata/${what}`, CRON_JOB),
];
export const CLAIM_LABELS = made('spec/volumeClaimTemplates[]/metadata/labels', {
  kind: 'StatefulSet',
  group: 'apps',
});

const SPREAD = [
  'affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm',
  'affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution',
  'affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm',
  'affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution',
  'topologySpreadConstraints',
].flatMap((path) =>
  ['Deployment', 'StatefulSet'].map((kind) =>
    there(`spec/template/spec/${path}/labelSelector/matchLabels`, { kind, group: 'apps' }),
  ),
);

const NETWORK_POLICY = { kind: 'NetworkPolicy', group: 'networking.k8s.io' };
const SELECTORS = [
  made('spec/selector', { kind: 'Service', version: 'v1' }),
  made('spec/selector', { kind: 'ReplicationController', version: 'v1' }),
  made('spec/selector/matchLabels', { kind: 'Deployment' }),
  made('spec/selector/matchLabels', { kind: 'ReplicaSet' }),
  made('spec/selector/matchLabels', { kind: 'DaemonSet' }),
  made('spec/selector/matchLabels', { kind: 'StatefulSet', group: 'apps' }),
  ...SPREAD,
  there('spec/selector/matchLabels', { kind: 'Job', group: 'batch' }),
  there('spec/jobTemplate/spec/selector/matchLabels', CRON_JOB),
  there('spec/selector/matchLabels', { kind: 'PodDisruptionBudget', group: 'policy' }),
  there('spec/podSelector/matchLabels', NETWORK_POLICY),
  there('spec/ingress/from/podSelector/matchLabels', NETWORK_POLICY),
  there('spec/egress/to/podSelector/matchLabels', NETWORK_POLICY),
];

/** Where a kind keeps the specification of its pods. */
const POD_SPECS: readonly (readonly [kind: string, path: string])[] = [
  ['Pod', 'spec'],
  ['PodTemplate', 'template/spec'],
  ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'ReplicationController', 'Job'].map(
    (kind) => [kind, 'spec/template/spec'] as const,
  ),
  ['CronJob', 'spec/jobTemplate/spec/template/spec'],
];

const inPods = (...paths: string[]) =>
  POD_SPECS.flatMap(([kind, spec]) => paths.map((path) => there(`${spec}/${path}`, { kind })));
const inRules = [
  there('rules/resourceNames', { kind: 'Role' }),
  there('rules/resourceNames', { kind: 'ClusterRole' }),
];
const ofIngress = (...paths: string[]) => paths.map((path) => there(path, { kind: 'Ingress' }));

const REFERENCES: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({
    kind,
    fields: [there('spec/scaleTargetRef/name', { kind: 'HorizontalPodAutoscaler' })],
  })),
  {
    kind: 'ConfigMap',
    version: 'v1',
    fields: [
      ...inPods(
        'volumes/configMap/name',
        'containers/env/valueFrom/configMapKeyRef/name',
        'initContainers/env/valueFrom/configMapKeyRef/name',
        'containers/envFrom/configMapRef/name',
        'initContainers/envFrom/configMapRef/name',
        'volumes/projected/sources/configMap/name',
      ),
      ...inRules,
    ],
  },
  {
    kind: 'Secret',
    version: 'v1',
    fields: [
      ...inPods(
        'volumes/secret/secretName',
        'containers/env/valueFrom/secretKeyRef/name',
        'initContainers/env/valueFrom/secretKeyRef/name',
        'containers/envFrom/secretRef/name',
        'initContainers/envFrom/secretRef/name',
        'imagePullSecrets/name',
        'volumes/projected/sources/secret/name',
      ),
      ...ofIngress(
        'spec/tls/secretName',
        'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
        'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
        'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
      ),
      there('imagePullSecrets/name', { kind: 'ServiceAccount' }),
      ...inRules,
    ],
  },
  {
    kind: 'Service',
    version: 'v1',
    fields: [
      there('spec/serviceName', { kind: 'StatefulSet', group: 'apps' }),
      ...ofIngress(
        'spec/rules/http/paths/backend/serviceName',
        'spec/backend/serviceName',
        'spec/rules/http/paths/backend/service/name',
        'spec/defaultBackend/service/name',
      ),
      there('spec/service/name', { kind: 'APIService', group: 'apiregistration.k8s.io' }),
      there('webhooks/clientConfig/service', { kind: 'ValidatingWebhookConfiguration' }),
      there('webhooks/clientConfig/service', { kind: 'MutatingWebhookConfiguration' }),
    ],
  },
  {
    kind: 'Role',
    group: 'rbac.authorization.k8s.io',
    fields: [there('roleRef/name', { kind: 'RoleBinding' })],
  },
  {
    kind: 'ClusterRole',
    group: 'rbac.authorization.k8s.io',
    fields: [
      there('roleRef/name', { kind: 'RoleBinding' }),
      there('roleRef/name', { kind: 'ClusterRoleBinding' }),
    ],
  },
  {
    kind: 'ServiceAccount',
    version: 'v1',
    fields: [
      there('subjects', { kind: 'RoleBinding' }),
      there('subjects', { kind: 'ClusterRoleBinding' }),
      ...inPods('serviceAccountName'),
    ],
  },
  { kind: 'PersistentVolumeClaim', version: 'v1', fields: inPods('volumes/persistentVolumeClaim/claimName') },
  {
    kind: 'PersistentVolume',
    version: 'v1',
    fields: [there('spec/volumeName', { kind: 'PersistentVolumeClaim' })],
  },
  {
    kind: 'StorageClass',
    group: 'storage.k8s.io',
    fields: [
      there('spec/storageClassName', { kind: 'PersistentVolume' }),
      there('spec/storageClassName', { kind: 'PersistentVolumeClaim' }),
      there('spec/volumeClaimTemplates/spec/storageClassName', { kind: 'StatefulSet' }),
    ],
  },
  { kind: 'PriorityClass', group: 'scheduling.k8s.io', fields: inPods('priorityClassName') },
  {
    kind: 'ValidatingAdmissionPolicy',
    group: 'admissionregistration.k8s.io',
    fields: [there('spec/policyName', { kind: 'ValidatingAdmissionPolicyBinding' })],
  },
];

export const DEFAULT_TABLES: FieldTables = {
  labels: [],
  commonLabels: [...SELECTORS, ...ofTemplates('labels'), CLAIM_LABELS],
  templateLabels: ofTemplates('labels'),
  annotations: ofTemplates('annotations'),
  namespace: [
    made('metadata/name', { kind: 'Namespace', version: 'v1' }),
    made('spec/service/namespace', { kind: 'APIService', group: 'apiregistration.k8s.io' }),
  ],
  names: [there('metadata/name')],
  images: ['spec', 'spec/template/spec'].map((path) => there(`${path}/volumes[]/image/reference`)),
  replicas: ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) =>
    made('spec/replicas', { kind }),
  ),
  references: REFERENCES,
};

/** The tables with what a transformer configuration adds to them. */
export function extended(tables: FieldTables, configuration: unknown): FieldTables {
  const c = mapping(configuration);
  return {
    labels: [...tables.labels, ...readFieldSpecs(c.labels)],
    commonLabels: [...tables.commonLabels, ...readFieldSpecs(c.commonLabels)],
    templateLabels: [...tables.templateLabels, ...readFieldSpecs(c.templateLabels)],
    annotations: [...tables.annotations, ...readFieldSpecs(c.commonAnnotations)],
    namespace: [
      ...tables.namespace,
      // The namespace of an object itself is set by its scope, whatever a table says.
      ...readFieldSpecs(c.namespace).filter((s) => s.path !== 'metadata/namespace'),
    ],
    names: [...tables.names, ...readFieldSpecs(c.namePrefix).filter((s) => s.path !== 'metadata/name')],
    images: [...tables.images, ...readFieldSpecs(c.images)],
    replicas: [...tables.replicas, ...readFieldSpecs(c.replicas)],
    references: [
      ...tables.references,
      ...mappings(c.nameReference).map((r) => ({
        kind: text(r.kind),
        group: text(r.group),
        version: text(r.version),
        fields: readFieldSpecs(r.fieldSpecs),
      })),
    ],
  };
}

/** The tables of two gatherings that become one. */
export function joinedTables(a: FieldTables, b: FieldTables): FieldTables {
  if (a === b || b === DEFAULT_TABLES) return a;
  if (a === DEFAULT_TABLES) return b;
  const both = <T>(one: readonly T[], other: readonly T[]): T[] => [...new Set([...one, ...other])];
  return {
    labels: both(a.labels, b.labels),
    commonLabels: both(a.commonLabels, b.commonLabels),
    templateLabels: both(a.templateLabels, b.templateLabels),
    annotations: both(a.annotations, b.annotations),
    namespace: both(a.namespace, b.namespace),
    names: both(a.names, b.names),
    images: both(a.images, b.images),
    replicas: both(a.replicas, b.replicas),
    references: both(a.references, b.references),
  };
}
