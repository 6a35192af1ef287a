/** The stacks of a repository: folders of Terraform that are applied by themselves, and whether each holds base or applications. */
import type { Evidence } from '../../model/evidence.js';
import { type AnyFact, factsOf } from '../../model/facts.js';

export interface Stack {
  directory: string;
  /** It builds what others stand on: a network, a cluster, a zone. */
  base: boolean;
  /** It runs something, or keeps what one application needs. */
  apps: boolean;
  evidence: Evidence[];
}

const BASE_RESOURCES =
  /^(aws_(vpc|eks_cluster|ecs_cluster|route53_zone)|google_(compute_network|container_cluster|dns_managed_zone|project)|azurerm_(virtual_network|kubernetes_cluster|dns_zone|resource_group))$/;
const BASE_SOURCES = /(^|[/_-])(vpc|network|eks|gke|aks|kubernetes-engine|kubernetes_cluster)([/_.-]|$)/;
const APP_RESOURCES =
  /^(aws_(ecs_service|ecs_task_definition|lambda_function|apprunner_service|instance|autoscaling_group|elastic_beanstalk_environment|cloudfront_distribution|sqs_queue)|google_(cloud_run(_v2)?_service|cloudfunctions2?_function|compute_instance)|azurerm_(linux|windows)_(web_app|function_app|virtual_machine)|azurerm_container_app|kubernetes_(deployment|namespace|manifest)(_v1)?|helm_release|nomad_job)$/;
/** A provisioner that brings applications into the cluster. */
const DEPLOYS = /\bkubectl\s+apply\b|\bhelm\s+(upgrade|install)\b/;
/** Names that people give to units of Terragrunt, whose resources lie elsewhere. */
const BASE_UNITS =
  /^(vpc|networks?|networking|common|base|foundation|shared|core|platform|dns|eks|gke|aks|cluster)$/;

/** Folders that no other folder calls as a module. A unit of Terragrunt is one, whatever it applies. */
export function stacksOf(facts: readonly AnyFact[]): Stack[] {
  const folders = new Map<
    string,
    { base: boolean; apps: boolean; evidence: Evidence[]; unit: boolean; calls: string[] }
  >();
  const folder = (directory: string, evidence: readonly Evidence[]) => {
    const known = folders.get(directory);
    if (known) return known;
    const own = { base: false, apps: false, evidence: evidence.slice(0, 1), unit: false, calls: [] };
    folders.set(directory, own);
    return own;
  };
  for (const { data, evidence } of factsOf(facts, 'terraform-resource')) {
    const own = folder(data.directory, evidence);
    own.base ||= BASE_RESOURCES.test(data.type);
    own.apps ||=
      APP_RESOURCES.test(data.type) ||
      data.attributes.some((a) => a.name === 'provisioner.command' && DEPLOYS.test(a.value));
  }
  for (const { data, evidence } of factsOf(facts, 'terraform-module')) {
    const own = folder(data.directory, evidence);
    if (evidence.some((e) => e.type === 'file' && e.path.endsWith('.hcl'))) {
      own.unit = true;
      const name = data.directory.split('/').at(-1) ?? '';
      if (BASE_UNITS.test(name)) own.base = true;
      else own.apps = true;
    } else if (data.local) own.calls.push(folderOfModule(data.directory, data.source));
    else own.base ||= BASE_SOURCES.test(data.source);
  }
  const called = new Set([...folders.values()].flatMap((f) => f.calls));
  const units = [...folders.values()].some((f) => f.unit);
  const holds = (directory: string, what: 'base' | 'apps', seen: readonly string[]): boolean => {
    const own = folders.get(directory);
    if (!own || seen.includes(directory)) return false;
    return own[what] || own.calls.some((c) => holds(c, what, [...seen, directory]));
  };
  return [...folders]
    .filter(([directory, own]) => (units ? own.unit : !called.has(directory)))
    .map(([directory, { evidence }]) => ({
      directory,
      base: holds(directory, 'base', []),
      apps: holds(directory, 'apps', []),
      evidence,
    }));
}

/** The folder that a local module's source leads to. */
export function folderOfModule(directory: string, source: string): string {
  const parts = directory === '' ? [] : directory.split('/');
  for (const part of source.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
