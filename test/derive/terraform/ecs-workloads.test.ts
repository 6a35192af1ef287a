import { describe, expect, test } from 'vitest';
import { collect } from '../../../src/collect/collect.js';
import { terraform } from '../../../src/collect/infrastructure/terraform/terraform.js';
import { ecsWorkloads } from '../../../src/derive/terraform/ecs-workloads.js';
import { factsOf } from '../../../src/model/facts.js';
import { memoryTree } from '../../../src/source/memory.js';

async function derived(files: Record<string, string>) {
  const { facts, gaps } = await collect(memoryTree({ files }), [terraform]);
  const more = ecsWorkloads.derive(facts, gaps, 'example');
  return {
    workloads: factsOf(more.facts, 'workload'),
    images: factsOf(more.facts, 'image-reference'),
    gaps: more.gaps,
  };
}
/** The one service of a folder, in the words of a test. */
async function only(text: string, more: Record<string, string> = {}) {
  const { workloads, gaps } = await derived({ 'a.tf': text, ...more });
  expect(gaps).toEqual([]);
  expect(workloads).toHaveLength(1);
  return workloads[0];
}
async function untold(text: string, more: Record<string, string> = {}): Promise<string> {
  const { workloads, gaps } = await derived({ 'a.tf': text, ...more });
  expect(workloads).toEqual([]);
  expect(gaps).toMatchObject([{ kinds: ['workload'], path: 'a.tf', reason: 'not-rendered' }]);
  return gaps[0]?.what ?? '';
}

const service = (count: string, more = '') => `resource "aws_ecs_service" "api" {
  name            = "shop-api"
  task_definition = aws_ecs_task_definition.api.arn
  ${count}
  ${more}
}
`;
const task = (definitions: string) => `resource "aws_ecs_task_definition" "api" {
  memory                = 512
  container_definitions = ${definitions}
}
`;
const CHECKED =
  'jsonencode([{ name = "api", image = "acme/api:1.0.0", healthCheck = { command = ["CMD", "ok"] } }])';
const PLAIN = 'jsonencode([{ name = "api", image = "acme/api:1.0.0", logConfiguration = { name = "x" } }])';
const BALANCED =
  'load_balancer {\n    target_group_arn = aws_lb_target_group.api.arn\n    container_name   = "api"\n  }';
const group = (check: string) => `resource "aws_lb_target_group" "api" {\n  port = 80\n  ${check}\n}\n`;

describe('the number of tasks', () => {
  test('is the one declared, with the line that says it', async () => {
    const api = await only(service('desired_count = 3') + task(CHECKED));
    expect(api).toMatchObject({
      name: 'shop-api',
      data: { system: 'ecs', replicas: 3, replicasFrom: 'declared', autoscaled: false, requests: 'all' },
    });
    expect(api?.evidence).toContainEqual({ type: 'file', path: 'a.tf', line: 4, field: 'replicas' });
  });

  test('comes through variables and the one call of a module', async () => {
    const variable = 'variable "n" {\n  default = 2\n}\n';
    expect((await only(service('desired_count = var.n') + task(CHECKED) + variable))?.data.replicas).toBe(2);
    const { workloads } = await derived({
      'main.tf': 'module "api" {\n  source = "./api"\n  n = 4\n}\n',
      'api/a.tf': service('desired_count = var.n') + task(CHECKED) + variable,
    });
    expect(workloads.map((w) => w.data.replicas)).toEqual([4]);
  });

  test('is the least of the autoscaling target that names the service', async () => {
    for (const id of [
      'service/$' + '{aws_ecs_cluster.main.name}/$' + '{aws_ecs_service.api.name}',
      'service/main/shop-api',
    ]) {
      const target = `resource "aws_appautoscaling_target" "t" {\n  resource_id  = "${id}"\n  min_capacity = 2\n  max_capacity = 8\n}\n`;
      const api = await only(service('desired_count = 1') + task(CHECKED) + target);
      expect(api?.data).toMatchObject({ replicas: 2, replicasFrom: 'autoscaler', autoscaled: true });
    }
  });

  test('is a gap where it is set elsewhere, or the service stands several times', async () => {
    expect(await untold(service('desired_count = var.n') + task(CHECKED))).toBe(
      'aws_ecs_service.api leaves its count to a value that is set elsewhere',
    );
    expect(await untold(service('desired_count = 1', 'for_each = var.all') + task(CHECKED))).toContain(
      'several times',
    );
  });

  test('of none, and a task on each machine, are no workloads', async () => {
    const { workloads, gaps } = await derived({
      'a.tf': service('desired_count = 0') + task(CHECKED),
      'b/b.tf': service('scheduling_strategy = "DAEMON"') + task(CHECKED),
    });
    expect([workloads, gaps]).toEqual([[], []]);
  });
});

describe('the health of tasks', () => {
  test('is checked by the container or by the target group', async () => {
    const read = async (text: string) => (await only(text))?.data.readiness;
    expect(await read(service('desired_count = 1') + task(CHECKED))).toBe('all');
    expect(await read(service('desired_count = 1') + task(PLAIN))).toBe('none');
    const balanced = service('desired_count = 1', BALANCED) + task(PLAIN);
    expect(await read(balanced + group('health_check {\n    path = "/"\n  }'))).toBe('all');
    expect(await read(balanced + group(''))).toBe('none');
  });

  test('is told of each container, in JSON as well', async () => {
    const json =
      '<<EOF\n[{"name": "api", "image": "acme/api:1", "healthCheck": {"command": ["CMD"]}}, {"name": "b", "image": "acme/b:2"}]\nEOF';
    expect((await only(service('desired_count = 1') + task(json)))?.data).toMatchObject({
      readiness: 'some',
      images: ['acme/api:1', 'acme/b:2'],
    });
  });

  test('asks nothing of a sidecar', async () => {
    const two = CHECKED.replace(
      'jsonencode([',
      'jsonencode([{ name = "log", image = "fluent/fluent-bit:3" }, ',
    );
    expect((await only(service('desired_count = 1') + task(two)))?.data.readiness).toBe('all');
  });

  test('is a gap where the containers or the target group are not written out', async () => {
    expect(await untold(service('desired_count = 1') + task('templatefile("a.json", {})'))).toContain(
      'not written out',
    );
    expect(await untold(service('desired_count = 1', BALANCED) + task(PLAIN))).toContain('target group');
  });
});

test('an environment is the one that a folder names', async () => {
  const { workloads } = await derived({ 'envs/prod/a.tf': service('desired_count = 1') + task(CHECKED) });
  expect(workloads.map((w) => w.data.environment)).toEqual(['production']);
});

test('a module that is called several times is a service for each call, with what that call gives', async () => {
  const { workloads, gaps } = await derived({
    'main.tf':
      'module "ui" {\n  source = "./service"\n  name = "ui"\n  tasks = 3\n}\nmodule "orders" {\n  source = "./service"\n  name = "orders"\n}\n',
    'service/ecs.tf': `variable "name" {}
variable "tasks" {
  default = 1
}
variable "traced" {
  default = true
}
locals {
  base = {
    name  = "\${var.name}-service"
    image = "acme/\${var.name}:1.0.0"
    healthCheck = { command = ["CMD", "ok"] }
  }
  agent = { name = "cloudwatch-agent", image = "acme/agent:latest" }
  containers = concat([local.base], var.traced ? [local.agent] : [])
}
resource "aws_ecs_task_definition" "this" {
  container_definitions = jsonencode(local.containers)
}
resource "aws_ecs_service" "this" {
  name            = var.name
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.tasks
}
`,
  });
  expect(gaps).toEqual([]);
  expect(workloads.map((w) => [w.name, w.data.replicas, w.data.readiness])).toEqual([
    ['orders', 1, 'all'],
    ['ui', 3, 'all'],
  ]);
  expect(workloads.map((w) => w.evidence.at(-1))).toMatchObject([
    { path: 'main.tf', line: 6 },
    { path: 'main.tf', line: 1 },
  ]);
});

test('a module that is called several times runs the image that each call gives', async () => {
  const { images } = await derived({
    'main.tf':
      'module "ui" {\n  source = "./service"\n  image = "acme/ui:1.0.0"\n}\nmodule "orders" {\n  source = "./service"\n  image = "acme/orders"\n}\n',
    'service/ecs.tf':
      'variable "image" {}\nresource "aws_ecs_task_definition" "this" {\n  container_definitions = jsonencode([{ name = "app", image = var.image }])\n}\n',
  });
  expect(images.map((i) => [i.data.image, i.data.pin])).toEqual([
    ['acme/orders', 'floating'],
    ['acme/ui:1.0.0', 'version'],
  ]);
});
