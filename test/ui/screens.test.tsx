import { renderToString } from 'ink';
import { describe, expect, test } from 'vitest';
import type { Assessment } from '../../src/model/assessment.js';
import { atLine } from '../../src/model/evidence.js';
import { Colour } from '../../src/ui/components/line.js';
import { listingOf } from '../../src/ui/listing.js';
import type { View } from '../../src/ui/navigation.js';
import { initialProgress, type ProgressState, reduceProgress } from '../../src/ui/progress.js';
import { FindingScreen } from '../../src/ui/screens/finding.js';
import { KeysScreen } from '../../src/ui/screens/keys.js';
import { ListScreen } from '../../src/ui/screens/list.js';
import { ResultScreen } from '../../src/ui/screens/result.js';
import { ScanningScreen } from '../../src/ui/screens/scanning.js';
import { cells } from '../../src/ui/wording.js';
import { emptyAssessment, sampleAssessment, shopAssessment } from '../report/sample.js';
import { RECORDED } from './recorded.js';

const SIZES = [
  { columns: 60, rows: 24 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
] as const;
const GATED = 'every-path-to-production-is-gated-by-tests';

/** The screen without colours, as lines. */
function shown(node: React.ReactNode, columns = 80): string[] {
  return renderToString(<Colour.Provider value={false}>{node}</Colour.Provider>, { columns }).split('\n');
}
function result(assessment: Assessment, size: { columns: number; rows: number }, selected?: number) {
  return <ResultScreen {...size} assessment={assessment} elapsed={1900} selected={selected} notice="" />;
}
function list(assessment: Assessment, view: View, size: { columns: number; rows: number }, selected = 0) {
  const listing = listingOf(assessment, view);
  if (!listing) throw new Error('not a list');
  return <ListScreen {...size} listing={listing} selected={selected} notice="" />;
}
function finding(size: { columns: number; rows: number }, lines = 40, from = 0) {
  const file = Array.from({ length: lines }, (_, i) => `\t- step ${i + 1}`);
  return (
    <FindingScreen
      {...size}
      assessment={shopAssessment()}
      rule={GATED}
      at={0}
      excerpts={new Map([['.github/workflows/release.yml', file]])}
      from={from}
      notice=""
    />
  );
}
function scanning(progress: ProgressState, size: { columns: number; rows: number }, elapsed = 1234) {
  return (
    <ScanningScreen {...size} title="~/src/shop" progress={progress} elapsed={elapsed} stopped={false} />
  );
}
const midway = RECORDED.slice(0, 4).reduce(reduceProgress, initialProgress);

describe.each(SIZES)('in $columns columns and $rows rows', (size) => {
  const hostile = shopAssessment();
  for (const r of hostile.repositories)
    for (const f of r.findings) {
      f.message = `${'漢字'.repeat(60)} ${f.message}\u001b[2J`;
      f.evidence = [atLine(`${'a-long-folder/'.repeat(12)}values.yaml`, 31), ...f.evidence];
    }
  const screens: [string, React.ReactNode][] = [
    ['the scan', scanning(midway, size)],
    ['the result', result(sampleAssessment(), size, 0)],
    ['the result at its end', result(sampleAssessment(), size, 12)],
    ['the result with long texts', result(hostile, size, 8)],
    ['a result of nothing', result(emptyAssessment(), size, 0)],
    ['a pack', list(sampleAssessment(), { screen: 'pack', pack: 'overall' }, size)],
    ['a rule', list(hostile, { screen: 'rule', rule: 'production-workloads-run-two-instances' }, size)],
    ['the levels', list(sampleAssessment(), { screen: 'levels' }, size)],
    ['what was not seen', list(sampleAssessment(), { screen: 'unseen' }, size)],
    ['a finding', finding(size)],
    ['the keys', <KeysScreen key="keys" columns={size.columns} />],
  ];
  test.each(screens)('%s fits, without a wrapped line or a control character', (_, node) => {
    const lines = shown(node, size.columns);
    // A frame as high as the terminal would be cleared and drawn anew each time.
    expect(lines.length).toBeLessThan(size.rows);
    for (const line of lines) {
      expect(cells(line)).toBeLessThanOrEqual(size.columns);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
  });
});

test('the scan shows what is known and counts what is not', () => {
  expect(shown(scanning(midway, { columns: 80, rows: 24 }))).toEqual([
    ' plimsoll  ~/src/shop  main 4f2c91a',
    '',
    '   history      ░░░░░░░░░░░░░░░░░░░░  1,000 commits',
    '   files        ██████████░░░░░░░░░░  952 of 1,903',
    '     GitHub Actions 14 · Kubernetes 61',
    '   rules        waiting',
    '',
    '   1.2 s                                                           Ctrl-C stops',
  ]);
});

test('the scan names the repositories that are done, as many as fit', () => {
  const state = Array.from({ length: 40 }, (_, i) => `service-${i}`).reduce(
    (s, repository) =>
      reduceProgress(reduceProgress(s, { type: 'listed', repository, files: 10, wanted: 4 }), {
        type: 'evaluated',
        repository,
        rules: 62,
        findings: 7,
      }),
    initialProgress,
  );
  const running = reduceProgress(state, {
    type: 'opened',
    repository: 'last',
    branch: 'main',
    commit: 'abc',
  });
  const lines = shown(scanning(running, { columns: 80, rows: 24 }));
  expect(lines.length).toBeLessThan(24);
  expect(lines).toContain('   service-39: 0 commits, 10 files, 7 findings');
  expect(lines).toContain('   27 repositories done before');
  expect(lines).toContain('   last');
});

test('the result says where we are, then the packs, then what to do first', () => {
  const lines = shown(result(shopAssessment(), { columns: 80, rows: 24 }, 7));
  expect(lines[0]).toBe(' shop  main 4f2c91a  1,284 commits  3,120 files  1.9 s');
  expect(lines).toContain(' Level 1 of 5: Tracked  ● Tracked  ○ Tested  ○ Watched  ○ Resilient  ? One-click');
  expect(lines).toContain(' Monitoring basics      ░░░░░░░░░░░░░░░·························   0-38     1/2');
  expect(lines).toContain('▸1  Deploys do not overtake each other                                +6     <½');
  expect(lines.join('\n')).toContain('.github/workflows/release.yml:20 Nothing keeps a second run');
});

test('the frame that stays has no keys and nothing selected', () => {
  const text = shown(result(sampleAssessment(), { columns: 80, rows: Number.POSITIVE_INFINITY })).join('\n');
  expect(text).not.toMatch(/▸|quit/);
  expect(text).toContain('    and 1 more');
});

test('a pack to which nothing applies has no bar', () => {
  const assessment = shopAssessment();
  assessment.scores = assessment.scores.filter((s) => s.pack !== 'high-availability');
  expect(shown(result(assessment, { columns: 80, rows: 24 }, 0))).toContain(
    ' High availability      nothing here to judge',
  );
});

test('a rule that holds for some says so with a sign of its own', () => {
  const lines = shown(list(shopAssessment(), { screen: 'pack', pack: 'high-availability' }, SIZES[1], 1));
  expect(lines).toContain(' ~ Production workloads run two instances                          3 of 10 fail');
});

test('what was not seen lists the rules that it leaves open before the files', () => {
  const lines = shown(list(shopAssessment(), { screen: 'unseen' }, SIZES[1]));
  expect(lines.slice(3, 8).map((line) => line.trim().slice(0, 40).trim())).toEqual([
    '▸? Cloud costs are watched',
    '? Deployed images name a version',
    '? The Helm chart charts/shop is a templa',
    '? The Helm chart charts/mail is a templa',
    '? Branch protection is a setting of GitH',
  ]);
});

test('a rule that is partly undecided is listed as not seen, with what is not known of it', () => {
  const assessment = shopAssessment();
  for (const f of assessment.repositories.flatMap((r) => r.findings))
    if (f.subject.name === 'web') {
      f.outcome = 'unknown';
      f.message = 'The chart was not rendered.';
    }
  const lines = shown(list(assessment, { screen: 'unseen' }, SIZES[1], 1));
  expect(lines).toContain('▸? Production workloads run two instances                      1 of 10 not seen');
  expect(lines).toContain('   The chart was not rendered.');
  expect(listingOf(assessment, { screen: 'unseen' })?.entries[1]?.opens).toEqual({
    screen: 'finding',
    rule: 'production-workloads-run-two-instances',
    at: 3,
  });
});

test('a finding shows the line of the file between its neighbours', () => {
  expect(shown(finding({ columns: 80, rows: 40 }))).toEqual([
    ' ✗ fail  release / publish                                               1 of 2',
    ' Tests before deploy › Every path to production is gated by tests',
    '',
    ' Any tag is published to production; the tests run on branches only.',
    '',
    '   .github/workflows/release.yml:14',
    '     12     - step 12',
    '     13     - step 13',
    '   ▸ 14     - step 14',
    '     15     - step 15',
    '     16     - step 16',
    '',
    ' Why      One ungated route is enough: on the night when it matters, it is the',
    '          one that is taken.',
    ' Do       Let the job that publishes need the job that tests (`needs: test`),',
    '          in the same workflow.',
    ' Effort   ½-1 day',
    ' Who      Automate: it repeats, so build it',
    ' Serves   deploy workloads · Always: test before deploying',
    ' Source   DORA, Test automation',
    '          Assumption of ours: a gate is a job of the same commit',
    '',
    '                                 n next   p previous   ← back   ? keys   q quit',
  ]);
});

test('a finding names a line that the file does not have, and shows none', () => {
  const lines = shown(finding({ columns: 80, rows: 40 }, 9));
  expect(lines).toContain('   .github/workflows/release.yml:14');
  expect(lines.join('\n')).not.toContain('step');
});

test('without colour there is no escape sequence; with it a place is a link to its line', () => {
  const node = finding({ columns: 80, rows: 40 });
  expect(shown(node).join('')).not.toContain('\u001b');
  expect(renderToString(<Colour.Provider value={true}>{node}</Colour.Provider>, { columns: 80 })).toContain(
    '\u001b]8;;https://github.com/acme/shop/blob/4f2c91a7c0ffee00000000000000000000000000/.github/workflows/release.yml#L14\u0007.github/workflows/release.yml:14\u001b]8;;\u0007',
  );
});
