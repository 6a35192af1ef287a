/** Declarative pipelines: `pipeline { ... }` with its stages, their `when`, `matrix`, `parallel` and `post`. */
import { quoted } from '../../../parse/ci/condition.js';
import type { NamedValue, PipelineJob } from '../../../parse/ci/pipeline.js';
import type { GroovyCall } from '../../../parse/groovy/syntax.js';
import { type Around, lockOf, nothingAround } from './around.js';
import { parts, textOf, whenOf } from './groovy-values.js';
import type { Jobs } from './jobs.js';
import type { Script } from './script.js';

const DEEPEST = 40;

export class Declarative {
  constructor(
    readonly jobs: Jobs,
    readonly script: Script,
  ) {}

  pipeline(pipeline: GroovyCall): PipelineJob[] {
    const around = this.#settings(parts(pipeline.block), nothingAround(pipeline.line));
    for (const part of parts(pipeline.block)) if (part.name === 'stages') this.#stages(part, around);
    for (const part of parts(pipeline.block)) if (part.name === 'post') this.#postJobs(part, around);
    return this.jobs.all;
  }

  #stages(block: GroovyCall, around: Around): void {
    for (const part of parts(block.block)) if (part.name === 'stage') this.#stage(part, around);
  }

  /** The `environment` of a pipeline or stage. */
  #settings(inside: readonly GroovyCall[], around: Around): Around {
    const block = inside.find((p) => p.name === 'environment')?.block;
    if (!block) return around;
    const strings = new Map(around.strings);
    const variables: NamedValue[] = [];
    for (const s of block) {
      if (s.type !== 'set' || s.value.type === 'call') continue;
      const value = textOf(s.value, strings);
      strings.set(s.name, value);
      variables.push({ name: s.name, value });
    }
    return { ...around, strings, variables: [...around.variables, ...variables] };
  }

  #stage(stage: GroovyCall, outer: Around): void {
    if (outer.depth > DEEPEST) return;
    const inside = parts(stage.block);
    const of = (name: string) => inside.find((p) => p.name === name);
    const conditions = [...outer.conditions, whenOf(of('when')?.block)];
    const lock = parts(of('options')?.block).find((p) => p.name === 'lock');
    const around = this.#settings(inside, {
      ...outer,
      label: textOf(stage.given[0], outer.strings) || outer.label,
      line: stage.line,
      conditions,
      ofJob: conditions.length,
      concurrency: lock ? lockOf(lock, outer) : outer.concurrency,
      depth: outer.depth + 1,
    });
    const asks = of('input');
    const steps = of('steps');
    const first = this.jobs.all.length;
    if (steps) {
      this.jobs.open(around, asks !== undefined);
      this.script.run(steps.block ?? [], around);
      const post = of('post');
      if (post && this.jobs.all.length === first) this.#post(post, around);
      this.jobs.close();
      if (post && this.jobs.all.length > first + 1) this.#postJobs(post, around);
      return;
    }
    if (asks) {
      this.jobs.open({ ...around, label: `${around.label} (input)` }, true);
      this.jobs.close();
    }
    for (const part of inside) {
      if (part.name === 'stages') this.#stages(part, around);
      if (part.name === 'parallel')
        this.jobs.beside(
          parts(part.block)
            .filter((p) => p.name === 'stage')
            .map((p) => () => this.#stage(p, around)),
        );
      if (part.name === 'matrix') this.#matrix(part, around);
    }
    const post = of('post');
    if (post) this.#postJobs(post, around);
  }

  #matrix(matrix: GroovyCall, around: Around): void {
    const inside = parts(matrix.block);
    const axes = parts(inside.find((p) => p.name === 'axes')?.block).map((axis) => {
      const of = (name: string) => parts(axis.block).find((p) => p.name === name);
      return {
        name: textOf(of('name')?.given[0], around.strings),
        values: (of('values')?.given ?? []).map((v) => textOf(v, around.strings)),
      };
    });
    const conditions = [...around.conditions, whenOf(inside.find((p) => p.name === 'when')?.block)];
    const within = { ...around, matrix: [...around.matrix, ...axes], conditions, ofJob: conditions.length };
    for (const part of inside) if (part.name === 'stages') this.#stages(part, within);
  }

  /** The steps of `post` at the end of a job of their own stage. */
  #post(post: GroovyCall, around: Around): void {
    for (const part of parts(post.block))
      this.script.run(part.block ?? [], { ...around, status: statusOf(part.name) });
  }

  /** The steps of `post` where several jobs come before. */
  #postJobs(post: GroovyCall, around: Around): void {
    const before = this.jobs.frontier;
    for (const part of parts(post.block)) {
      const known = this.jobs.all.length;
      const jobStatus = statusOf(part.name) === 'success()' ? '' : statusOf(part.name);
      const label = `${around.label === '' ? '' : `${around.label} `}post ${part.name}`;
      this.script.run(part.block ?? [], {
        ...around,
        label,
        line: part.line,
        jobStatus,
        depth: around.depth + 1,
      });
      this.jobs.close();
      // What comes after the stage waits for its jobs, and not for what they leave to be done.
      if (this.jobs.all.length > known) this.jobs.frontier = before;
    }
  }
}

/** Of the parts of a `post`, those that run when all went well, when not, or either way. */
function statusOf(part: string): string {
  if (part === 'success') return 'success()';
  if (/^(failure|unsuccessful)$/.test(part)) return 'failure()';
  if (part === 'aborted') return 'cancelled()';
  return /^(always|cleanup)$/.test(part) ? 'always()' : `always() && post(${quoted(part)})`;
}
