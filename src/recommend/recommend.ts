/** Findings -> recommendations: each failing rule's fix, ordered by the points that a day of work gains. */
import type { Evidence } from '../model/evidence.js';
import type { Finding } from '../model/finding.js';
import type { Recommendation } from '../model/recommendation.js';
import type { Pack, Rule } from '../model/rule.js';

/** Gives the overall proven share (0 to 1) of some findings: the same arithmetic as the score, passed in. */
export type ProvenOf = (findings: readonly Finding[]) => number;

const EVIDENCE_SHOWN = 20;

function daysFor(rule: Rule, subjects: number): Recommendation['days'] {
  const more = (subjects - 1) * rule.effort.each_more;
  const days = (n: number) => Math.round((n + more) * 100) / 100;
  return { low: days(rule.effort.low), likely: days(rule.effort.likely), high: days(rule.effort.high) };
}

function because(failing: readonly Finding[]): string {
  const [first, ...others] = failing;
  if (!first) return '';
  if (others.length === 0) return first.message;
  return `${first.message} And ${others.length} more like it.`;
}

/** One recommendation for each rule that fails somewhere; most points a day first, then the lower gate, then the rule's name. */
export function recommend(
  packs: readonly Pack[],
  findings: readonly Finding[],
  provenOf: ProvenOf,
): Recommendation[] {
  const now = provenOf(findings);
  const failing = new Map<string, Finding[]>();
  for (const f of findings)
    if (f.outcome === 'fail') failing.set(f.rule, [...(failing.get(f.rule) ?? []), f]);

  const list = packs
    .flatMap((p) => p.rules)
    .flatMap((rule): Recommendation[] => {
      const its = failing.get(rule.id);
      if (!its) return [];
      const settled = findings.map((f) =>
        f.rule === rule.id && f.outcome === 'fail' ? { ...f, outcome: 'pass' as const } : f,
      );
      const evidence: Evidence[] = its.flatMap((f) => f.evidence.slice(0, 2)).slice(0, EVIDENCE_SHOWN);
      return [
        {
          rule: rule.id,
          pack: rule.pack,
          title: rule.action ?? rule.title,
          because: because(its),
          do: rule.fix.trim(),
          why: rule.why.trim(),
          repositories: [...new Set(its.map((f) => f.subject.repository))].sort(),
          settles: its.length,
          points: Math.round((provenOf(settled) - now) * 10000) / 100,
          days: daysFor(rule, its.length),
          mode: rule.mode,
          operation: rule.operation,
          dilemma: rule.dilemma,
          level: rule.level ?? 0,
          after: rule.depends_on.filter((id) => failing.has(id)),
          evidence,
        },
      ];
    });
  const value = (r: Recommendation) => r.points / r.days.likely;
  const gate = (r: Recommendation) => r.level || Number.POSITIVE_INFINITY;
  return inDependencyOrder(
    list.sort((a, b) => value(b) - value(a) || gate(a) - gate(b) || (a.rule < b.rule ? -1 : 1)),
  );
}

/** What must come first comes first; apart from that the order stays. */
function inDependencyOrder(list: readonly Recommendation[]): Recommendation[] {
  const byRule = new Map(list.map((r) => [r.rule, r]));
  const placed = new Set<string>();
  const ordered: Recommendation[] = [];
  const place = (r: Recommendation) => {
    if (placed.has(r.rule)) return;
    placed.add(r.rule);
    for (const id of r.after) {
      const first = byRule.get(id);
      if (first) place(first);
    }
    ordered.push(r);
  };
  for (const r of list) place(r);
  return ordered;
}
