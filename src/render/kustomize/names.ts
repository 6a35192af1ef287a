/** Prefixes, suffixes and namespaces, and the references that follow an object's new name. */
import { isMapping, mapping, text, texts } from '../../parse/shape.js';
import type { Place } from '../rendered.js';
import type { FieldTables, NameReference } from './field-tables.js';
import { visitFields } from './fields.js';
import {
  described,
  effectiveNamespace,
  fits,
  gvkOf,
  idOf,
  idsOf,
  isClusterScoped,
  originalId,
  type Resource,
  remember,
} from './identity.js';
import { refuseTwins } from './objects.js';
import { BuildError, isNode, type Node, type Tree } from './tree.js';

/** Kinds whose names mean something by themselves. */
const NAMED_BY_RULE: readonly { kind: string; group?: string }[] = [
  { kind: 'CustomResourceDefinition' },
  { kind: 'APIService', group: 'apiregistration.k8s.io' },
  { kind: 'Namespace' },
];

export function addToNames(
  tree: Tree,
  resources: readonly Resource[],
  affix: { prefix: string; suffix: string },
  place: Place,
  tables: FieldTables,
): void {
  for (const resource of resources) {
    const original = originalId(resource);
    if (NAMED_BY_RULE.some((rule) => fits(original, rule))) continue;
    if (affix.prefix !== '') resource.prefixes.push(affix.prefix);
    if (affix.suffix !== '') resource.suffixes.push(affix.suffix);
    remember(resource);
    for (const spec of tables.names)
      visitFields(tree, resource.value, spec, place, (holder, key) => {
        const name = text(holder[key]);
        if (name !== '') tree.put(holder, key, `${affix.prefix}${name}${affix.suffix}`, place);
      });
  }
}

export function setNamespace(
  tree: Tree,
  resources: readonly Resource[],
  namespace: string,
  place: Place,
  tables: FieldTables,
  options: { unsetOnly: boolean; subjects: string },
): void {
  const set = (holder: Node, key: string) => {
    if (!options.unsetOnly || text(holder[key]) === '') tree.put(holder, key, namespace, place);
  };
  for (const resource of resources) {
    const { value } = resource;
    remember(resource);
    if (!isClusterScoped(gvkOf(value)) && isNode(value.metadata)) set(value.metadata, 'namespace');
    if (/^(Cluster)?RoleBinding$/.test(text(value.kind)) && Array.isArray(value.subjects))
      for (const subject of value.subjects)
        if (isNode(subject) && follows(subject, options.subjects)) set(subject, 'namespace');
    for (const spec of tables.namespace) visitFields(tree, value, spec, place, set);
  }
  refuseTwins(resources);
}

function follows(subject: Node, mode: string): boolean {
  if (mode === 'none') return false;
  return mode === 'allServiceAccounts' ? subject.kind === 'ServiceAccount' : subject.name === 'default';
}

/** Gives every reference the name that the object it means has in the end. */
export function fixReferences(tree: Tree, resources: readonly Resource[], tables: FieldTables): void {
  const renamed = resources.filter((r) => r.previous.length > 0);
  if (renamed.length === 0) return;
  for (const reference of tables.references) {
    const meant = renamed.filter((r) => idsOf(r).some((id) => fits(id, reference)));
    if (meant.length === 0) continue;
    for (const referrer of resources) {
      const original = originalId(referrer);
      for (const spec of reference.fields) {
        if (!fits(original, spec)) continue;
        const { path } = spec;
        visitFields(tree, referrer.value, { path, create: false }, { path: '', line: 1 }, (holder, key) =>
          fix(tree, holder, key, { referrer, meant, reference, path }),
        );
      }
    }
  }
}

interface Reference {
  referrer: Resource;
  /** The objects of its kind that had another name. */
  meant: readonly Resource[];
  reference: NameReference;
  path: string;
}

function fix(tree: Tree, holder: Node, key: string, reference: Reference): void {
  const value = holder[key];
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      if (isNode(item)) fixMapping(tree, item, reference);
      else {
        const target = pick(text(item), reference.meant, reference);
        const name = target && nameOf(target);
        if (target && name !== item) tree.setItem(value, i, name, placeOfName(tree, target));
      }
    });
  } else if (isNode(value)) fixMapping(tree, value, reference);
  else {
    const target = pick(text(value), reference.meant, reference);
    // What changed is the name; that the reference stands here, its own line says.
    if (target && nameOf(target) !== value)
      tree.put(holder, key, nameOf(target), tree.placeOf(holder, key) ?? placeOfName(tree, target));
  }
}

function fixMapping(tree: Tree, value: Node, reference: Reference): void {
  const namespace = text(value.namespace);
  const candidates =
    namespace === ''
      ? reference.meant
      : reference.meant.filter((r) => idsOf(r).some((id) => effectiveNamespace(id) === namespace));
  const target = pick(text(value.name), candidates, reference);
  if (!target) return;
  const place = placeOfName(tree, target);
  if (nameOf(target) !== value.name) tree.put(value, 'name', nameOf(target), place);
  const now = idOf(target.value).namespace;
  if (now !== '' && now !== namespace) tree.put(value, 'namespace', now, place);
}

function pick(name: string, candidates: readonly Resource[], reference: Reference): Resource | undefined {
  const { referrer } = reference;
  const from = idOf(referrer.value);
  const roleRef = reference.path.endsWith('roleRef/name') ? mapping(referrer.value.roleRef) : undefined;
  const found = candidates.filter((r) => {
    const now = idOf(r.value);
    if (!r.previous.some((id) => id.name === name)) return false;
    if (isMapping(roleRef) && !fits(now, { kind: text(roleRef.kind), group: text(roleRef.apiGroup) }))
      return false;
    if (isClusterScoped(from) || isClusterScoped(now) || now.kind === 'ServiceAccount') return true;
    return effectiveNamespace(from) === effectiveNamespace(now);
  });
  if (found.length < 2) return found[0];
  const alike = found.filter((r) => sameAffixes(r, referrer, true));
  const exact = alike.length > 1 ? alike.filter((r) => sameAffixes(r, referrer, false)) : alike;
  const [first] = exact;
  if (!first || exact.every((r) => nameOf(r) === nameOf(first))) return first;
  throw new BuildError(`${described(from)} names ${name}, which may be any of ${exact.length} objects`);
}

function sameAffixes(a: Resource, b: Resource, allowEmpty: boolean): boolean {
  return (['prefixes', 'suffixes'] as const).every((which) => {
    const [one, other] = [a[which], b[which]];
    if (one.length === 0 || other.length === 0) return allowEmpty || one.length === other.length;
    const shorter = Math.min(one.length, other.length);
    return texts(one.slice(-shorter)).every((t, i) => t === other[other.length - shorter + i]);
  });
}

function nameOf(resource: Resource): string {
  return idOf(resource.value).name;
}

function placeOfName(tree: Tree, { value }: Resource): Place {
  const { metadata } = value;
  return (
    (isNode(metadata) ? tree.placeOf(metadata, 'name') : undefined) ??
    tree.placeOf(value) ?? { path: '', line: 1 }
  );
}
