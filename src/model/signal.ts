/** What an expression or a metric watches: cpu, memory, disk, network, availability or the application, by the names of metrics. */
import type { SIGNALS } from './facts.js';

export type Signal = (typeof SIGNALS)[number];

/** Metrics that monitoring keeps of itself: the storage of Prometheus is not the disk of the system. */
const OWN =
  /^(prometheus|alertmanager|thanos|cortex|mimir|loki|tempo|grafana|otelcol|promhttp|net_conntrack|scrape)_/;
/** Metrics of the control plane: they say how the cluster's own parts serve, not the company's application. */
const CONTROL_PLANE =
  /^(apiserver|etcd|kubelet|kubeproxy|kube|scheduler|workqueue|rest_client|coredns|aggregator|authentication|authorization|storage_operation|volume_manager|cluster_quantile)_/;
/** What was asked for or exists, not what is used. */
const CAPACITY = /(^|_)(requests?|limits?|quota|capacity|allocatable|info|cores|hard|overcommit)(_|$)/;

const RESOURCES: readonly (readonly [RegExp, Signal])[] = [
  [/(^|_)cpus?(_|$)|^node_load\d|^node_schedstat_|(^|_)load(1|5|15)$/, 'cpu'],
  [/(^|_)(memory|mem|memstats|swap|oom)(_|$)|^node_vmstat_(pgmajfault|oom)/, 'memory'],
  [
    /(^|_)(disk|diskio|filesystem|fs|inodes?|blkio)(_|$)|volume_stats|storage_space|free_(local_)?storage|^k8s_volume_|^node_md_/,
    'disk',
  ],
  [/(^|_)(network|netstat|sockstat|conntrack)(_|$)|^windows_net_|^net_(bytes|packets|err|drop)/, 'network'],
];
const PRESSURE: readonly (readonly [RegExp, Signal])[] = [
  [/MemoryPressure/, 'memory'],
  [/DiskPressure/, 'disk'],
];
const AVAILABILITY =
  /^(up|probe_success)$|^kube_\w+_(un)?available$|^kube_pod_(container_status_(restarts|waiting|terminated|ready)|status_(phase|ready))|^kube_node_status_condition$|^kube_job_status_failed|^kube_job_failed/;
const APPLICATION =
  /^https?_|^grpc_|^nginx_|^istio_|^traefik_|^envoy_|(^|_)requests?_(total|count|duration|latency|seconds)|^traces_span_?metrics_|^spanmetrics_|_errors?_total$/;

/** The signals of one metric by its name, written with `_` or `.` between words. A recording rule's name has parts between colons. */
export function signalsOfMetric(metric: string): Signal[] {
  const found = new Set<Signal>();
  if (/kube_\w*resource_(requests|limits|quota)/.test(metric)) return [];
  for (const part of metric.replace(/[.-]/g, '_').split(':')) {
    // camelCase ends words too: node_memory_MemAvailable_bytes, DiskSpaceUtilization.
    const name = part.replace(/([a-z])([A-Z])/g, '$1_$2');
    const lower = name.toLowerCase();
    if (OWN.test(lower)) continue;
    if (AVAILABILITY.test(part)) found.add('availability');
    if (/^kube_/.test(lower)) continue;
    if (!CAPACITY.test(lower))
      for (const [words, signal] of RESOURCES) if (words.test(lower)) found.add(signal);
    if (found.size === 0 && APPLICATION.test(lower) && !CONTROL_PLANE.test(lower)) found.add('application');
  }
  return [...found];
}

/** The signals of a PromQL expression, by the metrics that it reads; names in labels and groupings are no metrics. */
export function signalsOfPromql(expression: string): Signal[] {
  const found = new Set<Signal>();
  if (/kube_node_status_condition/.test(expression))
    for (const [condition, signal] of PRESSURE) if (condition.test(expression)) found.add(signal);
  const named = [...expression.matchAll(/__name__\s*=~?\s*"([^"]*)"/g)].map((m) => m[1] ?? '').join(' ');
  const bare = expression
    .replace(/#.*$/gm, ' ')
    .replace(/\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^}"'])*\}/g, ' ')
    .replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, ' ')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ');
  for (const [metric] of `${bare} ${named}`.matchAll(/[a-zA-Z_:][\w:.]*/g))
    for (const signal of signalsOfMetric(metric)) found.add(signal);
  return [...found].sort();
}

/** The signals of a metric of CloudWatch, Azure Monitor or Google Cloud Monitoring, by its name and the service's. */
export function signalsOfCloudMetric(namespace: string, metric: string): Signal[] {
  const name = `${namespace} ${metric}`.toLowerCase();
  const bare = metric.toLowerCase();
  if (/aws\/(billing|usage)|estimatedcharges|billing\//.test(name)) return ['costs'];
  if (/cpu/.test(bare)) return ['cpu'];
  if (/memory|(^|[_/])mem(_|$)|swap/.test(bare)) return ['memory'];
  if (
    /disk|storage(space|_percent|_used)?|filesystem|volume(read|write|bytes|queue)|readiops|writeiops|iops|freeable_?storage|burstbalance|ebs/.test(
      bare,
    ) &&
    !/aws\/s3/.test(name)
  )
    return ['disk'];
  if (/network|natgateway|packetsdrop|bytes(in|out)(from|to)|(rx|tx)_(bytes|packets|errors)/.test(`${name}`))
    return ['network'];
  if (
    /statuscheckfailed|unhealthyhost|healthyhost|healthstatus|availability|uptime|heartbeat|runningtaskcount|node_failed|replicas/.test(
      bare,
    )
  )
    return ['availability'];
  if (
    /5xx|4xx|requestcount|latency|responsetime|errors?$|throttles|duration|messages|age(of)?oldest|requests|deadletter|invocations/.test(
      bare,
    )
  )
    return ['application'];
  return [];
}

/** The signals of the metrics that a filter or query of Google Cloud Monitoring names. */
export function signalsOfGoogleFilter(filter: string): Signal[] {
  const types = [...filter.matchAll(/(?:metric\.type\s*=\s*\\?"|fetch\s[^|]*::|metric\s+)([\w./-]+)/g)];
  return types.flatMap((t) => signalsOfCloudMetric('', (t[1] ?? '').replace(/^[^/]*\//, '')));
}
