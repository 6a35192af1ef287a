import { describe, expect, it } from 'vitest';
import { checkRules, type ReadTree } from '../src/check-rules.js';
import { UserError } from '../src/model/errors.js';
import type { AnyFact } from '../src/model/facts.js';
import { job, pipeline } from './rules/facts.js';

/** The smallest reading that there is: a workflow is a pipeline with a job for each `runs-on`. */
const read: ReadTree = async (tree) => {
  const facts: AnyFact[] = [];
  await tree.read(await tree.list(), ({ path }, text) => {
    const name = /^\.github\/workflows\/(.+)\.yml$/.exec(path)?.[1];
    if (name === undefined || text === undefined) return;
    const jobs = [...text.matchAll(/runs-on/g)].map((_, i) => job(`job${i}`, []));
    facts.push({ ...pipeline(name, { path, jobs }), repository: tree.head.name });
  });
  return { facts, gaps: [] };
};

describe('the examples of a pack', () => {
  it('hold where the worst outcome, the line and the words are the expected ones', async () => {
    expect(await checkRules(['fixtures/packs/good-small'], read)).toEqual([
      {
        rule: 'pipelines-have-jobs',
        example: 'one job',
        place: 'fixtures/packs/good-small/pipelines-have-jobs.yaml:18',
        expected: 'pass',
        got: 'pass',
        problems: [],
      },
      {
        rule: 'pipelines-have-jobs',
        example: 'no pipeline',
        place: 'fixtures/packs/good-small/pipelines-have-jobs.yaml:29',
        expected: 'not-applicable',
        got: 'not-applicable',
        problems: [],
      },
    ]);
  });

  it('are told of where another outcome comes out', async () => {
    expect((await checkRules(['fixtures/packs/bad-example-expect'], read))[0]).toMatchObject({
      place: 'fixtures/packs/bad-example-expect/pipelines-have-jobs.yaml:18',
      expected: 'fail',
      got: 'pass',
      problems: ['Expected fail, got pass: ci: ci has 1 job.'],
    });
  });

  it('are told of where the line or the words are others', async () => {
    expect((await checkRules(['fixtures/packs/bad-example-at'], read))[0]).toMatchObject({
      got: 'pass',
      problems: [
        'Expected evidence at .github/workflows/ci.yml:3, got .github/workflows/ci.yml:1.',
        'Expected a message that says "has 2 jobs", got ci: ci has 1 job.',
      ],
    });
  });

  it('are not asked for where the pack itself is wrong', async () => {
    await expect(checkRules(['fixtures/packs/bad-field'], read)).rejects.toThrow(UserError);
  });
});
