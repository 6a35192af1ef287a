import { describe, expect, it } from 'vitest';
import { signalsOfCloudMetric, signalsOfPromql } from '../../src/model/signal.js';

describe('signalsOfPromql', () => {
  it.each([
    ['1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[5m]))', ['cpu']],
    ['container_memory_working_set_bytes{container!=""} / 2', ['memory']],
    ['node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1', ['disk']],
    ['kubelet_volume_stats_available_bytes < 1', ['disk']],
    ['sum(rate(node_network_receive_bytes_total{device!="lo"}[5m]))', ['network']],
    ['instance:node_cpu_utilisation:rate5m > 0.9', ['cpu']],
    ['up{job="api"} == 0', ['availability']],
    ['kube_deployment_status_replicas_unavailable > 0', ['availability']],
    ['sum(rate(http_requests_total{code=~"5.."}[5m])) > 1', ['application']],
    [
      'kube_node_status_condition{condition=~"(MemoryPressure|DiskPressure)"} == 1',
      ['availability', 'disk', 'memory'],
    ],
  ])('reads what %s watches', (expression, signals) => {
    expect(signalsOfPromql(expression)).toEqual(signals);
  });

  it.each([
    ['labels', 'sum by (cpu, memory) (foo_total{name="node_cpu_seconds_total"})'],
    ['what was asked for', 'sum(kube_pod_container_resource_requests{resource="cpu"})'],
    ['the own storage of Prometheus', 'rate(prometheus_tsdb_storage_blocks_bytes[5m])'],
    ['a comment', 'foo_total # node_cpu_seconds_total'],
  ])('does not take %s for a resource', (_, expression) => {
    expect(signalsOfPromql(expression)).toEqual([]);
  });
});

describe('signalsOfCloudMetric', () => {
  it.each([
    ['AWS/ECS', 'CPUUtilization', ['cpu']],
    ['AWS/RDS', 'FreeStorageSpace', ['disk']],
    ['AWS/RDS', 'FreeableMemory', ['memory']],
    ['ContainerInsights', 'pod_network_rx_bytes', ['network']],
    ['CWAgent', 'disk_used_percent', ['disk']],
    ['AWS/Billing', 'EstimatedCharges', ['costs']],
    ['AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', ['application']],
    ['AWS/EC2', 'StatusCheckFailed', ['availability']],
    ['AWS/S3', 'BucketSizeBytes', []],
    ['Acme', 'Oranges', []],
  ])('reads %s %s', (namespace, metric, signals) => {
    expect(signalsOfCloudMetric(namespace, metric)).toEqual(signals);
  });
});
