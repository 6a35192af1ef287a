/** Small rules, packs and findings for tests: only what a test says differs from the ordinary. */
import type { Finding } from '../src/model/finding.js';
import type { Outcome, Pack, Rule } from '../src/model/rule.js';

export function rule(part: Partial<Rule> & { id: string }): Rule {
  return {
    title: part.id,
    subject: 'repository',
    unknown: [],
    pass: 'true',
    points_at: [],
    message: { pass: 'yes', fail: 'no' },
    why: 'because',
    fix: 'do it',
    severity: 'medium',
    operation: 'deploy',
    mode: 'automate',
    dilemma: 'always-test',
    effort: { low: 0.5, likely: 1, high: 2, each_more: 0 },
    depends_on: [],
    sources: [{ title: 'a source' }],
    examples: [],
    pack: 'p',
    ...part,
  };
}

export function pack(id: string, rules: Rule[]): Pack {
  return { id, title: id, version: '1.0.0', about: '', order: 1, rules };
}

export function finding(part: {
  rule: string;
  pack?: string;
  outcome: Outcome;
  subject?: string;
  repository?: string;
  message?: string;
  evidence?: Finding['evidence'];
}): Finding {
  const repository = part.repository ?? 'shop';
  return {
    rule: part.rule,
    pack: part.pack ?? 'p',
    outcome: part.outcome,
    subject: { kind: 'repository', name: part.subject ?? repository, repository },
    message: part.message ?? part.outcome,
    evidence: part.evidence ?? [],
  };
}
