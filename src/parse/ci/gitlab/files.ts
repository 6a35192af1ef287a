/** What the files of a GitLab pipeline say together: includes merged, `extends` and `!reference` resolved. */
import picomatch from 'picomatch';
import { flattened, isMapping, list, type Mapping, mapping, text } from '../../shape.js';
import { type Chunk, type Place, scalars, YamlSources } from '../../yaml-sources.js';
import type { UnseenPart } from '../pipeline.js';
import type { Setting } from './conditions.js';
import { workflowCondition } from './rules.js';

/** The repository as includes and rules see it. */
export interface Repository {
  /** The text of a YAML file; undefined where there is none. */
  text(path: string): string | undefined;
  paths: readonly string[];
}

/** The keys of a mapping that was merged from several, each with the mapping in which it stands. */
export interface Merged {
  place: Place;
  keys: Map<string, { value: unknown; holder: object }>;
}

const NO_JOB = new Set([
  'after_script',
  'before_script',
  'cache',
  'default',
  'image',
  'include',
  'services',
  'spec',
  'stages',
  'types',
  'variables',
  'workflow',
]);
const DEEPEST_EXTENDS = 11;
const DEEPEST_INCLUDE = 20;
const MOST_FILES = 150;
const MOST_ITEMS = 1000;
/** References can name each other many times over. */
const MOST_LOOKED = 200_000;

/** Templates and components that scan for vulnerabilities and secrets. */
export const SCANNERS =
  /(^|[/_-])(SAST(-IaC)?|Secret-Detection|Dependency-Scanning|Container-Scanning|DAST(-\w+)*|API-Fuzzing|Coverage-Fuzzing|License-Scanning|API-Security|Security-SAST)(?=[./@_-]|$)/i;

export class GitlabFiles {
  readonly sources = new YamlSources();
  /** Jobs by name, hidden ones too, without what they extend. */
  readonly jobs = new Map<string, Merged>();
  /** Keys of the root that are no jobs. */
  readonly plain = new Map<string, { value: unknown; holder: object }>();
  readonly unseen: UnseenPart[] = [];
  readonly broken: (Place & { error: string })[] = [];
  /** GitLab's own templates and components that are taken in. */
  readonly templates: { name: string; place: Place }[] = [];
  /** The first line that says anything. */
  line = 0;
  setting: Setting;
  readonly #whole = new Map<string, Merged>();
  #files = 0;
  #looked = 0;

  constructor(
    readonly repository: Repository,
    child: boolean,
  ) {
    this.setting = { variables: new Map(), child, exists: (patterns) => this.#exists(patterns) };
  }

  #exists(patterns: readonly string[]): boolean {
    const fits = picomatch(
      patterns.map((p) => p.replace(/^\.?\//, '')),
      { dot: true },
    );
    return this.repository.paths.some((p) => fits(p));
  }

  include(path: string, inputs: ReadonlyMap<string, string>, depth: number): void {
    this.#files += 1;
    const written = this.repository.text(path);
    if (written === undefined || depth > DEEPEST_INCLUDE || this.#files > MOST_FILES) return;
    const { value, header, error, errorLine } = this.sources.add(path, interpolated(written, inputs));
    if (error !== '') {
      this.broken.push({ path, line: errorLine || 1, error });
      return;
    }
    const spec = mapping(mapping(mapping(header).spec).inputs);
    const given = new Map(
      Object.entries(spec).map(([name, input]) => [name, text(mapping(input).default)] as const),
    );
    const again =
      given.size > 0 && written.includes('$[[')
        ? this.sources.add(path, interpolated(written, new Map([...given, ...inputs]))).value
        : value;
    const root = mapping(again);
    const first = Object.keys(root)[0];
    if (this.line === 0 && first !== undefined) this.line = this.sources.at(root, first).line;
    // What is included comes first: the file that includes it has the last word.
    this.#includes(root, depth);
    for (const [key, inner] of Object.entries(root)) this.#add(root, key, inner);
  }

  #add(root: Mapping, key: string, value: unknown): void {
    if (NO_JOB.has(key)) {
      const known = this.plain.get(key)?.value;
      const merged = isMapping(known) && isMapping(value) ? { ...known, ...value } : value;
      this.plain.set(key, { value: merged, holder: isMapping(value) && key === 'default' ? value : root });
      return;
    }
    if (!isMapping(value)) return;
    const own: Merged = { place: this.sources.at(root, key), keys: keysOf(value) };
    const known = this.jobs.get(key);
    this.jobs.set(key, known ? over(known, own) : own);
  }

  #includes(root: Mapping, depth: number): void {
    const written = root.include;
    const entries = Array.isArray(written) ? written : written === undefined ? [] : [written];
    for (const [i, entry] of entries.entries()) {
      const place = Array.isArray(written) ? this.sources.at(written, i) : this.sources.at(root, 'include');
      this.#included(entry, place, depth);
    }
  }

  #included(entry: unknown, place: Place, depth: number): void {
    if (typeof entry === 'string') {
      if (/^https?:\/\//.test(entry)) this.elsewhere(entry, place);
      else this.#local(entry, new Map(), place, depth);
      return;
    }
    const of = mapping(entry);
    if ('rules' in of && workflowCondition(of.rules, this.setting) === 'false') return;
    const inputs = new Map(scalars(of.inputs).map((v) => [v.name, v.value]));
    if ('local' in of) this.#local(text(of.local), inputs, place, depth);
    else if ('template' in of) this.templates.push({ name: text(of.template), place });
    else if ('component' in of) this.#component(text(of.component), place);
    else if ('project' in of)
      this.elsewhere(`${flattened(of.file).map(text).join(', ')} of ${text(of.project)}`, place);
    else if ('remote' in of) this.elsewhere(text(of.remote), place);
  }

  #component(name: string, place: Place): void {
    if (SCANNERS.test(name)) this.templates.push({ name, place });
    else this.elsewhere(name, place);
  }

  #local(written: string, inputs: ReadonlyMap<string, string>, place: Place, depth: number): void {
    const path = written.replace(/^\.?\//, '');
    if (path.includes('$')) {
      this.elsewhere(path, place);
      return;
    }
    const fits = path.includes('*') ? picomatch(path, { dot: true }) : undefined;
    const paths = fits ? this.repository.paths.filter((p) => fits(p)) : [path];
    for (const one of paths.slice(0, MOST_FILES)) {
      if (this.repository.text(one) === undefined) this.elsewhere(one, place);
      else this.include(one, inputs, depth + 1);
    }
  }

  elsewhere(what: string, place: Place): void {
    this.unseen.push({ what, ...place, wraps: false });
  }

  listOf(of: Mapping, key: string): unknown[] {
    const value = of[key];
    return Array.isArray(value) ? this.flat(value, 0).map((i) => i.value) : [];
  }

  /** The items of a list with nested lists and `!reference` taken apart, each with the list in which it stands. */
  flat(
    items: readonly unknown[],
    depth: number,
  ): { value: unknown; holder: readonly unknown[]; index: number }[] {
    if (depth > 10) return [];
    return items.slice(0, MOST_ITEMS).flatMap((value, index) => {
      this.#looked += 1;
      if (this.#looked > MOST_LOOKED) return [];
      if (!Array.isArray(value)) return [{ value, holder: items, index }];
      const texts = value.every((v) => typeof v === 'string');
      if (!texts || !this.sources.isTagged(items, index, 'reference')) return this.flat(value, depth + 1);
      return this.flat(list(this.referenced(value)), depth + 1);
    });
  }

  referenced(path: readonly unknown[]): unknown {
    const [name = '', key = '', ...rest] = path.map(text);
    const job = this.jobs.get(name) ? this.resolved(name, 0) : undefined;
    const value = job?.keys.get(key)?.value ?? mapping(this.plain.get(name)?.value)[key];
    const found = rest.reduce<unknown>((v, k) => mapping(v)[k], value);
    return typeof found === 'string' ? [found] : found;
  }

  /** A job with what it extends. */
  resolved(name: string, depth: number): Merged | undefined {
    const own = this.jobs.get(name);
    if (!own || depth > DEEPEST_EXTENDS) return own;
    const known = this.#whole.get(name);
    if (known) return known;
    // What extends itself on the way is taken as it is written.
    this.#whole.set(name, own);
    const bases = [...new Set(flattened(own.keys.get('extends')?.value).map(text))];
    const whole = bases
      .filter((b) => b !== '')
      .map((b) => this.resolved(b, depth + 1))
      .filter((b) => b !== undefined)
      .concat([own])
      .reduce((base, next) => over(base, next));
    this.#whole.set(name, whole);
    return whole;
  }

  chunks(at: { value: unknown; holder: object } | undefined, key: string): Chunk[] {
    if (!at) return [];
    if (typeof at.value === 'string') return [this.sources.chunk(at.holder, key, at.value)];
    const items =
      this.sources.isTagged(at.holder, key, 'reference') && list(at.value).every((v) => typeof v === 'string')
        ? list(this.referenced(list(at.value)))
        : list(at.value);
    return this.flat(items, 0).map(({ value, holder, index }) =>
      this.sources.chunk(holder, index, text(value)),
    );
  }

  byDefault(key: string): { value: unknown; holder: object } | undefined {
    const byDefault = this.plain.get('default');
    const inner = mapping(byDefault?.value)[key];
    if (byDefault && inner !== undefined) return { value: inner, holder: byDefault.holder };
    return this.plain.get(key);
  }
}

function keysOf(value: Mapping): Merged['keys'] {
  return new Map(Object.entries(value).map(([k, v]) => [k, { value: v, holder: value }]));
}

/** One mapping laid over another; what is a mapping in both is merged, anything else is replaced. */
function over(base: Merged, top: Merged): Merged {
  const keys = new Map(base.keys);
  for (const [key, { value, holder }] of top.keys) {
    const below = keys.get(key)?.value;
    keys.set(key, { value: isMapping(below) && isMapping(value) ? deep(below, value, 0) : value, holder });
  }
  return { place: top.place, keys };
}

function deep(base: Mapping, top: Mapping, depth: number): Mapping {
  if (depth > 10) return top;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(top)) {
    const below = merged[key];
    merged[key] = isMapping(below) && isMapping(value) ? deep(below, value, depth + 1) : value;
  }
  return merged;
}

/** Fills `$[[ inputs.x ]]`; what has no value stays. */
function interpolated(written: string, inputs: ReadonlyMap<string, string>): string {
  if (!written.includes('$[[') || inputs.size === 0) return written;
  return written.replace(/\$\[\[\s*inputs\.([\w-]+)[^\]\n]*\]\]/g, (whole, name: string) => {
    const value = inputs.get(name);
    return value === undefined || value.includes('\n') ? whole : value;
  });
}
