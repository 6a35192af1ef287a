/** Tekton's objects -> the tasks that a pipeline runs, in their order. */

import { list, type Mapping, mapping, mappings, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { ALWAYS, all, any, not, quoted } from './condition.js';
import { emptyJob, emptyStep, type PipelineJob, type PipelineStep } from './pipeline.js';
import {
  commandOf,
  listedValues,
  namedValues,
  oneOrMore,
  PipelineText,
  shellOfScript,
} from './pipeline-yaml.js';

export interface TektonObject {
  kind: string;
  name: string;
  path: string;
  root: Mapping;
  text: PipelineText;
  line: number;
}

export interface TektonReading {
  objects: TektonObject[];
  error: string;
  errorLine: number;
}

const API = /^["']?(tekton\.dev|triggers\.tekton\.dev)\//;

/** Is there an object of Tekton's in a text? A look before the YAML is read. */
export function speaksOfTekton(source: string): boolean {
  return (
    source.includes('tekton.dev/') &&
    /^[ \t]*(?:-[ \t]+)?["']?apiVersion["']?[ \t]*:[ \t]*["']?(?:triggers\.)?tekton\.dev\//m.test(source)
  );
}

export function parseTekton(source: string, path = ''): TektonReading {
  // `{{ revision }}` is filled in before the file is YAML.
  const filled = source.replace(/^(\s*(?:-\s+)?[\w.-]+:\s*)(\{\{[^{}\n]*\}\})\s*$/gm, "$1'$2'");
  const lines = filled.split(/\r\n|\n|\r/);
  const documents = parseYaml(filled);
  const broken = documents.find((d) => d.error !== '');
  const objects = documents.flatMap((document): TektonObject[] => {
    const root = mapping(document.value);
    if (!API.test(text(root.apiVersion))) return [];
    const metadata = mapping(root.metadata);
    const name = text(metadata.name) || text(metadata.generateName).replace(/-$/, '');
    return [
      {
        kind: text(root.kind),
        name,
        path,
        root,
        text: new PipelineText(document, lines),
        line: document.lineOf(root, 'kind'),
      },
    ];
  });
  return { objects, error: broken?.error ?? '', errorLine: broken?.errorLine ?? 0 };
}

/** A pipeline to run: its specification, where that stands, and the values that a run hands in. */
export interface TektonRun {
  object: TektonObject;
  /** The holder of `pipelineSpec` or `pipelineRef`. */
  spec: Mapping;
  given: ReadonlyMap<string, string>;
}

const MOST_JOBS = 1000;
const DEEPEST = 5;

export class TektonReader {
  readonly jobs: PipelineJob[] = [];
  /** Pipelines that a run names and that were read with it. */
  readonly followed = new Set<TektonObject>();

  constructor(
    readonly objects: readonly TektonObject[],
    readonly path: string,
  ) {}

  /** The jobs of a run, a pipeline, or a single task that is run. */
  read(run: TektonRun, depth = 0): void {
    const { spec, object } = run;
    const inline = mapping(spec.pipelineSpec);
    if ('tasks' in inline) {
      this.#pipeline(object, inline, run.given);
      return;
    }
    if ('tasks' in spec) {
      this.#pipeline(object, spec, run.given);
      return;
    }
    const reference = mapping(spec.pipelineRef);
    const name = nameOf(reference);
    const known = this.objects.find((o) => o.kind === 'Pipeline' && o.name === name);
    if (known && depth < DEEPEST) {
      this.followed.add(known);
      this.#pipeline(known, mapping(known.root.spec), run.given);
      return;
    }
    if (name !== '') {
      const line = object.text.line(spec, 'pipelineRef');
      const step = { ...emptyStep(line), uses: `tekton:${name}` };
      this.jobs.push({ ...emptyJob(name, line), path: this.#pathOf(object), steps: [step] });
    }
  }

  #pathOf(object: TektonObject): string {
    return object.path === this.path ? '' : object.path;
  }

  #pipeline(object: TektonObject, spec: Mapping, given: ReadonlyMap<string, string>): void {
    const values = new Map(defaultsOf(spec));
    for (const [name, value] of given) values.set(name, value);
    const first = this.jobs.length;
    for (const task of mappings(spec.tasks)) this.#task(object, spec, task, values, []);
    const before = this.jobs.slice(first).map((j) => j.id);
    for (const task of mappings(spec.finally)) this.#task(object, spec, task, values, before);
  }

  #task(
    object: TektonObject,
    spec: Mapping,
    task: Mapping,
    values: ReadonlyMap<string, string>,
    before: readonly string[],
  ): void {
    if (this.jobs.length >= MOST_JOBS) return;
    const { text: at } = object;
    const name = text(task.name);
    const tasks = before.length > 0 ? spec.finally : spec.tasks;
    const line = at.line(list(tasks), list(tasks).indexOf(task));
    const asked = conditionsOf(task.when, values);
    const last = before.length > 0;
    const status = last ? (asked.some((c) => c.ofStatus) ? '' : 'always()') : '!failure()';
    const conditions = asked.map((c) => c.condition);
    const needs = last ? [...before] : neededBy(task);
    const condition = all(status, ...conditions);
    const approves =
      /ApprovalTask/i.test(text(mapping(task.taskRef).kind)) ||
      /approval/i.test(nameOf(mapping(task.taskRef)));
    this.jobs.push({
      ...emptyJob(name, line),
      title: text(task.displayName) || name,
      needs,
      condition: needs.length === 0 && conditions.length === 0 && !last ? '' : condition,
      approval: approves,
      continueOnError: text(task.onError) === 'continue',
      matrix: [],
      path: this.#pathOf(object),
      steps: approves ? [] : this.#stepsOf(object, task, line, values),
    });
  }

  #stepsOf(
    object: TektonObject,
    task: Mapping,
    line: number,
    outer: ReadonlyMap<string, string>,
  ): PipelineStep[] {
    const { text: at } = object;
    const given = new Map(listedValues(task.params).map((p) => [p.name, filled(p.value, outer)]));
    const inline = mapping(task.taskSpec);
    if ('steps' in inline) return this.#steps(object, inline, merged(defaultsOf(inline), outer, given));
    const reference = mapping(task.taskRef);
    const name = nameOf(reference);
    const known = this.objects.find(
      (o) =>
        /^(Cluster)?Task$/.test(o.kind) &&
        (o.name === name || (o.path !== '' && o.path === text(paramOf(reference, 'pathInRepo')))),
    );
    if (known) {
      const spec = mapping(known.root.spec);
      return this.#steps(known, spec, merged(defaultsOf(spec), given)).map((s) => ({
        ...s,
        path: this.#pathOf(known),
      }));
    }
    const key = 'taskRef' in task ? 'taskRef' : 'name';
    return name === ''
      ? []
      : [
          {
            ...emptyStep('taskRef' in task ? at.line(task, key) : line),
            uses: `tekton:${name}`,
            with: [...given].map(([n, value]) => ({ name: n, value })),
          },
        ];
  }

  #steps(object: TektonObject, spec: Mapping, values: ReadonlyMap<string, string>): PipelineStep[] {
    const { text: at } = object;
    const steps = list(spec.steps);
    const shared = mapping(spec.stepTemplate);
    return steps.flatMap((item, i): PipelineStep[] => {
      const step = mapping(item);
      const line = at.line(steps, i);
      const made: PipelineStep = {
        ...emptyStep(line),
        name: text(step.name),
        condition: plain(all(...conditionsOf(step.when, values).map((c) => c.condition))),
        continueOnError: text(step.onError) === 'continue',
        variables: [...listedValues(shared.env), ...listedValues(step.env)].map((v) => ({
          ...v,
          value: filled(v.value, values),
        })),
        workingDirectory: folderOf(filled(text(step.workingDir) || text(shared.workingDir), values)),
      };
      const script = at.commands(step, 'script');
      if (script.run !== '')
        return [
          {
            ...made,
            line: at.line(step, 'script'),
            run: filled(script.run, values),
            runLine: script.runLine,
            shell: shellOfScript(script.run),
          },
        ];
      const reference = nameOf(mapping(step.ref));
      if (reference !== '') return [{ ...made, uses: `tekton:${reference}`, with: namedValues(step.params) }];
      const words = [...oneOrMore(step.command), ...oneOrMore(step.args)].map((w) => filled(w, values));
      if (words.length === 0) return [];
      const key =
        'args' in step && /-\w*c$/.test(oneOrMore(step.command).at(-1) ?? '')
          ? 'args'
          : 'command' in step
            ? 'command'
            : 'args';
      if (!('command' in step))
        return [
          {
            ...made,
            uses: `image:${filled(text(step.image), values)}`,
            with: [{ name: 'args', value: words.join('\n') }],
          },
        ];
      const [start] = at.parts(step, key);
      return [{ ...made, ...commandOf(words), runLine: start?.runLine ?? line, line: at.line(step, key) }];
    });
  }
}

/** The name of a task or pipeline that a reference tells, by itself or to a resolver. */
function nameOf(reference: Mapping): string {
  const said = text(reference.name) || text(paramOf(reference, 'name'));
  if (said !== '') return said;
  // `tasks/buildah/0.2/buildah.yaml`, `tasks/buildah/task.yaml`
  const parts = text(paramOf(reference, 'pathInRepo'))
    .replace(/\.ya?ml$/, '')
    .split('/');
  return parts.findLast((p) => !/^(task|pipeline|v?[\d.]+)$/.test(p)) ?? '';
}

function paramOf(reference: Mapping, name: string): unknown {
  return mappings(reference.params).find((p) => text(p.name) === name)?.value;
}

function defaultsOf(spec: Mapping): Map<string, string> {
  return new Map(
    mappings(spec.params).flatMap((p) =>
      'default' in p && text(p.name) !== '' ? [[text(p.name), text(p.default)] as const] : [],
    ),
  );
}

export function valuesOf(params: unknown): Map<string, string> {
  return new Map(listedValues(params).map((p) => [p.name, p.value]));
}

function merged(...maps: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  return new Map(maps.flatMap((m) => [...m]));
}

/** Fills `$(params.x)`; what else Tekton fills in becomes a variable, which a shell could not tell from a command. */
function filled(written: string, values: ReadonlyMap<string, string>): string {
  if (!written.includes('$(') && !written.includes('{{')) return written;
  return written
    .replace(
      /\$\((?:inputs\.)?params(?:\.([\w-]+)|\[['"]([\w.-]+)['"]\])(?:\[\*\])?\)/g,
      (_, dotted?: string, quotedName?: string) => {
        const name = dotted ?? quotedName ?? '';
        const value = values.get(name);
        return value === undefined || value.includes(`params.${name}`)
          ? `$${name.replace(/\W/g, '_')}`
          : value;
      },
    )
    .replace(/\$\(workspaces\.[\w-]+\.path\)/g, '.')
    .replace(
      /\$\(((?:tasks|context|results|steps|workspaces|step)\.[\w.-]+)\)/g,
      (_, name: string) => `$${name.replace(/\W/g, '_')}`,
    )
    .replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) => `$${name.replace(/\W/g, '_')}`);
}

function folderOf(folder: string): string {
  return folder.startsWith('./')
    ? folder.slice(2)
    : folder === '.' || folder.startsWith('$') || folder.startsWith('/')
      ? ''
      : folder;
}

/** Tasks that it waits for: named ones, and those whose results it uses. */
function neededBy(task: Mapping): string[] {
  const used = [
    ...JSON.stringify([task.params ?? null, task.when ?? null, task.matrix ?? null]).matchAll(
      /\$\(tasks\.([\w-]+)\.(?:results|outputs)/g,
    ),
  ].map((m) => m[1] ?? '');
  return [...new Set([...oneOrMore(task.runAfter), ...used])];
}

interface Asked {
  condition: string;
  /** It asks how the tasks before ended. */
  ofStatus: boolean;
}

function conditionsOf(when: unknown, values: ReadonlyMap<string, string>): Asked[] {
  return mappings(when).map((w): Asked => {
    if (text(w.cel) !== '')
      return { condition: `cel(${quoted(text(w.cel).slice(0, 120))})`, ofStatus: false };
    const input = text(w.input) || text(w.Input);
    const wanted = oneOrMore(w.values ?? w.Values);
    const among = /^notin$/i.test(text(w.operator) || text(w.Operator)) ? not : (c: string) => c;
    if (/^\$\(tasks\.status\)$/.test(input)) {
      const succeeded = wanted.some((v) => /^(Succeeded|Completed)$/.test(v));
      return { condition: among(succeeded ? '!failure()' : 'failure()'), ofStatus: true };
    }
    const ended = /^\$\(tasks\.([\w-]+)\.status\)$/.exec(input)?.[1];
    if (ended !== undefined) {
      const states = wanted.map((v) =>
        v === 'Succeeded' ? 'success' : v === 'Failed' ? 'failure' : 'skipped',
      );
      return {
        condition: all('always()', among(any(...states.map((s) => `needs.${ended}.result == '${s}'`)))),
        ofStatus: true,
      };
    }
    const fixed = filled(input, values);
    const parameter = /^\$\(params\.([\w-]+)\)$/.exec(input)?.[1];
    if (parameter === undefined || !values.has(parameter) || fixed.includes('$')) {
      const name = `variables.${fixed.replace(/^\$\(?|\)$/g, '').replace(/\W/g, '_') || 'input'}`;
      return { condition: among(any(...wanted.map((v) => `${name} == ${quoted(v)}`))), ofStatus: false };
    }
    return { condition: among(wanted.includes(fixed) ? ALWAYS : 'false'), ofStatus: false };
  });
}

function plain(condition: string): string {
  return condition === ALWAYS ? '' : condition;
}
