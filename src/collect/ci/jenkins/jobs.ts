/** The jobs that a Jenkinsfile amounts to, as they are made: each waits for those before it, branches stand beside each other. */
import { all } from '../../../parse/ci/condition.js';
import { emptyJob, emptyStep, type PipelineJob, type PipelineStep } from '../../../parse/ci/pipeline.js';
import { type Around, plain } from './around.js';

/** Shared parts called over and over add no more steps. */
const MOST_STEPS = 5000;

export class Jobs {
  readonly all: PipelineJob[] = [];
  /** The jobs that what comes next has to wait for. */
  frontier: string[] = [];
  /** The job that steps are added to. */
  current: PipelineJob | undefined;
  #steps = 0;

  /** So many steps were added. */
  get steps(): number {
    return this.#steps;
  }

  get isFull(): boolean {
    return this.#steps > MOST_STEPS;
  }

  /** Branches that start together; what comes next waits for all of them. */
  beside(branches: readonly (() => void)[]): void {
    this.close();
    const before = this.frontier;
    const ends = new Set<string>();
    for (const branch of branches) {
      this.frontier = before;
      branch();
      this.close();
      for (const end of this.frontier) ends.add(end);
    }
    this.frontier = ends.size > 0 ? [...ends] : before;
  }

  open(around: Around, approval = false): PipelineJob {
    this.close();
    const label = around.label || 'build';
    let id = label;
    for (let n = 2; this.all.some((j) => j.id === id); n += 1) id = `${label} ${n}`;
    const conditions = around.conditions.slice(0, around.ofJob);
    const skipped = this.all.some((j) => j.condition !== '');
    const status =
      around.jobStatus || (skipped || conditions.some((c) => c !== 'true' && c !== '') ? '!failure()' : '');
    const condition = all(status, ...conditions);
    this.current = {
      ...emptyJob(id, around.line),
      title: label,
      needs: this.frontier,
      condition: condition === 'true' ? '' : condition,
      approval,
      approvalWhen: approval ? plain(all(...conditions)) : '',
      variables: [...around.variables],
      matrix: around.matrix,
      concurrency: around.concurrency,
    };
    return this.current;
  }

  close(): void {
    if (!this.current) return;
    this.all.push(this.current);
    this.frontier = [this.current.id];
    this.current = undefined;
  }

  add(line: number, around: Around, said: Partial<PipelineStep>): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) return;
    const job = this.current ?? this.open(around);
    const condition = plain(all(around.status, ...around.conditions.slice(around.ofJob)));
    const own = around.variables.filter((v) => !job.variables.includes(v));
    job.steps.push({
      ...emptyStep(line),
      condition,
      workingDirectory: said.run === undefined ? '' : around.directory,
      variables: own,
      ...said,
    });
  }
}
