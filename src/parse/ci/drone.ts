/** Drone's and Woodpecker's pipelines -> jobs with the events that start them; a plugin is an image with settings. */

import { isMapping, type Mapping, mapping, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { all, any, not, quoted, unlessFailed } from './condition.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
} from './pipeline.js';
import { freeName, namedValues, oneOrMore, PipelineText } from './pipeline-yaml.js';
import { fits, onBranch } from './ref-patterns.js';

/** One document of a file: a pipeline that runs in one place. */
export interface DroneWorkflow {
  name: string;
  path: string;
  root: Mapping;
  text: PipelineText;
  line: number;
}

export interface DroneReading {
  workflows: DroneWorkflow[];
  error: string;
  errorLine: number;
}

const MOST_JOBS = 2000;

export function parseDrone(source: string, path = ''): DroneReading {
  const lines = source.split(/\r\n|\n|\r/);
  const read = parseYaml(source);
  // Woodpecker lets a list take in another one by the sign that merges mappings.
  const documents = read.some((d) => d.error !== '')
    ? parseYaml(source.replace(/^(\s*-\s+)<<:\s*(\*[\w-]+)\s*$/gm, '$1$2'))
    : read;
  const broken = documents.find((d) => d.error !== '');
  const workflows = documents.flatMap((document): DroneWorkflow[] => {
    const root = mapping(document.value);
    const kind = text(root.kind);
    if ((kind !== '' && kind !== 'pipeline') || !('steps' in root || 'pipeline' in root)) return [];
    const file = path.replace(/^.*\//, '').replace(/^\.?(.*?)\.ya?ml$/, '$1');
    const line = document.lineOf(root, 'name' in root ? 'name' : 'steps' in root ? 'steps' : 'pipeline');
    return [{ name: text(root.name) || file, path, root, text: new PipelineText(document, lines), line }];
  });
  return { workflows, error: broken?.error ?? '', errorLine: broken?.errorLine ?? 0 };
}

const EVENTS: Readonly<Record<string, string>> = {
  push: "github.event_name == 'push' && startsWith(github.ref, 'refs/heads/')",
  pull_request: "github.event_name == 'pull_request'",
  pull_request_closed: "github.event_name == 'pull_request' && github.event.action == 'closed'",
  tag: "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/')",
  release: "github.event_name == 'release'",
  cron: "github.event_name == 'schedule'",
};
/** A person starts these. */
const BY_HAND = /^(promote|rollback|custom|deployment|manual)$/;

export class DroneReader {
  readonly jobs: PipelineJob[] = [];
  readonly triggers: PipelineTrigger[] = [];
  readonly #taken = new Set<string>();
  /** The last jobs of a workflow, by its name. */
  readonly #ends = new Map<string, string[]>();

  constructor(
    readonly workflows: readonly DroneWorkflow[],
    readonly path: string,
    readonly system: 'drone' | 'woodpecker',
  ) {}

  read(): void {
    for (const workflow of inOrder(this.workflows)) this.#workflow(workflow);
  }

  #workflow(workflow: DroneWorkflow): void {
    const { root, text: at } = workflow;
    const asked = 'trigger' in root ? root.trigger : root.when;
    this.#note(asked, at.line(root, 'trigger' in root ? 'trigger' : 'when' in root ? 'when' : 'steps'));
    const needs = oneOrMore(root.depends_on).flatMap((n) => this.#ends.get(n) ?? []);
    const status = statusOf(asked);
    const condition = all(status, whenOf(asked));
    const steps = stepsOf(workflow);
    const graph = steps.some(({ step }) => 'depends_on' in step);
    const said: Partial<PipelineJob> = {
      title: workflow.name,
      condition:
        status === ''
          ? condition === 'true' && needs.length === 0
            ? ''
            : unlessFailed(condition)
          : condition,
      environment: environmentOf(asked),
      variables: namedValues(root.environment),
      matrix: Object.entries(mapping(root.matrix)).flatMap(([name, values]) =>
        name === 'include' ? [] : [{ name, values: oneOrMore(values) }],
      ),
      path: workflow.path === this.path ? '' : workflow.path,
    };
    if (!graph) {
      const id = this.#name(workflow.name);
      const made = steps.flatMap((s) => this.#step(s, at, false));
      this.jobs.push({ ...emptyJob(id, workflow.line), ...said, needs, steps: made });
      this.#ends.set(workflow.name, [id]);
      return;
    }
    this.#graph(workflow, steps, needs, said, condition);
  }

  /** Steps that say for what they wait: each is a job. */
  #graph(
    workflow: DroneWorkflow,
    steps: readonly NamedStep[],
    needs: string[],
    said: Partial<PipelineJob>,
    condition: string,
  ): void {
    const { text: at } = workflow;
    const ids = new Map<string, string>();
    for (const s of steps)
      ids.set(
        s.name,
        this.#name(
          steps.length > 1 && this.workflows.length > 1
            ? `${workflow.name}: ${s.name}`
            : s.name || workflow.name,
        ),
      );
    for (const s of steps) {
      if (this.jobs.length > MOST_JOBS) return;
      const before = oneOrMore(s.step.depends_on).flatMap((n) => ids.get(n) ?? []);
      const status = statusOf(s.step.when);
      const own = all(condition, status, whenOf(s.step.when));
      this.jobs.push({
        ...emptyJob(ids.get(s.name) ?? s.name, s.line),
        ...said,
        title: s.name,
        needs: before.length > 0 ? before : needs,
        condition: status === '' && statusOf(workflow.root.trigger) === '' ? unlessFailed(own) : own,
        continueOnError: ignores(s.step),
        steps: this.#step(s, at, true),
      });
    }
    this.#ends.set(workflow.name, [...ids.values()]);
  }

  #name(wanted: string): string {
    const id = freeName(wanted, this.#taken);
    this.#taken.add(id);
    return id;
  }

  #step({ name, step, line }: NamedStep, at: PipelineText, ofJob: boolean): PipelineStep[] {
    const image = text(step.image);
    const commands = at.commands(step, 'commands');
    const condition = ofJob ? 'true' : all(statusOf(step.when), whenOf(step.when));
    const settings = [...namedValues(step.settings), ...('settings' in step ? [] : ownSettings(step))];
    const made: PipelineStep = {
      ...emptyStep(commands.run === '' ? line : at.line(step, 'commands')),
      name,
      condition: condition === 'true' ? '' : condition,
      continueOnError: !ofJob && ignores(step),
      workingDirectory: commands.run === '' ? '' : text(step.directory),
      variables: namedValues(step.environment),
      runLine: line,
    };
    if (commands.run !== '') return [{ ...made, ...commands }];
    // Without commands or settings an image is a service that runs beside the others.
    if (image === '' || step.detach === true || (settings.length === 0 && 'commands' in step)) return [];
    return [{ ...made, uses: `image:${image}`, with: settings }];
  }

  /** The events that start it; without any named, all that the system knows of changes. */
  #note(asked: unknown, line: number): void {
    for (const when of alternatives(asked)) {
      const { include, exclude } = filter(when.event);
      const events =
        include.length > 0
          ? include
          : ['push', 'pull_request', 'tag', ...(this.system === 'drone' ? ['promote'] : ['manual'])].filter(
              (e) => !exclude.includes(e),
            );
      for (const event of events) {
        if (event === 'push' || event === 'tag') this.#trigger('push', line);
        else if (event.startsWith('pull_request')) this.#trigger('pull_request', line);
        else if (event === 'cron') this.#trigger('schedule', line);
        else if (event === 'release') this.#trigger('release', line);
        else if (BY_HAND.test(event)) this.#trigger('workflow_dispatch', line);
      }
    }
  }

  #trigger(event: string, line: number): void {
    if (!this.triggers.some((t) => t.event === event)) this.triggers.push(emptyTrigger(event, line));
  }
}

interface NamedStep {
  name: string;
  step: Mapping;
  line: number;
}

/** Steps as a list, or as a mapping by their names. */
function stepsOf({ root, text: at }: DroneWorkflow): NamedStep[] {
  const steps = root.steps ?? root.pipeline;
  if (Array.isArray(steps))
    return steps.flatMap((step: unknown, i) =>
      isMapping(step) ? [{ name: text(step.name) || `step ${i + 1}`, step, line: at.line(steps, i) }] : [],
    );
  if (!isMapping(steps)) return [];
  return Object.entries(steps).flatMap(([name, step]) =>
    isMapping(step) ? [{ name, step, line: at.line(steps, name) }] : [],
  );
}

const STEP_KEYS =
  /^(name|image|pull|commands|environment|secrets|when|depends_on|failure|detach|privileged|volumes|directory|group|entrypoint|network_mode|resources|user|backend_options|settings)$/;

/** Old files have the settings of a plugin beside its image. */
function ownSettings(step: Mapping): NamedValue[] {
  return namedValues(Object.fromEntries(Object.entries(step).filter(([key]) => !STEP_KEYS.test(key))));
}

function ignores(step: Mapping): boolean {
  return text(step.failure) === 'ignore';
}

/** A `when` or `trigger`, or several of which one must hold. */
function alternatives(asked: unknown): Mapping[] {
  return Array.isArray(asked) ? asked.filter(isMapping) : [mapping(asked)];
}

function filter(value: unknown): { include: string[]; exclude: string[] } {
  if (isMapping(value)) return { include: oneOrMore(value.include), exclude: oneOrMore(value.exclude) };
  return { include: oneOrMore(value), exclude: [] };
}

function filtered(value: unknown, fitting: (pattern: string) => string): string {
  const { include, exclude } = filter(value);
  return all(
    include.length > 0 ? any(...include.map(fitting)) : 'true',
    ...exclude.map((e) => not(fitting(e))),
  );
}

function whenOf(asked: unknown): string {
  return any(...alternatives(asked).map(whenOfOne));
}

function whenOfOne(when: Mapping): string {
  const target = 'target' in when ? filtered(when.target, (t) => fits('variables.DEPLOY_TO', t)) : 'true';
  return all(
    filtered(
      when.event,
      (e) => EVENTS[e] ?? (BY_HAND.test(e) ? "github.event_name == 'workflow_dispatch'" : 'false'),
    ),
    'branch' in when ? filtered(when.branch, onTargetBranch) : 'true',
    filtered(when.ref, (r) => fits('github.ref', r.replaceAll('**', '*'))),
    target,
    text(when.evaluate) === '' ? 'true' : `evaluate(${quoted(text(when.evaluate).slice(0, 120))})`,
  );
}

/** The branch of a push, and the one that a pull request asks for. */
function onTargetBranch(pattern: string): string {
  if (/^\$\{?\w*DEFAULT_BRANCH\}?$|^\$\{?\w*REPO_BRANCH\}?$/.test(pattern)) {
    const name = 'github.event.repository.default_branch';
    return `github.ref_name == ${name} || github.base_ref == ${name}`;
  }
  const plain = pattern.replaceAll('**', '*');
  return any(onBranch(plain), all("github.event_name == 'pull_request'", fits('github.base_ref', plain)));
}

/** Steps run where all went well; `status` says otherwise. */
function statusOf(asked: unknown): string {
  const said = alternatives(asked).flatMap((w) => filter(w.status).include);
  if (!said.includes('failure')) return '';
  return said.includes('success') ? 'always()' : 'failure()';
}

/** The environment that a person promotes to, where there is one. */
function environmentOf(asked: unknown): string {
  const targets = alternatives(asked).flatMap((w) => filter(w.target).include);
  return targets.length === 1 ? (targets[0] ?? '') : '';
}

/** Workflows after those that they depend on. */
function inOrder(workflows: readonly DroneWorkflow[]): DroneWorkflow[] {
  const done = new Set<DroneWorkflow>();
  const visit = (workflow: DroneWorkflow, depth: number): void => {
    // A circle, which no system runs, ends at some depth.
    if (done.has(workflow) || depth > 50) return;
    for (const name of oneOrMore(workflow.root.depends_on)) {
      const needed = workflows.find((w) => w.name === name);
      if (needed && needed !== workflow) visit(needed, depth + 1);
    }
    done.add(workflow);
  };
  for (const workflow of workflows) visit(workflow, 0);
  return [...done];
}
