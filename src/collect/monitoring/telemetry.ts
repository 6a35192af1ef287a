/** Agents that ship telemetry, by their configurations: what they watch, whether they ship logs, and the tools that they and the workloads send to. */
import { backEnd } from '../../model/back-end.js';
import { atLine } from '../../model/evidence.js';
import type { Signal } from '../../model/signal.js';
import { type AgentConfig, agentConfigs } from '../../parse/agent-config.js';
import { loosened } from '../../parse/loosened.js';
import { isMapping, list, mapping, text, within } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

const FILE = /\.(ya?ml|tpl|gotmpl|conf|toml|alloy|river|json|env)$|(^|\/)td-agent[^/]*$/;
/** Configurations of programs that are something else by their name, and the largest of files. */
const OTHER =
  /(^|\/)(crds?|locales?|i18n|node_modules)\/|[-_.]crds?\.ya?ml$|(openapi|swagger)[^/]*\.ya?ml$|[-.]lock\.(ya?ml|json)$|(^|\/)(package(-lock)?|tsconfig[^/]*|Cargo|pyproject)\.(json|toml)$/i;
const TELLING =
  /pipelines|prometheus\.io\/|\[OUTPUT\]|@type|\[\[outputs\.|sinks|loki\.|prometheus\.remote_write|beat\.|(logs|metrics)_collected|ZIPKIN|JAEGER|DD_AGENT_HOST|DD_API_KEY|STATSD|NEW_RELIC|XRAY_DAEMON|SENTRY_DSN|APPLICATIONINSIGHTS_|APPINSIGHTS_|APPSIGNAL_|BUGSNAG_|ELASTIC_APM_|HONEYCOMB_|ROLLBAR_|OTEL_EXPORTER|promtail|\/loki\/api/i;
/** Names that promise the configuration of an agent. */
const AGENT = /otel|opentelemetry|collector|cwagent|fluent|vector|telegraf|promtail|alloy|beat[^/]*\.ya?ml$/i;
/** A template may be switched off: it shows what is used, not what is watched. */
const TEMPLATE = /(^|\/)templates\//;

export const telemetry = defineCollector({
  name: 'telemetry',
  title: 'Telemetry',
  gives: ['monitoring-signal', 'tool-use'],
  likely: (path) => AGENT.test(path),
  reads: (path) => FILE.test(path) && !OTHER.test(path) && !isNotRun(path),
  start(collection) {
    const told = new Told(collection);
    return {
      file(source) {
        if (!TELLING.test(source.text)) return;
        if (/pipelines/.test(source.text) && /\.(ya?ml|tpl|gotmpl)$/.test(source.path))
          readOtel(source, told);
        for (const config of source.as(agentConfigs)) readAgent(config, source.path, told);
        if (/(logs|metrics)_collected/.test(source.text)) readCloudWatchAgent(source, told);
        readLines(source, told);
      },
      end: () => told.end(),
    };
  },
});

/** What the files tell, each tool with the first places that tell it. */
class Told {
  readonly #tools = new Map<string, { path: string; line: number }[]>();
  readonly #watched = new Set<string>();

  constructor(readonly collection: Collection) {}

  tool(tool: string, path: string, line: number): void {
    if (tool === '') return;
    this.#tools.set(tool, [...(this.#tools.get(tool) ?? []), { path, line }]);
  }

  watches(signals: readonly Signal[], tool: string, name: string, path: string, line: number): void {
    if (TEMPLATE.test(path)) return;
    for (const signal of signals) {
      const key = `${path} ${tool} ${signal}`;
      if (this.#watched.has(key)) continue;
      this.#watched.add(key);
      this.collection.fact('monitoring-signal', name, { signal, tool, by: 'agent', notifies: false }, [
        atLine(path, line),
      ]);
    }
  }

  end(): void {
    for (const [tool, places] of this.#tools)
      this.collection.fact(
        'tool-use',
        tool,
        { tool, category: 'observability' },
        places.slice(0, 5).map(({ path, line }) => atLine(path, line)),
      );
  }
}

/** Looks for the service pipelines of OpenTelemetry collectors, also in texts inside of a ConfigMap and in templates. */
function readOtel(source: SourceText, told: Told): void {
  const documents = source.text.includes('{{') ? parseYaml(loosened(source.text)) : source.as(parseYaml);
  for (const document of documents)
    walk(document.value, (value) => {
      if (isMapping(value) && isMapping(within(value, 'service', 'pipelines')))
        readPipelines(value, (of, key) => document.lineOf(of, key), source.path, told);
      if (!isMapping(value)) return;
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner !== 'string' || !/^\s*pipelines:/m.test(inner)) continue;
        const line = document.lineOf(value, key);
        // A block scalar starts on the line after its key.
        for (const nested of parseYaml(inner)) readNested(nested, line, source.path, told);
      }
    });
}

function readNested(nested: YamlDocument, line: number, path: string, told: Told): void {
  walk(nested.value, (value) => {
    if (isMapping(value) && isMapping(within(value, 'service', 'pipelines')))
      readPipelines(value, (of, key) => line + nested.lineOf(of, key), path, told);
  });
}

function walk(root: unknown, visit: (value: object) => void): void {
  const seen = new Set<object>();
  const open: unknown[] = [root];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    visit(value);
    open.push(...Object.values(value).reverse());
  }
}

type LineOf = (of: object, key: string) => number;

function readPipelines(config: object, lineOf: LineOf, path: string, told: Told): void {
  const { exporters, receivers, service } = mapping(config);
  const pipelines = mapping(mapping(service).pipelines);
  told.tool('opentelemetry', path, lineOf(pipelines, Object.keys(pipelines)[0] ?? ''));
  const sent = new Set<string>();
  const taken = new Set<string>();
  for (const pipeline of Object.values(pipelines)) {
    for (const name of list(mapping(pipeline).exporters).map(text)) sent.add(name);
    for (const name of list(mapping(pipeline).receivers).map(text)) taken.add(name);
  }
  const declared = mapping(exporters);
  for (const name of sent) {
    const exporter = mapping(declared[name]);
    const endpoint = text(exporter.endpoint) || text(exporter.traces_endpoint);
    told.tool(backEnd(name.split('/')[0] ?? '', endpoint), path, lineOf(declared, name));
  }
  for (const name of taken) {
    const type = (name.split('/')[0] ?? '').replace(/receiver$/, '');
    const line = lineOf(mapping(receivers), name);
    if (type === 'statsd') told.tool('statsd', path, line);
    if (type === 'awsxray') told.tool('aws-x-ray', path, line);
    if (type === 'awscontainerinsight')
      told.watches(HOST, 'opentelemetry', 'OpenTelemetry collector', path, line);
  }
}

const HOST: readonly Signal[] = ['cpu', 'memory', 'disk', 'network'];

/** What an input measures or ships, by the agent and the type. */
const INPUTS: readonly (readonly [RegExp, readonly Signal[]])[] = [
  [/^(fluent-bit|fluentd) /, ['logs']],
  [
    /^vector (docker_logs|file|fluent|journald|kubernetes_logs|syslog|socket|http_server|logstash)$/,
    ['logs'],
  ],
  [/^vector host_metrics$/, HOST],
  [/^telegraf (docker_log|tail|syslog|logparser)$/, ['logs']],
  [/^telegraf cpu$/, ['cpu']],
  [/^telegraf (mem|swap)$/, ['memory']],
  [/^telegraf (disk|diskio)$/, ['disk']],
  [/^telegraf (net|netstat|nstat)$/, ['network']],
  [/^telegraf (docker|kubernetes)$/, ['cpu', 'memory', 'network']],
  [/^alloy loki\.source\./, ['logs']],
  [/^alloy prometheus\.exporter\.(unix|windows|cadvisor)$/, HOST],
  [/^filebeat /, ['logs']],
  [/^metricbeat /, HOST],
];
/** Outputs that keep nothing, or hand on to another part of the same agent. */
const NOWHERE = /^(stdout|null|console|blackhole|relabel|label|rewrite_tag_filter|file|exec|counter|copy)$/;

function readAgent({ agent, inputs, outputs }: AgentConfig, path: string, told: Told): void {
  const kept = outputs.filter((o) => !NOWHERE.test(o.type));
  const [first] = kept;
  if (!first) return;
  told.tool(agent, path, (inputs[0] ?? first).line);
  for (const output of kept) {
    const type = output.type.replace(/^otelcol\.exporter\./, '').replace('.', '_');
    told.tool(type === 'loki_write' ? 'loki' : backEnd(type), path, output.line);
  }
  // What Fluent Bit and Fluentd take in may be set in another file; they ship logs all the same.
  const ships = /^fluent/.test(agent) ? kept.slice(0, 1).map((o) => ({ ...o, type: '' })) : inputs;
  for (const input of ships)
    for (const [pattern, signals] of INPUTS)
      if (pattern.test(`${agent} ${input.type}`)) told.watches(signals, agent, agent, path, input.line);
}

/** The agent of CloudWatch, whose JSON often stands inside of a template. */
function readCloudWatchAgent(source: SourceText, told: Told): void {
  let inside = '';
  for (const [i, line] of source.lines.entries()) {
    const key = /"(\w+)"\s*:\s*[{[]/.exec(line)?.[1] ?? '';
    if (/^(logs|metrics)_collected$/.test(key)) {
      inside = key;
      told.tool('cloudwatch', source.path, i + 1);
    } else if (inside === 'metrics_collected' && key === 'statsd') told.tool('statsd', source.path, i + 1);
    else if (inside === 'metrics_collected' && key === 'kubernetes')
      told.watches(HOST, 'cloudwatch', 'CloudWatch agent', source.path, i + 1);
    else if (inside === 'logs_collected' && /^(files|windows_events)$/.test(key))
      told.watches(['logs'], 'cloudwatch', 'CloudWatch agent', source.path, i + 1);
  }
}

/** Environment variables by which programs are told where to send. */
const VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/^(OTEL_EXPORTER_)?ZIPKIN(_\w+)?$/, 'zipkin'],
  [/^(OTEL_EXPORTER_)?JAEGER_(AGENT_HOST|COLLECTOR_\w+|ENDPOINT|SERVICE_ADDR|URL|HOST)$/, 'jaeger'],
  [/^DD_(AGENT_HOST|API_KEY)$/, 'datadog'],
  [/^STATSD_(HOST|URL|ADDR\w*)$/, 'statsd'],
  [/^NEW_RELIC_LICENSE_KEY$/, 'new-relic'],
  [/^AWS_XRAY_DAEMON_ADDRESS$/, 'aws-x-ray'],
  [/^SENTRY_DSN$/, 'sentry'],
  [
    /^APPLICATIONINSIGHTS_(CONNECTION_STRING|CONFIGURATION_FILE)$|^APPINSIGHTS_INSTRUMENTATION_?KEY$/,
    'azure-monitor',
  ],
  [/^APPSIGNAL_PUSH_API_KEY$/, 'appsignal'],
  [/^BUGSNAG_API_KEY$/, 'bugsnag'],
  [/^ELASTIC_APM_SERVER_URLS?$/, 'elastic-apm'],
  [/^HONEYCOMB_API_KEY$/, 'honeycomb'],
  [/^ROLLBAR_(SERVER_)?(ACCESS_)?TOKEN$/, 'rollbar'],
  [/^OTEL_EXPORTER_OTLP_(TRACES_|METRICS_|LOGS_)?ENDPOINT$/, 'opentelemetry'],
];
/** Nothing is set, or somebody else may set it. */
const UNSET = /^(["']{2}|\$\{?\w+(:?-)?\}?|["']\$\{?\w+(:?-)?\}?["']|null|~|["']?none["']?)?\s*(#.*)?$/i;
const SCRAPED = /^\s*["']?prometheus\.io\/(scrape["']?:\s*["']?true\b|(port|path)["']?:)/;

/** Lines of manifests and compose files that say what the workloads send to, or who scrapes them. */
function readLines(source: SourceText, told: Told): void {
  if (!/\.(ya?ml|tpl|gotmpl)$/.test(source.path)) return;
  for (const [i, line] of source.lines.entries()) {
    if (SCRAPED.test(line)) told.tool('prometheus', source.path, i + 1);
    const listed = /^\s*-\s*name:\s*["']?([A-Z][A-Z0-9_]+)["']?\s*$/.exec(line)?.[1];
    const [, named, value = ''] =
      /^\s*(?:-\s*)?["']?([A-Z][A-Z0-9_]+)["']?\s*(?:=|:\s)\s*(.*?)["']?$/.exec(line) ?? [];
    const next = /^\s*value(From)?:\s*(.*)$/.exec(source.lines[i + 1] ?? '');
    const name = listed ?? named;
    if (name === undefined) continue;
    const set = listed
      ? next !== null && (next[1] !== undefined || !UNSET.test(next[2] ?? ''))
      : !UNSET.test(value);
    if (!set) continue;
    for (const [variable, tool] of VARIABLES) if (variable.test(name)) told.tool(tool, source.path, i + 1);
  }
}
