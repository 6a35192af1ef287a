/** CircleCI -> one pipeline for each workflow: commands, parameters and conditional steps resolved, filters as conditions. */

import { flattened, isMapping, list, type Mapping, mapping, mappings, text } from '../shape.js';
import { scalars, YamlSources } from '../yaml-sources.js';
import { circleCondition, filtersOf, type Parameters } from './circleci-conditions.js';
import { ALWAYS, all, NEVER } from './condition.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
} from './pipeline.js';

interface CircleWorkflow {
  title: string;
  triggers: PipelineTrigger[];
  jobs: PipelineJob[];
  line: number;
}

export interface CircleConfig {
  workflows: CircleWorkflow[];
  /** It only decides what runs: these files go on. */
  setup: boolean;
  continues: string[];
  error: string;
  errorLine: number;
}

const MOST_STEPS = 2000;
const DEEPEST = 10;
/** What a workflow says of a job, as against the parameters that it hands in. */
const OF_WORKFLOW = new Set([
  'context',
  'filters',
  'matrix',
  'name',
  'override-with',
  'post-steps',
  'pre-steps',
  'requires',
  'serial-group',
  'type',
]);
const BUILT_IN =
  /^(checkout|setup_remote_docker|save_cache|restore_cache|store_artifacts|store_test_results|persist_to_workspace|attach_workspace|add_ssh_keys|setup_docker_engine)$/;

/** Reads a configuration; one that goes on from another has parameters that are decided while it runs. */
export function readCircleConfig(source: string, path: string, goesOn = false): CircleConfig {
  const sources = new YamlSources();
  const { value, error, errorLine } = sources.add(path, source);
  const config = mapping(value);
  if (error !== '') return { workflows: [], setup: false, continues: [], error, errorLine };
  const workflows = new ConfigReader(config, sources, goesOn).workflows();
  const setup = config.setup === true;
  return { workflows, setup, continues: setup ? continuations(workflows) : [], error: '', errorLine: 0 };
}

/** The files that a setup workflow hands on. */
function continuations(workflows: readonly CircleWorkflow[]): string[] {
  const steps = workflows.flatMap((w) => w.jobs.flatMap((j) => j.steps));
  const named = steps.flatMap((s) =>
    s.with
      .filter((w) => /^(config[-_]path|configuration[-_]path|configuration)$/.test(w.name))
      .map((w) => w.value),
  );
  const byDefault = steps.some((s) => /path-filtering\/filter/.test(s.uses)) && named.length === 0;
  return [...named, ...(byDefault ? ['.circleci/continue_config.yml'] : [])];
}

type Given = ReadonlyMap<string, unknown>;

class ConfigReader {
  readonly #commands = new Map<string, Mapping>();
  readonly #jobs = new Map<string, Mapping>();
  readonly #orbs = new Map<string, string>();
  readonly #parameters: Parameters;
  #steps = 0;

  constructor(
    readonly config: Mapping,
    readonly sources: YamlSources,
    goesOn: boolean,
  ) {
    this.#declare(config, '');
    for (const [name, orb] of Object.entries(mapping(config.orbs))) {
      if (isMapping(orb)) this.#declare(orb, `${name}/`);
      else this.#orbs.set(name, text(orb));
    }
    const declared = Object.entries(mapping(config.parameters));
    this.#parameters = {
      values: new Map(goesOn ? [] : declared.map(([name, p]) => [name, mapping(p).default] as const)),
      goesOn,
    };
  }

  #declare(of: Mapping, prefix: string): void {
    for (const [name, command] of Object.entries(mapping(of.commands)))
      if (isMapping(command)) this.#commands.set(prefix + name, command);
    for (const [name, job] of Object.entries(mapping(of.jobs)))
      if (isMapping(job)) this.#jobs.set(prefix + name, job);
  }

  workflows(): CircleWorkflow[] {
    const written = mapping(this.config.workflows);
    const named = Object.entries(written).filter((e): e is [string, Mapping] => isMapping(e[1]));
    if (named.length > 0)
      return named.map(([name, w]) => this.#workflow(name, w, this.sources.at(written, name).line));
    const jobs = mapping(this.config.jobs);
    if (!isMapping(jobs.build)) return [];
    const { line } = this.sources.at(jobs, 'build');
    const job = this.#job('build', {}, line, true);
    return [{ title: 'build', triggers: [onPush(line, false)], jobs: job ? [job] : [], line }];
  }

  #workflow(name: string, workflow: Mapping, line: number): CircleWorkflow {
    const entries = list(workflow.jobs);
    const read = entries.flatMap((entry, i) => {
      const at = this.sources.at(entries, i).line;
      if (typeof entry === 'string') return [{ name: entry, of: {} as Mapping, at }];
      const [first] = Object.entries(mapping(entry));
      return first
        ? [{ name: first[0], of: mapping(first[1]), at: this.sources.at(mapping(entry), first[0]).line }]
        : [];
    });
    const namesTags = read.some((r) => mapping(r.of.filters).tags !== undefined);
    const jobs = read.flatMap((r) => {
      const job = this.#job(r.name, r.of, r.at, namesTags);
      return job ? [job] : [];
    });
    return { title: name, ...this.#started(workflow, jobs, namesTags, line), line };
  }

  /** What starts it, and its jobs under the condition of the whole. */
  #started(
    workflow: Mapping,
    jobs: PipelineJob[],
    namesTags: boolean,
    line: number,
  ): { triggers: PipelineTrigger[]; jobs: PipelineJob[] } {
    const scheduled = mappings(workflow.triggers).filter((t) => isMapping(t.schedule));
    if (scheduled.length > 0) {
      const at = this.sources.at(workflow, 'triggers').line;
      return { triggers: [emptyTrigger('schedule', at)], jobs };
    }
    const condition = all(
      'when' in workflow ? circleCondition(workflow.when, this.#parameters) : ALWAYS,
      'unless' in workflow ? circleCondition({ not: workflow.unless }, this.#parameters) : ALWAYS,
    );
    // Parameters that are off by default: somebody hands them in.
    if (condition === NEVER) return { triggers: [emptyTrigger('workflow_dispatch', line)], jobs };
    const events = ['schedule', 'workflow_dispatch'].filter((e) =>
      condition.includes(`github.event_name == '${e}'`),
    );
    return {
      triggers: [
        onPush(line, namesTags || condition.includes('refs/tags/')),
        ...events.map((e) => emptyTrigger(e, line)),
      ],
      jobs:
        condition === ALWAYS
          ? jobs
          : jobs.map((j) => ({ ...j, condition: all(condition, j.condition || ALWAYS) })),
    };
  }

  #job(name: string, of: Mapping, line: number, namesTags: boolean): PipelineJob | undefined {
    const declared = this.#jobs.get(name);
    const type = text(of.type) || text(declared?.type);
    const matrix = mapping(of.matrix);
    const varied = Object.entries(mapping(matrix.parameters)).map(([key, values]) => ({
      name: key,
      values: flattened(values).map(text),
    }));
    const given = new Map<string, unknown>([
      ...Object.entries(mapping(declared?.parameters)).map(([key, p]) => [key, mapping(p).default] as const),
      ...Object.entries(of).filter(([key]) => !OF_WORKFLOW.has(key)),
      ...varied.map(
        (v) => [v.name, v.values.length === 1 ? v.values[0] : `\${{ matrix.${v.name} }}`] as const,
      ),
    ]);
    const needs = requirements(of.requires);
    const base: PipelineJob = {
      ...emptyJob(
        text(matrix.alias) ||
          text(of.name)
            .replace(/<<.*?>>/g, '')
            .trim() ||
          name,
        line,
      ),
      title: name,
      needs: needs.names,
      condition: all(needs.condition, filtersOf(mapping(of.filters), namesTags)).replace(/^true$/, ''),
      approval: type === 'approval',
      matrix: varied,
      concurrency: text(of['serial-group']),
    };
    if (type === 'approval' || type === 'no-op') return base;
    const orb = declared ? undefined : this.#orb(name, given, line);
    const steps = [
      ...this.#list(of['pre-steps'], given, '', 0),
      ...(orb ? [orb] : []),
      ...(declared ? this.#list(declared.steps, given, folderOf(declared, given), 0) : []),
      ...this.#list(of['post-steps'], given, '', 0),
    ];
    const executor = mapping(
      mapping(this.config.executors)[text(declared?.executor) || text(mapping(declared?.executor).name)],
    );
    return {
      ...base,
      variables: [...environment(executor.environment, given), ...environment(declared?.environment, given)],
      steps,
    };
  }

  /** A command or job of an orb that is not in the file. */
  #orb(name: string, given: Given, line: number): PipelineStep | undefined {
    const [alias = '', ...rest] = name.split('/');
    const orb = this.#orbs.get(alias);
    if (rest.length === 0 || orb === undefined) return undefined;
    const [full = '', version = ''] = orb.split('@');
    return {
      ...emptyStep(line),
      uses: `orb:${full}/${rest.join('/')}${version === '' ? '' : `@${version}`}`,
      with: [...given].flatMap(([key, value]) =>
        text(value) === '' ? [] : [{ name: key, value: text(value) }],
      ),
    };
  }

  #list(steps: unknown, given: Given, folder: string, depth: number): PipelineStep[] {
    if (depth > DEEPEST) return [];
    const items = list(parameterOf(steps, given));
    return items.flatMap((item, i) => {
      this.#steps += 1;
      if (this.#steps > MOST_STEPS) return [];
      if (typeof item === 'string')
        return this.#named(item, {}, this.sources.at(items, i).line, given, folder, depth);
      const [first] = Object.entries(mapping(item));
      if (!first) return [];
      const [name, value] = first;
      const line = this.sources.at(mapping(item), name).line;
      if (name === 'run' || name === 'deploy') return this.#run(mapping(item), name, value, given, folder);
      if (name === 'steps') return this.#list(value, given, folder, depth + 1);
      if (name === 'when' || name === 'unless') {
        const asked = filledDeep(mapping(value).condition, given);
        const condition = circleCondition(name === 'when' ? asked : { not: asked }, this.#parameters);
        return condition === NEVER
          ? []
          : this.#list(mapping(value).steps, given, folder, depth + 1).map((s) =>
              condition === ALWAYS ? s : { ...s, condition: all(condition, s.condition || ALWAYS) },
            );
      }
      return this.#named(name, mapping(value), line, given, folder, depth);
    });
  }

  #named(
    name: string,
    of: Mapping,
    line: number,
    given: Given,
    folder: string,
    depth: number,
  ): PipelineStep[] {
    if (BUILT_IN.test(name)) return [];
    const command = this.#commands.get(name);
    const handed = new Map(
      Object.entries(of).map(([key, value]) => [key, filledDeep(value, given)] as const),
    );
    if (!command) {
      const orb = this.#orb(name, handed, line);
      return orb ? [{ ...orb, condition: whenOf(of.when) }] : [];
    }
    const byDefault = Object.entries(mapping(command.parameters)).map(
      ([key, p]) => [key, mapping(p).default] as const,
    );
    return this.#list(command.steps, new Map([...byDefault, ...handed]), folder, depth + 1);
  }

  #run(step: Mapping, key: string, value: unknown, given: Given, folder: string): PipelineStep[] {
    const of = mapping(value);
    const [holder, at] = isMapping(value) ? [value, 'command'] : [step, key];
    const command = filled(isMapping(value) ? text(of.command) : text(value), given);
    if (command === '') return [];
    const { line } = this.sources.at(holder, at);
    const shell = filled(text(of.shell), given);
    return [
      {
        ...emptyStep(line),
        name: text(of.name),
        run: command,
        // The default is bash -eo pipefail; a shell that is named starts as written.
        shell: shell === '' ? 'bash' : shell,
        workingDirectory: within(filled(text(of.working_directory), given), folder),
        variables: environment(of.environment, given),
        condition: whenOf(of.when),
        // Nobody waits for what runs in the background.
        continueOnError: of.background === true,
        runLine: this.sources.chunk(holder, at, command).line,
      },
    ];
  }
}

function onPush(line: number, tags: boolean): PipelineTrigger {
  return { ...emptyTrigger('push', line), branches: tags ? [] : ['**'] };
}

/** The jobs waited for, and what must have become of them. */
function requirements(value: unknown): { names: string[]; condition: string } {
  const names: string[] = [];
  let condition = ALWAYS;
  for (const one of list(value)) {
    if (typeof one === 'string') names.push(one);
    else
      for (const [name, wanted] of Object.entries(mapping(one))) {
        names.push(name);
        const ends = flattened(wanted).map(text);
        if (ends.includes('terminal') || (ends.includes('failed') && ends.includes('success')))
          condition = 'always()';
        else if (ends.includes('failed')) condition = 'failure()';
      }
  }
  return { names, condition };
}

function whenOf(value: unknown): string {
  return value === 'always' ? 'always()' : value === 'on_fail' ? 'failure()' : '';
}

function environment(value: unknown, given: Given): NamedValue[] {
  const of = Array.isArray(value) ? value.flatMap(scalars) : scalars(value);
  return of.map((v) => ({ name: v.name, value: filled(v.value, given) }));
}

function folderOf(job: Mapping, given: Given): string {
  return filled(text(job.working_directory), given);
}

/** A folder of a step, from the folder that the repository was checked out to. */
function within(folder: string, job: string): string {
  if (folder === job) return '';
  if (job !== '' && folder.startsWith(`${job}/`)) return folder.slice(job.length + 1);
  return folder.replace(/^~\/project\/?/, '');
}

/** Puts the values of parameters in. */
function filled(written: string, given: Given): string {
  return written.replace(/<<\s*parameters\.([\w-]+)\s*>>/g, (whole, name: string) =>
    given.has(name) ? text(given.get(name)) : whole,
  );
}

/** A value that may be a parameter as a whole: a list of steps stays one. */
function parameterOf(value: unknown, given: Given): unknown {
  const name =
    typeof value === 'string' ? /^<<\s*parameters\.([\w-]+)\s*>>$/.exec(value.trim())?.[1] : undefined;
  return name === undefined ? value : given.get(name);
}

function filledDeep(value: unknown, given: Given, depth = 0): unknown {
  if (typeof value === 'string') {
    const whole = parameterOf(value, given);
    return typeof whole === 'string' ? filled(whole, given) : whole;
  }
  // Steps keep the mappings in which they stand, and with them their lines.
  if (depth > 3 || (Array.isArray(value) && value.some((v) => isMapping(v) && ('run' in v || 'when' in v))))
    return value;
  if (Array.isArray(value)) return value.map((v) => filledDeep(v, given, depth + 1));
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filledDeep(v, given, depth + 1)]));
}
