/** What Prometheus and its like watch: alert and recording rules, dashboards, scraped exporters, and the receivers that reach a person. */
import { agentOfChart } from '../../model/agent.js';
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { FactData, FactKind } from '../../model/facts.js';
import {
  type Signal,
  signalsOfCloudMetric,
  signalsOfGoogleFilter,
  signalsOfMetric,
  signalsOfPromql,
} from '../../model/signal.js';
import { loosened } from '../../parse/loosened.js';
import { folderOf } from '../../parse/paths.js';
import { isMapping, list, type Mapping, mapping, mappings, text, within } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

const GIVES = ['monitoring-signal', 'routing-receiver', 'tool-use'] as const satisfies readonly FactKind[];

const YAML = /\.(ya?ml|rules)$/;
/** Reading every JSON file would be dear; those of dashboards lie where their names say so. */
const JSON_LIKELY =
  /(dashboard|grafana|signoz|monitor|observab|prometheus|cloudwatch|cwagent)[^/]*(\/.*)?\.json$/i;
/** Large YAML of known content: definitions of kinds, interfaces, locks, translations. */
const OTHER = /(^|\/)(crds?|locales?|i18n)\/|[-_.]crds?\.ya?ml$|(openapi|swagger)[^/]*\.ya?ml$|lock\.ya?ml$/i;
/** A text without any of these words holds nothing for this collector. */
const TELLING =
  /\bexpr\b|scrape_configs|receivers\b|contactPoints|metrics\/cadvisor|"(panels|widgets|metrics_collected|timeSeriesFilter|prometheusQuery)"|hostMetrics/;

type By = FactData<'monitoring-signal'>['by'];

/** Alerts wait until it is known whether anybody is told. */
interface Watched {
  signal: Signal;
  tool: 'prometheus' | 'grafana';
  name: string;
  at: FileEvidence;
}

/** The parts of collector configurations of one folder, which are laid over one another. */
interface Otel {
  receivers: { name: string; value: unknown; at: FileEvidence }[];
  pipelines: { name: string; receivers: readonly string[]; exporters: readonly string[]; at: FileEvidence }[];
}

export const prometheus = defineCollector({
  name: 'prometheus',
  title: 'Prometheus',
  gives: GIVES,
  reads: (path) => !isNotRun(path) && !OTHER.test(path) && (YAML.test(path) || JSON_LIKELY.test(path)),
  start(collection) {
    const found = new Findings(collection);
    return {
      file(source) {
        if (CHART.test(source.path)) readChart(source, found);
        else if (!TELLING.test(source.text)) return;
        else if (source.path.endsWith('.json')) readJson(source, found);
        else readYaml(source, found);
      },
      end: () => found.end(),
    };
  },
});

class Findings {
  readonly #alerts: Watched[] = [];
  readonly #otel = new Map<string, Otel>();
  readonly #told = new Set<string>();

  constructor(readonly collection: Collection) {}

  signals(
    signals: readonly Signal[],
    tool: string,
    by: Exclude<By, 'alert'>,
    name: string,
    at: FileEvidence,
  ): void {
    for (const signal of signals)
      this.collection.fact('monitoring-signal', name, { signal, tool, by, notifies: false }, [at]);
  }

  chart(chart: string, at: FileEvidence): void {
    const agent = agentOfChart(chart);
    if (agent) this.signals(agent.signals, agent.tool, 'agent', chart.split('/').at(-1) ?? chart, at);
  }

  alert(signals: readonly Signal[], tool: Watched['tool'], name: string, at: FileEvidence): void {
    // An alert whose metrics say nothing that we know still watches the application.
    for (const signal of signals.length > 0 ? signals : (['application'] as const))
      this.#alerts.push({ signal, tool, name, at });
  }

  receiver(tool: 'alertmanager' | 'grafana', name: string, channel: string, at: FileEvidence): void {
    this.#told.add(tool === 'alertmanager' ? 'prometheus' : tool);
    this.collection.fact('routing-receiver', name, { tool, channel }, [at]);
  }

  tool(tool: string, at: FileEvidence): void {
    this.collection.fact('tool-use', tool, { tool, category: 'observability' }, [at]);
  }

  otel(path: string): Otel {
    const folder = folderOf(path);
    const otel = this.#otel.get(folder) ?? { receivers: [], pipelines: [] };
    this.#otel.set(folder, otel);
    return otel;
  }

  end(): void {
    for (const { signal, tool, name, at } of this.#alerts) {
      const notifies = this.#told.has(tool);
      this.collection.fact('monitoring-signal', name, { signal, tool, by: 'alert', notifies }, [at]);
    }
    for (const otel of this.#otel.values()) readOtel(otel, this);
  }
}

const CHART = /(^|\/)Chart\.ya?ml$/;

/** Charts that a chart brings along whatever its values say. */
function readChart(source: SourceText, found: Findings): void {
  for (const document of source.as(parseYaml))
    for (const dependency of mappings(within(document.value, 'dependencies')))
      if (!dependency.condition && !dependency.tags)
        found.chart(text(dependency.name), atLine(source.path, document.lineOf(dependency, 'name')));
}

/** Gives the place of a key or item, in a file or in a text inside of one. */
type Place = (of: object, key?: string | number) => FileEvidence;

function readYaml(source: SourceText, found: Findings): void {
  const documents = source.as(parseYaml);
  if (
    /\{\{/.test(source.text) &&
    /^\s*receivers:/m.test(source.text) &&
    documents.some((d) => d.error !== '')
  )
    readTemplate(source, found);
  for (const document of documents) {
    if (document.error === '') {
      walk(document.value, placeIn(source.path, document), found, source.path, source.lines);
    } else if (/\{\{/.test(source.text) && /^\s*(-\s+)?(alert|record):/m.test(source.text)) {
      found.collection.gap({
        kinds: ['monitoring-signal'],
        reason: 'not-rendered',
        what: `The rules of ${source.path} are a template that was not filled in`,
        path: source.path,
      });
    }
  }
}

/** Whom a template tells: what it leaves open is how much of it is switched on, and what the messages say. */
function readTemplate(source: SourceText, found: Findings): void {
  for (const document of parseYaml(loosened(source.text))) {
    const place = placeIn(source.path, document);
    for (const value of [document.value, within(document.value, 'spec')])
      if (isMapping(value)) readReceivers(value, place, found);
    if (document.error !== '' && /^\s*route:/m.test(source.text))
      found.collection.gap({
        kinds: ['routing-receiver'],
        reason: 'not-rendered',
        what: `The receivers of ${source.path} are a template that was not filled in`,
        path: source.path,
      });
  }
}

function placeIn(path: string, document: YamlDocument): Place {
  return (of, key) => atLine(path, document.lineOf(of, key));
}

/** Looks for the shapes of Prometheus, Alertmanager, Grafana and the OpenTelemetry collector wherever they stand. */
function walk(root: unknown, place: Place, found: Findings, path: string, lines: readonly string[]): void {
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isMapping(value)) {
      readRules(value, place, found);
      readScrapes(value, place, found);
      readReceivers(value, place, found);
      readContactPoints(value, place, found);
      noteOtel(value, place, found, path);
      if (value.kind === 'ServiceMonitor' || value.kind === 'PodMonitor') readCadvisor(value, place, found);
      if (value.kind === 'ConfigMap' || value.kind === 'Secret') readData(value, place, found, path, lines);
    }
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(root);
}

function readRules(value: Mapping, place: Place, found: Findings): void {
  for (const group of mappings(value.groups))
    for (const rule of mappings(group.rules)) {
      const alert = text(rule.alert);
      const record = text(rule.record);
      const expression = text(rule.expr);
      if (alert && expression)
        found.alert(signalsOfPromql(expression), 'prometheus', alert, place(rule, 'expr'));
      else if (record && expression)
        found.signals(
          signalsOfPromql(expression),
          'prometheus',
          'recording-rule',
          record,
          place(rule, 'expr'),
        );
      else if (text(rule.title) && rule.condition !== undefined) {
        const models = mappings(rule.data).map((d) => mapping(d.model));
        const signals = models.flatMap((model) => signalsOfPromql(text(model.expr)));
        found.alert([...new Set(signals)], 'grafana', text(rule.title), place(rule, 'title'));
      }
    }
}

const EXPORTERS: readonly (readonly [RegExp, readonly Signal[]])[] = [
  [/node[-_]?exporter|:9100\b|windows[-_]?exporter|:9182\b/i, ['cpu', 'memory', 'disk', 'network']],
  [/cadvisor/i, ['cpu', 'memory', 'disk', 'network']],
];

function readScrapes(value: Mapping, place: Place, found: Findings): void {
  if (!Array.isArray(value.scrape_configs)) return;
  if (Array.isArray(value.clients)) {
    // The same words, but what is scraped is logs, for Loki.
    found.tool('promtail', place(value, 'scrape_configs'));
    found.tool('loki', place(value, 'clients'));
    found.signals(['logs'], 'promtail', 'agent', 'Promtail', place(value, 'scrape_configs'));
    return;
  }
  found.tool('prometheus', place(value, 'scrape_configs'));
  for (const job of mappings(value.scrape_configs)) {
    const targets = mappings(job.static_configs).flatMap((c) => list(c.targets).map(text));
    const says = [text(job.job_name), text(job.metrics_path), ...targets].join(' ');
    for (const [pattern, signals] of EXPORTERS)
      if (pattern.test(says))
        found.signals(signals, 'prometheus', 'agent', text(job.job_name), place(job, 'job_name'));
  }
}

/** The kubelet's own cAdvisor, scraped through an object of the Prometheus operator. */
function readCadvisor(value: Mapping, place: Place, found: Findings): void {
  for (const endpoint of mappings(within(value, 'spec', 'endpoints')))
    if (text(endpoint.path) === '/metrics/cadvisor')
      found.signals(
        ['cpu', 'memory', 'disk', 'network'],
        'prometheus',
        'agent',
        text(within(value, 'metadata', 'name')),
        place(endpoint, 'path'),
      );
}

/** Alertmanager, as a file or as an AlertmanagerConfig: the receivers that a route leads to and that have a channel. */
function readReceivers(value: Mapping, place: Place, found: Findings): void {
  if (!isMapping(value.route) || !Array.isArray(value.receivers)) return;
  found.tool('alertmanager', place(value, 'receivers'));
  const routed = new Set<string>();
  const follow = (route: Mapping): void => {
    routed.add(text(route.receiver));
    for (const inner of mappings(route.routes)) follow(inner);
  };
  follow(value.route);
  for (const receiver of mappings(value.receivers)) {
    const name = text(receiver.name);
    if (!routed.has(name)) continue;
    for (const [key, configs] of Object.entries(receiver)) {
      const channel = /^(\w+?)_?[cC]onfigs$/.exec(key)?.[1];
      if (channel && list(configs).length > 0)
        found.receiver('alertmanager', name, channel, place(receiver, key));
    }
  }
}

function readContactPoints(value: Mapping, place: Place, found: Findings): void {
  for (const point of mappings(value.contactPoints))
    for (const receiver of mappings(point.receivers)) {
      const channel = text(receiver.type);
      if (channel) found.receiver('grafana', text(point.name), channel, place(receiver, 'type'));
    }
}

/** Files inside of a ConfigMap or Secret: rules, Alertmanager's configuration, dashboards. */
function readData(
  value: Mapping,
  place: Place,
  found: Findings,
  path: string,
  lines: readonly string[],
): void {
  for (const data of [value.data, value.stringData].filter(isMapping))
    for (const [key, content] of Object.entries(data)) {
      if (typeof content !== 'string' || !TELLING.test(content)) continue;
      const at = place(data, key);
      // A block scalar starts on the line after its key; any other is one line to us.
      const block = /:\s*[|>][-+\d]*\s*(#.*)?$/.test(lines[at.line - 1] ?? '');
      const placeOf = (line: number) => atLine(path, block ? at.line + line : at.line);
      if (key.endsWith('.json')) readDashboard(content, found, placeOf);
      else
        for (const inner of parseYaml(content))
          walk(inner.value, (of, name) => placeOf(inner.lineOf(of, name)), found, path, []);
    }
}

function readJson(source: SourceText, found: Findings): void {
  readDashboard(source.text, found, (line) => atLine(source.path, line));
}

/** Keys under which dashboards and agents name a query or a metric. */
const QUERY_KEYS = /^(expr|query|metricName|metric_name|metric|prometheusQuery|rawSql)$/;

/** Under one of these lie the widgets of a dashboard of Google Cloud Monitoring. */
const GOOGLE_LAYOUT = /^(grid|mosaic|row|column)Layout$/;

/** A dashboard of Grafana, SigNoz or Google Cloud Monitoring: each signal once, at the first query that watches it. */
function readDashboard(json: string, found: Findings, placeOf: (line: number) => FileEvidence): void {
  let root: unknown;
  try {
    root = JSON.parse(json);
  } catch {
    return;
  }
  const dashboard = isMapping(mapping(root).dashboard) ? mapping(mapping(root).dashboard) : mapping(root);
  const agent = mapping(mapping(mapping(root).metrics).metrics_collected);
  for (const key of Object.keys(agent)) {
    const signals = signalsOfMetric(key);
    if (signals.length > 0)
      found.signals(
        signals,
        'cloudwatch',
        'agent',
        'CloudWatch agent',
        placeOf(lineOfText(json, JSON.stringify(key))),
      );
  }
  const grafana = Array.isArray(dashboard.panels) || Array.isArray(dashboard.rows);
  const [layout] = Object.keys(dashboard).filter((key) => GOOGLE_LAYOUT.test(key));
  if (!grafana && !layout && !Array.isArray(dashboard.widgets)) return;
  const tool = grafana ? 'grafana' : layout ? 'google-cloud-monitoring' : 'signoz';
  const title = text(dashboard.title) || text(dashboard.displayName) || 'dashboard';
  const first = new Map<Signal, string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isMapping(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      const query = typeof inner === 'string' ? inner : '';
      for (const signal of signalsOfQuery(key, query, value))
        if (!first.has(signal)) first.set(signal, query);
      visit(inner);
    }
  };
  visit(grafana ? (dashboard.panels ?? dashboard.rows) : layout ? dashboard[layout] : dashboard.widgets);
  for (const [signal, query] of first)
    found.signals([signal], tool, 'dashboard', title, placeOf(lineOfText(json, JSON.stringify(query))));
}

function signalsOfQuery(key: string, query: string, within: Mapping): Signal[] {
  if (query === '') return [];
  if (QUERY_KEYS.test(key)) {
    if (/^metric/.test(key) && typeof within.namespace === 'string')
      return signalsOfCloudMetric(within.namespace, query);
    return signalsOfPromql(query);
  }
  if (key === 'filter' || key === 'timeSeriesQueryLanguage') return signalsOfGoogleFilter(query);
  // SigNoz names the metric of a builder query as the key of its aggregateAttribute.
  return key === 'key' && 'dataType' in within && /[._]/.test(query) ? signalsOfMetric(query) : [];
}

function lineOfText(text: string, searched: string): number {
  const at = text.indexOf(searched);
  return at === -1 ? 1 : text.slice(0, at).split('\n').length;
}

function noteOtel(value: Mapping, place: Place, found: Findings, path: string): void {
  const pipelines = within(value, 'service', 'pipelines');
  if (!isMapping(pipelines)) return;
  const otel = found.otel(path);
  for (const [name, pipeline] of Object.entries(pipelines))
    otel.pipelines.push({
      name,
      receivers: list(mapping(pipeline).receivers).map(text),
      exporters: list(mapping(pipeline).exporters).map(text),
      at: place(pipelines, name),
    });
  const receivers = mapping(value.receivers);
  for (const [name, receiver] of Object.entries(receivers))
    otel.receivers.push({ name, value: receiver, at: place(receivers, name) });
}

/** Exporters that keep nothing, and connectors, which only lead to another pipeline. */
const NOWHERE =
  /^(debug|logging|nop|file|span_?metrics|forward|routing|count|servicegraph|exceptions|failover)(\/|$)/;
const SCRAPERS: Readonly<Record<string, Signal>> = {
  cpu: 'cpu',
  disk: 'disk',
  filesystem: 'disk',
  load: 'cpu',
  memory: 'memory',
  network: 'network',
  paging: 'memory',
};
const OTEL_RECEIVERS: Readonly<Record<string, readonly Signal[]>> = {
  dockerstats: ['cpu', 'memory', 'network'],
  kubeletstats: ['cpu', 'memory', 'disk', 'network'],
};

/** What a collector watches of its hosts, and whether it ships logs: only what a pipeline takes in and sends somewhere. */
function readOtel({ receivers, pipelines }: Otel, found: Findings): void {
  const kept = pipelines.filter((p) => p.exporters.some((e) => !NOWHERE.test(e)));
  const [logs] = kept.filter((p) => /^logs(\/|$)/.test(p.name));
  if (logs) found.signals(['logs'], 'opentelemetry', 'agent', 'OpenTelemetry collector', logs.at);
  if (!kept.some((p) => /^metrics(\/|$)/.test(p.name))) return;
  const taken = new Set(pipelines.flatMap((p) => p.receivers));
  for (const { name, value, at } of receivers) {
    if (!taken.has(name)) continue;
    const type = (name.split('/')[0] ?? '').replace(/_/g, '');
    const scraped = type === 'hostmetrics' ? Object.keys(mapping(mapping(value).scrapers)) : [];
    const signals = [...scraped.flatMap((s) => SCRAPERS[s] ?? []), ...(OTEL_RECEIVERS[type] ?? [])];
    found.signals([...new Set(signals)], 'opentelemetry', 'agent', name, at);
  }
}
