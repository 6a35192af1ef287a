import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLine } from '../../src/model/evidence.js';
import { terminalReport } from '../../src/report/terminal.js';
import { widthOf } from '../../src/report/text.js';
import {
  assessmentOf,
  emptyAssessment,
  finding,
  gap,
  repository,
  sampleAssessment,
  shopAssessment,
} from './sample.js';

const PLAIN = { colour: false, links: false, width: 80 };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal is told
const ESCAPES = /\u001b\[[0-9;]*m|\u001b\]8;;[^\u001b]*\u001b\\/g;

describe('the terminal report of one repository', () => {
  const lines = terminalReport(shopAssessment(), PLAIN).split('\n');

  it('opens with the commit, its history and its files', () => {
    expect(lines[0]).toBe(' shop  main 4f2c91a  1,284 commits  3,120 files');
  });
  it('says the level, the state of each gate with a sign, and what holds it there', () => {
    expect(lines).toContain(' Level 1 of 5: Tracked');
    expect(lines).toContain(' ● Tracked  ○ Tested  ○ Watched  ○ Resilient  ? One-click');
    expect(lines).toContain(' To be Tested: nothing reaches an environment or a registry untested.');
    expect(lines).toContain(' Not true here: Every path to production is gated by tests.');
  });
  it('draws a bar a pack from proven to possible, with numbers and the rules that were decided', () => {
    expect(lines).toContain(
      ' Monitoring basics       ░░░░░░░░░░░░░░························   0-38      1/2',
    );
    expect(lines).toContain(
      ' Git usage               ██████████████████████████████████████ 100         2/2',
    );
  });
  it('lists what to do first with points, days, the place and the fix', () => {
    const at = lines.indexOf(
      '  2 Every path to production is gated by tests                        +9    ½-1',
    );
    expect(lines.slice(at + 1, at + 5)).toEqual([
      '    Any tag is published to production; the tests run on branches only.',
      '    .github/workflows/release.yml:14',
      '    → Let the job that publishes need the job that tests (`needs: test`), in the',
      '      same workflow.',
    ]);
    expect(lines).toContain('    charts/shop/values-production.yaml:67 and 2 more');
  });
  it('says what was not seen, what would show it, and what stays open', () => {
    const text = lines.join('\n');
    expect(text).toContain(' Not seen  12 points of 100, in 2 of 10 rules that apply.');
    expect(text).toContain('And 1 more like it.');
    expect(text).toContain('    → Set GITHUB_TOKEN and scan again.');
    expect(text).toContain(
      '  ? “Cloud costs are watched” is not decided: budgets may be kept in another\n    repository.',
    );
  });
  it('passes on the notes', () => {
    expect(lines.join('\n')).toContain(' Note: 2 files differ from the commit in the work tree;');
  });
});

describe('the terminal report of several repositories', () => {
  it('begins with a table of them', () => {
    const lines = terminalReport(sampleAssessment(), PLAIN).split('\n');
    expect(lines[0]).toBe(' 2 repositories');
    expect(lines).toContain(
      ' shop                                              1      6          2  4f2c91a',
    );
    expect(lines).toContain(
      ' platform                                          1      2          0  00aa11b',
    );
  });
});

describe('what there is to say when there is little', () => {
  it('says that an empty repository holds nothing to judge', () => {
    expect(terminalReport(emptyAssessment(), PLAIN)).toBe(
      ' new  main\n\n There is no commit yet, so there is nothing to judge. Commit something and scan\n again.\n',
    );
  });
  it('says that there is no score where nothing applies', () => {
    const text = terminalReport(assessmentOf([repository()]), PLAIN);
    expect(text).toContain('No rule applies to what is here, so there is no score.');
    expect(text).toContain('Nothing to do first: no rule that could be decided fails.');
    expect(text).not.toContain('NaN');
  });
  it('claims no more than that nothing fails where everything is undecided', () => {
    const text = terminalReport(
      assessmentOf([
        repository({
          findings: [finding('shop', 'memory-is-monitored', 'unknown', 'shop', 'Not decided: x.')],
          gaps: [gap('shop')],
        }),
      ]),
      PLAIN,
    );
    expect(text).toContain('  0-100     0/1');
    expect(text).toContain('Nothing to do first: no rule that could be decided fails.');
    expect(text).toContain('Not seen  100 points of 100, in 1 of 1 rule that applies.');
  });
});

describe('colours and links', () => {
  it('are added around the same text', () => {
    const dressed = terminalReport(sampleAssessment(), { colour: true, links: true, width: 100 });
    expect(dressed).toContain('\u001b[32m');
    expect(dressed.replace(ESCAPES, '')).toBe(terminalReport(sampleAssessment(), { ...PLAIN, width: 100 }));
  });
  it('are absent from plain text', () => {
    expect(terminalReport(sampleAssessment(), PLAIN)).not.toContain('\u001b');
  });
  it('link a place to its line at the commit', () => {
    expect(terminalReport(shopAssessment(), { ...PLAIN, links: true })).toContain(
      '\u001b]8;;https://github.com/acme/shop/blob/4f2c91a7c0ffee00000000000000000000000000/.github/workflows/release.yml#L14\u001b\\.github/workflows/release.yml:14\u001b]8;;\u001b\\',
    );
  });
});

describe('any names, at any width', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 });
  it('stay within the width and move no cursor', () => {
    fc.assert(
      fc.property(
        name,
        name,
        name,
        fc.integer({ min: 40, max: 160 }),
        fc.boolean(),
        (a, b, c, width, two) => {
          const hostile = (repo: string) =>
            repository({
              name: repo,
              branch: b,
              findings: [
                finding(repo, 'memory-is-monitored', 'fail', b, c, [atLine(`${a}/${c}`, 1)]),
                finding(repo, 'cloud-costs-are-watched', 'unknown', b, c),
              ],
              gaps: [gap(repo, { what: c, remedy: b, path: a })],
              notes: [`${a} ${b}`],
            });
          const text = terminalReport(assessmentOf(two ? [hostile(a), hostile(`${a}2`)] : [hostile(a)]), {
            ...PLAIN,
            width,
          });
          for (const line of text.split('\n')) {
            expect(widthOf(line)).toBeLessThanOrEqual(width);
            expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
