/** A kustomization file as it is written, with its mistakes: kustomize refuses fields that it does not know. */
import { isMapping, list, type Mapping, text } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type KustomizeFiles, kustomizationsIn } from './files.js';
import { BuildError, type PlaceOf } from './tree.js';

/** A mapping of a file, with the lines of what is in it. */
export interface Written {
  path: string;
  value: Mapping;
  placeOf: PlaceOf;
}

const TEXTS = [
  'bases',
  'buildMetadata',
  'components',
  'configurations',
  'crds',
  'generators',
  'patchesStrategicMerge',
  'resources',
  'transformers',
  'validators',
];
const MAPPINGS_LISTED = [
  'configMapGenerator',
  'helmChartInflationGenerator',
  'helmCharts',
  'images',
  'imageTags',
  'labels',
  'patches',
  'patchesJson6902',
  'replacements',
  'replicas',
  'secretGenerator',
  'vars',
];
const MAPPINGS = [
  'commonAnnotations',
  'commonLabels',
  'generatorOptions',
  'helmGlobals',
  'metadata',
  'openapi',
  'sortOptions',
];
const SCALARS = ['apiVersion', 'kind', 'namePrefix', 'nameSuffix', 'namespace'];
const KNOWN = [...TEXTS, ...MAPPINGS_LISTED, ...MAPPINGS, ...SCALARS];

export function isComponent(value: Mapping): boolean {
  return text(value.kind) === 'Component';
}

/** The kustomization of a folder. Fails as kustomize does where there is none, or it is malformed. */
export function readKustomization(folder: string, files: KustomizeFiles): Written {
  const [path, other] = kustomizationsIn(folder, files);
  if (path === undefined) throw new BuildError(`${folder || 'the root'} holds no kustomization`);
  if (other !== undefined) throw new BuildError(`${folder || 'the root'} holds two kustomizations`);
  const [document] = documentsOf(path, files);
  const value = document?.value;
  if (!document || !isMapping(value)) throw new BuildError(`${path} is empty`);
  const { fields, placeOf } = inKnownCase(value, linesOf(path, document));
  check(path, fields);
  return { path, value: fields, placeOf };
}

/** Kustomize reads `nameprefix` as namePrefix. */
function inKnownCase(value: Mapping, placeOf: PlaceOf): { fields: Mapping; placeOf: PlaceOf } {
  const known = new Map(KNOWN.map((key) => [key.toLowerCase(), key]));
  const renamed = new Map<string, string>();
  for (const key of Object.keys(value)) renamed.set(known.get(key.toLowerCase()) ?? key, key);
  if ([...renamed].every(([now, written]) => now === written)) return { fields: value, placeOf };
  const fields = Object.fromEntries([...renamed].map(([now, written]) => [now, value[written]]));
  return {
    fields,
    placeOf: (of, key) =>
      of === fields ? placeOf(value, key === undefined ? key : renamed.get(String(key))) : placeOf(of, key),
  };
}

function check(path: string, value: Mapping): void {
  const said = Object.keys(value).filter(
    (key) => !['apiVersion', 'kind'].includes(key) && value[key] !== null,
  );
  if (said.length === 0) throw new BuildError(`${path} is empty`);
  const kind = text(value.kind) || 'Kustomization';
  const apiVersion = text(value.apiVersion);
  const expected = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  if (kind !== 'Kustomization' && kind !== 'Component') throw new BuildError(`${path} is of kind ${kind}`);
  if (apiVersion !== '' && apiVersion !== expected)
    throw new BuildError(`${path} has the apiVersion ${apiVersion}, not ${expected}`);
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue;
    const fits =
      (TEXTS.includes(key) && Array.isArray(inner) && inner.every((i) => typeof i === 'string')) ||
      (MAPPINGS_LISTED.includes(key) && Array.isArray(inner) && inner.every(isMapping)) ||
      (key === 'patches' && Array.isArray(inner) && inner.every((i) => typeof i === 'string')) ||
      (MAPPINGS.includes(key) && isMapping(inner)) ||
      (SCALARS.includes(key) && typeof inner === 'string');
    if (!fits) throw new BuildError(`${path} has a field ${key} that kustomize does not take`);
  }
}

/** The documents of a file, all of which must parse. */
export function documentsOf(path: string, files: KustomizeFiles): readonly YamlDocument[] {
  if (files.text(path) === undefined) throw new BuildError(`${path} does not exist`);
  const documents = files.documents(path);
  const bad = documents.find((d) => d.error !== '');
  if (bad) throw new BuildError(`${path} is not valid YAML: ${bad.error}`);
  return documents;
}

function linesOf(path: string, document: YamlDocument): PlaceOf {
  return (value, key) => ({ path, line: document.lineOf(value, key) });
}

export interface InnerDocument {
  value: unknown;
  placeOf: PlaceOf;
}

/**
 * The documents of a text that stands inside of a file, a patch as a rule. In a block scalar, their lines are lines of the
 * file; of any other text, the line on which it starts.
 */
export function innerDocuments(
  written: string,
  at: { path: string; line: number },
  files: KustomizeFiles,
): InnerDocument[] {
  const documents = parseYaml(written);
  const bad = documents.find((d) => d.error !== '');
  if (bad) throw new BuildError(`a text in ${at.path} is not valid YAML: ${bad.error}`);
  const own = written.split('\n');
  const whole = (files.text(at.path) ?? '').split(/\r\n|\r|\n/);
  return documents.map((document) => ({
    value: document.value,
    placeOf: (value, key) => {
      const line = document.lineOf(value, key);
      const same = whole[at.line + line - 1]?.trim() === own[line - 1]?.trim();
      return { path: at.path, line: same ? at.line + line : at.line };
    },
  }));
}

export function documentsIn(path: string, files: KustomizeFiles): InnerDocument[] {
  return documentsOf(path, files).map((d) => ({ value: d.value, placeOf: linesOf(path, d) }));
}

/** A list of a kustomization whose items are texts, each with its index. */
export function entries(value: unknown): [entry: string, index: number][] {
  return list(value).map((entry, index) => [text(entry), index]);
}

/** Is an entry that may be a path the text itself? */
export function isInline(entry: string): boolean {
  return entry.includes('\n') || entry.trimStart().startsWith('{');
}
