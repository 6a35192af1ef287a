import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bareExpression,
  parseCompositeAction,
  parseWorkflow,
  type Workflow,
} from '../../../src/parse/ci/workflow.js';

function workflow(text: string): Workflow {
  const { value, error } = parseWorkflow(text);
  if (!value) throw new Error(error);
  return value;
}

describe('a workflow', () => {
  test('is started by one event, by a list of them, or by events with filters', () => {
    const events = (on: string) => workflow(`${on}\njobs: {}\n`).triggers.map((t) => `${t.event}:${t.line}`);
    expect(events('on: push')).toEqual(['push:1']);
    expect(events('on: [push, pull_request]')).toEqual(['push:1', 'pull_request:1']);
    expect(events('on:\n  - push\n  - workflow_dispatch')).toEqual(['push:2', 'workflow_dispatch:3']);
    expect(events('"on":\n  push:\n    branches: [main]\n  pull_request:')).toEqual([
      'push:2',
      'pull_request:4',
    ]);
  });

  test('filters may be single values or lists', () => {
    const [push, run] = workflow(`on:
  push:
    branches: main
    tags: ['v*', '!v0*']
    paths-ignore: [docs/**]
  workflow_run:
    workflows: CI
    types: [completed]
jobs: {}
`).triggers;
    expect(push).toMatchObject({ branches: ['main'], tags: ['v*', '!v0*'], pathsIgnore: ['docs/**'] });
    expect(run).toMatchObject({ workflows: ['CI'], types: ['completed'] });
  });

  test('jobs bear what decides on them, and their lines', () => {
    const [test_, deploy] = workflow(`name: CI
on: push
env: { A: one, B: two }
concurrency:
  group: ci-\${{ github.ref }}
jobs:
  test:
    name: Unit tests
    runs-on: ubuntu-latest
    continue-on-error: \${{ matrix.experimental }}
    strategy:
      matrix:
        node: [20, 22]
        include:
          - node: 24
            experimental: true
    steps:
      - run: npm test
  deploy:
    needs: test
    if: \${{ github.ref == 'refs/heads/main' }}
    environment: { name: production, url: https://example.com }
    concurrency: production
    continue-on-error: true
    env: { B: own }
    timeout-minutes: 10
    uses: ./.github/workflows/deploy.yml
    with: { version: 1.2, push: true }
`).jobs;
    expect(test_).toMatchObject({
      id: 'test',
      title: 'Unit tests',
      line: 7,
      needs: [],
      continueOnError: false,
      continueOnErrorWhen: 'matrix.experimental',
      matrix: [
        { name: 'node', values: ['20', '22', '24'] },
        { name: 'experimental', values: ['true'] },
      ],
    });
    expect(deploy).toMatchObject({
      line: 19,
      needs: ['test'],
      condition: "github.ref == 'refs/heads/main'",
      environment: 'production',
      concurrency: 'production',
      continueOnError: true,
      timeoutMinutes: 10,
      uses: './.github/workflows/deploy.yml',
      with: [
        { name: 'version', value: '1.2' },
        { name: 'push', value: 'true' },
      ],
      variables: [
        { name: 'A', value: 'one' },
        { name: 'B', value: 'own' },
      ],
    });
  });

  test('steps know the line of their key and that of their first command', () => {
    const steps = workflow(`on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { ref: main }
      - name: Tests
        id: tests
        if: always()
        env: { CI: "1" }
        run: |
          npm ci
          npm test
      - run: npm run build
      - name: Folded
        run: >-
          npm run
          lint
`).jobs[0]?.steps;
    expect(steps?.map((s) => [s.line, s.runLine])).toEqual([
      [6, 6],
      [12, 13],
      [15, 15],
      [17, 18],
    ]);
    expect(steps?.[1]).toMatchObject({
      id: 'tests',
      condition: 'always()',
      run: 'npm ci\nnpm test\n',
      variables: [{ name: 'CI', value: '1' }],
    });
    expect(steps?.[0]?.with).toEqual([{ name: 'ref', value: 'main' }]);
  });

  test('defaults of the workflow and the job give shell and folder; Windows brings its own shell', () => {
    const [a, b] = workflow(`on: push
defaults: { run: { shell: bash, working-directory: app } }
jobs:
  a:
    defaults: { run: { working-directory: web } }
    steps: [{ run: one }, { run: two, shell: sh, working-directory: x }, { uses: a/b@v1 }]
  b:
    runs-on: [self-hosted, linux]
    steps: [{ run: three }]
`).jobs;
    expect(a?.steps.map((s) => `${s.shell} ${s.workingDirectory}`)).toEqual(['bash web', 'sh x', ' ']);
    expect(b?.steps.map((s) => `${s.shell} ${s.workingDirectory}`)).toEqual(['bash app']);
    const windows = workflow('on: push\njobs: { a: { runs-on: windows-latest, steps: [{ run: one }] } }\n');
    expect(windows.jobs[0]?.steps[0]?.shell).toBe('pwsh');
  });

  test('anchors and aliases stand for what they name', () => {
    const { jobs } = workflow(`on: push
jobs:
  a:
    steps: &steps
      - run: npm test
  b:
    steps: *steps
`);
    expect(jobs.map((j) => j.steps[0]?.run)).toEqual(['npm test', 'npm test']);
  });

  test('what is no workflow says why', () => {
    expect(parseWorkflow('on: push\njobs:\n  a: [unclosed\n')).toMatchObject({
      value: undefined,
      errorLine: 4,
    });
    expect(parseWorkflow('on: push\n').error).toBe('it has no `jobs`');
    expect(parseWorkflow('# nothing\n')).toEqual({ value: undefined, error: '', errorLine: 0 });
  });

  test('strange shapes are read as absent, never as an error', () => {
    expect(
      workflow(
        'on: { push: 3 }\njobs:\n  a: text\n  b: { needs: { x: 1 }, steps: [1, null, { run: [x] }] }\n',
      ).jobs,
    ).toMatchObject([{ id: 'b', needs: [], steps: [{ run: '' }] }]);
    fc.assert(
      fc.property(fc.object({ maxDepth: 4 }), (value) => {
        parseWorkflow(
          JSON.stringify({
            on: value,
            jobs: { a: value, b: { steps: [value], strategy: { matrix: value } } },
          }),
        );
      }),
    );
  });
});

describe('an action', () => {
  test('that is composite has steps and inputs', () => {
    const { value } = parseCompositeAction(`name: Release
inputs:
  tag: { default: latest }
runs:
  using: composite
  steps:
    - run: docker push app
      shell: bash
`);
    expect(value?.inputs).toEqual([{ name: 'tag', default: 'latest', type: '' }]);
    expect(value?.jobs[0]?.steps).toMatchObject([{ run: 'docker push app', shell: 'bash', line: 7 }]);
  });

  test('in a container runs the program that it names, with what it is given', () => {
    const action = (runs: string) => parseCompositeAction(`name: A\nruns:\n  using: docker\n${runs}`).value;
    expect(
      action('  entrypoint: /bin/sh\n  args: [-c, "promtool ${{ inputs.args }}"]\n')?.jobs[0]?.steps,
    ).toMatchObject([{ run: 'promtool ${{ inputs.args }}', line: 4 }]);
    expect(action('  entrypoint: kubeconform\n  args: [-strict, a file]\n')?.jobs[0]?.steps).toMatchObject([
      { run: "kubeconform -strict 'a file'" },
    ]);
    expect(action('  image: Dockerfile\n')).toBeUndefined();
  });

  test('that runs JavaScript has none', () => {
    expect(parseCompositeAction('name: A\nruns: { using: node20, main: index.js }\n').value).toBeUndefined();
  });
});

test('the braces of an expression are taken off a condition that is wholly one', () => {
  expect(bareExpression('${{ a == b }}')).toBe('a == b');
  expect(bareExpression('${{ a }} == ${{ b }}')).toBe('${{ a }} == ${{ b }}');
  expect(bareExpression('  a &&\n  b ')).toBe('a && b');
});
