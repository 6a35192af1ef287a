/** The answer about autoscaling for the profile: autoscalers of workloads, and groups of machines that have a range. */
import type { Evidence } from '../../model/evidence.js';
import { type AnyFact, type FactData, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import type { Practice } from '../../model/profile.js';
import { existingResources, terraformValues } from '../terraform/values.js';
import { evidenceOf, gapHiding, notApplicable, noUnlessUnseen, unknown, yes } from './answer.js';

const TARGETS =
  /^(aws_appautoscaling_target|google_compute_(region_)?autoscaler|azurerm_monitor_autoscale_setting)$/;
/** Where the range of a group of machines stands, by the type of resource. */
const RANGES: Readonly<Record<string, readonly [least: string, most: string]>> = {
  aws_autoscaling_group: ['min_size', 'max_size'],
  aws_eks_node_group: ['scaling_config.min_size', 'scaling_config.max_size'],
  azurerm_kubernetes_cluster: ['default_node_pool.min_count', 'default_node_pool.max_count'],
  azurerm_kubernetes_cluster_node_pool: ['min_count', 'max_count'],
  digitalocean_kubernetes_cluster: ['node_pool.min_nodes', 'node_pool.max_nodes'],
  digitalocean_kubernetes_node_pool: ['min_nodes', 'max_nodes'],
  google_container_node_pool: ['autoscaling.min_node_count', 'autoscaling.max_node_count'],
};
/** Of groups that may be declared without a range; then their size is fixed. */
const MAY_BE_FIXED = /^(azurerm|digitalocean|google)_/;
/** Modules that make groups of machines, whose range may stand in a value of its own. */
const GROUPS =
  /(^|[/_-])(eks|gke|aks|kubernetes-engine|autoscaling|asg|managed-node-group|node-group)([/_.-]|$)/;
/** Arguments by which modules take a range. */
const ARGUMENTS = /(^|[._])min_(size|capacity|count|nodes|instances)$/;

export function autoscaling(
  facts: readonly AnyFact[],
  gaps: readonly Gap[],
  elsewhere: Gap | undefined,
): Practice {
  const workloads = factsOf(facts, 'workload');
  const gap = gapHiding(gaps, 'autoscaler', workloads.length > 0);
  const pools = factsOf(facts, 'node-pool');
  if (pools.length > 0) return yes('A pool of nodes grows and shrinks with what runs', evidenceOf(pools));
  const scalers = factsOf(facts, 'autoscaler');
  if (scalers.length > 0) return yes('An autoscaler owns a replica count', evidenceOf(scalers));
  const targets = existingResources(facts).filter((r) => TARGETS.test(r.data.type));
  if (targets.length > 0) return yes('An autoscaling target is declared', evidenceOf(targets));
  const ranges = rangesOf(facts);
  const ranging = ranges.filter((r) => r.spans === true);
  if (ranging.length > 0)
    return yes(
      'A group of machines has a range',
      ranging.flatMap((r) => r.at),
    );
  const open = ranges.filter((r) => r.spans === undefined);
  if (open.length > 0)
    return unknown(
      'The size of a group of machines is set elsewhere',
      open.flatMap((r) => r.at),
    );
  const modules = factsOf(facts, 'terraform-module').filter((m) => !m.data.local);
  const none = workloads.length === 0 && ranges.length === 0;
  const grouping = modules.filter((m) => GROUPS.test(m.data.source));
  if (ranges.length === 0 && grouping.length > 0)
    return unknown('Groups of machines are made by modules from elsewhere', evidenceOf(grouping));
  if (none && modules.length > 0)
    return unknown('What the modules from elsewhere run cannot be seen', evidenceOf(modules));
  if (none && !gap && !elsewhere) return notApplicable('No workload is declared');
  const besides = elsewhere ? '; charts from elsewhere were not looked into' : '';
  return noUnlessUnseen(gap, `No autoscaler is declared${besides}`);
}

interface Range {
  /** Undefined where the values are not written out. */
  spans: boolean | undefined;
  at: Evidence[];
}

/** Groups of machines, of resources and of modules from elsewhere, and whether they can grow. */
function rangesOf(facts: readonly AnyFact[]): Range[] {
  const resolve = terraformValues(facts);
  type Attribute = FactData<'terraform-module'>['arguments'][number];
  const range = (fact: AnyFact, directory: string, least?: Attribute, most?: Attribute): Range => {
    const numbers = [least, most].map((given) => given && resolve(directory, given));
    const [from, to] = numbers.map((n) =>
      n?.literal && /^\d+$/.test(n.value) ? Number(n.value) : undefined,
    );
    const [first] = fact.evidence;
    const path = first?.type === 'file' ? first.path : '';
    const line = most?.line ?? (first?.type === 'file' ? first.line : 1);
    return {
      spans: from === undefined || to === undefined ? undefined : from < to,
      at: [{ type: 'file', path, line }, ...numbers.flatMap((n) => n?.at ?? [])],
    };
  };
  const groups = existingResources(facts, resolve).flatMap((group) => {
    const named = RANGES[group.data.type];
    if (!named) return [];
    const [least, most] = named.map((name) => group.data.attributes.find((a) => a.name === name));
    if (!least && !most && MAY_BE_FIXED.test(group.data.type)) return [];
    return [range(group, group.data.directory, least, most)];
  });
  const calls = factsOf(facts, 'terraform-module').filter((m) => !m.data.local);
  return [
    ...groups,
    ...calls.flatMap((call) =>
      call.data.arguments.flatMap((least) => {
        if (!ARGUMENTS.test(least.name)) return [];
        const name = least.name.replace(/min_(\w+)$/, 'max_$1');
        const most = call.data.arguments.find((a) => a.name === name);
        return most ? [range(call, call.data.directory, least, most)] : [];
      }),
    ),
  ];
}
