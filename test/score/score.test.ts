import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.js';
import { OUTCOMES, type Outcome, SEVERITIES } from '../../src/model/rule.js';
import { maturityOf } from '../../src/score/maturity.js';
import { scoreOverall, scorePacks } from '../../src/score/score.js';
import { finding, pack, rule } from '../builders.js';

const outcome = fc.constantFrom(...OUTCOMES);
/** Some packs of rules with some findings each. */
const judged = fc
  .array(
    fc.record({
      severity: fc.constantFrom(...SEVERITIES),
      level: fc.constantFrom(undefined, 1, 2, 3, 4, 5),
      outcomes: fc.array(outcome, { maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => {
    const rules = rows.map((r, i) =>
      rule({ id: `rule-${i}`, pack: `pack-${i % 3}`, severity: r.severity, level: r.level }),
    );
    const packs = [0, 1, 2].map((n) =>
      pack(
        `pack-${n}`,
        rules.filter((r) => r.pack === `pack-${n}`),
      ),
    );
    const findings = rows.flatMap((r, i) =>
      r.outcomes.map((o, n) =>
        finding({ rule: `rule-${i}`, pack: `pack-${i % 3}`, outcome: o, subject: `thing ${n}` }),
      ),
    );
    return { packs, findings };
  });

function turned(findings: readonly Finding[], index: number, to: Outcome): Finding[] {
  return findings.map((f, i) => (i === index ? { ...f, outcome: to } : f));
}

describe('a score', () => {
  it('never proves more nor allows less when an outcome becomes unknown', () => {
    fc.assert(
      fc.property(judged, fc.nat(), ({ packs, findings }, at) => {
        fc.pre(findings.length > 0);
        const before = scoreOverall(packs, findings);
        const after = scoreOverall(packs, turned(findings, at % findings.length, 'unknown'));
        fc.pre(before !== null);
        expect(after?.proven).toBeLessThanOrEqual((before?.proven ?? 0) + 1e-6);
        expect(after?.possible).toBeGreaterThanOrEqual((before?.possible ?? 1) - 1e-6);
      }),
    );
  });

  it('does not depend on the order of the findings', () => {
    fc.assert(
      fc.property(
        judged.chain((j) =>
          fc.tuple(fc.constant(j), fc.shuffledSubarray(j.findings, { minLength: j.findings.length })),
        ),
        ([j, shuffled]) => {
          expect(scorePacks(j.packs, shuffled)).toEqual(scorePacks(j.packs, j.findings));
        },
      ),
    );
  });

  it('is an interval within 0 and 1 whose width is what was not seen', () => {
    fc.assert(
      fc.property(judged, ({ packs, findings }) => {
        for (const s of scorePacks(packs, findings)) {
          expect(s.proven).toBeGreaterThanOrEqual(0);
          expect(s.possible).toBeLessThanOrEqual(1);
          expect(s.possible - s.proven).toBeCloseTo(1 - s.coverage, 5);
        }
      }),
    );
  });

  it('does not exist where nothing applies', () => {
    const packs = [pack('p', [rule({ id: 'r', pack: 'p' })])];
    expect(scorePacks(packs, [])).toEqual([]);
    expect(scoreOverall(packs, [finding({ rule: 'r', pack: 'p', outcome: 'not-applicable' })])).toBeNull();
  });

  it('shares the weight of a rule among its subjects, so that many small passes hide no critical failure', () => {
    const packs = [
      pack('p', [
        rule({ id: 'big', pack: 'p', severity: 'critical' }),
        rule({ id: 'small', pack: 'p', severity: 'low' }),
      ]),
    ];
    const passes = Array.from({ length: 50 }, (_, i) =>
      finding({ rule: 'small', pack: 'p', outcome: 'pass', subject: `s${i}` }),
    );
    const [score] = scorePacks(packs, [...passes, finding({ rule: 'big', pack: 'p', outcome: 'fail' })]);
    expect(score).toMatchObject({
      proven: 0.111111,
      possible: 0.111111,
      coverage: 1,
      decided: 2,
      applicable: 2,
    });
  });

  it('bears a key that changes with the version of a pack', () => {
    const findings = [finding({ rule: 'r', pack: 'p', outcome: 'pass' })];
    const [one] = scorePacks([pack('p', [rule({ id: 'r', pack: 'p' })])], findings);
    const [two] = scorePacks([{ ...pack('p', [rule({ id: 'r', pack: 'p' })]), version: '2.0.0' }], findings);
    expect(one?.key).not.toBe(two?.key);
  });
});

describe('a maturity level', () => {
  const packs = [
    pack(
      'p',
      [1, 2, 3].map((level) => rule({ id: `gate-${level}`, pack: 'p', level })),
    ),
  ];
  const states = (...outcomes: Outcome[]) =>
    maturityOf(
      packs,
      outcomes.map((o, i) => finding({ rule: `gate-${i + 1}`, pack: 'p', outcome: o })),
    );

  it('is reached when its gate and those below hold', () => {
    expect(states('pass', 'pass', 'fail')).toMatchObject({ level: 2, name: 'Tested' });
  });
  it('stops at the first gate that is not reached, whatever holds above', () => {
    expect(states('pass', 'fail', 'pass')).toMatchObject({ level: 1 });
  });
  it('is not known where a gate could not be decided, and never guessed', () => {
    const m = states('pass', 'unknown', 'pass');
    expect(m.level).toBe(1);
    expect(m.levels[1]).toMatchObject({ state: 'not-known', rules: ['gate-2'] });
  });
  it('passes over a gate that asks about nothing that is here', () => {
    expect(states('pass', 'not-applicable', 'pass')).toMatchObject({ level: 3 });
  });
  it('never rises when an outcome becomes unknown', () => {
    fc.assert(
      fc.property(judged, fc.nat(), (j, at) => {
        fc.pre(j.findings.length > 0);
        const before = maturityOf(j.packs, j.findings).level;
        // A pass or a failure that is no longer seen cannot lift a company.
        const seen = j.findings.map((f, i) => ({ f, i })).filter(({ f }) => f.outcome !== 'not-applicable');
        fc.pre(seen.length > 0);
        const index = seen[at % seen.length]?.i ?? 0;
        expect(maturityOf(j.packs, turned(j.findings, index, 'unknown')).level).toBeLessThanOrEqual(before);
      }),
    );
  });
});
