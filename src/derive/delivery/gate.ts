/** What stands between a trigger and a deploy: whether failing tests keep it from happening, and why or why not. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import type { Activity, Does } from '../commands/activity.js';
import { asksStatus } from './github-condition.js';
import { comesFirst, isBefore, type Placed, placedIn } from './placed.js';
import type { Pipeline, Plan, PlannedJob } from './plan.js';
import { type Outcome, outcomes } from './run.js';
import type { Scenario } from './scenarios.js';

export interface Gate {
  gate: FactData<'delivery-path'>['gate'];
  reason: string;
  evidence: FileEvidence[];
}

/** What a step of a pipeline does, with the kinds of trigger that may bring it about. */
export interface Done {
  pipeline: Pipeline;
  job: PlannedJob;
  activity: Activity;
  does: Does;
  kinds: string[];
  blocks: boolean;
}

/** How the same run goes where nothing fails, where the tests fail, and where what may be tests fails too. */
interface Runs {
  passing: Outcome[];
  failing: Outcome[];
  unseen: Outcome[];
}

/** The word by which a system lets a job or step fail. */
const LETS_FAIL: Partial<Record<Pipeline['system'], string>> = {
  'azure-pipelines': 'continueOnError',
  'gitlab-ci': 'allow_failure',
  buildkite: 'soft_fail',
  travis: 'allow_failures',
};

export class Gates {
  constructor(
    readonly plan: Plan,
    readonly scenario: Scenario,
    /** What all the pipelines of the repository do. */
    readonly everywhere: () => readonly Done[],
  ) {}

  /** What keeps a deploy back, given how the runs go with passing tests, failing ones, and ones that may be tests. */
  of(placed: Placed, runs: Runs): Gate {
    const { activity } = placed;
    const happens = (some: readonly Outcome[]) => some.filter((o) => o.ran.has(activity));
    const routes = happens(runs.failing);
    if (routes.length === 0) return this.#tested(placed);
    if (happens(runs.unseen).length === 0) return this.#waitsForUnseen(placed);
    const relayed = this.#relayed(routes);
    if (relayed) return relayed;
    const gatedSomewhere = runs.failing.some(
      (o) =>
        !o.ran.has(activity) && runs.passing.some((p) => p.ran.has(activity) && agree(p.answers, o.answers)),
    );
    if (gatedSomewhere) return sometimes(runs.failing, routes, activity, this.#testsOf());
    return this.#hole(placed, runs.failing);
  }

  /** It asks for an output of a job that comes after the tests: what decides on that output cannot be told. */
  #relayed(routes: readonly Outcome[]): Gate | undefined {
    const tests = this.#testsOf();
    for (const job of this.plan.jobs) {
      const asks = new RegExp(`\\bneeds\\.${job.data.id.replace(/[^\w-]/g, '\\$&')}\\.outputs\\b`);
      if (!routes.every((r) => [...r.answers.keys()].some((question) => asks.test(question)))) continue;
      if (!tests.some((t) => isBefore(this.plan, t, job) && t.job !== job)) continue;
      return {
        gate: 'unknown',
        reason: `It goes by an output of job ${job.id}, which comes after the tests; how that is decided cannot be told.`,
        evidence: [atLine(job.path, job.data.line)],
      };
    }
    return undefined;
  }

  #testsOf(): Placed[] {
    const before = this.scenario.after ? placedIn(this.scenario.after.plan) : [];
    return [...placedIn(this.plan), ...before].filter(({ activity }) => activity.does === 'tests');
  }

  /** The first of these that alone keeps the deploy from happening. */
  #gateAmong(candidates: readonly Placed[], deploy: Activity): Placed | undefined {
    return candidates.find(({ activity }) =>
      outcomes(this.plan, this.scenario, (a) => a.does === 'fails' || a === activity).every(
        (o) => !o.ran.has(deploy),
      ),
    );
  }

  #tested(placed: Placed): Gate {
    const gate = this.#gateAmong(this.#testsOf(), placed.activity);
    const other = this.#otherCommit(placed, gate);
    if (other) return other;
    if (!gate) return { gate: 'tested', reason: 'It waits for the tests.', evidence: [] };
    const where =
      gate.job.path !== placed.job.path
        ? ` in ${gate.job.path}`
        : gate.job.id === placed.job.id
          ? ' earlier in the same job'
          : ` in job ${gate.job.id}`;
    return {
      gate: 'tested',
      reason: `It runs only after \`${gate.activity.what}\`${where} passed.`,
      evidence: [atLine(gate.activity.path, gate.activity.line)],
    };
  }

  /** The gate tested another commit than the one that is deployed. */
  #otherCommit({ job }: Placed, gate: Placed | undefined): Gate | undefined {
    if (!gate) return undefined;
    const line = atLine(this.scenario.path, this.scenario.line);
    const fromRunBefore =
      this.scenario.after !== undefined && !placedIn(this.plan).some((p) => p.activity === gate.activity);
    if (fromRunBefore) {
      const line = atLine(this.scenario.path, this.scenario.line);
      if (job.checksOut && !/workflow_run\.(head_sha|head_commit\.id|head_branch)/.test(job.ref))
        return {
          gate: 'untested',
          reason: `It waits for ${this.scenario.after?.plan.pipeline.title} to succeed but checks out the newest commit of the default branch, which need not be the tested one.`,
          evidence: [line],
        };
      return undefined;
    }
    const chosen = job.ref !== gate.job.ref && isChosenRef(job.ref) && gate.job.checksOut;
    return chosen
      ? {
          gate: 'untested',
          reason: `The tests check out ${gate.job.ref || 'the commit that started the run'}, the deploy checks out ${job.ref}.`,
          evidence: [line],
        }
      : undefined;
  }

  #waitsForUnseen(placed: Placed): Gate {
    const before = this.scenario.after ? placedIn(this.scenario.after.plan) : [];
    const unseen = [...placedIn(this.plan), ...before].filter(
      ({ activity }) => activity.does === 'unknown' && activity.may.includes('tests'),
    );
    const gate = this.#gateAmong(unseen, placed.activity);
    if (!gate)
      return { gate: 'unknown', reason: 'It waits for something that cannot be seen.', evidence: [] };
    return {
      gate: 'unknown',
      reason: `It waits for \`${gate.activity.what}\`, which may run the tests: ${gate.activity.because}.`,
      evidence: [atLine(gate.activity.path, gate.activity.line)],
    };
  }

  /** Why failing tests do not keep the deploy from happening. */
  #hole({ job, activity }: Placed, failing: readonly Outcome[]): Gate {
    const untested = (reason: string, at: FileEvidence): Gate => ({
      gate: 'untested',
      reason,
      evidence: [at],
    });
    const jobLine = atLine(job.path, job.data.line);
    const tests = this.#testsOf().filter(({ activity: a }) => !a.elsewhere);
    const ran = tests.filter(
      ({ activity: a }) => failing.some((o) => o.ran.has(a)) || this.scenario.after !== undefined,
    );
    const before = ran.filter(
      (t) => isBefore(this.plan, t, job) || (t.job === job && comesFirst(job, t.activity, activity)),
    );
    const partial = before.find((t) => t.activity.partial);
    if (partial)
      return untested(
        `\`${partial.activity.what}\` tests one of the images that it builds, and not the others.`,
        atLine(partial.activity.path, partial.activity.line),
      );
    const lost = before.find((t) => !t.activity.fails);
    if (lost)
      return untested(
        `The result of \`${lost.activity.what}\` is lost: its step passes when the tests fail.`,
        atLine(lost.activity.path, lost.activity.line),
      );
    const swallowed = before.find((t) => t.swallowed !== '');
    if (swallowed?.swallowedAt)
      return untested(
        `${LETS_FAIL[this.plan.pipeline.system] ?? 'continue-on-error'} on ${swallowed.swallowed} lets it go on when \`${swallowed.activity.what}\` fails.`,
        swallowed.swallowedAt,
      );
    const [waited] = before;
    if (waited && asksStatus(job.data.condition) && !job.data.condition.startsWith('!failure()'))
      return untested(
        `It needs job ${waited.job.id}, but its condition \`${job.data.condition}\` lets it run after the tests failed.`,
        jobLine,
      );
    if (waited && this.scenario.after)
      return untested(
        `It starts when ${this.scenario.after.plan.pipeline.title} ends, and does not ask whether that succeeded.`,
        atLine(this.scenario.path, this.scenario.line),
      );
    if (waited) return untested(`It runs although \`${waited.activity.what}\` failed.`, jobLine);
    const skipped = tests.find((t) => !ran.includes(t) && isBefore(this.plan, t, job));
    if (skipped)
      return untested(
        `On ${this.scenario.said} the job ${skipped.job.id} with \`${skipped.activity.what}\` is skipped, and the deploy goes ahead.`,
        atLine(skipped.job.path, skipped.job.data.line),
      );
    const [beside] = ran;
    if (beside && beside.job !== job)
      return untested(
        `\`${beside.activity.what}\` runs in job ${beside.job.id}, and ${job.id} does not wait for it.`,
        atLine(beside.activity.path, beside.activity.line),
      );
    if (beside)
      return untested(
        `\`${beside.activity.what}\` runs only after it.`,
        atLine(beside.activity.path, beside.activity.line),
      );
    return this.#elsewhere(jobLine);
  }

  /** No tests in this run: are there some in another workflow? */
  #elsewhere(jobLine: FileEvidence): Gate {
    const tests = this.everywhere().filter(
      (d) => d.does === 'tests' && !d.activity.elsewhere && d.pipeline !== this.plan.pipeline,
    );
    const untested = (reason: string, test?: Done): Gate => ({
      gate: 'untested',
      reason,
      evidence: test ? [jobLine, atLine(test.activity.path, test.activity.line)] : [jobLine],
    });
    const where = ({ pipeline }: Done): string =>
      pipeline.path === this.plan.pipeline.path ? `the workflow ${pipeline.title}` : pipeline.path;
    const together = /^(push|pull-request|tag|release)$/.test(this.scenario.kind);
    const beside = together ? tests.find((d) => d.kinds.includes(this.scenario.kind)) : undefined;
    if (beside)
      return untested(
        `The tests run in ${where(beside)} at the same time, and nothing here waits for them.`,
        beside,
      );
    const onPush = tests.find((d) => d.kinds.includes('push'));
    if (onPush)
      return untested(
        `The tests run in ${where(onPush)}, and on ${this.scenario.said} nothing waits for them.`,
        onPush,
      );
    const onBuild = tests.find((d) => d.kinds.includes('other'));
    if (onBuild)
      return untested(`The tests run in ${where(onBuild)}, and nothing here waits for them.`, onBuild);
    const onPullRequest = tests.find((d) => d.kinds.includes('pull-request'));
    if (onPullRequest)
      return untested(
        `The tests run for pull requests only (${where(onPullRequest)}); on ${this.scenario.said} nothing waits for tests. Whether branch protection asks for them cannot be seen here.`,
        onPullRequest,
      );
    return untested('No step before it runs tests.');
  }
}

/** The tests gate it only under some conditions: which ones. */
function sometimes(
  failing: readonly Outcome[],
  routes: readonly Outcome[],
  deploy: Activity,
  tests: readonly Placed[],
): Gate {
  const gated = failing.filter((o) => !o.ran.has(deploy));
  const questions = new Set<string>();
  for (const route of routes)
    for (const [question, answer] of route.answers)
      if (gated.some((g) => g.answers.has(question) && g.answers.get(question) !== answer))
        questions.add(question);
  const choice = [...questions].find((q) =>
    /^(inputs\.|github\.event\.inputs\.|contains\(github\.event\.head_commit\.message|github\.event\.head_commit\.message)/.test(
      q,
    ),
  );
  const [test] = tests;
  const evidence = test ? [atLine(test.activity.path, test.activity.line)] : [];
  if (choice)
    return {
      gate: 'untested',
      reason: `Whoever starts it can pass over the tests: they depend on \`${choice}\`.`,
      evidence,
    };
  const [question = 'a condition'] = questions;
  return {
    gate: 'unknown',
    reason: `The tests gate it only where \`${question}\` says so, which is decided while it runs.`,
    evidence,
  };
}

function agree(a: ReadonlyMap<string, boolean>, b: ReadonlyMap<string, boolean>): boolean {
  return [...a].every(([question, answer]) => !b.has(question) || b.get(question) === answer);
}

/** A ref that a person or an event chooses, rather than the commit of the run. */
function isChosenRef(ref: string): boolean {
  return (
    ref !== '' &&
    !/github\.(sha|ref|ref_name|head_ref|event\.pull_request\.head\.sha|event\.after)\b/.test(ref)
  );
}
