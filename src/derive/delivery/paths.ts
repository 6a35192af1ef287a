/** Every way from a trigger to an environment or registry, with what gates it: pipelines are run in thought, once with failing tests. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import { type AnyFact, type FactData, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import { lazily } from '../../parse/lazily.js';
import type { Activity, Surroundings } from '../commands/activity.js';
import type { Derivation } from '../derivation.js';
import { factList } from '../fact-list.js';
import { type Done, type Gate, Gates } from './gate.js';
import { type Placed, placedIn } from './placed.js';
import { type Pipeline, type Plan, Planner } from './plan.js';
import { type Fails, type Outcome, outcomes } from './run.js';
import { type Scenario, Scenarios, usualBranch } from './scenarios.js';
import { environmentsOf, isForTests, TARGETS } from './targets.js';

type Path = FactData<'delivery-path'>;

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
          forTests: isForTests(pipeline, job, TARGETS[does]),
          command: activity.what,
        },
        [atLine(activity.path, activity.line)],
      );
    }
    for (const { name, data, evidence } of reading.paths()) list.add('delivery-path', name, data, evidence);
    return { facts: list.facts, gaps: reading.unseen(repository) };
  },
};

/** A group that is named for one run or commit keeps no other run back. */
const ONE_RUN =
  /github\.(sha|run_id|run_number)|CI_(COMMIT_(SHORT_)?SHA|PIPELINE_I?ID|JOB_ID)|pipeline\.(id|number)|BUILD_(BUILDID|NUMBER)|BUILDKITE_(COMMIT|BUILD)/i;

interface Ordinary {
  scenario: Scenario;
  passing: Outcome[];
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
      const gates = new Gates(plan, scenario, this.#all);
      for (const placed of deploys) {
        const { activity } = placed;
        if (!passing.some((o) => o.ran.has(activity))) continue;
        const before = reached.get(activity) ?? new Set();
        if (scenario.fallback && before.size > 0) continue;
        before.add(scenario.kind);
        reached.set(activity, before);
        const gate = gates.of(placed, { passing, failing: failing(), unseen: unseen() });
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
        forTests: isForTests(pipeline, job, target),
      },
      evidence: [
        atLine(activity.path, activity.line, 'deploy'),
        atLine(scenario.path, scenario.line, 'trigger'),
        ...gate.evidence.map((e) => atLine(e.path, e.line, 'gate')),
      ],
    }));
  }
}

const WORST: readonly Path['gate'][] = ['untested', 'unknown', 'tested'];

/** One path for all the commands of a job that go the same way: the least gated one speaks for them. */
function keepWorst(found: Map<string, Found>, path: Found): void {
  const key = [path.data.job, path.data.target, path.data.environment, path.data.trigger].join('\n');
  const known = found.get(key);
  if (!known || WORST.indexOf(path.data.gate) < WORST.indexOf(known.data.gate)) found.set(key, path);
}

function surroundings(facts: readonly AnyFact[], repository: string): Surroundings {
  return {
    repository,
    packages: factsOf(facts, 'package').map((p) => ({ name: p.name, data: p.data })),
    dockerfiles: factsOf(facts, 'dockerfile').flatMap((d) => {
      const [first] = d.evidence;
      return first?.type === 'file' ? [{ path: first.path, data: d.data }] : [];
    }),
    // In the order of their files: the first target is what runs where none is named.
    scripts: [...factsOf(facts, 'script')].sort((a, b) => lineOf(a) - lineOf(b)).map((s) => s.data),
    hasTests: factsOf(facts, 'test-suite').length > 0,
  };
}

function lineOf({ evidence: [first] }: AnyFact): number {
  return first?.type === 'file' ? first.line : 0;
}
