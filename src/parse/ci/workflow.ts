/** GitHub Actions YAML -> typed workflows and composite actions with lines; knows what the keys mean, not what steps do. */

import { isMapping, list, type Mapping, mapping, text } from '../shape.js';
import { parseYaml, type YamlDocument } from '../yaml.js';
import {
  emptyJob,
  emptyStep,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
} from './pipeline.js';

interface WorkflowInput {
  name: string;
  default: string;
  type: string;
}

export interface Workflow {
  title: string;
  triggers: PipelineTrigger[];
  inputs: WorkflowInput[];
  concurrency: string;
  jobs: PipelineJob[];
  /** The line of the first key that tells what it is. */
  line: number;
}

/** A workflow or action, `undefined` where the text is YAML but neither, or the reason why it cannot be read. */
export type WorkflowReading = { value: Workflow | undefined; error: string; errorLine: number };

/** Aliases can multiply steps without end. */
const MOST_STEPS = 10_000;

const NOTHING: WorkflowReading = { value: undefined, error: '', errorLine: 0 };

function firstDocument(source: string, path: string): YamlDocument | undefined {
  const documents = parseYaml(source, path);
  return documents.find((d) => d.error !== '') ?? documents[0];
}

/** Reads a file of .github/workflows. */
export function parseWorkflow(source: string, path = ''): WorkflowReading {
  const document = firstDocument(source, path);
  if (!document) return NOTHING;
  if (document.error !== '')
    return { value: undefined, error: document.error, errorLine: document.errorLine };
  const root = mapping(document.value);
  if (!('jobs' in root) || !('on' in root || 'true' in root)) {
    const missing = 'jobs' in root ? 'on' : 'jobs';
    return { value: undefined, error: `it has no \`${missing}\``, errorLine: document.line };
  }
  const steps = Object.values(mapping(root.jobs)).reduce<number>(
    (n, job) => n + list(mapping(job).steps).length,
    0,
  );
  if (steps > MOST_STEPS)
    return { value: undefined, error: `it has ${steps} steps, more than any run`, errorLine: document.line };
  const reader = new WorkflowReader(document, source);
  return { value: reader.workflow(root), error: '', errorLine: 0 };
}

/** Reads an action.yml: the steps of a composite one, the command that one in a container is given; others give no value. */
export function parseCompositeAction(source: string, path = ''): WorkflowReading {
  const document = firstDocument(source, path);
  if (!document) return NOTHING;
  if (document.error !== '')
    return { value: undefined, error: document.error, errorLine: document.errorLine };
  const root = mapping(document.value);
  const using = text(mapping(root.runs).using);
  const reader = new WorkflowReader(document, source);
  if (using === 'composite') return { value: reader.composite(root), error: '', errorLine: 0 };
  return using === 'docker' && text(mapping(root.runs).entrypoint) !== ''
    ? { value: reader.container(root), error: '', errorLine: 0 }
    : NOTHING;
}

/** Takes `${{ }}` off a condition that is wholly an expression. */
export function bareExpression(written: string): string {
  const trimmed = written.trim();
  const whole = /^\$\{\{([\s\S]*)\}\}$/.exec(trimmed)?.[1];
  return (whole === undefined || whole.includes('${{') ? trimmed : whole).replace(/\s+/g, ' ').trim();
}

/** A single value or a list of them. */
function oneOrMore(value: unknown): string[] {
  return (Array.isArray(value) ? value.flat(3) : [value]).map(text).filter((v) => v !== '');
}

function namedValues(value: unknown): NamedValue[] {
  return Object.entries(mapping(value)).map(([name, v]) => ({ name, value: written(v) }));
}

/** A scalar as text; anything deeper as JSON, where it is small. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  return Array.isArray(value) ? oneOrMore(value).join('\n') : '';
}

/** `true`, `false`, or the expression that decides. */
function decided(value: unknown): { literal: boolean; when: string } {
  if (typeof value === 'boolean') return { literal: value, when: '' };
  const expression = bareExpression(text(value));
  if (expression === 'true' || expression === 'false' || expression === '')
    return { literal: expression === 'true', when: '' };
  return { literal: false, when: expression };
}

interface RunDefaults {
  shell: string;
  workingDirectory: string;
}

class WorkflowReader {
  readonly #lines: readonly string[];

  constructor(
    readonly document: YamlDocument,
    source: string,
  ) {
    this.#lines = source.split(/\r\n|\n|\r/);
  }

  workflow(root: Mapping): Workflow {
    // YAML 1.1 readers take `on` for a boolean; ours does not, but a text may quote either.
    const key = 'on' in root ? 'on' : 'true';
    const defaults = this.#defaults(root, { shell: '', workingDirectory: '' });
    const jobs = mapping(root.jobs);
    return {
      title: text(root.name),
      triggers: this.#triggers(root, key),
      inputs: ['workflow_call', 'workflow_dispatch'].flatMap((event) =>
        inputsOf(mapping(mapping(root[key])[event]).inputs),
      ),
      concurrency: concurrencyOf(root.concurrency),
      jobs: Object.entries(jobs).flatMap(([id, job]) =>
        isMapping(job)
          ? [this.#job(id, job, this.document.lineOf(jobs, id), defaults, namedValues(root.env))]
          : [],
      ),
      line: this.document.lineOf(root, 'name' in root ? 'name' : key),
    };
  }

  composite(root: Mapping): Workflow {
    const runs = mapping(root.runs);
    const line = this.document.lineOf(root, 'runs');
    return {
      title: text(root.name),
      triggers: [],
      inputs: inputsOf(root.inputs),
      concurrency: '',
      jobs: [
        {
          ...emptyJob('', line),
          steps: this.#steps(runs, { shell: '', workingDirectory: '' }),
        },
      ],
      line: this.document.lineOf(root, 'name'),
    };
  }

  /** An action in a container: the program that it starts, with what it is given. */
  container(root: Mapping): Workflow {
    const runs = mapping(root.runs);
    const line = this.document.lineOf(runs, 'entrypoint');
    const program = text(runs.entrypoint);
    const given = oneOrMore(runs.args);
    const inline = /(^|\/)(ba|da|a|z)?sh$/.test(program)
      ? given.findIndex((a) => /^-[a-z]*c[a-z]*$/.test(a))
      : -1;
    const quoted = given.map((a) => (/^[\w./:=-]+$|\$\{\{/.test(a) ? a : `'${a.replaceAll("'", `'\\''`)}'`));
    const run = inline === -1 ? [program, ...quoted].join(' ') : (given[inline + 1] ?? '');
    return {
      title: text(root.name),
      triggers: [],
      inputs: inputsOf(root.inputs),
      concurrency: '',
      jobs: [{ ...emptyJob('', line), steps: [{ ...emptyStep(line), run }] }],
      line: this.document.lineOf(root, 'name'),
    };
  }

  #triggers(root: Mapping, key: string): PipelineTrigger[] {
    const on = root[key];
    const line = this.document.lineOf(root, key);
    if (isMapping(on))
      return Object.entries(on).map(([event, filters]) =>
        triggerOf(event, filters, this.document.lineOf(on, event)),
      );
    if (Array.isArray(on))
      return on.flatMap((event, i) =>
        typeof event === 'string' ? [triggerOf(event, undefined, this.document.lineOf(on, i))] : [],
      );
    return text(on) === '' ? [] : [triggerOf(text(on), undefined, line)];
  }

  #defaults(holder: Mapping, outer: RunDefaults): RunDefaults {
    const run = mapping(mapping(holder.defaults).run);
    return {
      shell: text(run.shell) || outer.shell,
      workingDirectory: text(run['working-directory']) || outer.workingDirectory,
    };
  }

  #job(id: string, job: Mapping, line: number, outer: RunDefaults, inherited: NamedValue[]): PipelineJob {
    const { literal, when } = decided(job['continue-on-error']);
    const defaults = this.#defaults(job, outer);
    if (defaults.shell === '' && oneOrMore(job['runs-on']).some((r) => /^windows(-|$)/i.test(r)))
      defaults.shell = 'pwsh';
    const own = namedValues(job.env);
    return {
      ...emptyJob(id, line),
      title: text(job.name),
      needs: oneOrMore(job.needs),
      condition: bareExpression(text(job.if)),
      continueOnError: literal,
      continueOnErrorWhen: when,
      environment: text(job.environment) || text(mapping(job.environment).name),
      uses: text(job.uses),
      with: namedValues(job.with),
      variables: [...inherited.filter((v) => !own.some((o) => o.name === v.name)), ...own],
      matrix: matrixOf(mapping(job.strategy).matrix),
      concurrency: concurrencyOf(job.concurrency),
      timeoutMinutes: Math.max(0, Math.trunc(Number(job['timeout-minutes']) || 0)),
      steps: this.#steps(job, defaults),
    };
  }

  #steps(holder: Mapping, defaults: RunDefaults): PipelineStep[] {
    const steps = list(holder.steps);
    return steps.flatMap((step, i) =>
      isMapping(step) ? [this.#step(step, this.document.lineOf(steps, i), defaults)] : [],
    );
  }

  #step(step: Mapping, itemLine: number, defaults: RunDefaults): PipelineStep {
    const { literal, when } = decided(step['continue-on-error']);
    const run = text(step.run);
    const key = run !== '' ? 'run' : 'uses' in step ? 'uses' : undefined;
    const line = key === undefined ? itemLine : this.document.lineOf(step, key);
    return {
      name: text(step.name),
      id: text(step.id),
      uses: text(step.uses),
      run,
      condition: bareExpression(text(step.if)),
      continueOnError: literal,
      continueOnErrorWhen: when,
      shell: run === '' ? '' : text(step.shell) || defaults.shell,
      workingDirectory: run === '' ? '' : text(step['working-directory']) || defaults.workingDirectory,
      with: namedValues(step.with),
      variables: namedValues(step.env),
      path: '',
      line,
      runLine: run === '' ? line : this.#scalarLine(line),
    };
  }

  /** The line on which the text of a scalar starts: after a block's mark, or after the key. */
  #scalarLine(line: number): number {
    const written = this.#lines[line - 1] ?? '';
    const value = written.replace(/^[\s-]*['"]?[\w-]+['"]?\s*:\s*/, '');
    const block = /^(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$/.test(value);
    return block || value.trim() === '' ? line + 1 : line;
  }
}

function triggerOf(event: string, filters: unknown, line: number): PipelineTrigger {
  const of = mapping(filters);
  return {
    event,
    branches: oneOrMore(of.branches),
    branchesIgnore: oneOrMore(of['branches-ignore']),
    tags: oneOrMore(of.tags),
    tagsIgnore: oneOrMore(of['tags-ignore']),
    paths: oneOrMore(of.paths),
    pathsIgnore: oneOrMore(of['paths-ignore']),
    types: oneOrMore(of.types),
    workflows: oneOrMore(of.workflows),
    line,
  };
}

function inputsOf(value: unknown): WorkflowInput[] {
  return Object.entries(mapping(value)).map(([name, input]) => ({
    name,
    default: text(mapping(input).default),
    type: text(mapping(input).type),
  }));
}

function concurrencyOf(value: unknown): string {
  return text(value) || text(mapping(value).group);
}

/** Every value of each dimension, those of `include` too; a value that is a mapping gives its parts under dotted names. */
function matrixOf(value: unknown): PipelineJob['matrix'] {
  const values = new Map<string, Set<string>>();
  const note = (name: string, one: unknown, depth = 0): void => {
    if (isMapping(one)) {
      // Aliases can nest without end.
      if (depth < 3)
        for (const [part, inner] of Object.entries(one)) note(`${name}.${part}`, inner, depth + 1);
      return;
    }
    const found = values.get(name) ?? new Set<string>();
    found.add(written(one));
    values.set(name, found);
  };
  if (!isMapping(value)) return [];
  for (const [name, dimension] of Object.entries(value)) {
    if (name === 'exclude') continue;
    if (name !== 'include') {
      for (const one of Array.isArray(dimension) ? dimension : [dimension]) note(name, one);
      continue;
    }
    for (const leg of list(dimension)) for (const [key, one] of Object.entries(mapping(leg))) note(key, one);
  }
  return [...values].map(([name, found]) => ({ name, values: [...found] }));
}
