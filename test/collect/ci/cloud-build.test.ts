import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloudBuild } from '../../../src/collect/ci/cloud-build.js';
import { parseCloudBuild } from '../../../src/parse/ci/cloud-build.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';

describe('Cloud Build', () => {
  test('a namespace named by the number of the request is an environment of its own', async () => {
    const { paths, answers } = await readCi(cloudBuild, {
      'cloudbuild-pr.yaml':
        'steps:\n  - name: gcr.io/k8s-skaffold/skaffold\n    script: skaffold deploy --namespace=$NAMESPACE --profile=development\noptions:\n  env: ["NAMESPACE=pr$_PR_NUMBER"]\n',
    });
    expect(paths.map((p) => [p.trigger, p.environment])).toEqual([['pull-request', 'preview']]);
    expect(answers.pull_request_environment).toBe('yes');
  });

  test('a build is started as the trigger says that Terraform declares for its file', async () => {
    const build = 'steps:\n  - name: gcr.io/cloud-builders/kubectl\n    args: [apply, -f, k8s]\n';
    const trigger = (file: string, event: string) =>
      `resource "google_cloudbuild_trigger" "t" {\n  name = "t"\n  github {\n    ${event}\n  }\n  filename = "${file}"\n}\n`;
    const { pipelines, answers } = await readCi(cloudBuild, {
      'src/api/cloudbuild.yaml': build,
      'ci/cloudbuild-pr.yaml': build,
      'other/cloudbuild.yaml': build,
      'infra/ci.tf':
        trigger('src/${var.team}/cloudbuild.yaml', 'push {\n      branch = "^${var.branch}$"\n    }') +
        trigger('ci/cloudbuild-pr.yaml', 'pull_request {\n      branch = ".*"\n    }'),
    });
    expect(pipelines.map((p) => [p.path, p.triggers.map((t) => t.event)])).toEqual([
      ['ci/cloudbuild-pr.yaml', ['pull_request']],
      ['other/cloudbuild.yaml', ['external']],
      ['src/api/cloudbuild.yaml', ['push']],
    ]);
    expect(answers.deploy_on_merge).toBe('yes');
  });

  test('steps run in turn in one job, and images are pushed when all have passed', async () => {
    const { pipelines, paths, answers } = await readCi(cloudBuild, {
      'cloudbuild.yaml': `steps:
  - name: node:22
    entrypoint: npx
    args: [jest]
  - name: gcr.io/cloud-builders/docker
    args: ['build', '-t', 'gcr.io/$PROJECT_ID/\${_NAME}', '.']
  - name: gcr.io/google.com/cloudsdktool/cloud-sdk
    entrypoint: bash
    args:
      - -c
      - |
        gcloud run deploy app --image x
images:
  - gcr.io/$PROJECT_ID/\${_NAME}
substitutions:
  _NAME: app
`,
    });
    const [pipeline] = pipelines;
    expect(pipeline?.triggers).toMatchObject([{ event: 'external', line: 1 }]);
    expect(pipeline?.jobs.map((j) => [j.id, j.needs, j.line])).toEqual([
      ['build', [], 1],
      ['images', ['build'], 13],
    ]);
    expect(pipeline?.jobs.flatMap((j) => j.steps.map((s) => [s.run, s.shell, s.line, s.runLine]))).toEqual([
      ['npx jest', '', 2, 4],
      ['docker build -t gcr.io/$PROJECT_ID/app .', '', 5, 6],
      ['gcloud run deploy app --image x\n', 'bash -c {0}', 7, 12],
      ['docker push gcr.io/$PROJECT_ID/app', '', 14, 14],
    ]);
    expect(paths.map((p) => [p.job, p.trigger, p.gate])).toEqual([
      ['build', 'other', 'tested'],
      ['images', 'other', 'tested'],
    ]);
    expect(answers).toMatchObject({
      tests_in_ci: 'yes',
      tests_before_deploy: 'yes',
      deploy_on_merge: 'unknown',
    });
  });

  test('waitFor lets steps run beside the tests', async () => {
    for (const [waits, answer] of [
      ["['-']", 'no'],
      ['[tests]', 'yes'],
    ]) {
      const { answers } = await readCi(cloudBuild, {
        'cloudbuild.yaml': `steps:\n  - { id: tests, name: ruby, entrypoint: rspec }\n  - { name: gcr.io/cloud-builders/kubectl, args: [apply, -f, k8s], waitFor: ${waits} }\n`,
      });
      expect([waits, answers.tests_before_deploy]).toEqual([waits, answer]);
    }
  });

  test('skaffold runs the tests that its file names', async () => {
    const { answers } = await readCi(cloudBuild, {
      'src/cloudbuild.yaml':
        'steps:\n  - { name: k8s-skaffold/skaffold, args: [skaffold, test] }\n  - { name: k8s-skaffold/skaffold, args: [skaffold, run] }\n',
    });
    expect(answers).toMatchObject({ tests_in_ci: 'yes', tests_before_deploy: 'yes' });
  });

  test('a build that asks for the number of a pull request is started by one', async () => {
    const { answers } = await readCi(cloudBuild, {
      'ci/cloudbuild-pr.yaml':
        'steps:\n  - name: gcr.io/cloud-builders/gcloud\n    script: |\n      gcloud run deploy pr-$_PR_NUMBER\n',
    });
    expect(answers).toMatchObject({ deploy_on_merge: 'no' });
  });

  test('other YAML is no build, and no text makes the parser throw', async () => {
    const { pipelines } = await readCi(cloudBuild, {
      'cloudbuild/values.yaml': 'steps: [1]\n',
      'cloudbuild/a.yaml': 'a: 1\n',
    });
    expect(pipelines).toEqual([]);
    fc.assert(fc.property(fc.string(), (text) => parseCloudBuild(`steps:\n- name: ${text}`).errorLine >= 0));
  });
});
