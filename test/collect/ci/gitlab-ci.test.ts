import { describe, expect, it } from 'vitest';
import { gitlabCi } from '../../../src/collect/ci/gitlab-ci.js';
import { type FactData, factsOf } from '../../../src/model/facts.js';
import { collectFrom } from '../from-files.js';

async function pipelines(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([gitlabCi], files);
  return { pipelines: factsOf(facts, 'pipeline'), gaps };
}

async function jobsOf(text: string): Promise<Record<string, FactData<'pipeline'>['jobs'][number]>> {
  const { pipelines: found } = await pipelines({ '.gitlab-ci.yml': text });
  return Object.fromEntries((found[0]?.data.jobs ?? []).map((j) => [j.id, j]));
}

describe('GitLab CI', () => {
  it('makes every job of a stage wait for those of the stages before it, and jobs with needs for these alone', async () => {
    const jobs = await jobsOf(`
stages: [test, build, deploy]
unit: { stage: test, script: [npm test] }
lint: { stage: test, script: [npm run lint] }
package: { stage: build, script: [docker build .] }
early: { stage: deploy, needs: [], script: [./early.sh] }
late: { stage: deploy, needs: [{ job: unit, optional: true }], script: [./late.sh] }
last: { stage: deploy, script: [./last.sh] }
`);
    expect(jobs.unit?.needs).toEqual([]);
    expect(jobs.package?.needs).toEqual(['unit', 'lint']);
    expect(jobs.package?.condition).toBe('!failure()');
    expect(jobs.early?.needs).toEqual([]);
    expect(jobs.late?.needs).toEqual(['unit']);
    expect(jobs.last?.needs).toEqual(['unit', 'lint', 'package']);
  });

  it('puts rules into conditions, the first that fits deciding', async () => {
    const jobs = await jobsOf(`
a:
  script: [x]
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      when: never
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      when: manual
    - if: $CI_COMMIT_TAG =~ /^v\\d+/
b:
  script: [x]
  only: { refs: [main, tags], variables: [$DEPLOY == "yes"] }
  except: [schedules]
c: { script: [x] }
`);
    expect(jobs.a?.condition).toBe(
      "!(github.event_name == 'pull_request') && (github.ref == format('refs/heads/{0}', github.event.repository.default_branch) || (startsWith(github.ref, 'refs/tags/') && matches(github.ref_name, '/^v\\d+/')))",
    );
    expect(jobs.a?.approval).toBe(true);
    expect(jobs.a?.approvalWhen).toContain('default_branch');
    expect(jobs.b?.condition).toBe(
      "((github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/')) && variables.DEPLOY == 'yes') && !(github.event_name == 'schedule')",
    );
    expect(jobs.c?.condition).toBe("github.event_name != 'pull_request'");
  });

  it('lets later stages pass a manual job that may be left out, and wait for one that blocks', async () => {
    const jobs = await jobsOf(`
stages: [a, b, c]
left: { stage: a, script: [x], when: manual }
held:
  stage: b
  script: [x]
  rules: [{ when: manual }]
after: { stage: c, script: [x] }
`);
    expect(jobs.left?.approval).toBe(true);
    expect(jobs.held?.needs).toEqual([]);
    expect(jobs.after?.needs).toEqual(['held']);
  });

  it('resolves extends, references and defaults, and says where each command stands', async () => {
    const { pipelines: found } = await pipelines({
      '.gitlab-ci.yml': `include:
  - local: /ci/base.yml
default:
  before_script:
    - npm ci
test:
  extends: .node
  environment: { name: review/$CI_COMMIT_REF_SLUG }
  script:
    # why
    - !reference [.setup, script]
    - npm test
deploy:
  before_script: []
  script: |
    ./deploy.sh
  resource_group: production
  environment: { name: eu-1, deployment_tier: production }
`,
      'ci/base.yml': `.node:
  stage: test
  variables: { A: b }
.setup:
  script:
    - ./setup.sh
`,
    });
    const [test, deploy] = found[0]?.data.jobs ?? [];
    expect(test).toMatchObject({ id: 'test', line: 6, environment: 'review/${{ github.ref_name }}' });
    expect(test?.variables).toEqual([{ name: 'A', value: 'b' }]);
    expect(test?.steps.map((s) => [s.run, s.path, s.runLine])).toEqual([
      ['npm ci', '', 5],
      ['./setup.sh', 'ci/base.yml', 6],
      ['npm test', '', 12],
    ]);
    expect(deploy).toMatchObject({ concurrency: 'production', environment: 'production' });
    expect(deploy?.steps.map((s) => [s.run, s.runLine])).toEqual([['./deploy.sh', 16]]);
  });

  it('keeps the lines of commands that comments and empty lines part', async () => {
    const jobs = await jobsOf(`a:
  script:
    - cd web

    # tests
    - npm test
`);
    expect(jobs.a?.steps.map((s) => [s.run, s.runLine])).toEqual([['cd web\n\n\nnpm test', 3]]);
  });

  it('starts child pipelines of the same repository, and leaves open what lies elsewhere', async () => {
    const { pipelines: found, gaps } = await pipelines({
      '.gitlab-ci.yml': `include:
  - project: group/templates
    file: deploy.yml
  - template: Security/SAST.gitlab-ci.yml
child:
  trigger: { include: ci/child.yml, strategy: depend }
other:
  trigger: group/deployments
`,
      'ci/child.yml': `go:
  script: [make test]
  rules: [{ if: $CI_PIPELINE_SOURCE == "parent_pipeline" }]
`,
    });
    const [main, child] = found;
    expect(main?.data.jobs.map((j) => [j.id, j.uses, j.continueOnError])).toEqual([
      ['child', './ci/child.yml', false],
      ['other', 'group/deployments', true],
      ['sast', '', true],
    ]);
    expect(child?.data).toMatchObject({ path: 'ci/child.yml', reusable: true });
    expect(child?.data.jobs[0]?.condition).toBe('');
    expect(gaps.map((g) => [g.reason, g.what])).toEqual([
      [
        'elsewhere',
        '.gitlab-ci.yml:2 includes deploy.yml of group/templates, which is not in this repository',
      ],
    ]);
  });

  it('says that a broken file cannot be read, and survives circles', async () => {
    const broken = await pipelines({ '.gitlab-ci.yml': 'a: [\n' });
    expect(broken.gaps.map((g) => g.reason)).toEqual(['unreadable']);
    const circle = await jobsOf('a: &a\n  extends: b\n  script: [x]\nb:\n  extends: a\n  script: [y]\n');
    expect(Object.keys(circle)).toEqual(['a', 'b']);
  });
});
