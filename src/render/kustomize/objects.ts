/** The objects of manifests: lists are their items, each object has a kind and a name, and no two are the same. */
import { mapping, text } from '../../parse/shape.js';
import { described, effectiveNamespace, idOf, idsOf, isNamed, type Resource, sameId } from './identity.js';
import type { InnerDocument } from './read.js';
import { BuildError, isNode, type Tree } from './tree.js';

/** The objects of documents, copied for the build. */
export function objectsOf(tree: Tree, documents: readonly InnerDocument[], path: string): Resource[] {
  const waiting = documents.map(({ value, placeOf }) => ({ value, placeOf }));
  const found: Resource[] = [];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { value, placeOf } = next;
    if (value === null || value === undefined) continue;
    if (!isNode(value)) throw new BuildError(`${path} holds something that is no object`);
    if (Object.keys(value).length === 0) continue;
    if (text(value.kind).endsWith('List') && 'items' in value) {
      if (value.items !== null && !Array.isArray(value.items))
        throw new BuildError(`${path} holds a list without items`);
      waiting.push(...(value.items ?? []).map((item: unknown) => ({ value: item, placeOf })));
      continue;
    }
    if (!isNamed(value) && !text(value.kind).endsWith('List'))
      throw new BuildError(`${path} holds an object without a kind or a name`);
    const copy =
      value.kind === 'CustomResourceDefinition'
        ? tree.copyWithLate(value, 'spec', placeOf)
        : tree.copy(value, placeOf);
    if (isNode(copy)) found.push({ value: copy, previous: [], prefixes: [], suffixes: [], behaviour: '' });
  }
  return found;
}

/** Adds objects; two of the same identity are a mistake. */
export function append(resources: Resource[], added: readonly Resource[]): void {
  resources.push(...added);
  refuseTwins(resources);
}

/** No two objects may be of one identity. */
export function refuseTwins(resources: readonly Resource[]): void {
  const seen = new Set<string>();
  for (const { value } of resources) {
    const id = idOf(value);
    const whole = [id.group, id.version, id.kind, effectiveNamespace(id), id.name].join('\n');
    if (seen.has(whole)) throw new BuildError(`there are two of ${described(id)}`);
    seen.add(whole);
  }
}

/** Adds generated objects, which may stand in for one that is there or add to its data. */
export function absorb(
  tree: Tree,
  resources: Resource[],
  generated: readonly Resource[],
  open: boolean,
): void {
  for (const resource of generated) {
    const id = idOf(resource.value);
    const same = resources.filter((r) => idsOf(r).some((other) => sameId(other, id)));
    const [old] = same;
    const adds = resource.behaviour === 'merge' || resource.behaviour === 'replace';
    if (!old) {
      if (adds && !open) throw new BuildError(`there is no ${described(id)} to add to`);
      resources.push(resource);
    } else if (!adds) throw new BuildError(`there are two of ${described(id)}`);
    else {
      if (resource.behaviour === 'replace') tree.remove(old.value, 'data');
      for (const part of ['data', 'binaryData']) join(tree, old.value, resource.value, part);
      for (const part of ['labels', 'annotations'])
        join(tree, old.value.metadata, resource.value.metadata, part);
    }
  }
}

function join(tree: Tree, old: unknown, added: unknown, part: string): void {
  const from = isNode(added) ? added[part] : undefined;
  if (!isNode(old) || !isNode(from) || Object.keys(from).length === 0) return;
  const place = tree.placeOf(from) ?? { path: '', line: 1 };
  if (!isNode(old[part])) tree.put(old, part, tree.mapping(place), place);
  const to = old[part];
  if (!isNode(to)) return;
  for (const [key, value] of Object.entries(from)) tree.put(to, key, value, tree.placeOf(from, key) ?? place);
}

/** The one object of an identity, by any of its names; undefined where there is none. */
export function find(resources: readonly Resource[], value: unknown): Resource | undefined {
  const id = idOf(mapping(value));
  const found = resources.filter((r) => idsOf(r).some((other) => sameId(other, id)));
  if (found.length > 1) throw new BuildError(`more than one object is ${described(id)}`);
  return found[0];
}
