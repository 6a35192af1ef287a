/** A chart and the values of a release -> the Kubernetes objects that `helm template` would print. */
import type { Mapping } from '../../parse/shape.js';
import type { Rendered, Unseen } from '../rendered.js';
import { capabilitiesObject, chartObject, filesObject, releaseObject } from './built-in.js';
import { type Definition, Engine, Refusal } from './evaluate.js';
import { TemplateSyntaxError } from './lexer.js';
import {
  type Chart,
  type ChartFiles,
  type Dependency,
  loadChart,
  type Template,
  UnreadableError,
} from './load.js';
import { kindsIn, readObjects } from './objects.js';
import type { Node } from './parser.js';
import { byBytes, copyOf, fromPlain, LimitError, type Value, type ValueMap } from './value.js';
import { coalesce, fill, mergeGiven, type ValuesOwner } from './values.js';
import { Budget, Writer } from './writer.js';

export type { ChartFiles } from './load.js';

export interface Release {
  name: string;
  namespace: string;
  /** Values files of the user, in order: later wins. */
  values: readonly { path: string; value: Mapping }[];
}

/** A chart under the name and with the parts that this release gives it. */
interface Part extends ValuesOwner {
  chart: Chart;
  /** Where its templates are, as Helm names them: shop/charts/db. */
  place: string;
  parts: Part[];
}

/** A template about to run, with what it sees. */
interface Run {
  name: string;
  template: Template;
  part: Part;
  scope: ValueMap;
}

/** Never throws; what cannot be rendered is in `unseen`. */
export function renderChart(files: ChartFiles, release: Release): Rendered {
  const path = files.folder === '' ? 'Chart.yaml' : `${files.folder}/Chart.yaml`;
  let chart: Chart | undefined;
  try {
    chart = loadChart(files);
    if (chart) return render(chart, release);
    return lost({ kinds: [], what: 'Chart.yaml does not read', path, elsewhere: false });
  } catch (error) {
    return lost(lossOf(error, chart ? kindsOf(chart) : [], path));
  }
}

function lost(unseen: Unseen): Rendered {
  return { objects: [], unseen: [unseen] };
}

/** What an error that ends the rendering leaves unseen: all that the chart declares. */
function lossOf(error: unknown, kinds: readonly string[], path: string): Unseen {
  if (error instanceof Refusal)
    return {
      kinds,
      what: `the chart refuses: ${oneLine(error.message)}`,
      path: error.path,
      elsewhere: false,
    };
  if (error instanceof UnreadableError)
    return { kinds, what: error.message, path: error.path, elsewhere: false };
  if (error instanceof LimitError) return { kinds, what: error.message, path, elsewhere: false };
  // Only the stack can end here, of templates and values that are far deeper than any real ones.
  if (error instanceof RangeError)
    return { kinds, what: 'it is nested too deeply to render', path, elsewhere: false };
  throw error;
}

function oneLine(message: string): string {
  return message.trim().replace(/\s+/g, ' ').slice(0, 300);
}

/** The kinds that the templates name; none, for any, where one leaves its kind to a library. */
function kindsOf(chart: Chart): string[] {
  const kinds = new Set<string>();
  const look = (c: Chart) => {
    for (const template of c.templates) for (const kind of kindsIn(template.text)) kinds.add(kind);
    for (const dependency of c.dependencies) if (dependency.chart) look(dependency.chart);
  };
  look(chart);
  return [...kinds].sort();
}

function render(chart: Chart, release: Release): Rendered {
  const rendered: Rendered = { objects: [], unseen: [] };
  const given: ValueMap = new Map();
  for (const { value } of release.values) {
    const values = fromPlain(value);
    if (values instanceof Map) mergeGiven(given, values);
  }
  const root = partOf(chart, chart.name, chart.name, given, rendered.unseen);
  const values = coalesce(root, given);
  const runs: Run[] = [];
  collect(runs, root, values, releaseObject(release.name, release.namespace), capabilitiesObject(), true);
  // The deepest first, so that what a chart defines wins over what its parts do.
  runs.sort((a, b) => depthOf(b.name) - depthOf(a.name) || byBytes(b.name, a.name));
  const definitions = definitionsOf(runs, rendered.unseen);
  const engine = new Engine(definitions, new Budget());
  for (const run of runs) if (isRendered(run)) renderTemplate(rendered, engine, definitions, run);
  return rendered;
}

function depthOf(name: string): number {
  return name.split('/').length;
}

function isRendered({ name, part, template }: Run): boolean {
  const file = name.slice(name.lastIndexOf('/') + 1);
  return !part.chart.library && !file.startsWith('_') && !(template.parsed instanceof TemplateSyntaxError);
}

function renderTemplate(
  rendered: Rendered,
  engine: Engine,
  definitions: ReadonlyMap<string, Definition>,
  { name, template, part, scope }: Run,
): void {
  const definition = definitions.get(name);
  if (!definition) return;
  const base = `${part.place}/templates`;
  const dot: ValueMap = new Map([
    ...scope,
    [
      'Template',
      new Map<string, Value>([
        ['Name', name],
        ['BasePath', base],
      ]),
    ],
  ]);
  const writer = new Writer(engine.budget);
  engine.run(definition, dot, writer);
  // Notes for people declare nothing, but many a chart checks its values in them.
  if (!name.endsWith('NOTES.txt')) readObjects(rendered, writer, engine.notes, template);
}

function definitionsOf(runs: readonly Run[], unseen: Unseen[]): Map<string, Definition> {
  const definitions = new Map<string, Definition>();
  for (const { name, template } of runs) {
    const { parsed, path } = template;
    if (parsed instanceof TemplateSyntaxError) {
      const what = `${path}:${parsed.line}: no template: ${parsed.message}`;
      unseen.push({ kinds: kindsIn(template.text), what, path, elsewhere: false });
      continue;
    }
    for (const [defined, nodes] of parsed.defines)
      if (!definitions.has(defined) || !isBlank(nodes)) definitions.set(defined, { nodes, path });
    definitions.set(name, { nodes: parsed.body, path });
  }
  return definitions;
}

function isBlank(nodes: readonly Node[]): boolean {
  return nodes.every((n) => n.type === 'text' && n.text.trim() === '');
}

/** The templates of a chart and of its parts, each with the values of its own chart. */
function collect(
  runs: Run[],
  part: Part,
  values: ValueMap,
  release: Value,
  capabilities: Value,
  isRoot: boolean,
): ValueMap {
  const below: ValueMap = new Map();
  const scope: ValueMap = new Map<string, Value>([
    ['Chart', chartObject(part.chart, part.name, isRoot)],
    ['Files', filesObject(part.chart.files)],
    ['Release', release],
    ['Capabilities', capabilities],
    ['Values', values],
    ['Subcharts', below],
  ]);
  for (const inner of part.parts) {
    const own = values.get(inner.name);
    below.set(
      inner.name,
      collect(runs, inner, own instanceof Map ? own : new Map(), release, capabilities, false),
    );
  }
  for (const template of part.chart.templates)
    runs.push({ name: `${part.place}/${template.name}`, template, part, scope });
  return scope;
}

/** The chart with those of its dependencies that these values switch on. */
function partOf(chart: Chart, name: string, place: string, given: ValueMap, unseen: Unseen[]): Part {
  const everything: ValuesOwner = allOf(chart, name);
  const values = coalesce(everything, copied(given));
  const parts: Part[] = [];
  const defaults = copied(chart.values);
  for (const dependency of chart.dependencies) {
    if (!isEnabled(dependency, values)) continue;
    if (!dependency.chart) {
      unseen.push({
        kinds: [],
        what: `the chart ${dependency.name}, on which ${chart.name} depends, is kept elsewhere`,
        path: chart.path,
        elsewhere: true,
      });
      continue;
    }
    const own = values.get(dependency.alias);
    const part = partOf(
      dependency.chart,
      dependency.alias,
      `${place}/charts/${dependency.alias}`,
      own instanceof Map ? own : new Map(),
      unseen,
    );
    parts.push(part);
    for (const { child, parent } of dependency.imports) importValues(defaults, part, own, child, parent);
  }
  return { chart, name, place, values: defaults, parts };
}

function copied(map: ValueMap): ValueMap {
  const copy = copyOf(map);
  return copy instanceof Map ? copy : new Map();
}

function allOf(chart: Chart, name: string): ValuesOwner {
  return {
    name,
    values: chart.values,
    parts: chart.dependencies.flatMap((d) => (d.chart ? allOf(d.chart, d.alias) : [])),
  };
}

/** By the first of its conditions that is set, or else by its tags; on where nothing says. */
function isEnabled(dependency: Dependency, values: ValueMap): boolean {
  for (const condition of dependency.conditions) {
    const set = valueAt(values, condition);
    if (typeof set === 'boolean') return set;
  }
  const tags = values.get('tags');
  const set = dependency.tags.map((t) => (tags instanceof Map ? tags.get(t) : undefined));
  const switches = set.filter((s) => typeof s === 'boolean');
  return switches.length === 0 || switches.includes(true);
}

function valueAt(values: Value, path: string): Value | undefined {
  let at: Value | undefined = values;
  for (const key of path.split('.')) at = at instanceof Map ? at.get(key) : undefined;
  return at;
}

/** What a dependency hands to its parent as defaults. */
function importValues(
  defaults: ValueMap,
  part: Part,
  given: Value | undefined,
  child: string,
  parent: string,
): void {
  const own = coalesce(part, given instanceof Map ? copied(given) : new Map());
  const imported = valueAt(own, child);
  if (!(imported instanceof Map)) return;
  let into = defaults;
  for (const key of parent === '.' ? [] : parent.split('.')) {
    const next = into.get(key);
    const inner: ValueMap = next instanceof Map ? next : new Map();
    into.set(key, inner);
    into = inner;
  }
  fill(into, imported);
}
