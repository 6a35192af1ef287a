import { describe, expect, it } from 'vitest';
import { deliveryAnswers } from '../../../src/derive/answers/delivery.js';
import { factsOf } from '../../../src/model/facts.js';
import { places } from '../../collect/from-files.js';
import { readPipelines } from './pipelines.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await readPipelines(files);
  const found = factsOf(facts, 'delivery-path').sort((a, b) => (a.data.job < b.data.job ? -1 : 1));
  const paths = found.map((p) => ({
    job: p.data.job,
    trigger: p.data.trigger,
    gate: p.data.gate,
    environment: p.data.environment,
    approval: p.data.approval,
    automatic: p.data.automatic,
    serialised: p.data.serialised,
  }));
  return { paths, facts: found, answers: deliveryAnswers(facts, gaps), gaps };
}

describe('GitLab pipelines', () => {
  const stages = (more: string) => `stages: [test, deploy]
unit:
  stage: test
  script:
    - pytest
${more}`;

  it('gates a deploy by the stage before it, and holds what waits for a person', async () => {
    const { paths, facts, answers } = await read({
      '.gitlab-ci.yml': stages(`staging:
  stage: deploy
  environment: staging
  resource_group: staging
  script: [helm upgrade shop ./chart]
  rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }]
ask:
  stage: deploy
  script: [echo]
  rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH, when: manual }]
production:
  stage: deploy
  needs: [staging, ask]
  environment: production
  script: [helm upgrade shop ./chart]
  rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }]
`),
    });
    expect(paths).toEqual([
      {
        job: 'production',
        trigger: 'push',
        gate: 'tested',
        environment: 'production',
        approval: true,
        automatic: false,
        serialised: false,
      },
      {
        job: 'staging',
        trigger: 'push',
        gate: 'tested',
        environment: 'staging',
        approval: false,
        automatic: true,
        serialised: true,
      },
    ]);
    expect(places(facts[1]?.evidence ?? [])).toEqual([
      '.gitlab-ci.yml:10',
      '.gitlab-ci.yml:1',
      '.gitlab-ci.yml:5',
    ]);
    expect(answers.deploy_on_merge.answer).toBe('yes');
    expect(answers.manual_promotion.answer).toBe('yes');
  });

  it('tells that allow_failure lets a deploy pass the tests', async () => {
    const { facts } = await read({
      '.gitlab-ci.yml': stages(
        '  allow_failure: true\ndeploy: { stage: deploy, script: [kubectl apply -f k8s/] }\n',
      ),
    });
    expect(facts[0]?.data.gate).toBe('untested');
    expect(facts[0]?.data.reason).toBe('allow_failure on job unit lets it go on when `pytest` fails.');
  });

  it('goes ahead where the tests are not in the pipeline of the default branch', async () => {
    const { facts } = await read({
      '.gitlab-ci.yml': stages(`  rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event" }]
deploy:
  stage: deploy
  script: [kubectl apply -f k8s/]
  only: [main]
`),
    });
    expect(facts.map((p) => [p.data.trigger, p.data.gate, p.data.reason])).toEqual([
      [
        'push',
        'untested',
        'On a push to main the job unit with `pytest` is skipped, and the deploy goes ahead.',
      ],
    ]);
  });

  it('gives a review app of a branch or request an environment of its own, and takes its stop for no deploy', async () => {
    const { answers, paths } = await read({
      '.gitlab-ci.yml': stages(`review:
  stage: deploy
  environment: { name: review/$CI_COMMIT_REF_SLUG, on_stop: stop }
  script: [helm upgrade review ./chart]
  rules: [{ if: $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH }]
stop:
  stage: deploy
  environment: { name: review/$CI_COMMIT_REF_SLUG, action: stop }
  script: [helm upgrade review ./empty]
`),
      'k8s/a.yml': 'a: 1\n',
    });
    expect(paths.map((p) => [p.job, p.trigger, p.environment])).toEqual([['review', 'other', 'preview']]);
    expect(answers.pull_request_environment.answer).toBe('yes');
  });

  it('follows a child pipeline, which gates only where the parent waits for it', async () => {
    const files = (strategy: string) => ({
      '.gitlab-ci.yml': `stages: [test, deploy]
child:
  stage: test
  trigger: { include: ci/test.yml${strategy} }
deploy: { stage: deploy, script: [kubectl apply -f k8s/] }
`,
      'ci/test.yml': 'unit: { script: [pytest] }\n',
    });
    expect((await read(files(', strategy: depend'))).paths[0]?.gate).toBe('tested');
    expect((await read(files(''))).paths[0]?.gate).toBe('untested');
  });

  it('reads commands in the folder that an earlier one went to', async () => {
    const { answers } = await read({
      '.gitlab-ci.yml': 'unit:\n  before_script: [cd web]\n  script: [npm test]\n',
      'web/package.json': '{ "name": "web", "scripts": { "test": "vitest run" } }',
    });
    expect(answers.tests_in_ci.answer).toBe('yes');
  });
});

describe('CircleCI pipelines', () => {
  it('counts tests of each workflow, and untested deploys on another branch', async () => {
    const { facts, answers } = await read({
      '.circleci/config.yml': `version: 2.1
jobs:
  test: { steps: [checkout, { run: go test ./... }] }
  deploy: { steps: [checkout, { run: kubectl apply -f k8s/ }] }
workflows:
  nightly:
    triggers: [{ schedule: { cron: "0 0 * * *" } }]
    jobs: [test]
  main:
    jobs:
      - test: { filters: { branches: { ignore: release } } }
      - deploy: { filters: { branches: { only: release } } }
`,
    });
    expect(answers.tests_in_ci.answer).toBe('yes');
    expect(answers.deploy_on_merge.answer).toBe('no');
    expect(facts.map((p) => [p.name, p.data.gate])).toEqual([
      ['Deploying in deploy of .circleci/config.yml on a push to release', 'untested'],
    ]);
  });

  it('knows what well-known orbs do, and leaves others open', async () => {
    const { facts, answers } = await read({
      '.circleci/config.yml': `version: 2.1
orbs: { ecr: circleci/aws-ecr@9.0, own: acme/tools@1.0 }
jobs:
  test: { steps: [checkout, own/run-tests] }
workflows:
  main:
    jobs:
      - test
      - ecr/build_and_push_image: { requires: [test], repo: shop }
`,
    });
    expect(facts.map((p) => [p.data.target, p.data.gate])).toEqual([['artifact', 'unknown']]);
    expect(answers.tests_in_ci.answer).toBe('unknown');
  });
});

describe('Azure and Bitbucket pipelines', () => {
  it('gates a stage by the one before it, and not a job that runs always', async () => {
    const { paths } = await read({
      'azure-pipelines.yml': `trigger: [main]
stages:
  - stage: Test
    jobs: [{ job: a, steps: [{ script: dotnet test }] }]
  - stage: Staging
    jobs: [{ deployment: b, environment: staging, strategy: { runOnce: { deploy: { steps: [{ task: AzureWebApp@1 }] } } } }]
  - stage: Production
    condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')
    jobs: [{ deployment: c, environment: production, strategy: { runOnce: { deploy: { steps: [{ task: AzureWebApp@1 }] } } } }]
`,
    });
    expect(paths.map((p) => [p.environment, p.gate, p.trigger])).toEqual([
      ['production', 'untested', 'push'],
      ['staging', 'tested', 'push'],
    ]);
  });

  it('takes a failing command in the middle of a script of Azure for lost', async () => {
    const { facts } = await read({
      'azure-pipelines.yml': `trigger: [main]
steps:
  - script: |
      npm ci && npx jest
      echo done
  - script: kubectl apply -f k8s/
`,
    });
    expect(facts[0]?.data.reason).toMatch(/is lost: its step passes when the tests fail/);
  });

  it('holds everything behind a manual step of Bitbucket', async () => {
    const { paths, answers } = await read({
      'bitbucket-pipelines.yml': `pipelines:
  branches:
    main:
      - step: { name: Test, script: [pytest] }
      - step: { name: Staging, deployment: staging, script: [{ pipe: "atlassian/aws-ecs-deploy:1.8.0" }] }
      - step: { name: Production, deployment: production, trigger: manual, script: [./deploy.sh, { pipe: "atlassian/aws-ecs-deploy:1.8.0" }] }
      - step: { name: Again, deployment: eu-production, script: [{ pipe: "atlassian/aws-ecs-deploy:1.8.0" }] }
`,
    });
    expect(paths.map((p) => [p.job, p.gate, p.approval, p.serialised])).toEqual([
      ['Again', 'tested', true, true],
      ['Production', 'tested', true, true],
      ['Staging', 'tested', false, true],
    ]);
    expect(answers.deploy_on_merge.answer).toBe('yes');
    expect(answers.manual_promotion.answer).toBe('yes');
  });
});
