/** Maturity levels: five gates, each reached, not reached or not known; never guessed. */
import type { Finding } from '../model/finding.js';
import type { Pack, Rule } from '../model/rule.js';
import type { Level, Maturity } from '../model/score.js';
import { findingsByRule } from './score.js';

/** The levels with their gates in words; the rules of a gate name it by `level`. */
export const LEVELS = [
  { level: 1, name: 'Tracked', gate: 'the code is in Git' },
  { level: 2, name: 'Tested', gate: 'nothing reaches an environment or a registry untested' },
  {
    level: 3,
    name: 'Watched',
    gate: 'CPU, memory, disk, network, application logs and cloud costs are monitored',
  },
  { level: 4, name: 'Resilient', gate: 'production survives the loss of an instance' },
  { level: 5, name: 'One-click', gate: 'environments come from code, by GitOps and in atomic changes' },
] as const;

function judge(
  gate: (typeof LEVELS)[number],
  rules: readonly Rule[],
  byRule: ReadonlyMap<string, Finding[]>,
): Level {
  const failing = new Set<string>();
  const undecided = new Set<string>();
  let passed = 0;
  for (const rule of rules) {
    for (const { outcome } of byRule.get(rule.id) ?? []) {
      if (outcome === 'fail') failing.add(rule.title);
      else if (outcome === 'pass') passed += 1;
      else if (outcome !== 'not-applicable') undecided.add(rule.title);
    }
  }
  const titles = (set: Set<string>) => [...set].join('; ');
  const named = (outcomes: readonly string[]) =>
    rules.filter((r) => (byRule.get(r.id) ?? []).some((f) => outcomes.includes(f.outcome))).map((r) => r.id);
  if (failing.size > 0)
    return {
      ...gate,
      state: 'not-reached',
      because: `Not true here: ${titles(failing)}`,
      rules: named(['fail']),
    };
  if (undecided.size > 0)
    return {
      ...gate,
      state: 'not-known',
      because: `Could not be decided: ${titles(undecided)}`,
      rules: named(['unknown', 'error']),
    };
  if (passed === 0)
    return { ...gate, state: 'not-applicable', because: 'Nothing here that this asks about', rules: [] };
  return {
    ...gate,
    state: 'reached',
    because: rules.length === 1 ? 'Its rule holds' : `All of its ${rules.length} rules hold`,
    rules: [],
  };
}

/** The levels of some findings. A level stands on those below it: the first gate that is not reached ends the climb. */
export function maturityOf(packs: readonly Pack[], findings: readonly Finding[]): Maturity {
  const byRule = findingsByRule(findings);
  const rules = packs.flatMap((p) => p.rules);
  const levels = LEVELS.map((gate) =>
    judge(
      gate,
      rules.filter((r) => r.level === gate.level),
      byRule,
    ),
  );
  let level = 0;
  for (const l of levels) {
    if (l.state === 'reached') level = l.level;
    else if (l.state !== 'not-applicable') break;
  }
  return { level, name: LEVELS.find((l) => l.level === level)?.name ?? 'Not yet tracked', levels };
}
