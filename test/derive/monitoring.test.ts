import { describe, expect, it } from 'vitest';
import { terraform } from '../../src/collect/infrastructure/terraform/terraform.js';
import { helmfile } from '../../src/collect/kubernetes/helmfile.js';
import { kubernetes } from '../../src/collect/kubernetes/kubernetes.js';
import { prometheus } from '../../src/collect/monitoring/prometheus.js';
import { monitoringAnswers } from '../../src/derive/answers/monitoring.js';
import { monitoring } from '../../src/derive/monitoring.js';
import type { AnyFact } from '../../src/model/facts.js';
import { factsOf } from '../../src/model/facts.js';
import type { Gap } from '../../src/model/gap.js';
import { collectFrom, places } from '../collect/from-files.js';
import { repository } from './facts.js';

type Files = Readonly<Record<string, string>>;

async function derived(
  files: Files,
  more: readonly AnyFact[] = [],
): Promise<{ facts: AnyFact[]; gaps: Gap[] }> {
  const collected = await collectFrom([helmfile, kubernetes, prometheus, terraform], files);
  const facts = [...collected.facts, ...more];
  const own = monitoring.derive(facts, collected.gaps, 'here');
  return { facts: [...facts, ...own.facts], gaps: [...collected.gaps, ...own.gaps] };
}
async function signals(files: Files, more: readonly AnyFact[] = []): Promise<string[]> {
  const { facts } = await derived(files, more);
  return factsOf(facts, 'monitoring-signal')
    .map(
      (f) =>
        `${f.data.signal} by ${f.data.tool} ${f.data.by}${f.data.notifies ? ' notifies' : ''} ${places(f.evidence)}`,
    )
    .sort();
}
async function answers(files: Files, operates = true) {
  const { facts, gaps } = await derived(files, [repository(operates)]);
  return monitoringAnswers(facts, gaps);
}

function daemonSet(kind: string, image: string): AnyFact {
  const container = {
    name: 'a',
    image,
    init: false,
    readiness: false,
    liveness: false,
    startup: false,
    requests: false,
    limits: false,
    line: 9,
  };
  return {
    kind: 'kubernetes-workload',
    repository: 'here',
    name: 'agent',
    evidence: [{ type: 'file', path: 'agent.yaml', line: 1 }],
    data: {
      kind,
      namespace: '',
      environment: '',
      replicas: -1,
      labels: [],
      strategy: '',
      spread: false,
      spreadKeys: [],
      claims: [],
      containers: [container],
    },
  };
}

const ALARM = (actions: string) => `resource "aws_cloudwatch_metric_alarm" "cpu" {
  namespace     = "AWS/ECS"
  metric_name   = "CPUUtilization"
  alarm_actions = ${actions}
}
`;
const TOPIC = `resource "aws_sns_topic_subscription" "people" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "a@example.com"
}
`;

describe('monitoring', () => {
  it('reads alarms by metric and namespace, and whether they reach somebody', async () => {
    expect(await signals({ 'a.tf': ALARM('[aws_sns_topic.alerts.arn]') })).toEqual([
      'cpu by cloudwatch alert a.tf:3',
    ]);
    expect(await signals({ 'a.tf': ALARM('[aws_sns_topic.alerts.arn]'), 'b.tf': TOPIC })).toEqual([
      'cpu by cloudwatch alert notifies a.tf:3',
    ]);
    expect(await signals({ 'a.tf': ALARM('[]'), 'b.tf': TOPIC })).toEqual(['cpu by cloudwatch alert a.tf:3']);
  });

  it('takes a queue for no person', async () => {
    const { facts } = await derived({ 'a.tf': TOPIC.replace('"email"', '"sqs"') });
    expect(factsOf(facts, 'routing-receiver')).toEqual([]);
  });

  it('reads the metrics of a CloudWatch dashboard with their lines', async () => {
    const dashboard = `resource "aws_cloudwatch_dashboard" "d" {
  dashboard_name = "d"
  dashboard_body = <<EOF
{ "widgets": [
  { "metrics": [[ "AWS/RDS", "FreeStorageSpace" ]] },
  { "expression": "SEARCH('{ContainerInsights} MetricName=\\"pod_network_rx_bytes\\"', 'Sum')" }
] }
EOF
}
`;
    expect(await signals({ 'd.tf': dashboard })).toEqual([
      'disk by cloudwatch dashboard d.tf:5',
      'network by cloudwatch dashboard d.tf:6',
    ]);
  });

  it('reads alerts of other clouds and services', async () => {
    expect(
      await signals({
        'a.tf': [
          'resource "google_monitoring_alert_policy" "g" {',
          '  conditions {',
          '    condition_threshold {',
          '      filter = "metric.type=\\"compute.googleapis.com/instance/cpu/utilization\\""',
          '    }',
          '  }',
          '}',
          'resource "azurerm_monitor_metric_alert" "z" {',
          '  criteria {',
          '    metric_namespace = "Microsoft.Compute/virtualMachines"',
          '    metric_name      = "Available Memory Bytes"',
          '  }',
          '}',
          'resource "datadog_monitor" "d" {',
          '  query   = "avg(last_5m):avg:system.disk.in_use{*} by {host} > 0.9"',
          '  message = "@slack-ops disk is full"',
          '}',
        ].join('\n'),
      }),
    ).toEqual([
      'cpu by google-cloud-monitoring alert a.tf:4',
      'disk by datadog alert notifies a.tf:15',
      'memory by azure-monitor alert a.tf:11',
    ]);
  });

  it('counts budgets, log drivers, charts and Container Insights', async () => {
    expect(
      await signals({
        'a.tf':
          'resource "aws_budgets_budget" "b" {\n  budget_type = "COST"\n}\nresource "aws_ecs_cluster" "c" {\n  setting {\n    name = "containerInsights"\n    value = "enabled"\n  }\n}\nresource "helm_release" "h" {\n  chart = "kube-prometheus-stack"\n}\n',
      }),
    ).toEqual([
      'costs by aws-budgets budget a.tf:1',
      'cpu by cloudwatch setting a.tf:7',
      'cpu by prometheus agent a.tf:11',
      'disk by prometheus agent a.tf:11',
      'memory by cloudwatch setting a.tf:7',
      'memory by prometheus agent a.tf:11',
      'network by cloudwatch setting a.tf:7',
      'network by prometheus agent a.tf:11',
    ]);
  });

  it('says that it cannot tell where Container Insights hang on a variable', async () => {
    const cluster =
      'resource "aws_ecs_cluster" "c" {\n  setting {\n    name = "containerInsights"\n    value = var.insights\n  }\n}\n';
    const { monitors_cpu } = await answers({ 'a.tf': cluster });
    expect(monitors_cpu.answer).toBe('unknown');
    expect(monitors_cpu.why).toContain('var.insights');
  });

  it('takes the rules that a chart brings for alerts where its values name somebody to tell', async () => {
    const stack = (receiver: string) => ({
      'monitoring.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: monitoring}
spec:
  chart: {spec: {chart: kube-prometheus-stack, sourceRef: {kind: HelmRepository, name: community}}}
  values:
    alertmanager:
      config:
        route: {receiver: team}
        receivers:
          - ${receiver}
`,
    });
    const told = stack('{name: team, slack_configs: [{channel: alerts}]}');
    expect(await signals(told)).toContain('cpu by prometheus alert notifies monitoring.yaml:1');
    expect((await answers(told)).has_alerts).toMatchObject({
      answer: 'yes',
      why: 'An alert reaches a person',
      evidence: [
        { path: 'monitoring.yaml', line: 1 },
        { path: 'monitoring.yaml', line: 11 },
      ],
    });
    expect((await answers(stack('{name: "null"}'))).has_alerts.answer).toBe('no');
  });

  it('reads the alarm that a module makes, and leaves open what a module for monitoring watches', async () => {
    const alarm =
      'module "cpu" {\n  source = "terraform-aws-modules/cloudwatch/aws//modules/metric-alarm"\n  namespace = "AWS/EC2"\n  metric_name = "CPUUtilization"\n}\n';
    expect(await signals({ 'a.tf': alarm })).toEqual(['cpu by cloudwatch alert a.tf:4']);
    const elsewhere =
      'module "m" {\n  source = "github.com/acme/terraform-cluster-monitoring?ref=1.0.0"\n}\nmodule "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n';
    const { monitors_cpu } = await answers({ 'a.tf': elsewhere });
    expect(monitors_cpu).toMatchObject({
      answer: 'unknown',
      why: 'Nothing that watches the CPU is declared, but what the module github.com/acme/terraform-cluster-monitoring?ref=1.0.0 watches is not in this repository',
    });
    expect((await answers({ 'a.tf': alarm })).monitors_memory.answer).toBe('no');
  });

  it('takes the log of requests at the edge for logs where it goes to a tool that shows them', async () => {
    const service = (logging: string) => ({
      'cdn.tf': `resource "fastly_service_vcl" "site" {\n  name = "site"\n  ${logging} {\n    name = "logs"\n  }\n}\n`,
    });
    expect(await signals(service('logging_datadog'))).toEqual(['logs by datadog setting cdn.tf:4']);
    expect(await signals(service('logging_s3'))).toEqual([]);
  });

  it('knows agents by their images, host agents only on every node', async () => {
    expect(
      await signals({}, [daemonSet('DaemonSet', 'quay.io/prometheus/node-exporter:v1.8.0')]),
    ).toHaveLength(4);
    expect(await signals({}, [daemonSet('DaemonSet', 'fluent/fluent-bit:3.1')])).toEqual([
      'logs by fluent-bit agent agent.yaml:9',
    ]);
    expect(
      await signals({}, [daemonSet('Deployment', 'public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.3')]),
    ).toEqual([]);
    expect(await signals({}, [daemonSet('Deployment', 'acme/network-api:1.0')])).toEqual([]);
  });
});

describe('Azure Monitor', () => {
  it('watches what the rules for Prometheus record, and what its agents collect', async () => {
    const rules = [
      'resource "azurerm_monitor_alert_prometheus_rule_group" "nodes" {',
      '  count = var.watched ? 1 : 0',
      '  rule {',
      '    record     = "instance:node_cpu:rate5m"',
      '    expression = "1 - avg(rate(node_cpu_seconds_total{mode=\\"idle\\"}[5m]))"',
      '  }',
      '}',
      'resource "azurerm_monitor_data_collection_rule" "containers" {',
      '  data_flow {',
      '    streams = ["Microsoft-ContainerInsights-Group-Default"]',
      '  }',
      '}',
      'resource "azurerm_container_app_environment" "apps" {',
      '  log_analytics_workspace_id = azurerm_log_analytics_workspace.logs.id',
      '}',
    ].join('\n');
    expect(await signals({ 'o.tf': rules })).toEqual([
      'cpu by azure-monitor agent o.tf:10',
      'cpu by azure-monitor recording-rule o.tf:5',
      'disk by azure-monitor agent o.tf:10',
      'logs by azure-monitor agent o.tf:10',
      'logs by azure-monitor setting o.tf:14',
      'memory by azure-monitor agent o.tf:10',
      'network by azure-monitor agent o.tf:10',
    ]);
  });
});

describe('monitoringAnswers', () => {
  it('answers yes with the lines, and no where nothing is declared', async () => {
    const found = await answers({ 'a.tf': ALARM('[aws_sns_topic.alerts.arn]'), 'b.tf': TOPIC });
    expect(found.monitors_cpu).toMatchObject({ answer: 'yes', evidence: [{ path: 'a.tf', line: 3 }] });
    expect(found.has_alerts).toMatchObject({
      answer: 'yes',
      evidence: [
        { path: 'a.tf', line: 3 },
        { path: 'b.tf', line: 1 },
      ],
    });
    expect(found.monitors_disk.answer).toBe('no');
  });

  it('does not apply to a library, whatever it contains', async () => {
    const found = await answers({ 'a.tf': ALARM('[]') }, false);
    expect(Object.values(found).map((a) => a.answer)).toEqual(Array(7).fill('na'));
  });

  it('is unknown where a file that could answer was not readable', async () => {
    const found = await answers({ 'a.tf': 'resource "x" {\n  a =\n' });
    expect(found.monitors_cpu.answer).toBe('unknown');
  });

  it('tells alarms without an action from alarms that lead out of the repository', async () => {
    expect((await answers({ 'a.tf': ALARM('[]') })).has_alerts.answer).toBe('no');
    expect((await answers({ 'a.tf': ALARM('[var.topic]') })).has_alerts.answer).toBe('unknown');
  });

  it('answers no for Alertmanager without a channel, unknown for rules alone', async () => {
    const rules = 'groups:\n  - rules:\n      - alert: A\n        expr: up == 0\n';
    const silent = 'route: { receiver: a }\nreceivers:\n  - name: a\n';
    expect((await answers({ 'r.yml': rules })).has_alerts.answer).toBe('unknown');
    expect((await answers({ 'r.yml': rules, 'am.yml': silent })).has_alerts.answer).toBe('no');
  });
});
