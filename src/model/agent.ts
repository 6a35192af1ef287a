/** Programs that measure or collect where they run, by the images and charts that people run them from. */
import type { Signal } from './signal.js';

export interface Agent {
  tool: string;
  signals: readonly Signal[];
}

const HOST: readonly Signal[] = ['cpu', 'memory', 'disk', 'network'];

/** By the image's registry and repository. */
const IMAGES: readonly (readonly [RegExp, Agent])[] = [
  [/(^|\/)(prometheus-)?node[-_]exporter$/, { tool: 'prometheus', signals: HOST }],
  [/(^|\/)windows-exporter$/, { tool: 'prometheus', signals: HOST }],
  [/(^|\/)cadvisor$/, { tool: 'prometheus', signals: HOST }],
  [/(^|\/)(prometheus-)?kube-state-metrics$/, { tool: 'prometheus', signals: ['availability'] }],
  [/(^|\/)netdata$/, { tool: 'netdata', signals: HOST }],
  [/(^|\/)(aws-for-)?fluent[-/]bit$/, { tool: 'fluent-bit', signals: ['logs'] }],
  [/(^|\/)fluentd(-[a-z-]+)?$/, { tool: 'fluentd', signals: ['logs'] }],
  [/(^|\/)promtail$/, { tool: 'promtail', signals: ['logs'] }],
  [/(^|\/)filebeat(-oss)?$/, { tool: 'filebeat', signals: ['logs'] }],
  [/(^|\/)timberio\/vector$/, { tool: 'vector', signals: ['logs'] }],
  [/(^|\/)(opencost|kubecost-cost-model|cost-model)$/, { tool: 'kubecost', signals: ['costs'] }],
];
/** These measure a node only where they run on every one; as a sidecar they receive what an application sends. */
const NODE_IMAGES: readonly (readonly [RegExp, Agent])[] = [
  [/(^|\/)(datadog|datadoghq)\/agent$/, { tool: 'datadog', signals: HOST }],
  [/(^|\/)newrelic\/(infrastructure[\w-]*|nri-kubernetes)$/, { tool: 'new-relic', signals: HOST }],
  [/(^|\/)cloudwatch-agent$/, { tool: 'cloudwatch', signals: HOST }],
];
/** By the chart's name: what it runs with its own values. */
const CHARTS: readonly (readonly [RegExp, Agent])[] = [
  [/^kube-prometheus-stack$|^prometheus-node-exporter$/, { tool: 'prometheus', signals: HOST }],
  [/^(prometheus-)?kube-state-metrics$/, { tool: 'prometheus', signals: ['availability'] }],
  [/^victoria-metrics-k8s-stack$/, { tool: 'victoria-metrics', signals: HOST }],
  [/^datadog$/, { tool: 'datadog', signals: HOST }],
  [/^dynatrace-(oneagent-)?operator$/, { tool: 'dynatrace', signals: HOST }],
  [/^aws-cloudwatch-metrics$/, { tool: 'cloudwatch', signals: HOST }],
  [/^splunk-otel-collector$/, { tool: 'splunk', signals: [...HOST, 'logs'] }],
  [/^(nri-bundle|newrelic-infrastructure)$/, { tool: 'new-relic', signals: HOST }],
  [/^k8s-infra$/, { tool: 'signoz', signals: [...HOST, 'logs'] }],
  [/^(aws-for-)?fluent-?bit(-[a-z-]+)?$/, { tool: 'fluent-bit', signals: ['logs'] }],
  [/^fluentd(-[a-z-]+)?$/, { tool: 'fluentd', signals: ['logs'] }],
  [/^(promtail|loki-stack)$/, { tool: 'promtail', signals: ['logs'] }],
  [/^filebeat$/, { tool: 'filebeat', signals: ['logs'] }],
  [/^vector$/, { tool: 'vector', signals: ['logs'] }],
  [/^(cost-analyzer|kubecost|opencost)$/, { tool: 'kubecost', signals: ['costs'] }],
];

/** What an image runs, by `registry/repository`; `everyNode`: it runs on every node, or is the one on its host. */
export function agentOfImage(name: string, everyNode: boolean): Agent | undefined {
  const known = everyNode ? [...IMAGES, ...NODE_IMAGES] : IMAGES;
  return known.find(([image]) => image.test(name))?.[1];
}

/** What a chart runs, by its name or the address that ends in it. */
export function agentOfChart(chart: string): Agent | undefined {
  const name = chart.split('/').at(-1) ?? '';
  return CHARTS.find(([pattern]) => pattern.test(name))?.[1];
}
