import { describe, expect, it } from 'vitest';
import { atLine } from '../../src/model/evidence.js';
import type { Finding } from '../../src/model/finding.js';
import { recommend } from '../../src/recommend/recommend.js';
import { scoreOverall } from '../../src/score/score.js';
import { finding, pack, rule } from '../builders.js';

const days = (likely: number, each_more = 0) => ({ low: likely / 2, likely, high: likely * 2, each_more });

describe('recommendations', () => {
  const packs = [
    pack('p', [
      rule({ id: 'cheap', severity: 'low', effort: days(0.25) }),
      rule({ id: 'dear', severity: 'critical', effort: days(20) }),
      rule({ id: 'worth-it', severity: 'critical', effort: days(1, 0.5), action: 'Do what is worth it' }),
    ]),
  ];
  const provenOf = (findings: readonly Finding[]) => scoreOverall(packs, findings)?.proven ?? 0;
  const findings = [
    finding({ rule: 'cheap', outcome: 'fail', message: 'cheap is wrong.' }),
    finding({ rule: 'dear', outcome: 'fail' }),
    finding({ rule: 'worth-it', outcome: 'fail', message: 'a is wrong.', evidence: [atLine('a.yaml', 3)] }),
    finding({ rule: 'worth-it', outcome: 'fail', subject: 'b', repository: 'web', message: 'b is wrong.' }),
  ];

  it('come with the most points for a day of work first', () => {
    expect(recommend(packs, findings, provenOf).map((r) => r.rule)).toEqual(['worth-it', 'cheap', 'dear']);
  });

  it('say the points that scoring again gives, the days for all places, and where', () => {
    const [first] = recommend(packs, findings, provenOf);
    expect(first).toMatchObject({
      title: 'Do what is worth it',
      points: 47.06,
      days: { low: 1, likely: 1.5, high: 2.5 },
      settles: 2,
      repositories: ['shop', 'web'],
      because: 'a is wrong. And 1 more like it.',
      evidence: [{ path: 'a.yaml', line: 3 }],
    });
  });

  it('put what must come first before what stands on it', () => {
    const dependent = [
      pack('p', [
        rule({ id: 'second', severity: 'critical', effort: days(0.25), depends_on: ['first', 'passes'] }),
        rule({ id: 'first', severity: 'low', effort: days(5) }),
        rule({ id: 'passes' }),
      ]),
    ];
    const list = recommend(
      dependent,
      [
        finding({ rule: 'second', outcome: 'fail' }),
        finding({ rule: 'first', outcome: 'fail' }),
        finding({ rule: 'passes', outcome: 'pass' }),
      ],
      (f) => scoreOverall(dependent, f)?.proven ?? 0,
    );
    expect(list.map((r) => r.rule)).toEqual(['first', 'second']);
    expect(list[1]?.after).toEqual(['first']);
  });

  it('put the lower gate first where a day gains the same', () => {
    const gates = [pack('p', [rule({ id: 'a', level: 4 }), rule({ id: 'b' }), rule({ id: 'c', level: 2 })])];
    const all = ['a', 'b', 'c'].map((id) => finding({ rule: id, outcome: 'fail' }));
    const list = recommend(gates, all, (f) => scoreOverall(gates, f)?.proven ?? 0);
    expect(list.map((r) => r.rule)).toEqual(['c', 'a', 'b']);
  });

  it('are none where nothing fails', () => {
    expect(recommend(packs, [finding({ rule: 'cheap', outcome: 'unknown' })], provenOf)).toEqual([]);
  });
});
