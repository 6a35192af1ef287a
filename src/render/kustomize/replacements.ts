/** Replacements and the older variables: a value of one object copied into fields of others. */
import { isMapping, type Mapping, mapping, mappings, text, texts } from '../../parse/shape.js';
import type { Place } from '../rendered.js';
import { anchored, byAnyName, effectiveNamespace, fits, type Id, idsOf, type Resource } from './identity.js';
import { BuildError, isNode, type Node, type PlaceOf, type Tree } from './tree.js';

/** A rejection by labels counts by itself, whatever name stands beside it. */
function rejections({ labelSelector, annotationSelector, ...names }: Mapping): ((r: Resource) => boolean)[] {
  const labels = { labelSelector, annotationSelector };
  return [labels, names].filter((said) => Object.values(said).some((v) => text(v) !== '')).map(byAnyName);
}

/** Applies one replacement. */
export function replaceFields(
  tree: Tree,
  resources: readonly Resource[],
  replacement: Mapping,
  placeOf: PlaceOf,
): void {
  const value = sourceValue(resources, replacement);
  for (const target of mappings(replacement.targets)) {
    const selected = selectedBy(target, resources);
    const paths = texts(target.fieldPaths);
    for (const resource of selected)
      for (const path of paths.length === 0 ? ['metadata.name'] : paths)
        setAll(tree, resource.value, path, value, mapping(target.options), placeOf(target));
  }
}

function sourceValue(resources: readonly Resource[], replacement: Mapping): unknown {
  if (typeof replacement.sourceValue === 'string') return replacement.sourceValue;
  const { source } = replacement;
  if (!isMapping(source)) throw new BuildError('a replacement has no source');
  const path = text(source.fieldPath) || 'metadata.name';
  const value = valueAt(sourceOf(resources, source).value, fieldParts(path));
  if (value === undefined || value === null)
    throw new BuildError(`the source of a replacement has no ${path}`);
  const options = mapping(source.options);
  const delimiter = text(options.delimiter);
  if (delimiter === '') return value;
  const part = text(value).split(delimiter)[Number(options.index ?? 0)];
  if (part === undefined) throw new BuildError(`${path} has no part ${text(options.index)}`);
  return part;
}

function sourceOf(resources: readonly Resource[], source: Mapping): Resource {
  const found = resources.filter((r) => idsOf(r).some((id) => isMeant(id, source)));
  const [first] = found;
  if (!first || found.length > 1)
    throw new BuildError(
      `${found.length === 0 ? 'no object is' : 'more than one object is'} the source ${text(source.kind)} ${text(source.name)}`,
    );
  return first;
}

function isMeant(id: Id, source: Mapping): boolean {
  const namespace = text(source.namespace);
  return (
    (text(source.name) === '' || text(source.name) === id.name) &&
    (namespace === '' || effectiveNamespace({ ...id, namespace }) === effectiveNamespace(id)) &&
    fits(id, { group: text(source.group), version: text(source.version), kind: text(source.kind) })
  );
}

function selectedBy(target: Mapping, resources: readonly Resource[]): Resource[] {
  if (!isMapping(target.select)) throw new BuildError('a target of a replacement selects nothing');
  const chosen = byAnyName(target.select);
  const rejected = mappings(target.reject).flatMap(rejections);
  return resources.filter((r) => chosen(r) && !rejected.some((not) => not(r)));
}

/** `spec.template.spec.containers.[name=web].image`, `metadata.annotations.[a.b/c]`, `metadata.annotations.a\\.b` */
function fieldParts(path: string): string[] {
  return (path.match(/\[[^\]]*\]|(?:\\.|[^.\\])+/g) ?? []).map((part) =>
    /^\[[^=]*\]$/.test(part) ? part.slice(1, -1) : part.replaceAll('\\.', '.'),
  );
}

function valueAt(value: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((at, part) => {
    if (!Array.isArray(at)) return mapping(at)[part];
    const [key, wanted] = itemPart(part);
    return key === undefined ? at[Number(part)] : at.find((item) => text(mapping(item)[key]) === wanted);
  }, value);
}

function itemPart(part: string): [key: string | undefined, value: string] {
  const [, key, value = ''] = /^\[([^=]*)=(.*)\]$/.exec(part) ?? [];
  return [key, value];
}

function setAll(tree: Tree, root: Node, path: string, value: unknown, options: Mapping, place: Place): void {
  const create = options.create === true;
  const write = (old: unknown) =>
    old === undefined && text(options.delimiter) === '' ? value : written(old, value, options);
  const count = visit(tree, root, fieldParts(path), create, place, write);
  if (count === 0) throw new BuildError(`a target of a replacement has no ${path}`);
}

/** With a delimiter only a part of the old value is replaced; a scalar keeps its own type. */
function written(old: unknown, value: unknown, options: Mapping): unknown {
  const delimiter = text(options.delimiter);
  let whole = value;
  if (delimiter !== '') {
    const parts = text(old).split(delimiter);
    const index = Number(options.index ?? 0);
    if (index < 0) parts.unshift(text(value));
    else if (index >= parts.length) parts.push(text(value));
    else parts[index] = text(value);
    whole = parts.join(delimiter);
  }
  if (typeof old === 'number' && typeof whole === 'string' && /^-?\d+(\.\d+)?$/.test(whole))
    return Number(whole);
  if (typeof old === 'string' && (typeof whole === 'number' || typeof whole === 'boolean'))
    return String(whole);
  return whole;
}

/** Sets every field that the parts lead to, and says how many there are. */
function visit(
  tree: Tree,
  at: unknown,
  parts: readonly string[],
  create: boolean,
  place: Place,
  write: (old: unknown) => unknown,
): number {
  const [part = '', ...rest] = parts;
  if (Array.isArray(at)) {
    let count = 0;
    for (const i of itemsOf(tree, at, part, rest, create, place)) {
      if (rest.length > 0) count += visit(tree, at[i], rest, create, place, write);
      else {
        tree.setItem(at, i, tree.copyAt(write(at[i]), place), place);
        count += 1;
      }
    }
    return count;
  }
  if (!isNode(at)) return 0;
  const there = Object.hasOwn(at, part) ? at[part] : undefined;
  if (rest.length === 0) {
    if (there === undefined && !create) return 0;
    tree.put(at, part, tree.copyAt(write(there), place), place);
    return 1;
  }
  if (there === undefined || there === null) {
    if (!create) return 0;
    tree.put(at, part, isListPart(rest[0]) ? tree.list(place) : tree.mapping(place), place);
  }
  return visit(tree, at[part], rest, create, place, write);
}

function isListPart(part: string | undefined): boolean {
  return part !== undefined && (/^\d+$/.test(part) || part === '-' || itemPart(part)[0] !== undefined);
}

function itemsOf(
  tree: Tree,
  list: unknown[],
  part: string,
  rest: readonly string[],
  create: boolean,
  place: Place,
): number[] {
  if (part === '*') return list.map((_, i) => i);
  const [key, wanted] = itemPart(part);
  if (key === undefined) {
    const index = /^\d{1,6}$/.test(part) ? Number(part) : -1;
    if (create && index === list.length)
      tree.insert(list, index, rest.length > 0 ? tree.mapping(place) : undefined, place);
    if (index < 0 || index >= list.length)
      throw new BuildError(`a list of ${list.length} has no item ${part}`);
    return [index];
  }
  // The value is a regular expression that need not fit as a whole.
  const fits = /^[\w./:@-]*$/.test(wanted)
    ? (t: string) => t.includes(wanted)
    : anchored(`.*(?:${wanted}).*`);
  const found = list.flatMap((item, i) => {
    const value = key === '' ? item : mapping(item)[key];
    return value !== undefined && fits(text(value)) ? [i] : [];
  });
  if (found.length > 0 || !create) return found;
  const made = tree.mapping(place);
  if (key !== '') tree.put(made, key, wanted, place);
  tree.insert(list, list.length, key === '' ? wanted : made, place);
  return [list.length - 1];
}

export interface Variable {
  name: string;
  value: unknown;
  place: Place;
}

/** The object that one of the older variables takes its value from, among those gathered where it is declared. */
export function objectOfVariable(resources: readonly Resource[], written: Mapping): Resource | undefined {
  const ref = mapping(written.objref);
  const apiVersion = text(ref.apiVersion);
  const at = apiVersion.indexOf('/');
  const source = {
    ...ref,
    group: at === -1 ? '' : apiVersion.slice(0, at),
    version: apiVersion.slice(at + 1),
  };
  const found = resources.filter((r) => idsOf(r).some((id) => isMeant(id, source)));
  if (found.length > 1) throw new BuildError(`more than one object is ${text(ref.kind)} ${text(ref.name)}`);
  return found[0];
}

/** Its value once all names are settled: for `$(NAME)` in any text. */
export function readVariable(written: Mapping, resource: Resource | undefined, place: Place): Variable {
  const name = text(written.name);
  const ref = mapping(written.fieldref);
  const path = text(ref.fieldpath) || text(ref.fieldPath) || 'metadata.name';
  const value = resource && valueAt(resource.value, fieldParts(path.replace(/\[(\w+)\]/g, '.$1')));
  if (value === undefined) throw new BuildError(`the variable ${name} has no ${path}`);
  return { name, value, place };
}

export function fillVariables(tree: Tree, value: unknown, variables: ReadonlyMap<string, Variable>): void {
  const filled = (old: unknown): Variable | undefined => {
    if (typeof old !== 'string' || !old.includes('$(')) return undefined;
    let last: Variable | undefined;
    const whole = /^\$\(([\w.-]+)\)$/.exec(old)?.[1];
    const only = whole === undefined ? undefined : variables.get(whole);
    if (only) return only;
    const replaced = old.replace(/\$\(([\w.-]+)\)/g, (said, name: string) => {
      last = variables.get(name) ?? last;
      const known = variables.get(name);
      return known ? text(known.value) : said;
    });
    return last ? { name: '', value: replaced, place: last.place } : undefined;
  };
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      const f = filled(item);
      if (f) tree.setItem(value, i, tree.copyAt(f.value, f.place), f.place);
      else fillVariables(tree, item, variables);
    });
  } else if (isNode(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const f = filled(inner);
      if (f) tree.put(value, key, tree.copyAt(f.value, f.place), f.place);
      else fillVariables(tree, inner, variables);
    }
  }
}
