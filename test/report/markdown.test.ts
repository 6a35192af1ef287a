import { describe, expect, it } from 'vitest';
import { atLine } from '../../src/model/evidence.js';
import { markdownReport } from '../../src/report/markdown.js';
import {
  assessmentOf,
  emptyAssessment,
  finding,
  gap,
  repository,
  sampleAssessment,
  shopAssessment,
} from './sample.js';

const BLOB = 'https://github.com/acme/shop/blob/4f2c91a7c0ffee00000000000000000000000000';

describe('the Markdown report', () => {
  const text = markdownReport(shopAssessment());

  it('opens with the level and what holds it there', () => {
    expect(text.startsWith('# shop: level 1 of 5, Tracked\n')).toBe(true);
    expect(text).toContain('○ Tested (not reached)');
    expect(text).toContain('**To be Tested:** nothing reaches an environment or a registry untested.');
  });
  it('has the packs as a table', () => {
    expect(text).toContain('| Monitoring basics | 0-38 | 1 of 2 |');
    expect(text).toContain('| **Overall** | **57-69** | 8 of 10 |');
  });
  it('has a checklist with links to lines', () => {
    expect(text).toContain('- [ ] **Every path to production is gated by tests** (+9 points, ½-1 day)\\\n');
    expect(text).toContain(
      `[\`.github/workflows/release.yml:14\`](${BLOB}/.github/workflows/release.yml#L14)`,
    );
  });
  it('keeps the code spans of a pack', () => {
    expect(text).toContain('Do: Set replicas to 2 and add a PodDisruptionBudget (`minAvailable: 1`).');
  });
  it('says what was not seen and what would show it', () => {
    expect(text).toContain(
      'To see it: render the charts (helm template) into a folder and scan that folder too.',
    );
  });
  it('folds all findings, each with its outcome in a word', () => {
    expect(text).toContain('<summary>All 20 findings</summary>');
    expect(text).toContain('- ✗ fails: `payments`. payments runs 1 instance in production.');
    expect(text).toContain('- ✓ holds: 612 test files in Go and TypeScript.');
  });
  it('names the repository of each finding where there are several', () => {
    expect(markdownReport(sampleAssessment())).toContain(
      '- ✗ fails: platform, `aws_db_instance.orders`. orders keeps no',
    );
  });
  it('says that an empty repository has no commit', () => {
    expect(markdownReport(emptyAssessment())).toContain('No commit yet');
  });
});

describe("a stranger's text in Markdown", () => {
  const hostile =
    '<img src=x onerror=alert(1)> | [x](javascript:alert(1)) @acme/all #12 `tick` https://evil.example\n# h';
  const text = markdownReport(
    assessmentOf([
      repository({
        name: hostile,
        branch: hostile,
        webUrl: 'javascript:alert(1)',
        findings: [
          finding(hostile, 'memory-is-monitored', 'fail', hostile, hostile, [atLine('a](b) `c`.yml', 3)]),
        ],
        gaps: [gap(hostile, { what: hostile, remedy: hostile })],
        notes: [hostile],
      }),
    ]),
  );
  const outsideCode = text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');

  it('makes no elements, links or headings', () => {
    expect(outsideCode).not.toContain('<img');
    expect(outsideCode).not.toMatch(/(?<!\\)\]\(/);
    expect(text).not.toMatch(/^# h/m);
  });
  it('mentions nobody and refers to no issue', () => {
    expect(outsideCode).not.toMatch(/@acme/);
    expect(outsideCode).not.toMatch(/#12/);
    expect(outsideCode).not.toMatch(/https:\/\/evil/);
  });
  it('keeps tables whole', () => {
    expect(outsideCode).not.toMatch(/onerror[^\n]*(?<!\\)\|/);
  });
});
