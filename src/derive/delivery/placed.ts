/** Where in a plan something happens: in which job, before or after what, and whether its failure counts there. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { Activity } from '../commands/activity.js';
import type { Plan, PlannedJob, PlannedStep } from './plan.js';

/** A job of a plan with an activity of its steps, and what the steps around it do to a failure. */
export interface Placed {
  job: PlannedJob;
  activity: Activity;
  /** Its failure is swallowed by continue-on-error: of what. */
  swallowed: string;
  swallowedAt: FileEvidence | undefined;
}

/** Every activity of a plan, in the order of jobs and steps. */
export function placedIn(plan: Plan): Placed[] {
  return plan.jobs.flatMap((job) => {
    const ofJob =
      job.data.continueOnError ||
      (job.data.continueOnErrorWhen !== '' && !/\bmatrix\./.test(job.data.continueOnErrorWhen));
    const holder = ofJob
      ? { swallowed: `job ${job.id}`, swallowedAt: atLine(job.path, job.data.line) }
      : { swallowed: '', swallowedAt: undefined };
    const swallow = (placed: Placed): Placed => (holder.swallowed !== '' ? { ...placed, ...holder } : placed);
    if (job.called) return placedIn(job.called).map(swallow);
    if (job.unseen.length > 0) return job.unseen.map((activity) => ({ job, activity, ...holder }));
    return inSteps(job, job.steps).map(swallow);
  });
}

function inSteps(job: PlannedJob, steps: readonly PlannedStep[]): Placed[] {
  return steps.flatMap((step) => {
    const goesOn =
      step.data.continueOnError ||
      (step.data.continueOnErrorWhen !== '' && !/\bmatrix\./.test(step.data.continueOnErrorWhen));
    const inner = inSteps(job, step.inner);
    const own = step.activities.map(
      (activity): Placed => ({ job, activity, swallowed: '', swallowedAt: undefined }),
    );
    return [...own, ...inner].map((placed) =>
      goesOn
        ? {
            ...placed,
            swallowed: 'the step',
            swallowedAt: atLine(placed.activity.path, placed.activity.line),
          }
        : placed,
    );
  });
}

/** Does the deploying job wait for the job of the tests, through needs and calls? */
export function isBefore(plan: Plan, test: Placed, job: PlannedJob): boolean {
  const chain = chainTo(plan, job);
  if (!chain) return false;
  const waited = new Set<PlannedJob>();
  for (const { jobs, at } of chain) {
    const visit = (of: PlannedJob): void => {
      for (const need of of.needs) {
        const needed = jobs.find((j) => j.data.id === need);
        if (needed && !waited.has(needed)) {
          waited.add(needed);
          visit(needed);
        }
      }
    };
    visit(at);
  }
  const inside = (j: PlannedJob): boolean => j === test.job || (j.called?.jobs.some(inside) ?? false);
  return [...waited].some(inside) || !planHolds(plan, test.job);
}

function planHolds(plan: Plan, job: PlannedJob): boolean {
  return chainTo(plan, job) !== undefined;
}

/** The calls that lead to a job: at each level the jobs and the one that is called. */
function chainTo(plan: Plan, job: PlannedJob): { jobs: readonly PlannedJob[]; at: PlannedJob }[] | undefined {
  for (const at of plan.jobs) {
    if (at === job) return [{ jobs: plan.jobs, at }];
    const deeper = at.called && chainTo(at.called, job);
    if (deeper) return [{ jobs: plan.jobs, at }, ...deeper];
  }
  return undefined;
}

export function comesFirst(job: PlannedJob, first: Activity, second: Activity): boolean {
  const order = inSteps(job, job.steps).map((p) => p.activity);
  return order.indexOf(first) < order.indexOf(second);
}
