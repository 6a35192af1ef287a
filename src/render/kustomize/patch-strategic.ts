/** Strategic merge patches: mappings merge, null deletes, and lists of well-known kinds merge by their keys. */
import { type Mapping, mapping, text } from '../../parse/shape.js';
import { type Gvk, gvkOf, type Resource, remember } from './identity.js';
import { BuildError, isNode, type Node, type PlaceOf, type Tree } from './tree.js';

/** How the lists under a field merge. A list that no shape tells of is replaced. */
interface Shape {
  /** The keys that tell the items apart: the first must be there. */
  keys?: readonly string[];
  /** A list of plain values, to which a patch adds. */
  plain?: boolean;
  fields?: Readonly<Record<string, Shape>>;
}

const METADATA: Shape = { fields: { finalizers: { plain: true }, ownerReferences: { keys: ['uid'] } } };
const CONTAINERS: Shape = {
  keys: ['name'],
  fields: {
    env: { keys: ['name'] },
    ports: { keys: ['containerPort', 'protocol'] },
    volumeDevices: { keys: ['devicePath'] },
    volumeMounts: { keys: ['mountPath'] },
  },
};
const POD: Shape = {
  fields: {
    containers: CONTAINERS,
    ephemeralContainers: CONTAINERS,
    hostAliases: { keys: ['ip'] },
    imagePullSecrets: { keys: ['name'] },
    initContainers: CONTAINERS,
    topologySpreadConstraints: { keys: ['topologyKey', 'whenUnsatisfiable'] },
    volumes: { keys: ['name'] },
  },
};
const TEMPLATE: Shape = { fields: { metadata: METADATA, spec: POD } };
const WORKLOAD: Shape = { fields: { metadata: METADATA, spec: { fields: { template: TEMPLATE } } } };
const WEBHOOKS: Shape = { fields: { metadata: METADATA, webhooks: { keys: ['name'] } } };
const PLAIN: Shape = { fields: { metadata: METADATA } };

const SHAPES: Readonly<Record<string, Shape>> = {
  CronJob: {
    fields: {
      metadata: METADATA,
      spec: {
        fields: { jobTemplate: { fields: { metadata: METADATA, spec: { fields: { template: TEMPLATE } } } } },
      },
    },
  },
  DaemonSet: WORKLOAD,
  Deployment: WORKLOAD,
  Job: WORKLOAD,
  MutatingWebhookConfiguration: WEBHOOKS,
  Pod: { fields: { metadata: METADATA, spec: POD } },
  PodTemplate: { fields: { metadata: METADATA, template: TEMPLATE } },
  ReplicaSet: WORKLOAD,
  ReplicationController: WORKLOAD,
  Service: { fields: { metadata: METADATA, spec: { fields: { ports: { keys: ['port', 'protocol'] } } } } },
  ServiceAccount: {
    fields: { metadata: METADATA, imagePullSecrets: { keys: ['name'] }, secrets: { keys: ['name'] } },
  },
  StatefulSet: WORKLOAD,
  ValidatingWebhookConfiguration: WEBHOOKS,
};

/** The groups whose kinds kustomize knows; the lists of any other are replaced as a whole. */
const KNOWN =
  /^(|apps|batch|autoscaling|policy|(admissionregistration|apiextensions|apiregistration|coordination|discovery|networking|rbac\.authorization|scheduling|storage)\.k8s\.io)$/;

function shapeOf(gvk: Gvk): Shape | undefined {
  return KNOWN.test(gvk.group) ? (SHAPES[gvk.kind] ?? PLAIN) : undefined;
}

export interface StrategicPatch {
  value: Mapping;
  placeOf: PlaceOf;
  allowNameChange: boolean;
  allowKindChange: boolean;
}

/** Changes an object by a patch; false where the patch deletes it. */
export function patchStrategically(tree: Tree, resource: Resource, patch: StrategicPatch): boolean {
  const { value } = resource;
  const shape = shapeOf(gvkOf(value));
  const directive = directiveOf(patch.value);
  if (directive === 'delete') return false;
  const renames = patch.allowNameChange || patch.allowKindChange;
  if (renames) remember(resource);
  const kept = identityOf(tree, resource, patch);
  if (directive === 'replace') for (const key of Object.keys(value)) tree.remove(value, key);
  new Merge(tree, patch.placeOf).mapping(value, patch.value, shape);
  for (const restore of kept) restore();
  return true;
}

/** A patch says which object it changes, which does not rename it. */
function identityOf(tree: Tree, { value }: Resource, patch: StrategicPatch): (() => void)[] {
  const kept: (() => void)[] = [];
  const keep = (holderOf: () => unknown, key: string) => {
    const holder = holderOf();
    if (!isNode(holder)) return;
    const old = holder[key];
    const place = tree.placeOf(holder, key);
    kept.push(() => {
      const now = holderOf();
      if (!isNode(now)) return;
      if (old === undefined) tree.remove(now, key);
      else if (now[key] !== old || place) tree.put(now, key, old, place ?? patch.placeOf(patch.value));
    });
  };
  keep(() => value, 'apiVersion');
  if (!patch.allowKindChange) keep(() => value, 'kind');
  if (!patch.allowNameChange) keep(() => value.metadata, 'name');
  keep(() => value.metadata, 'namespace');
  return kept;
}

function directiveOf(value: Mapping): 'delete' | 'replace' | 'merge' {
  const said = value.$patch;
  if (said === undefined || said === 'merge') return 'merge';
  if (said === 'delete' || said === 'replace') return said;
  throw new BuildError(`$patch: ${text(said)} is not known`);
}

/** Words for the merge, not for the object. */
function isDirective(key: string): boolean {
  return key === '$patch' || key === '$retainKeys' || key.startsWith('$setElementOrder/');
}

/** A merge of one patch. */
class Merge {
  constructor(
    readonly tree: Tree,
    readonly placeOf: PlaceOf,
  ) {}

  mapping(target: Node, patch: Mapping, shape: Shape | undefined): void {
    for (const [key, value] of Object.entries(patch)) {
      if (isDirective(key)) continue;
      this.#key(target, key, value, patch, shape?.fields?.[key]);
    }
  }

  #key(target: Node, key: string, value: unknown, patch: Mapping, shape: Shape | undefined): void {
    if (value === null) {
      this.tree.remove(target, key);
      return;
    }
    const there = target[key] ?? undefined;
    if (there !== undefined && formOf(there) !== formOf(value))
      throw new BuildError(`a patch makes ${key}, a ${formOf(there)}, a ${formOf(value)}`);
    if (Array.isArray(value)) this.#list(target, key, value, patch, shape);
    else if (isNode(value)) this.#inner(target, key, value, patch, shape);
    else this.tree.put(target, key, value, this.placeOf(patch, key));
  }

  #inner(target: Node, key: string, value: Node, patch: Mapping, shape: Shape | undefined): void {
    const directive = directiveOf(value);
    if (directive === 'delete') {
      this.tree.remove(target, key);
      return;
    }
    const there = target[key];
    if (isNode(there) && directive === 'merge') this.mapping(there, value, shape);
    else this.tree.put(target, key, this.#made(value, shape), this.placeOf(patch, key));
  }

  /** A mapping that is new by this patch: written where the patch wrote it, without its nulls and directives. */
  #made(value: Node, shape: Shape | undefined): Node {
    const made = this.tree.copy({}, () => this.placeOf(value)) as Node;
    this.mapping(made, value, shape);
    return made;
  }

  #list(target: Node, key: string, value: unknown[], patch: Mapping, shape: Shape | undefined): void {
    const place = this.placeOf(patch, key);
    const whole = value.find(
      (item): item is Node => isNode(item) && '$patch' in item && Object.keys(item).length === 1,
    );
    const items = value.filter((item) => item !== whole);
    const directive = whole && (shape?.keys || shape?.plain) ? directiveOf(whole) : 'merge';
    if (directive === 'delete') {
      this.tree.remove(target, key);
      return;
    }
    const there = target[key];
    const merges = (shape?.keys ?? shape?.plain) !== undefined;
    if (!merges || directive === 'replace') {
      this.tree.put(target, key, this.tree.copy(merges ? items : value, this.#placesOf(value, items)), place);
      return;
    }
    const list = Array.isArray(there) ? there : this.tree.list(place);
    if (shape?.keys) this.#keyed(list, items, value, shape, shape.keys);
    else this.#plain(list, items, value);
    if (!Array.isArray(there)) this.tree.put(target, key, list, place);
  }

  /** Items of a patch come first and in its order, as kustomize has it; the others follow. */
  #keyed(list: unknown[], items: unknown[], patch: unknown[], shape: Shape, keys: readonly string[]): void {
    const rest = list.map((value, i) => ({ value, place: this.#placeIn(list, i, patch) }));
    const first: typeof rest = [];
    for (const item of items) {
      if (!isNode(item)) throw new BuildError('an item of a list that merges by key is no mapping');
      const place = this.placeOf(patch, patch.indexOf(item));
      const matches = (other: { value: unknown }) => sameKeys(other.value, item, keys);
      const directive = directiveOf(item);
      const known = first.find(matches) ?? rest.find(matches);
      if (directive === 'delete') {
        for (const from of [first, rest])
          for (let i = from.length - 1; i >= 0; i -= 1) {
            const other = from[i];
            if (other && matches(other)) from.splice(i, 1);
          }
        continue;
      }
      const value = known?.value;
      if (isNode(value) && directive === 'merge') this.mapping(value, item, shape);
      const entry =
        isNode(value) && directive === 'merge' && known ? known : { value: this.#made(item, shape), place };
      const at = known ? rest.indexOf(known) : -1;
      if (at !== -1) rest.splice(at, 1);
      if (!first.includes(entry)) first.push(entry);
    }
    this.tree.refill(list, [...first, ...rest]);
  }

  #plain(list: unknown[], items: unknown[], patch: unknown[]): void {
    for (const item of items)
      if (!list.includes(item))
        this.tree.insert(list, list.length, item, this.placeOf(patch, patch.indexOf(item)));
  }

  #placeIn(list: unknown[], index: number, patch: unknown[]) {
    return this.tree.placeOf(list, index) ?? this.tree.placeOf(list) ?? this.placeOf(patch);
  }

  /** Places for a copy of a list from which a directive was taken out. */
  #placesOf(value: unknown[], items: unknown[]): PlaceOf {
    return (of, key) => (of === items ? this.placeOf(value) : this.placeOf(of, key));
  }
}

function formOf(value: unknown): 'list' | 'mapping' | 'scalar' {
  return Array.isArray(value) ? 'list' : isNode(value) ? 'mapping' : 'scalar';
}

/** Items are the same where their first key is, and no other key tells them apart. */
function sameKeys(a: unknown, b: Node, keys: readonly string[]): boolean {
  const one = mapping(a);
  const [first = '', ...others] = keys;
  if (b[first] === undefined || text(one[first]) !== text(b[first])) return false;
  return others.every((k) => one[k] === undefined || b[k] === undefined || text(one[k]) === text(b[k]));
}
