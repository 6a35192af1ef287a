/** Answers about infrastructure as code for the profile: configuration by environment, stacks, state, zones, backups. */
import type { Evidence } from '../../model/evidence.js';
import { type AnyFact, type Fact, type FactData, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import type { Practice } from '../../model/profile.js';
import { folderOf } from '../../parse/paths.js';
import { stacksOf } from '../terraform/stacks.js';
import { existingResources, type Resource, terraformValues } from '../terraform/values.js';
import { counted, evidenceOf, gapIn, no, notApplicable, noUnlessUnseen, unknown, yes } from './answer.js';

type Attribute = FactData<'terraform-resource'>['attributes'][number];

type Answered =
  | 'config_per_environment'
  | 'base_apps_split'
  | 'environment_conditionals'
  | 'remote_state'
  | 'multi_zone'
  | 'backups';

export function iacAnswers(facts: readonly AnyFact[], gaps: readonly Gap[]): Record<Answered, Practice> {
  const operates = factsOf(facts, 'repository').some((r) => r.data.operates);
  const nothing = notApplicable('The repository operates nothing');
  return {
    config_per_environment: operates ? configPerEnvironment(facts) : nothing,
    base_apps_split: operates ? baseAppsSplit(facts, gaps) : nothing,
    environment_conditionals: environmentConditionals(facts, gaps),
    remote_state: operates ? remoteState(facts, gaps) : nothing,
    multi_zone: operates ? multiZone(facts, gaps) : nothing,
    backups: operates ? backups(facts, gaps) : nothing,
  };
}

/** What is a file or folder of one environment, by what holds one for each. */
function configPerEnvironment(facts: readonly AnyFact[]): Practice {
  const files = [
    ...factsOf(facts, 'environment-declaration').filter(
      // The lists of a helmfile, of a platform's own file, of a program and of a validation, and settings that stand side by side, are one file for all.
      ({ data }) => !/^(helmfile|platform|settings|stack|validation)$/.test(data.by),
    ),
    ...factsOf(facts, 'terraform-variables-file').filter((f) => f.data.environment !== ''),
  ];
  const names = new Set(files.map((f) => f.data.environment));
  if (names.size > 1)
    return yes(`A file or folder each for ${[...names].sort().join(', ')}`, onePerEnvironment(files));
  const [only] = names;
  if (only) return unknown(`Only ${only} has a file or folder of its own`, evidenceOf(files));
  return no('No file or folder is that of one environment');
}

function onePerEnvironment(
  files: readonly (Fact<'environment-declaration'> | Fact<'terraform-variables-file'>)[],
): Evidence[] {
  const first = new Map<string, Evidence[]>();
  for (const { data, evidence } of files)
    if (!first.has(data.environment)) first.set(data.environment, evidence.slice(0, 1));
  return [...first.values()].flat();
}

const BASE = /^(infra|infrastructure|base|platform|cluster|foundation|core|controllers)\b/;
const APPS = /^(apps?|applications|services|workloads)\b/;

function baseAppsSplit(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const stacks = stacksOf(facts);
  if (stacks.length === 0) {
    const synced = factsOf(facts, 'gitops-application').filter((a) => a.data.kind === 'Kustomization');
    const base = synced.filter((a) => BASE.test(a.name));
    const apps = synced.filter((a) => APPS.test(a.name));
    if (base.length > 0 && apps.length > 0)
      return yes('Infrastructure and applications are synced apart', [
        ...evidenceOf(base),
        ...evidenceOf(apps),
      ]);
    const other = factsOf(facts, 'tool-use').filter(
      (t) => t.data.category === 'iac' && OTHER_IAC.has(t.data.tool),
    );
    if (other.length > 0)
      return unknown(`The stacks of ${other[0]?.data.tool} cannot be read`, evidenceOf(other));
    const gap = gapIn(gaps, 'terraform-resource', 'cloud-resource');
    return gap
      ? unknown(`No stack was found, but ${gap.what}`)
      : notApplicable('There is no infrastructure as code');
  }
  const [one, ...others] = stacks;
  if (one && others.length === 0) return no('One stack holds everything', one.evidence);
  const bases = stacks.filter((s) => s.base);
  const apps = stacks.filter((s) => s.apps && !s.base);
  if (bases.length > 0 && apps.length > 0)
    return yes(
      `${bases.length} stacks hold shared infrastructure, ${apps.length} what runs on it`,
      [...bases.slice(0, 4), ...apps.slice(0, 4)].flatMap((s) => s.evidence),
    );
  const mixed = stacks.filter((s) => s.base && s.apps);
  if (mixed.length > 0)
    return no(
      'Each stack that runs something builds its own base',
      mixed.flatMap((s) => s.evidence),
    );
  return unknown(
    `${stacks.length} stacks, and nothing tells which of them is shared`,
    stacks.slice(0, 5).flatMap((s) => s.evidence),
  );
}

const OTHER_IAC: ReadonlySet<string> = new Set([
  'pulumi',
  'cdk',
  'cloudformation',
  'bicep',
  'arm',
  'crossplane',
]);

/** A condition of a workflow that asks for an environment by name. */
const NAMED_IN_WORKFLOW =
  /\b(env|environment|stage)(_?name)?\s*(==|!=)\s*'(prod|production|live|staging|stage|stg|dev|development|qa|uat|test|sandbox)'/i;

function environmentConditionals(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const conditions = factsOf(facts, 'terraform-condition');
  const steps = factsOf(facts, 'pipeline').flatMap((p) =>
    p.data.jobs.flatMap((job): Evidence[] => {
      const asks = [job, ...job.steps].filter((at) => NAMED_IN_WORKFLOW.test(at.condition));
      return asks.map(({ path, line }) => ({ type: 'file', path: path || p.data.path, line }));
    }),
  );
  const found = [...evidenceOf(conditions), ...evidenceOf(factsOf(facts, 'environment-condition')), ...steps];
  if (found.length > 0)
    return yes(`Decided by the name of an environment: ${counted(found.length, 'expression')}`, found);
  return noUnlessUnseen(
    gapIn(gaps, 'terraform-condition', 'environment-condition'),
    'No expression decides by the name of an environment',
  );
}

function remoteState(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const backends = factsOf(facts, 'terraform-backend');
  const remote = backends.filter((b) => b.data.remote);
  const kinds = [...new Set(remote.map((b) => b.data.type))].sort().join(', ');
  if (remote.length > 0) return yes(`State is kept in ${kinds}`, evidenceOf(remote));
  const elsewhere = new Set(backends.map((b) => b.data.directory));
  const pulumi = factsOf(facts, 'tool-use').filter(
    (t) =>
      t.data.tool === 'pulumi' &&
      t.evidence.some((e) => e.type === 'file' && !elsewhere.has(folderOf(e.path))),
  );
  if (pulumi.length > 0)
    return yes('Pulumi keeps state in its service where no other backend is named', evidenceOf(pulumi));
  if (backends.length > 0) return no('State is kept on a local disk', evidenceOf(backends));
  const stateful = [...factsOf(facts, 'terraform-resource'), ...factsOf(facts, 'terraform-module')];
  const gap = gapIn(gaps, 'terraform-backend');
  if (stateful.length > 0)
    return noUnlessUnseenAt(gap, 'No backend is declared', evidenceOf(stateful.slice(0, 3)));
  return gap
    ? unknown(`No backend was found, but ${gap.what}`)
    : notApplicable('No infrastructure as code keeps state');
}

function noUnlessUnseenAt(gap: Gap | undefined, why: string, evidence: Evidence[]): Practice {
  return gap ? noUnlessUnseen(gap, why) : no(why, evidence);
}

/** An attribute of a resource or module after its references, with the line that shows it. */
interface Setting {
  of: string;
  attribute: Attribute;
  at: Evidence[];
}
function settings(facts: readonly AnyFact[]): Setting[] {
  const values = terraformValues(facts);
  const all = [
    ...existingResources(facts, values).map((f) => ({
      f,
      type: f.data.type,
      attributes: f.data.attributes,
    })),
    ...factsOf(facts, 'terraform-module').map((f) => ({
      f,
      type: f.data.source,
      attributes: f.data.arguments,
    })),
  ];
  return all.flatMap(({ f, attributes }) => {
    const path = f.evidence.find((e) => e.type === 'file')?.path;
    return attributes.map((attribute) => ({
      of: f.name,
      attribute: { ...attribute, ...values(f.data.directory, attribute) },
      at: path === undefined ? [] : [{ type: 'file', path, line: attribute.line } satisfies Evidence],
    }));
  });
}

/** yes and no by what an attribute says; undefined where it hangs on an expression. */
type Says = (setting: Setting) => boolean | undefined;
function isTrue({ attribute }: Setting): boolean | undefined {
  return attribute.literal ? attribute.value === 'true' : undefined;
}
function isPositive({ attribute }: Setting): boolean | undefined {
  // A default that some environment replaces is still a number of days.
  return Number(attribute.value) > 0 || (attribute.literal ? false : undefined);
}
function listsSeveral({ attribute }: Setting): boolean | undefined {
  const { value } = attribute;
  const literals = /^\[([^\]]*)\]$/s.exec(value.trim())?.[1];
  if (literals !== undefined) return literals.split(',').filter((part) => part.trim() !== '').length > 1;
  // Taken from the list of a region's zones, as people write it.
  return /slice\(|data\.aws_availability_zones|availability_zones/.test(value) ? true : undefined;
}

const ZONES: Readonly<Record<string, Says>> = {
  availability_type: ({ attribute }) => (attribute.literal ? attribute.value === 'REGIONAL' : undefined),
  availability_zones: listsSeveral,
  azs: listsSeveral,
  high_availability: isTrue,
  multi_az: isTrue,
  multi_az_enabled: isTrue,
  node_locations: listsSeveral,
  zone_redundancy_enabled: isTrue,
  zone_redundant: isTrue,
  zones: listsSeveral,
};
const ZONE_KEY = /topology\.kubernetes\.io\/zone|failure-domain\.beta\.kubernetes\.io\/zone/;

function multiZone(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const workloads = factsOf(facts, 'kubernetes-workload');
  const spread = workloads.filter((w) => w.data.spreadKeys.some((k) => ZONE_KEY.test(k)));
  if (spread.length > 0)
    return yes(`Spread over zones: ${counted(spread.length, 'workload')}`, evidenceOf(spread, 'spread'));
  const pools = factsOf(facts, 'node-pool').filter((p) => p.data.zones.length > 1);
  if (pools.length > 0) return yes('A pool of nodes stands in several zones', evidenceOf(pools, 'zones'));
  const asked = settings(facts).flatMap((s) => {
    const says = ZONES[s.attribute.name.split('.').at(-1) ?? ''];
    return says ? [{ ...s, says: says(s) }] : [];
  });
  const subnets = subnetsInZones(existingResources(facts));
  const several = [...asked.filter((s) => s.says === true).flatMap((s) => s.at), ...subnets];
  if (several.length > 0) return yes('Infrastructure is declared over several zones', several);
  const open = asked.find((s) => s.says === undefined);
  if (open) return unknown(`${open.of} hangs on ${open.attribute.value}`, open.at);
  const terraform = [...existingResources(facts), ...factsOf(facts, 'terraform-module')];
  const elsewhere = [
    ...factsOf(facts, 'terraform-module').filter((m) => NETWORK_MODULE.test(m.data.source)),
    ...terragruntUnits(facts),
  ].filter((m) => !m.data.local);
  if (elsewhere.length > 0)
    return unknown('A module that lives elsewhere decides on zones', evidenceOf(elsewhere));
  const synced = factsOf(facts, 'gitops-application');
  const gap = gapIn(gaps, 'terraform-resource', 'cloud-resource', 'kubernetes-workload');
  if (terraform.length + workloads.length + synced.length === 0)
    return gap
      ? unknown(`No infrastructure was found, but ${gap.what}`)
      : notApplicable('No infrastructure is declared');
  return noUnlessUnseen(
    gapIn(gaps, 'terraform-resource', 'cloud-resource', 'workload'),
    'Nothing is declared to spread over zones',
  );
}

/** What Terragrunt applies, whose resources lie in the module. */
function terragruntUnits(facts: readonly AnyFact[]): Fact<'terraform-module'>[] {
  return factsOf(facts, 'terraform-module').filter((m) =>
    m.evidence.some((e) => e.type === 'file' && e.path.endsWith('.hcl')),
  );
}

const NETWORK_MODULE = /vpc|network|rds|aurora|mysql|postgres|cluster|asg|autoscaling/i;

/** Subnets that take their zone from a list by index, or name different ones. */
function subnetsInZones(resources: readonly Resource[]): Evidence[] {
  const subnets = resources.filter((r) => /^(aws_subnet|aws_default_subnet)$/.test(r.data.type));
  const zones = subnets.flatMap((r) =>
    r.data.attributes
      .filter((a) => a.name === 'availability_zone' || a.name === 'availability_zone_id')
      .map((a) => ({ r, a })),
  );
  const byIndex = zones.filter(({ a }) => /count\.index|each\.(key|value)/.test(a.value));
  const distinct = new Set(zones.map(({ a }) => a.value));
  return (byIndex.length > 0 ? byIndex : distinct.size > 1 ? zones : []).flatMap(({ r, a }) => {
    const path = r.evidence.find((e) => e.type === 'file')?.path;
    return path === undefined ? [] : [{ type: 'file', path, line: a.line } satisfies Evidence];
  });
}

const BACKUPS: Readonly<Record<string, Says>> = {
  automatic_backup_retention_days: isPositive,
  backup_retention_days: isPositive,
  backup_retention_period: isPositive,
  'backup_configuration.enabled': isTrue,
  backups: isTrue,
  point_in_time_recovery_enabled: isTrue,
  'point_in_time_recovery.enabled': isTrue,
  preferred_backup_window: () => true,
  'short_term_retention_policy.retention_days': isPositive,
  snapshot_retention_limit: isPositive,
};
const BACKUP_RESOURCES =
  /^(aws_backup_(plan|selection)|aws_dlm_lifecycle_policy|google_(backup_dr|gke_backup)_\w*plan|google_compute_resource_policy_attachment|azurerm_backup_(policy|protected)_\w+|azurerm_data_protection_backup_\w+|kubernetes_manifest_velero)$/;
const BACKUP_MODULES = /(^|[-_/])(velero|aws-backup|backup\/aws)([-_./?]|$)/;
const BACKUP_OBJECTS =
  /^(velero\.io\/.* Schedule|postgresql\.cnpg\.io\/.* ScheduledBackup|k8up\.io\/.* Schedule|longhorn\.io\/.* RecurringJob|stash\.appscode\.com\/.* BackupConfiguration|pxc\.percona\.com\/.* PerconaXtraDBClusterBackup)$/;
const STORE_RESOURCES =
  /^(aws_(db_instance|rds_cluster|dynamodb_table|elasticache_(cluster|replication_group)|docdb_cluster|neptune_cluster|opensearch_domain|elasticsearch_domain|redshift_cluster|memorydb_cluster|efs_file_system)|google_(sql_database_instance|bigtable_instance|spanner_instance|alloydb_cluster|redis_instance|filestore_instance)|azurerm_(mssql_database|mssql_server|postgresql(_flexible)?_server|mysql(_flexible)?_server|cosmosdb_account|redis_cache|mariadb_server)|digitalocean_database_cluster|mongodbatlas_(advanced_)?cluster)$/;
const STORE_MODULES =
  /\/(rds|rds-aurora|dynamodb-table|elasticache|memory-db|sql-db)\/|mysql|postgres|aurora/i;
const STORE_IMAGES =
  /(^|\/)(postgres(ql)?|postgis|timescaledb|mysql|mariadb|mongo(db)?|redis|valkey|cassandra|scylla|couchdb|elasticsearch|opensearch|influxdb|neo4j|cockroach|clickhouse(-server)?|mssql\/server|minio)$/;

function backups(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const resources = existingResources(facts);
  const declared: AnyFact[] = [
    ...resources.filter((r) => BACKUP_RESOURCES.test(r.data.type)),
    ...factsOf(facts, 'terraform-module').filter((m) => BACKUP_MODULES.test(m.data.source)),
    ...factsOf(facts, 'kubernetes-object').filter((o) =>
      BACKUP_OBJECTS.test(`${o.data.apiVersion} ${o.data.kind}`),
    ),
  ];
  const asked = settings(facts).flatMap((s) => {
    const says = BACKUPS[s.attribute.name] ?? BACKUPS[s.attribute.name.split('.').slice(-2).join('.')];
    return says ? [{ ...s, says: says(s) }] : [];
  });
  const kept = asked.filter((s) => s.says === true);
  if (declared.length + kept.length > 0)
    return yes('Backups are declared', [...evidenceOf(declared), ...kept.flatMap((s) => s.at)]);
  const open = asked.find((s) => s.says === undefined);
  if (open) return unknown(`${open.of} hangs on ${open.attribute.value}`, open.at);
  const modules = factsOf(facts, 'terraform-module').filter(
    (m) => !m.data.local && STORE_MODULES.test(m.data.source),
  );
  const stores: AnyFact[] = [
    ...resources.filter((r) => STORE_RESOURCES.test(r.data.type)),
    ...modules,
    ...factsOf(facts, 'kubernetes-workload').filter((w) => /^(StatefulSet|Prometheus)$/.test(w.data.kind)),
    ...factsOf(facts, 'image-reference').filter(
      (i) => i.data.used !== 'dockerfile' && STORE_IMAGES.test(i.data.repository),
    ),
  ];
  const gap = gapIn(gaps, 'terraform-resource', 'cloud-resource');
  if (stores.length > 0)
    return noUnlessUnseenAt(gap, 'Data stores are declared without backups', evidenceOf(stores));
  const units = terragruntUnits(facts);
  if (units.length > 0) return unknown('The modules that would decide live elsewhere', evidenceOf(units));
  const unseen = gap ?? gapIn(gaps, 'kubernetes-workload');
  return unseen
    ? unknown(`No data store was found, but ${unseen.what}`)
    : notApplicable('No data store is declared');
}
