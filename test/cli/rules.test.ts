import path from 'node:path';
import { expect, it } from 'vitest';
import { plimsoll } from './fake-world.js';

const PACKS = path.resolve('fixtures/packs');
const RULE = 'every-path-to-production-is-gated-by-tests';

it('rules lists every rule by pack, with its severity and the level that it gates', async () => {
  const { code, stdout, stderr } = await plimsoll(['rules', 'list']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Git usage \(git-usage \d+\.\d+\.\d+\)\n/);
  expect(stdout).toMatch(new RegExp(`^  ${RULE} +critical, gates level 2$`, 'm'));
  expect((await plimsoll(['rules'])).stdout).toBe(stdout);
});

it('rules list shows a pack of one own beside the bundled ones', async () => {
  const { stdout } = await plimsoll(['rules', 'list', '--rules', path.join(PACKS, 'good-small')]);
  expect(stdout).toMatch(/^ {2}pipelines-have-jobs +low$/m);
  expect(stdout).toContain(`  ${RULE} `);
});

it('rules explain tells why a rule matters, what to do and where that comes from', async () => {
  const { code, stdout } = await plimsoll(['rules', 'explain', RULE]);
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(0, 2)).toEqual(['Every path to production is gated by tests', RULE]);
  for (const label of [
    'Pack',
    'Why',
    'Do',
    'Effort',
    'How',
    'Serves',
    'Gates',
    'Looks at',
    'Holds if',
    'Sources',
  ])
    expect(stdout).toMatch(new RegExp(`^${label} +\\S`, 'm'));
});

it('rules explain names the rule that a mistyped one most likely meant', async () => {
  const { code, stdout, stderr } = await plimsoll(['rules', 'explain', RULE.replace('gated', 'gatd')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(
    `No rule is called every-path-to-production-is-gatd-by-tests; did you mean \`${RULE}\`?`,
  );
});

it('rules explain sends to the list where no name is near', async () => {
  expect(await plimsoll(['rules', 'explain', 'zzz'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'plimsoll: No rule is called zzz.\n  plimsoll rules list names them all.\n',
  });
});

it('rules check runs the examples of a pack and counts those that hold', async () => {
  const { code, stdout } = await plimsoll(['rules', 'check', path.join(PACKS, 'good-small')]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/, 2 examples: all hold\n$/);
});

it('rules check exits with 2 where an example does not hold, and says what it got', async () => {
  const { code, stdout } = await plimsoll(['rules', 'check', path.join(PACKS, 'bad-example-expect')]);
  expect(code).toBe(2);
  expect(stdout).toMatch(/pipelines-have-jobs\.yaml:18 pipelines-have-jobs: Expected fail, got pass: /);
  expect(stdout).toMatch(/, 2 examples: 1 does not hold\n$/);
});
