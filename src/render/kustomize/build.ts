/** A kustomization -> the objects that kustomize would build of it, with the places of all that they say. */
import { type Mapping, mapping, mappings, text } from '../../parse/shape.js';
import type { Place, Rendered, RenderedObject, Unseen } from '../rendered.js';
import { type Addition, NO_ADDITION, substituteIn } from './addition.js';
import { DEFAULT_TABLES, extended, joinedTables } from './field-tables.js';
import { isRemote, type KustomizeFiles, kustomizationsIn, resolved } from './files.js';
import type { DeclaredVariable, Gathering, Progress } from './gathering.js';
import { generated } from './generate.js';
import type { Resource } from './identity.js';
import { fixReferences } from './names.js';
import { absorb, append, objectsOf } from './objects.js';
import {
  documentsIn,
  documentsOf,
  entries,
  innerDocuments,
  isComponent,
  isInline,
  readKustomization,
  type Written,
} from './read.js';
import { fillVariables, objectOfVariable, readVariable, type Variable } from './replacements.js';
import { transform, transformWith } from './transformers.js';
import { BuildError, Tree } from './tree.js';

/** A Helm chart that a kustomization has rendered. What comes of it is not among the objects. */
export interface KustomizeChart {
  name: string;
  repo: string;
  version: string;
  releaseName: string;
  namespace: string;
  /** Files of values, as written, relative to the folder. */
  valuesFiles: string[];
  valuesInline: Mapping;
  /** The folder of charts, as written. */
  chartHome: string;
  /** The folder of the kustomization. */
  folder: string;
  place: Place;
}

export interface BuiltKustomization extends Rendered {
  charts: KustomizeChart[];
  /** The kustomization file, or the folder where there is none. */
  path: string;
  /** Folders that it gathers, at any depth: resources, bases and components. */
  gathered: string[];
  /** Files that it read as manifests, patches or configuration. */
  read: string[];
}

const MOST_KUSTOMIZATIONS = 1000;

/** Builds the kustomization of a folder. Where kustomize would fail, there are no objects and the reason is unseen. */
export function buildKustomization(
  folder: string,
  files: KustomizeFiles,
  addition: Addition = NO_ADDITION,
): BuiltKustomization {
  const path = kustomizationsIn(folder, files)[0] ?? folder;
  return outcome(path, files, (build) => build.objects(folder, addition));
}

/**
 * Builds files and folders as if a kustomization in a folder listed them: what Flux does where there is none. The paths are
 * relative to the folder.
 */
export function buildManifests(
  folder: string,
  paths: readonly string[],
  files: KustomizeFiles,
  addition: Addition = NO_ADDITION,
): BuiltKustomization {
  const value = { resources: [...paths] };
  const written: Written = { path: folder, value, placeOf: addition.placeOf };
  return outcome(folder, files, (build) => build.objects(folder, addition, written));
}

function outcome(
  path: string,
  files: KustomizeFiles,
  follow: (build: Build) => RenderedObject[],
): BuiltKustomization {
  const build = new Build(files);
  let objects: RenderedObject[] = [];
  try {
    objects = follow(build);
  } catch (error) {
    const why = error instanceof BuildError ? error.message : 'it could not be followed';
    build.unseen.splice(0, build.unseen.length, {
      kinds: [],
      what: `${path} does not build: ${why}`,
      path,
      elsewhere: false,
    });
  }
  return {
    objects,
    unseen: build.unseen,
    charts: build.charts,
    path,
    gathered: [...build.gathered],
    read: [...build.read],
  };
}

function emptyGathering(): Gathering {
  return { resources: [], tables: DEFAULT_TABLES, variables: [], open: false };
}

class Build implements Progress {
  readonly tree = new Tree();
  readonly unseen: Unseen[] = [];
  readonly charts: KustomizeChart[] = [];
  readonly gathered = new Set<string>();
  readonly read = new Set<string>();
  #kustomizations = 0;

  constructor(readonly files: KustomizeFiles) {}

  objects(
    folder: string,
    addition: Addition,
    written: Written = readKustomization(folder, this.files),
  ): RenderedObject[] {
    const gathering = emptyGathering();
    this.#gather(folder, gathering, [], written, addition);
    fixReferences(this.tree, gathering.resources, gathering.tables);
    this.#resolveVariables(gathering);
    if (addition !== NO_ADDITION)
      for (const { value } of gathering.resources) substituteIn(this.tree, value, addition);
    return gathering.resources
      .filter(({ value }) => !isLocal(value))
      .map(({ value }) => rendered(this.tree, value));
  }

  /** Adds all of a kustomization to a gathering, which is its own or, of a component, that of whoever includes it. */
  #gather(
    folder: string,
    into: Gathering,
    visited: readonly string[],
    written: Written,
    addition: Addition = NO_ADDITION,
  ): void {
    this.#kustomizations += 1;
    if (this.#kustomizations > MOST_KUSTOMIZATIONS) throw new BuildError('it gathers more than is looked at');
    const { value, placeOf, path } = written;
    const around = [...visited, folder];
    for (const key of ['resources', 'bases'])
      for (const [entry, i] of entries(value[key]))
        this.resource(folder, entry, into, around, placeOf(Object(value[key]), i));
    for (const [entry] of entries(value.configurations)) this.#configure(folder, entry, into);
    this.#generate(folder, written, into, around);
    for (const [entry, i] of entries(value.components))
      this.#component(folder, entry, into, around, placeOf(Object(value.components), i));
    for (const [entry, i] of entries(addition.fields.components))
      this.#component(folder, entry, into, around, addition.placeOf(Object(addition.fields.components), i));
    const context = { build: this, folder, written, gathering: into };
    transform(context);
    transform({ ...context, written: { path, value: addition.fields, placeOf: addition.placeOf } });
    for (const key of ['transformers', 'validators'])
      for (const [entry, i] of entries(value[key])) {
        const at = placeOf(Object(value[key]), i);
        for (const r of this.#configured(folder, entry, at, around))
          transformWith(context, r, key === 'validators');
      }
    for (const variable of mappings(value.vars))
      declare(into, [
        { written: variable, resource: objectOfVariable(into.resources, variable), place: placeOf(variable) },
      ]);
  }

  /** A file of manifests or the folder of another kustomization. */
  resource(folder: string, entry: string, into: Gathering, around: readonly string[], at: Place): void {
    const path = resolved(folder, entry);
    if (path !== undefined && this.files.text(path) !== undefined) {
      this.read.add(path);
      append(into.resources, objectsOf(this.tree, documentsIn(path, this.files), path));
      return;
    }
    if (path !== undefined && kustomizationsIn(path, this.files).length > 0) {
      const written = this.#enter(path, around);
      if (isComponent(written.value))
        throw new BuildError(`${path} is a component, and gathered as a resource`);
      const own = emptyGathering();
      this.#gather(path, own, around, written);
      append(into.resources, own.resources);
      into.tables = joinedTables(into.tables, own.tables);
      declare(into, own.variables);
      into.open ||= own.open;
      return;
    }
    this.#absent(entry, into, at);
  }

  #component(folder: string, entry: string, into: Gathering, around: readonly string[], at: Place): void {
    const path = resolved(folder, entry);
    if (path === undefined || kustomizationsIn(path, this.files).length === 0) {
      this.#absent(entry, into, at);
      return;
    }
    const written = this.#enter(path, around);
    if (!isComponent(written.value)) throw new BuildError(`${path} is included as a component, and is none`);
    this.#gather(path, into, around, written);
  }

  /** A folder may not hold one that led to it. */
  #enter(path: string, around: readonly string[]): Written {
    if (around.some((r) => r === path || path === '' || r.startsWith(`${path}/`)))
      throw new BuildError(`${path || 'the root'} gathers itself`);
    this.gathered.add(path);
    return readKustomization(path, this.files);
  }

  /** It is fetched, or made before the build: real kustomize would stop where it is neither. */
  #absent(entry: string, into: Gathering, at: Place): void {
    into.open = true;
    const where = isRemote(entry) ? 'kept elsewhere' : 'not in this repository';
    this.unseen.push({
      kinds: [],
      what: `${at.path} gathers ${entry}, which is ${where}`,
      path: at.path,
      elsewhere: true,
    });
  }

  #configure(folder: string, entry: string, into: Gathering): void {
    const path = resolved(folder, entry);
    if (path === undefined) throw new BuildError(`${entry} is not in this repository`);
    this.read.add(path);
    for (const { value } of documentsOf(path, this.files)) into.tables = extended(into.tables, value);
  }

  #generate(folder: string, written: Written, into: Gathering, around: readonly string[]): void {
    const { value, placeOf } = written;
    const from = { folder, files: this.files };
    const options = mapping(value.generatorOptions);
    for (const [key, kind] of [
      ['configMapGenerator', 'ConfigMap'],
      ['secretGenerator', 'Secret'],
    ] as const) {
      const made = mappings(value[key]).map((e) => generated(this.tree, kind, e, options, placeOf, from));
      absorb(this.tree, into.resources, made, into.open);
    }
    const globals = mapping(value.helmGlobals);
    for (const chart of [...mappings(value.helmCharts), ...mappings(value.helmChartInflationGenerator)])
      this.#chart(folder, chart, text(globals.chartHome), placeOf(chart), into);
    for (const [entry, i] of entries(value.generators)) {
      const at = placeOf(Object(value.generators), i);
      for (const { value: config } of this.#configured(folder, entry, at, around))
        this.#generateWith(folder, config, at, into);
    }
  }

  #generateWith(folder: string, config: Mapping, at: Place, into: Gathering): void {
    const kind = text(config.kind);
    const builtin = text(config.apiVersion) === 'builtin';
    if (builtin && (kind === 'ConfigMapGenerator' || kind === 'SecretGenerator')) {
      const meta = mapping(config.metadata);
      const entry = { ...config, name: meta.name, namespace: meta.namespace };
      const object = kind === 'ConfigMapGenerator' ? 'ConfigMap' : 'Secret';
      const made = generated(this.tree, object, entry, {}, () => at, { folder, files: this.files });
      absorb(this.tree, into.resources, [made], into.open);
    } else if (builtin && kind === 'HelmChartInflationGenerator')
      this.#chart(folder, config, text(config.chartHome), this.tree.placeOf(config) ?? at, into);
    else this.notRun(at, kind, into);
  }

  /** A program of its own makes or changes objects. */
  notRun(at: Place, kind: string, into: Gathering): void {
    into.open = true;
    this.unseen.push({
      kinds: [],
      what: `${at.path} has ${kind || 'a program'} make or change objects`,
      path: at.path,
      elsewhere: false,
    });
  }

  #chart(folder: string, chart: Mapping, chartHome: string, place: Place, into: Gathering): void {
    const name = text(chart.name) || text(chart.chartName);
    const repo = text(chart.repo) || text(chart.chartRepoUrl);
    const home = chartHome || text(chart.chartHome) || 'charts';
    into.open = true;
    this.charts.push({
      name,
      repo,
      version: text(chart.version) || text(chart.chartVersion),
      releaseName: text(chart.releaseName),
      namespace: text(chart.namespace),
      valuesFiles: [
        chart.valuesFile,
        chart.values,
        ...(Array.isArray(chart.additionalValuesFiles) ? chart.additionalValuesFiles : []),
      ]
        .map(text)
        .filter((f) => f !== ''),
      valuesInline: mapping(chart.valuesInline),
      chartHome: home,
      folder,
      place,
    });
  }

  /** The objects that configure generators and transformers: a text in place, a file or a kustomization. */
  #configured(folder: string, entry: string, at: Place, around: readonly string[]): Resource[] {
    if (isInline(entry)) return objectsOf(this.tree, innerDocuments(entry, at, this.files), at.path);
    const gathering = emptyGathering();
    this.resource(folder, entry, gathering, around, at);
    return gathering.resources;
  }

  #resolveVariables({ resources, variables, open }: Gathering): void {
    const known = new Map<string, Variable>();
    for (const { written, resource, place } of variables) {
      try {
        const variable = readVariable(written, resource, place);
        known.set(variable.name, variable);
      } catch (error) {
        if (!open) throw error;
      }
    }
    if (known.size > 0) for (const { value } of resources) fillVariables(this.tree, value, known);
  }
}

/** Objects that only tools on a developer's machine read. */
function isLocal(value: Mapping): boolean {
  const local = mapping(mapping(value.metadata).annotations)['config.kubernetes.io/local-config'];
  return local !== undefined && text(local) !== 'false';
}

function declare(into: Gathering, variables: readonly DeclaredVariable[]): void {
  for (const variable of variables) {
    const name = text(variable.written.name);
    if (into.variables.some((v) => text(v.written.name) === name))
      throw new BuildError(`the variable ${name} is declared twice`);
    into.variables.push(variable);
  }
}

/** An object as a renderer gives it. */
function rendered(tree: Tree, value: Mapping): RenderedObject {
  const start = { path: '', line: 1 };
  return {
    value,
    placeOf: (of, key) => tree.placeOf(of, key) ?? tree.placeOf(of) ?? tree.placeOf(value) ?? start,
  };
}
