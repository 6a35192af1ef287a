import { describe, expect, it } from 'vitest';
import { bitbucketPipelines } from '../../../src/collect/ci/bitbucket-pipelines.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom } from '../from-files.js';

async function pipelines(text: string) {
  const { facts, gaps } = await collectFrom([bitbucketPipelines], { 'bitbucket-pipelines.yml': text });
  return { pipelines: factsOf(facts, 'pipeline'), gaps };
}

describe('Bitbucket Pipelines', () => {
  it('lets each step wait for the one before, a manual one for a person, and names what starts each', async () => {
    const { pipelines: found } = await pipelines(`definitions:
  steps:
    - step: &test
        name: Test
        script:
          - npm ci

          - npm test
pipelines:
  default:
    - step: *test
  branches:
    main:
      - parallel:
          - step: *test
          - step: { name: Lint, script: [npm run lint] }
      - step:
          name: Production
          deployment: production
          trigger: manual
          script:
            - echo go
            - pipe: atlassian/aws-ecs-deploy:1.8.0
              variables: { CLUSTER_NAME: shop }
          after-script: [./tell.sh]
  pull-requests:
    '**': [{ step: *test }]
  custom:
    again:
      - variables: [{ name: WHERE, default: staging }]
      - step: *test
`);
    expect(
      found.map((p) => [
        p.name,
        p.data.triggers[0]?.event,
        p.data.triggers[0]?.branches,
        p.data.triggers[0]?.line,
      ]),
    ).toEqual([
      ['bitbucket-pipelines.yml (again)', 'workflow_dispatch', [], 29],
      ['bitbucket-pipelines.yml (branches main)', 'push', ['main'], 13],
      ['bitbucket-pipelines.yml (default)', 'push', ['**', '!main'], 10],
      ['bitbucket-pipelines.yml (pull requests **)', 'pull_request', [], 27],
    ]);
    const main = found[1]?.data.jobs;
    expect(main?.map((j) => [j.id, j.needs, j.approval, j.environment])).toEqual([
      ['Test', [], false, ''],
      ['Lint', [], false, ''],
      ['Production', ['Test', 'Lint'], true, 'production'],
    ]);
    expect(main?.[0]?.steps.map((s) => [s.run, s.runLine])).toEqual([['npm ci\n\nnpm test', 6]]);
    expect(main?.[2]?.steps.map((s) => [s.uses || s.run, s.line, s.condition])).toEqual([
      ['echo go', 22, ''],
      ['pipe:atlassian/aws-ecs-deploy:1.8.0', 23, ''],
      ['./tell.sh', 25, 'always()'],
    ]);
    expect(found[0]?.data.inputs).toEqual([{ name: 'WHERE', default: 'staging', type: '' }]);
  });

  it('goes on where a step is left out for what did not change', async () => {
    const { pipelines: found } = await pipelines(`pipelines:
  default:
    - stage:
        name: Check
        steps:
          - step:
              name: a
              condition: { changesets: { includePaths: ['web/**'] } }
              script: [npm test]
          - step: { name: b, script: [make] }
    - step: { name: c, script: [make] }
`);
    expect(found[0]?.data.jobs.map((j) => [j.id, j.needs, j.condition])).toEqual([
      ['a', [], "changed('web/**')"],
      ['b', ['a'], '!failure()'],
      ['c', ['b'], '!failure()'],
    ]);
  });

  it('says what it imports from elsewhere, and that a broken file cannot be read', async () => {
    const imports = await pipelines('pipelines:\n  default:\n    import: shared:main:build\n');
    expect(imports.gaps.map((g) => g.what)).toEqual([
      'bitbucket-pipelines.yml:2 imports shared:main:build, which is not in this repository',
    ]);
    expect((await pipelines('pipelines: [')).gaps.map((g) => g.reason)).toEqual(['unreadable']);
  });
});
