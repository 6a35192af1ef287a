/**
 * The sample reports in reports/examples are what a scan of the fixture repositories gives, byte for byte.
 * After a change that is meant, write them anew and read what has changed:
 *
 *   npx vitest run test/golden -u
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Assessment } from '../../src/model/assessment.js';
import { plimsoll } from '../cli/fake-world.js';
import { type FixtureRepository, fixtureRepository } from '../fixture-repository.js';

const EXTENSIONS = { html: 'html', json: 'json', markdown: 'md', terminal: 'txt' } as const;
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe.each(['library', 'shop'])('the sample reports of %s', (name) => {
  let fixture: FixtureRepository;
  beforeAll(() => {
    fixture = fixtureRepository(name);
  });
  afterAll(() => fixture.remove());

  it.each(Object.entries(EXTENSIONS))('are what a scan gives as %s', async (format, extension) => {
    const ran = await plimsoll(['scan', name, '--format', format, '--quiet'], {
      cwd: path.dirname(fixture.directory),
      version,
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).not.toContain(path.dirname(fixture.directory));
    if (format === 'json')
      expect(Assessment.parse(JSON.parse(ran.stdout)).repositories).toMatchObject([{ name, branch: 'main' }]);
    await expect(ran.stdout).toMatchFileSnapshot(`../../reports/examples/${name}.${extension}`);
  });
});
