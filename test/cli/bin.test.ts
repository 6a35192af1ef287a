import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Assessment } from '../../src/model/assessment.js';
import { type FixtureRepository, fixtureRepository } from '../fixture-repository.js';
import { plimsoll } from './fake-world.js';
import { type FreshBin, freshBin } from './fresh-bin.js';

const PACK = path.resolve('fixtures/packs/good-small');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
let bin: FreshBin;
let shop: FixtureRepository;
beforeAll(async () => {
  shop = fixtureRepository('shop');
  bin = await freshBin();
});
afterAll(async () => {
  shop.remove();
  await bin.remove();
});

it('says its version', async () => {
  expect(await bin.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

it('writes the report whole into a pipe, the same that a run in this process gives', async () => {
  const argv = ['scan', shop.directory, '--format', 'json', '--quiet'];
  expect(await bin.run(argv)).toEqual(await plimsoll(argv, { version }));
});

it('hands its exit code to the shell', async () => {
  expect((await bin.run(['scan', shop.directory, '--quiet', '--fail-under', '100'])).code).toBe(1);
  expect((await bin.run(['scan', path.join(shop.directory, 'nowhere')])).code).toBe(2);
});

it('judges a pack of one own beside the bundled ones, which it leaves as they are', async () => {
  const argv = ['scan', shop.directory, '--format', 'json', '--quiet'];
  const { code, stdout, stderr } = await bin.run([...argv, '--rules', PACK]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [assessed] = Assessment.parse(JSON.parse(stdout)).repositories;
  const own = assessed?.findings.filter((f) => f.pack === 'small');
  expect(own?.map((f) => [f.rule, f.outcome, f.message])).toEqual([
    ['pipelines-have-jobs', 'pass', 'CI has 2 jobs.'],
    ['pipelines-have-jobs', 'pass', 'Release has 1 job.'],
  ]);
  const [alone] = Assessment.parse(JSON.parse((await bin.run(argv)).stdout)).repositories;
  expect(assessed?.findings.filter((f) => f.pack !== 'small')).toEqual(alone?.findings);
});

it('ends in peace when the reader of its pipe has seen enough', async () => {
  const { code, stdout, stderr } = await bin.shell(`"$0" "$1" scan "$2" --format json --quiet | head -n 1`, [
    shop.directory,
  ]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{\n', stderr: '' });
});

it('says that a disk is full, and does not call it a score', async () => {
  const { code, stderr } = await bin.shell(`"$0" "$1" scan "$2" --format json --quiet > /dev/full`, [
    shop.directory,
  ]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'plimsoll: there is no room left to write the result to.\n',
  });
});
