/** What a screen lists for each view of an assessment: entries in the order of what matters, each with what it opens. */

import { daysWords, pointsWords } from '../model/amounts.js';
import type { Assessment, RuleSummary } from '../model/assessment.js';
import type { Evidence } from '../model/evidence.js';
import type { Finding } from '../model/finding.js';
import type { Recommendation } from '../model/recommendation.js';
import type { Level, Score } from '../model/score.js';
import type { Tone } from './components/line.js';
import type { View } from './navigation.js';

/** A state as a sign and, beside it, a colour. */
export interface Sign {
  sign: string;
  tone: Tone | undefined;
}

const OUTCOMES = {
  pass: { sign: '✓', tone: 'good' },
  fail: { sign: '✗', tone: 'bad' },
  unknown: { sign: '?', tone: 'unseen' },
  error: { sign: '!', tone: 'unseen' },
  'not-applicable': { sign: '–', tone: undefined },
} as const satisfies Record<Finding['outcome'], Sign>;

const LEVELS = {
  reached: { sign: '●', tone: 'good' },
  'not-reached': { sign: '○', tone: 'bad' },
  'not-known': { sign: '?', tone: 'unseen' },
  'not-applicable': { sign: '–', tone: undefined },
} as const satisfies Record<Level['state'], Sign>;

export function outcomeSign(outcome: Finding['outcome']): Sign {
  return OUTCOMES[outcome];
}
export function levelSign(state: Level['state']): Sign {
  return LEVELS[state];
}

/** Failures first, then what is not decided, what passes, what does not apply. */
const ORDER: readonly Finding['outcome'][] = ['fail', 'error', 'unknown', 'pass', 'not-applicable'];
const SEVERITIES = ['critical', 'high', 'medium', 'low'];

interface Entry {
  key: string;
  sign: Sign;
  text: string;
  /** At the right: where, or how many. */
  aside: string;
  /** What is said of it while it is selected. */
  detail: string;
  opens: View | undefined;
}

export interface Listing {
  /** From the general to the particular. */
  title: string[];
  /** Paragraphs above the list. */
  about: string[];
  entries: Entry[];
  /** What to say where there are no entries. */
  empty: string;
}

/** A row of the result's bars; a pack to which nothing applies has no score. */
export interface PackRow {
  pack: string;
  title: string;
  score: Score | undefined;
}

export const OVERALL = 'overall';

/** The packs in their order, those without a score last, then all of them together. */
export function packRows({ scores, packs, overall }: Assessment): PackRow[] {
  const scored = new Set(scores.map((s) => s.pack));
  const without = packs.filter((p) => !scored.has(p.id));
  return [
    ...scores.map((score) => ({ pack: score.pack, title: score.title, score })),
    ...without.map((p) => ({ pack: p.id, title: p.title, score: undefined })),
    ...(overall ? [{ pack: OVERALL, title: 'Overall', score: overall }] : []),
  ];
}

export function packTitle({ packs }: Assessment, pack: string): string {
  return packs.find((p) => p.id === pack)?.title ?? pack;
}

/** The findings of a rule over all repositories, worst first. */
export function findingsOf({ repositories }: Assessment, rule: string): Finding[] {
  return repositories
    .flatMap((r) => r.findings)
    .filter((f) => f.rule === rule)
    .sort(
      (a, b) =>
        ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) ||
        compare(a.subject.repository, b.subject.repository) ||
        compare(a.subject.name, b.subject.name) ||
        compare(placeOf(a.evidence), placeOf(b.evidence)),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function ruleOf({ rules }: Assessment, id: string): RuleSummary | undefined {
  return rules.find((r) => r.id === id);
}
export function recommendationOf({ recommendations }: Assessment, rule: string): Recommendation | undefined {
  return recommendations.find((r) => r.rule === rule);
}

/** Where a reader can go and look, in a few words. */
export function evidenceWords(evidence: Evidence): string {
  switch (evidence.type) {
    case 'file':
      return `${evidence.path}:${evidence.line}`;
    case 'commit':
      return `commit ${evidence.sha.slice(0, 7)}, ${evidence.at.slice(0, 10)}`;
    case 'github':
      return `${evidence.field} at ${evidence.url}`;
    case 'answer':
      return `the answer to ${evidence.question}`;
  }
}

/** The first place in a file, and how many more: `charts/values.yaml:31 and 2 more`; empty where it is in none. */
export function placeOf(evidence: readonly Evidence[]): string {
  const [first, ...more] = evidence.filter((e) => e.type === 'file');
  if (!first) return '';
  return more.length === 0 ? evidenceWords(first) : `${evidenceWords(first)} and ${more.length} more`;
}

/** What a finding is about: the thing, with its repository where there are several. */
export function subjectWords({ repositories }: Assessment, { subject }: Finding): string {
  if (subject.kind === 'repository') return subject.repository;
  return repositories.length > 1 ? `${subject.repository} ${subject.name}` : subject.name;
}

/** The state of a rule over its findings: partly where some hold and some do not. */
function ruleState(findings: readonly Finding[]): { sign: Sign; rank: number; aside: string } {
  const worst = findings[0]?.outcome ?? 'not-applicable';
  const applicable = findings.filter((f) => f.outcome !== 'not-applicable');
  const same = applicable.filter((f) => f.outcome === worst);
  const passing = applicable.some((f) => f.outcome === 'pass');
  const sign: Sign = worst === 'fail' && passing ? { sign: '~', tone: 'partly' } : OUTCOMES[worst];
  const words = {
    pass: 'hold',
    fail: 'fail',
    unknown: 'not seen',
    error: 'went wrong',
    'not-applicable': '',
  }[worst];
  const aside =
    applicable.length > 1
      ? `${same.length} of ${applicable.length} ${words}`
      : worst === 'not-applicable'
        ? 'does not apply'
        : placeOf(findings[0]?.evidence ?? []);
  return { sign, rank: ORDER.indexOf(worst), aside };
}

/** Rules as entries, worst first, then the graver. */
function ruleEntries(assessment: Assessment, rules: readonly RuleSummary[]): Entry[] {
  return rules
    .map((rule) => {
      const findings = findingsOf(assessment, rule.id);
      const { sign, rank, aside } = ruleState(findings);
      const opens: View =
        findings.length === 1
          ? { screen: 'finding', rule: rule.id, at: 0 }
          : { screen: 'rule', rule: rule.id };
      return {
        rank: rank * SEVERITIES.length + SEVERITIES.indexOf(rule.severity),
        entry: { key: rule.id, sign, text: rule.title, aside, detail: findings[0]?.message ?? '', opens },
      };
    })
    .sort((a, b) => a.rank - b.rank || compare(a.entry.text, b.entry.text))
    .map(({ entry }) => entry);
}

function ruleListing(assessment: Assessment, id: string): Listing {
  const rule = ruleOf(assessment, id);
  const recommendation = recommendationOf(assessment, id);
  return {
    title: [packTitle(assessment, rule?.pack ?? ''), rule?.title ?? id],
    about: recommendation
      ? [
          `Do: ${recommendation.do}`,
          `${pointsWords(recommendation.points)} for ${daysWords(recommendation.days)} of work`,
        ]
      : rule
        ? [`Why: ${rule.why}`]
        : [],
    entries: findingsOf(assessment, id).map((finding, at) => ({
      key: `${at}`,
      sign: OUTCOMES[finding.outcome],
      text: subjectWords(assessment, finding),
      aside: placeOf(finding.evidence),
      detail: finding.message,
      opens: { screen: 'finding', rule: id, at },
    })),
    empty: 'This rule found nothing to judge.',
  };
}

const LEVEL_WORDS = {
  reached: 'reached',
  'not-reached': 'not reached',
  'not-known': 'not known',
  'not-applicable': 'does not apply',
} as const satisfies Record<Level['state'], string>;

function levelListing({ maturity }: Assessment): Listing {
  return {
    title: ['Levels'],
    about: ['A level is reached when what it asks for holds, and so does every level below it.'],
    entries: maturity.levels.map((level) => ({
      key: `${level.level}`,
      sign: LEVELS[level.state],
      text: `${level.level} ${level.name}: ${level.gate}`,
      aside: LEVEL_WORDS[level.state],
      detail: level.because,
      opens: level.rules.length > 0 ? { screen: 'level', level: level.level } : undefined,
    })),
    empty: '',
  };
}

function isUndecided(finding: Finding): boolean {
  return finding.outcome === 'unknown' || finding.outcome === 'error';
}

/** The rules that are not decided, which is what it costs; then what could not be read, which is why. */
function unseenListing(assessment: Assessment): Listing {
  const { repositories, rules } = assessment;
  const undecided = rules.flatMap((rule): Entry[] => {
    const findings = findingsOf(assessment, rule.id).filter((f) => f.outcome !== 'not-applicable');
    const first = findings.findIndex(isUndecided);
    if (first === -1) return [];
    const { length } = findings.filter(isUndecided);
    return [
      {
        key: rule.id,
        sign: OUTCOMES.unknown,
        text: rule.title,
        aside: findings.length === 1 ? '' : `${length} of ${findings.length} not seen`,
        detail: findings[first]?.message ?? '',
        // Worst first and what does not apply last: the places in both lists are the same.
        opens:
          length === 1 ? { screen: 'finding', rule: rule.id, at: first } : { screen: 'rule', rule: rule.id },
      },
    ];
  });
  const gaps = repositories
    .flatMap((r) => r.gaps)
    .map((gap, i) => ({
      key: `${i}`,
      sign: OUTCOMES.unknown,
      text: repositories.length > 1 ? `${gap.repository}: ${gap.what}` : gap.what,
      aside: '',
      detail: [gap.what, gap.remedy].filter(Boolean).join('. '),
      opens: undefined,
    }));
  return {
    title: ['Not seen'],
    about: ['What could not be seen never counts as good or bad: it only widens the bars.'],
    entries: [...undecided, ...gaps],
    empty: 'Everything that was looked for could be read.',
  };
}

/** The entries of a view that is a list; undefined for the others. */
export function listingOf(assessment: Assessment, view: View): Listing | undefined {
  switch (view.screen) {
    case 'pack': {
      const rules = assessment.rules.filter((r) => view.pack === OVERALL || r.pack === view.pack);
      return {
        title: [packTitle(assessment, view.pack)],
        about: [],
        entries: ruleEntries(assessment, rules),
        empty: 'This pack has no rules.',
      };
    }
    case 'rule':
      return ruleListing(assessment, view.rule);
    case 'level': {
      const level = assessment.maturity.levels.find((l) => l.level === view.level);
      const rules = assessment.rules.filter((r) => level?.rules.includes(r.id));
      return {
        title: ['Levels', level ? `${level.level} ${level.name}` : ''],
        about: level ? [`Asks: ${level.gate}`] : [],
        entries: ruleEntries(assessment, rules),
        empty: 'Every rule of this level holds.',
      };
    }
    case 'levels':
      return levelListing(assessment);
    case 'unseen':
      return unseenListing(assessment);
    case 'result':
    case 'finding':
    case 'keys':
      return undefined;
  }
}

/** What Enter opens on the result: the packs' rows, then the recommendations. */
export function resultOpens(assessment: Assessment): View[] {
  return [
    ...packRows(assessment).map(({ pack }): View => ({ screen: 'pack', pack })),
    ...assessment.recommendations.map(({ rule }): View => ({ screen: 'rule', rule })),
  ];
}
