import { describe, expect, test } from 'vitest';
import { terraform } from '../../../src/collect/infrastructure/terraform/terraform.js';
import { type DeliveryAnswers, deliveryAnswers } from '../../../src/derive/answers/delivery.js';
import { type AnyFact, factsOf } from '../../../src/model/facts.js';
import { collectFrom } from '../../collect/from-files.js';
import { readPipelines } from '../delivery/pipelines.js';

async function answers(files: Record<string, string>, more: AnyFact[] = []): Promise<DeliveryAnswers> {
  const { facts, gaps } = await readPipelines(files);
  return deliveryAnswers([...facts, ...more], gaps);
}
async function short(files: Record<string, string>): Promise<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(await answers(files)).map(([key, practice]) => [key, practice.answer]),
  );
}

describe('the answers about delivery', () => {
  test('without a pipeline are no, or do not apply', async () => {
    expect(await short({ 'README.md': 'x' })).toEqual({
      tests_in_ci: 'no',
      deploys_from_ci: 'no',
      tests_before_deploy: 'na',
      deploy_on_merge: 'no',
      manual_promotion: 'no',
      pull_request_environment: 'no',
      iac_in_ci: 'na',
      security_scanning: 'no',
    });
  });

  test('read what a matrix says that each of its legs runs', async () => {
    const ci = (strategy: string, run: string) => ({
      '.github/workflows/ci.yml': `on: pull_request
jobs:
  checks:
    runs-on: x
    strategy: ${strategy}
    steps:
      - run: ${run}
`,
      Makefile: 'lint:\n\truff check\nunit:\n\tpytest\n',
      'bin/tests': '#!/bin/bash\nset -e\npython -m coverage run -m pytest --strict-markers\n',
    });
    const include = '{ matrix: { include: [{ command: bin/lint }, { command: bin/tests --db x }] } }';
    const byCommand = await answers(ci(include, '${{ matrix.command }}'));
    expect(byCommand.tests_in_ci).toMatchObject({
      answer: 'yes',
      why: '`bin/tests --db x` runs in .github/workflows/ci.yml',
      evidence: [{ path: '.github/workflows/ci.yml', line: 7 }],
    });
    const targets = await answers(ci('{ matrix: { target: [lint, unit] } }', 'make ${{ matrix.target }}'));
    expect(targets.tests_in_ci.answer).toBe('yes');
    const none = await answers(ci('{ matrix: { target: [lint, docs] } }', 'make ${{ matrix.target }}'));
    expect(none.tests_in_ci.answer).toBe('no');
  });

  test('know a workflow of another repository by the tool it is named for, and by where it is told to deploy', async () => {
    const found = await answers({
      '.github/workflows/ci.yml': `on: pull_request
jobs:
  security: { uses: acme/shared/.github/workflows/brakeman.yml@main }
  ruby: { uses: acme/shared/.github/workflows/rspec.yml@main }
`,
      '.github/workflows/deploy.yml': `on: { workflow_dispatch: { inputs: { environment: {} } } }
jobs:
  image: { uses: acme/shared/.github/workflows/build-push-arm-image.yml@main }
  deploy:
    needs: image
    uses: acme/shared/.github/workflows/deploy.yml@main
    with: { environment: "\${{ inputs.environment || 'staging' }}" }
`,
    });
    expect(found.tests_in_ci).toMatchObject({
      answer: 'yes',
      evidence: [{ path: '.github/workflows/ci.yml', line: 4 }],
    });
    expect(found.security_scanning).toMatchObject({
      answer: 'yes',
      evidence: [{ path: '.github/workflows/ci.yml', line: 3 }],
    });
    expect(found.deploys_from_ci.answer).toBe('yes');
    expect(found.manual_promotion).toMatchObject({
      answer: 'yes',
      why: 'Deploying in deploy of .github/workflows/deploy.yml to staging on a manual run',
    });
    // What is called may test before it deploys.
    expect(found.tests_before_deploy.answer).toBe('unknown');
  });

  test('follow make into the files that a Makefile includes, and to the first target where none is named', async () => {
    const ci = (run: string) => ({
      '.github/workflows/ci.yml': `on: push\njobs: { a: { runs-on: x, steps: [{ run: ${run} }] } }\n`,
      Makefile: 'test:\n\tgo test ./...\nall:\n\ttrue\ninclude docker/docker.mk\n',
      'docker/docker.mk': 'push-image:\n\tdocker push app\n',
    });
    expect((await short(ci('make push-image'))).deploys_from_ci).toBe('yes');
    expect((await short(ci('make'))).tests_in_ci).toBe('yes');
  });

  test('know a workflow of another repository that builds images to push by what it is told to push', async () => {
    const ci = (enabled: string) => ({
      '.github/workflows/vote.yml': `on: { push: { branches: [main] }, pull_request: {} }
jobs:
  build:
    uses: acme/.github/.github/workflows/reusable-docker-build.yaml@main
    with: { ghcr-enable: ${enabled}, context: vote }
`,
    });
    expect(await short(ci('true'))).toMatchObject({ deploys_from_ci: 'yes', deploy_on_merge: 'yes' });
    expect(await short(ci('false'))).toMatchObject({
      deploys_from_ci: 'unknown',
      deploy_on_merge: 'unknown',
    });
    const { facts } = await readPipelines(ci('true'));
    expect(factsOf(facts, 'delivery-path').map((p) => p.data.trigger)).toEqual(['push']);
  });

  test('say that nobody promotes anything to a preview', async () => {
    const found = await short({
      '.github/workflows/preview.yml': `on: workflow_dispatch
jobs: { show: { runs-on: x, environment: preview, steps: [{ run: kubectl apply -f k8s }] } }
`,
    });
    expect(found).toMatchObject({ deploys_from_ci: 'yes', manual_promotion: 'no' });
  });

  test('name the tests rather than what sets up the place for them', async () => {
    const found = await answers({
      '.github/workflows/e2e.yml': `on: { push: { branches: [main] }, workflow_dispatch: {} }
jobs:
  e2e:
    runs-on: x
    steps:
      - run: azd up --no-prompt
      - run: npx playwright test
      - { run: azd down --force --purge, if: always() }
`,
    });
    expect(found.tests_in_ci.why).toBe('`playwright test` runs in .github/workflows/e2e.yml');
    expect(found.deploys_from_ci.answer).toBe('no');
    expect(found.manual_promotion.answer).toBe('no');
  });

  test('take a script named for tests that decides by itself for tests', async () => {
    const ci = (script: string) => ({
      '.github/workflows/ci.yml': `on: push
jobs: { try: { runs-on: x, steps: [{ run: ./run-tests.sh, working-directory: chart/tests }] } }
`,
      'chart/tests/run-tests.sh': script,
    });
    const asserts =
      '#!/bin/bash\ndocker compose up -d\nif [ "$(curl -s localhost)" != ok ]; then exit 1; fi\n';
    expect((await answers(ci(asserts))).tests_in_ci).toMatchObject({
      answer: 'yes',
      evidence: [{ path: '.github/workflows/ci.yml', line: 2 }],
    });
    expect((await answers(ci('#!/bin/bash\ndocker compose up -d\n'))).tests_in_ci.answer).toBe('no');
  });

  test('do not say that nothing deploys on merge where GitOps objects could not be rendered', () => {
    const unrendered = {
      repository: 'here',
      kinds: ['gitops-application' as const],
      reason: 'not-rendered' as const,
      what: 'the Helm chart in apps was not rendered',
      remedy: '',
      path: 'apps/Chart.yaml',
    };
    expect(deliveryAnswers([], [unrendered]).deploy_on_merge).toMatchObject({
      answer: 'unknown',
      why: expect.stringContaining('the Helm chart in apps was not rendered'),
    });
  });

  test('follow what the pipelines do, with the lines that say so', async () => {
    const found = await answers({
      '.github/workflows/ci.yml': `on: { push: { branches: [main] }, workflow_dispatch: {} }
jobs:
  test:
    runs-on: x
    steps: [{ run: pytest }, { run: trivy fs . }]
  deploy:
    needs: test
    runs-on: x
    environment: production
    steps:
      - run: terraform apply -auto-approve
`,
    });
    expect(Object.values(found).map((p) => p.answer)).toEqual([
      'yes',
      'yes',
      'yes',
      'yes',
      'yes',
      'no',
      'yes',
      'yes',
    ]);
    expect(found.tests_in_ci.evidence).toEqual([{ path: '.github/workflows/ci.yml', line: 5 }]);
    expect(found.deploys_from_ci.evidence).toEqual([{ path: '.github/workflows/ci.yml', line: 11 }]);
    expect(found.deploy_on_merge.evidence).toEqual([{ path: '.github/workflows/ci.yml', line: 1 }]);
  });

  test('one path around the tests is enough for no, one that cannot be told for unknown', async () => {
    const tested = {
      '.github/workflows/a.yml':
        'on: { push: { branches: [main] } }\njobs: { a: { runs-on: x, steps: [{ run: pytest }, { run: fly deploy }] } }\n',
    };
    const untested = {
      '.github/workflows/b.yml':
        'on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: fly deploy }] } }\n',
    };
    const unseen = {
      '.github/workflows/c.yml':
        'on: { push: { branches: [main] } }\njobs: { a: { uses: a/b/.github/workflows/release.yml@v1 } }\n',
    };
    expect((await answers(tested)).tests_before_deploy.answer).toBe('yes');
    expect((await answers({ ...tested, ...untested })).tests_before_deploy.answer).toBe('no');
    expect((await answers({ ...tested, ...unseen })).tests_before_deploy.answer).toBe('unknown');
    expect((await answers({ ...tested, ...unseen })).manual_promotion.answer).toBe('no');
    expect((await answers(unseen)).deploy_on_merge.answer).toBe('unknown');
  });

  test('tests that run by hand or by the clock alone are no tests of a change', async () => {
    const { tests_in_ci } = await answers({
      '.github/workflows/n.yml':
        'on: { schedule: [{ cron: "0 0 * * *" }] }\njobs: { a: { runs-on: x, steps: [{ run: pytest }] } }\n',
    });
    expect(tests_in_ci).toMatchObject({
      answer: 'no',
      why: 'Tests run in .github/workflows/n.yml, but not on a change',
    });
  });

  test('a merge to another branch than the default one is not a merge', async () => {
    const on = (branch: string) => ({
      '.github/workflows/d.yml': `on: { push: { branches: [${branch}] } }\njobs: { a: { runs-on: x, steps: [{ run: fly deploy }] } }\n`,
    });
    expect((await answers(on('main'))).deploy_on_merge.answer).toBe('yes');
    expect((await answers(on('cloud'))).deploy_on_merge.answer).toBe('no');
  });

  test('a pull request that deploys to an environment of everybody gets none of its own', async () => {
    const on = (environment: string, run: string) => ({
      '.github/workflows/pr.yml': `on: pull_request\njobs: { a: { runs-on: x${environment}, steps: [{ run: "${run}" }] } }\n`,
    });
    const own = async (environment: string, run: string) =>
      (await answers(on(environment, run))).pull_request_environment.answer;
    expect(await own('', 'sam deploy')).toBe('yes');
    expect(await own(', environment: production', 'sam deploy')).toBe('no');
    expect(await own(', environment: development', 'sam deploy')).toBe('no');
    expect(await own(', environment: development', 'sam deploy --stack-name app-$GITHUB_HEAD_REF')).toBe(
      'unknown',
    );
  });

  test('Terraform Cloud plans what is pushed where its workspaces are tied to a repository', async () => {
    const { facts } = await collectFrom([terraform], {
      'tfc/main.tf':
        'resource "tfe_workspace" "a" {\n  name = "a"\n  vcs_repo {\n    identifier = "acme/infra"\n  }\n}\nmodule "b" {\n  source = "alexbasista/workspacer/tfe"\n  vcs_repo = {\n    identifier = "acme/infra"\n  }\n}\nresource "tfe_workspace" "c" {\n  name = "c"\n}\n',
    });
    expect(deliveryAnswers(facts, []).iac_in_ci).toMatchObject({
      answer: 'yes',
      evidence: [
        { path: 'tfc/main.tf', line: 4 },
        { path: 'tfc/main.tf', line: 9 },
      ],
    });
  });

  test('a controller that syncs by itself deploys on merge too', async () => {
    const application: AnyFact = {
      kind: 'gitops-application',
      repository: 'here',
      name: 'shop',
      data: {
        tool: 'argocd',
        kind: 'Application',
        namespace: '',
        source: '',
        path: '',
        revision: 'HEAD',
        automated: true,
        prune: true,
        selfHeal: true,
        suspended: false,
      },
      evidence: [{ type: 'file', path: 'app.yaml', line: 3 }],
    };
    expect((await answers({}, [application])).deploy_on_merge).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'app.yaml', line: 3 }],
    });
  });

  test('a manual run that only publishes an artifact promotes nothing for certain', async () => {
    const { manual_promotion } = await answers({
      '.github/workflows/p.yml':
        'on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: docker push a/b }] } }\n',
    });
    expect(manual_promotion.answer).toBe('unknown');
  });
});
