import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureRepository, fixtureRepository } from '../fixture-repository.js';
import { scratchFolder } from '../source/scratch.js';
import { plimsoll } from './fake-world.js';

const scratch = scratchFolder();
const saved = path.join(scratch, 'saved.json');
let library: FixtureRepository;
beforeAll(async () => {
  library = fixtureRepository('library');
  await plimsoll(['scan', library.directory, '--format', 'json', '--quiet', '--output', saved]);
});
afterAll(() => library.remove());

describe('report', () => {
  it.each(['terminal', 'html', 'markdown'])(
    'makes the same %s of a saved assessment as the scan',
    async (format) => {
      const scanned = await plimsoll(['scan', library.directory, '--format', format, '--quiet']);
      expect(await plimsoll(['report', '--from', saved, '--format', format])).toEqual(scanned);
    },
  );

  it('gives a saved assessment back as JSON', async () => {
    const { code, stdout } = await plimsoll(['report', '--from', saved, '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(saved, 'utf8')));
  });

  it('says how to make an assessment where there is none', async () => {
    expect(await plimsoll(['report', '--from', 'absent.json'], { cwd: scratch })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'plimsoll: No assessment in absent.json: it cannot be read.\n' +
        '  Make one with: plimsoll scan . --format json --output FILE\n',
    });
    writeFileSync(path.join(scratch, 'page.html'), '<!doctype html>');
    const { code, stdout, stderr } = await plimsoll(['report', '--from', 'page.html'], { cwd: scratch });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^plimsoll: No assessment in page\.html: it is not JSON: /);
  });

  it('refuses what another version has saved, and says to scan again', async () => {
    const text = readFileSync(saved, 'utf8').replace('"schemaVersion": "1.0"', '"schemaVersion": "0.9"');
    writeFileSync(path.join(scratch, 'other.json'), text);
    const { code, stdout, stderr } = await plimsoll(['report', '--from', 'other.json'], { cwd: scratch });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^plimsoll: other\.json is not an assessment of this version: /);
    expect(stderr).toContain('\n  Scan again with this version: ');
  });
});
