import { describe, expect, test } from 'vitest';
import { type FactData, factsOf } from '../../../src/model/facts.js';
import { places } from '../../collect/from-files.js';
import { readPipelines } from './pipelines.js';

type Path = FactData<'delivery-path'>;
const PACKAGE = { 'package.json': '{ "name": "shop", "scripts": { "test": "vitest run" } }' };

async function paths(files: Record<string, string>): Promise<(Path & { at: string[]; name: string })[]> {
  const { facts } = await readPipelines({ ...PACKAGE, ...files });
  return factsOf(facts, 'delivery-path').map((f) => ({ ...f.data, name: f.name, at: places(f.evidence) }));
}
/** One workflow; its paths as `trigger gate`. */
async function gates(workflow: string, more: Record<string, string> = {}): Promise<string[]> {
  const found = await paths({ '.github/workflows/ci.yml': workflow, ...more });
  return found.map((p) => `${p.trigger} ${p.gate}`).sort();
}
const ON_MAIN = 'on: { push: { branches: [main] } }';
/** A job of tests and one that deploys; `deploy` and `tests` are further keys of each. */
function twoJobs(
  options: { on?: string; tests?: string; deploy?: string; run?: string; step?: string } = {},
): string {
  return `${options.on ?? ON_MAIN}
jobs:
  test:
${options.tests ? `    ${options.tests}\n` : ''}    runs-on: ubuntu-latest
    steps:
      - run: ${options.run ?? 'npm test'}
${options.step ? `        ${options.step}\n` : ''}  deploy:
${options.deploy ? `    ${options.deploy}\n` : ''}    runs-on: ubuntu-latest
    steps:
      - run: kubectl apply -f k8s/production
`;
}

describe('jobs that need each other', () => {
  test('a deploy that needs the tests waits for them, and the lines of all are shown', async () => {
    const [path] = await paths({ '.github/workflows/ci.yml': twoJobs({ deploy: 'needs: test' }) });
    expect(path).toMatchObject({
      trigger: 'push',
      job: 'deploy',
      target: 'environment',
      environment: 'production',
      gate: 'tested',
      reason: 'It runs only after `npm test` in job test passed.',
      approval: false,
      automatic: true,
      serialised: false,
      forTests: false,
      name: 'Deploying in deploy of .github/workflows/ci.yml to production on a push to main',
      at: ['.github/workflows/ci.yml:11', '.github/workflows/ci.yml:1', '.github/workflows/ci.yml:6'],
    });
  });

  test('a deploy beside the tests does not', async () => {
    const [path] = await paths({ '.github/workflows/ci.yml': twoJobs() });
    expect(path).toMatchObject({
      gate: 'untested',
      reason: '`npm test` runs in job test, and deploy does not wait for it.',
    });
    expect(path?.at).toEqual([
      '.github/workflows/ci.yml:10',
      '.github/workflows/ci.yml:1',
      '.github/workflows/ci.yml:6',
    ]);
  });

  test('a chain of needs gates too, and a job in between that lost its need does not', async () => {
    const chain = (middle: string) => `${ON_MAIN}
jobs:
  test: { runs-on: x, steps: [{ run: npm test }] }
  build: { ${middle}runs-on: x, steps: [{ run: npm run build }] }
  deploy: { needs: [build], runs-on: x, steps: [{ run: kubectl apply -f k }] }
`;
    expect(await gates(chain('needs: test, '))).toEqual(['push tested']);
    expect(await gates(chain(''))).toEqual(['push untested']);
  });

  test.each([
    ['always()', 'push untested'],
    ['${{ always() }}', 'push untested'],
    ['!cancelled()', 'push untested'],
    ['success() || failure()', 'push untested'],
    ['!failure() && !cancelled()', 'push tested'],
    ['success()', 'push tested'],
    ["github.ref == 'refs/heads/main'", 'push tested'],
    ["always() && needs.test.result == 'success'", 'push tested'],
    ["always() && needs.test.result != 'failure'", 'push tested'],
    ["always() && !contains(needs.*.result, 'failure')", 'push tested'],
    ["always() && contains(needs.*.result, 'success')", 'push tested'],
    ["always() && (needs.test.result == 'success' || needs.test.result == 'failure')", 'push untested'],
  ])('condition %s: %s', async (condition, expected) => {
    expect(await gates(twoJobs({ deploy: `needs: test\n    if: ${JSON.stringify(condition)}` }))).toEqual([
      expected,
    ]);
  });

  test('what runs only after a failure rolls back, and is no path of the change', async () => {
    expect(await gates(twoJobs({ deploy: 'needs: test\n    if: failure()' }))).toEqual([]);
  });

  test('the default condition looks at every job before, not only at the one it needs', async () => {
    const workflow = (last: string) => `${ON_MAIN}
jobs:
  test: { runs-on: x, steps: [{ run: npm test }] }
  report: { needs: test, if: always(), runs-on: x, steps: [{ run: echo }] }
  deploy: { needs: report, ${last}runs-on: x, steps: [{ run: kubectl apply -f k }] }
`;
    expect(await gates(workflow(''))).toEqual(['push tested']);
    expect(await gates(workflow("if: needs.report.result == 'success', "))).toEqual(['push tested']);
    expect(await gates(workflow('if: "!cancelled() && needs.report.result == \'success\'", '))).toEqual([
      'push untested',
    ]);
  });

  test('a job that fails when one of its needs did stands for all of them', async () => {
    const gate = (condition: string, step: string) => `${ON_MAIN}
jobs:
  test: { runs-on: x, steps: [{ run: npm test }] }
  passed: { needs: [test], if: ${condition}, runs-on: x, steps: [${step}] }
  deploy: { needs: passed, if: "!cancelled() && needs.passed.result == 'success'", runs-on: x, steps: [{ run: kubectl apply -f k }] }
`;
    const exits = '{ run: exit 1, if: "contains(needs.*.result, \'failure\')" }';
    expect(await gates(gate('always()', exits))).toEqual(['push tested']);
    const green = "{ uses: re-actors/alls-green@release/v1, with: { jobs: '${{ toJSON(needs) }}' } }";
    expect(await gates(gate('always()', green))).toEqual(['push tested']);
    const shell = '{ run: \'if [ "${{ needs.test.result }}" != "success" ]; then exit 1; fi\' }';
    expect(await gates(gate('always()', shell))).toEqual(['push tested']);
    expect(await gates(gate('always()', '{ run: echo done }'))).toEqual(['push untested']);
  });

  test('an output of a job after the tests may stand for them: unknown', async () => {
    const workflow = `${ON_MAIN}
jobs:
  test: { runs-on: x, steps: [{ run: npm test }] }
  passed: { needs: test, if: always(), runs-on: x, outputs: { ok: x }, steps: [{ run: ./judge }] }
  deploy: { needs: passed, if: "always() && needs.passed.outputs.ok == 'true'", runs-on: x, steps: [{ run: kubectl apply -f k }] }
`;
    const [path] = await paths({ '.github/workflows/ci.yml': workflow });
    expect(path).toMatchObject({
      gate: 'unknown',
      reason:
        'It goes by an output of job passed, which comes after the tests; how that is decided cannot be told.',
    });
  });

  test('skipped tests skip the deploy, unless it accepts that', async () => {
    const tests = "if: github.event_name == 'pull_request'";
    const on = 'on: { push: { branches: [main] }, pull_request: {} }';
    expect(await gates(twoJobs({ on, tests, deploy: 'needs: test' }))).toEqual(['pull-request tested']);
    const accepts = "needs: test\n    if: ${{ !failure() && !cancelled() && github.event_name == 'push' }}";
    const found = await paths({ '.github/workflows/ci.yml': twoJobs({ on, tests, deploy: accepts }) });
    expect(found).toMatchObject([
      {
        trigger: 'push',
        gate: 'untested',
        reason: 'On a push to main the job test with `npm test` is skipped, and the deploy goes ahead.',
      },
    ]);
  });
});

describe('tests whose failure changes nothing', () => {
  test('continue-on-error on the step or the job', async () => {
    expect(await gates(twoJobs({ step: 'continue-on-error: true', deploy: 'needs: test' }))).toEqual([
      'push untested',
    ]);
    const [path] = await paths({
      '.github/workflows/ci.yml': twoJobs({ tests: 'continue-on-error: true', deploy: 'needs: test' }),
    });
    expect(path).toMatchObject({
      gate: 'untested',
      reason: 'continue-on-error on job test lets it go on when `npm test` fails.',
    });
    expect(path?.at.at(-1)).toBe('.github/workflows/ci.yml:3');
  });

  test('continue-on-error for some legs of a matrix leaves the others', async () => {
    expect(
      await gates(twoJobs({ tests: 'continue-on-error: ${{ matrix.experimental }}', deploy: 'needs: test' })),
    ).toEqual(['push tested']);
    expect(
      await gates(twoJobs({ tests: 'continue-on-error: ${{ vars.LENIENT }}', deploy: 'needs: test' })),
    ).toEqual(['push unknown']);
  });

  test.each([
    ['npm test || true', 'push untested'],
    ['npm test | tee log', 'push untested'],
    ['set -o pipefail; npm test | tee log', 'push tested'],
    ['npm test && echo fine', 'push tested'],
    ['npm test || exit 1', 'push tested'],
  ])('%s: %s', async (run, expected) => {
    expect(await gates(twoJobs({ run, deploy: 'needs: test' }))).toEqual([expected]);
  });

  test('a step that asks for the outcome of the lenient test step is gated after all', async () => {
    const workflow = (condition: string) => `${ON_MAIN}
jobs:
  a:
    runs-on: x
    steps:
      - { id: tests, run: npm test, continue-on-error: true }
      - { run: kubectl apply -f k, if: ${condition} }
`;
    expect(await gates(workflow("steps.tests.outcome == 'success'"))).toEqual(['push tested']);
    expect(await gates(workflow("steps.tests.conclusion == 'success'"))).toEqual(['push untested']);
  });
});

describe('steps of one job', () => {
  const job = (steps: string[]) =>
    `${ON_MAIN}\njobs:\n  a:\n    runs-on: x\n    steps:\n${steps.map((s) => `      - ${s}\n`).join('')}`;
  test('run in order', async () => {
    expect(await gates(job(['run: npm test', 'run: kubectl apply -f k']))).toEqual(['push tested']);
    expect(await gates(job(['run: npm test', '{ run: kubectl apply -f k, if: always() }']))).toEqual([
      'push untested',
    ]);
    const [path] = await paths({
      '.github/workflows/ci.yml': job(['run: kubectl apply -f k', 'run: npm test']),
    });
    expect(path).toMatchObject({ gate: 'untested', reason: '`npm test` runs only after it.' });
  });

  test('commands of one step too', async () => {
    expect(await gates(job(['run: npm test && kubectl apply -f k']))).toEqual(['push tested']);
    expect(await gates(job(['run: "npm test\\nkubectl apply -f k"']))).toEqual(['push tested']);
    expect(await gates(job(['{ run: "npm test\\nkubectl apply -f k", shell: "bash {0}" }']))).toEqual([
      'push untested',
    ]);
    expect(await gates(job(['run: "npm test && echo ok\\nkubectl apply -f k"']))).toEqual(['push untested']);
  });

  test('a condition that only the run decides leaves it open, one that a person chooses is a hole', async () => {
    const filtered = [
      "{ id: changes, uses: 'dorny/paths-filter@v3' }",
      '{ run: npm test, if: "steps.changes.outputs.src == \'true\'" }',
      'run: kubectl apply -f k',
    ];
    const [open] = await paths({ '.github/workflows/ci.yml': job(filtered) });
    expect(open).toMatchObject({
      gate: 'unknown',
      reason:
        'The tests gate it only where `steps.changes.outputs.src is true` says so, which is decided while it runs.',
    });
    const manual = `on: { workflow_dispatch: { inputs: { skip_tests: { type: boolean } } } }
jobs: { a: { runs-on: x, steps: [{ run: npm test, if: '!inputs.skip_tests' }, { run: kubectl apply -f k }] } }
`;
    const [hole] = await paths({ '.github/workflows/ci.yml': manual });
    expect(hole).toMatchObject({
      trigger: 'manual',
      gate: 'untested',
      approval: true,
      automatic: false,
      reason: 'Whoever starts it can pass over the tests: they depend on `inputs.skip_tests`.',
    });
  });

  test('the same open question has one answer in the whole run', async () => {
    const both = [
      '{ run: npm test, if: "env.SHIP == \'yes\'" }',
      '{ run: kubectl apply -f k, if: "env.SHIP == \'yes\'" }',
    ];
    expect(await gates(job(both))).toEqual(['push tested']);
  });
});

describe('what starts it', () => {
  const publish = (on: string, condition = '') => `on: ${on}
jobs:
  test: { runs-on: x, steps: [{ run: npm test }] }
  publish: { needs: test, ${condition === '' ? '' : `if: "${condition}", `}runs-on: x, steps: [{ run: npm publish }] }
`;
  test.each([
    ['push', '', ['push tested']],
    ['push', "startsWith(github.ref, 'refs/tags/v')", ['tag tested']],
    ['push', "github.ref_type == 'tag'", ['tag tested']],
    ['push', "github.ref == 'refs/heads/develop'", ['other tested']],
    ["{ push: { tags: ['v*'] } }", '', ['tag tested']],
    ["{ push: { branches: [main], tags: ['v*'] } }", '', ['push tested', 'tag tested']],
    ['{ push: { branches: [develop] } }', '', ['other tested']],
    ["{ push: { branches: ['**', '!main'] } }", '', ['other tested']],
    ['{ push: { branches-ignore: [main] } }', '', ['other tested']],
    [
      '{ push: { branches: [main] }, pull_request: {} }',
      "github.event_name != 'pull_request'",
      ['push tested'],
    ],
    [
      '[push, pull_request]',
      "github.ref == 'refs/heads/main' && github.event_name == 'push'",
      ['push tested'],
    ],
    ['{ release: { types: [published] } }', '', ['release tested']],
    ["{ schedule: [{ cron: '0 0 * * *' }] }", '', ['schedule tested']],
    ['workflow_dispatch', '', ['manual tested']],
    ['workflow_call', '', []],
    ['{ pull_request: { types: [closed] } }', 'github.event.pull_request.merged == true', ['push tested']],
    ['push', "github.repository == 'shop/shop'", ['push tested']],
    ['push', "github.actor != 'dependabot[bot]'", ['push tested']],
    ['push', 'false', []],
  ])('on %s if %s: %j', async (on, condition, expected) => {
    expect(await gates(publish(on, condition))).toEqual(expected);
  });

  test('a manual run passes the same gates', async () => {
    const workflow = twoJobs({
      on: 'on: { push: { branches: [main] }, workflow_dispatch: {} }',
      deploy:
        "needs: test\n    if: always() && (github.event_name == 'workflow_dispatch' || needs.test.result == 'success')",
    });
    expect(await gates(workflow)).toEqual(['manual untested', 'push tested']);
  });

  test('tests on pull requests alone are said to be so', async () => {
    const found = await paths({
      '.github/workflows/pr.yml':
        'on: pull_request\njobs: { t: { runs-on: x, steps: [{ run: npm test }] } }\n',
      '.github/workflows/main.yml': `${ON_MAIN}\njobs: { d: { runs-on: x, steps: [{ run: docker push a/b }] } }\n`,
    });
    expect(found).toMatchObject([
      {
        target: 'artifact',
        gate: 'untested',
        reason:
          'The tests run for pull requests only (.github/workflows/pr.yml); on a push to main nothing waits for tests. Whether branch protection asks for them cannot be seen here.',
      },
    ]);
    expect(found[0]?.at).toContain('.github/workflows/pr.yml:2');
  });

  test('a deploy for a pull request makes a preview', async () => {
    const found = await paths({
      '.github/workflows/pr.yml':
        'on: pull_request\njobs: { d: { runs-on: x, steps: [{ run: npx vercel deploy }] } }\n',
    });
    expect(found).toMatchObject([
      { trigger: 'pull-request', environment: 'preview', target: 'environment', gate: 'untested' },
    ]);
  });
});

describe('the ref of an event', () => {
  test('is that of a push, and none for a pull request', async () => {
    const workflow = twoJobs({
      on: 'on: { push: { branches: [main] }, pull_request: {} }',
      deploy: "needs: test\n    if: github.event.ref == 'refs/heads/main'",
    });
    expect(await gates(workflow)).toEqual(['push tested']);
  });
});

describe('what a job makes and takes away again', () => {
  const job = (...steps: string[]) =>
    `${ON_MAIN}\njobs: { t: { runs-on: x, steps: [${steps.join(', ')}] } }\n`;
  const APPLY = '{ run: "terraform apply -auto-approve" }';

  test('is tried, not deployed', async () => {
    const files = {
      '.github/workflows/ci.yml': job(
        APPLY,
        '{ run: helm upgrade app chart }',
        '{ run: npm test }',
        '{ if: always(), run: terraform destroy -auto-approve }',
      ),
    };
    expect(await paths(files)).toEqual([]);
    const { facts } = await readPipelines(files);
    expect(factsOf(facts, 'pipeline-activity').map((a) => a.data.activity)).toEqual(['plans-iac', 'tests']);
  });

  test('unless something chooses between the two, or it is made anew', async () => {
    for (const other of [
      "{ if: inputs.action == 'destroy', run: terraform destroy -auto-approve }",
      '{ run: "if [ $ACTION = destroy ]; then terraform destroy; fi" }',
    ])
      expect(await gates(job(APPLY, other))).toEqual(['push untested']);
    expect(await gates(job('{ run: terraform destroy -auto-approve }', APPLY))).toEqual(['push untested']);
  });

  test('in a script after the job too, as GitLab has it', async () => {
    expect(
      await paths({
        '.gitlab-ci.yml':
          'tofu:\n  script:\n    - tofu -chdir=infra apply\n    - npm test\n  after_script:\n    - tofu -chdir=infra destroy\n',
      }),
    ).toEqual([]);
  });
});

test('the scripts that an included file of GitLab calls are followed', async () => {
  const { facts, gaps } = await readPipelines({
    '.gitlab-ci.yml': 'include: .gitlab-ci/tests.yml\n',
    '.gitlab-ci/tests.yml': 'cases:\n  script: ./tests/scripts/cases.sh\n',
    'tests/scripts/cases.sh': '#!/bin/sh\npytest tests\n',
  });
  expect(factsOf(facts, 'pipeline-activity').map((a) => a.name)).toEqual([
    './tests/scripts/cases.sh in .gitlab-ci.yml',
  ]);
  expect(gaps).toEqual([]);
});

describe('one workflow after another', () => {
  const ci = (on = '{ push: { branches: [main] }, pull_request: {} }') =>
    `name: CI\non: ${on}\njobs: { t: { runs-on: x, steps: [{ run: npm test }] } }\n`;
  const cd = (condition: string, checkout: string, filter = '') => `name: CD
on:
  workflow_run: { workflows: [CI], types: [completed]${filter} }
jobs:
  d:
    ${condition === '' ? 'name: Deploy' : `if: ${condition}`}
    runs-on: x
    steps:
      ${checkout}- run: kubectl apply -f k
`;
  const HEAD =
    '- { uses: actions/checkout@v4, with: { ref: "${{ github.event.workflow_run.head_sha }}" } }\n      ';
  const SUCCESS = "github.event.workflow_run.conclusion == 'success'";
  const chained = async (text: string, first = ci()) => {
    const found = await paths({ '.github/workflows/ci.yml': first, '.github/workflows/cd.yml': text });
    return found.map((p) => `${p.trigger} ${p.gate}`).sort();
  };

  test('success, the tested commit and a push: tested', async () => {
    expect(await chained(cd(`${SUCCESS} && github.event.workflow_run.event == 'push'`, HEAD))).toEqual([
      'push tested',
    ]);
    expect(await chained(cd(SUCCESS, HEAD, ', branches: [main]'))).toEqual(['push tested']);
    expect(await chained(cd(SUCCESS, HEAD))).toEqual(['pull-request tested', 'push tested']);
  });

  test('any conclusion: untested', async () => {
    expect(await chained(cd('', HEAD, ', branches: [main]'))).toEqual(['push untested']);
    const [path] = await paths({
      '.github/workflows/ci.yml': ci(),
      '.github/workflows/cd.yml': cd('', HEAD, ', branches: [main]'),
    });
    expect(path).toMatchObject({
      reason: 'It starts when CI ends, and does not ask whether that succeeded.',
    });
    expect(
      await chained(cd("github.event.workflow_run.conclusion != 'failure'", HEAD, ', branches: [main]')),
    ).toEqual(['push tested']);
  });

  test('the newest commit instead of the tested one: untested', async () => {
    expect(await chained(cd(SUCCESS, '- uses: actions/checkout@v4\n      ', ', branches: [main]'))).toEqual([
      'push untested',
    ]);
    expect(await chained(cd(SUCCESS, '', ', branches: [main]'))).toEqual(['push tested']);
  });

  test('a workflow that tests nothing is no gate', async () => {
    const lint =
      'name: CI\non: { push: { branches: [main] } }\njobs: { t: { runs-on: x, steps: [{ run: npx eslint . }] } }\n';
    expect(await chained(cd(SUCCESS, HEAD), lint)).toEqual(['push untested']);
  });
});

describe('reusable workflows and composite actions', () => {
  const checks = (on = 'workflow_call') =>
    `on: ${on}\njobs: { t: { runs-on: x, steps: [{ run: npm test }] } }\n`;
  const caller = (uses: string, needs = 'needs: checks, ') => `${ON_MAIN}
jobs:
  checks: { uses: ${uses} }
  deploy: { ${needs}runs-on: x, steps: [{ run: kubectl apply -f k }] }
`;
  test('a call waits for the called jobs', async () => {
    const files = { '.github/workflows/checks.yml': checks() };
    expect(await gates(caller('./.github/workflows/checks.yml'), files)).toEqual(['push tested']);
    expect(await gates(caller('./.github/workflows/checks.yml', ''), files)).toEqual(['push untested']);
    expect(await gates(caller('$/.github/workflows/checks.yml'), files)).toEqual(['push tested']);
  });

  test('a workflow of another repository, or one that is missing, leaves it unknown', async () => {
    const [path] = await paths({
      '.github/workflows/ci.yml': caller('shop/workflows/.github/workflows/ci.yml@v1'),
    });
    expect(path).toMatchObject({
      gate: 'unknown',
      reason:
        'It waits for `shop/workflows/.github/workflows/ci.yml`, which may run the tests: the called workflow is in another repository.',
    });
    expect(await gates(caller('./.github/workflows/gone.yml'))).toEqual(['push unknown']);
    expect(await gates(caller('shop/workflows/.github/workflows/ci.yml@v1', ''))).toEqual(['push untested']);
  });

  test('a workflow of the repository is followed where it is called by its full name', async () => {
    const calls = (repository: string) =>
      gates(
        `${ON_MAIN}\njobs: { d: { uses: ${repository}/.github/workflows/deploy.yml@main, secrets: inherit } }\n`,
        {
          '.github/workflows/deploy.yml':
            'on: workflow_call\njobs: { d: { runs-on: x, steps: [{ run: npm test }, { run: kubectl apply -f k }] } }\n',
        },
      );
    expect(await calls('acme/here')).toEqual(['push tested']);
    expect(await calls('acme/other')).toEqual([]);
  });

  test('a workflow of another repository that is named for a linter leaves nothing open', async () => {
    const { gaps } = await readPipelines({
      '.github/workflows/ci.yml': `${ON_MAIN}\njobs: { ruby: { uses: shop/workflows/.github/workflows/rubocop.yml@v1 } }\n`,
    });
    expect(gaps).toEqual([]);
  });

  test('what cannot be seen is a gap', async () => {
    const { gaps } = await readPipelines({
      '.github/workflows/ci.yml': caller('shop/workflows/.github/workflows/ci.yml@v1'),
    });
    expect(gaps).toMatchObject([
      {
        kinds: ['pipeline-activity', 'delivery-path'],
        reason: 'not-supported',
        path: '.github/workflows/ci.yml',
      },
    ]);
    expect(gaps[0]?.what).toContain(
      '(.github/workflows/ci.yml:3) may test or deploy, and the called workflow is in another repository',
    );
  });

  test('a called deploy is reached by the triggers of its callers, with what they hand in', async () => {
    const files = {
      '.github/workflows/deploy.yml': `on: { workflow_call: { inputs: { environment: { type: string }, push: { type: boolean, default: false } } } }
jobs:
  go:
    runs-on: x
    environment: \${{ inputs.environment }}
    steps:
      - run: helm upgrade shop . -f values-\${{ inputs.environment }}.yaml
      - { uses: docker/build-push-action@v6, with: { push: "\${{ inputs.push }}" } }
`,
      '.github/workflows/main.yml': `on: { push: { branches: [main] }, pull_request: {} }
jobs:
  test: { runs-on: x, steps: [{ run: npm test }] }
  staging: { needs: test, if: github.event_name == 'push', uses: ./.github/workflows/deploy.yml, with: { environment: stg, push: "\${{ github.event_name == 'push' }}" } }
  images: { needs: test, uses: ./.github/workflows/deploy.yml, if: github.event_name == 'pull_request', with: { environment: review } }
`,
      '.github/workflows/production.yml': `on: workflow_dispatch
jobs: { production: { uses: ./.github/workflows/deploy.yml, with: { environment: prod } } }
`,
    };
    const found = await paths(files);
    expect(
      found
        .map(
          (p) =>
            `${p.pipeline.split('/').at(-1)} ${p.job} ${p.target} ${p.environment} ${p.trigger} ${p.gate}`,
        )
        .sort(),
    ).toEqual([
      'main.yml images / go environment review pull-request tested',
      'main.yml staging / go artifact staging push tested',
      'main.yml staging / go environment staging push tested',
      'production.yml production / go environment production manual untested',
    ]);
  });

  test('a composite action of the repository is followed, both for tests and for deploys', async () => {
    const files = {
      '.github/actions/test/action.yml':
        'name: t\nruns:\n  using: composite\n  steps:\n    - { run: npm test, shell: bash }\n',
      'ci/ship/action.yaml':
        'name: s\ninputs: { to: {} }\nruns:\n  using: composite\n  steps:\n    - { run: "helm upgrade a . -f ${{ inputs.to }}.yaml", shell: bash }\n',
    };
    const workflow = `${ON_MAIN}
jobs:
  a:
    runs-on: x
    steps:
      - uses: ./.github/actions/test
      - { uses: ./ci/ship, with: { to: prod } }
`;
    const [path] = await paths({ '.github/workflows/ci.yml': workflow, ...files });
    expect(path).toMatchObject({
      gate: 'tested',
      environment: 'production',
      at: ['ci/ship/action.yaml:6', '.github/workflows/ci.yml:1', '.github/actions/test/action.yml:5'],
    });
  });

  test('a script whose name an input completes is followed', async () => {
    const [path, ...others] = await paths({
      '.github/actions/deploy/action.yml':
        'name: d\ninputs: { to: {} }\nruns:\n  using: composite\n  steps:\n    - run: ./bin/${PLACE}_deploy.sh\n      shell: bash\n      env: { PLACE: "${{ inputs.to }}" }\n',
      'bin/staging_deploy.sh': '#!/bin/sh\nhelm upgrade shop chart --namespace staging\n',
      'bin/production_deploy.sh': '#!/bin/sh\nhelm upgrade shop chart --namespace production\n',
      '.github/workflows/ci.yml': `${ON_MAIN}
jobs:
  ship:
    runs-on: x
    environment: staging
    steps:
      - { uses: ./.github/actions/deploy, with: { to: staging } }
`,
    });
    expect(others).toEqual([]);
    expect(path).toMatchObject({ environment: 'staging', gate: 'untested' });
    expect(path?.at[0]).toBe('.github/actions/deploy/action.yml:6');
  });

  test('workflows that call each other end', async () => {
    const found = await paths({
      '.github/workflows/a.yml':
        'on: [push, workflow_call]\njobs: { a: { uses: ./.github/workflows/b.yml } }\n',
      '.github/workflows/b.yml': 'on: workflow_call\njobs: { b: { uses: ./.github/workflows/a.yml } }\n',
    });
    expect(found).toEqual([]);
  });
});

describe('environments, matrices, locks', () => {
  test('a matrix over environments is a path each', async () => {
    const found = await paths({
      '.github/workflows/ci.yml': `${ON_MAIN}
jobs:
  deploy:
    strategy: { matrix: { env: [dev, production] } }
    environment: \${{ matrix.env }}
    concurrency: deploy-\${{ matrix.env }}
    runs-on: x
    steps: [{ run: ./node_modules/.bin/sls deploy }]
`,
    });
    expect(found.map((p) => `${p.environment} ${p.serialised}`)).toEqual([
      'development true',
      'production true',
    ]);
  });

  test('a group that is new for each commit locks nothing', async () => {
    const workflow = (group: string) =>
      `${ON_MAIN}\nconcurrency: ${group}\njobs: { d: { runs-on: x, steps: [{ run: fly deploy }] } }\n`;
    const [a] = await paths({ '.github/workflows/ci.yml': workflow('production') });
    const [b] = await paths({ '.github/workflows/ci.yml': workflow('p-${{ github.sha }}') });
    expect([a?.serialised, b?.serialised]).toEqual([true, false]);
  });

  test('what end-to-end tests set up is there to be tested, and what is published beside them is not', async () => {
    const job = (id: string, run: string) =>
      `${ON_MAIN}\njobs: { ${id}: { runs-on: x, steps: [{ run: ${run} }] } }\n`;
    const of = async (id: string, run: string) =>
      (await paths({ '.github/workflows/ci.yml': job(id, run) })).map((p) => p.forTests);
    expect(await of('e2e', 'kubectl apply -f k8s/')).toEqual([true]);
    expect(await of('smoke-tests', 'kubectl apply -f k8s/')).toEqual([true]);
    expect(await of('kindly', 'kubectl apply -f k8s/')).toEqual([false]);
    expect(await of('e2e', 'docker push ghcr.io/shop/api')).toEqual([false]);
    expect(await of('load-tests', 'docker push ghcr.io/shop/api')).toEqual([true]);
  });

  test('the environment comes from the job, the command, variables, or the names of job and workflow', async () => {
    const of = async (job: string, head = '') =>
      (await paths({ '.github/workflows/x.yml': `${ON_MAIN}\n${head}\njobs:\n${job}` }))[0]?.environment;
    expect(await of('  a: { environment: Live, runs-on: x, steps: [{ run: fly deploy }] }')).toBe(
      'production',
    );
    expect(
      await of(
        '  a: { runs-on: x, steps: [{ run: "cd env/${{ env.E }} && terragrunt apply" }] }',
        'env: { E: staging }',
      ),
    ).toBe('staging');
    expect(await of('  deploy-prod: { runs-on: x, steps: [{ run: fly deploy }] }')).toBe('production');
    expect(await of('  a: { runs-on: x, steps: [{ run: fly deploy }] }', 'name: Deploy to staging')).toBe(
      'staging',
    );
    expect(await of('  a: { runs-on: x, steps: [{ run: fly deploy }] }')).toBe('');
  });

  test('a deploy of another ref than the tested one is untested', async () => {
    const workflow = (deployed: string) => `on: { workflow_dispatch: { inputs: { ref: {} } } }
jobs:
  test: { runs-on: x, steps: [{ uses: actions/checkout@v4 }, { run: npm test }] }
  deploy: { needs: test, runs-on: x, steps: [{ uses: actions/checkout@v4${deployed} }, { run: fly deploy }] }
`;
    expect(await gates(workflow(', with: { ref: "${{ inputs.ref }}" }'))).toEqual(['manual untested']);
    expect(await gates(workflow(', with: { ref: "${{ github.sha }}" }'))).toEqual(['manual tested']);
    expect(await gates(workflow(''))).toEqual(['manual tested']);
  });

  test('images test themselves while they are built', async () => {
    const workflow = `${ON_MAIN}
jobs:
  image:
    runs-on: x
    steps:
      - { uses: docker/build-push-action@v6, with: { push: true, context: "." } }
`;
    expect(await gates(workflow, { Dockerfile: 'FROM node:22\nCOPY . .\nRUN npm ci && npm test\n' })).toEqual(
      ['push tested'],
    );
    expect(
      await gates(workflow, { Dockerfile: 'FROM node:22 AS test\nRUN npm test\nFROM node:22\nCOPY . .\n' }),
    ).toEqual(['push untested']);
  });

  test('what runs is a fact of its own, with what starts it and whether it blocks', async () => {
    const { facts } = await readPipelines({
      ...PACKAGE,
      '.github/workflows/ci.yml': twoJobs({
        on: 'on: [push, pull_request]',
        step: 'continue-on-error: true',
      }),
    });
    const found = factsOf(facts, 'pipeline-activity').map(
      (f) =>
        `${f.data.activity} ${f.data.command} ${f.data.job} ${f.data.triggers.join()} ${f.data.blocks} ${places(f.evidence)}`,
    );
    expect(found).toEqual([
      'tests npm test test other,pull-request,push,tag false .github/workflows/ci.yml:6',
      'deploys kubectl apply -f k8s/production deploy other,pull-request,push,tag true .github/workflows/ci.yml:11',
    ]);
  });
});

describe('pipelines made to go on without end', () => {
  const many = (n: number, line: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => line(i)).join('');
  test('calls that multiply end', async () => {
    const calls = (to: string) =>
      `on: [push, workflow_call]\njobs:\n${many(20, (i) => `  j${i}: { uses: ./.github/workflows/${to}.yml }\n`)}`;
    await paths({
      '.github/workflows/a.yml': calls('b'),
      '.github/workflows/b.yml': calls('c'),
      '.github/workflows/c.yml': calls('a'),
    });
  });

  test('scripts that multiply end', async () => {
    const script = (to: string) => `#!/bin/sh\n${many(60, () => `./${to}.sh\n`)}`;
    const found = await paths({
      '.github/workflows/a.yml': `${ON_MAIN}\njobs: { d: { runs-on: x, steps: [{ run: ./a.sh }, { run: fly deploy }] } }\n`,
      'a.sh': script('b'),
      'b.sh': script('c'),
      'c.sh': script('a'),
    });
    expect(found).toMatchObject([{ gate: 'untested' }]);
  });

  test('aliases that multiply steps make the file unreadable', async () => {
    const { gaps } = await readPipelines({
      '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    steps: &s\n${many(400, () => '      - run: ls\n')}${many(400, (i) => `  b${i}: { steps: *s }\n`)}`,
    });
    expect(gaps[0]?.what).toContain('it has 160400 steps');
  });

  test('conditions of many open questions are tried in a bounded number of ways', async () => {
    const conditions = many(60, (i) => `      - { run: npm test, if: "vars.A${i} == '1'" }\n`);
    const found = await paths({
      '.github/workflows/a.yml': `${ON_MAIN}\njobs:\n  d:\n    runs-on: x\n    steps:\n${conditions}      - run: fly deploy\n`,
    });
    expect(found).toHaveLength(1);
  });
});
