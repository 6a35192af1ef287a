/** The resources of a CloudFormation template -> facts under the names that Terraform gives them, so that one judgement serves both. */
import {
  environmentWithin,
  knownEnvironment,
  normaliseEnvironment,
} from '../../../model/environment-name.js';
import { atLine } from '../../../model/evidence.js';
import type { FactData, FactKind } from '../../../model/facts.js';
import { parseImage } from '../../../parse/image.js';
import { folderOf } from '../../../parse/paths.js';
import {
  isMapping,
  list,
  type Mapping,
  mapping,
  mappings,
  text,
  texts,
  within,
} from '../../../parse/shape.js';
import type { YamlDocument } from '../../../parse/yaml.js';
import type { Collection } from '../../collector.js';
import type { SourceText } from '../../source-text.js';

export const RESOURCE_KINDS = [
  'cloud-resource',
  'environment-declaration',
  'image-reference',
  'terraform-condition',
] as const satisfies readonly FactKind[];

type Attributes = FactData<'cloud-resource'>['attributes'];

export interface Template {
  document: YamlDocument;
  /** What holds `Resources`, `Parameters` and `Conditions`. */
  root: Mapping;
  source: SourceText;
  system: FactData<'cloud-resource'>['system'];
  /** Parameters that files of parameters set: their defaults are not trusted. */
  set: ReadonlySet<string>;
}

/** Types whose name in Terraform is not that of CloudFormation in other letters. */
const TYPES: Readonly<Record<string, string>> = {
  'ApplicationAutoScaling::ScalableTarget': 'aws_appautoscaling_target',
  'AutoScaling::AutoScalingGroup': 'aws_autoscaling_group',
  'Budgets::Budget': 'aws_budgets_budget',
  'CertificateManager::Certificate': 'aws_acm_certificate',
  'Chatbot::SlackChannelConfiguration': 'aws_chatbot_slack_channel_configuration',
  'CloudWatch::Alarm': 'aws_cloudwatch_metric_alarm',
  'DLM::LifecyclePolicy': 'aws_dlm_lifecycle_policy',
  'DocDB::DBCluster': 'aws_docdb_cluster',
  'DynamoDB::GlobalTable': 'aws_dynamodb_table',
  'EC2::Instance': 'aws_instance',
  'EC2::Subnet': 'aws_subnet',
  'EC2::VPC': 'aws_vpc',
  'ECS::TaskDefinition': 'aws_ecs_task_definition',
  'EFS::FileSystem': 'aws_efs_file_system',
  'EKS::Nodegroup': 'aws_eks_node_group',
  'Elasticsearch::Domain': 'aws_elasticsearch_domain',
  'ElastiCache::CacheCluster': 'aws_elasticache_cluster',
  'Logs::LogGroup': 'aws_cloudwatch_log_group',
  'Logs::SubscriptionFilter': 'aws_cloudwatch_log_subscription_filter',
  'Neptune::DBCluster': 'aws_neptune_cluster',
  'OpenSearchService::Domain': 'aws_opensearch_domain',
  'RDS::DBCluster': 'aws_rds_cluster',
  'RDS::DBInstance': 'aws_db_instance',
  'Route53::HostedZone': 'aws_route53_zone',
  'SNS::Subscription': 'aws_sns_topic_subscription',
  'SQS::Queue': 'aws_sqs_queue',
  'SecretsManager::Secret': 'aws_secretsmanager_secret',
  'Serverless::Function': 'aws_lambda_function',
  'Serverless::SimpleTable': 'aws_dynamodb_table',
};

const NAMES: Readonly<Record<string, string>> = {
  'point_in_time_recovery_specification.point_in_time_recovery_enabled': 'point_in_time_recovery.enabled',
};

/** `AWS::RDS::DBInstance` -> `aws_db_instance`. */
function terraformType(type: string): string {
  const [, service = '', name = ''] = /^AWS::(\w+)::(\w+)$/.exec(type) ?? [];
  return TYPES[`${service}::${name}`] ?? `aws_${service.toLowerCase()}_${snake(name)}`;
}

/** `MultiAZEnabled` -> `multi_az_enabled`. */
function snake(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

export function resourcesOf(root: Mapping): [string, Mapping][] {
  return Object.entries(mapping(root.Resources)).filter((entry): entry is [string, Mapping] =>
    /^(AWS|Alexa|Custom)::/.test(text(mapping(entry[1]).Type)),
  );
}

export function giveResources(template: Template, collection: Collection): void {
  const { document, root, source, system } = template;
  const directory = folderOf(source.path);
  const all = mapping(root.Resources);
  for (const [name, resource] of resourcesOf(root)) {
    const type = terraformType(text(resource.Type));
    const properties = mapping(resource.Properties);
    const attributes: Attributes = [];
    flatten(properties, '', template, 0, attributes);
    const line = document.lineOf(all, name);
    const at = [atLine(source.path, line)];
    collection.fact(
      'cloud-resource',
      `${type}.${name}`,
      { directory, system, type, provider: 'aws', attributes },
      at,
    );
    // A topic may list who listens to it.
    for (const subscription of mappings(properties.Subscription)) {
      const protocol = text(subscription.Protocol);
      const own = document.lineOf(subscription, 'Protocol');
      const data = { name: 'protocol', value: protocol, line: own, literal: true };
      const listener = {
        directory,
        system,
        type: 'aws_sns_topic_subscription',
        provider: 'aws',
        attributes: [data],
      };
      if (protocol)
        collection.fact('cloud-resource', `aws_sns_topic_subscription.${name}`, listener, [
          atLine(source.path, own),
        ]);
    }
    for (const container of mappings(properties.ContainerDefinitions)) {
      const image = readValue(container, 'Image', template, 0);
      if (!image.literal || image.value === '') continue;
      const by = text(container.Name) || name;
      const data = { image: image.value, used: 'ecs' as const, ...parseImage(image.value), by };
      collection.fact('image-reference', image.value, data, [atLine(source.path, image.line)]);
    }
  }
  giveConditions(template, directory, collection);
  giveEnvironments(template, directory, collection);
}

const DEEPEST = 8;
const MOST = 200;

function flatten(
  properties: Mapping,
  prefix: string,
  template: Template,
  depth: number,
  attributes: Attributes,
): void {
  if (depth > DEEPEST) return;
  for (const [key, value] of Object.entries(properties)) {
    if (attributes.length >= MOST) return;
    const name = prefix + snake(key);
    if (isMapping(value) && !isFunction(value)) flatten(value, `${name}.`, template, depth + 1, attributes);
    else attributes.push({ name: NAMES[name] ?? name, ...readValue(properties, key, template, 0) });
  }
}

function isFunction(value: Mapping): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && /^(Ref|Fn::\w+|Condition)$/.test(keys[0] ?? '');
}

interface ReadValue {
  value: string;
  literal: boolean;
  line: number;
}

/** A value after the references that the template itself answers. */
function readValue(within: Mapping, key: string, template: Template, depth: number): ReadValue {
  const { document, source } = template;
  const line = document.lineOf(within, key);
  const value = within[key];
  // The parser gives an unknown tag's plain value: the tag stands in the text.
  const tag = /:\s*!(\w+)/.exec(source.lines[line - 1] ?? '')?.[1] ?? '';
  const long = isMapping(value) && isFunction(value) ? Object.entries(value)[0] : undefined;
  const name = tag || (long?.[0].replace('Fn::', '') ?? '');
  const given = tag ? value : long?.[1];
  const written = (): ReadValue => ({ value: shown(value, tag), literal: false, line });
  if (name === '') {
    if (Array.isArray(value)) return { value: shown(value, ''), literal: false, line };
    const plain = text(value);
    const filled = /\$\{|\{\{resolve:/.test(plain);
    return { value: SECRET.test(key) && plain !== '' ? '***' : plain, literal: !filled, line };
  }
  if (depth > DEEPEST) return written();
  if (name === 'Ref') {
    const parameter = mapping(mapping(template.root.Parameters)[text(given)]);
    const known = parameter.Default !== undefined && !template.set.has(text(given));
    return known ? { value: text(parameter.Default), literal: true, line } : written();
  }
  if (name === 'Sub' && typeof given === 'string' && !given.includes('${'))
    return { value: given, literal: true, line };
  if (name === 'If') {
    const [condition, yes, no] = list(given);
    const chosen = inProduction(text(condition), template);
    const taken = chosen === undefined ? undefined : chosen ? yes : no;
    return /^(string|number|boolean)$/.test(typeof taken)
      ? { value: text(taken), literal: true, line }
      : written();
  }
  return written();
}

const SECRET = /(password|passwd|secret|token|privatekey|api_?key|accesskey|credentials?|secretstring)$/i;

/** As it stands, in short. */
function shown(value: unknown, tag: string): string {
  const plain = typeof value === 'string' ? value : (safeJson(value) ?? '');
  return `${tag ? `!${tag} ` : ''}${plain}`.slice(0, 300);
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // Aliases may lead back to where they come from.
  }
}

/** What a condition comes to in production; undefined where it asks for something else than the environment's name. */
function inProduction(name: string, template: Template): boolean | undefined {
  const found = equalsOf(mapping(template.root.Conditions)[name]);
  if (!found) return undefined;
  const is = knownEnvironment(found.compared) === 'production';
  return found.negated ? !is : is;
}

/** The environment's name with which a condition compares. */
function equalsOf(condition: unknown, negated = false): { compared: string; negated: boolean } | undefined {
  const equals = isMapping(condition) ? list(condition['Fn::Equals']) : list(condition);
  const not = isMapping(condition) ? list(condition['Fn::Not'])[0] : undefined;
  if (not !== undefined) return equalsOf(not, !negated);
  const compared = equals
    .map(text)
    .find((word) => environmentWithin(word) !== '' && knownEnvironment(word) !== '');
  return equals.length === 2 && compared !== undefined ? { compared, negated } : undefined;
}

const ENVIRONMENT_PARAMETER = /^(p|param)?(deploy(ment)?)?(env|environment|stage)(_?(name|type))?$/i;

function giveConditions(
  { document, root, source }: Template,
  directory: string,
  collection: Collection,
): void {
  const conditions = mapping(root.Conditions);
  for (const [name, condition] of Object.entries(conditions)) {
    const found = equalsOf(condition);
    if (!found) continue;
    const line = document.lineOf(conditions, name);
    const own = source.lines.slice(line - 1, line + 3).join(' ');
    const asked = [...own.matchAll(/!Ref\s+'?(\w+)|Ref"?'?:\s*"?'?(\w+)/g)].map((m) => m[1] ?? m[2] ?? '');
    if (!asked.some((parameter) => ENVIRONMENT_PARAMETER.test(parameter))) continue;
    const expression = `${name}: ${shown(condition, '')}`.slice(0, 160);
    collection.fact('terraform-condition', name, { directory, expression }, [atLine(source.path, line)]);
  }
}

/** The values that a parameter named for the environment may take. */
function giveEnvironments(
  { document, root, source }: Template,
  within_: string,
  collection: Collection,
): void {
  const parameters = mapping(root.Parameters);
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!ENVIRONMENT_PARAMETER.test(name) || !isMapping(parameter)) continue;
    for (const allowed of texts(within(parameter, 'AllowedValues'))) {
      if (!environmentWithin(allowed)) continue;
      const data = { environment: normaliseEnvironment(allowed), by: 'validation' as const, within: within_ };
      collection.fact('environment-declaration', allowed, data, [
        atLine(source.path, document.lineOf(parameter, 'AllowedValues')),
      ]);
    }
  }
}
