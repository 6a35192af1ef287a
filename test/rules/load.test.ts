import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/errors.js';
import { evaluate } from '../../src/rules/evaluate.js';
import { BUNDLED_RULES, loadPacks } from '../../src/rules/load.js';
import { ruleSchema } from '../../src/rules/schema.js';

const PACKS = 'fixtures/packs';

async function mistakesOf(...directories: string[]): Promise<string[]> {
  const error = await loadPacks(directories).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof UserError)) throw error ?? new Error('It was loaded');
  return error.message.split('\n').slice(1);
}

/** What each wrong pack must be told: place and words. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  'bad-condition': ['pipelines-have-jobs.yaml:4:7 a condition must be true or false; this is an int'],
  'bad-depends-on': [
    'pipelines-have-jobs.yaml:17:14 there is no rule `pipelines-have-job`; did you mean `pipelines-have-jobs`?',
  ],
  'bad-duplicate': [
    'two/pipelines-have-jobs.yaml:1:5 the rule `pipelines-have-jobs` exists already: fixtures/packs/bad-duplicate/one/pipelines-have-jobs.yaml',
  ],
  'bad-effort': [
    'pipelines-have-jobs.yaml:14:16 `effort.low` must be more than 0',
    'pipelines-have-jobs.yaml:14:27 `effort.likely` must be a number',
  ],
  'bad-evidence': ['pipelines-have-jobs.yaml:33:11 evidence must be a list of facts; this is a string'],
  'bad-examples': ['pipelines-have-jobs.yaml:17:1 `examples` must have at least 2'],
  'bad-field': [
    'pipelines-have-jobs.yaml:4:32 an item of Pipeline.jobs has no field `stepz`; did you mean `steps`?',
  ],
  'bad-id': ["pipelines-have-jobs.yaml:1:5 `id` must be the file's name: pipelines-have-jobs"],
  'bad-key': [
    'pipelines-have-jobs.yaml:1:1 `severity` is missing; it must be one of critical, high, medium, low',
    'pipelines-have-jobs.yaml:10:1 unknown key `serverity`; did you mean `severity`?',
  ],
  'bad-matches': [
    'pipelines-have-jobs.yaml:6:8 `matches()` can take for ever on some patterns; use `re(text, pattern)`',
  ],
  'bad-message': [
    'pipelines-have-jobs.yaml:8:26 a Pipeline has no field `titel`; did you mean `title`?',
    'pipelines-have-jobs.yaml:9:16 this brace is never closed',
  ],
  'bad-missing': ['pipelines-have-jobs.yaml:1:1 `fix` is missing'],
  'bad-pattern': [
    'pipelines-have-jobs.yaml:4:25 the pattern of `re()` is not RE2: error parsing regexp: invalid or unsupported Perl syntax: `(?!`',
  ],
  'bad-pattern-not-literal': ['pipelines-have-jobs.yaml:4:25 the pattern of `re()` must be a literal string'],
  'bad-practice': [
    'practice.yaml:3:10 `version` must be a text',
    'practice.yaml:5:8 `order` must be a whole number',
  ],
  'bad-severity': [
    'pipelines-have-jobs.yaml:10:11 `severity` must be one of critical, high, medium, low; did you mean `high`?',
  ],
  'bad-syntax': ['pipelines-have-jobs.yaml:4:27 the expression ends too early'],
  'bad-type': ['pipelines-have-jobs.yaml:4:7 `==` does not take a string and an int'],
  'bad-variable': [
    'pipelines-have-jobs.yaml:35:5 there is no variable `pipelins`; did you mean `pipelines`?',
  ],
  'bad-word': [
    "pipelines-have-jobs.yaml:33:26 `system` is never 'github'; it is one of github-actions, gitlab-ci, jenkins, circleci, azure-pipelines, travis, drone, buildkite, tekton, cloud-build, appveyor, argo-workflows, bitbucket, woodpecker",
  ],
  'bad-yaml': ['pipelines-have-jobs.yaml:33:1 not YAML: Missing closing "quote'],
};
/** These load; it is their examples that do not hold. */
const WRONG_EXAMPLES = ['bad-example-at', 'bad-example-expect'];

describe('a pack', () => {
  it('is read with its rules', async () => {
    const [pack, ...others] = await loadPacks([`${PACKS}/good-small`]);
    expect(others).toEqual([]);
    expect(pack).toMatchObject({
      id: 'small',
      order: 1,
      foreign: true,
      directory: 'fixtures/packs/good-small',
    });
    expect(pack?.rules).toHaveLength(1);
    expect(pack?.rules[0]).toMatchObject({
      id: 'pipelines-have-jobs',
      pack: 'small',
      depends_on: [],
      unknown: [],
    });
  });

  it.each(Object.entries(WRONG))('%s is refused at the place of the mistake', async (name, expected) => {
    const directory = path.join(PACKS, name);
    expect(await mistakesOf(directory)).toEqual(expected.map((line) => `${directory}/${line}`));
  });

  it('has a test for every wrong pack of the fixtures', async () => {
    const bad = (await readdir(PACKS)).filter((name) => name.startsWith('bad-')).sort();
    expect(bad).toEqual([...Object.keys(WRONG), ...WRONG_EXAMPLES, 'bad-no-practice'].sort());
  });

  it('is told of with all others that are wrong, at once', async () => {
    const lines = await mistakesOf(`${PACKS}/bad-effort`, `${PACKS}/bad-field`);
    expect(lines).toHaveLength(3);
  });

  it('that is none, or nowhere, is a mistake of the user', async () => {
    await expect(loadPacks([`${PACKS}/bad-no-practice`])).rejects.toThrow(
      'Rules in fixtures/packs/bad-no-practice: no pack was found.',
    );
    await expect(loadPacks(['fixtures/nowhere'])).rejects.toThrow(
      'Rules in fixtures/nowhere: there is no such folder.',
    );
    await expect(loadPacks(['package.json'])).rejects.toThrow('it cannot be read as a folder');
  });
});

describe('the place of a mistake', () => {
  const folder = mkdtemp(path.join(tmpdir(), 'plimsoll-pack-'));
  afterAll(async () => rm(await folder, { recursive: true }));

  it.each<[string, string, string]>([
    ['plain text', 'pass: true && wrong', ':4:15 '],
    ['plain text over lines', 'pass: true &&\n  wrong', ':5:3 '],
    ['double quotes', 'pass: "subject.title == \\"a\\" && wrong"', ':4:34 '],
    ['single quotes', "pass: 'subject.title == ''a'' && wrong'", ':4:34 '],
    ['a literal block', 'pass: |\n  true &&\n    (false ||\n      wrong)', ':7:7 '],
    ['a folded block', 'pass: >-\n    true &&\n    false ||\n\n    wrong', ':8:5 '],
    ['a block with a comment of CEL', 'pass: |\n  // why\n  true && wrong', ':6:11 '],
  ])('is exact in %s', async (kind, pass, place) => {
    const directory = path.join(await folder, kind.replaceAll(' ', '-'));
    await mkdir(directory);
    const good = await readFile(`${PACKS}/good-small/pipelines-have-jobs.yaml`, 'utf8');
    await writeFile(
      path.join(directory, 'practice.yaml'),
      await readFile(`${PACKS}/good-small/practice.yaml`),
    );
    await writeFile(
      path.join(directory, 'pipelines-have-jobs.yaml'),
      good.replace(/^pass: .*$/m, () => pass),
    );
    expect(await mistakesOf(directory)).toEqual([
      `${directory}/pipelines-have-jobs.yaml${place}there is no variable \`wrong\``,
    ]);
  });
});

describe('our own packs', () => {
  it('load, in their order, as our own', async () => {
    const packs = await loadPacks([BUNDLED_RULES]);
    expect(packs.length).toBeGreaterThanOrEqual(6);
    expect(packs.every((pack) => !pack.foreign)).toBe(true);
    expect(packs.map((pack) => pack.order)).toEqual(
      packs.map((pack) => pack.order).toSorted((a, b) => a - b),
    );
  });

  it('load in a scan without being checked again, and judge alike', async () => {
    const judged = async (check: 'all' | 'foreign') => {
      const packs = await loadPacks([BUNDLED_RULES], check);
      return evaluate(packs, [], [], 'shop');
    };
    expect(await judged('foreign')).toEqual(await judged('all'));
  });

  it('have the schema that is published', async () => {
    const published = JSON.parse(await readFile(path.join(BUNDLED_RULES, 'schema.json'), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(ruleSchema())));
  });
});
