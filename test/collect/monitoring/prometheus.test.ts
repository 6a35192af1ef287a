import { describe, expect, it } from 'vitest';
import { prometheus } from '../../../src/collect/monitoring/prometheus.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function signals(files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([prometheus], files);
  const said = factsOf(facts, 'monitoring-signal').map(
    (f) =>
      `${f.data.signal} by ${f.data.tool} ${f.data.by}${f.data.notifies ? ' notifies' : ''}: ${f.name} ${places(f.evidence)}`,
  );
  return said.sort();
}

const RULES = [
  'groups:',
  '  - name: containers',
  '    rules:',
  '      - alert: CpuHigh',
  '        expr: |',
  '          rate(container_cpu_usage_seconds_total[5m]) > 0.9',
  '      - record: node:mem',
  '        expr: node_memory_MemAvailable_bytes',
  '  # - name: off',
  '  #   rules: [{ alert: Disk, expr: node_filesystem_avail_bytes < 1 }]',
  '',
].join('\n');

const ALERTMANAGER = [
  'route:',
  '  receiver: nobody',
  '  routes:',
  '    - receiver: slack',
  'receivers:',
  '  - name: nobody',
  '  - name: slack',
  '    slack_configs:',
  '      - channel: "#a"',
  '  - name: unrouted',
  '    email_configs:',
  '      - to: a@example.com',
  '',
].join('\n');

describe('prometheus', () => {
  it('reads alert and recording rules with the lines of their expressions', async () => {
    expect(await signals({ 'rules/a.yml': RULES })).toEqual([
      'cpu by prometheus alert: CpuHigh rules/a.yml:5',
      'memory by prometheus recording-rule: node:mem rules/a.yml:8',
    ]);
  });

  it('knows that an alert notifies where a route leads to a receiver with a channel', async () => {
    const files = { 'rules/a.yml': RULES, 'alertmanager.yml': ALERTMANAGER };
    expect(await signals(files)).toContain('cpu by prometheus alert notifies: CpuHigh rules/a.yml:5');
    const { facts } = await collectFrom([prometheus], files);
    expect(
      factsOf(facts, 'routing-receiver').map((f) => [
        f.name,
        f.data.tool,
        f.data.channel,
        places(f.evidence)[0],
      ]),
    ).toEqual([['slack', 'alertmanager', 'slack', 'alertmanager.yml:8']]);
  });

  it('does not call a receiver without a channel a way to reach a person', async () => {
    const alertmanager = 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n';
    const { facts } = await collectFrom([prometheus], { 'rules/a.yml': RULES, 'am.yml': alertmanager });
    expect(factsOf(facts, 'routing-receiver')).toEqual([]);
    expect(factsOf(facts, 'monitoring-signal').some((f) => f.data.notifies)).toBe(false);
  });

  it('finds rules in a PrometheusRule, in Helm values and in a ConfigMap', async () => {
    const indented = RULES.replace(/^/gm, '    ');
    expect(
      await signals({
        'a.yaml': `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: x }\nspec:\n${indented}`,
        'b.yaml': `server:\n  rules.yml:\n${indented}`,
        'c.yaml': `kind: ConfigMap\napiVersion: v1\ndata:\n  rules.yml: |\n${indented}`,
      }),
    ).toEqual([
      'cpu by prometheus alert: CpuHigh a.yaml:9',
      'cpu by prometheus alert: CpuHigh b.yaml:7',
      'cpu by prometheus alert: CpuHigh c.yaml:9',
      'memory by prometheus recording-rule: node:mem a.yaml:12',
      'memory by prometheus recording-rule: node:mem b.yaml:10',
      'memory by prometheus recording-rule: node:mem c.yaml:12',
    ]);
  });

  it('reads dashboards: each signal once, at its first query', async () => {
    const dashboard = JSON.stringify(
      {
        title: 'Nodes',
        panels: [
          {
            targets: [
              { expr: 'rate(node_cpu_seconds_total[1m])' },
              { expr: 'node_filesystem_avail_bytes{a="b"}' },
            ],
          },
          { panels: [{ targets: [{ expr: 'rate(node_cpu_seconds_total[5m])' }] }] },
          { targets: [{ namespace: 'AWS/RDS', metricName: 'FreeableMemory' }] },
        ],
      },
      null,
      1,
    );
    expect(await signals({ 'grafana/nodes.json': dashboard })).toEqual([
      'cpu by grafana dashboard: Nodes grafana/nodes.json:7',
      'disk by grafana dashboard: Nodes grafana/nodes.json:10',
      'memory by grafana dashboard: Nodes grafana/nodes.json:29',
    ]);
  });

  it('counts what a scraped node exporter or cAdvisor ships, and not what any other job does', async () => {
    const config =
      'scrape_configs:\n  - job_name: nodes\n    static_configs:\n      - targets: ["node-exporter:9100"]\n  - job_name: api\n    static_configs:\n      - targets: ["api:80"]\n';
    expect(await signals({ 'prometheus.yml': config })).toEqual([
      'cpu by prometheus agent: nodes prometheus.yml:2',
      'disk by prometheus agent: nodes prometheus.yml:2',
      'memory by prometheus agent: nodes prometheus.yml:2',
      'network by prometheus agent: nodes prometheus.yml:2',
    ]);
  });

  it('takes what Promtail scrapes for logs, which go to Loki', async () => {
    const promtail =
      'clients:\n  - url: http://loki:3100/loki/api/v1/push\nscrape_configs:\n  - job_name: node-exporter\n';
    expect(await signals({ 'promtail.yaml': promtail })).toEqual([
      'logs by promtail agent: Promtail promtail.yaml:3',
    ]);
    const { facts } = await collectFrom([prometheus], { 'promtail.yaml': promtail });
    expect(factsOf(facts, 'tool-use').map((t) => `${t.name} ${places(t.evidence)}`)).toEqual([
      'loki promtail.yaml:1',
      'promtail promtail.yaml:3',
    ]);
  });

  it('counts what an OpenTelemetry collector takes in and sends somewhere, over the files of a folder', async () => {
    const base =
      'receivers:\n  otlp: {}\n  hostmetrics:\n    scrapers:\n      cpu: {}\n      filesystem: {}\nservice:\n  pipelines:\n    metrics:\n      receivers: [hostmetrics]\n      exporters: [debug]\n    logs:\n      receivers: [otlp]\n      exporters: [debug]\n';
    expect(await signals({ 'otel/base.yml': base })).toEqual([]);
    const more =
      'service:\n  pipelines:\n    metrics:\n      exporters: [debug, otlphttp]\n    logs:\n      exporters: [loki]\n# receivers\n';
    expect(await signals({ 'otel/base.yml': base, 'otel/more.yml': more })).toEqual([
      'cpu by opentelemetry agent: hostmetrics otel/base.yml:3',
      'disk by opentelemetry agent: hostmetrics otel/base.yml:3',
      'logs by opentelemetry agent: OpenTelemetry collector otel/more.yml:5',
    ]);
  });

  it('reads a dashboard of Google Cloud Monitoring, by filters and by PromQL', async () => {
    const chart = (query: object) => ({ xyChart: { dataSets: [{ timeSeriesQuery: query }] } });
    const dashboard = {
      displayName: 'Shop',
      mosaicLayout: {
        tiles: [
          {
            widget: chart({
              timeSeriesFilter: { filter: 'metric.type="kubernetes.io/container/cpu/core_usage_time"' },
            }),
          },
          { widget: chart({ prometheusQuery: 'node_memory_MemAvailable_bytes' }) },
        ],
      },
    };
    expect(await signals({ 'dashboards/shop.json': JSON.stringify(dashboard, null, 1) })).toEqual([
      'cpu by google-cloud-monitoring dashboard: Shop dashboards/shop.json:12',
      'memory by google-cloud-monitoring dashboard: Shop dashboards/shop.json:26',
    ]);
  });

  it('reads Grafana alerts and whether a contact point hears of them', async () => {
    const rules =
      'apiVersion: 1\ngroups:\n  - name: g\n    rules:\n      - title: Busy\n        condition: C\n        data:\n          - model: { expr: "rate(node_cpu_seconds_total[5m])" }\n';
    const contact = 'contactPoints:\n  - name: ops\n    receivers:\n      - type: email\n';
    expect(await signals({ 'a.yml': rules, 'b.yml': contact })).toEqual([
      'cpu by grafana alert notifies: Busy a.yml:5',
    ]);
  });

  it('knows whom an Alertmanager that is a template tells, whatever its messages say', async () => {
    const template = (channels: string) =>
      [
        '{{- if ne .Values.stage "test" }}',
        'kind: AlertmanagerConfig',
        'spec:',
        '  route:',
        '    receiver: nobody',
        '    routes:',
        '      - receiver: pager',
        '  receivers:',
        '    - name: nobody',
        '    - name: pager',
        channels,
        '{{- end }}',
        '',
      ].join('\n');
    const pager = [
      '      pagerdutyConfigs:',
      '        - clientURL: "https://alerts.{{ .Values.domain }}/?to={{ "{{ .Receiver | urlquery }}" }}"',
      '          {{- include "page" . | nindent 10 }}',
    ].join('\n');
    const { facts } = await collectFrom([prometheus], {
      'c/templates/am.yaml': template(pager),
      'r.yml': RULES,
    });
    expect(factsOf(facts, 'routing-receiver')).toMatchObject([
      {
        name: 'pager',
        data: { channel: 'pagerduty' },
        evidence: [{ path: 'c/templates/am.yaml', line: 11 }],
      },
    ]);
    const broken = await collectFrom([prometheus], { 'am.yaml': template('  bad: [{{ . }}') });
    expect(broken.gaps).toMatchObject([{ kinds: ['routing-receiver'], path: 'am.yaml' }]);
  });

  it('says that a template was not rendered, and skips examples', async () => {
    const template =
      '{{- if .Values.on }}\nspec:\n  groups:\n    - rules:\n      - alert: A\n        expr: {{ .Values.x }}\n{{- end }}\n';
    const { gaps } = await collectFrom([prometheus], { 'chart/templates/rule.yaml': template });
    expect(gaps).toMatchObject([
      { kinds: ['monitoring-signal'], reason: 'not-rendered', path: 'chart/templates/rule.yaml' },
    ]);
    expect(await signals({ 'examples/rules.yml': RULES })).toEqual([]);
  });

  it('survives files that only look alike', async () => {
    expect(
      await signals({
        'a.yml': 'groups: 3\nexpr: [1]\nreceivers: x\nroute: {}\n',
        'b.yml': 'groups:\n  - rules:\n      - null\n      - alert: 1\n        expr: [a]\n',
        'dashboards/c.json': '{"panels": [null, 3, {"targets": [{"expr": 4}]}]}',
        'dashboards/d.json': '{"panels": ',
      }),
    ).toEqual([]);
  });
});
