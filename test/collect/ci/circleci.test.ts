import { describe, expect, it } from 'vitest';
import { circleci } from '../../../src/collect/ci/circleci.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom } from '../from-files.js';

async function pipelines(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([circleci], files);
  return { pipelines: factsOf(facts, 'pipeline'), gaps };
}

describe('CircleCI', () => {
  it('reads a workflow with its commands, parameters and approvals, each command at its line', async () => {
    const { pipelines: found } = await pipelines({
      '.circleci/config.yml': `version: 2.1
orbs:
  aws-ecs: circleci/aws-ecs@4.1.0
commands:
  prepare:
    parameters:
      folder: { type: string, default: web }
    steps:
      - run: cd << parameters.folder >> && npm ci
jobs:
  test:
    working_directory: ~/app
    steps:
      - checkout
      - prepare
      - run:
          name: Tests
          working_directory: ~/app/web
          command: |
            npm test
      - run: { command: ./report.sh, when: always }
workflows:
  main:
    jobs:
      - test
      - hold: { type: approval, requires: [test] }
      - aws-ecs/deploy_service_update:
          name: production
          requires: [hold]
          cluster: production
          filters:
            branches: { only: [main, /release-.*/] }
`,
    });
    expect(found).toHaveLength(1);
    const [test, hold, production] = found[0]?.data.jobs ?? [];
    expect(found[0]?.data.triggers.map((t) => [t.event, t.branches, t.line])).toEqual([['push', ['**'], 23]]);
    expect(test?.steps.map((s) => [s.run.trim(), s.workingDirectory, s.condition, s.runLine])).toEqual([
      ['cd web && npm ci', '', '', 9],
      ['npm test', 'web', '', 20],
      ['./report.sh', '', 'always()', 21],
    ]);
    expect(hold).toMatchObject({ approval: true, needs: ['test'], line: 26 });
    expect(production).toMatchObject({
      id: 'production',
      needs: ['hold'],
      line: 27,
      condition:
        "github.ref == 'refs/heads/main' || (startsWith(github.ref, 'refs/heads/') && matches(github.ref_name, '/^(release-.*)$/'))",
    });
    expect(production?.steps[0]).toMatchObject({
      uses: 'orb:circleci/aws-ecs/deploy_service_update@4.1.0',
      with: [{ name: 'cluster', value: 'production' }],
    });
  });

  it('starts no job on a tag unless a filter asks for it, and workflows on a schedule only then', async () => {
    const { pipelines: found } = await pipelines({
      '.circleci/config.yml': `version: 2.1
parameters:
  nightly: { type: boolean, default: false }
jobs:
  a: { steps: [{ run: make test }] }
workflows:
  release:
    jobs:
      - a: { filters: { tags: { only: /^v.*/ }, branches: { ignore: /.*/ } } }
  weekly:
    triggers:
      - schedule: { cron: "0 0 * * 0" }
    jobs: [a]
  asked:
    when: << pipeline.parameters.nightly >>
    jobs: [a]
  main:
    unless: { equal: [docs, << pipeline.git.branch >>] }
    jobs: [a]
`,
    });
    const told = Object.fromEntries(
      found.map((p) => [p.data.title, [p.data.triggers[0]?.event, p.data.jobs[0]?.condition]]),
    );
    expect(told).toEqual({
      release: ['push', "startsWith(github.ref, 'refs/tags/') && matches(github.ref_name, '/^(^v.*)$/')"],
      weekly: ['schedule', ''],
      asked: ['workflow_dispatch', ''],
      main: ['push', "!(github.ref == 'refs/heads/docs')"],
    });
  });

  it('goes on to the configuration that a setup workflow names, and says where it is made while it runs', async () => {
    const setup = (path: string) => `version: 2.1
setup: true
orbs: { continuation: circleci/continuation@1.0.0 }
jobs:
  go: { steps: [{ continuation/continue: { configuration_path: ${path} } }] }
workflows: { setup: { jobs: [go] } }
`;
    const next =
      'version: 2.1\njobs: { b: { steps: [{ run: make test }] } }\nworkflows: { b: { jobs: [b] } }\n';
    const followed = await pipelines({
      '.circleci/config.yml': setup('.circleci/next.yml'),
      '.circleci/next.yml': next,
    });
    expect(followed.pipelines.map((p) => p.data.path)).toEqual([
      '.circleci/config.yml',
      '.circleci/next.yml',
    ]);
    expect(followed.gaps).toEqual([]);
    const made = await pipelines({ '.circleci/config.yml': setup('/tmp/made.yml') });
    expect(made.gaps.map((g) => g.what)).toEqual([
      '.circleci/config.yml makes the configuration that runs while it runs',
    ]);
  });
});
