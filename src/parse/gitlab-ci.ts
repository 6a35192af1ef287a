/** GitLab CI -> one pipeline: includes of the same repository merged, `extends` and `!reference` resolved, stages as needs. */
import picomatch from 'picomatch';
import { environmentWithin } from '../model/environment-name.js';
import { decide, type Setting, workflowCondition } from './gitlab-rules.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
  type UnseenPart,
} from './pipeline.js';
import { flattened, isMapping, list, type Mapping, mapping, text } from './shape.js';
import { readShell } from './shell.js';
import { type Chunk, joined, type Place, scalars, YamlSources } from './yaml-sources.js';

/** The repository as includes and rules see it. */
export interface Repository {
  /** The text of a YAML file; undefined where there is none. */
  text(path: string): string | undefined;
  paths: readonly string[];
}

export interface GitlabPipeline {
  title: string;
  triggers: PipelineTrigger[];
  jobs: PipelineJob[];
  line: number;
  /** Files that run as pipelines of their own, started by a job of this one. */
  children: string[][];
  unseen: UnseenPart[];
  /** Files that could not be read. */
  broken: (Place & { error: string })[];
}

/** The keys of a mapping that was merged from several, each with the mapping in which it stands. */
interface Merged {
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
const MOST_JOBS = 1000;
const MOST_ITEMS = 1000;
/** References can name each other many times over. */
const MOST_LOOKED = 200_000;

/** Reads the pipeline that some files describe together. */
export function readGitlabCi(
  roots: readonly string[],
  repository: Repository,
  child = false,
): GitlabPipeline {
  const reader = new GitlabReader(repository, child);
  for (const root of roots) reader.include(root, new Map(), 0);
  return reader.pipeline();
}

class GitlabReader {
  readonly #sources = new YamlSources();
  readonly #root = new Map<string, Merged>();
  readonly #plain = new Map<string, { value: unknown; holder: object }>();
  readonly #unseen: UnseenPart[] = [];
  readonly #broken: (Place & { error: string })[] = [];
  readonly #children: string[][] = [];
  readonly #whole = new Map<string, Merged>();
  #files = 0;
  #looked = 0;
  #line = 0;
  #templates: { name: string; place: Place }[] = [];
  #setting: Setting;

  constructor(
    readonly repository: Repository,
    readonly child: boolean,
  ) {
    this.#setting = { variables: new Map(), child, exists: (patterns) => this.#exists(patterns) };
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
    const { value, header, error, errorLine } = this.#sources.add(path, interpolated(written, inputs));
    if (error !== '') {
      this.#broken.push({ path, line: errorLine || 1, error });
      return;
    }
    const spec = mapping(mapping(mapping(header).spec).inputs);
    const given = new Map(
      Object.entries(spec).map(([name, input]) => [name, text(mapping(input).default)] as const),
    );
    const again =
      given.size > 0 && written.includes('$[[')
        ? this.#sources.add(path, interpolated(written, new Map([...given, ...inputs]))).value
        : value;
    const root = mapping(again);
    const first = Object.keys(root)[0];
    if (this.#line === 0 && first !== undefined) this.#line = this.#sources.at(root, first).line;
    // What is included comes first: the file that includes it has the last word.
    this.#includes(root, depth);
    for (const [key, inner] of Object.entries(root)) this.#add(root, key, inner);
  }

  #add(root: Mapping, key: string, value: unknown): void {
    if (NO_JOB.has(key)) {
      const known = this.#plain.get(key)?.value;
      const merged = isMapping(known) && isMapping(value) ? { ...known, ...value } : value;
      this.#plain.set(key, { value: merged, holder: isMapping(value) && key === 'default' ? value : root });
      return;
    }
    if (!isMapping(value)) return;
    const own: Merged = { place: this.#sources.at(root, key), keys: keysOf(value) };
    const known = this.#root.get(key);
    this.#root.set(key, known ? over(known, own) : own);
  }

  #includes(root: Mapping, depth: number): void {
    const written = root.include;
    const entries = Array.isArray(written) ? written : written === undefined ? [] : [written];
    for (const [i, entry] of entries.entries()) {
      const place = Array.isArray(written) ? this.#sources.at(written, i) : this.#sources.at(root, 'include');
      this.#included(entry, place, depth);
    }
  }

  #included(entry: unknown, place: Place, depth: number): void {
    if (typeof entry === 'string') {
      if (/^https?:\/\//.test(entry)) this.#elsewhere(entry, place);
      else this.#local(entry, new Map(), place, depth);
      return;
    }
    const of = mapping(entry);
    if ('rules' in of && workflowCondition(of.rules, this.#setting) === 'false') return;
    const inputs = new Map(scalars(of.inputs).map((v) => [v.name, v.value]));
    if ('local' in of) this.#local(text(of.local), inputs, place, depth);
    else if ('template' in of) this.#templates.push({ name: text(of.template), place });
    else if ('component' in of) this.#component(text(of.component), place);
    else if ('project' in of)
      this.#elsewhere(`${flattened(of.file).map(text).join(', ')} of ${text(of.project)}`, place);
    else if ('remote' in of) this.#elsewhere(text(of.remote), place);
  }

  #component(name: string, place: Place): void {
    if (SCANNERS.test(name)) this.#templates.push({ name, place });
    else this.#elsewhere(name, place);
  }

  #local(written: string, inputs: ReadonlyMap<string, string>, place: Place, depth: number): void {
    const path = written.replace(/^\.?\//, '');
    if (path.includes('$')) {
      this.#elsewhere(path, place);
      return;
    }
    const fits = path.includes('*') ? picomatch(path, { dot: true }) : undefined;
    const paths = fits ? this.repository.paths.filter((p) => fits(p)) : [path];
    for (const one of paths.slice(0, MOST_FILES)) {
      if (this.repository.text(one) === undefined) this.#elsewhere(one, place);
      else this.include(one, inputs, depth + 1);
    }
  }

  #elsewhere(what: string, place: Place): void {
    this.#unseen.push({ what, ...place, wraps: false });
  }

  pipeline(): GitlabPipeline {
    const globals = scalars(this.#plain.get('variables')?.value);
    const asked = mapping(this.#plain.get('variables')?.value);
    const workflow = mapping(this.#plain.get('workflow')?.value);
    const byRule = new Set(list(workflow.rules).flatMap((r) => Object.keys(mapping(mapping(r).variables))));
    this.#setting = {
      ...this.#setting,
      variables: new Map(
        globals
          // A person may choose another value for one that has a description.
          .filter(
            (v) =>
              !byRule.has(v.name) && !(isMapping(asked[v.name]) && 'description' in mapping(asked[v.name])),
          )
          .map((v) => [v.name, v.value]),
      ),
    };
    const rules = this.#items(
      this.#plain.get('workflow')?.holder,
      mapping(this.#plain.get('workflow')?.value),
      'rules',
    );
    const starts = workflowCondition(rules, this.#setting);
    const written = this.#jobs(globals, starts, rules.length > 0);
    const triggers = this.#triggers(written);
    const jobs = triggers.some((t) => t.event === 'pull_request') ? written : written.map(withoutRequests);
    const title = text(workflow.name);
    return {
      title: title.includes('$') ? '' : title,
      triggers,
      jobs,
      line: this.#line || 1,
      children: this.#children,
      unseen: this.#unseen,
      broken: this.#broken,
    };
  }

  #items(_holder: object | undefined, of: Mapping, key: string): unknown[] {
    const value = of[key];
    return Array.isArray(value) ? this.#flat(value, 0).map((i) => i.value) : [];
  }

  /** The items of a list with nested lists and `!reference` taken apart, each with the list in which it stands. */
  #flat(
    items: readonly unknown[],
    depth: number,
  ): { value: unknown; holder: readonly unknown[]; index: number }[] {
    if (depth > 10) return [];
    return items.slice(0, MOST_ITEMS).flatMap((value, index) => {
      this.#looked += 1;
      if (this.#looked > MOST_LOOKED) return [];
      if (!Array.isArray(value)) return [{ value, holder: items, index }];
      const texts = value.every((v) => typeof v === 'string');
      if (!texts || !this.#sources.isTagged(items, index, 'reference')) return this.#flat(value, depth + 1);
      return this.#flat(list(this.#referenced(value)), depth + 1);
    });
  }

  #referenced(path: readonly unknown[]): unknown {
    const [name = '', key = '', ...rest] = path.map(text);
    const job = this.#root.get(name) ? this.#resolved(name, 0) : undefined;
    const value = job?.keys.get(key)?.value ?? mapping(this.#plain.get(name)?.value)[key];
    const found = rest.reduce<unknown>((v, k) => mapping(v)[k], value);
    return typeof found === 'string' ? [found] : found;
  }

  /** A job with what it extends. */
  #resolved(name: string, depth: number): Merged | undefined {
    const own = this.#root.get(name);
    if (!own || depth > DEEPEST_EXTENDS) return own;
    const known = this.#whole.get(name);
    if (known) return known;
    // What extends itself on the way is taken as it is written.
    this.#whole.set(name, own);
    const bases = [...new Set(flattened(own.keys.get('extends')?.value).map(text))];
    const whole = bases
      .filter((b) => b !== '')
      .map((b) => this.#resolved(b, depth + 1))
      .filter((b) => b !== undefined)
      .concat([own])
      .reduce((base, next) => over(base, next));
    this.#whole.set(name, whole);
    return whole;
  }

  #jobs(globals: NamedValue[], starts: string, hasWorkflow: boolean): PipelineJob[] {
    const names = [...this.#root.keys()].filter((n) => !n.startsWith('.')).slice(0, MOST_JOBS);
    const merged = names.flatMap((name) => {
      const job = this.#resolved(name, 0);
      return job ? [{ name, job, stage: text(job.keys.get('stage')?.value) || 'test' }] : [];
    });
    const declared = flattened(this.#plain.get('stages')?.value ?? this.#plain.get('types')?.value).map(text);
    const stages = ['.pre', ...(declared.length > 0 ? declared : ['build', 'test', 'deploy']), '.post'];
    const rank = (stage: string): number => stages.indexOf(stage);
    const optional = new Set<string>();
    const made: PipelineJob[] = [];
    for (const one of merged.sort((a, b) => rank(a.stage) - rank(b.stage))) {
      const earlier = merged.filter((m) => rank(m.stage) < rank(one.stage) && !optional.has(m.name));
      const needs = one.job.keys.has('needs')
        ? needsOf(one.job.keys.get('needs')?.value)
        : earlier.map((m) => m.name);
      const { job, isOptional } = this.#job(one.name, one.job, needs, globals, starts, hasWorkflow);
      if (isOptional) optional.add(one.name);
      made.push(job);
    }
    return [...made, ...this.#scanners()];
  }

  /** Jobs that GitLab's own templates and components bring. */
  #scanners(): PipelineJob[] {
    return this.#templates.flatMap(({ name, place }) => {
      if (!SCANNERS.test(name)) {
        if (/Auto-DevOps|Deploy|Terraform|Pages|Build\.|Test\.|-ECS|Serverless/i.test(name))
          this.#elsewhere(name, place);
        return [];
      }
      const step = { ...emptyStep(place.line), uses: `gitlab:${name}`, path: place.path };
      const id = name
        .replace(/^.*\//, '')
        .replace(/(\.latest)?\.gitlab-ci\.yml$|@.*$/g, '')
        .toLowerCase();
      return [{ ...emptyJob(id, place.line), path: place.path, continueOnError: true, steps: [step] }];
    });
  }

  #job(
    name: string,
    merged: Merged,
    needs: string[],
    globals: NamedValue[],
    starts: string,
    hasWorkflow: boolean,
  ): { job: PipelineJob; isOptional: boolean } {
    const keys = merged.keys;
    const of = Object.fromEntries([...keys].map(([k, v]) => [k, v.value]));
    const own = scalars(of.variables);
    const variables = [...globals.filter((g) => !own.some((o) => o.name === g.name)), ...own];
    const rules = keys.get('rules');
    const flat = Array.isArray(rules?.value)
      ? this.#sources.isTagged(rules.holder, 'rules', 'reference')
        ? this.#flat(list(this.#referenced(rules.value)), 0).map((i) => i.value)
        : this.#flat(rules.value, 0).map((i) => i.value)
      : undefined;
    const decided = decide(flat ? { ...of, rules: flat } : { ...of, rules: null }, this.#setting, {
      starts,
      hasWorkflow,
      waits: needs.length > 0,
    });
    const matrix = matrixOf(mapping(of.parallel).matrix);
    const environment = environmentOf(of.environment, variables, matrix);
    const trigger = this.#trigger(of.trigger);
    const { path, line } = merged.place;
    const job: PipelineJob = {
      ...emptyJob(name, line),
      needs,
      condition: decided.condition,
      approval: decided.approval,
      approvalWhen: decided.approvalWhen,
      continueOnError: (decided.allowFailure && !decided.approval) || trigger.leavesAlone,
      continueOnErrorWhen: decided.allowFailureWhen,
      environment: environment.name,
      uses: trigger.uses,
      variables,
      matrix,
      concurrency: text(of.resource_group),
      timeoutMinutes: minutes(text(of.timeout)),
      steps: environment.stops || trigger.uses !== '' ? [] : this.#steps(name, merged, of),
      path,
    };
    return { job, isOptional: decided.optional };
  }

  #trigger(value: unknown): { uses: string; leavesAlone: boolean } {
    if (value === undefined || value === null) return { uses: '', leavesAlone: false };
    const of = mapping(value);
    const leavesAlone = !/^(depend|mirror)$/.test(text(of.strategy));
    const project = text(value) || text(of.project);
    if (project !== '') return { uses: project, leavesAlone };
    const files = flattened(of.include)
      .map((i) => text(i) || text(mapping(i).local))
      .map((p) => p.replace(/^\.?\//, ''))
      .filter((p) => p !== '');
    const seen = files.filter((f) => this.repository.text(f) !== undefined);
    const [first] = seen;
    if (first === undefined || seen.length < files.length)
      return { uses: files[0] ? `child pipeline ${files[0]}` : 'a generated child pipeline', leavesAlone };
    this.#children.push(seen);
    return { uses: `./${first}`, leavesAlone };
  }

  #steps(name: string, merged: Merged, of: Mapping): PipelineStep[] {
    const inherit = mapping(of.inherit).default;
    const inherits = (key: string): boolean =>
      inherit === undefined || inherit === true || list(inherit).includes(key);
    const main = [
      ...this.#chunks(
        merged.keys.get('before_script') ??
          (inherits('before_script') ? this.#default('before_script') : undefined),
        'before_script',
      ),
      ...this.#chunks(merged.keys.get('script'), 'script'),
    ];
    let directory = '';
    const steps = joined(main).map((chunk) => {
      const step = stepOf(chunk, directory);
      // All commands of a job share one shell, and with it the folder that an earlier one went to.
      const last = readShell(`${chunk.text}\n:`, { errexit: true, pipefail: true }).at(-1);
      if (last)
        directory = last.directory === '' ? directory : [directory, last.directory].filter(Boolean).join('/');
      return step;
    });
    if (main.length === 0 && this.#unseen.length > 0)
      steps.push({
        ...emptyStep(merged.place.line),
        uses: `gitlab-include:${name}`,
        path: merged.place.path,
      });
    if ((name === 'pages' || of.pages === true || isMapping(of.pages)) && of.pages !== false)
      steps.push({
        ...emptyStep(merged.place.line),
        uses: 'gitlab:pages',
        with: [{ name: 'folder', value: text(of.publish) || text(mapping(of.pages).publish) || 'public' }],
        path: merged.place.path,
      });
    const after = joined(
      this.#chunks(
        merged.keys.get('after_script') ??
          (inherits('after_script') ? this.#default('after_script') : undefined),
        'after_script',
      ),
    );
    return [
      ...steps,
      ...after.map((chunk) => ({ ...stepOf(chunk, ''), condition: 'always()', continueOnError: true })),
    ];
  }

  #default(key: string): { value: unknown; holder: object } | undefined {
    const byDefault = this.#plain.get('default');
    const inner = mapping(byDefault?.value)[key];
    if (byDefault && inner !== undefined) return { value: inner, holder: byDefault.holder };
    return this.#plain.get(key);
  }

  #chunks(at: { value: unknown; holder: object } | undefined, key: string): Chunk[] {
    if (!at) return [];
    if (typeof at.value === 'string') return [this.#sources.chunk(at.holder, key, at.value)];
    const items =
      this.#sources.isTagged(at.holder, key, 'reference') &&
      list(at.value).every((v) => typeof v === 'string')
        ? list(this.#referenced(list(at.value)))
        : list(at.value);
    return this.#flat(items, 0).map(({ value, holder, index }) =>
      this.#sources.chunk(holder, index, text(value)),
    );
  }

  #triggers(jobs: readonly PipelineJob[]): PipelineTrigger[] {
    if (this.child) return [emptyTrigger('workflow_call', this.#line || 1)];
    const conditions = jobs.map((j) => [j.condition, j.approvalWhen].join(' '));
    const asks = (pattern: RegExp) => conditions.some((c) => pattern.test(c));
    const event = (name: string) => asks(new RegExp(`github\\.event_name == '${name}'`));
    const line = this.#line || 1;
    return [
      emptyTrigger('push', line),
      ...(event('pull_request') || asks(/github\.(base|head)_ref/)
        ? [emptyTrigger('pull_request', line)]
        : []),
      ...(['schedule', 'workflow_dispatch', 'repository_dispatch'] as const)
        .filter(event)
        .map((name) => emptyTrigger(name, line)),
    ];
  }
}

/** Templates and components that scan for vulnerabilities and secrets. */
const SCANNERS =
  /(^|[/_-])(SAST(-IaC)?|Secret-Detection|Dependency-Scanning|Container-Scanning|DAST(-\w+)*|API-Fuzzing|Coverage-Fuzzing|License-Scanning|API-Security|Security-SAST)(?=[./@_-]|$)/i;

function stepOf(chunk: Chunk, directory: string): PipelineStep {
  // The runner starts its shell with -e and pipefail.
  return {
    ...emptyStep(chunk.line),
    run: chunk.text,
    shell: 'bash',
    workingDirectory: directory,
    path: chunk.path,
  };
}

/** Where no pipeline starts for a merge request, what says so is left out. */
function withoutRequests(job: PipelineJob): PipelineJob {
  const asked = "github.event_name != 'pull_request'";
  return {
    ...job,
    condition: job.condition.replace(`${asked} && `, '').replace(` && ${asked}`, '').replace(asked, ''),
  };
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

function needsOf(value: unknown): string[] {
  return flattened(value)
    .flatMap((need) => {
      if (typeof need === 'string') return [need];
      const of = mapping(need);
      return 'project' in of || 'pipeline' in of ? [] : [text(of.job)];
    })
    .filter((n) => n !== '');
}

/** Fills `$[[ inputs.x ]]`; what has no value stays. */
function interpolated(written: string, inputs: ReadonlyMap<string, string>): string {
  if (!written.includes('$[[') || inputs.size === 0) return written;
  return written.replace(/\$\[\[\s*inputs\.([\w-]+)[^\]\n]*\]\]/g, (whole, name: string) => {
    const value = inputs.get(name);
    return value === undefined || value.includes('\n') ? whole : value;
  });
}

function matrixOf(value: unknown): PipelineJob['matrix'] {
  const found = new Map<string, Set<string>>();
  for (const leg of list(value).slice(0, 200))
    for (const [name, values] of Object.entries(mapping(leg)))
      for (const one of flattened(values)) found.set(name, (found.get(name) ?? new Set()).add(text(one)));
  return [...found].map(([name, values]) => ({ name, values: [...values] }));
}

function environmentOf(
  value: unknown,
  variables: readonly NamedValue[],
  matrix: PipelineJob['matrix'],
): { name: string; stops: boolean } {
  const of = mapping(value);
  const action = text(of.action) || 'start';
  if (action === 'stop') return { name: '', stops: true };
  if (action !== 'start') return { name: '', stops: false };
  const name = filled(text(value) || text(of.name), variables, matrix);
  const tier = text(of.deployment_tier);
  return {
    name: tier !== '' && environmentWithin(name) === '' && !name.includes('${{') ? tier : name,
    stops: false,
  };
}

/** Puts values in for variables; those of the run itself get GitHub's names. */
function filled(
  written: string,
  variables: readonly NamedValue[],
  matrix: PipelineJob['matrix'],
  depth = 0,
): string {
  return written.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (/^CI_COMMIT_(REF_NAME|REF_SLUG|BRANCH|TAG)$/.test(name)) return '${{ github.ref_name }}';
    if (/^CI_(MERGE_REQUEST|COMMIT)_/.test(name)) return '${{ github.head_ref }}';
    if (matrix.some((m) => m.name === name)) return `\${{ matrix.${name} }}`;
    const value = variables.find((v) => v.name === name)?.value;
    return value === undefined || depth > 3
      ? `\${{ variables.${name} }}`
      : filled(value, variables, matrix, depth + 1);
  });
}

/** `1h 30m`, `90 minutes`, `2 hours`. */
function minutes(written: string): number {
  let sum = 0;
  for (const [, n = '0', unit = ''] of written.matchAll(/(\d{1,6})\s*(h|m|d)/g))
    sum += Number(n) * (unit === 'h' ? 60 : unit === 'd' ? 1440 : 1);
  return sum;
}
