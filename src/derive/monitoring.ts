/** Monitoring that other things declare: Terraform's alarms, dashboards and budgets, agents that run as workloads, log drivers, and who is told. */

import { agentOfChart, agentOfImage } from '../model/agent.js';
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, type Fact, type FactData, factsOf } from '../model/facts.js';
import type { Gap } from '../model/gap.js';
import {
  type Signal,
  signalsOfCloudMetric,
  signalsOfGoogleFilter,
  signalsOfMetric,
  signalsOfPromql,
} from '../model/signal.js';
import { parseImage } from '../parse/image.js';
import type { Derivation } from './derivation.js';
import { type FactList, factList } from './fact-list.js';
import {
  existingResources,
  type Resource,
  type TerraformValues,
  terraformValues,
} from './terraform/values.js';

type Attribute = FactData<'terraform-resource'>['attributes'][number];
type By = FactData<'monitoring-signal'>['by'];

export const monitoring: Derivation = {
  name: 'monitoring',
  gives: ['monitoring-signal', 'routing-receiver'],
  derive(facts, _gaps, repository) {
    const out = factList(repository);
    const gaps: Gap[] = [];
    const resources = existingResources(facts);
    for (const resource of resources) readReceiver(resource, out);
    const told = out.facts.length > 0;
    const values = terraformValues(facts);
    for (const resource of resources) {
      readResource(resource, told, out);
      if (resource.data.type === 'aws_ecs_cluster')
        gaps.push(...readContainerInsights(resource, values, out));
    }
    for (const module of factsOf(facts, 'terraform-module').filter((m) => !m.data.local)) {
      if (ALARM_MODULE.test(module.data.source)) readResource(asAlarm(module), told, out);
      else if (MONITORING_MODULE.test(module.data.source)) gaps.push(unseenIn(module));
    }
    for (const workload of factsOf(facts, 'kubernetes-workload'))
      for (const container of workload.data.containers)
        readImage(
          container.image,
          workload.data.kind === 'DaemonSet',
          workload.name,
          placeOf(workload, container.line),
          out,
        );
    for (const service of factsOf(facts, 'compose-service')) readService(service, out);
    const heard = factsOf(facts, 'routing-receiver').some((r) => r.data.tool === 'alertmanager');
    for (const application of factsOf(facts, 'gitops-application')) {
      const chart = `${application.data.source}/${application.data.path}`;
      readChart(chart, application.name, application.evidence, out);
      if (heard && WITH_RULES.test(chart))
        watch(out, application.name, agentOfChart(chart)?.signals ?? [], RULES, application.evidence);
    }
    for (const pipeline of factsOf(facts, 'pipeline')) readCostEstimate(pipeline, out);
    return { facts: out.facts, gaps };
  },
};

/** A module that makes one alarm of its arguments, which go by the names of the resource. */
const ALARM_MODULE = /terraform-aws-modules\/cloudwatch\/aws\/\/modules\/metric-alarm$/;

function asAlarm({ data, ...module }: Fact<'terraform-module'>): Resource {
  const { directory, arguments: attributes } = data;
  return {
    ...module,
    kind: 'terraform-resource',
    data: { directory, type: 'aws_cloudwatch_metric_alarm', provider: 'aws', attributes },
  };
}

/** Modules whose names say that they watch something; what that is stands elsewhere. */
const MONITORING_MODULE =
  /(^|[-_/])(monitoring|monitors?|observability|prometheus|grafana|datadog|new-?relic|alarms?|alert(s|ing)|logging)([-_./?]|$)/i;

function unseenIn({ repository, data, evidence: [first] }: Fact<'terraform-module'>): Gap {
  return {
    repository,
    kinds: ['monitoring-signal', 'routing-receiver'],
    reason: 'not-supported',
    what: `What the module ${data.source} watches is not in this repository`,
    remedy: '',
    path: first?.type === 'file' ? first.path : '',
  };
}

/** Charts that bring alert rules of their own, which matter where somebody is told. */
const WITH_RULES = /(^|\/)(kube-prometheus-stack|victoria-metrics-k8s-stack)$/;
const RULES: How = { tool: 'prometheus', by: 'alert', notifies: true };

function watch(out: FactList, name: string, signals: readonly Signal[], how: How, at: Evidence[]): void {
  for (const signal of new Set(signals))
    out.add(
      'monitoring-signal',
      name,
      { signal, tool: how.tool, by: how.by, notifies: how.notifies ?? false },
      at,
    );
}

/** A line of the file in which a fact stands. */
function placeOf(fact: AnyFact, line: number): Evidence[] {
  const [first] = fact.evidence;
  return first?.type === 'file' ? [{ type: 'file', path: first.path, line }] : fact.evidence;
}
function textOf(resource: Resource, name: string): string {
  return attributeOf(resource, name)?.value ?? '';
}
function attributeOf(resource: Resource, name: string): Attribute | undefined {
  return resource.data.attributes.find((a) => a.name === name);
}
/** Attributes of that name, at the top or in a nested block. */
function attributesNamed(resource: Resource, name: string): Attribute[] {
  return resource.data.attributes.filter((a) => a.name === name || a.name.endsWith(`.${name}`));
}
/** A list that is there and not empty. */
function isGiven(resource: Resource, name: string): boolean {
  return attributesNamed(resource, name).some((a) => !/^(\[\s*\]|null|)$/.test(a.value.trim()));
}

/** SNS protocols behind which nobody need be. */
const MACHINES: ReadonlySet<string> = new Set(['sqs', 'firehose', 'application']);
const RECEIVERS: Readonly<Record<string, readonly [tool: string, channel: string]>> = {
  aws_chatbot_slack_channel_configuration: ['cloudwatch', 'slack'],
  aws_chatbot_teams_channel_configuration: ['cloudwatch', 'teams'],
  google_monitoring_notification_channel: ['google-cloud-monitoring', ''],
  newrelic_alert_channel: ['new-relic', ''],
  newrelic_notification_destination: ['new-relic', ''],
  opsgenie_api_integration: ['opsgenie', 'opsgenie'],
  opsgenie_schedule: ['opsgenie', 'opsgenie'],
  opsgenie_team: ['opsgenie', 'opsgenie'],
  pagerduty_escalation_policy: ['pagerduty', 'pagerduty'],
  pagerduty_service: ['pagerduty', 'pagerduty'],
};
/** Datadog tells whom its message mentions. */
const MENTION = /@([a-z]+)/;
const AZURE_RECEIVER = /^(\w+)_receiver\./;
const GRAFANA_CHANNEL =
  /^(alertmanager|discord|email|googlechat|oncall|opsgenie|pagerduty|slack|sns|teams|telegram|victorops|webex|webhook)\./;

function readReceiver(resource: Resource, out: FactList): void {
  const { type } = resource.data;
  const receive = (tool: string, channel: string, at = resource.evidence) =>
    out.add('routing-receiver', resource.name, { tool, channel }, at.slice(0, 1));
  const known = RECEIVERS[type];
  if (known) receive(known[0], known[1] || textOf(resource, 'type') || 'channel');
  else if (type === 'aws_sns_topic_subscription') {
    const protocol = attributeOf(resource, 'protocol');
    if (protocol?.literal && !MACHINES.has(protocol.value)) receive('cloudwatch', protocol.value);
  } else if (type === 'azurerm_monitor_action_group') {
    const channel = resource.data.attributes.map((a) => AZURE_RECEIVER.exec(a.name)?.[1]).find((c) => c);
    if (channel) receive('azure-monitor', channel);
  } else if (type === 'grafana_contact_point') {
    const channel = resource.data.attributes.map((a) => GRAFANA_CHANNEL.exec(a.name)?.[1]).find((c) => c);
    if (channel) receive('grafana', channel);
  } else if (type === 'datadog_monitor') {
    const message = attributeOf(resource, 'message');
    const mentioned = MENTION.exec(message?.value ?? '')?.[1];
    if (message && mentioned) receive('datadog', mentioned, placeOf(resource, message.line));
  }
}

interface How {
  tool: string;
  by: By;
  notifies?: boolean;
}

/** One resource with the ways to say what it watches. */
class Watcher {
  constructor(
    readonly resource: Resource,
    readonly told: boolean,
    readonly out: FactList,
  ) {}

  /** Somebody is told where the resource names whom, and something in the repository has a channel to a person. */
  alert(tool: string, actions: string): How {
    return { tool, by: 'alert', notifies: this.told && isGiven(this.resource, actions) };
  }

  say(signals: readonly Signal[], how: How, line?: number): void {
    const at = line ? placeOf(this.resource, line) : this.resource.evidence.slice(0, 1);
    watch(this.out, this.resource.name, signals, how, at);
  }

  /** What each attribute of a name watches. */
  each(name: string, signals: (text: string) => Signal[], how: How): void {
    const given = attributesNamed(this.resource, name);
    // An alert whose metric is computed, or unknown to us, is an alert all the same.
    if (how.by === 'alert' && !given.some((a) => signals(a.value).length > 0)) this.say(['application'], how);
    for (const attribute of given) this.say(signals(attribute.value), how, attribute.line);
  }

  namespace(name: string): string {
    return attributesNamed(this.resource, name)
      .map((a) => a.value)
      .join(' ');
  }
}

function readResource(resource: Resource, told: boolean, out: FactList): void {
  const { type } = resource.data;
  const watcher = new Watcher(resource, told, out);
  const tool = BUDGETS[type];
  if (tool) watcher.say(['costs'], { tool, by: 'budget' });
  RESOURCES[type]?.(watcher);
}

const RESOURCES: Readonly<Record<string, (watcher: Watcher) => void>> = {
  aws_cloudwatch_composite_alarm: (w) => w.say(['application'], w.alert('cloudwatch', 'alarm_actions')),
  aws_cloudwatch_dashboard: (w) => readDashboard(w, 'dashboard_body', 'cloudwatch'),
  aws_cloudwatch_log_group: (w) => {
    const name = attributeOf(w.resource, 'name');
    if (name && APPLICATION_LOGS.test(name.value))
      w.say(['logs'], { tool: 'cloudwatch', by: 'setting' }, name.line);
  },
  aws_cloudwatch_log_subscription_filter: (w) => w.say(['logs'], { tool: 'cloudwatch', by: 'setting' }),
  aws_cloudwatch_metric_alarm: (w) => {
    const namespace = w.namespace('namespace');
    const how = w.alert('cloudwatch', 'alarm_actions');
    w.each('metric_name', (metric) => signalsOfCloudMetric(namespace, metric), how);
  },
  aws_eks_addon: (w) => {
    if (textOf(w.resource, 'addon_name') === 'amazon-cloudwatch-observability')
      w.say([...HOST, 'logs'], { tool: 'cloudwatch', by: 'agent' });
  },
  azurerm_container_app_environment: (w) => {
    const [workspace] = attributesNamed(w.resource, 'log_analytics_workspace_id').concat(
      attributesNamed(w.resource, 'log_analytics_configuration.customer_id'),
    );
    if (workspace) w.say(['logs'], { tool: 'azure-monitor', by: 'setting' }, workspace.line);
  },
  azurerm_kubernetes_cluster: (w) => {
    const agent = attributeOf(w.resource, 'oms_agent.log_analytics_workspace_id');
    if (agent) w.say([...HOST, 'logs'], { tool: 'azure-monitor', by: 'agent' }, agent.line);
  },
  azurerm_monitor_alert_prometheus_rule_group: (w) => {
    const alerts = attributesNamed(w.resource, 'alert').length > 0;
    const how: How = alerts
      ? w.alert('azure-monitor', 'action_group_id')
      : { tool: 'azure-monitor', by: 'recording-rule' };
    w.each('expression', signalsOfPromql, how);
  },
  azurerm_monitor_data_collection_rule: (w) =>
    w.each('streams', signalsOfStreams, { tool: 'azure-monitor', by: 'agent' }),
  azurerm_monitor_metric_alert: (w) => {
    const namespace = w.namespace('metric_namespace');
    const how = w.alert('azure-monitor', 'action_group_id');
    w.each('metric_name', (metric) => signalsOfCloudMetric(namespace, metric), how);
  },
  datadog_monitor: (w) => {
    const notifies = MENTION.test(textOf(w.resource, 'message'));
    w.each('query', signalsOfWords, { tool: 'datadog', by: 'alert', notifies });
  },
  fastly_service_compute: (w) => readEdgeLogs(w),
  fastly_service_vcl: (w) => readEdgeLogs(w),
  google_logging_organization_sink: (w) =>
    w.say(['logs'], { tool: 'google-cloud-monitoring', by: 'setting' }),
  google_logging_project_sink: (w) => w.say(['logs'], { tool: 'google-cloud-monitoring', by: 'setting' }),
  google_monitoring_alert_policy: (w) => {
    const how = w.alert('google-cloud-monitoring', 'notification_channels');
    const query = (text: string) => [...signalsOfPromql(text), ...signalsOfGoogleFilter(text)];
    if (attributesNamed(w.resource, 'query').length > 0) w.each('query', query, how);
    else w.each('filter', signalsOfGoogleFilter, how);
  },
  google_monitoring_dashboard: (w) => readDashboard(w, 'dashboard_json', 'google-cloud-monitoring'),
  google_monitoring_uptime_check_config: (w) =>
    w.say(['availability'], { tool: 'google-cloud-monitoring', by: 'setting' }),
  grafana_dashboard: (w) => w.each('config_json', signalsOfWords, { tool: 'grafana', by: 'dashboard' }),
  grafana_rule_group: (w) =>
    w.each('model', signalsOfWords, { tool: 'grafana', by: 'alert', notifies: w.told }),
  helm_release: (w) => {
    const chart = attributeOf(w.resource, 'chart');
    if (chart) readChart(chart.value, w.resource.name, placeOf(w.resource, chart.line), w.out);
  },
  newrelic_infra_alert_condition: (w) =>
    w.each('select', signalsOfNrql, { tool: 'new-relic', by: 'alert', notifies: w.told }),
  newrelic_nrql_alert_condition: (w) =>
    w.each('query', signalsOfNrql, { tool: 'new-relic', by: 'alert', notifies: w.told }),
};

/** Where Fastly can send the log of requests that is more than a store. */
const EDGE_LOGS: Readonly<Record<string, string>> = {
  logging_datadog: 'datadog',
  logging_elasticsearch: 'elasticsearch',
  logging_honeycomb: 'honeycomb',
  logging_newrelic: 'new-relic',
  logging_newrelicotlp: 'new-relic',
  logging_splunk: 'splunk',
  logging_sumologic: 'sumologic',
};

function readEdgeLogs(w: Watcher): void {
  const seen = new Set<string>();
  for (const { name, line } of w.resource.data.attributes) {
    const tool = EDGE_LOGS[name.split('.')[0] ?? ''];
    if (!tool || seen.has(tool)) continue;
    seen.add(tool);
    w.say(['logs'], { tool, by: 'setting' }, line);
  }
}

const HOST: readonly Signal[] = ['cpu', 'memory', 'disk', 'network'];

/** What a rule has the agent of Azure Monitor collect; metrics for Prometheus come from nodes and containers unless told otherwise. */
function signalsOfStreams(streams: string): Signal[] {
  if (/ContainerInsights/.test(streams)) return [...HOST, 'logs'];
  const metrics = /Microsoft-(PrometheusMetrics|Perf|InsightsMetrics)/.test(streams);
  const logs = /Microsoft-(ContainerLog|Syslog|Event|WindowsEvent)|Custom-/.test(streams);
  return [...(metrics ? HOST : []), ...(logs ? (['logs'] as const) : [])];
}

/** Log groups whose names are those of the application's own output. */
const APPLICATION_LOGS =
  /^"?\/(aws\/(lambda|apprunner|elasticbeanstalk|containerinsights\/.*\/application)|ecs)\b/;

const BUDGETS: Readonly<Record<string, string>> = {
  aws_budgets_budget: 'aws-budgets',
  aws_ce_anomaly_monitor: 'aws-cost-anomaly-detection',
  aws_ce_anomaly_subscription: 'aws-cost-anomaly-detection',
  azurerm_consumption_budget_management_group: 'azure-cost-management',
  azurerm_consumption_budget_resource_group: 'azure-cost-management',
  azurerm_consumption_budget_subscription: 'azure-cost-management',
  azurerm_cost_anomaly_alert: 'azure-cost-management',
  google_billing_budget: 'google-cloud-billing',
};

/** Metrics among the words of a query in a language of its own. */
function signalsOfWords(text: string): Signal[] {
  return [...text.matchAll(/[a-zA-Z][\w.:]*[._][\w.:]*/g)].flatMap(([word]) =>
    signalsOfMetric(word.split(':').at(-1) ?? ''),
  );
}
function signalsOfNrql(text: string): Signal[] {
  return [...text.matchAll(/[a-zA-Z][\w.]+/g)].flatMap(([word]) => {
    const found = signalsOfCloudMetric('', word);
    return found.filter((s) => HOST.includes(s));
  });
}

/** Metrics of a dashboard in JSON or `jsonencode`: `["AWS/ECS", "CPUUtilization"]`, and those that its queries name. */
const DASHBOARD_METRIC =
  /\[\s*\\?"([\w/ -]+)\\?"\s*,\s*\\?"(\w+)\\?"|MetricName=\\*"(\w+)|\b((?:pod|node|container|cluster|instance|service)_(?:cpu|memory|network|filesystem|diskio)_\w+)|metric\.type\s*=\s*\\*"([\w./-]+)/g;

function readDashboard({ resource, out }: Watcher, name: string, tool: string): void {
  const body = attributeOf(resource, name);
  if (!body) return;
  const seen = new Set<Signal>();
  for (const match of body.value.matchAll(DASHBOARD_METRIC)) {
    const [, namespace = '', metric, searched, named, google] = match;
    const line = body.line + body.value.slice(0, match.index).split('\n').length - 1;
    for (const signal of signalsOfCloudMetric(namespace, metric ?? searched ?? named ?? google ?? '')) {
      if (seen.has(signal)) continue;
      seen.add(signal);
      watch(out, resource.name, [signal], { tool, by: 'dashboard' }, placeOf(resource, line));
    }
  }
}

/** Container Insights of ECS measures CPU, memory and network of every task; only the enhanced kind measures its storage. */
function readContainerInsights(resource: Resource, values: TerraformValues, out: FactList): Gap[] {
  const { attributes, directory } = resource.data;
  const at = attributes.findIndex((a) => a.name === 'setting.name' && a.value === 'containerInsights');
  // Settings stand in pairs of a name and a value.
  const setting =
    at === -1 ? undefined : [attributes[at + 1], attributes[at - 1]].find((a) => a?.name === 'setting.value');
  if (!setting) return [];
  const { value, literal } = values(directory, setting);
  if (literal) {
    const signals: Signal[] =
      value === 'enhanced' ? ['cpu', 'memory', 'network', 'disk'] : ['cpu', 'memory', 'network'];
    if (value !== 'disabled')
      watch(
        out,
        resource.name,
        signals,
        { tool: 'cloudwatch', by: 'setting' },
        placeOf(resource, setting.line),
      );
    return [];
  }
  const [evidence] = resource.evidence;
  return [
    {
      repository: resource.repository,
      kinds: ['monitoring-signal'],
      reason: 'not-rendered',
      what: `whether Container Insights of ${resource.name} is on hangs on ${setting.value}`,
      remedy: '',
      path: evidence?.type === 'file' ? evidence.path : '',
    },
  ];
}

function readImage(image: string, everyNode: boolean, name: string, at: Evidence[], out: FactList): void {
  const { registry, repository } = parseImage(image);
  const agent = agentOfImage(registry === '' ? repository : `${registry}/${repository}`, everyNode);
  if (agent) watch(out, name, agent.signals, { tool: agent.tool, by: 'agent' }, at);
}

function readChart(chart: string, name: string, at: Evidence[], out: FactList): void {
  const agent = agentOfChart(chart);
  if (agent) watch(out, name, agent.signals, { tool: agent.tool, by: 'agent' }, at.slice(0, 1));
}

/** Drivers that keep the output on the host. */
const LOCAL_DRIVERS: ReadonlySet<string> = new Set(['', 'json-file', 'local', 'none', 'journald']);
const DRIVER_TOOLS: Readonly<Record<string, string>> = {
  awslogs: 'cloudwatch',
  gcplogs: 'google-cloud-monitoring',
  gelf: 'graylog',
};

function readService(service: Fact<'compose-service'>, out: FactList): void {
  const { image, loggingDriver } = service.data;
  if (image) readImage(image, true, service.name, service.evidence.slice(0, 1), out);
  if (LOCAL_DRIVERS.has(loggingDriver)) return;
  const evidence = service.evidence.filter((e) => e.type === 'file' && e.field === 'loggingDriver');
  const at = evidence.length > 0 ? evidence : service.evidence.slice(0, 1);
  const tool = DRIVER_TOOLS[loggingDriver] ?? loggingDriver;
  watch(out, service.name, ['logs'], { tool, by: 'setting' }, at);
}

function readCostEstimate(pipeline: Fact<'pipeline'>, out: FactList): void {
  for (const job of pipeline.data.jobs)
    for (const step of job.steps) {
      if (
        !/^infracost\/actions/.test(step.uses) &&
        !/^\s*infracost\s+(breakdown|diff|comment|scan)/m.test(step.run)
      )
        continue;
      watch(out, pipeline.name, ['costs'], { tool: 'infracost', by: 'setting' }, [
        { type: 'file', path: step.path || pipeline.data.path, line: step.line },
      ]);
      return;
    }
}
