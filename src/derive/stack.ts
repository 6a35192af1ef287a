/** The tools that a repository uses, by the dictionary of the handbook: from what its facts configure, never from mere mentions. */
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, type Fact, type FactData, factsOf } from '../model/facts.js';
import { CLIENT_LIBRARIES } from './client-libraries.js';
import type { Derivation } from './derivation.js';
import { factList } from './fact-list.js';
import { isAside } from './repository.js';

type Category = FactData<'tool-use'>['category'];
type Tool = readonly [tool: string, category: Category];

const KUBERNETES: Tool = ['kubernetes', 'orchestrator'];
const HELM: Tool = ['helm', 'k8s-packaging'];
const INSTALLS_CHART = command('helm (-\\S+ )*(upgrade|install)');

/** Kubernetes kinds that belong to a tool. */
const BY_OBJECT: Readonly<Record<string, Tool>> = {
  ServiceMonitor: ['prometheus', 'observability'],
  PodMonitor: ['prometheus', 'observability'],
  Probe: ['prometheus', 'observability'],
  PrometheusRule: ['prometheus', 'observability'],
  Prometheus: ['prometheus', 'observability'],
  Alertmanager: ['alertmanager', 'observability'],
  AlertmanagerConfig: ['alertmanager', 'observability'],
  ThanosRuler: ['thanos', 'observability'],
  GrafanaDashboard: ['grafana', 'observability'],
  OpenTelemetryCollector: ['opentelemetry', 'observability'],
  Instrumentation: ['opentelemetry', 'observability'],
  SealedSecret: ['sealed-secrets', 'secrets'],
  ExternalSecret: ['external-secrets', 'secrets'],
  ClusterExternalSecret: ['external-secrets', 'secrets'],
  SecretStore: ['external-secrets', 'secrets'],
  ClusterSecretStore: ['external-secrets', 'secrets'],
  SecretProviderClass: ['secrets-store-csi-driver', 'secrets'],
  VaultStaticSecret: ['vault', 'secrets'],
  VaultAuth: ['vault', 'secrets'],
  OnePasswordItem: ['1password', 'secrets'],
};

/** Crossplane's own objects, and those that the providers of Upbound and its community manage. */
const CROSSPLANE = /(^|\.)(crossplane\.io|upbound\.io)\//;

/** The last part of an image's repository -> the tool that it runs. */
const BY_IMAGE: readonly (readonly [RegExp, Tool])[] = [
  [
    /(^|\/)prom(etheus)?\/prometheus$|^bitnami\/prometheus$|(^|\/)prometheus$/,
    ['prometheus', 'observability'],
  ],
  [/(^|\/)node-exporter$|(^|\/)kube-state-metrics$/, ['prometheus', 'observability']],
  [/(^|\/)alertmanager$/, ['alertmanager', 'observability']],
  [/(^|\/)grafana(-oss|-enterprise)?$/, ['grafana', 'observability']],
  [/(^|\/)loki$/, ['loki', 'observability']],
  [/(^|\/)promtail$/, ['promtail', 'observability']],
  [/(^|\/)tempo$/, ['tempo', 'observability']],
  [/jaegertracing\/|(^|\/)jaeger(-[a-z-]+)?$/, ['jaeger', 'observability']],
  [/(^|\/)zipkin$/, ['zipkin', 'observability']],
  [/opentelemetry-collector|otel\/|(^|\/)otel-collector$/, ['opentelemetry', 'observability']],
  [/fluent(-|\/)bit$/, ['fluent-bit', 'observability']],
  [/(^|\/)fluentd(-[a-z-]+)?$/, ['fluentd', 'observability']],
  [/(^|\/)vector$/, ['vector', 'observability']],
  [/(^|\/)filebeat$/, ['filebeat', 'observability']],
  [/(^|\/)elasticsearch$/, ['elasticsearch', 'observability']],
  [/(^|\/)kibana$/, ['kibana', 'observability']],
  [/(^|\/)opensearch$/, ['opensearch', 'observability']],
  [/datadog\/|(^|\/)datadog-agent$/, ['datadog', 'observability']],
  [/newrelic\//, ['new-relic', 'observability']],
  [/amazon\/cloudwatch-agent$|cloudwatch-agent\/cloudwatch-agent$/, ['cloudwatch', 'observability']],
  [/aws-xray-daemon$/, ['aws-x-ray', 'observability']],
  [/statsd(-exporter)?$/, ['statsd', 'observability']],
  [/^hashicorp\/vault$|(^|\/)vault$/, ['vault', 'secrets']],
];

const READS_OR_FEEDS_SEARCH = /^(kibana|fluentd|fluent-bit|filebeat|vector)$/;

/** Terraform resource types -> tools. */
const BY_RESOURCE: readonly (readonly [RegExp, Tool])[] = [
  [/^aws_ecs_(service|task_definition|cluster)$/, ['ecs', 'orchestrator']],
  [/^aws_lambda_function$/, ['lambda', 'orchestrator']],
  [/^aws_apprunner_service$/, ['app-runner', 'orchestrator']],
  [/^aws_eks_cluster$|^google_container_cluster$|^azurerm_kubernetes_cluster$|^kubernetes_/, KUBERNETES],
  [/^google_cloud_run(_v2)?_service$/, ['cloud-run', 'orchestrator']],
  [/^azurerm_(linux|windows)_web_app$|^azurerm_app_service$/, ['app-service', 'orchestrator']],
  [/^nomad_job$/, ['nomad', 'orchestrator']],
  [/^heroku_app$/, ['heroku', 'orchestrator']],
  [/^helm_release$/, ['helm', 'k8s-packaging']],
  [/^aws_secretsmanager_secret/, ['aws-secrets-manager', 'secrets']],
  [/^aws_ssm_parameter$/, ['aws-ssm', 'secrets']],
  [/^google_secret_manager_secret/, ['gcp-secret-manager', 'secrets']],
  [/^azurerm_key_vault/, ['azure-key-vault', 'secrets']],
  [/^vault_/, ['vault', 'secrets']],
  [/^aws_cloudwatch_/, ['cloudwatch', 'observability']],
  [/^google_monitoring_/, ['google-cloud-monitoring', 'observability']],
  [/^azurerm_monitor_/, ['azure-monitor', 'observability']],
  [/^datadog_/, ['datadog', 'observability']],
  [/^newrelic_/, ['new-relic', 'observability']],
  [/^grafana_/, ['grafana', 'observability']],
  [/^sentry_/, ['sentry', 'observability']],
  [/^pagerduty_/, ['pagerduty', 'observability']],
  [/^aws_xray_/, ['aws-x-ray', 'observability']],
];

/** Switches of Terraform modules and variables, by what follows `enable_`: the add-ons of a cluster mostly are such. */
const BY_SWITCH: readonly (readonly [RegExp, Tool])[] = [
  [
    /^(kube_prometheus(_stack)?|prometheus|amazon_prometheus|managed_prometheus)$/,
    ['prometheus', 'observability'],
  ],
  [/^((amazon|aws|managed)_)?grafana$/, ['grafana', 'observability']],
  [/^loki$/, ['loki', 'observability']],
  [/^promtail$/, ['promtail', 'observability']],
  [/^tempo$/, ['tempo', 'observability']],
  [/^thanos$/, ['thanos', 'observability']],
  [/^jaeger$/, ['jaeger', 'observability']],
  [/^signoz$/, ['signoz', 'observability']],
  [/^(datadog|datadog_(agent|operator))$/, ['datadog', 'observability']],
  [/^new_?relic$/, ['new-relic', 'observability']],
  [/^(aws_for_fluent_?bit|fargate_fluentbit|fluent_?bit)$/, ['fluent-bit', 'observability']],
  [
    /^(aws_cloudwatch_metrics|cloudwatch_observability|(aws_)?container_insights)$/,
    ['cloudwatch', 'observability'],
  ],
  [/^(adot|amazon_eks_adot|opentelemetry(_operator)?|otel_collector)$/, ['opentelemetry', 'observability']],
  [/^(aws_)?x_?ray$/, ['aws-x-ray', 'observability']],
  [/^external_secrets(_operator)?$/, ['external-secrets', 'secrets']],
  [/^sealed_secrets$/, ['sealed-secrets', 'secrets']],
  [/^secrets_store_csi_driver$/, ['secrets-store-csi-driver', 'secrets']],
  [/^vault$/, ['vault', 'secrets']],
];
/** Terraform modules, by the last part of where they are kept: what they make is seen only where they are here. */
const BY_MODULE: readonly (readonly [RegExp, Tool])[] = [
  [/(^|[-_/])cloud-?watch([-_/]|$)/, ['cloudwatch', 'observability']],
  [
    /(^|[-_/])(application|app)-?insights$|(^|[-_/])log-analytics|(^|[-_/])diagnostic-settings?$/,
    ['azure-monitor', 'observability'],
  ],
  [/(^|[-_/])key-?vault(s|-vault)?([-_/]|$)/, ['azure-key-vault', 'secrets']],
  [
    /^terraform-aws-modules\/secrets-manager\/aws|(^|\/)(terraform-)?aws-secrets-?manager/,
    ['aws-secrets-manager', 'secrets'],
  ],
  [/(^|[-_/])ssm-parameter/, ['aws-ssm', 'secrets']],
  [/^GoogleCloudPlatform\/secret-manager\/google/, ['gcp-secret-manager', 'secrets']],
];
const SWITCH = /^(?:enable|install|deploy)_(\w+)$|^(\w+)_enabled$/;

/** Actions and commands of pipelines that take secrets from a store. */
const BY_STEP: readonly (readonly [uses: RegExp, run: RegExp, Tool])[] = [
  [/^1password\//i, command('op (read|run|inject|item get|document get)'), ['1password', 'secrets']],
  [
    /^aws-actions\/aws-secretsmanager-get-secrets/i,
    command('aws secretsmanager get-secret-value'),
    ['aws-secrets-manager', 'secrets'],
  ],
  [
    /^google-github-actions\/get-secretmanager-secrets/i,
    command('gcloud (beta )?secrets versions access'),
    ['gcp-secret-manager', 'secrets'],
  ],
  [/^azure\/get-keyvault-secrets/i, command('az keyvault secret show'), ['azure-key-vault', 'secrets']],
  [/^hashicorp\/vault-action/i, command('vault (kv get|read)'), ['vault', 'secrets']],
  [/^mozilla\/sops-action/i, command('sops (-d|--decrypt|decrypt|exec-env|exec-file)'), ['sops', 'secrets']],
];

/** A command at the start of a line, or after what separates commands. */
function command(words: string): RegExp {
  return new RegExp(`(^|[;&|("'])\\s*(sudo\\s+)?${words.replaceAll(' ', '\\s+')}\\s`, 'm');
}

export const stack: Derivation = {
  name: 'stack',
  gives: ['tool-use'],
  derive(facts, _gaps, repository) {
    const found = new Map<string, { tool: Tool; evidence: Evidence[] }>();
    const use = (tool: Tool, fact: Pick<AnyFact, 'evidence'>, evidence = fact.evidence.slice(0, 1)) => {
      const entry = found.get(tool.join()) ?? { tool, evidence: [] };
      if (entry.evidence.length < 5) entry.evidence.push(...evidence);
      found.set(tool.join(), entry);
    };
    const matching = (table: readonly (readonly [RegExp, Tool])[], text: string) =>
      table.filter(([pattern]) => pattern.test(text)).map(([, tool]) => tool);

    const switches = (f: AnyFact, values: FactData<'terraform-variables-file'>['values']) => {
      for (const { name, value, line } of values) {
        const [, turned, left] = SWITCH.exec(name) ?? [];
        if (value !== 'true') continue;
        for (const tool of matching(BY_SWITCH, turned ?? left ?? '')) use(tool, f, lineOf(f, line));
      }
    };

    for (const f of factsOf(facts, 'pipeline')) {
      use([f.data.system, 'ci'], f);
      const at = secretUse(f);
      if (f.data.system === 'github-actions' && at) use(['github-secrets', 'secrets'], f, [at]);
    }
    for (const f of factsOf(facts, 'kubernetes-workload')) {
      use(KUBERNETES, f);
      const tool = BY_OBJECT[f.data.kind];
      if (tool) use(tool, f);
    }
    for (const f of factsOf(facts, 'kubernetes-object')) {
      use(KUBERNETES, f);
      if (CROSSPLANE.test(f.data.apiVersion)) use(['crossplane', 'iac'], f);
      const tool = BY_OBJECT[f.data.kind];
      if (tool) use(tool, f);
    }
    for (const f of factsOf(facts, 'gitops-application')) {
      use(KUBERNETES, f);
      use([f.data.tool, 'gitops'], f);
      if (f.data.kind === 'HelmRelease') use(HELM, f);
    }
    for (const f of factsOf(facts, 'tool-use')) {
      if (f.data.tool === 'helmfile') use(HELM, f);
      // Charts and kustomizations have no other place to go.
      if (/^(helm|helmfile|kustomize)$/.test(f.data.tool)) use(KUBERNETES, f);
    }
    for (const [f, step] of steps(facts)) {
      const path = step.path || f.data.path;
      if (INSTALLS_CHART.test(step.run)) use(HELM, f, [{ type: 'file', path, line: step.runLine }]);
      for (const [uses, run, tool] of BY_STEP) {
        if (uses.test(step.uses)) use(tool, f, [{ type: 'file', path, line: step.line }]);
        else if (run.test(step.run)) use(tool, f, [{ type: 'file', path, line: step.runLine }]);
      }
    }
    for (const f of factsOf(facts, 'compose-service')) use(['docker-compose', 'orchestrator'], f);
    for (const f of factsOf(facts, 'image-reference')) {
      if (f.data.used === 'dockerfile') continue;
      for (const tool of matching(BY_IMAGE, f.data.repository)) use(tool, f);
    }
    for (const f of factsOf(facts, 'terraform-resource')) {
      use(['terraform', 'iac'], f);
      for (const tool of matching(BY_RESOURCE, f.data.type)) use(tool, f);
      if (f.data.type === 'aws_ecs_service' && launchesOnFargate(f)) use(['fargate', 'orchestrator'], f);
      const traces = f.data.attributes.find(sendsTraces);
      if (traces) use(['aws-x-ray', 'observability'], f, lineOf(f, traces.line));
    }
    for (const f of factsOf(facts, 'cloud-resource'))
      for (const tool of matching(BY_RESOURCE, f.data.type)) use(tool, f);
    for (const kind of ['terraform-module', 'terraform-backend', 'terraform-provider'] as const)
      for (const f of factsOf(facts, kind)) {
        const terragrunt = f.evidence.some((e) => e.type === 'file' && e.path.endsWith('.hcl'));
        use([terragrunt ? 'terragrunt' : 'terraform', 'iac'], f);
        // What a unit of Terragrunt runs is a Terraform module.
        if (terragrunt && f.kind === 'terraform-module') use(['terraform', 'iac'], f);
      }
    for (const f of factsOf(facts, 'terraform-module')) {
      switches(f, f.data.arguments);
      const source = f.data.source.replace(/\?.*$/, '');
      // The folders that lead to it may be named for anything.
      const name = f.data.local || source.startsWith('.') ? (source.split('/').at(-1) ?? '') : source;
      for (const tool of matching(BY_MODULE, name)) use(tool, f);
    }
    for (const f of factsOf(facts, 'terraform-variables-file')) switches(f, f.data.values);
    const own = factsOf(facts, 'package').filter((f) => !isAside(f));
    const clients = own.map((f) => [f, new Set(f.data.dependencies.flatMap(clientOf))] as const);
    const stores = new Set(clients.flatMap(([, tools]) => [...tools]).filter(([, c]) => c === 'secrets'));
    // Who can talk to many stores sells the choice to others.
    for (const [f, tools] of clients)
      for (const tool of tools) if (tool[1] !== 'secrets' || stores.size < MANY_STORES) use(tool, f);
    for (const f of factsOf(facts, 'monitoring-signal'))
      use([f.data.tool, f.data.signal === 'costs' ? 'cost' : 'observability'], f);
    for (const f of factsOf(facts, 'routing-receiver')) use([f.data.tool, 'observability'], f);
    for (const f of factsOf(facts, 'workspace')) use([f.data.tool, 'monorepo'], f);

    // A search engine holds what is observed only where something ships to it or shows it; else it is a store.
    const observed = [...found.values()].some(({ tool }) => READS_OR_FEEDS_SEARCH.test(tool[0]));
    for (const [key, { tool }] of found)
      if (!observed && /^(elasticsearch|opensearch)$/.test(tool[0])) found.delete(key);

    // The driver only mounts what a store keeps: where the store is known, that is the answer.
    if ([...found.values(), ...usedFor(facts, 'secrets')].some(({ tool }) => STORES.test(tool[0])))
      for (const [key, { tool }] of found) if (tool[0] === 'secrets-store-csi-driver') found.delete(key);

    const known = new Set(factsOf(facts, 'tool-use').map((f) => `${f.data.tool},${f.data.category}`));
    const out = factList(repository);
    for (const { tool, evidence } of found.values()) {
      if (known.has(tool.join())) continue;
      out.add('tool-use', tool[0], { tool: tool[0], category: tool[1] }, evidence);
    }
    return { facts: out.facts, gaps: [] };
  },
};

function clientOf(dependency: string): Tool[] {
  return CLIENT_LIBRARIES.filter(({ names }) => names.test(dependency)).map(({ client }) => client);
}

const MANY_STORES = 3;
const STORES = /^(aws-secrets-manager|aws-ssm|azure-key-vault|gcp-secret-manager|vault)$/;

/** The tools of a category that collectors have seen. */
function usedFor(facts: readonly AnyFact[], category: Category): { tool: Tool }[] {
  return factsOf(facts, 'tool-use')
    .filter((f) => f.data.category === category)
    .map((f) => ({ tool: [f.data.tool, category] }));
}

function steps(facts: readonly AnyFact[]) {
  return factsOf(facts, 'pipeline').flatMap((f) =>
    f.data.jobs.flatMap((job) => job.steps.map((step) => [f, step] as const)),
  );
}

/** The step or job that uses the first secret which is not the run's own token. */
function secretUse(f: Fact<'pipeline'>): Evidence | undefined {
  const secret = /secrets\.(?!GITHUB_TOKEN\b)[A-Za-z_]/;
  const named = (values: readonly { value: string }[]) => values.some((v) => secret.test(v.value));
  for (const job of f.data.jobs) {
    const step = job.steps.find((s) => secret.test(s.run) || named(s.with) || named(s.variables));
    const line = step?.line ?? (named(job.with) || named(job.variables) ? job.line : undefined);
    if (line !== undefined) return { type: 'file', path: (step ?? job).path || f.data.path, line };
  }
  return undefined;
}

function lineOf(f: AnyFact, line: number): Evidence[] {
  return f.evidence.slice(0, 1).map((e) => (e.type === 'file' ? { ...e, line } : e));
}

/** It is allowed to send traces to X-Ray, or told to. */
function sendsTraces({ name, value }: FactData<'terraform-resource'>['attributes'][number]): boolean {
  if (/tracing_config\.mode$|xray_tracing_enabled$/.test(name)) return /^(Active|true)$/.test(value);
  return /xray:Put(TraceSegments|TelemetryRecords|\*)|AWSX[Rr]ay(DaemonWriteAccess|WriteOnlyAccess|FullAccess)/.test(
    value,
  );
}

function launchesOnFargate(f: Fact<'terraform-resource'>): boolean {
  return f.data.attributes.some(
    (a) => /launch_type|capacity_provider/.test(a.name) && a.value.includes('FARGATE'),
  );
}
