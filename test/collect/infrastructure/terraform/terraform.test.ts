import { describe, expect, it } from 'vitest';
import { terraform } from '../../../../src/collect/infrastructure/terraform/terraform.js';
import { type FactKind, factsOf } from '../../../../src/model/facts.js';
import { collectFrom, places } from '../../from-files.js';

async function read<K extends FactKind>(kind: K, files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([terraform], files);
  return factsOf(facts, kind).map((f) => ({ name: f.name, data: f.data, at: places(f.evidence) }));
}

describe('terraform', () => {
  it('gives resources with dotted attributes, each with its line and whether it is literal', async () => {
    const [bucket] = await read('terraform-resource', {
      'infra/a.tf':
        'resource "aws_s3_bucket" "logs" {\n  provider = aws.eu\n  bucket = "logs"\n  acl = var.acl\n  versioning {\n    enabled = true\n  }\n  logging {}\n  dynamic "rule" {\n    for_each = var.rules\n    content {\n      days = 3\n    }\n  }\n}\n',
    });
    expect(bucket).toEqual({
      name: 'aws_s3_bucket.logs',
      at: ['infra/a.tf:1'],
      data: {
        directory: 'infra',
        type: 'aws_s3_bucket',
        provider: 'aws',
        attributes: [
          { name: 'provider', value: 'aws.eu', line: 2, literal: false },
          { name: 'bucket', value: 'logs', line: 3, literal: true },
          { name: 'acl', value: 'var.acl', line: 4, literal: false },
          { name: 'versioning.enabled', value: 'true', line: 6, literal: true },
          { name: 'logging', value: '', line: 8, literal: true },
          { name: 'rule.days', value: '3', line: 12, literal: false },
        ],
      },
    });
  });

  it('does not repeat a secret', async () => {
    const files = {
      'a.tf':
        'variable "db_password" {\n  default = "hunter2"\n}\nresource "a" "b" {\n  password = "hunter2"\n}\n',
    };
    const { facts } = await collectFrom([terraform], files);
    expect(facts).toHaveLength(2);
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  it('gives variables with their defaults and locals with their values', async () => {
    const values = await read('terraform-value', {
      'x/a.tf':
        'variable "size" {\n  type = number\n  default = 3\n}\nvariable "open" {}\nlocals {\n  zones = slice(var.all, 0, 3)\n}\n',
    });
    expect(values).toEqual([
      { name: 'open', data: { directory: 'x', of: 'variable', value: '', literal: false }, at: ['x/a.tf:5'] },
      { name: 'size', data: { directory: 'x', of: 'variable', value: '3', literal: true }, at: ['x/a.tf:3'] },
      {
        name: 'zones',
        data: { directory: 'x', of: 'local', value: 'slice(var.all, 0, 3)', literal: false },
        at: ['x/a.tf:7'],
      },
    ]);
  });

  it('knows remote backends: partial ones, cloud, and what Terragrunt writes; a commented one is none', async () => {
    const backends = await read('terraform-backend', {
      'a/main.tf': 'terraform {\n  backend "s3" {}\n}\n',
      'b/main.tf': 'terraform {\n  backend "local" {\n    path = "x"\n  }\n}\n',
      'c/main.tf': 'terraform {\n  # backend "s3" {}\n}\n',
      'd/main.tf': 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n',
      'root.hcl': 'remote_state {\n  backend = "gcs"\n  config = {}\n}\n',
      'terragrunt.hcl':
        'generate "backend" {\n  path = "b.tf"\n  contents = <<EOF\nterraform {\n  backend "azurerm" {}\n}\nEOF\n}\n',
    });
    expect(backends).toEqual([
      { name: 'azurerm', data: { type: 'azurerm', directory: '', remote: true }, at: ['terragrunt.hcl:5'] },
      { name: 'cloud', data: { type: 'cloud', directory: 'd', remote: true }, at: ['d/main.tf:2'] },
      { name: 'gcs', data: { type: 'gcs', directory: '', remote: true }, at: ['root.hcl:1'] },
      { name: 'local', data: { type: 'local', directory: 'b', remote: false }, at: ['b/main.tf:2'] },
      { name: 's3', data: { type: 's3', directory: 'a', remote: true }, at: ['a/main.tf:2'] },
    ]);
  });

  it('gives required providers in the long, the short and the JSON form', async () => {
    const providers = await read('terraform-provider', {
      'a.tf':
        'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n      version = "~> 5.0"\n    }\n    null = "3.2.0"\n  }\n}\n',
      'b.tf.json':
        '{ "terraform": { "required_providers": {\n  "google": { "source": "hashicorp/google", "version": "6.0.0" } } } }',
    });
    expect(providers).toEqual([
      { name: 'aws', data: { directory: '', source: 'hashicorp/aws', version: '~> 5.0' }, at: ['a.tf:3'] },
      {
        name: 'google',
        data: { directory: '', source: 'hashicorp/google', version: '6.0.0' },
        at: ['b.tf.json:2'],
      },
      { name: 'null', data: { directory: '', source: '', version: '3.2.0' }, at: ['a.tf:7'] },
    ]);
  });

  it('tells pinned modules from those that move', async () => {
    const modules = await read('terraform-module', {
      'a.tf': [
        'module "local" {\n  source = "./vpc"\n}',
        'module "fetched" {\n  source = "./templates/vpc"\n}',
        'module "exact" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.1.0"\n}',
        'module "open" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = ">= 5.0"\n}',
        'module "none" {\n  source = "terraform-aws-modules/vpc/aws"\n}',
        'module "tagged" {\n  source = "git::https://example.com/vpc.git?ref=v1.2.0"\n}',
        'module "branch" {\n  source = "git::https://example.com/vpc.git?ref=main"\n}',
      ].join('\n'),
      'vpc/main.tf': '',
    });
    expect(modules.map((m) => [m.name, m.data.local, m.data.pinned])).toEqual([
      ['branch', false, false],
      ['exact', false, true],
      ['fetched', false, true],
      ['local', true, true],
      ['none', false, false],
      ['open', false, false],
      ['tagged', false, true],
    ]);
    expect(modules.find((m) => m.name === 'exact')?.at).toEqual(['a.tf:7', 'a.tf:8']);
  });

  it('finds decisions by the name of an environment', async () => {
    const conditions = await read('terraform-condition', {
      'main.tf': [
        'resource "a" "b" {',
        '  count  = var.environment == "prod" ? 2 : 1',
        '  size   = contains(["prod", "staging"], lower(local.env)) ? "l" : "s"',
        '  class  = { dev = "s", prod = "l" }[terraform.workspace]',
        '  policy = jsonencode({',
        '    retain = "production" != var.deploy_env',
        '  })',
        '  name   = "x-%{ if var.stage == "live" }l%{ endif }"',
        '}',
      ].join('\n'),
      'terragrunt.hcl': 'inputs = {\n  big = get_env("ENVIRONMENT") == "production"\n}\n',
    });
    expect(conditions.map((c) => [c.name, c.at[0]])).toEqual([
      ['inputs', 'terragrunt.hcl:2'],
      ['resource.a.b.class', 'main.tf:4'],
      ['resource.a.b.count', 'main.tf:2'],
      ['resource.a.b.name', 'main.tf:8'],
      ['resource.a.b.policy', 'main.tf:6'],
      ['resource.a.b.size', 'main.tf:3'],
    ]);
    expect(conditions.find((c) => c.name.endsWith('policy'))?.data.expression).toBe(
      '"production" != var.deploy_env',
    );
  });

  it('takes no name, switch, validation or configured map for a decision', async () => {
    const conditions = await read('terraform-condition', {
      'main.tf': [
        'variable "environment" {\n  validation {\n    condition = contains(["dev", "prod"], var.environment)\n  }\n}',
        'resource "a" "b" {',
        '  count = var.create ? 1 : 0',
        '  name  = "crm-' + '$' + '{var.environment}"',
        '  tags  = { Environment = var.environment }',
        '  size  = var.sizes[var.environment]',
        '  odd   = var.environment != ""',
        '  what  = var.branch == "production"',
        '  cloud = var.environment == "public"',
        '  # count = var.environment == "prod" ? 1 : 0',
        '}',
      ].join('\n'),
    });
    expect(conditions).toEqual([]);
  });

  it('reads the environments that a validation allows and that locals name', async () => {
    const declared = await read('environment-declaration', {
      'variables.tf':
        'variable "environment" {\n  validation {\n    condition = contains([\n      "dev",\n      "prod",\n    ], var.environment)\n  }\n}\nvariable "size" {\n  validation {\n    condition = contains(["test"], var.size)\n  }\n}\n',
      'live/qa/env.hcl': 'locals {\n  environment = "qa"\n  region = "eu"\n}\n',
    });
    expect(declared).toEqual([
      {
        name: 'dev',
        data: { environment: 'development', by: 'validation', within: '' },
        at: ['variables.tf:4'],
      },
      {
        name: 'prod',
        data: { environment: 'production', by: 'validation', within: '' },
        at: ['variables.tf:5'],
      },
      { name: 'qa', data: { environment: 'qa', by: 'locals', within: 'live/qa' }, at: ['live/qa/env.hcl:2'] },
    ]);
  });

  it('joins the inputs of a Terragrunt unit with those of the files that it includes', async () => {
    const units = await read('terraform-module', {
      'root.hcl': 'inputs = merge(local.all, {\n  region = "eu"\n  size = 1\n})\n',
      '_common/web.hcl':
        'terraform {\n  source = "git::https://example.com/m.git//web?ref=v1"\n}\ninputs = {\n  size = 2\n  name = "web-${local.env}"\n}\n',
      'prod/web/terragrunt.hcl':
        'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\ninclude "common" {\n  path = "${dirname(find_in_parent_folders("root.hcl"))}/_common/web.hcl"\n}\ninputs = {\n  size = 3\n}\n',
      'prod/terragrunt.stack.hcl':
        'unit "db" {\n  source = "../units/db"\n  values = {\n    size = 5\n  }\n}\n',
    });
    expect(units).toMatchObject([
      {
        name: 'db',
        data: { arguments: [{ name: 'size', value: '5' }] },
        at: ['prod/terragrunt.stack.hcl:2', 'prod/terragrunt.stack.hcl:2'],
      },
      {
        name: 'web',
        data: {
          directory: 'prod/web',
          source: 'git::https://example.com/m.git//web?ref=v1',
          pinned: true,
          arguments: [
            { name: 'region', value: 'eu', line: 1, literal: true },
            { name: 'size', value: '3', line: 8, literal: true },
            { name: 'name', value: '"web-${local.env}"', line: 4, literal: false },
          ],
        },
        at: ['prod/web/terragrunt.hcl:1', '_common/web.hcl:2'],
      },
    ]);
  });

  it('knows the environment of a variables file by what it says, its name or its folder', async () => {
    const files = await read('terraform-variables-file', {
      'envs/prod.tfvars': 'size = 3\n',
      'live/staging/terraform.tfvars': 'size = 2\n',
      'a/x.auto.tfvars': 'size = 1\nenv = "dev"\n',
      'vars/integration/synthetic-test.tfvars': 'gcp_env = "dev"\n',
      'vars/synthetic-test.tfvars': '',
      'b/terraform.tfvars.json': '{ "size": 1, "tags": { "a": "b" } }',
    });
    expect(files).toEqual([
      {
        name: 'a/x.auto.tfvars',
        data: {
          directory: 'a',
          environment: 'development',
          values: [
            { name: 'size', value: '1', line: 1, literal: true },
            { name: 'env', value: 'dev', line: 2, literal: true },
          ],
        },
        at: ['a/x.auto.tfvars:1', 'a/x.auto.tfvars:2'],
      },
      {
        name: 'b/terraform.tfvars.json',
        data: {
          directory: 'b',
          environment: '',
          values: [
            { name: 'size', value: '1', line: 1, literal: true },
            { name: 'tags', value: '', line: 1, literal: false },
          ],
        },
        at: ['b/terraform.tfvars.json:1'],
      },
      {
        name: 'envs/prod.tfvars',
        data: {
          directory: 'envs',
          environment: 'production',
          values: [{ name: 'size', value: '3', line: 1, literal: true }],
        },
        at: ['envs/prod.tfvars:1'],
      },
      {
        name: 'live/staging/terraform.tfvars',
        data: {
          directory: 'live/staging',
          environment: 'staging',
          values: [{ name: 'size', value: '2', line: 1, literal: true }],
        },
        at: ['live/staging/terraform.tfvars:1'],
      },
      {
        name: 'vars/integration/synthetic-test.tfvars',
        data: {
          directory: 'vars/integration',
          environment: 'integration',
          values: [{ name: 'gcp_env', value: 'dev', line: 1, literal: true }],
        },
        at: ['vars/integration/synthetic-test.tfvars:1'],
      },
    ]);
  });

  it('reads images and log drivers of ECS containers, through locals of the same folder', async () => {
    const files = {
      'ecs/a.tf':
        'resource "aws_ecs_task_definition" "api" {\n  container_definitions = jsonencode(local.all)\n}\n',
      'ecs/locals.tf':
        'locals {\n  all = concat([local.agent], [])\n  agent = {\n    name  = "agent"\n    image = "acme/agent:latest"\n    logConfiguration = {\n      logDriver = "awslogs"\n    }\n  }\n}\n',
      'ecs/b.tf':
        'resource "aws_ecs_task_definition" "web" {\n  container_definitions = <<EOF\n[{\n  "image": "acme/web:1.2.0"\n}]\nEOF\n}\n',
    };
    expect(await read('image-reference', files)).toMatchObject([
      {
        name: 'acme/agent:latest',
        data: { pin: 'floating', by: 'agent', used: 'terraform' },
        at: ['ecs/locals.tf:5'],
      },
      { name: 'acme/web:1.2.0', data: { pin: 'version', by: 'web' }, at: ['ecs/b.tf:4'] },
    ]);
    expect(await read('monitoring-signal', files)).toEqual([
      {
        name: 'agent',
        data: { signal: 'logs', tool: 'cloudwatch', by: 'setting', notifies: false },
        at: ['ecs/locals.tf:7'],
      },
    ]);
  });

  it('names the lines of a broken file as a gap and keeps the rest', async () => {
    const { facts, gaps } = await collectFrom([terraform], {
      'a.tf': 'resource "x" "y" {\n  a =\n  b = 1\n  c = 2\n}\nresource "x" "z" {\n  d = 3\n}\n',
    });
    expect(gaps).toMatchObject([
      { reason: 'unreadable', path: 'a.tf', what: 'a.tf could not be read at line 2-3' },
    ]);
    expect(
      factsOf(facts, 'terraform-resource').map((f) => [f.name, f.data.attributes.map((a) => a.name)]),
    ).toEqual([
      ['x.y', ['c']],
      ['x.z', ['d']],
    ]);
  });

  it('leaves the HCL of other tools alone', () => {
    expect(terraform.reads('image.pkr.hcl')).toBe(false);
    expect(terraform.reads('.terraform.lock.hcl')).toBe(false);
    expect(terraform.reads('live/prod/terragrunt.hcl')).toBe(true);
    expect(terraform.reads('main.tofu')).toBe(true);
  });
});
