/** The rules of GitLab CI (`rules`, `only`, `except`, `workflow`) -> when a job runs, and whether a person has to start it. */

import { flattened, isMapping, list, mappings, text } from '../../shape.js';
import { ALWAYS, all, any, NEVER, not, quoted } from '../condition.js';
import { conditionOf, ON_BRANCH, ON_REQUEST, ON_TAG, type Setting } from './conditions.js';

/** What decides whether a job runs, and how. */
export interface Decided {
  condition: string;
  approval: boolean;
  approvalWhen: string;
  allowFailure: boolean;
  allowFailureWhen: string;
  /** A person may start it, and nothing waits until one does. */
  optional: boolean;
}

interface Rule {
  condition: string;
  when: string;
  allowFailure: boolean | undefined;
}

const STATUS: Readonly<Record<string, string>> = {
  always: 'always()',
  on_failure: 'failure()',
  never: NEVER,
};
const WAITS_FOR_NOTHING = '!failure()';

function changesOf(value: unknown): string {
  const paths = Array.isArray(value) ? value : isMapping(value) ? list(value.paths) : [];
  return paths.length === 0
    ? ALWAYS
    : `changed(${quoted(flattened(paths).map(text).join(', ').slice(0, 200))})`;
}

function existsIn(value: unknown, setting: Setting): string {
  const paths = flattened(Array.isArray(value) ? value : isMapping(value) ? value.paths : []).map(text);
  if (paths.length === 0) return ALWAYS;
  if (paths.some((p) => p.includes('$'))) return `exists(${quoted(paths.join(', ').slice(0, 200))})`;
  return setting.exists(paths) ? ALWAYS : NEVER;
}

function ruleOf(rule: Record<string, unknown>, when: string, setting: Setting): Rule {
  const allowed = rule.allow_failure;
  return {
    condition: all(
      text(rule.if) === '' ? ALWAYS : conditionOf(text(rule.if), setting),
      changesOf(rule.changes),
      existsIn(rule.exists, setting),
    ),
    when: text(rule.when) || when,
    allowFailure: typeof allowed === 'boolean' ? allowed : isMapping(allowed) ? false : undefined,
  };
}

/** The first rule that fits decides: what it gives, else what the later ones give. */
function first(rules: readonly Rule[], gives: (rule: Rule) => string): string {
  if (rules.every((r) => gives(r) === ALWAYS)) return any(...rules.map((r) => r.condition));
  return rules.reduceRight((rest, rule) => {
    const given = gives(rule);
    if (given === ALWAYS) return any(rule.condition, rest);
    if (given === NEVER) return all(not(rule.condition), rest);
    return any(all(rule.condition, given), all(not(rule.condition), rest));
  }, NEVER);
}

/** More rules than these make expressions without end. */
const MOST_RULES = 30;

/** Does a pipeline start at all? By `workflow:rules`. */
export function workflowCondition(rules: unknown, setting: Setting): string {
  const read = mappings(flattened(rules))
    .slice(0, MOST_RULES)
    .map((r) => ruleOf(r, 'always', setting));
  return read.length === 0 ? ALWAYS : first(read, (r) => (r.when === 'never' ? NEVER : ALWAYS));
}

/** Whether and how a job runs. `starts` is the condition of the pipeline; `waits` says that it has jobs before it. */
export function decide(
  job: Readonly<Record<string, unknown>>,
  setting: Setting,
  around: { starts: string; hasWorkflow: boolean; waits: boolean },
): Decided {
  const when = text(job.when) || 'on_success';
  const allowed = job.allow_failure;
  const ownAllowed = typeof allowed === 'boolean' ? allowed : isMapping(allowed) ? false : undefined;
  const rules =
    'rules' in job && job.rules !== null
      ? mappings(flattened(job.rules))
          .slice(0, MOST_RULES)
          .map((r) => ruleOf(r, when, setting))
      : undefined;
  const status = (w: string): string => STATUS[w] ?? (around.waits ? WAITS_FOR_NOTHING : ALWAYS);
  const allows = (rule: Rule): boolean => rule.allowFailure ?? ownAllowed ?? when === 'manual';
  if (!rules) {
    const runs = all(around.starts, onlyAndExcept(job, setting, around.hasWorkflow));
    const manual = when === 'manual';
    const allow = ownAllowed ?? manual;
    return {
      condition: tidy(all(status(when), runs)),
      approval: manual,
      approvalWhen: '',
      allowFailure: allow,
      allowFailureWhen: '',
      optional: manual && allow,
    };
  }
  const kept = rules.filter((r) => r.when !== 'never');
  const statuses = new Set(kept.map((r) => status(r.when)));
  const [only = ALWAYS] = statuses;
  const runs =
    statuses.size <= 1
      ? all(
          only,
          first(rules, (r) => (r.when === 'never' ? NEVER : ALWAYS)),
        )
      : first(rules, (r) => status(r.when));
  const byHand = kept.filter((r) => r.when === 'manual');
  const mayFail = kept.filter(allows);
  return {
    condition: tidy(all(around.starts, runs)),
    approval: byHand.length > 0,
    approvalWhen:
      byHand.length === 0 || byHand.length === kept.length
        ? ''
        : first(rules, (r) => (r.when === 'manual' ? ALWAYS : NEVER)),
    allowFailure: mayFail.length > 0 && mayFail.length === kept.length,
    allowFailureWhen:
      mayFail.length === 0 || mayFail.length === kept.length
        ? ''
        : first(rules, (r) => (allows(r) ? ALWAYS : NEVER)),
    optional: byHand.length > 0 && byHand.length === kept.length && byHand.every(allows),
  };
}

function tidy(condition: string): string {
  // The status stands first, so that readers see it.
  const at = condition.indexOf(' && !failure()');
  const moved =
    at === -1 ||
    condition.startsWith('!failure()') ||
    /\|\|/.test(condition.slice(0, at).replace(/\([^()]*\)/g, ''))
      ? condition
      : `!failure() && ${condition.slice(0, at)}${condition.slice(at + 14)}`;
  return moved === ALWAYS ? '' : moved;
}

function onlyAndExcept(
  job: Readonly<Record<string, unknown>>,
  setting: Setting,
  hasWorkflow: boolean,
): string {
  const only = job.only ?? undefined;
  const except = job.except ?? undefined;
  const byDefault = hasWorkflow || setting.child ? ALWAYS : `github.event_name != 'pull_request'`;
  const taken = only === undefined ? byDefault : filter(only, setting, all, byDefault);
  return all(taken, except === undefined ? ALWAYS : not(filter(except, setting, any, NEVER)));
}

function filter(
  value: unknown,
  setting: Setting,
  join: (...parts: string[]) => string,
  withoutRefs: string,
): string {
  if (!isMapping(value)) return refs(value, setting);
  const parts = [
    value.refs === undefined ? withoutRefs : refs(value.refs, setting),
    ...(value.variables === undefined
      ? []
      : [any(...flattened(value.variables).map((v) => conditionOf(text(v), setting)))]),
    ...(value.changes === undefined ? [] : [changesOf(value.changes)]),
  ];
  return join(...parts);
}

function refs(value: unknown, setting: Setting): string {
  return any(
    ...flattened(value)
      .map(text)
      .filter((r) => r !== '')
      .map((ref) => refIs(ref, setting)),
  );
}

const WORDS: Readonly<Record<string, string>> = {
  api: "github.event_name == 'repository_dispatch'",
  branches: ON_BRANCH,
  chat: "github.event_name == 'workflow_dispatch'",
  external: NEVER,
  external_pull_requests: ON_REQUEST,
  merge_requests: ON_REQUEST,
  pipelines: "github.event_name == 'repository_dispatch'",
  pushes: "github.event_name == 'push'",
  schedules: "github.event_name == 'schedule'",
  tags: ON_TAG,
  triggers: "github.event_name == 'repository_dispatch'",
  web: "github.event_name == 'workflow_dispatch'",
};

function refIs(written: string, setting: Setting): string {
  // `main@group/project` names the project whose branch it is.
  const ref = written.replace(/@[\w./-]+$/, '');
  const word = WORDS[ref];
  if (word !== undefined) return word;
  const pattern = /^\/([\s\S]+)\/([a-z]*)$/.test(ref) ? ref : undefined;
  const onRef = "github.event_name != 'pull_request'";
  if (pattern) return all(onRef, `matches(github.ref_name, ${quoted(pattern)})`);
  const name = ref.replace(/^\$(\w+)$/, (whole, v: string) => setting.variables.get(v) ?? whole);
  return name.startsWith('$') ? `asked(${quoted(ref)})` : `github.ref == ${quoted(`refs/heads/${name}`)}`;
}
