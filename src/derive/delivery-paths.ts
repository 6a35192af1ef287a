/** Every way from a trigger to an environment or registry, with what gates it: pipelines are run in thought, once with failing tests. */
import { knownEnvironment, normaliseEnvironment } from '../model/environment-name.js';
import { atLine, type FileEvidence } from '../model/evidence.js';
import { type AnyFact, type FactData, factsOf } from '../model/facts.js';
import type { Gap } from '../model/gap.js';
import type { Activity, Does, Surroundings } from './activity.js';
import { type Pipeline, type Plan, type PlannedJob, type PlannedStep, Planner } from './delivery-plan.js';
import { type Fails, type Outcome, outcomes } from './delivery-run.js';
import { type Scenario, Scenarios, usualBranch } from './delivery-scenarios.js';
import type { Derivation } from './derivation.js';
import { factList } from './fact-list.js';
import { asksStatus } from './github-condition.js';

type Path = FactData<'delivery-path'>;
type Target = Path['target'];

const TARGETS: Partial<Record<Does, Target>> = {
  deploys: 'environment',
  'applies-iac': 'environment',
  publishes: 'artifact',
  'writes-gitops': 'gitops',
};

const nothingFails: Fails = (a) => a.does === 'fails';
const testsFail: Fails = (a) => a.does === 'fails' || (a.does === 'tests' && !a.elsewhere && !a.partial);
const unseenFails: Fails = (a) => testsFail(a) || (a.does === 'unknown' && a.may.includes('tests'));

export const deliveryPaths: Derivation = {
  name: 'delivery-paths',
  gives: ['delivery-path', 'pipeline-activity'],
  derive(facts, _gaps, repository) {
    const list = factList(repository);
    const reading = new PipelineReading(facts, repository);
    for (const { pipeline, job, activity, does, kinds, blocks } of reading.done()) {
      list.add(
        'pipeline-activity',
        `${activity.what} in ${pipeline.path}`,
        {
          activity: does,
          pipeline: pipeline.path,
          job: job.id,
          triggers: kinds,
          blocks,
          command: activity.what,
        },
        [atLine(activity.path, activity.line)],
      );
    }
    for (const { name, data, evidence } of reading.paths()) list.add('delivery-path', name, data, evidence);
    return { facts: list.facts, gaps: reading.unseen(repository) };
  },
};

/** One environment for each change: the name is made of the branch or request. */
const EACH_CHANGE = /^(review|preview|pr|mr|pull-request|merge-request)s?[/_-].*\$\{\{/i;

/** The word by which a system lets a job or step fail. */
const LETS_FAIL: Partial<Record<Pipeline['system'], string>> = {
  'azure-pipelines': 'continueOnError',
  'gitlab-ci': 'allow_failure',
  buildkite: 'soft_fail',
  travis: 'allow_failures',
};

/** A group that is named for one run or commit keeps no other run back. */
const ONE_RUN =
  /github\.(sha|run_id|run_number)|CI_(COMMIT_(SHORT_)?SHA|PIPELINE_I?ID|JOB_ID)|pipeline\.(id|number)|BUILD_(BUILDID|NUMBER)|BUILDKITE_(COMMIT|BUILD)/i;

/** A job of a plan with an activity of its steps, and what the steps around it do to a failure. */
interface Placed {
  job: PlannedJob;
  activity: Activity;
  /** Its failure is swallowed by continue-on-error: of what. */
  swallowed: string;
  swallowedAt: FileEvidence | undefined;
}

interface Ordinary {
  scenario: Scenario;
  passing: Outcome[];
}

interface Done {
  pipeline: Pipeline;
  job: PlannedJob;
  activity: Activity;
  does: Does;
  kinds: string[];
  blocks: boolean;
}

interface Found {
  name: string;
  data: Path;
  evidence: FileEvidence[];
}

class PipelineReading {
  readonly #pipelines: readonly Pipeline[];
  readonly #plans = new Map<Pipeline, Plan>();
  readonly #runs = new Map<Pipeline, Ordinary[]>();
  readonly #scenarios: Scenarios;
  readonly #planner: Planner;

  constructor(facts: readonly AnyFact[], repository: string) {
    const pipelines = factsOf(facts, 'pipeline');
    this.#pipelines = pipelines.map((p) => p.data).filter((p) => !p.composite);
    this.#planner = new Planner(pipelines, surroundings(facts, repository));
    const declared = factsOf(facts, 'repository')[0]?.data.defaultBranch;
    this.#scenarios = new Scenarios(
      this.#pipelines,
      (p) => this.#plan(p),
      declared || usualBranch(this.#pipelines),
    );
  }

  #plan(pipeline: Pipeline): Plan {
    const known = this.#plans.get(pipeline) ?? this.#planner.plan(pipeline);
    this.#plans.set(pipeline, known);
    return known;
  }

  /** How the runs of a pipeline go where nothing fails. */
  #ordinary(pipeline: Pipeline): Ordinary[] {
    const known = this.#runs.get(pipeline);
    if (known) return known;
    const plan = this.#plan(pipeline);
    const made = this.#scenarios
      .of(pipeline)
      .map((scenario) => ({ scenario, passing: outcomes(plan, scenario, nothingFails) }));
    this.#runs.set(pipeline, made);
    return made;
  }

  /** What the pipelines do, with the kinds of trigger that may bring it about. */
  readonly #all = lazily(() => this.#pipelines.flatMap((pipeline) => this.#activitiesOf(pipeline)));

  #activitiesOf(pipeline: Pipeline): Done[] {
    const plan = this.#plan(pipeline);
    const kinds = new Map<Activity, Set<string>>();
    const outside = pipeline.triggers.some((t) => t.event === 'external');
    // Nobody says that pull requests or tags are built, where not only they get there.
    for (const { scenario, passing } of this.#ordinary(pipeline))
      for (const { ran } of passing)
        for (const activity of ran)
          if (!outside || !scenario.fallback || !kinds.get(activity)?.has('other'))
            kinds.set(activity, (kinds.get(activity) ?? new Set()).add(scenario.kind));
    return placedIn(plan).flatMap(({ job, activity, swallowed }) => {
      const by = [...(kinds.get(activity) ?? [])].sort();
      return by.length === 0
        ? []
        : [
            {
              pipeline,
              job,
              activity,
              does: activity.does,
              kinds: by,
              blocks: activity.fails && swallowed === '',
            },
          ];
    });
  }

  /** What each line does, once: several commands of a kind behind one line count as one, which blocks only if all do. */
  done(): (Done & { does: FactData<'pipeline-activity'>['activity'] })[] {
    const found = new Map<string, Done & { does: FactData<'pipeline-activity'>['activity'] }>();
    for (const one of this.#all()) {
      if (one.does === 'unknown' || one.does === 'fails' || one.activity.elsewhere) continue;
      const does = one.does === 'writes-gitops' ? 'deploys' : one.does;
      const { path, line } = one.activity;
      const key = [does, one.pipeline.path, one.job.id, path, line].join('\n');
      const known = found.get(key);
      if (!known) found.set(key, { ...one, does });
      else
        found.set(key, {
          ...known,
          kinds: [...new Set([...known.kinds, ...one.kinds])].sort(),
          blocks: known.blocks && one.blocks,
        });
    }
    return [...found.values()];
  }

  /** Gaps for what may test or deploy and cannot be seen. */
  unseen(repository: string): Gap[] {
    const gaps = new Map<string, Gap>();
    for (const { activity, pipeline } of this.#all()) {
      if (activity.does !== 'unknown' || activity.may.length === 0) continue;
      const tests = activity.may.includes('tests');
      const deploys = activity.may.includes('deploys');
      const what = `${activity.what} (${activity.path}:${activity.line}) may ${tests && deploys ? 'test or deploy' : tests ? 'run tests' : 'deploy'}, and ${activity.because}`;
      gaps.set(what, {
        repository,
        kinds: [
          ...(tests ? (['pipeline-activity'] as const) : []),
          ...(deploys ? (['delivery-path'] as const) : []),
        ],
        reason: 'not-supported',
        what,
        remedy: '',
        path: pipeline.path,
      });
    }
    return [...gaps.values()];
  }

  paths(): Found[] {
    return this.#pipelines.flatMap((pipeline) => this.#pathsOf(pipeline));
  }

  #pathsOf(pipeline: Pipeline): Found[] {
    const plan = this.#plan(pipeline);
    const deploys = placedIn(plan).filter(({ activity }) => TARGETS[activity.does]);
    if (deploys.length === 0) return [];
    const found = new Map<string, Found>();
    const reached = new Map<Activity, Set<string>>();
    const all = this.#ordinary(pipeline);
    const inTurn = [...all.filter((o) => !o.scenario.fallback), ...all.filter((o) => o.scenario.fallback)];
    for (const { scenario, passing } of inTurn) {
      const failing = lazily(() => outcomes(plan, scenario, testsFail));
      const unseen = lazily(() => outcomes(plan, scenario, unseenFails));
      for (const placed of deploys) {
        const { activity } = placed;
        if (!passing.some((o) => o.ran.has(activity))) continue;
        const before = reached.get(activity) ?? new Set();
        if (scenario.fallback && before.size > 0) continue;
        before.add(scenario.kind);
        reached.set(activity, before);
        const gate = this.#gate(plan, scenario, placed, { passing, failing: failing(), unseen: unseen() });
        const waits = passing.every((o) => o.held.has(activity) || !o.ran.has(activity));
        for (const path of this.#found(plan, scenario, placed, gate, waits)) keepWorst(found, path);
      }
    }
    return [...found.values()];
  }

  #found(plan: Plan, scenario: Scenario, { job, activity }: Placed, gate: Gate, waits: boolean): Found[] {
    const byHand = scenario.kind === 'manual' || waits;
    const { pipeline } = plan;
    const target = TARGETS[activity.does] ?? 'artifact';
    const group = job.concurrency || plan.pipeline.concurrency;
    return environmentsOf(job, activity, scenario, pipeline).map((environment) => ({
      name: `${target === 'artifact' ? 'Publishing' : 'Deploying'} in ${job.id} of ${pipeline.path}${environment === '' ? '' : ` to ${environment}`} on ${scenario.said}`,
      data: {
        pipeline: pipeline.path,
        system: pipeline.system,
        trigger: scenario.kind,
        job: job.id,
        target,
        environment,
        gate: gate.gate,
        reason: gate.reason,
        approval: byHand,
        automatic: !byHand,
        serialised: group !== '' && !ONE_RUN.test(group),
      },
      evidence: [
        atLine(activity.path, activity.line, 'deploy'),
        atLine(scenario.path, scenario.line, 'trigger'),
        ...gate.evidence.map((e) => atLine(e.path, e.line, 'gate')),
      ],
    }));
  }

  #gate(
    plan: Plan,
    scenario: Scenario,
    placed: Placed,
    runs: { passing: Outcome[]; failing: Outcome[]; unseen: Outcome[] },
  ): Gate {
    const { activity } = placed;
    const happens = (some: readonly Outcome[]) => some.filter((o) => o.ran.has(activity));
    const routes = happens(runs.failing);
    if (routes.length === 0) return this.#tested(plan, scenario, placed);
    if (happens(runs.unseen).length === 0) return this.#waitsForUnseen(plan, scenario, placed);
    const relayed = this.#relayed(plan, scenario, routes);
    if (relayed) return relayed;
    const gatedSomewhere = runs.failing.some(
      (o) =>
        !o.ran.has(activity) && runs.passing.some((p) => p.ran.has(activity) && agree(p.answers, o.answers)),
    );
    if (gatedSomewhere) return sometimes(runs.failing, routes, activity, this.#testsOf(plan, scenario));
    return this.#hole(plan, scenario, placed, runs.failing);
  }

  /** It asks for an output of a job that comes after the tests: what decides on that output cannot be told. */
  #relayed(plan: Plan, scenario: Scenario, routes: readonly Outcome[]): Gate | undefined {
    const tests = this.#testsOf(plan, scenario);
    for (const job of plan.jobs) {
      const asks = new RegExp(`\\bneeds\\.${job.data.id.replace(/[^\w-]/g, '\\$&')}\\.outputs\\b`);
      if (!routes.every((r) => [...r.answers.keys()].some((question) => asks.test(question)))) continue;
      if (!tests.some((t) => isBefore(plan, t, job) && t.job !== job)) continue;
      return {
        gate: 'unknown',
        reason: `It goes by an output of job ${job.id}, which comes after the tests; how that is decided cannot be told.`,
        evidence: [atLine(job.path, job.data.line)],
      };
    }
    return undefined;
  }

  #testsOf(plan: Plan, scenario: Scenario): Placed[] {
    const before = scenario.after ? placedIn(scenario.after.plan) : [];
    return [...placedIn(plan), ...before].filter(({ activity }) => activity.does === 'tests');
  }

  /** The first of these that alone keeps the deploy from happening. */
  #gateAmong(
    candidates: readonly Placed[],
    plan: Plan,
    scenario: Scenario,
    deploy: Activity,
  ): Placed | undefined {
    return candidates.find(({ activity }) =>
      outcomes(plan, scenario, (a) => a.does === 'fails' || a === activity).every((o) => !o.ran.has(deploy)),
    );
  }

  #tested(plan: Plan, scenario: Scenario, placed: Placed): Gate {
    const gate = this.#gateAmong(this.#testsOf(plan, scenario), plan, scenario, placed.activity);
    const other = this.#otherCommit(plan, scenario, placed, gate);
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
  #otherCommit(plan: Plan, scenario: Scenario, { job }: Placed, gate: Placed | undefined): Gate | undefined {
    if (!gate) return undefined;
    const line = atLine(scenario.path, scenario.line);
    const fromRunBefore =
      scenario.after !== undefined && !placedIn(plan).some((p) => p.activity === gate.activity);
    if (fromRunBefore) {
      const line = atLine(scenario.path, scenario.line);
      if (job.checksOut && !/workflow_run\.(head_sha|head_commit\.id|head_branch)/.test(job.ref))
        return {
          gate: 'untested',
          reason: `It waits for ${scenario.after?.plan.pipeline.title} to succeed but checks out the newest commit of the default branch, which need not be the tested one.`,
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

  #waitsForUnseen(plan: Plan, scenario: Scenario, placed: Placed): Gate {
    const before = scenario.after ? placedIn(scenario.after.plan) : [];
    const unseen = [...placedIn(plan), ...before].filter(
      ({ activity }) => activity.does === 'unknown' && activity.may.includes('tests'),
    );
    const gate = this.#gateAmong(unseen, plan, scenario, placed.activity);
    if (!gate)
      return { gate: 'unknown', reason: 'It waits for something that cannot be seen.', evidence: [] };
    return {
      gate: 'unknown',
      reason: `It waits for \`${gate.activity.what}\`, which may run the tests: ${gate.activity.because}.`,
      evidence: [atLine(gate.activity.path, gate.activity.line)],
    };
  }

  /** Why failing tests do not keep the deploy from happening. */
  #hole(plan: Plan, scenario: Scenario, { job, activity }: Placed, failing: readonly Outcome[]): Gate {
    const untested = (reason: string, at: FileEvidence): Gate => ({
      gate: 'untested',
      reason,
      evidence: [at],
    });
    const jobLine = atLine(job.path, job.data.line);
    const tests = this.#testsOf(plan, scenario).filter(({ activity: a }) => !a.elsewhere);
    const ran = tests.filter(
      ({ activity: a }) => failing.some((o) => o.ran.has(a)) || scenario.after !== undefined,
    );
    const before = ran.filter(
      (t) => isBefore(plan, t, job) || (t.job === job && comesFirst(job, t.activity, activity)),
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
        `${LETS_FAIL[plan.pipeline.system] ?? 'continue-on-error'} on ${swallowed.swallowed} lets it go on when \`${swallowed.activity.what}\` fails.`,
        swallowed.swallowedAt,
      );
    const [waited] = before;
    if (waited && asksStatus(job.data.condition) && !job.data.condition.startsWith('!failure()'))
      return untested(
        `It needs job ${waited.job.id}, but its condition \`${job.data.condition}\` lets it run after the tests failed.`,
        jobLine,
      );
    if (waited && scenario.after)
      return untested(
        `It starts when ${scenario.after.plan.pipeline.title} ends, and does not ask whether that succeeded.`,
        atLine(scenario.path, scenario.line),
      );
    if (waited) return untested(`It runs although \`${waited.activity.what}\` failed.`, jobLine);
    const skipped = tests.find((t) => !ran.includes(t) && isBefore(plan, t, job));
    if (skipped)
      return untested(
        `On ${scenario.said} the job ${skipped.job.id} with \`${skipped.activity.what}\` is skipped, and the deploy goes ahead.`,
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
    return this.#elsewhere(plan, scenario, jobLine);
  }

  /** No tests in this run: are there some in another workflow? */
  #elsewhere(plan: Plan, scenario: Scenario, jobLine: FileEvidence): Gate {
    const tests = this.#all().filter(
      (d) => d.does === 'tests' && !d.activity.elsewhere && d.pipeline !== plan.pipeline,
    );
    const untested = (reason: string, test?: Done): Gate => ({
      gate: 'untested',
      reason,
      evidence: test ? [jobLine, atLine(test.activity.path, test.activity.line)] : [jobLine],
    });
    const where = ({ pipeline }: Done): string =>
      pipeline.path === plan.pipeline.path ? `the workflow ${pipeline.title}` : pipeline.path;
    const together = /^(push|pull-request|tag|release)$/.test(scenario.kind);
    const beside = together ? tests.find((d) => d.kinds.includes(scenario.kind)) : undefined;
    if (beside)
      return untested(
        `The tests run in ${where(beside)} at the same time, and nothing here waits for them.`,
        beside,
      );
    const onPush = tests.find((d) => d.kinds.includes('push'));
    if (onPush)
      return untested(
        `The tests run in ${where(onPush)}, and on ${scenario.said} nothing waits for them.`,
        onPush,
      );
    const onBuild = tests.find((d) => d.kinds.includes('other'));
    if (onBuild)
      return untested(`The tests run in ${where(onBuild)}, and nothing here waits for them.`, onBuild);
    const onPullRequest = tests.find((d) => d.kinds.includes('pull-request'));
    if (onPullRequest)
      return untested(
        `The tests run for pull requests only (${where(onPullRequest)}); on ${scenario.said} nothing waits for tests. Whether branch protection asks for them cannot be seen here.`,
        onPullRequest,
      );
    return untested('No step before it runs tests.');
  }
}

interface Gate {
  gate: Path['gate'];
  reason: string;
  evidence: FileEvidence[];
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

/** Every activity of a plan, in the order of jobs and steps. */
function placedIn(plan: Plan): Placed[] {
  return plan.jobs.flatMap((job) => {
    const ofJob =
      job.data.continueOnError ||
      (job.data.continueOnErrorWhen !== '' && !/\bmatrix\./.test(job.data.continueOnErrorWhen));
    const holder = ofJob
      ? { swallowed: `job ${job.id}`, swallowedAt: atLine(job.path, job.data.line) }
      : { swallowed: '', swallowedAt: undefined };
    const swallow = (placed: Placed): Placed => (holder.swallowed !== '' ? { ...placed, ...holder } : placed);
    if (job.called) return placedIn(job.called).map(swallow);
    if (job.unseen) return [{ job, activity: job.unseen, ...holder }];
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
function isBefore(plan: Plan, test: Placed, job: PlannedJob): boolean {
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

function comesFirst(job: PlannedJob, first: Activity, second: Activity): boolean {
  const order = inSteps(job, job.steps).map((p) => p.activity);
  return order.indexOf(first) < order.indexOf(second);
}

/** A ref that a person or an event chooses, rather than the commit of the run. */
function isChosenRef(ref: string): boolean {
  return (
    ref !== '' &&
    !/github\.(sha|ref|ref_name|head_ref|event\.pull_request\.head\.sha|event\.after)\b/.test(ref)
  );
}

function environmentsOf(
  job: PlannedJob,
  activity: Activity,
  scenario: Scenario,
  pipeline: Pipeline,
): string[] {
  const named = job.environments.filter((e) => !e.includes('${{')).map(normaliseEnvironment);
  if (named.length > 0) return [...new Set(named)];
  if (job.environments.some((e) => EACH_CHANGE.test(e))) return ['preview'];
  if (TARGETS[activity.does] === 'artifact') return [''];
  if (activity.preview || (scenario.kind === 'pull-request' && activity.environment === ''))
    return ['preview'];
  if (activity.environment !== '') return [activity.environment];
  // A job that chooses at run time is not named for one.
  if (job.environments.length > 0) return [''];
  const words = [
    job.data.id,
    job.data.title,
    pipeline.title,
    pipeline.path.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
  ];
  for (const text of words) {
    const known = new Set(
      text
        .toLowerCase()
        .split(/[^a-z]+/)
        .map(knownEnvironment)
        .filter((e) => /^(production|staging|development|qa|uat|preprod|sandbox|preview)$/.test(e)),
    );
    const [only, ...others] = known;
    if (only !== undefined && others.length === 0) return [only];
  }
  return [''];
}

const WORST: readonly Path['gate'][] = ['untested', 'unknown', 'tested'];

/** One path for all the commands of a job that go the same way: the least gated one speaks for them. */
function keepWorst(found: Map<string, Found>, path: Found): void {
  const key = [path.data.job, path.data.target, path.data.environment, path.data.trigger].join('\n');
  const known = found.get(key);
  if (!known || WORST.indexOf(path.data.gate) < WORST.indexOf(known.data.gate)) found.set(key, path);
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function surroundings(facts: readonly AnyFact[], repository: string): Surroundings {
  return {
    repository,
    packages: factsOf(facts, 'package').map((p) => ({ name: p.name, data: p.data })),
    dockerfiles: factsOf(facts, 'dockerfile').flatMap((d) => {
      const [first] = d.evidence;
      return first?.type === 'file' ? [{ path: first.path, data: d.data }] : [];
    }),
    scripts: factsOf(facts, 'script').map((s) => s.data),
    hasTests: factsOf(facts, 'test-suite').length > 0,
  };
}
