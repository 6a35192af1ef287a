/** Bitbucket Pipelines -> one pipeline for each entry of its file: steps that follow each other as jobs with needs. */

import { isMapping, list, type Mapping, mapping, text, texts } from '../shape.js';
import { type Chunk, joined, scalars, YamlSources } from '../yaml-sources.js';
import { all, quoted } from './condition.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
  type UnseenPart,
} from './pipeline.js';

interface BitbucketPipeline {
  title: string;
  trigger: PipelineTrigger;
  inputs: { name: string; default: string; type: string }[];
  jobs: PipelineJob[];
  line: number;
}

export interface BitbucketPipelines {
  pipelines: BitbucketPipeline[];
  unseen: UnseenPart[];
  error: string;
  errorLine: number;
}

const MOST_STEPS = 500;

export function readBitbucketPipelines(source: string, path: string): BitbucketPipelines {
  const sources = new YamlSources();
  const { value, error, errorLine } = sources.add(path, source);
  const reader = new BitbucketReader(mapping(value), sources);
  return { pipelines: reader.pipelines(), unseen: reader.unseen, error, errorLine };
}

/** A step with the place where its sequence has it. */
interface Member {
  of: Mapping;
  stage: Mapping;
}

class BitbucketReader {
  readonly unseen: UnseenPart[] = [];
  #steps = 0;

  constructor(
    readonly root: Mapping,
    readonly sources: YamlSources,
  ) {}

  pipelines(): BitbucketPipeline[] {
    const of = mapping(this.root.pipelines);
    const branches = Object.keys(mapping(of.branches));
    const found: BitbucketPipeline[] = [];
    const add = (
      holder: Mapping,
      key: string,
      title: string,
      trigger: (line: number) => PipelineTrigger,
    ): void => {
      const { line } = this.sources.at(holder, key);
      const items = holder[key];
      if (isMapping(items) && 'import' in items) {
        this.unseen.push({ what: text(items.import), path: '', line, wraps: false });
        return;
      }
      const jobs = this.#jobs(list(items));
      if (jobs.length > 0)
        found.push({ title, trigger: trigger(line), inputs: inputsOf(list(items)), jobs, line });
    };
    if ('default' in of)
      // What a pattern takes does not start the default.
      add(of, 'default', 'default', (line) => ({
        ...emptyTrigger('push', line),
        branches: ['**', ...branches.map((b) => `!${b}`)],
      }));
    for (const pattern of branches)
      add(mapping(of.branches), pattern, `branches ${pattern}`, (line) => ({
        ...emptyTrigger('push', line),
        branches: [pattern],
      }));
    for (const pattern of Object.keys(mapping(of.tags)))
      add(mapping(of.tags), pattern, `tags ${pattern}`, (line) => ({
        ...emptyTrigger('push', line),
        tags: [pattern],
      }));
    for (const pattern of Object.keys(mapping(of['pull-requests'])))
      add(mapping(of['pull-requests']), pattern, `pull requests ${pattern}`, (line) =>
        emptyTrigger('pull_request', line),
      );
    for (const name of Object.keys(mapping(of.custom)))
      add(mapping(of.custom), name, name, (line) => emptyTrigger('workflow_dispatch', line));
    return found;
  }

  /** Each item waits for the one before it; the steps of a parallel one run side by side. */
  #jobs(items: readonly unknown[]): PipelineJob[] {
    const jobs: PipelineJob[] = [];
    const taken = new Set<string>();
    const skips = items.some((i) => [i, ...this.#members(i).map((m) => m.of)].some((m) => hasCondition(m)));
    let before: string[] = [];
    for (const item of items) {
      const staged = isMapping(mapping(item).stage);
      const ids: string[] = [];
      for (const member of this.#members(item)) {
        this.#steps += 1;
        if (this.#steps > MOST_STEPS) break;
        const job = this.#job(member, before, taken, skips, staged && ids.length > 0);
        jobs.push(job);
        ids.push(job.id);
        // The steps of a stage follow each other.
        if (staged) before = [job.id];
      }
      if (ids.length > 0 && !staged) before = ids;
    }
    return jobs;
  }

  #members(item: unknown): Member[] {
    const of = mapping(item);
    if (isMapping(of.step)) return [{ of: of.step, stage: {} }];
    if (isMapping(of.stage)) {
      const { stage } = of;
      return list(stage.steps).flatMap((s) => this.#members(s).map((m) => ({ ...m, stage })));
    }
    const parallel = isMapping(of.parallel) ? of.parallel.steps : of.parallel;
    return list(parallel).flatMap((s) => (isMapping(mapping(s).step) ? this.#members(s) : []));
  }

  #job(
    { of, stage }: Member,
    needs: readonly string[],
    taken: Set<string>,
    skips: boolean,
    later: boolean,
  ): PipelineJob {
    const place = this.sources.at(of);
    const name = text(of.name) || 'step';
    let id = name;
    for (let n = 2; taken.has(id); n += 1) id = `${name} ${n}`;
    taken.add(id);
    const deployment = text(of.deployment) || text(stage.deployment);
    const condition = all(
      skips && needs.length > 0 ? '!failure()' : '',
      changed(of.condition),
      changed(stage.condition),
    ).replace(/^true$/, '');
    return {
      ...emptyJob(id, place.line),
      title: name,
      needs: [...needs],
      condition,
      // A stage that is started by hand waits with its first step.
      approval: text(of.trigger) === 'manual' || (text(stage.trigger) === 'manual' && !later),
      continueOnError: text(mapping(of['on-fail']).strategy) === 'ignore',
      environment: deployment,
      // Bitbucket lets one deployment to an environment run at a time.
      concurrency: text(of['concurrency-group']) || deployment,
      timeoutMinutes: Math.max(0, Math.trunc(Number(of['max-time']) || 0)),
      steps: [
        ...this.#script(of, 'script', ''),
        ...this.#script(of, 'after-script', 'always()').map((s) => ({ ...s, continueOnError: true })),
      ],
    };
  }

  /** Commands of one shell, and pipes between them. */
  #script(of: Mapping, key: string, condition: string): PipelineStep[] {
    const items = list(of[key]);
    const found: PipelineStep[] = [];
    let waiting: Chunk[] = [];
    const flush = (): void => {
      for (const chunk of joined(waiting))
        found.push({ ...emptyStep(chunk.line), run: chunk.text, condition });
      waiting = [];
    };
    for (const [i, item] of items.entries()) {
      const pipe = text(mapping(item).pipe);
      if (pipe !== '' && isMapping(item)) {
        flush();
        found.push({
          ...emptyStep(this.sources.at(item, 'pipe').line),
          uses: `pipe:${pipe}`,
          with: scalars(item.variables),
          condition,
        });
      } else if (text(item) !== '') waiting.push(this.sources.chunk(items, i, text(item)));
    }
    flush();
    return found;
  }
}

function hasCondition(item: unknown): boolean {
  return isMapping(item) && ('condition' in item || 'condition' in mapping(item.stage));
}

function changed(condition: unknown): string {
  const paths = texts(mapping(mapping(condition).changesets).includePaths);
  return paths.length === 0 ? '' : `changed(${quoted(paths.join(', ').slice(0, 200))})`;
}

function inputsOf(items: readonly unknown[]): BitbucketPipeline['inputs'] {
  return items.flatMap((item) =>
    list(mapping(item).variables).map((v) => ({
      name: text(mapping(v).name),
      default: text(mapping(v).default),
      type: '',
    })),
  );
}
