/** Findings -> scores: for each pack, and over all, the interval from proven to possible. */
import type { Finding } from '../model/finding.js';
import type { Pack, Rule, Severity } from '../model/rule.js';
import type { Score } from '../model/score.js';

/** Part of the comparability key: raised whenever the arithmetic below changes a number. */
const SCORING_VERSION = '1';

/**
 * What a rule weighs in its pack. An assumption of ours, not a measurement: each step about doubles, so that no number
 * of small passes hides one critical failure.
 */
export const WEIGHTS: Readonly<Record<Severity, number>> = { critical: 8, high: 5, medium: 3, low: 1 };

/** The part of one rule: its weight, shared equally by the subjects to which it applies. */
interface RuleShare {
  weight: number;
  passed: number;
  undecided: number;
  applicable: number;
}

function shareOf(weight: number, findings: readonly Finding[]): RuleShare {
  let passed = 0;
  let undecided = 0;
  let applicable = 0;
  for (const { outcome } of findings) {
    if (outcome === 'not-applicable') continue;
    applicable += 1;
    if (outcome === 'pass') passed += 1;
    else if (outcome !== 'fail') undecided += 1;
  }
  return { weight, passed, undecided, applicable };
}

/**
 * The score of some rules, or undefined where nothing applies: no score, not 100.
 * Proven counts what is not decided as not passed, possible as passed; so any outcome that becomes unknown
 * never raises proven and never lowers possible.
 */
function scoreOf(
  identity: { pack: string; title: string; key: string },
  rules: readonly Rule[],
  byRule: ReadonlyMap<string, Finding[]>,
): Score | undefined {
  let weight = 0;
  let proven = 0;
  let possible = 0;
  let seen = 0;
  let decided = 0;
  let applicable = 0;
  for (const rule of rules) {
    const share = shareOf(WEIGHTS[rule.severity], byRule.get(rule.id) ?? []);
    if (share.applicable === 0) continue;
    applicable += 1;
    if (share.undecided === 0) decided += 1;
    weight += share.weight;
    proven += (share.weight * share.passed) / share.applicable;
    possible += (share.weight * (share.passed + share.undecided)) / share.applicable;
    seen += (share.weight * (share.applicable - share.undecided)) / share.applicable;
  }
  if (applicable === 0) return undefined;
  return {
    ...identity,
    proven: round(proven / weight),
    possible: round(possible / weight),
    coverage: round(seen / weight),
    decided,
    applicable,
    rules: rules.length,
  };
}

/** Six digits: enough for every use, and the same bytes whatever the order of the sums. */
function round(share: number): number {
  return Math.min(1, Math.max(0, Math.round(share * 1e6) / 1e6));
}

export function findingsByRule(findings: readonly Finding[]): Map<string, Finding[]> {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = byRule.get(finding.rule);
    if (list) list.push(finding);
    else byRule.set(finding.rule, [finding]);
  }
  return byRule;
}

/** One score for each pack to which something applies, in the order of the packs. */
export function scorePacks(packs: readonly Pack[], findings: readonly Finding[]): Score[] {
  const byRule = findingsByRule(findings);
  return packs.flatMap((pack) => {
    const identity = {
      pack: pack.id,
      title: pack.title,
      key: `${pack.id}@${pack.version}/${SCORING_VERSION}`,
    };
    return scoreOf(identity, pack.rules, byRule) ?? [];
  });
}

/** The score over all rules of all packs, or null where nothing applies. The headline is its proven end. */
export function scoreOverall(packs: readonly Pack[], findings: readonly Finding[]): Score | null {
  const key = `${packs.map((p) => `${p.id}@${p.version}`).join('+')}/${SCORING_VERSION}`;
  const rules = packs.flatMap((p) => p.rules);
  return scoreOf({ pack: 'overall', title: 'Overall', key }, rules, findingsByRule(findings)) ?? null;
}
