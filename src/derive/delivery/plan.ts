/** Pipelines -> plans: each job with what its steps do, calls of workflows and actions of the same repository followed. */
import { environmentWithin } from '../../model/environment-name.js';
import type { Fact, FactData } from '../../model/facts.js';
import { readShell } from '../../parse/shell/shell.js';
import { type Activity, isOwnRepository, oneOfEach, type Surroundings } from '../commands/activity.js';
import { activitiesOf } from '../commands/commands.js';
import { type JobSoFar, newJob } from '../commands/reading.js';
import { actionDoes } from '../commands/ready-made/actions.js';

export type Pipeline = FactData<'pipeline'>;
type JobData = Pipeline['jobs'][number];
type StepData = JobData['steps'][number];

export interface PlannedStep {
  data: StepData;
  activities: readonly Activity[];
  /** The steps of the composite action that it uses, and what it hands to them. */
  inner: readonly PlannedStep[];
  given: ReadonlyMap<string, string>;
}

export interface PlannedJob {
  data: JobData;
  /** The file that it stands in. */
  path: string;
  /** `caller / job` for a job of a called workflow. */
  id: string;
  needs: readonly string[];
  steps: readonly PlannedStep[];
  /** The workflow that it calls, when that is in the same repository. */
  called: Plan | undefined;
  /** What a call of a workflow that cannot be seen stands for; empty for any other job. */
  unseen: readonly Activity[];
  /** The environments that the job names; several for a matrix over them. */
  environments: readonly string[];
  /** The ref that it checks out, as written; empty for the commit that started the run. */
  ref: string;
  checksOut: boolean;
  concurrency: string;
}

export interface Plan {
  pipeline: Pipeline;
  /** After those that they need. */
  jobs: readonly PlannedJob[];
  /** What the caller hands in, as written there. */
  given: ReadonlyMap<string, string>;
}

const DEEPEST_CALL = 10;
/** GitHub follows fewer calls in one run. */
const MOST_CALLS = 200;
/** So many legs of a matrix show what they run. */
const MOST_LEGS = 32;

export class Planner {
  readonly #byPath: ReadonlyMap<string, Pipeline>;

  constructor(
    pipelines: readonly Fact<'pipeline'>[],
    readonly around: Surroundings,
  ) {
    this.#byPath = new Map(pipelines.map((p) => [p.data.path, p.data]));
  }

  #calls = 0;

  /** The plan of a pipeline that something starts. */
  plan(pipeline: Pipeline): Plan {
    this.#calls = 0;
    return this.#plan(pipeline, new Map(), '', 0);
  }

  #plan(pipeline: Pipeline, given: ReadonlyMap<string, string>, prefix: string, depth: number): Plan {
    // What one job builds, another puts on pages.
    const built = { docs: false };
    const jobs = inOrder(pipeline.jobs).map((job) => this.#job(pipeline, job, given, prefix, depth, built));
    return { pipeline, jobs, given };
  }

  /** May another call be followed? Calls of each other would go on without end. */
  #follows(depth: number): boolean {
    this.#calls += 1;
    return depth < DEEPEST_CALL && this.#calls <= MOST_CALLS;
  }

  /** The local workflow that a job calls. */
  #called(uses: string): Pipeline | undefined {
    if (isLocal(uses)) return this.#byPath.get(uses.slice(2));
    // Written out in full, it may still be one of these.
    const [, repository = '', path = ''] =
      /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[^@]+)@/.exec(uses) ?? [];
    const own = repository !== '' && isOwnRepository(repository, this.around.repository);
    const same = own ? this.#byPath.get(path) : undefined;
    return same?.triggers.some((t) => t.event === 'workflow_call') ? same : undefined;
  }

  #job(
    pipeline: Pipeline,
    job: JobData,
    given: ReadonlyMap<string, string>,
    prefix: string,
    depth: number,
    built: { docs: boolean },
  ): PlannedJob {
    const path = job.path || pipeline.path;
    const id = prefix === '' ? job.id : `${prefix} / ${job.id}`;
    const known = new Filling(job, pipeline, given);
    const callee = this.#called(job.uses);
    const called = callee && this.#follows(depth) ? callee : undefined;
    const handed = new Map(job.with.map((w) => [w.name, known.fill(w.value)]));
    const soFar = newJob();
    soFar.builtDocs = built.docs;
    const steps = withoutUndone(
      job.steps.map((step) => this.#step(step.path || pipeline.path, step, known, soFar, depth)),
    );
    built.docs ||= soFar.builtDocs;
    const checkout = job.steps
      .filter((s) => /^actions\/checkout(@|$)/.test(s.uses))
      .filter(
        (s) =>
          !s.with.some((w) => w.name === 'repository' && !isOwnRepository(w.value, this.around.repository)),
      );
    const ref =
      checkout.flatMap((s) => s.with.filter((w) => w.name === 'ref').map((w) => known.fill(w.value)))[0] ??
      '';
    return {
      data: job,
      path,
      id,
      needs: job.needs,
      steps,
      called: called && this.#plan(called, handed, id, depth + 1),
      unseen: job.uses !== '' && !called ? unseenCall(job, path, handed) : [],
      environments: known.all(job.environment),
      ref: ref.trim(),
      checksOut: checkout.length > 0,
      concurrency: job.concurrency || pipeline.concurrency,
    };
  }

  #step(path: string, step: StepData, known: Filling, soFar: JobSoFar, depth: number): PlannedStep {
    const given = new Map(step.with.map((w) => [w.name, known.fill(w.value)]));
    const local = isLocal(step.uses) ? this.#composite(step.uses.slice(2)) : undefined;
    if (local && this.#follows(depth)) {
      const [job] = local.jobs;
      const inner = job ? new Filling(job, local, given, known.variables) : known;
      const steps = (job?.steps ?? []).map((s) =>
        this.#step(s.path || local.path, s, inner, soFar, depth + 1),
      );
      return { data: step, activities: [], inner: steps, given };
    }
    const variables = new Map([
      ...known.variables,
      ...step.variables.map((v) => [v.name, known.fill(v.value)] as const),
    ]);
    const reading = {
      uses: step.uses,
      run: known.fill(step.run, step.variables),
      shell: step.shell,
      directory: known.fill(step.workingDirectory),
      inputs: new Map(step.with.map((w) => [w.name.toLowerCase(), known.fill(w.value, [], true)])),
      variables,
      path,
      line: step.line,
      runLine: step.runLine,
    };
    const said = activitiesOf(reading, this.around, soFar);
    // Where the matrix says what is run, each of its legs is read; one of each kind stands for them.
    const legs = said.some((a) => a.does !== 'unknown') ? [] : known.legs(reading.run);
    const activities =
      legs.length === 0
        ? said
        : oneOfEach(legs.flatMap((run) => activitiesOf({ ...reading, run }, this.around, soFar)));
    return { data: step, activities, inner: [], given };
  }

  #composite(folder: string): Pipeline | undefined {
    const path = folder.replace(/\/$/, '').replace(/^\.$/, '');
    const base = path === '' ? '' : `${path}/`;
    return this.#byPath.get(`${base}action.yml`) ?? this.#byPath.get(`${base}action.yaml`);
  }
}

/** Tears down what an apply has made. */
const DESTROYS =
  /^(terraform|tofu|terragrunt)\b.*\s-?destroy(\s|$)|^pulumi\b.*\s(destroy|down)(\s|$)|^cdk(tf)?\s+destroy\b|^azd\s+down\b|^az\s+group\s+delete\b/;
/** A condition that keeps the step from no ordinary run. */
const EVEN_SO = /^[\s${{]*(always\(\)|!\s*cancelled\(\)|success\(\) \|\| failure\(\))?[\s}}]*$/;

/** What a job makes and tears down again it has only tried. */
function withoutUndone(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const lines = steps.map(({ data }) =>
    EVEN_SO.test(data.condition)
      ? readShell(data.run, { errexit: true, pipefail: false })
          .filter((c) => !c.conditional && DESTROYS.test(c.words.join(' ')))
          .map((c) => data.runLine + c.line - 1)
          .at(-1)
      : undefined,
  );
  const last = lines.findLastIndex((line) => line !== undefined);
  const before = (position: number, { line }: Activity) =>
    position < last || (position === last && line < (lines[last] ?? 0));
  const applied = steps.some((s, i) => s.activities.some((a) => a.does === 'applies-iac' && before(i, a)));
  if (!applied) return steps;
  const tried = (a: Activity): Activity =>
    a.does === 'applies-iac'
      ? { ...a, does: 'plans-iac' }
      : a.does === 'deploys'
        ? { ...a, does: 'tests' }
        : a;
  return steps.map((s, i) => ({ ...s, activities: s.activities.map((a) => (before(i, a) ? tried(a) : a)) }));
}

/** `./path` and `$/path` name a file of the same commit. */
function isLocal(uses: string): boolean {
  return uses.startsWith('./') || uses.startsWith('$/');
}

/** Fills `${{ env.X }}`, `${{ inputs.x }}` and `${{ matrix.x }}` where files give their values. */
class Filling {
  readonly variables: ReadonlyMap<string, string>;

  constructor(
    readonly job: JobData,
    readonly pipeline: Pipeline,
    readonly given: ReadonlyMap<string, string>,
    outer: ReadonlyMap<string, string> = new Map(),
  ) {
    const variables = new Map(outer);
    for (const { name, value } of job.variables) variables.set(name, value);
    this.variables = variables;
    for (const [name, value] of variables) variables.set(name, this.fill(value));
  }

  /** With `every`, a value that the matrix varies is written out for each, a line each. */
  fill(text: string, own: readonly { name: string; value: string }[] = [], every = false): string {
    if (!text.includes('${{')) return text;
    return text.replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => {
      const values = this.#values(name, own);
      const [first, ...others] = values;
      if (first === undefined || (others.length > 0 && !(every && text.trim() === whole))) return whole;
      return values.join('\n');
    });
  }

  /** A text as each leg of the matrix has it, one for each value of each dimension that it names. */
  legs(text: string): string[] {
    const named = new Set([...text.matchAll(/\$\{\{\s*(matrix\.[\w.-]+)\s*\}\}/g)].map((m) => m[1] ?? ''));
    let legs = [text];
    for (const name of named)
      legs = legs.flatMap((leg) =>
        this.#values(name, [])
          .map((value) =>
            leg.replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (whole, n) => (n === name ? value : whole)),
          )
          .slice(0, Math.max(1, Math.floor(MOST_LEGS / legs.length))),
      );
    return legs[0] === text ? [] : legs;
  }

  /** Every value that a text may come to; empty for an empty text. */
  all(text: string): string[] {
    if (text === '') return [];
    const name = /^\s*\$\{\{\s*([\w.-]+)\s*\}\}\s*$/.exec(text)?.[1];
    const values = name ? this.#values(name, []) : [];
    return values.length > 0 ? values.map((v) => this.fill(v)) : [this.fill(text)];
  }

  #values(name: string, own: readonly { name: string; value: string }[]): readonly string[] {
    const [context, ...rest] = name.split('.');
    const key = rest.join('.');
    if (context === 'env') {
      const value = own.find((v) => v.name === key)?.value ?? this.variables.get(key);
      return value === undefined || value.includes(`env.${key}`) ? [] : [value];
    }
    if (context === 'inputs' || name.startsWith('github.event.inputs.')) {
      const input = context === 'inputs' ? key : rest.slice(2).join('.');
      const value = this.given.get(input);
      if (value !== undefined) return [value];
      // A person may choose otherwise; only what a caller or an action's user leaves out takes the default.
      const called = this.given.size > 0 || this.pipeline.composite;
      const byDefault = this.pipeline.inputs.find((i) => i.name === input)?.default ?? '';
      return called && byDefault !== '' ? [byDefault] : [];
    }
    if (context === 'matrix')
      return this.job.matrix.find((m) => m.name === key)?.values.filter((v) => !v.includes('${{')) ?? [];
    return [];
  }
}

/** Workflows whose names speak of something else. */
const OTHER_WORK =
  /scorecard|stale|label|lint|codeql|scan|triage|greet|first-time|dependabot|renovate|(^|[-_])cla([-_.]|$)|spell|lock|assign|notif|semantic|pr-title|changelog|backport|cleanup|issue|conventional|docs|rubocop|standardrb|prettier|flake8|mypy|ruff|shellcheck|format|secrets/i;

/** What workflows do that are named for the tool that they run, or for what they put where. */
const CALLED: readonly (readonly [RegExp, Activity['does']])[] = [
  [
    /(^|[-_])(codeql|brakeman|trivy|snyk|semgrep|gitleaks|trufflehog|grype|checkov|tfsec|zizmor|osv-scanner|dependency-review|bandit|gosec|govulncheck|sast|dast|secret-scan(ning)?)([-_]|$)/,
    'scans',
  ],
  [
    /(^|[-_])(jest|vitest|rspec|minitest|cucumber|jasmine|pytest|phpunit|cypress|playwright|(unit|integration|e2e)[-_]tests?)([-_]|$)|^tests?$/,
    'tests',
  ],
  [/(^|[-_])(push|publish)([-_]\w+)*[-_](docker|image|container|ecr|gcr|ghcr)s?([-_]|$)/, 'publishes'],
  [/(^|[-_])(docker|images?|container|ecr|gcr|ghcr)[-_](build-)?(and-)?(push|publish)([-_]|$)/, 'publishes'],
];
/** What is handed to a workflow that builds images and pushes them. */
const PUSHES = /^push(-.*)?$|^(docker-?hub|ghcr|gcr|ecr|acr|registry)[-_]enabled?$/i;
/** What is handed to a workflow that deploys: where to. */
const WHERE = /^(.*[-_])?(env|environment|stage|namespace|cluster)(s|[-_]?name)?$/i;

/** A call of a workflow that cannot be seen, told by its name and what is handed to it where these leave no doubt. */
function unseenCall(job: JobData, path: string, handed: ReadonlyMap<string, string>): Activity[] {
  const name = job.uses.replace(/@.*$/, '');
  const file = name.replace(/^.*\//, '');
  const list = {};
  const activity = (said: Pick<Activity, 'does'> & Partial<Activity>, position: number): Activity => ({
    what: name,
    path,
    line: job.line,
    environment: '',
    preview: false,
    when: '',
    stops: true,
    fails: true,
    guards: [{ list, position }],
    within: [{ list, position }],
    partial: false,
    elsewhere: false,
    may: [],
    because: isLocal(job.uses)
      ? 'the called workflow is not in this commit'
      : 'the called workflow is in another repository',
    ...said,
  });
  if (actionDoes(name, new Map()).does === 'scans') return [activity({ does: 'scans' }, 0)];
  const bare = file.replace(/\.ya?ml$/, '').toLowerCase();
  const pushed =
    /docker|image|container/.test(bare) &&
    [...handed].some(([input, value]) => PUSHES.test(input) && value === 'true');
  const does = CALLED.find(([called]) => called.test(bare))?.[1] ?? (pushed ? 'publishes' : undefined);
  if (does === 'scans' || does === 'tests') return [activity({ does }, 0)];
  // It may test before; only what it does in the end is sure.
  const before = activity({ does: 'unknown', may: ['tests'] }, 0);
  // On a pull request, images are built to be tried.
  if (does) return [before, activity({ does, when: "github.event_name != 'pull_request'" }, 1)];
  const where = [...handed].find(([input]) => WHERE.test(input))?.[1];
  if (where !== undefined && /^(.*[-_])?deploy([-_].*)?$/.test(bare)) {
    const preview = /preview|review-?app|ephemeral/.test(bare);
    return [before, activity({ does: 'deploys', environment: environmentWithin(where), preview }, 1)];
  }
  const otherWork = OTHER_WORK.test(file) && !/test|deploy|release|publish|build/i.test(file);
  return [activity({ does: 'unknown', may: otherWork ? [] : ['tests', 'deploys'] }, 0)];
}

/** Jobs after those that they need; a circle, which GitHub refuses, keeps the order of the file. */
function inOrder(jobs: readonly JobData[]): JobData[] {
  const byId = new Map(jobs.map((j) => [j.id, j]));
  const done = new Set<string>();
  const ordered: JobData[] = [];
  const visit = (job: JobData): void => {
    if (done.has(job.id)) return;
    done.add(job.id);
    for (const need of job.needs) {
      const needed = byId.get(need);
      if (needed) visit(needed);
    }
    ordered.push(job);
  };
  for (const job of jobs) visit(job);
  return ordered;
}
