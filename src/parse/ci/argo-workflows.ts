/** Argo Workflows -> jobs: the steps and graphs of templates, followed from the entry point; `suspend` waits for a person. */

import { list, type Mapping, mapping, mappings, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { all, quoted, unlessFailed } from './condition.js';
import { emptyJob, emptyStep, type PipelineJob, type PipelineStep } from './pipeline.js';
import { commandOf, freeName, listedValues, oneOrMore, PipelineText } from './pipeline-yaml.js';

export interface ArgoWorkflow {
  kind: string;
  name: string;
  path: string;
  spec: Mapping;
  text: PipelineText;
  line: number;
}

const KINDS = /^(Cron|Cluster)?Workflow(Template)?$/;
const MOST_JOBS = 500;
const DEEPEST = 8;

/** Is there a workflow in a text? A look before the YAML is read. */
export function speaksOfArgo(source: string): boolean {
  return (
    source.includes('argoproj.io/') && /^kind:\s*["']?(Cron|Cluster)?Workflow(Template)?\b/m.test(source)
  );
}

/** The workflows of a file; those of a chart's template as far as they can be read before it is rendered. */
export function parseArgo(source: string, path = ''): ArgoWorkflow[] {
  const plain = unescaped(source, path.replace(/(^|\/)templates\/.*$/, '$1'));
  const lines = plain.split(/\r\n|\n|\r/);
  return parseYaml(plain).flatMap((document): ArgoWorkflow[] => {
    const root = mapping(document.value);
    if (!KINDS.test(text(root.kind)) || !text(root.apiVersion).startsWith('argoproj.io/')) return [];
    const metadata = mapping(root.metadata);
    const spec = mapping(root.spec);
    return [
      {
        kind: text(root.kind),
        name: text(metadata.name) || text(metadata.generateName).replace(/-$/, ''),
        path,
        spec: text(root.kind) === 'CronWorkflow' ? mapping(spec.workflowSpec) : spec,
        text: new PipelineText(document, lines),
        line: document.lineOf(root, 'kind'),
      },
    ];
  });
}

/** A chart writes Argo's own double brackets as text inside of its own, and takes scripts from its files. */
function unescaped(source: string, chart: string): string {
  return source
    .replace(/\{\{-?\s*\.Files\.Get\s+"([\w./-]+)"[^}]*\}\}/g, `bash ${chart}$1`)
    .replace(/\{\{-?\s*(["`])(\{\{.*?\}\})\1\s*-?\}\}/g, '$2')
    .replace(/^[ \t]*\{\{-?\s*(if|else|end|range|with|define|include|template|\/\*|\$).*\}\}[ \t]*$/gm, '')
    .replace(/\{\{-?\s*\.([\w.]+)[^}]*\}\}/g, '$1');
}

interface Around {
  workflow: ArgoWorkflow;
  condition: string;
  continueOnError: boolean;
  depth: number;
}

export class ArgoReader {
  readonly jobs: PipelineJob[] = [];
  readonly #taken = new Set<string>();

  constructor(
    readonly workflows: readonly ArgoWorkflow[],
    readonly workflow: ArgoWorkflow,
  ) {}

  read(): void {
    const { workflow } = this;
    const reference = text(mapping(workflow.spec.workflowTemplateRef).name);
    const from =
      this.workflows.find((w) => reference !== '' && w.name === reference && /Template$/.test(w.kind)) ??
      workflow;
    const around: Around = { workflow: from, condition: 'true', continueOnError: false, depth: 0 };
    const entry = text(workflow.spec.entrypoint) || text(from.spec.entrypoint);
    this.#template(entry, entry, [], around);
    const last = text(from.spec.onExit);
    const others = this.jobs.map((j) => j.id);
    if (last !== '') this.#template(last, last, others, { ...around, condition: 'always()' });
  }

  /** The jobs of a template; gives those that what follows has to wait for. */
  #template(name: string, label: string, needs: readonly string[], around: Around): string[] {
    const templates = list(around.workflow.spec.templates);
    const position = templates.findIndex((t) => text(mapping(t).name) === name);
    if (position === -1 || around.depth > DEEPEST || this.jobs.length > MOST_JOBS) return [...needs];
    return this.#body(
      mapping(templates[position]),
      label,
      needs,
      around,
      around.workflow.text.line(templates, position),
    );
  }

  #body(template: Mapping, label: string, needs: readonly string[], around: Around, line: number): string[] {
    const deeper = { ...around, depth: around.depth + 1 };
    if (Array.isArray(template.steps)) return this.#steps(template.steps, label, needs, deeper);
    const { tasks } = mapping(template.dag);
    if (Array.isArray(tasks)) return this.#graph(tasks, label, needs, deeper);
    const id = freeName(label, this.#taken);
    this.#taken.add(id);
    const { condition } = around;
    this.jobs.push({
      ...emptyJob(id, line),
      title: label,
      needs: [...needs],
      condition: condition.startsWith('always()')
        ? condition
        : needs.length > 0 || condition !== 'true'
          ? unlessFailed(condition)
          : '',
      approval: 'suspend' in template && text(mapping(template.suspend).duration) === '',
      continueOnError: around.continueOnError,
      path: around.workflow.path === this.workflow.path ? '' : around.workflow.path,
      steps: this.#stepsOf(template, around.workflow, line),
    });
    return [id];
  }

  /** Groups that follow each other; what is in one group runs at once. */
  #steps(groups: readonly unknown[], label: string, needs: readonly string[], around: Around): string[] {
    let before = [...needs];
    for (const group of groups) {
      const ends = list(group).flatMap((item, i) =>
        this.#called(mapping(item), label, before, around, around.workflow.text.line(list(group), i)),
      );
      if (ends.length > 0) before = [...new Set(ends)];
    }
    return before;
  }

  #graph(tasks: readonly unknown[], label: string, needs: readonly string[], around: Around): string[] {
    const ends = new Map<string, string[]>();
    const others = mappings(tasks);
    const visit = (task: Mapping, depth: number): void => {
      const name = text(task.name);
      if (ends.has(name) || depth > 50) return;
      const depends = text(task.depends);
      const wanted = [
        ...oneOrMore(task.dependencies),
        ...(depends.match(/[A-Za-z][\w-]*(?=\.|\b)(?<!\.\w*)/g) ?? []),
      ];
      const before = others.filter((t) => wanted.includes(text(t.name)) && t !== task);
      ends.set(name, []);
      for (const one of before) visit(one, depth + 1);
      const from = before.flatMap((b) => ends.get(text(b.name)) ?? []);
      const whatever = /\.(Failed|Errored|AnyFailed)/.test(depends);
      const condition = whatever ? all('always()', around.condition) : around.condition;
      ends.set(
        name,
        this.#called(
          task,
          label,
          from.length > 0 ? from : needs,
          { ...around, condition },
          around.workflow.text.line(tasks, tasks.indexOf(task)),
        ),
      );
    };
    for (const task of others) visit(task, 0);
    return [...new Set([...ends.values()].flat())];
  }

  /** A step or task, which calls a template of this workflow or of another. */
  #called(call: Mapping, outer: string, needs: readonly string[], around: Around, line: number): string[] {
    const name = text(call.name) || outer;
    const when = text(call.when);
    const inside: Around = {
      ...around,
      condition: all(around.condition, when === '' ? 'true' : `argo(${quoted(when.slice(0, 120))})`),
      continueOnError: around.continueOnError || mapping(call.continueOn).failed === true,
    };
    if ('inline' in call) return this.#body(mapping(call.inline), name, needs, inside, line);
    const reference = mapping(call.templateRef);
    if (text(reference.name) === '') return this.#template(text(call.template), name, needs, inside);
    const other = this.workflows.find((w) => w.name === text(reference.name) && /Template$/.test(w.kind));
    if (other) return this.#template(text(reference.template), name, needs, { ...inside, workflow: other });
    const id = freeName(name, this.#taken);
    this.#taken.add(id);
    const step = { ...emptyStep(line), uses: `tekton:${text(reference.name)}` };
    this.jobs.push({
      ...emptyJob(id, line),
      needs: [...needs],
      condition: unlessFailed(inside.condition),
      steps: [step],
    });
    return [id];
  }

  #stepsOf(template: Mapping, { text: at }: ArgoWorkflow, line: number): PipelineStep[] {
    const script = mapping(template.script);
    if (text(script.source) !== '') {
      const { run, runLine } = at.commands(script, 'source');
      const program = oneOrMore(script.command);
      const shell =
        /(^|\/)(ba|da|a|z)?sh$/.test(program[0] ?? '') || program.length === 0
          ? `${(program[0] ?? 'sh').replace(/^.*\//, '')} ${program.slice(1).join(' ')} {0}`.replace(
              / +/g,
              ' ',
            )
          : (program[0] ?? '').replace(/^.*\//, '');
      return [
        {
          ...emptyStep(at.line(script, 'source')),
          run: filled(run),
          runLine,
          shell,
          variables: listedValues(script.env),
        },
      ];
    }
    const containers = [
      ...('container' in template ? [mapping(template.container)] : []),
      ...mappings(mapping(template.containerSet).containers),
    ];
    return containers.flatMap((container): PipelineStep[] => {
      const own = oneOrMore(container.command).map(filled);
      const args = oneOrMore(container.args).map(filled);
      const variables = listedValues(container.env);
      if (own.length === 0)
        return [
          {
            ...emptyStep(line),
            uses: `image:${text(container.image)}`,
            with: [{ name: 'args', value: args.join('\n') }],
            variables,
          },
        ];
      const key = args.length > 0 ? 'args' : 'command';
      const start = at.parts(container, key)[0]?.runLine ?? line;
      return [
        { ...emptyStep(at.line(container, key)), ...commandOf([...own, ...args]), runLine: start, variables },
      ];
    });
  }
}

/** What Argo fills in becomes a variable. */
function filled(written: string): string {
  return written.replace(
    /\{\{=?\s*([\w.-]+)[^{}]*\}\}/g,
    (_, name: string) => `$${name.replace(/\W/g, '_')}`,
  );
}
