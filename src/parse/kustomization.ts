/** A kustomization file -> what it gathers and what it changes, as far as can be told without rendering it. */
import { isMapping, type Mapping, mapping, mappings, text, texts } from './shape.js';
import { parseYaml } from './yaml.js';

export interface Kustomization {
  /** A component does nothing until a kustomization includes it. */
  component: boolean;
  /** Paths and addresses of what it gathers: resources, bases and components, as written. */
  gathers: string[];
  components: string[];
  /** Files that are read as patches, transformers or generators, and are no resources. */
  tools: string[];
  changes: KustomizeChange[];
  /** The names of the images that it replaces. */
  images: string[];
  /** Charts that it renders. */
  charts: string[];
}

/** An object that is changed, by kind and name; empty for any. Where a file is named, its documents tell which. */
export interface KustomizeChange {
  kind: string;
  name: string;
  file: string;
}

const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;

/** Is this file a kustomization, by its name? */
export function isKustomization(path: string): boolean {
  return KUSTOMIZATION.test(path);
}

export function readKustomization(value: unknown): Kustomization {
  const k = mapping(value);
  const listed = mappings(k.patches);
  const json6902 = mappings(k.patchesJson6902);
  // Patches were once a list of paths.
  const strategic = [...texts(k.patchesStrategicMerge), ...texts(k.patches)];
  const transformers = [...texts(k.transformers), ...texts(k.generators), ...texts(k.validators)];
  const patchFiles = [...listed, ...json6902].map((p) => text(p.path)).filter((p) => p !== '');
  return {
    component: text(k.kind) === 'Component',
    gathers: [...texts(k.resources), ...texts(k.bases)],
    components: texts(k.components),
    tools: [...patchFiles, ...[...strategic, ...transformers].filter(isPath)],
    changes: [
      ...[...listed, ...json6902].flatMap(changesOfPatch),
      ...strategic.flatMap((s) => (isPath(s) ? [{ kind: '', name: '', file: s }] : changesOfText(s))),
      ...texts(k.transformers).flatMap(changesOfTransformer),
      ...mappings(k.replicas).map((r) => ({ kind: 'replicas', name: text(r.name), file: '' })),
      ...mappings(k.replacements).flatMap((r) => mappings(r.targets).map((t) => named(mapping(t.select)))),
    ],
    images: mappings(k.images)
      .map((i) => text(i.name))
      .filter((n) => n !== ''),
    charts: [...mappings(k.helmCharts), ...mappings(k.helmChartInflationGenerator)].map(
      (c) => text(c.name) || text(c.chartName),
    ),
  };
}

function isPath(entry: string): boolean {
  return !entry.includes('\n');
}

function named(target: Mapping): KustomizeChange {
  const name = text(target.name);
  // A target's name is a regular expression; one that is more than a word may fit any object of the kind.
  return { kind: text(target.kind), name: /^[\w.-]*$/.test(name) ? name : '', file: '' };
}

function changesOfPatch(patch: Mapping): KustomizeChange[] {
  if (isMapping(patch.target)) return [named(patch.target)];
  const file = text(patch.path);
  return file === '' ? changesOfText(text(patch.patch)) : [{ kind: '', name: '', file }];
}

/** A patch in the place of a path: each of its documents names the object that it changes. */
function changesOfText(patch: string): KustomizeChange[] {
  return parseYaml(patch).map(({ value }) => ({
    kind: text(mapping(value).kind),
    name: text(mapping(mapping(value).metadata).name),
    file: '',
  }));
}

/** Transformers that only name, label or annotate change nothing that is counted; of a file, its documents tell. */
function changesOfTransformer(entry: string): KustomizeChange[] {
  return isPath(entry) ? [{ kind: '', name: '', file: entry }] : [];
}
