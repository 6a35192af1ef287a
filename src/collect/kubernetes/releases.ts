/** What GitOps objects install: which chart or folder, under which name, with which values. */
import { environmentOfPath } from '../../model/environment-name.js';
import { joined } from '../../parse/paths.js';
import { isMapping, list, type Mapping, mapping, mappings, text, texts, within } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import type { Place } from '../../render/rendered.js';

/** A chart as something installs it. */
export interface Release {
  /** The chart's folder in this repository, or the name of one that is kept elsewhere. */
  chart: string;
  name: string;
  namespace: string;
  /** Normalised; empty where nothing tells. */
  environment: string;
  /** Paths of values files in this repository, in their order. */
  valuesFiles: readonly string[];
  /** Values that are written where the release is declared; they win over the files. */
  values: Mapping;
  /** Values that cannot be seen: `the Secret api-values`. */
  unseen: readonly string[];
  /** Images that the values of the declaration name with their tags. */
  images: readonly NamedImage[];
  at: Place;
}

export interface NamedImage {
  reference: string;
  at: Place;
}

type PlaceOf = (value: object, key?: string | number) => Place;

/** The releases that an object of Flux or Argo CD declares. */
export function releasesOf(object: Mapping, placeOf: PlaceOf, environment: string): Release[] {
  const at = placeOf(object);
  const kind = text(object.kind);
  const known = environment || environmentOfPath(at.path);
  if (isOfFirstFlux(object)) return [...firstFluxRelease(object, placeOf, known)];
  if (kind === 'HelmRelease') return [...fluxRelease(object, placeOf, known)];
  if (kind === 'Application') return argoReleases(object, mapping(object.spec), placeOf, known);
  if (kind === 'ApplicationSet')
    return argoReleases(object, mapping(within(object.spec, 'template', 'spec')), placeOf, known);
  return [];
}

function* fluxRelease(object: Mapping, placeOf: PlaceOf, environment: string): Generator<Release> {
  const spec = mapping(object.spec);
  const chart = mapping(within(spec, 'chart', 'spec'));
  const reference = mapping(spec.chartRef ?? chart.sourceRef);
  const name = text(chart.chart) || text(reference.name);
  if (name === '') return;
  const inTree = /^(GitRepository|Bucket)?$/.test(text(reference.kind)) && name.includes('/');
  yield {
    chart: inTree ? joined('', name) : name,
    name: text(spec.releaseName) || text(mapping(object.metadata).name),
    namespace: text(spec.targetNamespace) || text(mapping(object.metadata).namespace),
    environment,
    valuesFiles: inTree ? texts(chart.valuesFiles).map((f) => joined('', f)) : [],
    values: mapping(spec.values),
    unseen: mappings(spec.valuesFrom)
      .filter((v) => v.optional !== true)
      .map((v) => `the ${text(v.kind)} ${text(v.name)}`),
    images: imagesIn(spec.values, placeOf),
    at: placeOf(object),
  };
}

/** A release of Flux as it was before its controllers. */
export function isOfFirstFlux(object: Mapping): boolean {
  return (
    text(object.kind) === 'HelmRelease' &&
    /^(helm\.fluxcd\.io|flux\.weave\.works)\//.test(text(object.apiVersion))
  );
}

function* firstFluxRelease(object: Mapping, placeOf: PlaceOf, environment: string): Generator<Release> {
  const spec = mapping(object.spec);
  const chart = mapping(spec.chart);
  const inTree = text(chart.git) !== '';
  const name = inTree ? text(chart.path) : text(chart.name);
  if (name === '') return;
  const sources = mappings(spec.valuesFrom);
  yield {
    chart: inTree ? joined('', name) : name,
    name: text(spec.releaseName) || text(mapping(object.metadata).name),
    namespace: text(spec.targetNamespace) || text(mapping(object.metadata).namespace),
    environment,
    valuesFiles: inTree
      ? sources.flatMap((v) => (isMapping(v.chartFileRef) ? [joined(name, text(v.chartFileRef.path))] : []))
      : [],
    values: mapping(spec.values),
    unseen: sources
      .flatMap((v) =>
        ['secretKeyRef', 'configMapKeyRef'].map((key) => ({ kind: key.slice(0, -6), of: mapping(v[key]) })),
      )
      .filter(({ of }) => text(of.name) !== '' && of.optional !== true)
      .map(({ kind, of }) => `the ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${text(of.name)}`),
    images: imagesIn(spec.values, placeOf),
    at: placeOf(object),
  };
}

function argoReleases(object: Mapping, spec: Mapping, placeOf: PlaceOf, environment: string): Release[] {
  const at = placeOf(object);
  const sources = isMapping(spec.source) ? [spec.source] : mappings(spec.sources);
  return sources.flatMap((source) => {
    const path = text(source.path);
    const chart = text(source.chart) || joined('', path);
    if (chart === '' && path !== '.') return [];
    const helm = mapping(source.helm);
    const inline = [...parseYaml(text(helm.values)).map((d) => d.value), helm.valuesObject].map(mapping);
    const parameters = mappings(helm.parameters);
    return [
      {
        chart,
        name: text(helm.releaseName) || text(mapping(object.metadata).name),
        namespace: text(mapping(spec.destination).namespace),
        environment,
        valuesFiles: texts(helm.valueFiles).map((file) => fileOf(file, chart)),
        values: [...inline, ...parameters.map((p) => nested(text(p.name), p.value))].reduce(merged, {}),
        unseen: [],
        images: imagesIn(helm.valuesObject, placeOf),
        at,
      },
    ];
  });
}

/** Images as values of charts name them: a repository and its tag or digest, side by side. */
function imagesIn(values: unknown, placeOf: PlaceOf, depth = 0): NamedImage[] {
  if (depth > 8) return [];
  if (Array.isArray(values)) return list(values).flatMap((v) => imagesIn(v, placeOf, depth + 1));
  const of = mapping(values);
  const [registry, repository, tag, digest] = ['registry', 'repository', 'tag', 'digest'].map((k) =>
    text(of[k]),
  );
  const inner = Object.values(of).flatMap((v) => imagesIn(v, placeOf, depth + 1));
  // Without a tag the chart has its own.
  if (!repository || (!tag && !digest)) return inner;
  const name = registry ? `${registry}/${repository}` : repository;
  const reference = `${name}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
  return [{ reference, at: placeOf(of, tag ? 'tag' : 'digest') }, ...inner];
}

/** `$values/prod.yaml` is from the root of another source, `/prod.yaml` from the root, any other from the chart's folder. */
function fileOf(file: string, chart: string): string {
  return file.startsWith('$')
    ? joined('', file.replace(/^\$[^/]*/, ''))
    : joined(file.startsWith('/') ? '' : chart, file);
}

/** `image.tag` and a value, as Helm's --set takes them. A dot after a backslash belongs to the key. */
export function nested(path: string, value: unknown): Mapping {
  const keys = path.split(/(?<!\\)\./).map((k) => k.replace(/\\\./g, '.'));
  return keys.reduceRight<unknown>((inner, key) => itemOf(key, inner), value) as Mapping;
}

/** `hosts[0]` names an item of a list. */
function itemOf(key: string, inner: unknown): Mapping {
  const [, name = key, index] = /^(.*)\[(\d+)\]$/.exec(key) ?? [];
  if (index === undefined) return { [key]: inner };
  return { [name]: [...Array.from<unknown>({ length: Math.min(Number(index), 100) }).fill(null), inner] };
}

/** Values that refer to themselves go on without end. */
const DEEPEST_MERGE = 10;

/** Values as Helm joins them: mappings are merged, anything else is replaced. */
export function merged(under: Mapping, over: Mapping): Mapping {
  return mergedWithin(DEEPEST_MERGE, under, over);
}

function mergedWithin(depth: number, under: Mapping, over: Mapping): Mapping {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    const both = depth > 0 && isMapping(before) && isMapping(value);
    result[key] = both ? mergedWithin(depth - 1, before, value) : value;
  }
  return result;
}

/** Does a release ask a chart that cannot be seen for one of these? */
export function asksFor(values: unknown, key: RegExp, depth = 0): boolean {
  if (depth > 8) return false;
  if (Array.isArray(values)) return list(values).some((v) => asksFor(v, key, depth + 1));
  return Object.entries(mapping(values)).some(
    ([name, value]) => (key.test(name) && isOn(value)) || asksFor(value, key, depth + 1),
  );
}

function isOn(value: unknown): boolean {
  if (!isMapping(value)) return value !== false && value !== null && value !== '' && value !== 0;
  const on = value.enabled ?? value.create;
  return on === undefined ? Object.keys(value).length > 0 : on === true;
}

/**
 * A release whose chart or values files hold a generator's variable (`apps/{{path}}`), once for each chart and file here that
 * fits; any other as it is.
 */
export function expanded(
  release: Release,
  charts: readonly string[],
  sources: { below(folder: string): Iterable<{ path: string }> },
): Release[] {
  const variable = /\{\{[^}]*\}\}/;
  if (![release.chart, ...release.valuesFiles].some((t) => variable.test(t))) return [release];
  const folders = variable.test(release.chart)
    ? charts.filter((c) => patternOf(release.chart).test(c))
    : [release.chart];
  return folders.flatMap((chart): Release[] => {
    const at = release.valuesFiles.findIndex((f) => variable.test(f));
    const pattern = release.valuesFiles[at];
    const plain = { ...release, chart, valuesFiles: release.valuesFiles.filter((f) => !variable.test(f)) };
    if (pattern === undefined) return [plain];
    const all = [...sources.below('')]
      .map((s) => s.path)
      .filter((p) => VALUES.test(p) && patternOf(pattern).test(p));
    // Where the environment is known, its own file is meant.
    const own = all.filter((p) => environmentOfPath(p) === release.environment);
    const fitting = release.environment === '' ? all : own;
    return fitting.map((file) => ({
      ...plain,
      environment: release.environment || environmentOfPath(file),
      valuesFiles: release.valuesFiles.flatMap((f, i) => (i === at ? [file] : variable.test(f) ? [] : [f])),
    }));
  });
}

const VALUES = /\.ya?ml(\.gotmpl)?$/;

function patternOf(written: string): RegExp {
  const parts = written.split(/\{\{[^}]*\}\}/).map((p) => p.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^\\n]*')}$`);
}
