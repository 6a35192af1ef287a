/** Rules and facts -> findings. What a gap leaves undecided is unknown; an expression that fails is an error, never a crash. */
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, type FactKind, KINDS } from '../model/facts.js';
import type { Finding } from '../model/finding.js';
import type { Gap } from '../model/gap.js';
import type { Outcome, Pack, Rule } from '../model/rule.js';
import { type CompiledRule, compiledRule } from './compile.js';
import { type Decided, UNKNOWN } from './decidedness.js';
import { type Context, contextOf, type Expression, View, viewsIn } from './expression.js';
import { judgeForeign } from './foreign.js';
import type { Template } from './template.js';

/** No finding shows more places than this. */
const MOST_EVIDENCE = 50;

/** There is one of these a repository: a gap does not hide a further one, it puts the one in doubt. */
const SINGLE: ReadonlySet<FactKind> = new Set<FactKind>([
  'history',
  'inventory',
  'operations-activity',
  'repository',
]);

/** What the packs say of one repository, in the order of the packs and their rules. Foreign packs are judged apart. */
export async function evaluate(
  packs: readonly Pack[],
  facts: readonly AnyFact[],
  gaps: readonly Gap[],
  repository: string,
): Promise<Finding[]> {
  const foreign = packs.filter((pack) => pack.foreign === true).flatMap((pack) => pack.rules);
  const apart = foreign.length === 0 ? [] : await judgeForeign({ rules: foreign, facts, gaps, repository });
  const known = knowledgeOf(facts, gaps, repository);
  return packs.flatMap((pack) =>
    pack.foreign === true
      ? apart.filter((finding) => finding.pack === pack.id)
      : pack.rules.flatMap((rule) => judgeRule(rule, known)),
  );
}

/** What is known of one repository, as rules see it. */
export interface Knowledge {
  repository: string;
  context: Context;
  /** The gaps that touch each kind of fact. */
  gaps: ReadonlyMap<FactKind, readonly Gap[]>;
}

export function knowledgeOf(facts: readonly AnyFact[], gaps: readonly Gap[], repository: string): Knowledge {
  const byKind = new Map<FactKind, Gap[]>();
  for (const gap of gaps) {
    if (gap.repository !== repository) continue;
    for (const kind of gap.kinds) byKind.set(kind, [...(byKind.get(kind) ?? []), gap]);
  }
  return { repository, context: contextOf(facts.filter((f) => f.repository === repository)), gaps: byKind };
}

/** What one rule says: a finding for each subject, those to which it does not apply gathered by their reason. */
export function judgeRule(rule: Rule, known: Knowledge): Finding[] {
  const judge = new Judge(rule, known);
  const subjects = viewsIn(known.context, rule.subject);
  const findings = subjects.map((subject) => judge.subject(subject));
  const unseen = judge.unseen();
  if (unseen !== undefined) findings.push(unseen);
  if (findings.length === 0) findings.push(judge.nothing());
  return gathered(findings);
}

/** One rule over one repository. */
class Judge {
  readonly #rule: Rule;
  readonly #known: Knowledge;
  readonly #compiled: CompiledRule;
  /** The kinds in doubt by the variables that stand for them. */
  readonly #doubtfulKinds = new Map<string, FactKind>();
  readonly #doubts = new Map<string, Decided>();

  constructor(rule: Rule, known: Knowledge) {
    this.#rule = rule;
    this.#known = known;
    this.#compiled = compiledRule(rule);
    for (const kind of known.gaps.keys()) {
      const single = SINGLE.has(kind);
      const seen: Decided = single ? UNKNOWN : { is: 'at-least', items: viewsIn(known.context, kind) };
      this.#doubt(KINDS[kind].list, kind, seen);
      if (kind === 'repository') this.#doubt('repository', kind, UNKNOWN);
      if (single && kind === rule.subject) this.#doubt('subject', kind, UNKNOWN);
    }
  }

  #doubt(variable: string, kind: FactKind, seen: Decided): void {
    this.#doubts.set(variable, seen);
    this.#doubtfulKinds.set(variable, kind);
  }

  subject(subject: View): Finding {
    this.#known.context.subject = subject;
    const finding = (outcome: Outcome, message: string, evidence: Evidence[]) =>
      this.#finding(outcome, subject.$fact.name, message, evidence);
    try {
      const { outcome, message } = this.#judge();
      // The most frequent by far, and most of these are told only once.
      if (outcome === 'not-applicable') return finding(outcome, message, subject.$evidence);
      const evidence = outcome === 'pass' || outcome === 'fail' ? this.#evidence(subject) : subject.$evidence;
      return finding(outcome, message, arranged(evidence, this.#rule.points_at));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return finding('error', `The rule could not be evaluated: ${reason}.`, subject.$evidence);
    }
  }

  /** The things of the subject's kind that a gap may hide: one finding, unless the rule would not apply to them anyway. */
  unseen(): Finding | undefined {
    const gaps = this.#known.gaps.get(this.#rule.subject);
    const [gap] = gaps ?? [];
    if (gaps === undefined || gap === undefined) return undefined;
    if (SINGLE.has(this.#rule.subject) && viewsIn(this.#known.context, this.#rule.subject).length > 0)
      return undefined;
    this.#known.context.subject = undefined;
    const { when } = this.#compiled;
    const applies = when?.decide(this.#known.context, new Map(this.#doubts).set('subject', UNKNOWN));
    if (applies?.is === 'exact' && applies.value === false) return undefined;
    return this.#finding('unknown', gap.path || gap.what, notDecided(gaps), []);
  }

  /** There is nothing to judge, and nothing hides any. */
  nothing(): Finding {
    const what = this.#rule.subject.replaceAll('-', ' ');
    return this.#finding(
      'not-applicable',
      this.#known.repository,
      `There is no ${what} in this repository.`,
      [],
    );
  }

  #judge(): { outcome: Outcome; message: string } {
    const { when, notApplicable, unknown, pass, message } = this.#compiled;
    const undecided = (expression: Expression) =>
      ({ outcome: 'unknown', message: this.#whyUndecided(expression) }) satisfies {
        outcome: Outcome;
        message: string;
      };

    if (when !== undefined) {
      const applies = this.#ask(when);
      if (applies.is !== 'exact') return undecided(when);
      if (applies.value !== true) {
        return {
          outcome: 'not-applicable',
          message: notApplicable ? this.#fill(notApplicable) : 'It does not apply.',
        };
      }
    }
    for (const entry of unknown) {
      const asked = this.#ask(entry.when);
      if (asked.is !== 'exact') return undecided(entry.when);
      if (asked.value === true) return { outcome: 'unknown', message: this.#fill(entry.because) };
    }
    const passes = this.#ask(pass);
    if (passes.is !== 'exact') return undecided(pass);
    return passes.value === true
      ? { outcome: 'pass', message: this.#fill(message.pass) }
      : { outcome: 'fail', message: this.#fill(message.fail) };
  }

  #ask(expression: Expression): Decided {
    const { context } = this.#known;
    for (const variable of this.#doubts.keys()) {
      if (expression.variables.has(variable)) return expression.decide(context, this.#doubts);
    }
    return { is: 'exact', value: expression.evaluate(context) };
  }

  #fill(template: Template): string {
    return template.fill(this.#known.context);
  }

  #whyUndecided(expression: Expression): string {
    const gaps = new Set<Gap>();
    for (const [variable, kind] of this.#doubtfulKinds) {
      if (!expression.variables.has(variable)) continue;
      for (const gap of this.#known.gaps.get(kind) ?? []) gaps.add(gap);
    }
    return notDecided([...gaps]);
  }

  #evidence(subject: View): Evidence[] {
    const { evidence } = this.#compiled;
    const things = evidence === undefined ? [] : evidence.evaluate(this.#known.context);
    const places = Array.isArray(things)
      ? things.flatMap((thing) => (thing instanceof View ? thing.$evidence : []))
      : [];
    return places.length > 0 ? places : subject.$evidence;
  }

  #finding(outcome: Outcome, name: string, message: string, evidence: Evidence[]): Finding {
    const { id: rule, pack, subject: kind } = this.#rule;
    const { repository } = this.#known;
    const shown = evidence.slice(0, MOST_EVIDENCE);
    return { rule, pack, outcome, subject: { kind, name, repository }, message, evidence: shown };
  }
}

function notDecided(gaps: readonly Gap[]): string {
  const [first] = gaps;
  if (first === undefined) return 'Not decided: part of what it asks for could not be seen.';
  const others = gaps.length === 1 ? '' : ` (and ${gaps.length - 1} more that could not be seen)`;
  const what = first.what
    .replace(/\.$/, '')
    .replace(/^(The|An?|One|Some|No|This|Its?) /, (w) => w.toLowerCase());
  return `Not decided: ${what}${others}.`;
}

/** The lines of the fields that matter come first; nothing twice. */
function arranged(evidence: readonly Evidence[], fields: readonly string[]): Evidence[] {
  const rank = (place: Evidence) => {
    const { field } = place.type === 'file' ? place : { field: undefined };
    const at = fields.findIndex(
      (f) => field === f || field?.startsWith(`${f}.`) || field?.startsWith(`${f}[`),
    );
    return at === -1 ? fields.length : at;
  };
  if (evidence.length < 2) return [...evidence];
  const unique = new Map(evidence.map((place) => [JSON.stringify(place), place]));
  return [...unique.values()].sort((a, b) => rank(a) - rank(b));
}

/** Subjects to which a rule does not apply for the same reason become one finding, so that a reason is said once. */
function gathered(findings: readonly Finding[]): Finding[] {
  const others = new Map<string, number>();
  const kept = findings.filter(({ outcome, message }) => {
    if (outcome !== 'not-applicable') return true;
    const before = others.get(message);
    others.set(message, (before ?? -1) + 1);
    return before === undefined;
  });
  return kept.map((finding) => {
    const more = finding.outcome === 'not-applicable' ? (others.get(finding.message) ?? 0) : 0;
    return more === 0
      ? finding
      : { ...finding, message: `${finding.message} The same holds for ${more} more.` };
  });
}
