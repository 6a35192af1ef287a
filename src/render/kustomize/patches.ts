/** The patches of a kustomization: which form each has, and which objects it changes. */
import { isMapping, type Mapping, mapping, text } from '../../parse/shape.js';
import type { Place } from '../rendered.js';
import { described, idOf, isNamed, type Resource, remember, selector } from './identity.js';
import { find } from './objects.js';
import { patchByOperations } from './patch-json.js';
import { patchStrategically, type StrategicPatch } from './patch-strategic.js';
import type { InnerDocument } from './read.js';
import { BuildError, isNode, type Node, type Tree } from './tree.js';

export interface PatchTarget {
  tree: Tree;
  /** Objects that a patch deletes are taken out. */
  resources: Resource[];
  /** Some objects cannot be seen: a patch may be meant for one of them. */
  open: boolean;
}

export interface PatchOptions {
  target: Mapping | undefined;
  allowNameChange: boolean;
  allowKindChange: boolean;
}

export const NO_TARGET: PatchOptions = { target: undefined, allowNameChange: false, allowKindChange: false };

export function optionsOf(entry: Mapping): PatchOptions {
  const options = mapping(entry.options);
  return {
    target: isMapping(entry.target) ? entry.target : undefined,
    allowNameChange: options.allowNameChange === true,
    allowKindChange: options.allowKindChange === true,
  };
}

/** Applies what the documents of one patch say, be they operations or parts of objects. */
export function applyPatch(
  to: PatchTarget,
  documents: readonly InnerDocument[],
  options: PatchOptions,
  said: Place,
): void {
  const written = documents.filter((d) => d.value !== null && d.value !== undefined);
  const [first] = written;
  if (!first) return;
  if (Array.isArray(first.value)) applyOperations(to, first, options);
  else applyStrategic(to, written, options, said);
}

function applyOperations(to: PatchTarget, document: InnerDocument, { target }: PatchOptions): void {
  if (!target) throw new BuildError('a JSON patch names no target');
  const operations = Array.isArray(document.value) ? document.value : [];
  for (const resource of to.resources.filter(selector(target))) {
    remember(resource);
    const place = document.placeOf(operations);
    withAnnotations(to.tree, resource.value, place, () =>
      patchByOperations(to.tree, resource.value, operations, document.placeOf),
    );
  }
}

/** While kustomize builds, every object that it patches has annotations, so that one can be added where there are none. */
function withAnnotations(tree: Tree, value: Node, place: Place, patch: () => void): void {
  const annotations = (): unknown => (isNode(value.metadata) ? value.metadata.annotations : undefined);
  if (isNode(value.metadata) && !isNode(annotations()))
    tree.put(value.metadata, 'annotations', tree.mapping(place), place);
  patch();
  const now = annotations();
  if (isNode(value.metadata) && isNode(now) && Object.keys(now).length === 0)
    tree.remove(value.metadata, 'annotations');
}

function applyStrategic(
  to: PatchTarget,
  documents: readonly InnerDocument[],
  options: PatchOptions,
  said: Place,
): void {
  if (options.target && documents.length > 1)
    throw new BuildError(`a patch of ${said.path} has a target and more than one document`);
  for (const { value, placeOf } of documents) {
    if (!isMapping(value))
      throw new BuildError(`a patch of ${said.path} is neither an object nor operations`);
    const patch: StrategicPatch = { value, placeOf, ...options };
    if (options.target) {
      // What a patch with a target says of its own name counts only where it may rename.
      for (const resource of to.resources.filter(selector(options.target))) applyTo(to, resource, patch);
      continue;
    }
    if (!isNamed(value)) throw new BuildError(`a patch of ${said.path} names no object`);
    const resource = find(to.resources, value);
    if (resource) applyTo(to, resource, patch);
    else if (!to.open) throw new BuildError(`no object is ${described(idOf(value))}, which a patch changes`);
  }
}

function applyTo(to: PatchTarget, resource: Resource, patch: StrategicPatch): void {
  if (!patchStrategically(to.tree, resource, patch)) to.resources.splice(to.resources.indexOf(resource), 1);
}

export function patchText(entry: Mapping): string {
  return text(entry.patch).trim() === '' ? '' : text(entry.patch);
}
