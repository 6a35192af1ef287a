import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, test } from 'vitest';
import type { Assessment } from '../../src/model/assessment.js';
import { initialProgress } from '../../src/ui/progress.js';
import { ScanApp, type ScanAppProps } from '../../src/ui/scan-app.js';
import { shopAssessment } from '../report/sample.js';

const UP = '\u001b[A';
const DOWN = '\u001b[B';
const LEFT = '\u001b[D';
const ESCAPE = '\u001b';
const HOME = '\u001b[H';
const END = '\u001b[F';
const CTRL_C = '\u0003';
const ENTER = '\r';

afterEach(cleanup);

/** The app with a keyboard. */
async function app(assessment: Assessment | undefined, asks: Partial<ScanAppProps> = {}) {
  const quits: true[] = [];
  const interrupts: true[] = [];
  const { stdin, lastFrame } = render(
    <ScanApp
      title="~/src/shop"
      colour={false}
      progress={initialProgress}
      elapsed={1900}
      assessment={assessment}
      stopped={false}
      onInterrupt={() => interrupts.push(true)}
      onQuit={() => quits.push(true)}
      {...asks}
    />,
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      stdin.write(key);
      // An escape by itself is told from the start of a sequence one turn later.
      await turn();
      await turn();
    }
  };
  // The keyboard is heard once the first frame's effects have run.
  for (let i = 0; stdin.listenerCount('readable') === 0 && i < 1000; i++) await turn();
  const frame = () => lastFrame() ?? '';
  /** Frames are drawn a little after the key. */
  const shows = (what: string | RegExp) => expect.poll(frame, POLL).toMatch(what);
  const selects = (what: RegExp) => expect.poll(() => selected(frame()), POLL).toMatch(what);
  return { press, frame, shows, selects, quits, interrupts };
}

const POLL = { interval: 5, timeout: 5000 };

/** The selected line, without its mark. */
function selected(frame: string): string {
  return /^▸\s*(.*?)\s*$/m.exec(frame)?.[1] ?? '';
}

test('the first thing to do is selected, and j, k and the arrows move', async () => {
  const { press, selects } = await app(shopAssessment());
  await selects(/^1 {2}Deploys do not overtake each other/);
  await press('j');
  await selects(/^2 {2}Every path to production/);
  await press(DOWN, UP, UP);
  await selects(/^1 {2}Deploys/);
  await press('k');
  await selects(/^Overall/);
  await press('kkk');
  await selects(/^High availability/);
});

test('a recommendation opens its findings, a finding its lines, and back leads the same way', async () => {
  const { press, shows, selects } = await app(shopAssessment(), {
    excerpt: (_repository, _path, line) =>
      Promise.resolve(Array.from({ length: 40 }, (_, i) => (i + 1 === line ? '      - run: publish' : ''))),
  });
  await press('j', ENTER);
  await shows('Do: Let the job that publishes need the job that tests');
  await shows('9 points for ½-1 day of work');
  await selects(/^✗ release \/ publish .*\.github\/workflows\/release\.yml:14$/);

  await press(ENTER);
  await shows(' ✗ fail  release / publish');
  await shows(/▸ 14 {9}- run: publish/);
  await press('n');
  await shows(' ✓ pass  deploy / apply');
  await press('n', 'p');
  await shows(' ✗ fail  release / publish');

  await press(ESCAPE);
  await selects(/^✗ release/);
  await press(LEFT);
  await selects(/^2 {2}Every path to production/);
  await press(ESCAPE);
  await selects(/^2 {2}Every path to production/);
});

test('a pack opens its rules, and a rule with one finding opens that finding', async () => {
  const { press, shows, selects } = await app(shopAssessment());
  await press(HOME, 'j', ENTER);
  await shows(/^ Tests before deploy$/m);
  await press('j');
  await selects(/^✗ Deploys do not overtake each other/);
  await press(ENTER);
  await shows(' ✗ fail  release / publish');
});

test('keys that come together are taken one after the other', async () => {
  const { press, shows } = await app(shopAssessment());
  await press('jj\r\r');
  await shows(' ✗ fail  shop');
});

test('levels tell what holds each, and open the rules of their gate', async () => {
  const { press, shows, selects } = await app(shopAssessment());
  await press('l');
  await shows('○ 2 Tested: nothing reaches an environment or a registry untested');
  await press('j', ENTER);
  await shows(' Levels › 2 Tested');
  await selects(/^~ Every path to production is gated by tests .* 1 of 2 fail$/);
});

test('what was not seen comes with what would show it', async () => {
  const { press, shows, selects } = await app(shopAssessment());
  await press('u', END);
  await selects(/^\? Branch protection is a setting of GitHub and was not asked for$/);
  await shows('Set GITHUB_TOKEN and scan again');
});

test('the keys are told, and back leaves them', async () => {
  const { press, shows } = await app(shopAssessment());
  await press('?');
  await shows('quit; the result stays on the screen');
  await press(ESCAPE);
  await shows(' Do first');
});

test('an export asks for the format and says where it wrote', async () => {
  const asked: string[] = [];
  const { press, shows, frame } = await app(shopAssessment(), {
    onExport(format) {
      asked.push(format);
      return format === 'html'
        ? Promise.resolve('./plimsoll.html')
        : Promise.reject(new Error('./plimsoll.json is a folder'));
    },
  });
  await press('e');
  await shows('export as: h HTML, m Markdown, j JSON');
  await press('h');
  await shows(' written: ./plimsoll.html');
  await press('e', 'j');
  await shows('not written: ./plimsoll.json is a folder');
  for (const key of [ESCAPE, 'x']) {
    await press('e');
    await shows('export as');
    await press(key);
    await expect.poll(frame, POLL).not.toContain('export as');
  }
  expect(asked).toEqual(['html', 'json']);
});

test('a long finding scrolls to its end and no further', async () => {
  const assessment = shopAssessment();
  for (const rule of assessment.rules) rule.why = 'It matters. '.repeat(200);
  const { press, shows, frame } = await app(assessment);
  await press(ENTER, ENTER);
  await shows('↓ more');
  await press(END);
  await shows('The handbook');
  await expect.poll(frame, POLL).not.toContain('↓ more');
  // At the end nothing more comes, and one step back is one line.
  await press('jjj', 'k');
  await shows('↓ more');
});

test('q quits from anywhere, and so does Ctrl-C once there is a result', async () => {
  const { press, quits, interrupts } = await app(shopAssessment());
  await press(ENTER, 'q');
  expect(quits).toHaveLength(1);
  await press(CTRL_C);
  expect([quits.length, interrupts.length]).toEqual([2, 0]);
});

test('Ctrl-C interrupts a scan, and other keys do nothing', async () => {
  const { press, quits, interrupts } = await app(undefined);
  await press('q', ENTER, ESCAPE);
  expect([quits.length, interrupts.length]).toEqual([0, 0]);
  await press(CTRL_C);
  expect([quits.length, interrupts.length]).toEqual([0, 1]);
});
