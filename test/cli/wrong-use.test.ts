import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, fixtureRepository } from '../fixture-repository.js';
import { scratchFolder } from '../source/scratch.js';
import { plimsoll } from './fake-world.js';

const scratch = scratchFolder();
let library: FixtureRepository;
beforeAll(() => {
  library = fixtureRepository('library');
});
afterAll(() => library.remove());

/** What is wrong goes to standard error with the next step; what reads standard output gets nothing. */
async function refusal(argv: readonly string[], cwd = scratch): Promise<string> {
  const { code, stdout, stderr } = await plimsoll(argv, { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toContain('    at ');
  return stderr;
}

describe('wrong use exits with 2 and says what to do', () => {
  it('no arguments: the help', async () => {
    expect(await refusal([])).toMatch(/^Usage: plimsoll [\s\S]*\n {2}scan .*\n/);
  });

  it('a folder that is not there', async () => {
    expect(await refusal(['scan', 'nowhere'])).toBe(
      `plimsoll: There is no folder ${path.join(scratch, 'nowhere')}.\n` +
        '  Check the path, or clone the repository first.\n',
    );
  });

  it('a wrong folder among several, before the others are read', async () => {
    expect(await refusal(['scan', library.directory, 'nowhere'])).toMatch(/^plimsoll: There is no folder /);
  });

  it('a folder that is no repository', async () => {
    mkdirSync(path.join(scratch, 'plain'), { recursive: true });
    const said = await refusal(['scan', 'plain']);
    expect(said).toContain(`${path.join(scratch, 'plain')} is not in a git repository.\n`);
    expect(said).toContain('  Give the folder of a clone');
  });

  it('a revision that the repository does not have', async () => {
    const said = await refusal(['scan', library.directory, '--rev', 'v9']);
    expect(said).toContain(`${library.directory} has no revision v9.\n`);
    expect(said).toContain('  Give a branch, a tag or a commit of this copy');
  });

  it.each([
    [['scan', '.', '--format', 'pdf'], 'Allowed choices are terminal, json, html, markdown.'],
    [['scan', '.', '--fail-under', '101'], 'It must be a number from 0 to 100.'],
    [['scan', '.', '--fail-under', ''], 'It must be a number from 0 to 100.'],
    [['scan', '.', '--fail-under', 'half'], 'It must be a number from 0 to 100.'],
    [['scan', '.', '--formt', 'json'], '--format'],
    [['scna'], 'scan'],
    [['report'], "required option '--from <file>' not specified"],
  ])('%j', async (argv, words) => {
    const said = await refusal(argv);
    expect(said).toContain(words);
    expect(said).toContain('plimsoll --help');
  });

  it('a report that cannot be written', async () => {
    writeFileSync(path.join(scratch, 'file'), '');
    const said = await refusal(['scan', library.directory, '--quiet', '--output', 'file/report.txt']);
    expect(said).toContain('file/report.txt could not be written: ');
    expect(said).toContain('  Name another file with --output.\n');
  });
});

describe('a rule pack with a mistake', () => {
  it.each([
    ['bad-word', 'pipelines-have-jobs.yaml:33:26 ', "`system` is never 'github'"],
    ['bad-key', 'pipelines-have-jobs.yaml:10:1 ', 'unknown key `serverity`; did you mean `severity`?'],
    ['bad-yaml', 'pipelines-have-jobs.yaml:33:1 ', 'not YAML'],
  ])('%s is named by its file and line, and nothing is scanned', async (pack, place, words) => {
    const directory = path.resolve('fixtures/packs', pack);
    const said = await refusal([
      'scan',
      library.directory,
      '--format',
      'json',
      '--quiet',
      '--rules',
      directory,
    ]);
    expect(said).toMatch(/^plimsoll: (One mistake|2 mistakes) in the rules:\n/);
    expect(said).toContain(`\n${path.join(directory, place)}`);
    expect(said).toContain(words);
    expect(said).toContain('\n  Mend them and run `plimsoll rules check` again.\n');
  });

  it('a folder without a pack', async () => {
    const said = await refusal(['scan', library.directory, '--quiet', '--rules', path.join(scratch, 'none')]);
    expect(said).toContain('there is no such folder');
    expect(said).toContain('  Name a folder that holds packs, or one pack.\n');
  });
});
