import { describe, expect, it } from 'vitest';
import { environmentFiles } from '../../../src/collect/environments/environments.js';
import { terraform } from '../../../src/collect/infrastructure/terraform/terraform.js';
import { iacAnswers } from '../../../src/derive/answers/iac.js';
import { collectFrom } from '../../collect/from-files.js';
import { repository } from '../facts.js';

async function answers(files: Readonly<Record<string, string>>, operates = true) {
  const { facts, gaps } = await collectFrom([environmentFiles, terraform], files);
  return iacAnswers([...facts, repository(operates)], gaps);
}

describe('iacAnswers', () => {
  it('knows modules that make backups', async () => {
    const module = (source: string) => `module "m" {\n  source = "${source}"\n}\n`;
    const table = 'resource "aws_dynamodb_table" "t" {\n}\n';
    expect(
      (await answers({ 'a.tf': table + module('github.com/acme/terraform-velero?ref=2') })).backups,
    ).toMatchObject({ answer: 'yes', evidence: [{ path: 'a.tf', line: 3 }] });
    expect(
      (await answers({ 'a.tf': table + module('github.com/acme/terraform-feedback') })).backups.answer,
    ).toBe('no');
  });

  it('tells remote from local state', async () => {
    const resource = 'resource "x_y" "z" {\n}\n';
    const backend = (type: string) => `terraform {\n  backend "${type}" {}\n}\n`;
    expect((await answers({ 'a.tf': resource + backend('s3') })).remote_state).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'a.tf', line: 4 }],
    });
    expect((await answers({ 'a.tf': resource + backend('local') })).remote_state.answer).toBe('no');
    expect((await answers({ 'a.tf': resource })).remote_state).toMatchObject({
      answer: 'no',
      evidence: [{ path: 'a.tf', line: 1 }],
    });
    expect((await answers({ 'a.yaml': 'a: 1\n' })).remote_state.answer).toBe('na');
    expect((await answers({ 'a.tf': `${resource}terraform {\n  backend =\n}\n` })).remote_state.answer).toBe(
      'unknown',
    );
  });

  it('finds configuration by environment only where several environments have their own', async () => {
    const two = await answers({ 'envs/dev.tfvars': 'a = 1\n', 'envs/prod.tfvars': 'a = 2\n' });
    expect(two.config_per_environment).toMatchObject({
      answer: 'yes',
      evidence: [
        { path: 'envs/dev.tfvars', line: 1 },
        { path: 'envs/prod.tfvars', line: 1 },
      ],
    });
    expect((await answers({ 'values-production.yaml': 'a: 1\n' })).config_per_environment.answer).toBe(
      'unknown',
    );
    const validation =
      'variable "env" {\n  validation {\n    condition = contains(["dev", "prod"], var.env)\n  }\n}\n';
    expect((await answers({ 'a.tf': validation })).config_per_environment.answer).toBe('no');
  });

  it('follows variables and local modules to what a setting comes to', async () => {
    const module =
      'variable "ha" {\n  default = false\n}\nresource "aws_db_instance" "a" {\n  multi_az = var.ha\n}\n';
    const call = (ha: string) => `module "db" {\n  source = "./db"\n  ha = ${ha}\n}\n`;
    const zones = async (ha: string) =>
      (await answers({ 'db/a.tf': module, 'main.tf': call(ha) })).multi_zone;
    expect(await zones('true')).toMatchObject({ answer: 'yes', evidence: [{ path: 'db/a.tf', line: 5 }] });
    expect((await zones('false')).answer).toBe('no');
    expect((await zones('var.unset')).answer).toBe('unknown');
    expect((await answers({ 'db/a.tf': module })).multi_zone.answer).toBe('no');
  });

  it('sees zones that a local takes from the list of the region', async () => {
    const files = {
      'vpc/a.tf':
        'locals {\n  azs = slice(data.aws_availability_zones.here.names, 0, 3)\n}\nmodule "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n  azs = local.azs\n}\n',
    };
    expect((await answers(files)).multi_zone).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'vpc/a.tf', line: 6 }],
    });
  });

  it('does not trust a default that a variables file sets', async () => {
    const db =
      'variable "ha" {\n  default = true\n}\nresource "aws_db_instance" "a" {\n  multi_az = var.ha\n}\n';
    expect((await answers({ 'a.tf': db, 'dev.tfvars': 'ha = false\n' })).multi_zone.answer).toBe('unknown');
  });

  it('sees subnets that take their zone by index', async () => {
    const subnet =
      'resource "aws_subnet" "a" {\n  count = 3\n  availability_zone = local.zones[count.index]\n}\n';
    expect((await answers({ 'a.tf': subnet })).multi_zone).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'a.tf', line: 3 }],
    });
  });

  it('answers for backups by what data stores keep', async () => {
    const db = (more: string) => `resource "aws_db_instance" "a" {\n  engine = "postgres"\n${more}}\n`;
    expect((await answers({ 'a.tf': db('  backup_retention_period = 7\n') })).backups).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'a.tf', line: 3 }],
    });
    expect((await answers({ 'a.tf': db('  backup_retention_period = 0\n') })).backups.answer).toBe('no');
    expect((await answers({ 'a.tf': db('') })).backups.answer).toBe('no');
    const days = {
      'a.tf': `variable "days" {\n  default = 30\n}\n${db('  backup_retention_period = var.days\n')}`,
      'dev.tfvars': 'days = 7\n',
    };
    expect((await answers(days)).backups.answer).toBe('yes');
    expect((await answers({ 'a.tf': db('  backup_retention_period = var.days\n') })).backups.answer).toBe(
      'unknown',
    );
    expect((await answers({ 'a.tf': 'resource "aws_sqs_queue" "q" {\n}\n' })).backups.answer).toBe('na');
  });

  it('tells shared stacks from those that stand on them', async () => {
    const base = 'resource "aws_vpc" "a" {\n}\n';
    const app = 'resource "aws_ecs_service" "a" {\n}\n';
    const split = async (files: Readonly<Record<string, string>>) =>
      (await answers(files)).base_apps_split.answer;
    expect(await split({ 'base/a.tf': base, 'apps/a.tf': app })).toBe('yes');
    expect(await split({ 'main.tf': base + app })).toBe('no');
    const both = 'module "v" {\n  source = "../lib/vpc"\n}\n';
    expect(await split({ 'lib/vpc/a.tf': base, 'one/a.tf': both + app, 'two/a.tf': both + app })).toBe('no');
    expect(await split({ 'a.yaml': 'a: 1\n' })).toBe('na');
    const deploys =
      'resource "null_resource" "a" {\n  provisioner "local-exec" {\n    command = "kubectl apply -k ${var.path}"\n  }\n}\n';
    expect(await split({ 'main.tf': base + deploys, 'ci/a.tf': base })).toBe('no');
  });

  it('shows the decisions by an environment’s name', async () => {
    const found = await answers({ 'a.tf': 'resource "a" "b" {\n  c = var.env == "prod" ? 1 : 0\n}\n' });
    expect(found.environment_conditionals).toMatchObject({
      answer: 'yes',
      evidence: [{ path: 'a.tf', line: 2 }],
    });
    expect((await answers({ 'a.tf': 'resource "a" "b" {\n}\n' })).environment_conditionals.answer).toBe('no');
  });

  it('does not apply to what operates nothing', async () => {
    const found = await answers({ 'a.yaml': 'a: 1\n' }, false);
    expect(
      [
        found.config_per_environment,
        found.base_apps_split,
        found.remote_state,
        found.multi_zone,
        found.backups,
      ].map((a) => a.answer),
    ).toEqual(Array(5).fill('na'));
  });
});
