import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argoWorkflows } from '../../../src/collect/ci/argo-workflows.js';
import { parseArgo } from '../../../src/parse/ci/argo-workflows.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';

const WORKFLOW = `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: { name: release }
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - { name: test, template: test }
        - - { name: approve, template: approve }
        - - name: ship
            template: ship
            when: "{{workflow.parameters.ship}} == true"
    - name: test
      script:
        image: ruby
        command: [sh, -e]
        source: |
          rspec
    - name: approve
      suspend: {}
    - name: ship
      container:
        image: kubectl
        command: [kubectl]
        args: [--context, production, apply, -f, k8s]
`;

describe('Argo Workflows', () => {
  test('groups of steps follow each other, and a suspended one waits for a person', async () => {
    const { pipelines, paths, answers } = await readCi(argoWorkflows, { 'ci/release.yaml': WORKFLOW });
    const [pipeline] = pipelines;
    expect(pipeline).toMatchObject({
      system: 'argo-workflows',
      title: 'release',
      triggers: [{ event: 'external', line: 2 }],
    });
    expect(pipeline?.jobs.map((j) => [j.id, j.needs, j.approval, j.line])).toEqual([
      ['test', [], false, 14],
      ['approve', ['test'], true, 20],
      ['ship', ['approve'], false, 22],
    ]);
    expect(pipeline?.jobs.flatMap((j) => j.steps.map((s) => [s.run, s.line, s.runLine]))).toEqual([
      ['rspec', 18, 19],
      ['kubectl --context production apply -f k8s', 26, 26],
    ]);
    expect(paths).toMatchObject([{ job: 'ship', environment: 'production', gate: 'tested', approval: true }]);
    expect(answers).toMatchObject({ manual_promotion: 'yes', deploy_on_merge: 'no' });
  });

  test('tasks of a graph wait for those that they depend on', async () => {
    const { pipelines, answers } = await readCi(argoWorkflows, {
      'wf.yaml': WORKFLOW.replace(
        / {6}steps:[\s\S]*?(?= {4}- name: test\n)/,
        '      dag:\n        tasks:\n          - { name: s, template: ship, depends: "t.Succeeded" }\n          - { name: t, template: test }\n',
      ),
    });
    expect(pipelines[0]?.jobs.map((j) => [j.id, j.needs])).toEqual([
      ['t', []],
      ['s', ['t']],
    ]);
    expect(answers.tests_before_deploy).toBe('yes');
  });

  test('a chart that writes the brackets as text is read too; a schedule starts a CronWorkflow', async () => {
    const { pipelines } = await readCi(argoWorkflows, {
      'charts/a/templates/w.yaml': WORKFLOW.replace(
        '"{{workflow.parameters.ship}} == true"',
        `'{{"{{workflow.parameters.ship}}"}} == {{ .Values.ship }}'`,
      ),
      'cron.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: { name: n }\nspec: { schedule: "* * * * *", workflowSpec: { workflowTemplateRef: { name: release } } }\n',
    });
    expect(pipelines.map((p) => [p.path, p.triggers[0]?.event, p.jobs.map((j) => j.id)])).toEqual([
      ['charts/a/templates/w.yaml', 'external', ['test', 'approve', 'ship']],
      ['cron.yaml', 'schedule', ['test', 'approve', 'ship']],
    ]);
    expect(pipelines[0]?.jobs[2]?.condition).toBe(
      "!failure() && argo('{{workflow.parameters.ship}} == Values.ship')",
    );
  });

  test('no text makes the parser throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        Array.isArray(parseArgo(`kind: Workflow\napiVersion: argoproj.io/v1\nspec: ${text}`)),
      ),
    );
  });
});
