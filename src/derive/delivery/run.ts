/** Runs a plan in thought: which activities happen when some of them fail, in every way in which open questions may be answered. */
import { runsOnlyAfter } from '../../parse/shell/shell.js';
import type { Activity } from '../commands/activity.js';
import { holds, isTrue, resolve, type Scope, type Value, World } from './github-condition.js';
import type { Plan, PlannedJob, PlannedStep } from './plan.js';
import type { Scenario } from './scenarios.js';

type Result = 'success' | 'failure' | 'skipped';
export type Fails = (activity: Activity) => boolean;

/** What happened in one world. */
export interface Outcome {
  ran: ReadonlySet<Activity>;
  /** Of those, the ones that waited for a person. */
  held: ReadonlySet<Activity>;
  answers: ReadonlyMap<string, boolean>;
}

/** More worlds than these are not tried; the first ones assume the most. */
const MOST_WORLDS = 96;

/** Every way in which a run of the plan may go. */
export function outcomes(plan: Plan, scenario: Scenario, fails: Fails): Outcome[] {
  const found: Outcome[] = [];
  const waiting: ReadonlyMap<string, boolean>[] = [new Map()];
  for (let next = waiting.shift(); next && found.length < MOST_WORLDS; next = waiting.shift()) {
    const world = new World(next);
    const ran = new Set<Activity>();
    const held = new Set<Activity>();
    let conclusion: Result = 'success';
    if (scenario.after)
      conclusion = new Run(scenario.after.scenario, world, fails, new Set(), new Set(), 'success').plan(
        scenario.after.plan,
      );
    new Run(scenario, world, fails, ran, held, conclusion).plan(plan);
    found.push({ ran, held, answers: world.answers });
    // Each question that was open has now been answered with yes; the other worlds answer it with no.
    const sofar = new Map(next);
    for (const question of world.opened) {
      waiting.push(new Map([...sofar, [question, false]]));
      sofar.set(question, true);
    }
  }
  return found;
}

class Run {
  constructor(
    readonly scenario: Scenario,
    readonly world: World,
    readonly fails: Fails,
    readonly ran: Set<Activity>,
    readonly held: Set<Activity>,
    /** How the workflow before this one ended. */
    readonly conclusion: Result,
  ) {}

  /** Does what runs now wait for a person? */
  #waits = false;

  /** Runs a workflow; gives its conclusion. */
  plan(plan: Plan, caller?: Scope): Result {
    const waitsBefore = this.#waits;
    const approved = new Set<string>();
    const results = new Map<string, Result>();
    const ancestors = new Map<string, ReadonlySet<string>>();
    const inputs = this.#inputs(plan, caller);
    for (const job of plan.jobs) {
      const before = new Set(job.needs.flatMap((n) => [n, ...(ancestors.get(n) ?? [])]));
      ancestors.set(job.data.id, before);
      const all = [...before].map((n) => results.get(n) ?? 'success');
      const scope: Scope = {
        world: this.world,
        status: {
          success: all.every((r) => r === 'success'),
          failure: all.includes('failure'),
          cancelled: false,
        },
        lookup: (path) =>
          needed(path, job, results) ??
          variable(path, job, () => scope) ??
          inputs(path) ??
          this.#github(path),
      };
      if (job.data.approval && (job.data.approvalWhen === '' || isTrue(job.data.approvalWhen, scope)))
        approved.add(job.data.id);
      this.#waits = waitsBefore || approved.has(job.data.id) || [...before].some((n) => approved.has(n));
      results.set(job.data.id, this.#job(job, scope));
    }
    this.#waits = waitsBefore;
    return [...results.values()].includes('failure') ? 'failure' : 'success';
  }

  #job(job: PlannedJob, scope: Scope): Result {
    if (!holds(job.data.condition, scope)) return 'skipped';
    let failed = false;
    if (job.called) failed = this.plan(job.called, scope) === 'failure';
    else if (job.unseen.length > 0) failed = this.#activities(job.unseen, scope);
    else failed = this.#steps(job.steps, scope);
    return failed && !this.#goesOn(job.data, scope) ? 'failure' : 'success';
  }

  /** Runs steps one after another; did one of them fail? */
  #steps(steps: readonly PlannedStep[], outer: Scope, already = false): boolean {
    let failed = already;
    const ended = new Map<string, { outcome: Result; conclusion: Result }>();
    for (const step of steps) {
      if (step.activities.length === 0 && step.inner.length === 0) continue;
      const scope: Scope = {
        world: this.world,
        status: { success: !failed, failure: failed, cancelled: false },
        lookup: (path) => stepResult(path, ended, failed) ?? outer.lookup(path),
      };
      if (!holds(step.data.condition, scope)) {
        ended.set(step.data.id, { outcome: 'skipped', conclusion: 'skipped' });
        continue;
      }
      const fails =
        step.inner.length > 0
          ? this.#steps(step.inner, handed(step, scope), false)
          : this.#activities(step.activities, scope);
      const goesOn = fails && this.#goesOn(step.data, scope);
      ended.set(step.data.id, {
        outcome: fails ? 'failure' : 'success',
        conclusion: fails && !goesOn ? 'failure' : 'success',
      });
      if (fails && !goesOn) failed = true;
    }
    return failed && !already;
  }

  #activities(activities: readonly Activity[], scope: Scope): boolean {
    const failed: Activity[] = [];
    for (const activity of activities) {
      if (failed.some((f) => runsOnlyAfter(f, activity))) continue;
      if (activity.when !== '' && !isTrue(activity.when, scope)) continue;
      if (this.#happens(activity)) failed.push(activity);
    }
    return failed.some((f) => f.fails);
  }

  #happens(activity: Activity): boolean {
    this.ran.add(activity);
    if (this.#waits) this.held.add(activity);
    return this.fails(activity);
  }

  #goesOn(of: { continueOnError: boolean; continueOnErrorWhen: string }, scope: Scope): boolean {
    if (of.continueOnErrorWhen === '') return of.continueOnError;
    // Of a matrix, some legs may fail; the others still count.
    return !/\bmatrix\./.test(of.continueOnErrorWhen) && isTrue(of.continueOnErrorWhen, scope);
  }

  /** `inputs.x`: what the caller hands in, or what a person may choose. */
  #inputs(plan: Plan, caller: Scope | undefined): (path: readonly string[]) => Value | undefined {
    return (path) => {
      const name =
        path[0] === 'inputs'
          ? path[1]
          : path[0] === 'github' && path[1] === 'event' && path[2] === 'inputs'
            ? path[3]
            : undefined;
      if (name === undefined) return undefined;
      const declared = plan.pipeline.inputs.find((i) => i.name === name);
      const given = plan.given.get(name);
      if (given !== undefined && caller) return typed(resolve(given, caller));
      if (caller) return typed(declared?.default ?? '');
      if (this.scenario.kind === 'manual') return undefined;
      // Started by an event, a workflow has no inputs; elsewhere they take their defaults.
      return plan.pipeline.system === 'github-actions' ? '' : typed(declared?.default ?? '');
    };
  }

  #github(path: readonly string[]): Value | undefined {
    const name = path.join('.').toLowerCase();
    if (name === 'github.event.workflow_run.conclusion')
      return this.scenario.after ? this.conclusion : undefined;
    if (name === 'runner.os') return 'Linux';
    return this.scenario.values.get(name);
  }
}

function needed(
  path: readonly string[],
  job: PlannedJob,
  results: ReadonlyMap<string, Result>,
): Value | undefined {
  if (path[0] !== 'needs') return undefined;
  if (path[1] === '*')
    return path[2] === 'result' ? job.needs.map((n) => results.get(n) ?? 'success') : undefined;
  return path[2] === 'result' && path[1] !== undefined ? (results.get(path[1]) ?? 'success') : undefined;
}

function variable(path: readonly string[], job: PlannedJob, scope: () => Scope): Value | undefined {
  if (path[0] !== 'env') return undefined;
  const written = job.data.variables.find((v) => v.name === path[1])?.value;
  if (written === undefined || /\benv\./.test(written)) return undefined;
  return resolve(written, scope());
}

function stepResult(
  path: readonly string[],
  ended: ReadonlyMap<string, { outcome: Result; conclusion: Result }>,
  failed: boolean,
): Value | undefined {
  if (path[0] === 'job' && path[1] === 'status') return failed ? 'failure' : 'success';
  if (path[0] !== 'steps' || (path[2] !== 'outcome' && path[2] !== 'conclusion')) return undefined;
  return ended.get(path[1] ?? '')?.[path[2]] ?? 'success';
}

/** Inside a composite action, `inputs` are what the step hands in. */
function handed(step: PlannedStep, outer: Scope): Scope {
  return {
    ...outer,
    lookup: (path) => {
      if (path[0] !== 'inputs') return outer.lookup(path);
      const given = step.given.get(path[1] ?? '');
      return given === undefined ? undefined : typed(resolve(given, outer));
    },
  };
}

/** Booleans pass through YAML as text. */
function typed(value: Value): Value {
  return value === 'true' ? true : value === 'false' ? false : value;
}
