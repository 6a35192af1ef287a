/** Fields by their path, as kustomize's field specs name them: `spec/template/spec/containers/image`, through lists too. */
import { mapping, mappings, text } from '../../parse/shape.js';
import type { Place } from '../rendered.js';
import { fits, type Gvk, gvkOf } from './identity.js';
import { BuildError, isNode, type Node, type Tree } from './tree.js';

export interface FieldSpec extends Partial<Gvk> {
  path: string;
  create: boolean;
}

/** Field specs of a transformer configuration. */
export function readFieldSpecs(value: unknown): FieldSpec[] {
  return mappings(value).map((spec) => ({
    path: text(spec.path),
    create: spec.create === true,
    ...(text(spec.kind) === '' ? {} : { kind: text(spec.kind) }),
    ...(text(spec.group) === '' ? {} : { group: text(spec.group) }),
    ...(text(spec.version) === '' ? {} : { version: text(spec.version) }),
  }));
}

/** What stands at the end of a path: its holder and key. */
export type AtField = (holder: Node, key: string) => void;

/** Visits the fields that a spec names; where it says so, the mappings on the way are made. */
export function visitFields(tree: Tree, value: Node, spec: FieldSpec, place: Place, visit: AtField): void {
  if (!fits(gvkOf(value), spec)) return;
  const parts = pathParts(spec.path);
  if (parts.length > 0) visitFrom(tree, value, parts, spec.create, place, visit);
}

/** `a/b\/c/d` -> a, b/c, d */
function pathParts(path: string): string[] {
  return path
    .replace(/\\\//g, '\u0000')
    .split('/')
    .map((part) => part.replaceAll('\u0000', '/'))
    .filter((part) => part !== '');
}

function visitFrom(
  tree: Tree,
  at: unknown,
  parts: readonly string[],
  create: boolean,
  place: Place,
  visit: AtField,
): void {
  if (at === null || at === undefined) return;
  if (Array.isArray(at)) {
    for (const item of at) visitFrom(tree, item, parts, create, place, visit);
    return;
  }
  if (!isNode(at)) throw new BuildError(`${parts.join('/')} is looked for in a plain value`);
  const [part = '', ...rest] = parts;
  const key = part.replace(/\[\]$/, '');
  if (rest.length === 0) {
    if (create || key in at) visit(at, key);
    return;
  }
  if (create && part === key && (at[key] === undefined || at[key] === null))
    tree.put(at, key, tree.mapping(place), place);
  visitFrom(tree, at[key], rest, create, place, visit);
}

/** Sets keys of the mapping at a path: labels or annotations. */
export function setPairs(
  tree: Tree,
  value: Node,
  spec: FieldSpec,
  pairs: ReadonlyMap<string, { text: string; place: Place }>,
): void {
  const [first] = pairs.values();
  if (!first) return;
  visitFields(tree, value, spec, first.place, (holder, key) => {
    if (holder[key] === undefined || holder[key] === null) {
      if (!spec.create) return;
      tree.put(holder, key, tree.mapping(first.place), first.place);
    }
    const target = holder[key];
    if (!isNode(target)) throw new BuildError(`${spec.path} is no mapping`);
    for (const [name, pair] of pairs) tree.put(target, name, pair.text, pair.place);
  });
}

/** The place of a key of a mapping that was read from a file, and its text. */
export function pairsOf(
  value: unknown,
  placeOf: (value: object, key?: string | number) => Place,
): Map<string, { text: string; place: Place }> {
  const pairs = mapping(value);
  return new Map(
    Object.entries(pairs).map(([key, inner]) => [key, { text: text(inner), place: placeOf(pairs, key) }]),
  );
}
