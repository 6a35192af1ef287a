import { describe, expect, it } from 'vitest';
import { environmentFiles } from '../../src/collect/environments.js';
import { terraform } from '../../src/collect/terraform.js';
import { environments } from '../../src/derive/environments.js';
import { type AnyFact, type FactData, factsOf } from '../../src/model/facts.js';
import { collectFrom, places } from '../collect/from-files.js';

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
});
