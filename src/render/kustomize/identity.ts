/** Which object is which: groups, kinds, names and namespaces as kustomize compares them, and what selects objects. */
import { type Mapping, mapping, text } from '../../parse/shape.js';
import { BuildError, type Node } from './tree.js';

export interface Id {
  group: string;
  version: string;
  kind: string;
  name: string;
  namespace: string;
}

/** What a group, version or kind must be; empty for any. */
export interface Gvk {
  group: string;
  version: string;
  kind: string;
}

/** One object in the making. */
export interface Resource {
  value: Node;
  /** What it was called before, the oldest first. */
  previous: Id[];
  prefixes: string[];
  suffixes: string[];
  /** Of a generated object: what to do with one of its name. */
  behaviour: string;
}

/** Kinds that live in no namespace, with the end of their group. */
const CLUSTER_SCOPED = new Set(
  [
    'Namespace Node PersistentVolume ComponentStatus',
    'rbac.authorization.k8s.io: ClusterRole ClusterRoleBinding',
    'storage.k8s.io: StorageClass CSIDriver CSINode VolumeAttachment VolumeAttributesClass',
    'scheduling.k8s.io: PriorityClass',
    'node.k8s.io: RuntimeClass',
    'apiextensions.k8s.io: CustomResourceDefinition',
    'apiregistration.k8s.io: APIService',
    'admissionregistration.k8s.io: ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    'networking.k8s.io: IngressClass',
    'policy: PodSecurityPolicy',
    'certificates.k8s.io: CertificateSigningRequest',
    'flowcontrol.apiserver.k8s.io: FlowSchema PriorityLevelConfiguration',
    'authentication.k8s.io: TokenReview',
    'authorization.k8s.io: SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  ].flatMap((line) => {
    const [group, kinds] = line.includes(':') ? line.split(': ') : ['', line];
    return (kinds ?? '').split(' ').map((kind) => `${group}/${kind}`);
  }),
);

export function gvkOf(value: Mapping): Gvk {
  const apiVersion = text(value.apiVersion);
  const at = apiVersion.indexOf('/');
  return {
    group: at === -1 ? '' : apiVersion.slice(0, at),
    version: apiVersion.slice(at + 1),
    kind: text(value.kind),
  };
}

export function idOf(value: Mapping): Id {
  const { name, namespace } = mapping(value.metadata);
  return { ...gvkOf(value), name: text(name), namespace: text(namespace) };
}

/** An object goes by every name that it had, as the kind and version that it is now of. */
export function idsOf(resource: Resource): Id[] {
  const { group, version } = gvkOf(resource.value);
  return [...resource.previous.map((id) => ({ ...id, group, version })), idOf(resource.value)];
}

export function originalId(resource: Resource): Id {
  return idsOf(resource)[0] ?? idOf(resource.value);
}

export function remember(resource: Resource): void {
  resource.previous.push(idOf(resource.value));
}

export function isClusterScoped(id: Gvk): boolean {
  return CLUSTER_SCOPED.has(`${id.group}/${id.kind}`);
}

export function effectiveNamespace(id: Id): string {
  if (isClusterScoped(id)) return '_';
  return id.namespace === '' ? 'default' : id.namespace;
}

export function sameId(a: Id, b: Id): boolean {
  return (
    a.name === b.name &&
    a.kind === b.kind &&
    a.group === b.group &&
    a.version === b.version &&
    effectiveNamespace(a) === effectiveNamespace(b)
  );
}

export function fits(id: Gvk, wanted: Partial<Gvk>): boolean {
  return (['group', 'version', 'kind'] as const).every((k) => !wanted[k] || wanted[k] === id[k]);
}

export function described(id: Id): string {
  const place = id.namespace === '' ? '' : ` in ${id.namespace}`;
  return `${id.kind} ${id.name}${place}`;
}

/** Does an object fit a patch's target or a replacement's selector? Its texts are regular expressions. */
export function selector(target: Mapping): (resource: Resource) => boolean {
  const [group, version, kind, name, namespace] = patternsOf(target);
  const { labels, annotations } = selectorsOf(target);
  return (resource) => {
    const now = idOf(resource.value);
    const first = originalId(resource);
    return (
      (namespace(effectiveNamespace(first)) || namespace(effectiveNamespace(now))) &&
      (name(first.name) || name(now.name)) &&
      group(now.group) &&
      version(now.version) &&
      kind(now.kind) &&
      labels(resource) &&
      annotations(resource)
    );
  };
}

/** Does an object fit by any of the names that it has had? */
export function byAnyName(target: Mapping): (resource: Resource) => boolean {
  const [group, version, kind, name, namespace] = patternsOf(target);
  const { labels, annotations } = selectorsOf(target);
  return (resource) =>
    idsOf(resource).some(
      (id) =>
        group(id.group) &&
        version(id.version) &&
        kind(id.kind) &&
        name(id.name) &&
        (namespace(id.namespace) || namespace(effectiveNamespace(id))),
    ) &&
    labels(resource) &&
    annotations(resource);
}

function patternsOf(target: Mapping): [group: Fits, version: Fits, kind: Fits, name: Fits, namespace: Fits] {
  const wanted = (key: string): Fits => {
    const pattern = text(target[key]);
    return pattern === '' ? () => true : anchored(pattern);
  };
  return [wanted('group'), wanted('version'), wanted('kind'), wanted('name'), wanted('namespace')];
}

function selectorsOf(target: Mapping) {
  const labels = labelSelector(text(target.labelSelector));
  const annotations = labelSelector(text(target.annotationSelector));
  return {
    labels: ({ value }: Resource) => labels(mapping(mapping(value.metadata).labels)),
    annotations: ({ value }: Resource) => annotations(mapping(mapping(value.metadata).annotations)),
  };
}

type Fits = (subject: string) => boolean;

/** A whole-text regular expression; one that could take long to fail is refused. */
export function anchored(pattern: string, after = ''): Fits {
  if (after === '' && /^[\w-]*$/.test(pattern)) return (subject) => subject === pattern;
  const loops = pattern.match(/[*+{]/g)?.length ?? 0;
  if (pattern.length > 500 || loops > 4 || /\)[*+{]/.test(pattern))
    throw new BuildError(`the pattern ${pattern.slice(0, 80)} is not tried`);
  const blind = pattern.startsWith('(?i)');
  try {
    const expression = new RegExp(`^(?:${blind ? pattern.slice(4) : pattern})${after}$`, blind ? 'i' : '');
    return (subject) => subject.length < 600 && expression.test(subject);
  } catch {
    throw new BuildError(`${pattern.slice(0, 80)} is no regular expression`);
  }
}

/** `app=web,tier!=db,env in (a, b),!canary` */
function labelSelector(written: string): (labels: Mapping) => boolean {
  if (written.trim() === '') return () => true;
  const tests = written.split(/,(?![^(]*\))/).map((part) => requirement(part.trim()));
  return (labels) => tests.every((test) => test(labels));
}

function requirement(part: string): (labels: Mapping) => boolean {
  const set = /^([^\s!=]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = '', how, listed = ''] = set;
    const values = listed.split(',').map((v) => v.trim());
    return (labels) => (key in labels && values.includes(text(labels[key]))) === (how === 'in');
  }
  const [, key = '', how = '', value = ''] = /^([^\s!=]+)\s*(==?|!=)\s*(.*)$/.exec(part) ?? [];
  if (how === '!=') return (labels) => text(labels[key]) !== value;
  if (how !== '') return (labels) => key in labels && text(labels[key]) === value;
  if (!/^!?\s*[\w./-]+$/.test(part)) throw new BuildError(`${part} is no label selector`);
  return part.startsWith('!') ? (labels) => !(part.slice(1).trim() in labels) : (labels) => part in labels;
}

/** An object needs a kind and a name. */
export function isNamed(value: Mapping): boolean {
  return text(value.kind) !== '' && text(mapping(value.metadata).name) !== '';
}
