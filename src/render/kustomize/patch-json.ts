/** JSON patches (RFC 6902): operations on one object, in order, each of which must find what it names. */
import { isDeepStrictEqual } from 'node:util';
import { isMapping, type Mapping, text } from '../../parse/shape.js';
import { BuildError, isNode, type Node, type PlaceOf, type Tree } from './tree.js';

/** What a pointer leads to: a key or an item of what holds it. */
type Spot = { list: unknown[]; index: number } | { node: Node; key: string };

export function patchByOperations(
  tree: Tree,
  value: Node,
  operations: readonly unknown[],
  placeOf: PlaceOf,
): void {
  for (const operation of operations) {
    if (!isMapping(operation)) throw new BuildError('an operation of a JSON patch is no mapping');
    operate(tree, value, operation, placeOf);
  }
}

function operate(tree: Tree, root: Node, operation: Mapping, placeOf: PlaceOf): void {
  const op = text(operation.op);
  const path = text(operation.path);
  const place = placeOf(operation, 'value' in operation ? 'value' : undefined);
  if (op === 'test') {
    const said = read(spotAt(root, path, false));
    if (!isDeepStrictEqual(said, operation.value)) throw new BuildError(`the test of ${path} fails`);
    return;
  }
  if (op === 'add') add(tree, spotAt(root, path, true), tree.copy(operation.value ?? null, placeOf), place);
  else if (op === 'remove') remove(tree, existing(root, path));
  else if (op === 'replace') {
    // The library that kustomize uses lets a replacement stand for an addition where the parent is there.
    const spot = spotAt(root, path, false);
    const value = tree.copy(operation.value ?? null, placeOf);
    if ('list' in spot) tree.setItem(spot.list, spot.index, value, place);
    else tree.put(spot.node, spot.key, value, place);
  } else if (op === 'move' || op === 'copy') {
    const from = existing(root, text(operation.from));
    const value = tree.copyAt(read(from), place);
    if (op === 'move') remove(tree, from);
    add(tree, spotAt(root, path, true), value, place);
  } else throw new BuildError(`a JSON patch asks for ${op || 'nothing'}`);
}

function add(tree: Tree, spot: Spot, value: unknown, place: ReturnType<PlaceOf>): void {
  if ('list' in spot) tree.insert(spot.list, spot.index, value, place);
  else tree.put(spot.node, spot.key, value, place);
}

function remove(tree: Tree, spot: Spot): void {
  if ('list' in spot) tree.removeItem(spot.list, spot.index);
  else tree.remove(spot.node, spot.key);
}

function read(spot: Spot): unknown {
  return 'list' in spot ? spot.list[spot.index] : spot.node[spot.key];
}

function existing(root: Node, path: string): Spot {
  const spot = spotAt(root, path, false);
  if (read(spot) === undefined) throw new BuildError(`a JSON patch names ${path}, which is not there`);
  return spot;
}

/** Where a pointer leads; its parents must be there. `-` is the end of a list. */
function spotAt(root: Node, path: string, adds: boolean): Spot {
  const parts = path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = parts.pop();
  if (last === undefined) throw new BuildError('a JSON patch of a whole object is not followed');
  let holder: unknown = root;
  for (const part of parts) {
    holder = Array.isArray(holder)
      ? holder[indexIn(holder, part, false)]
      : isNode(holder)
        ? ownValue(holder, part)
        : undefined;
  }
  if (Array.isArray(holder)) return { list: holder, index: indexIn(holder, last, adds) };
  if (isNode(holder)) return { node: holder, key: last };
  throw new BuildError(`a JSON patch names ${path}, whose parent is not there`);
}

function ownValue(node: Node, key: string): unknown {
  return Object.hasOwn(node, key) ? node[key] : undefined;
}

function indexIn(list: unknown[], part: string, adds: boolean): number {
  if (part === '-' && adds) return list.length;
  const index = /^\d{1,6}$/.test(part) ? Number(part) : -1;
  if (index < 0 || index > (adds ? list.length : list.length - 1))
    throw new BuildError(`a JSON patch names item ${part} of a list of ${list.length}`);
  return index;
}
