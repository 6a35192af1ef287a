import { describe, expect, it } from 'vitest';
import { atLine } from '../../src/model/evidence.js';
import { conversation, nextGate, placesToMend, undecided, unseen } from '../../src/report/digest.js';
import { assessmentOf, finding, gap, repository, sampleAssessment } from './sample.js';

describe('what deserves a conversation', () => {
  it('is the gravest failure, and among equals the one that costs most', () => {
    const talk = conversation(sampleAssessment());
    expect(talk?.rule.id).toBe('every-path-to-production-is-gated-by-tests');
    expect(talk?.finding.evidence).toEqual([atLine('.github/workflows/release.yml', 14)]);
    expect(talk?.others).toBe(0);
  });
  it('is nothing where nothing fails', () => {
    expect(conversation(assessmentOf([repository()]))).toBeUndefined();
  });
});

describe('the next gate', () => {
  it('is the first that is not reached or not known, wherever later ones stand', () => {
    expect(nextGate(sampleAssessment().maturity)?.name).toBe('Tested');
  });
});

describe('the places to mend', () => {
  const rule = 'memory-is-monitored';
  const commit = {
    type: 'commit' as const,
    sha: '4f2c91a7c0ffee00000000000000000000000000',
    at: '2026-06-04',
  };
  const failing = (name: string, evidence: Parameters<typeof finding>[5]) =>
    repository({ name, findings: [finding(name, rule, 'fail', name, 'None.', evidence)] });
  const places = (assessment: ReturnType<typeof assessmentOf>) =>
    assessment.recommendations.flatMap((r) => placesToMend(assessment, r).map((p) => p.text));

  it('bear the name of the repository where there are several', () => {
    expect(
      places(assessmentOf([failing('shop', [atLine('a.yml', 1)]), failing('web', [atLine('a.yml', 1)])])),
    ).toEqual(['shop a.yml:1', 'web a.yml:1']);
  });
  it('are not the scanned commit as a whole', () => {
    expect(places(assessmentOf([failing('shop', [commit])]))).toEqual([]);
  });
});

describe('what was not seen', () => {
  it('is gathered by cause, what can be mended first', () => {
    const groups = unseen([
      gap('shop', { reason: 'not-supported', remedy: '' }),
      gap('shop', { reason: 'not-supported', remedy: '' }),
      gap('shop', { reason: 'no-token', remedy: 'Set GITHUB_TOKEN' }),
    ]);
    expect(groups.map((g) => [g.reason, g.gaps.length])).toEqual([
      ['no-token', 1],
      ['not-supported', 2],
    ]);
  });
  it('does not name a rule again that a cause explains, in the flow of its sentence or not', () => {
    const what = 'The Helm chart in charts/shop was not rendered';
    const open = (message: string) =>
      undecided(
        assessmentOf([
          repository({
            findings: [finding('shop', 'memory-is-monitored', 'unknown', 'shop', message)],
            gaps: [gap('shop', { what })],
          }),
        ]),
      ).map((j) => j.rule.id);
    expect(open('Not decided: the Helm chart in charts/shop was not rendered.')).toEqual([]);
    expect(open(`Not decided: ${what} (and 2 more that could not be seen).`)).toEqual([]);
    expect(open('Not decided: budgets may be kept elsewhere.')).toEqual(['memory-is-monitored']);
  });
});
