import { describe, expect, it } from 'vitest';
import { environmentFiles } from '../../src/collect/environments/environments.js';
import { terraform } from '../../src/collect/infrastructure/terraform/terraform.js';
import { deployTargets } from '../../src/derive/delivery/deploy-targets.js';
import { environments } from '../../src/derive/environments.js';
import { type AnyFact, type FactData, factsOf } from '../../src/model/facts.js';
import { collectFrom, places } from '../collect/from-files.js';
import { readPipelines } from './delivery/pipelines.js';

async function named(files: Readonly<Record<string, string>>, more: readonly AnyFact[] = []) {
  const { facts } = await collectFrom([environmentFiles, terraform], files);
  const derived = environments.derive([...facts, ...more], [], 'here');
  return factsOf(derived.facts, 'environment');
}
async function names(paths: readonly string[]): Promise<string[]> {
  return (await named(Object.fromEntries(paths.map((p) => [p, 'a: 1\n'])))).map((e) => e.data.name);
}

function pipeline(...wanted: string[]): AnyFact {
  type Job = FactData<'pipeline'>['jobs'][number];
  const job: Omit<Job, 'environment' | 'line' | 'id'> = {
    title: '',
    needs: [],
    condition: '',
    approval: false,
    approvalWhen: '',
    continueOnError: false,
    continueOnErrorWhen: '',
    uses: '',
    with: [],
    variables: [],
    matrix: [],
    concurrency: '',
    timeoutMinutes: 0,
    steps: [],
    path: '',
  };
  return {
    kind: 'pipeline',
    repository: 'here',
    name: 'deploy',
    evidence: [],
    data: {
      system: 'github-actions',
      title: 'deploy',
      path: '.github/workflows/deploy.yml',
      triggers: [],
      reusable: false,
      composite: false,
      inputs: [],
      concurrency: '',
      jobs: wanted.map((environment, i) => ({ ...job, id: `j${i}`, environment, line: 10 + i })),
    },
  };
}

describe('environments', () => {
  it.each([
    [
      ['kustomize/overlays/prod/kustomization.yaml', 'kustomize/overlays/dev/kustomization.yaml'],
      ['development', 'production'],
    ],
    [
      ['clusters/production/apps.yaml', 'apps/staging/kustomization.yaml'],
      ['production', 'staging'],
    ],
    [
      ['charts/x/values-production.yaml', 'charts/x/values.yaml', 'charts/x/values-stateful.yaml'],
      ['production'],
    ],
    [
      [
        'a/values-production.yaml',
        'a/values-staging.yaml',
        'a/values-integration.yaml',
        'b/values-test.yaml',
        'environments/test.yaml',
      ],
      ['integration', 'production', 'staging', 'test'],
    ],
    [
      ['env/sandbox/eks/terragrunt.hcl', 'environments/qa/main.tf'],
      ['qa', 'sandbox'],
    ],
    [
      ['Pulumi.stg.yaml', 'Pulumi.yaml', 'docker-compose.prod.yml'],
      ['production', 'staging'],
    ],
    [
      ['.env.production', '.env.example', '.env.local', 'overrides/staging.env'],
      ['production', 'staging'],
    ],
    [['inventories/production/hosts.ini'], ['production']],
    [
      ['networks/cica-development.json', 'networks/cica-production.json', 'networks/cica-test.json'],
      ['development', 'production', 'test'],
    ],
  ])('reads %j', async (paths, expected) => {
    expect(await names(paths)).toEqual(expected);
  });

  it.each([
    [
      'tests and test data',
      ['test/main.tf', 'docker-compose.test.yml', '.env.test', 'tests/overlays/dev/kustomization.yaml'],
    ],
    [
      'build modes of a framework',
      ['apps/a/src/environments/environment.prod.ts', 'src/main/resources/application-prod.yml'],
    ],
    [
      'source code in a folder of such a name',
      ['internal/production/main.go', 'lib/live/dashboard.ex', 'proto/demo.proto'],
    ],
    [
      'groups of environments, regions and variants',
      [
        'non-prod/account.hcl',
        'live/us-east-1/region.hcl',
        'overlays/postgres/kustomization.yaml',
        'environments/integration-hub/main.tf',
        'environments/platform-live/main.tf',
        'values-load-test.yaml',
      ],
    ],
    [
      'files that stand alone, or beside those of tests, or pipelines',
      [
        'data/report-production.json',
        'data/rules-production.json',
        'data/rules-test.json',
        'cloudbuild-production.yaml',
        'cloudbuild-staging.yaml',
      ],
    ],
    ['scripts and workflows', ['.github/workflows/deploy-production.yml', 'scripts/seed-staging.sh']],
  ])('does not take %s for environments', async (_, paths) => {
    expect(await names(paths)).toEqual([]);
  });

  it('joins what declares one environment into one fact with the places', async () => {
    const found = await named(
      { 'envs/prod.tfvars': 'a = 1\n', 'overlays/production/kustomization.yaml': 'a: 1\n' },
      [pipeline('Production')],
    );
    expect(found.map((f) => [f.name, f.data])).toEqual([
      [
        'production',
        { name: 'production', from: ['overlay', 'pipeline', 'variables-file'], production: true },
      ],
    ]);
    expect(places(found[0]?.evidence ?? [])).toEqual([
      'overlays/production/kustomization.yaml:1',
      'envs/prod.tfvars:1',
      '.github/workflows/deploy.yml:10',
    ]);
  });

  it('normalises what a pipeline names, and leaves out what only publishes or cannot be told', async () => {
    const jobs = pipeline(
      'gke-staging',
      'review/$CI_COMMIT_REF_SLUG',
      'pypi',
      '${' + '{ inputs.environment }}',
      'perf',
      '',
    );
    const found = await named({}, [jobs]);
    expect(found.map((f) => f.data.name)).toEqual(['perf', 'preview', 'staging']);
  });

  it('reads the list of a helmfile, template or not', async () => {
    const helmfile =
      'environments:\n  default: {}\n  dev:\n    values:\n      - dev.yaml\n  scratch:\n{{ if .x }}\n---\nreleases:\n  - name: production\n';
    const found = await named({ 'helmfile.yaml.gotmpl': helmfile });
    expect(found.map((f) => [f.data.name, places(f.evidence)[0]])).toEqual([
      ['development', 'helmfile.yaml.gotmpl:3'],
      ['scratch', 'helmfile.yaml.gotmpl:6'],
    ]);
  });

  /** What pipelines alone declare, with the first place of each. */
  async function deployedTo(files: Readonly<Record<string, string>>): Promise<string[]> {
    const { facts, gaps } = await readPipelines(files);
    const more = deployTargets.derive(facts, gaps, 'here').facts;
    const derived = environments.derive([...facts, ...more], gaps, 'here').facts;
    return factsOf(derived, 'environment').map((e) => `${e.data.name} ${places(e.evidence)[0]}`);
  }
  const request = (namespace: string) => `on: pull_request
jobs:
  show:
    environment: staging
    runs-on: ubuntu-latest
    steps:
      - run: |
          NAMESPACE="${namespace}"
          kubectl apply -n $NAMESPACE -f k8s/
        env:
          PR_NUMBER: \${{ github.event.number }}
`;

  it('sees the preview that a pull request gets inside of an environment', async () => {
    expect(await deployedTo({ '.github/workflows/show.yml': request('pr$PR_NUMBER') })).toEqual([
      'preview .github/workflows/show.yml:9',
      'staging .github/workflows/show.yml:3',
    ]);
    const shared = request('shop').replace(/ +env:\n.*\n/, '');
    expect(await deployedTo({ '.github/workflows/show.yml': shared })).toEqual([
      'staging .github/workflows/show.yml:3',
    ]);
  });

  const push = (command: string) => `on: { push: { branches: [main] } }
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - run: ${command}
`;
  it('takes the only place that a merge deploys to on a host of sites for production', async () => {
    expect(await deployedTo({ '.github/workflows/ship.yml': push('npx netlify deploy --prod') })).toEqual([
      'production .github/workflows/ship.yml:6',
    ]);
    expect(await deployedTo({ '.github/workflows/ship.yml': push('flyctl deploy') })).toEqual([
      'production .github/workflows/ship.yml:6',
    ]);
  });

  it('does not guess which environment it is where others are known or the place is a cluster', async () => {
    const staging = push('flyctl deploy').replace('ship:', 'staging:');
    expect(
      await deployedTo({
        '.github/workflows/a.yml': staging,
        '.github/workflows/b.yml': push('flyctl deploy'),
      }),
    ).toEqual(['staging .github/workflows/a.yml:6']);
    expect(await deployedTo({ '.github/workflows/ship.yml': push('kubectl apply -f k8s/') })).toEqual([]);
  });

  it('hears of an environment that a release tells people to deploy', async () => {
    const text = push('gh pr create --body "- [ ] Deploy production environment"');
    expect(await deployedTo({ '.github/workflows/release.yml': text })).toEqual([
      'production .github/workflows/release.yml:6',
    ]);
    const build = push('echo "Builds for the production environment"');
    expect(await deployedTo({ '.github/workflows/release.yml': build })).toEqual([]);
  });

  it('takes a name that only keeps secrets apart, or guards a release, for no environment', async () => {
    const guarded = (environment: string, run: string) => ({
      '.github/workflows/a.yml': `on: { push: { branches: [main] } }
jobs:
  a:
    environment: ${environment}
    runs-on: ubuntu-latest
    steps:
      - run: ${run}
`,
    });
    expect(await deployedTo(guarded('snyk', 'snyk test'))).toEqual([]);
    expect(await deployedTo(guarded('protected', 'docker push acme/shop'))).toEqual([]);
    expect(await deployedTo(guarded('customer-a', 'kubectl apply -f k8s/'))).toEqual([
      'customer-a .github/workflows/a.yml:3',
    ]);
    expect(await deployedTo(guarded('prod', 'docker push acme/shop'))).toEqual([
      'production .github/workflows/a.yml:3',
    ]);
  });
});
