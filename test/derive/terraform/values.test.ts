import { describe, expect, it } from 'vitest';
import { terraform } from '../../../src/collect/infrastructure/terraform/terraform.js';
import { ecsWorkloads } from '../../../src/derive/terraform/ecs-workloads.js';
import { existingResources, terraformValues } from '../../../src/derive/terraform/values.js';
import { collectFrom, places } from '../../collect/from-files.js';

async function comesTo(expression: string, files: Readonly<Record<string, string>>, directory = '') {
  const { facts } = await collectFrom([terraform], files);
  const { value, literal, at } = terraformValues(facts)(directory, { value: expression, literal: false });
  return literal ? [value, ...places(at)] : 'unknown';
}
const SIZE = 'variable "size" {\n  default = 1\n}\nresource "a_b" "c" {\n}\n';

describe('terraformValues', () => {
  it('lets the production file win over defaults and other environments', async () => {
    const files = { 'main.tf': SIZE, 'envs/dev.tfvars': 'size = 2\n', 'envs/prod.tfvars': '\nsize = 3\n' };
    expect(await comesTo('var.size', files)).toEqual(['3', 'envs/prod.tfvars:2']);
    expect(await comesTo('var.size', { 'main.tf': SIZE })).toEqual(['1', 'main.tf:2']);
    expect(await comesTo('var.size', { 'main.tf': SIZE, 'dev.tfvars': 'size = 2\n' })).toBe('unknown');
  });

  it('does not take the variables of one folder of Terraform for those of another', async () => {
    const files = { 'a/main.tf': SIZE, 'b/main.tf': SIZE, 'b/terraform.tfvars': 'size = 9\n' };
    expect(await comesTo('var.size', files, 'a')).toEqual(['1', 'a/main.tf:2']);
    expect(await comesTo('var.size', files, 'b')).toEqual(['9', 'b/terraform.tfvars:1']);
    const beside = { 'aws/a/main.tf': SIZE, 'env/production_config.tfvars': 'size = 4\n' };
    expect(await comesTo('var.size', beside, 'aws/a')).toEqual(['4', 'env/production_config.tfvars:1']);
  });

  it('evaluates switches, templates and maps by environment', async () => {
    const files = {
      'main.tf': 'locals {\n  on = true\n  sizes = { dev = 1, prod = 4 }\n  tag = "v${var.size}"\n}\n',
      'terraform.tfvars': 'size = 3\n',
      'x.tf': SIZE,
    };
    expect(await comesTo('local.on ? 2 : 0', files)).toEqual(['2', 'main.tf:2']);
    expect(await comesTo('!local.on && var.unset ? 2 : 0', files)).toEqual(['0', 'main.tf:2']);
    expect(await comesTo('local.sizes[terraform.workspace]', files)).toEqual(['4', 'main.tf:3']);
    expect(await comesTo('lookup(local.sizes, var.env, 7)', files)).toEqual(['4', 'main.tf:3']);
    expect(await comesTo('local.tag', files)).toEqual(['v3', 'terraform.tfvars:1']);
    expect(await comesTo('var.size == 3 ? "a" : "b"', files)).toEqual(['a', 'terraform.tfvars:1']);
    expect(await comesTo('data.a.b.c', files)).toBe('unknown');
    expect(await comesTo('cidrsubnet("10.0.0.0/8", 4, 1)', files)).toBe('unknown');
  });

  it('ends where values refer to each other, and for whatever it is fed', async () => {
    const files = { 'a.tf': 'locals {\n  a = local.b\n  b = local.a\n}\n' };
    expect(await comesTo('local.a', files)).toBe('unknown');
    for (const text of ['('.repeat(3000), '"${'.repeat(900), 'a ? b :', '[1,', '{a=', '', '!'.repeat(3999)])
      expect(await comesTo(text, files)).toBe('unknown');
  });
});

describe('existingResources', () => {
  it('leaves out what is switched off in production', async () => {
    const one = (name: string, count: string) => `resource "a_b" "${name}" {\n  count = ${count}\n}\n`;
    const { facts } = await collectFrom([terraform], {
      'main.tf': one('off', 'var.on ? 1 : 0') + one('open', 'var.unset ? 1 : 0') + one('two', '2'),
      'prod.tfvars': 'on = false\n',
      'dev.tfvars': 'on = true\n',
    });
    expect(existingResources(facts).map((r) => r.name)).toEqual(['a_b.open', 'a_b.two']);
  });
});

describe('images of tasks', () => {
  it('bear the tag that the production variables give', async () => {
    const { facts } = await collectFrom([terraform], {
      'web.tf':
        'locals {\n  tag = var.tag\n}\nresource "aws_ecs_task_definition" "web" {\n  container_definitions = jsonencode([{\n    name = "web"\n    image = "${aws_ecr_repository.web.repository_url}:${local.tag}"\n  }])\n}\n',
      'prod.tfvars': '\ntag = "latest"\n',
    });
    const [image] = ecsWorkloads.derive(facts, [], 'here').facts;
    expect(image).toMatchObject({ kind: 'image-reference', data: { pin: 'floating', by: 'web' } });
    expect(places(image?.evidence ?? [])).toEqual(['web.tf:7', 'prod.tfvars:2']);
  });
});
