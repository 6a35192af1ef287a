/** What a kustomization changes in the objects that it has gathered, in kustomize's order, and the same as objects in files. */
import { type Mapping, mapping, mappings, text, texts } from '../../parse/shape.js';
import { readFieldSpecs, visitFields } from './fields.js';
import { resolved } from './files.js';
import type { Gathering, Progress } from './gathering.js';
import { fits, idsOf, type Resource } from './identity.js';
import { setImages } from './images.js';
import { setEverywhere, setLabels } from './labels.js';
import { addToNames, setNamespace } from './names.js';
import { applyPatch, NO_TARGET, optionsOf, type PatchOptions, patchText } from './patches.js';
import { documentsIn, entries, type InnerDocument, innerDocuments, isInline, type Written } from './read.js';
import { replaceFields } from './replacements.js';
import { BuildError, isNode, type PlaceOf } from './tree.js';

export interface Transformation {
  build: Progress;
  /** The folder to which paths are relative. */
  folder: string;
  written: Written;
  gathering: Gathering;
}

/** The changes that the fields of a kustomization say. */
export function transform(at: Transformation): void {
  const { build, gathering, written } = at;
  const { tree } = build;
  const { value, placeOf } = written;
  // Early versions took a list of paths for `patches` too.
  for (const list of [value.patchesStrategicMerge, value.patches])
    for (const [entry, i] of entries(list).filter(([entry]) => entry !== '')) {
      const place = placeOf(Object(list), i);
      patch(at, isInline(entry) ? { text: entry } : { path: entry }, NO_TARGET, place);
    }
  for (const entry of mappings(value.patches)) patchEntry(at, entry, placeOf);
  const { resources, tables } = gathering;
  if (text(value.namespace) !== '')
    setNamespace(tree, resources, text(value.namespace), placeOf(value, 'namespace'), tables, {
      unsetOnly: false,
      subjects: 'defaultOnly',
    });
  const [prefix, suffix] = [text(value.namePrefix), text(value.nameSuffix)];
  if (prefix !== '')
    addToNames(tree, resources, { prefix, suffix: '' }, placeOf(value, 'namePrefix'), tables);
  if (suffix !== '')
    addToNames(tree, resources, { prefix: '', suffix }, placeOf(value, 'nameSuffix'), tables);
  setLabels(tree, resources, value, placeOf, tables);
  setEverywhere(tree, resources, value.commonAnnotations, placeOf, tables.annotations);
  for (const entry of mappings(value.patchesJson6902)) patchEntry(at, entry, placeOf);
  for (const entry of mappings(value.replicas)) setReplicas(at, entry, placeOf);
  for (const entry of [...mappings(value.images), ...mappings(value.imageTags)])
    setImages(tree, resources, entry, placeOf, tables.images);
  for (const entry of mappings(value.replacements)) replace(at, entry, placeOf);
}

function patchEntry(at: Transformation, entry: Mapping, placeOf: PlaceOf): void {
  const inline = patchText(entry);
  const path = text(entry.path);
  if ((inline === '') === (path === ''))
    throw new BuildError(
      `a patch of ${at.written.path} says ${path === '' ? 'nothing' : 'both a path and a patch'}`,
    );
  const place = placeOf(entry, inline === '' ? 'path' : 'patch');
  patch(at, inline === '' ? { path } : { text: inline }, optionsOf(entry), place);
}

function patch(
  at: Transformation,
  from: { path: string } | { text: string },
  options: PatchOptions,
  place: { path: string; line: number },
): void {
  const { build, gathering, folder } = at;
  let documents: InnerDocument[];
  if ('text' in from) documents = innerDocuments(from.text, place, build.files);
  else {
    const path = resolved(folder, from.path);
    if (path === undefined) throw new BuildError(`the patch ${from.path} is not in this repository`);
    build.read.add(path);
    documents = documentsIn(path, build.files);
  }
  applyPatch(
    { tree: build.tree, resources: gathering.resources, open: gathering.open },
    documents,
    options,
    place,
  );
}

function setReplicas(at: Transformation, entry: Mapping, placeOf: PlaceOf): void {
  const { tree } = at.build;
  const { resources, tables, open } = at.gathering;
  const name = text(entry.name);
  const place = placeOf(entry, 'count');
  let found = false;
  for (const spec of tables.replicas)
    for (const resource of resources.filter((r) =>
      idsOf(r).some((id) => id.name === name && fits(id, spec)),
    )) {
      found = true;
      visitFields(tree, resource.value, spec, place, (holder, key) =>
        tree.put(holder, key, Number(entry.count ?? 0), place),
      );
    }
  if (!found && !open) throw new BuildError(`no workload is named ${name}, whose replicas are set`);
}

function replace(at: Transformation, entry: Mapping, placeOf: PlaceOf): void {
  const { build, gathering, folder } = at;
  const file = text(entry.path);
  if (file === '') {
    replaceOne(at, entry, placeOf);
    return;
  }
  const path = resolved(folder, file);
  if (path === undefined) throw new BuildError(`${file} is not in this repository`);
  build.read.add(path);
  for (const document of documentsIn(path, build.files))
    for (const inner of Array.isArray(document.value) ? mappings(document.value) : [mapping(document.value)])
      replaceOne({ ...at, gathering }, inner, document.placeOf);
}

/** Where some objects cannot be seen, the source or a target may be among them. */
function replaceOne(at: Transformation, entry: Mapping, placeOf: PlaceOf): void {
  try {
    replaceFields(at.build.tree, at.gathering.resources, entry, placeOf);
  } catch (error) {
    if (!(at.gathering.open && error instanceof BuildError)) throw error;
  }
}

/** A transformer that stands in a file of its own. */
export function transformWith(at: Transformation, configured: Resource, validates: boolean): void {
  const { build, gathering } = at;
  const { tree } = build;
  const { resources } = gathering;
  const config = configured.value;
  const kind = text(config.kind);
  const placeOf: PlaceOf = (value, key) =>
    tree.placeOf(value, key) ?? tree.placeOf(value) ?? at.written.placeOf(at.written.value);
  const place = placeOf(config);
  if (text(config.apiVersion) !== 'builtin') {
    // A validator changes nothing: it may only refuse.
    if (!validates) build.notRun(place, kind, gathering);
    return;
  }
  const own = readFieldSpecs(config.fieldSpecs);
  const meta = mapping(config.metadata);
  if (kind === 'PatchTransformer') patchEntry(at, config, placeOf);
  else if (kind === 'PatchJson6902Transformer')
    patchEntry(
      at,
      isNode(config) ? { target: config.target, path: config.path, patch: config.jsonOp } : {},
      () => place,
    );
  else if (kind === 'PatchStrategicMergeTransformer') {
    for (const path of texts(config.paths))
      patch(at, isInline(path) ? { text: path } : { path }, NO_TARGET, place);
    if (text(config.patches) !== '') patch(at, { text: text(config.patches) }, NO_TARGET, place);
  } else if (kind === 'ImageTagTransformer')
    setImages(tree, resources, mapping(config.imageTag), placeOf, own);
  else if (kind === 'ReplicaCountTransformer')
    setReplicas(withTables(at, 'replicas', own), mapping(config.replica), placeOf);
  else if (kind === 'LabelTransformer') setEverywhere(tree, resources, config.labels, placeOf, own);
  else if (kind === 'AnnotationsTransformer')
    setEverywhere(tree, resources, config.annotations, placeOf, own);
  else if (/^(Prefix|Suffix|PrefixSuffix)Transformer$/.test(kind)) {
    const tables = { ...gathering.tables, names: own };
    addToNames(tree, resources, { prefix: text(config.prefix), suffix: text(config.suffix) }, place, tables);
  } else if (kind === 'NamespaceTransformer') {
    const tables = { ...gathering.tables, namespace: own.filter((s) => s.path !== 'metadata/namespace') };
    const namespace = text(meta.namespace) || text(config.namespace);
    setNamespace(tree, resources, namespace, place, tables, {
      unsetOnly: config.unsetOnly === true,
      subjects: text(config.setRoleBindingSubjects) || 'defaultOnly',
    });
  } else if (kind === 'ReplacementTransformer')
    for (const entry of mappings(config.replacements)) replace(at, entry, placeOf);
  else if (kind !== 'HashTransformer' && !validates) build.notRun(place, kind, gathering);
}

function withTables(
  at: Transformation,
  table: 'replicas',
  fields: ReturnType<typeof readFieldSpecs>,
): Transformation {
  return { ...at, gathering: { ...at.gathering, tables: { ...at.gathering.tables, [table]: fields } } };
}
