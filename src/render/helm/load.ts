/** The files of a chart -> the chart: its description, defaults, templates and the charts that it is made of. */

import { joined } from '../../parse/paths.js';
import { isMapping, list, type Mapping, mapping, mappings, text, texts } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { ignoreRules } from './ignored.js';
import { TemplateSyntaxError } from './lexer.js';
import { type ParsedTemplate, parseTemplate } from './parser.js';
import { fromPlain, type ValueMap } from './value.js';
import { readValues } from './values-text.js';

export interface ChartFiles {
  /** The folder of Chart.yaml; empty for the root. */
  folder: string;
  /** By their paths in the repository: everything below the folder, and of local charts that it depends on. */
  files: ReadonlyMap<string, string>;
}

export interface Template {
  /** Below the chart: templates/web.yaml. */
  name: string;
  path: string;
  text: string;
  /** What is wrong with it where it does not parse. */
  parsed: ParsedTemplate | TemplateSyntaxError;
}

export interface Dependency {
  name: string;
  alias: string;
  /** Paths into the values, the first that is a boolean counts. */
  conditions: string[];
  tags: string[];
  imports: { child: string; parent: string }[];
  /** Undefined where it is neither vendored nor local. */
  chart: Chart | undefined;
}

export interface Chart {
  name: string;
  /** Where Chart.yaml is. */
  path: string;
  metadata: Mapping;
  library: boolean;
  values: ValueMap;
  templates: Template[];
  /** The other files, by their paths below the chart, for .Files. */
  files: ReadonlyMap<string, string>;
  /** Those of Chart.yaml, and vendored ones that it does not name. */
  dependencies: Dependency[];
}

/** A file without which nothing of the chart can be told. */
export class UnreadableError extends Error {
  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
  }
}

const DEEPEST_CHART = 8;
const MOST_CHARTS = 300;
const NO_FILE =
  /^(?:Chart\.(?:yaml|lock)|values\.(?:yaml|schema\.json)|requirements\.(?:yaml|lock)|\.helmignore)$/;
const loaded = new WeakMap<ChartFiles, Chart | undefined>();

/** Undefined where there is no Chart.yaml that reads. Kept for as long as the files are. */
export function loadChart(source: ChartFiles): Chart | undefined {
  if (!loaded.has(source)) loaded.set(source, new Loader(source.files).load(source.folder, 0));
  return loaded.get(source);
}

class Loader {
  #charts = 0;

  constructor(readonly all: ReadonlyMap<string, string>) {}

  load(folder: string, depth: number): Chart | undefined {
    const prefix = folder === '' || folder === '.' ? '' : `${folder}/`;
    const path = `${prefix}Chart.yaml`;
    const described = this.all.get(path);
    this.#charts += 1;
    if (described === undefined || depth > DEEPEST_CHART || this.#charts > MOST_CHARTS) return undefined;
    const metadata = firstMapping(described);
    const name = text(metadata.name);
    if (name === '') return undefined;
    const ignored = ignoreRules(this.all.get(`${prefix}.helmignore`) ?? '');
    const templates: Template[] = [];
    const files = new Map<string, string>();
    const vendored = new Set<string>();
    for (const [file, content] of this.all) {
      if (!file.startsWith(prefix)) continue;
      const below = file.slice(prefix.length);
      if (ignored(below)) continue;
      if (below.startsWith('templates/'))
        templates.push({ name: below, path: file, text: content, parsed: parsed(content) });
      else if (below.startsWith('charts/')) {
        const inner = /^charts\/([^/._][^/]*)\/Chart\.yaml$/.exec(below)?.[1];
        if (inner !== undefined) vendored.add(inner);
      } else if (!NO_FILE.test(below)) files.set(below, content);
    }
    const charts = [...vendored].sort().flatMap((v) => this.load(`${prefix}charts/${v}`, depth + 1) ?? []);
    const values = fromPlain(this.#values(`${prefix}values.yaml`));
    return {
      name,
      path,
      metadata,
      library: metadata.type === 'library',
      values: values instanceof Map ? values : new Map(),
      templates,
      files,
      dependencies: this.#dependencies(metadata, prefix, charts, depth),
    };
  }

  #values(path: string): Mapping {
    const values = readValues(this.all.get(path) ?? '');
    if (!values) throw new UnreadableError('the values are no YAML mapping', path);
    return values;
  }

  #dependencies(metadata: Mapping, prefix: string, vendored: readonly Chart[], depth: number): Dependency[] {
    const old = firstMapping(this.all.get(`${prefix}requirements.yaml`) ?? '');
    const named = mappings(metadata.dependencies ?? old.dependencies).map((d) => {
      const name = text(d.name);
      const local = /^file:\/\/(.*)$/.exec(text(d.repository))?.[1];
      const chart =
        vendored.find((c) => c.name === name) ??
        (local === undefined ? undefined : this.load(resolved(prefix, local), depth + 1));
      return {
        name,
        alias: text(d.alias) || name,
        conditions: text(d.condition)
          .split(',')
          .map((c) => c.trim())
          .filter((c) => c !== ''),
        tags: texts(d.tags),
        imports: importsOf(d['import-values']),
        chart,
      };
    });
    const others = vendored
      .filter((c) => !named.some((d) => d.name === c.name))
      .map((chart) => ({
        name: chart.name,
        alias: chart.name,
        conditions: [],
        tags: [],
        imports: [],
        chart,
      }));
    return [...others, ...named];
  }
}

function importsOf(value: unknown): Dependency['imports'] {
  return list(value).map((entry) =>
    isMapping(entry)
      ? { child: text(entry.child), parent: text(entry.parent) }
      : { child: `exports.${text(entry)}`, parent: '.' },
  );
}

function parsed(source: string): ParsedTemplate | TemplateSyntaxError {
  try {
    return parseTemplate(source);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return error;
    throw error;
  }
}

function firstMapping(source: string): Mapping {
  return mapping(parseYaml(source)[0]?.value);
}

function resolved(prefix: string, relative: string): string {
  return joined('', `${prefix}${relative}`);
}
