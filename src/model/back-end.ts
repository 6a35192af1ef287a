/** Where agents send what they collect: the names of exporters, outputs and sinks, and the tool that stands behind each. */

/** By the type of an exporter (OpenTelemetry), output (Fluent Bit, Telegraf, Beats), match (Fluentd) or sink (Vector). */
const BACK_ENDS: readonly (readonly [RegExp, string])[] = [
  [/^(awsxray|xray)$/, 'aws-x-ray'],
  [/^(awsemf|awscloudwatchlogs|cloudwatch|cloudwatch_logs|aws_cloudwatch_(logs|metrics))$/, 'cloudwatch'],
  [/^azure_?monitor(_logs|_ingestion)?$|^azure(_logs_ingestion)?$|^azure-loganalytics$/, 'azure-monitor'],
  [/^(datadog|datadog_(logs|metrics|traces|events))$/, 'datadog'],
  [/^(elasticsearch|es)$/, 'elasticsearch'],
  [
    /^(googlecloud|googlemanagedprometheus|stackdriver|google_cloud|gcp_stackdriver_(logs|metrics))$/,
    'google-cloud-monitoring',
  ],
  [/^jaeger(_thrift)?$/, 'jaeger'],
  [/^(loki|grafana-loki)$/, 'loki'],
  [/^(newrelic|nrlogs|new_relic|new_relic_logs)$/, 'new-relic'],
  [/^(opensearch|opensearch_logs)$/, 'opensearch'],
  [
    /^(prometheus|prometheusremotewrite|prometheus_(remote_write|exporter|client|pushgateway))$/,
    'prometheus',
  ],
  [/^sentry$/, 'sentry'],
  [/^(splunk|splunk_hec|splunk_hec_(logs|metrics)|signalfx)$/, 'splunk'],
  [/^statsd$/, 'statsd'],
  [/^zipkin$/, 'zipkin'],
];

/** Hosts of services that take the open protocol. */
const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/\bjaeger\b/, 'jaeger'],
  [/\btempo\b/, 'tempo'],
  [/\bsignoz\b/, 'signoz'],
  [/nr-data\.net/, 'new-relic'],
  [/datadoghq\./, 'datadog'],
  [/honeycomb\.io/, 'honeycomb'],
  [/grafana\.net/, 'grafana'],
  [/\bloki\b|\/loki\/api/, 'loki'],
];

/** The tool behind an exporter of a type, which for the open protocol is told by where it sends; empty for none known. */
export function backEnd(type: string, endpoint = ''): string {
  const known = BACK_ENDS.find(([pattern]) => pattern.test(type))?.[1];
  return known ?? HOSTS.find(([host]) => host.test(endpoint))?.[1] ?? '';
}
