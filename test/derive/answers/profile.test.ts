import { describe, expect, test } from 'vitest';
import { collect } from '../../../src/collect/collect.js';
import { COLLECTORS } from '../../../src/collect/index.js';
import { profileOf } from '../../../src/derive/answers/profile.js';
import { derive } from '../../../src/derive/index.js';
import { memoryTree } from '../../../src/source/memory.js';

/** The profile of a few files, by the whole line. */
async function profile(files: Record<string, string>) {
  const tree = memoryTree({ files });
  const { facts, gaps } = derive(await collect(tree, COLLECTORS), tree.head);
  return profileOf(facts, gaps);
}
const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'chart/templates/api.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}}\nspec: {{ .Values.spec }}\n',
};
const DEV_STORE =
  'services:\n  db:\n    image: postgres:16\n  app:\n    image: node:22\n    depends_on: [db]\n';

describe('what runs copies', () => {
  test('is unknown where a chart that was not rendered would tell', async () => {
    const { readiness_probes, disruption_budget, autoscaling, k8s_packaging } = await profile(CHART);
    expect([readiness_probes.answer, disruption_budget.answer, autoscaling.answer]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(k8s_packaging).toEqual(['helm']);
  });

  test('is ready on Nomad where its services are checked', async () => {
    const job = (check: string) =>
      `job "web" {\n  group "web" {\n    count = 2\n    service {\n      name = "web"\n${check}    }\n    task "web" {\n      driver = "docker"\n      config { image = "web:1.0.0" }\n    }\n  }\n}\n`;
    const checked = '      check {\n        type = "http"\n        path = "/"\n      }\n';
    expect((await profile({ 'web.nomad.hcl': job(checked) })).readiness_probes).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'web.nomad.hcl', line: 6 }],
    });
    expect((await profile({ 'web.nomad.hcl': job('') })).readiness_probes.answer).toBe('no');
  });

  test('is not what a development container starts', async () => {
    const of = await profile({ Dockerfile: 'FROM node:22\n', '.devcontainer/docker-compose.yml': DEV_STORE });
    expect([of.readiness_probes.answer, of.backups.answer]).toEqual(['na', 'na']);
    const own = await profile({ Dockerfile: 'FROM node:22\n', 'docker-compose.yml': DEV_STORE });
    expect([own.readiness_probes.answer, own.backups.answer]).toEqual(['no', 'no']);
  });

  test('has its own share of healthy tasks on ECS, which nobody needs to declare', async () => {
    const { disruption_budget, readiness_probes, autoscaling } = await profile({
      'a.tf':
        'resource "aws_ecs_service" "a" {\n  desired_count = 2\n  task_definition = aws_ecs_task_definition.a.arn\n}\nresource "aws_ecs_task_definition" "a" {\n  container_definitions = jsonencode([{ name = "a", image = "a:1" }])\n}\n',
    });
    expect([disruption_budget.answer, readiness_probes.answer, autoscaling.answer]).toEqual([
      'unknown',
      'no',
      'no',
    ]);
  });
});

test('one image that only sets up a program of others makes no monorepo', async () => {
  const app = { Dockerfile: 'FROM node:22\nCOPY . .\n' };
  const search = 'FROM opensearchproject/opensearch:2\nRUN opensearch-plugin remove x\n';
  expect((await profile({ ...app, 'search/Dockerfile': search })).is_monorepo.answer).toBe('no');
  expect((await profile({ ...app, 'worker/Dockerfile': app.Dockerfile })).is_monorepo).toMatchObject({
    answer: 'yes',
    evidence: [
      { path: 'Dockerfile', line: 1 },
      { path: 'worker/Dockerfile', line: 1 },
    ],
  });
  expect((await profile({ 'a/Dockerfile': search, 'b/Dockerfile': search })).is_monorepo.answer).toBe('yes');
});

test('one file that cannot be seen makes no difference beside many workloads that are ready', async () => {
  const container =
    '        - name: a\n          image: a:1\n          readinessProbe: { tcpSocket: { port: 80 } }\n';
  const api = (i: number) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api-${i} }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: a } }\n    spec:\n      containers:\n${container}`;
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k8s/api-${i}.yaml`, api(i)]));
  expect((await profile({ ...CHART, ...many(3) })).readiness_probes.answer).toBe('unknown');
  expect((await profile({ ...CHART, ...many(60) })).readiness_probes).toMatchObject({
    answer: 'yes',
    why: '60 of 60 workloads declare a readiness probe or health check',
  });
});

test('most workloads are more than half of them', async () => {
  const service = (name: string, more: string) => `  ${name}:\n    build: ${name}\n${more}`;
  const checked = '    healthcheck: { test: [CMD, "true"] }\n';
  const { readiness_probes } = await profile({
    Dockerfile: 'FROM node:22\nCOPY . .\n',
    'docker-compose.yml': `services:\n${service('a', checked)}${service('b', '')}`,
  });
  expect(readiness_probes).toMatchObject({
    answer: 'no',
    why: '1 of 2 compose services declare a health check',
  });
});

describe('autoscaling', () => {
  const group = (least: string, most: string) => ({
    'a.tf': `variable "two" {\n  default = 2\n}\nresource "aws_autoscaling_group" "a" {\n  min_size = ${least}\n  max_size = ${most}\n}\n`,
  });
  test('is a group of machines with a range, not one of a fixed size', async () => {
    expect((await profile(group('1', 'var.two'))).autoscaling).toMatchObject({
      answer: 'yes',
      evidence: [
        { path: 'a.tf', line: 6 },
        { path: 'a.tf', line: 2 },
      ],
    });
    expect((await profile(group('2', 'var.two'))).autoscaling.answer).toBe('no');
    expect((await profile(group('var.least', 'var.most'))).autoscaling.answer).toBe('unknown');
  });

  test('is unknown where a module from elsewhere makes the groups of machines', async () => {
    const module = (source: string, more = '') => `module "a" {\n  source = "${source}"\n${more}}\n`;
    const eks = 'terraform-aws-modules/eks/aws';
    const workload = { 'k.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n' };
    const said = async (text: string) => (await profile({ 'a.tf': text, ...workload })).autoscaling.answer;
    expect(await said(module(eks, '  eks_managed_node_groups = local.groups\n'))).toBe('unknown');
    expect(
      await said(module('terraform-aws-modules/autoscaling/aws', '  min_size = 1\n  max_size = 3\n')),
    ).toBe('yes');
    expect(
      await said(module('terraform-aws-modules/autoscaling/aws', '  min_size = 3\n  max_size = 3\n')),
    ).toBe('no');
  });

  test('is unknown where modules from elsewhere run everything', async () => {
    const { autoscaling } = await profile({
      'a.tf': 'module "web" {\n  source = "git::https://example.com/web.git?ref=v1"\n}\n',
    });
    expect(autoscaling).toMatchObject({ answer: 'unknown', evidence: [{ path: 'a.tf', line: 1 }] });
  });
});

describe('several components', () => {
  test('are several charts, Terragrunt units or releases', async () => {
    const unit = 'terraform {\n  source = "git::https://example.com/m.git?ref=v1"\n}\n';
    const release = (name: string) =>
      `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ${name}}\nspec: {chart: {spec: {chart: ${name}}}}\n`;
    const charts = Object.fromEntries(
      ['a', 'b'].flatMap((n) => Object.entries(CHART).map(([path, text]) => [`${n}/${path}`, text])),
    );
    for (const files of [
      charts,
      { 'prod/db/terragrunt.hcl': unit, 'prod/web/terragrunt.hcl': unit },
      { 'a.yaml': release('a'), 'b.yaml': release('b') },
    ])
      expect((await profile(files)).is_monorepo.answer).toBe('yes');
    expect((await profile(CHART)).is_monorepo.answer).toBe('no');
    expect((await profile({ 'a.yaml': release('a') })).is_monorepo.answer).toBe('no');
  });

  test('of stacks of Terraform that keep a state each, whatever the environments', async () => {
    const stack = 'terraform {\n  backend "s3" {\n    bucket = "a"\n  }\n}\n';
    const stacks = (...folders: string[]) =>
      Object.fromEntries(folders.map((folder) => [`${folder}/main.tf`, stack]));
    expect((await profile(stacks('infra/apps', 'infra/cluster', 'infra/network'))).is_monorepo).toMatchObject(
      {
        answer: 'yes',
        why: '3 Terraform stacks keep a state each',
        evidence: [
          { path: 'infra/apps/main.tf', line: 2 },
          { path: 'infra/cluster/main.tf', line: 2 },
          { path: 'infra/network/main.tf', line: 2 },
        ],
      },
    );
    for (const one of [
      stacks('infra/dev', 'infra/staging', 'infra/prod'),
      { '.devcontainer/Dockerfile': 'FROM a:1\n', 'ci/Dockerfile': 'FROM a:1\n' },
      { 'package.json': '{"name": "a", "version": "1.0.0"}', 'pyproject.toml': '[project]\nname = "a"\n' },
    ])
      expect((await profile(one)).is_monorepo.answer).toBe('no');
  });
});

describe('tools', () => {
  test('of infrastructure include Crossplane where its objects are declared', async () => {
    const object = (group: string) => ({
      'a.yaml': `apiVersion: ${group}/v1beta1\nkind: Bucket\nmetadata: {name: a}\n`,
    });
    expect((await profile(object('s3.aws.upbound.io'))).iac).toEqual(['crossplane']);
    expect((await profile(object('storage.example.com'))).iac).toEqual([]);
  });

  test('of charts show by a release, a helmfile or what a pipeline runs', async () => {
    const pipeline = (run: string) => ({
      '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: ${run}\n`,
    });
    expect((await profile(pipeline('helm --debug upgrade --install a ./a'))).k8s_packaging).toEqual(['helm']);
    expect((await profile(pipeline('helm repo update'))).k8s_packaging).toEqual([]);
    expect((await profile({ 'helmfile.yaml': 'releases: []\n' })).k8s_packaging).toEqual(['helm']);
  });

  test('for traces show by what a role may do, and by the setting of a function', async () => {
    const policy = (action: string) => ({
      'a.tf': `resource "aws_iam_role_policy" "a" {\n  policy = jsonencode({ Statement = [{ Action = ["${action}"] }] })\n}\n`,
    });
    expect((await profile(policy('xray:PutTraceSegments'))).observability).toEqual(['aws-x-ray']);
    expect((await profile(policy('xray:GetGroups'))).observability).toEqual([]);
  });

  test('for secrets show by the actions and commands of a pipeline', async () => {
    const pipeline = (step: string) => ({
      '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - ${step}\n`,
    });
    expect((await profile(pipeline('run: op read op://a/b > c'))).secrets).toEqual(['1password']);
    expect((await profile(pipeline('run: A=$(aws secretsmanager get-secret-value --id a)'))).secrets).toEqual(
      ['aws-secrets-manager'],
    );
    expect((await profile(pipeline('uses: hashicorp/vault-action@v3'))).secrets).toEqual(['vault']);
    expect((await profile(pipeline('run: echo stop read this'))).secrets).toEqual([]);
  });

  test('behind Terragrunt are Terraform too, where a unit names a module', async () => {
    const { iac } = await profile({
      'web/terragrunt.hcl': 'terraform {\n  source = "git::https://example.com/m.git?ref=v1"\n}\n',
    });
    expect(iac).toEqual(['terraform', 'terragrunt']);
  });

  test('for secrets are the ones of the platform where an environment takes one', async () => {
    const workflow = (env: string) => ({
      '.github/workflows/a.yml': `on: push\nenv:\n  A: \${{ secrets.${env} }}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n`,
    });
    expect((await profile(workflow('TOKEN'))).secrets).toEqual(['github-secrets']);
    expect((await profile(workflow('GITHUB_TOKEN'))).secrets).toEqual([]);
    expect((await profile({ '.sops.yaml': 'creation_rules: []\n' })).secrets).toEqual(['sops']);
  });
});

test('a search engine is observability only where something feeds or shows it', async () => {
  const engine = 'services:\n  search:\n    image: opensearchproject/opensearch:3.5.0\n';
  expect((await profile({ 'compose.yaml': engine })).observability).toEqual([]);
  const shown = `${engine}  log:\n    image: fluent/fluent-bit:3.1\n`;
  expect((await profile({ 'compose.yaml': shown })).observability).toEqual(['fluent-bit', 'opensearch']);
});

test('Skaffold or Tilt start a system locally as compose does', async () => {
  const files = { 'skaffold.yaml': 'apiVersion: skaffold/v4beta11\n', Tiltfile: "k8s_yaml('a.yaml')\n" };
  for (const [path, content] of Object.entries(files))
    expect((await profile({ [path]: content })).local_compose).toMatchObject({
      answer: 'yes',
      evidence: [{ path, line: 1 }],
    });
  expect((await profile({ 'examples/a/Tiltfile': files.Tiltfile })).local_compose.answer).toBe('no');
});

test('rules of alerts are operated, without anything else beside them', async () => {
  const { has_alerts, monitors_cpu } = await profile({
    'prometheus/rules.yml':
      'groups:\n  - name: a\n    rules:\n      - record: cpu\n        expr: rate(node_cpu_seconds_total[5m])\n',
  });
  expect([monitors_cpu.answer, has_alerts.answer]).toEqual(['yes', 'no']);
});

describe('tests', () => {
  const trial = (cluster: string) => ({
    'apps/shop.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n',
    '.github/workflows/e2e.yaml': `on: push
jobs:
  e2e:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ${cluster}
      - run: kubectl apply -f apps/
`,
  });

  test('of configuration are its trial on a throw-away cluster', async () => {
    const { tests_present } = await profile(trial('helm/kind-action@v1'));
    expect([tests_present.answer, tests_present.evidence]).toEqual([
      'yes',
      [{ path: '.github/workflows/e2e.yaml', line: 8 }],
    ]);
    const deployed = await profile(trial('azure/aks-set-context@v4'));
    expect(deployed.tests_present.answer).toEqual('no');
  });
});

describe('promotion by hand', () => {
  const live = (more: Record<string, string> = {}) => ({
    'non-prod/qa/web/terragrunt.hcl': 'terraform {\n  source = "git::https://x.example/web.git?ref=v2"\n}\n',
    'prod/prod/web/terragrunt.hcl': 'terraform {\n  source = "git::https://x.example/web.git?ref=v1"\n}\n',
    'non-prod/qa/env.hcl': 'locals {\n  environment = "qa"\n}\n',
    'prod/prod/env.hcl': 'locals {\n  environment = "prod"\n}\n',
    ...more,
  });

  test('is all there is where environments are code and no pipeline applies them', async () => {
    const { manual_promotion } = await profile(live());
    expect(manual_promotion.answer).toBe('yes');
    expect(manual_promotion.evidence.map((e) => e.path)).toContain('non-prod/qa/env.hcl');
    const checked = live({
      '.github/workflows/ci.yml':
        'on: push\njobs: { a: { runs-on: x, steps: [{ run: terragrunt hclfmt }] } }\n',
    });
    expect((await profile(checked)).manual_promotion.answer).toBe('no');
  });

  test('follows a release by hand that tells people what to deploy', async () => {
    const release = (body: string) => ({
      Dockerfile: 'FROM node:22\n',
      '.github/workflows/release.yml': `on: workflow_dispatch
jobs:
  release:
    runs-on: x
    steps:
      - run: docker push acme/shop:1
      - run: gh pr create --body "${body}"
`,
    });
    expect((await profile(release('- [ ] Deploy production environment'))).manual_promotion).toMatchObject({
      answer: 'yes',
      evidence: [{ path: '.github/workflows/release.yml', line: 1 }],
    });
    expect((await profile(release('Released'))).manual_promotion.answer).toBe('unknown');
  });
});
