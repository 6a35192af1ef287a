/** Azure Pipelines -> one pipeline: templates of the same repository unfolded, stages and jobs as jobs with needs. */

import { isMapping, list, type Mapping, mapping, text } from '../../shape.js';
import { YamlSources } from '../../yaml-sources.js';
import { ALWAYS, all } from '../condition.js';
import {
  emptyJob,
  emptyStep,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
  type UnseenPart,
} from '../pipeline.js';
import { filled, named, type Scope, statusOf } from './scope.js';
import { readStep } from './steps.js';
import { AzureTemplates } from './templates.js';
import { readTriggers } from './triggers.js';

export interface AzurePipeline {
  title: string;
  triggers: PipelineTrigger[];
  inputs: { name: string; default: string; type: string }[];
  jobs: PipelineJob[];
  line: number;
  /** Templates that it took in. */
  templates: string[];
  unseen: UnseenPart[];
  error: string;
  errorLine: number;
}

/** Could the text be a pipeline by itself, and not only a template? */
export function startsByItself(root: Mapping): boolean {
  const runs = 'stages' in root || 'jobs' in root || 'steps' in root || 'extends' in root;
  return (
    runs &&
    !('on' in root) &&
    ('trigger' in root ||
      'pr' in root ||
      'schedules' in root ||
      'pool' in root ||
      'resources' in root ||
      !('parameters' in root))
  );
}

export function readAzurePipeline(path: string, textOf: (path: string) => string | undefined): AzurePipeline {
  return new AzureReader(textOf).pipeline(path);
}

class AzureReader {
  readonly #sources = new YamlSources();
  readonly #templates: AzureTemplates;

  constructor(readonly textOf: (path: string) => string | undefined) {
    this.#templates = new AzureTemplates(textOf, this.#sources);
  }

  pipeline(path: string): AzurePipeline {
    const { value, error, errorLine } = this.#sources.add(path, this.textOf(path) ?? '');
    const root = mapping(value);
    const declared = list(root.parameters).map(mapping);
    const inputs = declared.map((p) => ({
      name: text(p.name),
      default: text(p.default),
      type: text(p.type),
    }));
    const parameters = new Map(declared.map((p) => [text(p.name), p.default] as const));
    const asked = new Set(inputs.map((i) => i.name.toLowerCase()));
    const scope: Scope = { path, values: new Map(), parameters, asked, depth: 0 };
    // Somebody who starts it by hand may choose other values; every other run has the defaults.
    const values = new Map(inputs.map((i) => [i.name.toLowerCase(), i.default] as const));
    const variables = this.#variables(root.variables, { ...scope, values });
    for (const v of variables)
      if (!values.has(v.name.toLowerCase())) values.set(v.name.toLowerCase(), v.value);
    const jobs = this.#stages(root, { ...scope, values }, variables);
    const first = Object.keys(root)[0];
    return {
      title: text(root.name).includes('$') ? '' : text(root.name),
      triggers: readTriggers(root, this.#sources),
      inputs,
      jobs,
      line: first === undefined ? 1 : this.#sources.at(root, first).line,
      templates: [...this.#templates.taken],
      unseen: this.#templates.unseen,
      error,
      errorLine,
    };
  }

  #variables(value: unknown, scope: Scope): NamedValue[] {
    if (isMapping(value))
      return Object.entries(value).flatMap(([name, v]) =>
        typeof v === 'object' ? [] : [{ name, value: filled(text(v), scope) }],
      );
    return this.#templates.items(value, scope).flatMap(({ item, scope: at, condition }) => {
      const of = mapping(item);
      if ('template' in of) {
        const template = this.#templates.template(of, at);
        return template ? this.#variables(template.root.variables, template.scope) : [];
      }
      const name = filled(text(of.name), at);
      // Where a condition decides on the value, it is not known.
      return name === '' || condition !== ALWAYS ? [] : [{ name, value: filled(text(of.value), at) }];
    });
  }

  /** The jobs of a root or template: its stages, jobs or steps. */
  #stages(root: Mapping, scope: Scope, variables: NamedValue[]): PipelineJob[] {
    if (isMapping(root.extends)) {
      const template = this.#templates.template(root.extends, scope);
      if (template) return this.#stages(template.root, template.scope, variables);
      // A template that is elsewhere runs the stages that are handed to it.
      const handed = mapping(root.extends.parameters);
      const part = this.#templates.unseen.at(-1);
      if (part && ('stages' in handed || 'jobs' in handed || 'steps' in handed)) part.wraps = true;
      return this.#stages({ ...handed, extends: undefined }, scope, variables);
    }
    if ('stages' in root) return this.#inTurn(this.#stageList(root.stages, scope), variables);
    if ('jobs' in root) return this.#jobs(root.jobs, scope, variables).jobs;
    if ('steps' in root)
      return [this.#jobOf(root, 'job', this.#sources.at(root, 'steps'), scope, variables, ALWAYS)];
    return [];
  }

  #stageList(value: unknown, scope: Scope): { of: Mapping; scope: Scope; condition: string }[] {
    return this.#templates.items(value, scope).flatMap(({ item, scope: at, condition }) => {
      const of = mapping(item);
      if (!('template' in of)) return [{ of, scope: at, condition }];
      const template = this.#templates.template(of, at);
      return template
        ? this.#stageList(template.root.stages, template.scope).map((s) => ({
            ...s,
            condition: all(condition, s.condition),
          }))
        : [];
    });
  }

  /** Stages wait for the one before them unless they say otherwise; their jobs wait for all jobs of those. */
  #inTurn(
    stages: readonly { of: Mapping; scope: Scope; condition: string }[],
    variables: NamedValue[],
  ): PipelineJob[] {
    const byStage = new Map<string, string[]>();
    const found: PipelineJob[] = [];
    let before: string | undefined;
    for (const [i, { of, scope, condition }] of stages.entries()) {
      const name = filled(text(of.stage), scope) || `stage${i + 1}`;
      const after = 'dependsOn' in of ? named(of.dependsOn, scope) : before === undefined ? [] : [before];
      const own = this.#variables(of.variables, scope);
      const inner = this.#jobs(of.jobs, scope, overlaid(variables, own));
      const waited = after.flatMap((s) => byStage.get(s) ?? []);
      const stageCondition = all(condition, statusOf(text(of.condition), scope));
      // In a stage without jobs that can be seen, what comes after waits for what came before.
      byStage.set(name, inner.jobs.length > 0 ? inner.jobs.map((j) => `${name} / ${j.id}`) : waited);
      before = name;
      for (const job of inner.jobs)
        found.push({
          ...job,
          id: `${name} / ${job.id}`,
          title: job.title || text(of.displayName),
          needs: [...job.needs.map((n) => `${name} / ${n}`), ...waited],
          condition: inStage(stageCondition, job, waited, name),
          concurrency: job.concurrency || (text(of.lockBehavior) === 'sequential' ? name : ''),
        });
    }
    return found;
  }

  #jobs(
    value: unknown,
    scope: Scope,
    variables: NamedValue[],
    taken = new Set<string>(),
  ): { jobs: PipelineJob[] } {
    const jobs = this.#templates
      .items(value, scope)
      .flatMap(({ item, holder, index, scope: at, condition }) => {
        const of = this.#templates.mapping(mapping(item), at);
        if ('template' in of) {
          const template = this.#templates.template(of, at);
          return template
            ? this.#jobs(template.root.jobs, template.scope, variables, taken).jobs.map((j) => ({
                ...j,
                condition: joinedStatus(condition, j.condition),
              }))
            : [];
        }
        const key = ['job', 'deployment'].find((k) => k in of);
        if (key === undefined) return [];
        const id = unique(filled(text(of[key]), at) || `job${index + 1}`, taken);
        const place = isMapping(item) ? this.#sources.at(item, key) : this.#sources.at(holder, index);
        return [this.#jobOf(of, id, place, at, variables, condition)];
      });
    return { jobs };
  }

  #jobOf(
    of: Mapping,
    id: string,
    place: { path: string; line: number },
    scope: Scope,
    variables: NamedValue[],
    condition: string,
  ): PipelineJob {
    const own = overlaid(variables, this.#variables(of.variables, scope));
    const environment = filled(text(of.environment) || text(mapping(of.environment).name), scope);
    const steps = this.#strategy(of, scope);
    const matrix = Object.entries(mapping(mapping(of.strategy).matrix));
    const names = [...new Set(matrix.flatMap(([, leg]) => Object.keys(mapping(leg))))];
    return {
      ...emptyJob(id, place.line),
      title: filled(text(of.displayName), scope),
      needs: named(of.dependsOn, scope),
      condition: joinedStatus(condition, statusOf(text(of.condition), scope)),
      continueOnError: of.continueOnError === true || text(of.continueOnError) === 'true',
      // A job on the server that does nothing but ask a person.
      approval: steps.some((s) => /^task:ManualValidation@/i.test(s.uses)),
      environment: environment.replace(
        /\$\(([\w.]+)\)|\$\{\{\s*([\w.]+)\s*\}\}/g,
        (_, a?: string, b?: string) => `\${{ variables.${a ?? b} }}`,
      ),
      variables: own,
      matrix: names.map((name) => ({ name, values: matrix.map(([, leg]) => text(mapping(leg)[name])) })),
      timeoutMinutes: Math.max(0, Math.trunc(Number(of.timeoutInMinutes) || 0)),
      steps: steps.filter((s) => !/^task:ManualValidation@/i.test(s.uses)),
      path: place.path,
    };
  }

  /** The steps of a job, or those of a deployment's strategy in the order of its hooks. */
  #strategy(of: Mapping, scope: Scope): PipelineStep[] {
    if ('steps' in of) return this.#list(of.steps, scope);
    const strategy = mapping(of.strategy);
    const hooks = mapping(strategy.runOnce ?? strategy.rolling ?? strategy.canary);
    return ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic']
      .flatMap((hook) => this.#list(mapping(hooks[hook]).steps, scope))
      .concat(this.#list(mapping(mapping(hooks.on).success).steps, scope));
  }

  #list(value: unknown, scope: Scope): PipelineStep[] {
    return this.#templates.items(value, scope).flatMap(({ item, scope: at, condition }) => {
      const of = mapping(item);
      if ('template' in of) {
        const template = this.#templates.template(of, at);
        const inner = template ? this.#list(template.root.steps, template.scope) : this.#unknown(of);
        return inner.map((s) => ({ ...s, condition: joinedStatus(condition, s.condition) }));
      }
      const step = isMapping(item) ? readStep(of, at, this.#sources) : undefined;
      return step && of.enabled !== false
        ? [{ ...step, condition: joinedStatus(condition, step.condition) }]
        : [];
    });
  }

  /** Steps of a template that is elsewhere. */
  #unknown(of: Mapping): PipelineStep[] {
    const { path, line } = this.#sources.at(of, 'template');
    return [{ ...emptyStep(line), uses: `template:${text(of.template)}`, path }];
  }
}

/** A condition from around a part with its own; an empty text is the default. */
function joinedStatus(outer: string, inner: string): string {
  const joined = all(outer, inner === '' ? ALWAYS : inner);
  if (joined === ALWAYS) return '';
  return joined;
}

/** A name that a loop gives to several jobs is counted on. */
function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name} ${n}`;
  taken.add(free);
  return free;
}

/** A job's condition with that of its stage, which asks whether the stages before succeeded. */
function inStage(stage: string, job: PipelineJob, waited: readonly string[], name: string): string {
  const succeeded = (id: string): string => `needs['${id.replaceAll("'", "''")}'].result == 'success'`;
  const asksStatus = /\b(success|failure|always)\(\)/.test(stage);
  if (job.condition === '')
    return joinedStatus(
      asksStatus ? all(stage, ...job.needs.map((n) => succeeded(`${name} / ${n}`))) : stage,
      '',
    );
  return joinedStatus(asksStatus ? stage : all(stage, ...waited.map(succeeded)), job.condition);
}

function overlaid(below: readonly NamedValue[], top: readonly NamedValue[]): NamedValue[] {
  return [...below.filter((b) => !top.some((t) => t.name === b.name)), ...top];
}
