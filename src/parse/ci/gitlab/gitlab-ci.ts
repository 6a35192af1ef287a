/** GitLab CI -> one pipeline: includes of the same repository merged, `extends` and `!reference` resolved, stages as needs. */

import { flattened, isMapping, list, type Mapping, mapping, text } from '../../shape.js';
import { readShell } from '../../shell/shell.js';
import { type Chunk, joined, type Place, scalars } from '../../yaml-sources.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
  type UnseenPart,
} from '../pipeline.js';
import { GitlabFiles, type Merged, type Repository, SCANNERS } from './files.js';
import { decide, workflowCondition } from './rules.js';
import { environmentOf, matrixOf, minutes, needsOf } from './values.js';

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

const MOST_JOBS = 1000;

/** Reads the pipeline that some files describe together. */
export function readGitlabCi(
  roots: readonly string[],
  repository: Repository,
  child = false,
): GitlabPipeline {
  const files = new GitlabFiles(repository, child);
  for (const root of roots) files.include(root, new Map(), 0);
  return new GitlabReader(files, child).pipeline();
}

class GitlabReader {
  readonly #children: string[][] = [];

  constructor(
    readonly files: GitlabFiles,
    readonly child: boolean,
  ) {}

  pipeline(): GitlabPipeline {
    const globals = scalars(this.files.plain.get('variables')?.value);
    const asked = mapping(this.files.plain.get('variables')?.value);
    const workflow = mapping(this.files.plain.get('workflow')?.value);
    const byRule = new Set(list(workflow.rules).flatMap((r) => Object.keys(mapping(mapping(r).variables))));
    this.files.setting = {
      ...this.files.setting,
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
    const rules = this.files.listOf(workflow, 'rules');
    const starts = workflowCondition(rules, this.files.setting);
    const written = this.#jobs(globals, starts, rules.length > 0);
    const triggers = this.#triggers(written);
    const jobs = triggers.some((t) => t.event === 'pull_request') ? written : written.map(withoutRequests);
    const title = text(workflow.name);
    return {
      title: title.includes('$') ? '' : title,
      triggers,
      jobs,
      line: this.files.line || 1,
      children: this.#children,
      unseen: this.files.unseen,
      broken: this.files.broken,
    };
  }

  #jobs(globals: NamedValue[], starts: string, hasWorkflow: boolean): PipelineJob[] {
    const names = [...this.files.jobs.keys()].filter((n) => !n.startsWith('.')).slice(0, MOST_JOBS);
    const merged = names.flatMap((name) => {
      const job = this.files.resolved(name, 0);
      return job ? [{ name, job, stage: text(job.keys.get('stage')?.value) || 'test' }] : [];
    });
    const declared = flattened(
      this.files.plain.get('stages')?.value ?? this.files.plain.get('types')?.value,
    ).map(text);
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
    return this.files.templates.flatMap(({ name, place }) => {
      if (!SCANNERS.test(name)) {
        if (/Auto-DevOps|Deploy|Terraform|Pages|Build\.|Test\.|-ECS|Serverless/i.test(name))
          this.files.elsewhere(name, place);
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
      ? this.files.sources.isTagged(rules.holder, 'rules', 'reference')
        ? this.files.flat(list(this.files.referenced(rules.value)), 0).map((i) => i.value)
        : this.files.flat(rules.value, 0).map((i) => i.value)
      : undefined;
    const decided = decide(flat ? { ...of, rules: flat } : { ...of, rules: null }, this.files.setting, {
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
    const seen = files.filter((f) => this.files.repository.text(f) !== undefined);
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
      ...this.files.chunks(
        merged.keys.get('before_script') ??
          (inherits('before_script') ? this.files.byDefault('before_script') : undefined),
        'before_script',
      ),
      ...this.files.chunks(merged.keys.get('script'), 'script'),
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
    if (main.length === 0 && this.files.unseen.length > 0)
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
      this.files.chunks(
        merged.keys.get('after_script') ??
          (inherits('after_script') ? this.files.byDefault('after_script') : undefined),
        'after_script',
      ),
    );
    return [
      ...steps,
      ...after.map((chunk) => ({ ...stepOf(chunk, ''), condition: 'always()', continueOnError: true })),
    ];
  }

  #triggers(jobs: readonly PipelineJob[]): PipelineTrigger[] {
    if (this.child) return [emptyTrigger('workflow_call', this.files.line || 1)];
    const conditions = jobs.map((j) => [j.condition, j.approvalWhen].join(' '));
    const asks = (pattern: RegExp) => conditions.some((c) => pattern.test(c));
    const event = (name: string) => asks(new RegExp(`github\\.event_name == '${name}'`));
    const line = this.files.line || 1;
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
