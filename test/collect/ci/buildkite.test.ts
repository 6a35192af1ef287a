import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildkite } from '../../../src/collect/ci/buildkite.js';
import { parseBuildkite } from '../../../src/parse/ci/buildkite.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';

const PIPELINE = `env:
  A: "1"
steps:
  - label: ":rspec: specs"
    command:
      - bundle install
      - bundle exec rspec
    soft_fail:
      - exit_status: 3
  - command: bundle exec rubocop
  - wait
  - label: ":ship: staging"
    key: staging
    command: kubectl --context staging apply -f k8s
    branches: main release/*
    concurrency: 1
    concurrency_group: app/staging
  - block: "Release?"
    branches: main
  - label: production
    command: kubectl --context production apply -f k8s
    if: build.branch == "main" && build.tag == null
`;

describe('Buildkite', () => {
  test('a wait and a block hold back what comes after them', async () => {
    const { pipelines, answers } = await readCi(buildkite, { '.buildkite/pipeline.yml': PIPELINE });
    const [pipeline] = pipelines;
    expect(pipeline?.triggers).toMatchObject([{ event: 'external', line: 3 }]);
    expect(pipeline?.jobs.map((j) => [j.id, j.needs, j.condition, j.approval, j.line])).toEqual([
      ['specs', [], '', false, 4],
      ['bundle exec rubocop', [], '', false, 10],
      [
        'staging',
        ['specs', 'bundle exec rubocop'],
        "!failure() && (github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/heads/release/'))",
        false,
        12,
      ],
      ['Release?', ['staging'], "!failure() && github.ref == 'refs/heads/main'", true, 18],
      [
        'production',
        ['Release?'],
        "!failure() && github.ref_name == 'main' && !startsWith(github.ref, 'refs/tags/')",
        false,
        20,
      ],
    ]);
    expect(pipeline?.jobs[0]).toMatchObject({
      continueOnError: false,
      steps: [{ run: 'bundle install\nbundle exec rspec', line: 5, runLine: 6 }],
    });
    expect(answers).toMatchObject({
      tests_in_ci: 'yes',
      tests_before_deploy: 'yes',
      deploy_on_merge: 'unknown',
      manual_promotion: 'yes',
    });
  });

  test('what may fail, or need not be waited for, gates nothing', async () => {
    for (const [tests, deploy] of [
      ['{ command: rspec, soft_fail: true }', 'wait'],
      ['{ command: rspec, soft_fail: [{ exit_status: 1 }] }', 'wait'],
      ['{ command: rspec }', '{ wait: null, continue_on_failure: true }'],
      ['{ command: rspec }', '{ command: echo }'],
    ]) {
      const { answers } = await readCi(buildkite, {
        '.buildkite/pipeline.yml': `steps:\n  - ${tests}\n  - ${deploy}\n  - command: fly deploy\n`,
      });
      expect([tests, deploy, answers.tests_before_deploy]).toEqual([tests, deploy, 'no']);
    }
  });

  test('depends_on takes the place of the order, and groups are waited for as a whole', async () => {
    const { pipelines } = await readCi(buildkite, {
      '.buildkite/pipeline.yml': `steps:
  - group: tests
    key: tests
    steps:
      - { command: a, key: a }
      - { command: b, key: b }
  - wait: ~
  - { command: c, key: c, depends_on: tests }
  - { command: d, key: d, depends_on: [{ step: a }, { step: b, allow_failure: true }] }
  - { command: e, key: e, depends_on: ~ }
`,
    });
    expect(pipelines[0]?.jobs.map((j) => [j.id, j.needs])).toEqual([
      ['a', []],
      ['b', []],
      ['c', ['a', 'b']],
      ['d', ['a']],
      ['e', []],
    ]);
  });

  test('a file that a step uploads is read in its place; what a program makes is unknown', async () => {
    const uploaded = {
      '.buildkite/pipeline.yml':
        'steps:\n  - { command: rspec, key: t }\n  - wait\n  - command: buildkite-agent pipeline upload .buildkite/deploy.yml\n    key: up\n',
      '.buildkite/deploy.yml': 'steps:\n  - command: fly deploy\n    key: d\n',
    };
    const { pipelines, answers, paths } = await readCi(buildkite, uploaded);
    expect(pipelines.map((p) => p.jobs.map((j) => [j.id, j.needs, j.path, j.line]))).toEqual([
      [
        ['t', [], '', 2],
        ['up', ['t'], '', 4],
        ['d', ['up'], '.buildkite/deploy.yml', 2],
      ],
    ]);
    expect(answers.tests_before_deploy).toBe('yes');
    expect(paths).toMatchObject([{ job: 'd', gate: 'tested' }]);
    const made = await readCi(buildkite, {
      '.buildkite/pipeline.yml': 'steps:\n  - command: ./make.rb | buildkite-agent pipeline upload\n',
    });
    expect(made.answers).toMatchObject({ tests_in_ci: 'unknown', deploys_from_ci: 'unknown' });
  });

  test('a compose file beside them is no pipeline, and a broken one is a gap', async () => {
    const { pipelines, gaps } = await readCi(buildkite, {
      '.buildkite/docker-compose.yml': 'services: { app: { build: . } }\n',
      '.buildkite/pipeline.yml': 'steps:\n  - command: "a\n',
    });
    expect(pipelines).toEqual([]);
    expect(gaps).toMatchObject([{ reason: 'unreadable', path: '.buildkite/pipeline.yml' }]);
  });

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string(), (text) => parseBuildkite(`steps:\n${text}`).line > 0));
  });
});
