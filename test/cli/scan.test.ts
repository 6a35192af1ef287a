import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Assessment } from '../../src/model/assessment.js';
import { type FixtureRepository, fixtureRepository } from '../fixture-repository.js';
import { commit, git, repository, scratchFolder, write } from '../source/scratch.js';
import { plimsoll } from './fake-world.js';

const scratch = scratchFolder();
let library: FixtureRepository;
let shop: FixtureRepository;
beforeAll(() => {
  library = fixtureRepository('library');
  shop = fixtureRepository('shop');
});
afterAll(() => {
  library.remove();
  shop.remove();
});

const STARTS = {
  terminal: ' library  main ',
  json: '{\n  "schemaVersion": "1.0",\n',
  html: '<!doctype html>',
  markdown: '# library: level 2 of 5, Tested\n',
};
// The escape character, which starts all that a terminal takes for a command.
const ESCAPE = String.fromCharCode(27);

function assessmentIn(stdout: string) {
  return Assessment.parse(JSON.parse(stdout));
}

describe('scan', () => {
  it.each(Object.entries(STARTS))(
    'gives %s on standard output and in a file alike',
    async (format, start) => {
      const argv = ['scan', library.directory, '--format', format, '--quiet'];
      const shown = await plimsoll(argv);
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout.toLowerCase().startsWith(start.toLowerCase())).toBe(true);

      const file = `new-folder/report.${format}`;
      const saved = await plimsoll([...argv, '--output', file], { cwd: scratch });
      expect(saved).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(path.join(scratch, file), 'utf8')).toBe(shown.stdout);
    },
  );

  it('says its steps on standard error, and nothing of them on standard output', async () => {
    const { stdout, stderr } = await plimsoll(['scan', shop.directory, '--format', 'json']);
    expect(assessmentIn(stdout).targets).toEqual([shop.directory]);
    const lines = stderr.split('\n');
    expect(lines[0]).toMatch(/^reading shop main [0-9a-f]{7}$/);
    expect(lines).toContain('shop: 4 commits, 3 people, since Mar 2026');
    expect(stderr).toMatch(/^shop: 13 files, \d+ to read$/m);
  });

  it('gives the same bytes again for the same commit and rules', async () => {
    const argv = ['scan', shop.directory, '--format', 'json', '--quiet'];
    const [first, second] = [await plimsoll(argv), await plimsoll(argv)];
    expect(first.stdout).toBe(second.stdout);
  });

  it('reads several repositories and judges each under its own name', async () => {
    const { code, stdout } = await plimsoll([
      'scan',
      shop.directory,
      library.directory,
      '--format',
      'json',
      '--quiet',
    ]);
    expect(code).toBe(0);
    const { repositories, overall } = assessmentIn(stdout);
    expect(repositories.map((r) => r.name)).toEqual(['shop', 'library']);
    for (const { name, findings } of repositories)
      expect(new Set(findings.map((f) => f.subject.repository))).toEqual(new Set([name]));
    const alone = assessmentIn(
      (await plimsoll(['scan', shop.directory, '--format', 'json', '--quiet'])).stdout,
    );
    expect(repositories[0]).toEqual(alone.repositories[0]);
    expect(overall?.proven).not.toBe(alone.overall?.proven);
  });

  it('refuses two repositories that a report could not tell apart', async () => {
    const ran = await plimsoll(['scan', shop.directory, shop.directory]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('are both called shop');
  });

  it('exits with 1 below --fail-under, after the report, and with 0 otherwise', async () => {
    const argv = ['scan', library.directory, '--format', 'json', '--quiet', '--fail-under'];
    const proven = assessmentIn((await plimsoll([...argv, '0'])).stdout).overall?.proven ?? 0;
    const [under, over] = [Math.floor(proven * 100), Math.ceil(proven * 100)];
    expect((await plimsoll([...argv, `${under}`])).code).toBe(0);
    const below = await plimsoll([...argv, `${over}`]);
    expect(below).toMatchObject({ code: 1, stderr: '' });
    expect(assessmentIn(below.stdout).repositories).toHaveLength(1);
  });

  it('reads the revision that is named', async () => {
    const { stdout } = await plimsoll([
      'scan',
      shop.directory,
      '--rev',
      'HEAD~2',
      '--format',
      'json',
      '--quiet',
    ]);
    const [assessed] = assessmentIn(stdout).repositories;
    expect(assessed).toMatchObject({ commit: git(shop.directory, 'rev-parse', 'HEAD~2') });
    expect(
      assessed?.findings.filter((f) => f.subject.kind === 'workload' && f.subject.name !== 'shop'),
    ).toEqual([]);
  });

  it('says of a repository without commits that there is nothing to judge', async () => {
    const empty = path.join(scratch, 'empty');
    git(scratch, 'init', '-q', '-b', 'main', empty);
    const shown = await plimsoll(['scan', empty, '--quiet']);
    expect(shown.stderr).toBe('');
    expect(shown.stdout).toContain('There is no commit yet, so there is nothing to judge.');
    const [assessed] = assessmentIn(
      (await plimsoll(['scan', empty, '--format', 'json', '--quiet'])).stdout,
    ).repositories;
    expect(assessed).toMatchObject({
      commit: '',
      committedAt: '',
      notes: ['The repository has no commits yet: there was nothing to read.'],
    });
  });

  it('notes files that differ from the commit and does not read them', async () => {
    const folder = repository(path.join(scratch, 'dirty'), { 'README.md': '# Dirty\n' });
    write(folder, { 'README.md': '# Other\n', Dockerfile: 'FROM node:latest\n' });
    const { stdout } = await plimsoll(['scan', folder, '--format', 'json', '--quiet']);
    const [assessed] = assessmentIn(stdout).repositories;
    expect(assessed?.notes).toHaveLength(1);
    expect(assessed?.notes[0]).toMatch(
      /^\d files? differs? from the commit; only what is committed was read\.$/,
    );
    expect(stdout).not.toContain('Dockerfile');
  });

  it('exits with 3 where the history cannot be read to its end, and still gives the report', async () => {
    const folder = repository(path.join(scratch, 'broken'), { 'README.md': '# Broken\n' });
    const first = git(folder, 'rev-parse', 'HEAD');
    for (const message of ['Second', 'Third']) commit(folder, { message });
    rmSync(path.join(folder, '.git/objects', first.slice(0, 2), first.slice(2)));
    const { code, stdout } = await plimsoll(['scan', folder, '--format', 'json', '--quiet']);
    expect(code).toBe(3);
    expect(assessmentIn(stdout).repositories[0]?.gaps).toContainEqual(
      expect.objectContaining({ reason: 'unreadable', kinds: expect.arrayContaining(['history']) }),
    );
  });
});

describe('colours', () => {
  it.each(Object.keys(STARTS))('are never in %s that goes to a pipe', async (format) => {
    const { stdout, stderr } = await plimsoll(['scan', shop.directory, '--format', format]);
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  it('are in what a terminal shows, unless NO_COLOR says otherwise', async () => {
    const argv = ['scan', shop.directory, '--no-input', '--quiet'];
    expect((await plimsoll(argv, { terminal: true })).stdout).toContain(ESCAPE);
    expect((await plimsoll(argv, { terminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(ESCAPE);
    expect((await plimsoll(argv, { terminal: true, env: { TERM: 'dumb' } })).stdout).not.toContain(ESCAPE);
  });
});
