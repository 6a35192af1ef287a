import { describe, expect, test } from 'vitest';
import { githubActions } from '../../../src/collect/ci/github-actions.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

const WORKFLOW = `name: CI
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: pnpm/action-setup@v4
      - uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc
      - run: npm test
`;

describe('GitHub Actions', () => {
  test('what GitHub runs is what lies directly in its folder and ends in yml or yaml', async () => {
    const { facts } = await collectFrom([githubActions], {
      '.github/workflows/ci.yml': WORKFLOW,
      '.github/workflows/cd.yaml': WORKFLOW,
      '.github/workflows/old/ci.yml': WORKFLOW,
      '.github/workflows/off.yml.disabled': WORKFLOW,
      'app/.github/workflows/ci.yml': WORKFLOW,
      'docs/ci.yml': WORKFLOW,
    });
    expect(factsOf(facts, 'pipeline').map((f) => f.data.path)).toEqual([
      '.github/workflows/cd.yaml',
      '.github/workflows/ci.yml',
    ]);
  });

  test('a pipeline shows its own line, its triggers, and the actions that others can move', async () => {
    const { facts } = await collectFrom([githubActions], { '.github/workflows/ci.yml': WORKFLOW });
    const [pipeline] = factsOf(facts, 'pipeline');
    expect(pipeline?.data).toMatchObject({
      system: 'github-actions',
      title: 'CI',
      reusable: false,
      composite: false,
    });
    expect(pipeline?.data.jobs[0]?.steps.map((s) => s.line)).toEqual([9, 10, 11, 12]);
    const of = (field: string | undefined) =>
      places(pipeline?.evidence.filter((e) => e.type === 'file' && e.field === field) ?? []);
    expect(of(undefined)).toEqual(['.github/workflows/ci.yml:1']);
    expect(of('trigger')).toEqual(['.github/workflows/ci.yml:3']);
    expect(of('floating-action')).toEqual(['.github/workflows/ci.yml:10']);
  });

  test('a workflow without a name goes by its path, and workflow_call makes it reusable', async () => {
    const { facts } = await collectFrom([githubActions], {
      '.github/workflows/a.yml': 'on: workflow_call\njobs: {}\n',
    });
    expect(factsOf(facts, 'pipeline')[0]?.data).toMatchObject({
      title: '.github/workflows/a.yml',
      reusable: true,
    });
  });

  test('composite actions are pipelines that others use, wherever they lie; other actions are none', async () => {
    const { facts, gaps } = await collectFrom([githubActions], {
      'ci/setup/action.yml':
        'name: Setup\nruns:\n  using: composite\n  steps: [{ run: npm ci, shell: bash }]\n',
      'action.yml': 'name: Ours\nruns: { using: node20, main: dist/index.js }\n',
    });
    expect(factsOf(facts, 'pipeline').map((f) => f.data)).toMatchObject([
      { path: 'ci/setup/action.yml', composite: true, triggers: [] },
    ]);
    expect(gaps).toEqual([]);
  });

  test('a file that GitHub could not run either is a gap and hides no other', async () => {
    const { facts, gaps } = await collectFrom([githubActions], {
      '.github/workflows/bad.yml': 'on: push\njobs:\n  a: [unclosed\n',
      '.github/workflows/ci.yml': WORKFLOW,
    });
    expect(facts).toHaveLength(1);
    expect(gaps).toMatchObject([
      {
        reason: 'unreadable',
        path: '.github/workflows/bad.yml',
        kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      },
    ]);
    expect(gaps[0]?.what).toMatch(/^\.github\/workflows\/bad\.yml cannot be read as a workflow \(line 4: /);
  });

  test('secrets that a job hands to a workflow from elsewhere are used', async () => {
    const calls = (secrets: string, uses = 'acme/ci/.github/workflows/build.yml@v1') => `on: push
jobs:
  build:
    uses: ${uses}
    ${secrets}
`;
    const used = async (workflow: string) => {
      const { facts } = await collectFrom([githubActions], { '.github/workflows/ci.yml': workflow });
      return factsOf(facts, 'tool-use').map((t) => `${t.data.tool} ${places(t.evidence).join()}`);
    };
    const found = ['github-secrets .github/workflows/ci.yml:5'];
    const own = '$' + '{{ secrets.HUB_TOKEN }}';
    expect(await used(calls(`secrets:\n      token: ${own}`))).toEqual(found);
    expect(await used(calls('secrets: inherit'))).toEqual(found);
    expect(await used(calls(`secrets:\n      token: ${own.replace('HUB', 'GITHUB')}`))).toEqual([]);
    expect(await used(calls('secrets: inherit', './.github/workflows/build.yml'))).toEqual([]);
  });
});
