/** What can start a pipeline, as far as files tell: each trigger with the values that conditions ask about. */
import picomatch from 'picomatch';
import type { FactData } from '../../model/facts.js';
import type { Value } from './github-condition.js';
import type { Pipeline, Plan } from './plan.js';

type TriggerKind = FactData<'delivery-path'>['trigger'];

export interface Scenario {
  kind: TriggerKind;
  /** In words: `a push to main`. */
  said: string;
  /** The place that declares it. */
  path: string;
  line: number;
  /** Values by their names in lower case: `github.ref`. */
  values: ReadonlyMap<string, Value>;
  /** Looked at only where no ordinary scenario of the same event gets there. */
  fallback: boolean;
  /** The workflow whose end starts this one. */
  after: { plan: Plan; scenario: Scenario } | undefined;
}

/** Each is run in thought; more differ in nothing that counts. */
const MOST_BRANCHES = 8;
/** A pattern that every branch fits. */
const EVERY = /^\*\*?$/;
const MOST_SCENARIOS = 40;

type Trigger = Pipeline['triggers'][number];

/** The branch that pushes go to by default, where nobody said so: the first of the usual names that pipelines speak of. */
export function usualBranch(pipelines: readonly Pipeline[]): string {
  const spoken = JSON.stringify(
    pipelines.map((p) => [
      p.triggers.map((t) => t.branches),
      p.jobs.map((j) => [j.condition, j.steps.map((s) => s.condition)]),
    ]),
  );
  return ['main', 'master', 'trunk'].find((name) => new RegExp(`\\b${name}\\b`).test(spoken)) ?? 'main';
}

/** GitHub's patterns: `*` stops at a slash, `**` does not, a leading `!` takes out what came before. */
function matches(patterns: readonly string[], name: string): boolean {
  let inside = false;
  for (const pattern of patterns) {
    const out = pattern.startsWith('!');
    if (picomatch.isMatch(name, out ? pattern.slice(1) : pattern, { dot: true, nonegate: true }))
      inside = !out;
  }
  return inside;
}

function takes(trigger: Trigger, branch: string): boolean {
  if (trigger.branches.length > 0) return matches(trigger.branches, branch);
  return trigger.branchesIgnore.length === 0 || !matches(trigger.branchesIgnore, branch);
}

/** A branch that a pattern lets through, for conditions to compare with. */
function example(pattern: string): Value {
  const fixed = pattern.replace(/[*?[{+].*$/s, '');
  return fixed === pattern ? `refs/heads/${pattern}` : { name: 'github.ref', starts: `refs/heads/${fixed}` };
}

export class Scenarios {
  constructor(
    readonly pipelines: readonly Pipeline[],
    readonly planOf: (pipeline: Pipeline) => Plan,
    readonly branch: string,
  ) {}

  /** Branches that the conditions of a pipeline name. */
  #spokenBranches(pipeline: Pipeline): string[] {
    const conditions = pipeline.jobs.flatMap((j) => [j.condition, ...j.steps.map((s) => s.condition)]);
    const named = conditions.flatMap((c) =>
      [...c.matchAll(/github\.(?:event\.)?ref(?:_name)? == '(?:refs\/heads\/)?([\w./-]+)'/g)].map(
        (m) => m[1] ?? '',
      ),
    );
    return [...new Set(named)].filter((b) => b !== this.branch && !b.startsWith('refs/'));
  }

  of(pipeline: Pipeline, depth = 0): Scenario[] {
    return pipeline.triggers
      .flatMap((trigger) => this.#trigger(pipeline, trigger, depth))
      .slice(0, MOST_SCENARIOS);
  }

  #trigger(pipeline: Pipeline, trigger: Trigger, depth: number): Scenario[] {
    const one = (
      kind: TriggerKind,
      said: string,
      values: Record<string, Value>,
      more: Partial<Scenario> = {},
    ): Scenario => ({
      kind,
      said,
      path: pipeline.path,
      line: trigger.line,
      values: new Map<string, Value>(
        Object.entries({
          'github.event_name': trigger.event,
          'github.event.repository.default_branch': this.branch,
          'github.workflow': pipeline.title,
          'github.head_ref': '',
          'github.base_ref': '',
          // Only the payload of these two names a ref; elsewhere the expression is null.
          'github.event.ref': /^(push|workflow_dispatch)$/.test(trigger.event)
            ? (values['github.ref'] ?? null)
            : null,
          ...values,
        }),
      ),
      fallback: false,
      after: undefined,
      ...more,
    });
    const onBranch = this.#branchValues(`refs/heads/${this.branch}`);
    switch (trigger.event) {
      case 'push':
        return this.#push(pipeline, trigger, one);
      case 'external':
        return this.#external(pipeline, one);
      case 'pull_request':
      case 'pull_request_target':
        return this.#pullRequest(trigger, one);
      case 'workflow_dispatch':
        return [
          one('manual', 'a manual run', { ...this.#branchValues({ name: 'github.ref', starts: 'refs/' }) }),
        ];
      case 'schedule':
        return [one('schedule', 'a schedule', onBranch)];
      case 'release':
        return [
          one('release', 'a release', {
            ...tagValues(),
            'github.event.action':
              trigger.types.length === 1
                ? (trigger.types[0] ?? '')
                : { name: 'github.event.action', starts: '' },
          }),
        ];
      case 'workflow_run':
        return depth > 3 ? [] : this.#workflowRun(pipeline, trigger, one, depth);
      case 'workflow_call':
        return [];
      case 'merge_group':
        return [
          one(
            'other',
            'the merge queue',
            this.#branchValues({ name: 'github.ref', starts: 'refs/heads/gh-readonly-queue/' }),
          ),
        ];
      case 'create':
        return [one('tag', 'a new tag or branch', { 'github.ref': { name: 'github.ref', starts: 'refs/' } })];
      default:
        return [one('other', trigger.event.replaceAll('_', ' '), onBranch)];
    }
  }

  #branchValues(ref: Value): Record<string, Value> {
    const named = typeof ref === 'string';
    return {
      'github.ref': ref,
      'github.ref_name': named
        ? ref.replace(/^refs\/(heads|tags)\//, '')
        : { name: 'github.ref_name', starts: '' },
      'github.ref_type':
        named || (ref as { starts?: string }).starts?.startsWith('refs/heads/')
          ? 'branch'
          : { name: 'github.ref_type', starts: '' },
    };
  }

  #push(pipeline: Pipeline, trigger: Trigger, one: Make): Scenario[] {
    const namesBranches = trigger.branches.length + trigger.branchesIgnore.length > 0;
    const namesTags = trigger.tags.length + trigger.tagsIgnore.length > 0;
    const everyBranch = trigger.branches.length === 0 || trigger.branches.some((b) => EVERY.test(b));
    const found: Scenario[] = [];
    if (namesBranches || !namesTags) {
      if (takes(trigger, this.branch))
        found.push(one('push', `a push to ${this.branch}`, this.#branchValues(`refs/heads/${this.branch}`)));
      const others = [
        ...trigger.branches.filter((b) => !b.startsWith('!') && b !== this.branch && !EVERY.test(b)),
        ...(everyBranch ? this.#spokenBranches(pipeline).filter((b) => takes(trigger, b)) : []),
      ].slice(0, MOST_BRANCHES);
      for (const pattern of others)
        found.push(
          one('other', `a push to ${pattern}`, this.#branchValues(example(pattern)), {
            fallback: found.length > 0,
          }),
        );
      if (everyBranch)
        found.push(
          one(
            'other',
            'a push to another branch',
            this.#branchValues({ name: 'github.ref', starts: 'refs/heads/' }),
            { fallback: found.length > 0 },
          ),
        );
    }
    if (namesTags || !namesBranches) found.push(one('tag', 'a tag', tagValues(), { fallback: !namesTags }));
    return found;
  }

  /** The settings of the system start it: mostly a change of the default branch; of others, what only they get to. */
  #external(pipeline: Pipeline, one: Make): Scenario[] {
    const build = (kind: TriggerKind, of: string, event: string, values: Record<string, Value>): Scenario =>
      one(
        kind,
        `a build of ${of}`,
        { 'github.event_name': event, ...values },
        { fallback: of !== this.branch },
      );
    const branches = this.#spokenBranches(pipeline).slice(0, MOST_BRANCHES);
    return [
      build('other', this.branch, 'push', this.#branchValues(`refs/heads/${this.branch}`)),
      ...branches.map((b) => build('other', b, 'push', this.#branchValues(`refs/heads/${b}`))),
      build(
        'other',
        'another branch',
        'push',
        this.#branchValues({ name: 'github.ref', starts: 'refs/heads/' }),
      ),
      build('tag', 'a tag', 'push', tagValues()),
      build('pull-request', 'a pull request', 'pull_request', {
        'github.ref': { name: 'github.ref', starts: 'refs/pull/' },
        'github.ref_name': { name: 'github.ref_name', starts: '' },
        'github.head_ref': { name: 'github.head_ref', starts: '' },
        'github.base_ref': this.branch,
      }),
    ];
  }

  #pullRequest(trigger: Trigger, one: Make): Scenario[] {
    const values = {
      'github.event_name': trigger.event,
      // pull_request_target runs on the branch that is asked to take the change.
      'github.ref':
        trigger.event === 'pull_request'
          ? { name: 'github.ref', starts: 'refs/pull/' }
          : `refs/heads/${this.branch}`,
      'github.ref_name': { name: 'github.ref_name', starts: '' },
      'github.ref_type': 'branch',
      'github.head_ref': { name: 'github.head_ref', starts: '' },
      'github.base_ref': this.branch,
      'github.event.pull_request.base.ref': this.branch,
    };
    const merged = one('push', 'a merged pull request', {
      ...values,
      'github.event.action': 'closed',
      'github.event.pull_request.merged': true,
    });
    const open = one('pull-request', 'a pull request', {
      ...values,
      'github.event.pull_request.merged': false,
      'github.event.action': { name: 'github.event.action', starts: '' },
    });
    const closes = trigger.types.includes('closed');
    if (!closes) return [open];
    return trigger.types.length === 1 ? [merged] : [open, { ...merged, fallback: true }];
  }

  #workflowRun(pipeline: Pipeline, trigger: Trigger, one: Make, depth: number): Scenario[] {
    const waits = trigger.types.length === 0 || trigger.types.includes('completed');
    const before = this.pipelines.filter(
      (p) => p !== pipeline && !p.composite && trigger.workflows.includes(p.title),
    );
    if (before.length === 0)
      return [
        one('other', `the end of ${trigger.workflows.join(', ')}`, {
          ...this.#branchValues(`refs/heads/${this.branch}`),
        }),
      ];
    return before.flatMap((upstream) =>
      this.of(upstream, depth + 1).flatMap((scenario) => {
        const ref = scenario.values.get('github.ref');
        const head = typeof ref === 'string' ? ref.replace(/^refs\/heads\//, '') : undefined;
        const filtered = trigger.branches.length + trigger.branchesIgnore.length > 0;
        // A filter asks for the branch of the run before; a pull request's is its own.
        if (
          filtered &&
          (scenario.kind === 'pull-request' ||
            scenario.kind === 'tag' ||
            (head !== undefined && !takes(trigger, head)))
        )
          return [];
        return [
          one(
            scenario.kind,
            `${scenario.said}, after ${upstream.title}`,
            {
              ...this.#branchValues(`refs/heads/${this.branch}`),
              'github.event.workflow_run.event': scenario.values.get('github.event_name') ?? {
                name: 'github.event.workflow_run.event',
                starts: '',
              },
              'github.event.workflow_run.head_branch': head ?? {
                name: 'github.event.workflow_run.head_branch',
                starts: '',
              },
              'github.event.workflow_run.name': upstream.title,
              'github.event.workflow_run.status': 'completed',
            },
            {
              fallback: scenario.fallback,
              after: waits ? { plan: this.planOf(upstream), scenario } : undefined,
            },
          ),
        ];
      }),
    );
  }
}

type Make = (
  kind: TriggerKind,
  said: string,
  values: Record<string, Value>,
  more?: Partial<Scenario>,
) => Scenario;

function tagValues(): Record<string, Value> {
  return {
    'github.ref': { name: 'github.ref', starts: 'refs/tags/' },
    'github.ref_name': { name: 'github.ref_name', starts: '' },
    'github.ref_type': 'tag',
  };
}
