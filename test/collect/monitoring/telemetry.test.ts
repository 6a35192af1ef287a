import { describe, expect, test } from 'vitest';
import { telemetry } from '../../../src/collect/monitoring/telemetry.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts } = await collectFrom([telemetry], files);
  return {
    tools: factsOf(facts, 'tool-use').map((t) => `${t.data.tool} ${places(t.evidence).join(' ')}`),
    signals: factsOf(facts, 'monitoring-signal').map(
      (s) => `${s.data.signal} by ${s.data.tool} ${places(s.evidence)}`,
    ),
  };
}

const OTEL = `receivers:
  otlp: {}
  statsd: {}
exporters:
  awsxray: {}
  otlp/unused: { endpoint: tempo:4317 }
  otlp: { endpoint: jaeger:4317 }
  debug: {}
service:
  pipelines:
    traces:
      receivers: [otlp, statsd]
      exporters: [awsxray, otlp, debug]
`;

describe('An OpenTelemetry collector', () => {
  test('uses the back ends to which a pipeline leads', async () => {
    const { tools } = await read({ 'otel/collector.yaml': OTEL });
    expect(tools).toEqual([
      'aws-x-ray otel/collector.yaml:5',
      'jaeger otel/collector.yaml:7',
      'opentelemetry otel/collector.yaml:11',
      'statsd otel/collector.yaml:3',
    ]);
  });

  test('is found inside of a ConfigMap, and in a template with its tags', async () => {
    const map = `apiVersion: v1
kind: ConfigMap
data:
  config.yaml: |
    exporters:
      googlecloud:
        project: {{ .Values.project }}
    service:
      pipelines:
        traces:
          {{- if .Values.on }}
          exporters: [googlecloud]
          {{- end }}
`;
    const { tools } = await read({ 'chart/templates/collector.yaml': map });
    expect(tools).toEqual([
      'google-cloud-monitoring chart/templates/collector.yaml:6',
      'opentelemetry chart/templates/collector.yaml:10',
    ]);
  });
});

describe('An agent', () => {
  test('ships logs to its back end, and measures what its inputs do', async () => {
    const { tools, signals } = await read({
      'fluent-bit.conf': '[INPUT]\n  Name tail\n[OUTPUT]\n  Name cloudwatch_logs\n',
      'telegraf.toml': '[[inputs.cpu]]\n[[inputs.disk]]\n[[outputs.prometheus_client]]\n',
      'vector.yaml':
        'sources:\n  logs:\n    type: docker_logs\nsinks:\n  out:\n    type: datadog_logs\n    inputs: [logs]\n',
    });
    expect(tools).toEqual([
      'cloudwatch fluent-bit.conf:4',
      'datadog vector.yaml:6',
      'fluent-bit fluent-bit.conf:2',
      'prometheus telegraf.toml:3',
      'telegraf telegraf.toml:1',
      'vector vector.yaml:3',
    ]);
    expect(signals).toEqual([
      'logs by fluent-bit fluent-bit.conf:4',
      'cpu by telegraf telegraf.toml:1',
      'disk by telegraf telegraf.toml:2',
      'logs by vector vector.yaml:3',
    ]);
  });

  test('that keeps nothing ships nothing', async () => {
    const { tools, signals } = await read({ 'fluent-bit.conf': '[OUTPUT]\n  Name stdout\n' });
    expect([tools, signals]).toEqual([[], []]);
  });

  test('of CloudWatch takes files, clusters and statsd', async () => {
    const { tools, signals } = await read({
      'cwagent.json':
        '{\n  "logs": {\n    "logs_collected": {\n      "files": {}\n    },\n    "metrics_collected": {\n      "kubernetes": {}\n    }\n  },\n  "metrics": {\n    "metrics_collected": {\n      "statsd": {}\n    }\n  }\n}\n',
    });
    expect(tools).toEqual([
      'cloudwatch cwagent.json:3 cwagent.json:6 cwagent.json:11',
      'statsd cwagent.json:12',
    ]);
    expect(signals.map((s) => s.split(' ')[0]).sort()).toEqual(['cpu', 'disk', 'logs', 'memory', 'network']);
  });
});

test('Workloads say whom they send to and who scrapes them, where a value is set', async () => {
  const { tools } = await read({
    'web.yaml': `metadata:
  annotations:
    prometheus.io/scrape: "true"
spec:
  env:
    - name: ZIPKIN
      value: zipkin.tracing
    - name: SENTRY_DSN
      value: ""
    - name: DD_API_KEY
      valueFrom: { secretKeyRef: { name: a, key: b } }
`,
    'compose.yaml': `services:
  web:
    environment:
      STATSD_HOST: statsd
      SENTRY_DSN: \${SENTRY_DSN:-}
      NEW_RELIC_LICENSE_KEY: \${NEW_RELIC_LICENSE_KEY}
      APPLICATIONINSIGHTS_CONFIGURATION_FILE: applicationinsights.json
      ROLLBAR_ACCESS_TOKEN: \${ROLLBAR_ACCESS_TOKEN}
`,
    'quiet.yaml': 'annotations:\n  prometheus.io/scrape: "false"\n  # prometheus.io/port: "80"\n',
  });
  expect(tools).toEqual([
    'azure-monitor compose.yaml:7',
    'datadog web.yaml:10',
    'prometheus web.yaml:3',
    'statsd compose.yaml:4',
    'zipkin web.yaml:6',
  ]);
});
