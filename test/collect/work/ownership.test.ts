import { describe, expect, test } from 'vitest';
import { ownership } from '../../../src/collect/work/ownership.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([ownership], files);
  return { owners: factsOf(facts, 'code-owners'), updates: factsOf(facts, 'dependency-updates'), gaps };
}

describe('CODEOWNERS', () => {
  test('is counted, with the rule that covers everything', async () => {
    const { owners } = await read({
      '.github/CODEOWNERS':
        '# who\n\n/docs/ ada@example.com # writes\n*  @acme/core @bob\n/src/a\\ b/ @acme/core\n/free/\n',
      CODEOWNERS: '* @nobody\n',
    });
    expect(owners.map((o) => [o.name, o.data, ...places(o.evidence)])).toEqual([
      ['.github/CODEOWNERS', { rules: 4, owners: 3, coversEverything: true }, '.github/CODEOWNERS:4'],
    ]);
  });

  test('without an owner is none', async () => {
    expect((await read({ CODEOWNERS: '# later\n* \n' })).owners).toEqual([]);
  });

  test('of GitLab has owners by section', async () => {
    const { owners } = await read({ CODEOWNERS: '[Docs][2] @docs\n/docs/\n^[Other]\n/x/ @@maintainer\n' });
    expect(owners[0]?.data).toEqual({ rules: 2, owners: 2, coversEverything: false });
    expect(places(owners[0]?.evidence ?? [])).toEqual(['CODEOWNERS:2']);
  });
});

describe('bots that propose updates', () => {
  test('are Dependabot with its ecosystems', async () => {
    const { updates } = await read({
      '.github/dependabot.yml':
        'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n  - package-ecosystem: docker\n  - package-ecosystem: npm\n',
    });
    expect(updates.map((u) => [u.name, u.data.ecosystems, ...places(u.evidence)])).toEqual([
      ['dependabot', ['docker', 'npm'], '.github/dependabot.yml:3'],
    ]);
  });

  test('are Renovate in any of its files, and in package.json', async () => {
    expect((await read({ 'renovate.json': '{"extends": ["config:base"]}' })).updates).toHaveLength(1);
    expect((await read({ '.github/renovate.json5': "{ // x\n extends: ['a'], }" })).updates).toHaveLength(1);
    const { updates } = await read({ 'package.json': '{\n  "name": "x",\n  "renovate": {}\n}' });
    expect(places(updates[0]?.evidence ?? [])).toEqual(['package.json:3']);
  });

  test('that are switched off, or configure nothing, are none', async () => {
    expect((await read({ 'renovate.json': '{"enabled": false}' })).updates).toEqual([]);
    expect((await read({ '.github/dependabot.yml': 'version: 2\nupdates: []\n' })).updates).toEqual([]);
    expect((await read({ 'package.json': '{}', 'sub/renovate.json': '{}' })).updates).toEqual([]);
  });

  test('whose files do not parse are a gap', async () => {
    const { gaps, updates } = await read({
      'renovate.json': '{',
      '.github/dependabot.yml': 'a: [',
      'package.json': '{',
    });
    expect(updates).toEqual([]);
    expect(gaps.map((g) => [g.path, g.kinds])).toEqual([
      ['.github/dependabot.yml', ['dependency-updates']],
      ['renovate.json', ['dependency-updates']],
    ]);
  });
});
