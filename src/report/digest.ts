/** What a reader must know first, chosen from an assessment: the next level, the talk to have, what was not seen. */
import type { Assessment, RepositoryAssessment, RuleSummary } from '../model/assessment.js';
import type { Evidence } from '../model/evidence.js';
import type { Fact, FactKind } from '../model/facts.js';
import { factsOf } from '../model/facts.js';
import type { Finding } from '../model/finding.js';
import type { Gap } from '../model/gap.js';
import type { Recommendation } from '../model/recommendation.js';
import { type Outcome, SEVERITIES } from '../model/rule.js';
import type { Level, Maturity } from '../model/score.js';
import { type Place, placesOf } from './links.js';
import { firstLetterSmall, OUTCOME_ORDER, sentence } from './words.js';

/** The names of what was assessed, for a title. */
export function subjectOf(assessment: Assessment): string {
  const [first, ...others] = assessment.repositories;
  if (!first) return 'Nothing';
  return others.length === 0 ? first.name : `${assessment.repositories.length} repositories`;
}

/** The one fact of a kind that a repository has once. */
export function theFact<K extends FactKind>(repository: RepositoryAssessment, kind: K): Fact<K> | undefined {
  return factsOf(repository.facts, kind)[0];
}

/** The gate above the level that was reached: what holds it there. Undefined where every gate holds or does not apply. */
export function nextGate(maturity: Maturity): Level | undefined {
  return maturity.levels.find((l) => l.state === 'not-reached' || l.state === 'not-known');
}

/** A finding with the repository whose files its evidence names. */
export interface Located {
  repository: RepositoryAssessment;
  finding: Finding;
}

function locatedFindings(assessment: Assessment): Located[] {
  return assessment.repositories.flatMap((repository) =>
    repository.findings.map((finding) => ({ repository, finding })),
  );
}

/** The places that a recommendation is about; those of several repositories bear the repository's name. */
export function placesToMend(assessment: Assessment, recommendation: Recommendation): Place[] {
  const named = recommendation.repositories.length > 1;
  return assessment.repositories.flatMap((repository) => {
    const failing = repository.findings.filter((f) => f.rule === recommendation.rule && f.outcome === 'fail');
    const places = placesOf(
      repository,
      failing.flatMap((f) => f.evidence.slice(0, 1)).filter((e) => !isAllOf(repository, e)),
    );
    return named ? places.map((p) => ({ ...p, text: `${repository.name} ${p.text}` })) : places;
  });
}

/** The scanned commit itself: it names no place to go to. */
function isAllOf(repository: RepositoryAssessment, evidence: Evidence): boolean {
  return evidence.type === 'commit' && evidence.sha === repository.commit;
}

/** The finding that most deserves a conversation: the gravest failure; among equals, the one that costs most points. */
export interface Conversation extends Located {
  rule: RuleSummary;
  /** Other failures of the same rule. */
  others: number;
}

export function conversation(assessment: Assessment): Conversation | undefined {
  const pointsOf = new Map(assessment.recommendations.map((r) => [r.rule, r.points]));
  const gravity = new Map<string, number>(SEVERITIES.map((s, i) => [s, SEVERITIES.length - i]));
  let chosen: { rule: RuleSummary; weight: [number, number] } | undefined;
  const failures = locatedFindings(assessment).filter(({ finding }) => finding.outcome === 'fail');
  const failed = new Set(failures.map(({ finding }) => finding.rule));
  for (const rule of assessment.rules) {
    if (!failed.has(rule.id)) continue;
    const weight: [number, number] = [gravity.get(rule.severity) ?? 0, pointsOf.get(rule.id) ?? 0];
    const heavier =
      !chosen ||
      weight[0] > chosen.weight[0] ||
      (weight[0] === chosen.weight[0] && weight[1] > chosen.weight[1]);
    if (heavier) chosen = { rule, weight };
  }
  const its = failures.filter(({ finding }) => finding.rule === chosen?.rule.id);
  const [first] = its;
  return chosen && first ? { ...first, rule: chosen.rule, others: its.length - 1 } : undefined;
}

/** What could not be seen for one cause, and the one thing that would show it. */
export interface Unseen {
  reason: Gap['reason'];
  remedy: string;
  gaps: Gap[];
}

/** Gaps by their cause and remedy: what a reader can do something about comes first, then what hides most. */
export function unseen(gaps: readonly Gap[]): Unseen[] {
  const groups = new Map<string, Unseen>();
  for (const gap of gaps) {
    const key = `${gap.reason}\n${gap.remedy}`;
    const group = groups.get(key);
    if (group) group.gaps.push(gap);
    else groups.set(key, { reason: gap.reason, remedy: gap.remedy, gaps: [gap] });
  }
  const mendable = (group: Unseen) => (group.remedy === '' ? 0 : 1);
  return [...groups.values()].sort((a, b) => mendable(b) - mendable(a) || b.gaps.length - a.gaps.length);
}

/** The findings of one rule, what a reader wants to see first coming first. */
export interface Judged {
  rule: RuleSummary;
  findings: Located[];
  outcome: Outcome;
}

/** Every rule with its findings; its outcome is the worst among them. */
export function judged(assessment: Assessment): Judged[] {
  const byRule = new Map<string, Located[]>();
  for (const located of locatedFindings(assessment)) {
    const list = byRule.get(located.finding.rule);
    if (list) list.push(located);
    else byRule.set(located.finding.rule, [located]);
  }
  const rank = (outcome: Outcome) => OUTCOME_ORDER.indexOf(outcome);
  return assessment.rules.map((rule) => {
    const findings = [...(byRule.get(rule.id) ?? [])].sort(
      (a, b) => rank(a.finding.outcome) - rank(b.finding.outcome),
    );
    return { rule, findings, outcome: findings[0]?.finding.outcome ?? 'not-applicable' };
  });
}

/** Rules that stay undecided although no gap explains it: the evidence is there but does not tell. */
export function undecided(assessment: Assessment): Judged[] {
  // A finding may say the cause in the flow of its sentence: without the first letter's size and the full stop.
  const causes = new Set(
    assessment.repositories.flatMap((r) => r.gaps.map((g) => g.what.slice(1).replace(/\.$/, ''))),
  );
  const explained = ({ finding }: Located) => [...causes].some((what) => finding.message.includes(what));
  return judged(assessment).flatMap((j) => {
    const open = j.findings.filter(
      (l) => (l.finding.outcome === 'unknown' || l.finding.outcome === 'error') && !explained(l),
    );
    return open.length === 0 ? [] : [{ ...j, findings: open }];
  });
}

/** Why findings are open, in the words of the first. */
export function openBecause(findings: readonly Located[]): string {
  const [first, ...others] = findings;
  const why = sentence(firstLetterSmall((first?.finding.message ?? '').replace(/^Not decided: /, '')));
  return others.length === 0 ? why : `${why} And ${others.length} more like it.`;
}

/** How many findings have each outcome. */
export function tally(findings: readonly Finding[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { pass: 0, fail: 0, 'not-applicable': 0, unknown: 0, error: 0 };
  for (const { outcome } of findings) counts[outcome] += 1;
  return counts;
}
