import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tekton } from '../../../src/collect/ci/tekton.js';
import { factsOf } from '../../../src/model/facts.js';
import { parseTekton } from '../../../src/parse/ci/tekton.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';
import { places } from '../from-files.js';

const head = (kind: string, name: string) =>
  `apiVersion: tekton.dev/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
const RUN = `apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: app-
  annotations:
    pipelinesascode.tekton.dev/on-event: "[push, pull_request]"
    pipelinesascode.tekton.dev/on-target-branch: "[main]"
spec:
  params:
    - name: revision
      value: {{ revision }}
    - { name: where, value: production }
  pipelineSpec:
    tasks:
      - name: fetch
        taskRef: { name: git-clone }
      - name: unit
        runAfter: [fetch]
        taskSpec:
          steps:
            - image: ruby:3
              script: |
                bundle install
                rspec
      - name: image
        runAfter: [unit]
        taskRef:
          resolver: hub
          params:
            - { name: name, value: buildah }
      - name: rollout
        params: [{ name: image, value: $(tasks.image.results.IMAGE_URL) }]
        taskSpec:
          params: [{ name: image }]
          steps:
            - image: kubectl
              command: [sh, -c]
              args:
                - kubectl --context $(params.where) set image deployment/a a=$(params.image)
    finally:
      - name: tell
        when:
          - { input: $(tasks.status), operator: in, values: [Failed] }
        taskRef: { name: send-to-webhook-slack }
`;

describe('Tekton', () => {
  test('a run has a job for each task, which waits for those whose results it uses', async () => {
    const { facts, pipelines, paths, answers } = await readCi(tekton, { '.tekton/push.yaml': RUN });
    const [pipeline] = pipelines;
    expect(pipeline?.title).toBe('app');
    expect(pipeline?.triggers).toMatchObject([
      { event: 'push', branches: ['main'], line: 6 },
      { event: 'pull_request', branches: ['main'], line: 6 },
    ]);
    expect(pipeline?.jobs.map((j) => [j.id, j.needs, j.condition, j.line])).toEqual([
      ['fetch', [], '', 15],
      ['unit', ['fetch'], '!failure()', 17],
      ['image', ['unit'], '!failure()', 25],
      ['rollout', ['image'], '!failure()', 31],
      ['tell', ['fetch', 'unit', 'image', 'rollout'], 'failure()', 41],
    ]);
    expect(pipeline?.jobs.flatMap((j) => j.steps.map((s) => [s.uses || s.run, s.line, s.runLine]))).toEqual([
      ['tekton:git-clone', 16, 16],
      ['bundle install\nrspec', 22, 23],
      ['tekton:buildah', 27, 27],
      ['kubectl --context production set image deployment/a a=$tasks_image_results_IMAGE_URL', 38, 39],
      ['tekton:send-to-webhook-slack', 44, 44],
    ]);
    expect(paths.filter((p) => p.trigger === 'push')).toMatchObject([
      { job: 'image', target: 'artifact', gate: 'tested' },
      { job: 'rollout', target: 'environment', environment: 'production', gate: 'tested' },
    ]);
    expect(answers).toMatchObject({ tests_before_deploy: 'yes', deploy_on_merge: 'yes' });
    expect(places(factsOf(facts, 'tool-use')[0]?.evidence ?? [])).toEqual(['.tekton/push.yaml:2']);
  });

  test('pipelines and tasks of the same repository are followed to where they stand', async () => {
    const { pipelines, paths, answers } = await readCi(tekton, {
      'ci/pipeline.yaml': `${head('Pipeline', 'build')}spec:\n  tasks:\n    - { name: t, taskRef: { name: unit }, onError: continue }\n    - { name: d, runAfter: [t], taskRef: { name: helm-upgrade-from-source } }\n`,
      'ci/run.yaml': `${head('PipelineRun', 'go')}spec: { pipelineRef: { name: build } }\n`,
      'ci/task.yaml': `${head('Task', 'unit')}spec:\n  steps:\n    - name: s\n      script: rspec\n`,
    });
    expect(pipelines.map((p) => [p.path, p.triggers.map((t) => t.event)])).toEqual([
      ['ci/run.yaml', ['external']],
    ]);
    expect(pipelines[0]?.jobs[0]).toMatchObject({ path: 'ci/pipeline.yaml', line: 7, continueOnError: true });
    expect(pipelines[0]?.jobs[0]?.steps).toMatchObject([{ path: 'ci/task.yaml', line: 8, runLine: 8 }]);
    expect(paths).toMatchObject([{ job: 'd', gate: 'untested' }]);
    expect(answers).toMatchObject({ tests_in_ci: 'yes', deploy_on_merge: 'unknown' });
  });

  test('a listener tells what starts a template', async () => {
    const { pipelines } = await readCi(tekton, {
      'listener.yaml': `apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: { name: l }
spec:
  triggers:
    - interceptors:
        - ref: { name: github }
          params: [{ name: eventTypes, value: [push] }]
        - ref: { name: cel }
          params: [{ name: filter, value: "body.ref == 'refs/heads/main'" }]
      template: { ref: t }
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: { name: t }
spec:
  resourcetemplates:
    - apiVersion: tekton.dev/v1
      kind: PipelineRun
      spec: { pipelineRef: { name: elsewhere } }
`,
    });
    expect(pipelines).toMatchObject([
      {
        triggers: [{ event: 'push', branches: ['main'], line: 11 }],
        jobs: [{ id: 'elsewhere', steps: [{ uses: 'tekton:elsewhere', line: 20 }] }],
      },
    ]);
  });

  test('other objects and examples are no pipelines', async () => {
    const { facts } = await readCi(tekton, {
      'examples/run.yaml': RUN,
      'task.yaml': `${head('Task', 'alone')}spec: { steps: [{ script: rspec }] }\n`,
      'deploy.yaml': 'apiVersion: apps/v1\nkind: Deployment\n',
    });
    expect([...factsOf(facts, 'pipeline'), ...factsOf(facts, 'tool-use')]).toEqual([]);
  });

  test('no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        Array.isArray(parseTekton(`${head('Pipeline', 'a')}spec: ${text}`).objects),
      ),
    );
  });
});
