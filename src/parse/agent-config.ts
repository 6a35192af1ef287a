/** The configuration of an agent that ships telemetry, in its own language -> what it takes in and where it sends it, with lines. */

interface AgentPart {
  /** As the agent names the plug-in: `tail`, `cloudwatch_logs`, `kubernetes_logs`. */
  type: string;
  line: number;
}

export interface AgentConfig {
  agent: 'alloy' | 'filebeat' | 'fluent-bit' | 'fluentd' | 'metricbeat' | 'telegraf' | 'vector';
  inputs: AgentPart[];
  outputs: AgentPart[];
}

/** How each agent is read, and what a text must hold that says where one sends: most hold little of it. */
const READERS: readonly {
  sends: RegExp;
  read: (lines: readonly string[]) => AgentConfig | undefined;
}[] = [
  { sends: /\[OUTPUT\]/i, read: fluentBit },
  { sends: /@type/, read: fluentd },
  { sends: /\[\[outputs\./, read: telegraf },
  { sends: /sinks/, read: vector },
  { sends: /loki\.write|prometheus\.remote_write|otelcol\.exporter\./, read: alloy },
  { sends: /output[.:]/, read: beats },
];

/** The agents that a text configures: a file of theirs, or one that holds theirs (a ConfigMap, the values of a chart). */
export function agentConfigs(text: string, _path = ''): AgentConfig[] {
  const readers = READERS.filter(({ sends }) => sends.test(text));
  const lines = readers.length === 0 ? [] : text.split(/\r\n|\n|\r/);
  return readers
    .map(({ read }) => read(lines))
    .filter((config): config is AgentConfig => config !== undefined && config.outputs.length > 0);
}

/** `[OUTPUT]`, then `Name cloudwatch_logs`. */
function fluentBit(lines: readonly string[]): AgentConfig | undefined {
  const parts: { section: string; part: AgentPart }[] = [];
  let section = '';
  for (const [i, line] of lines.entries()) {
    const header = /^\s*\[(INPUT|OUTPUT|FILTER|PARSER|SERVICE)\]\s*$/i.exec(line)?.[1];
    if (header !== undefined) section = header.toUpperCase();
    else if (/^\s*\[/.test(line)) section = '';
    const name = section === '' ? undefined : /^\s*name\s+([\w-]+)\s*$/i.exec(line)?.[1];
    if (name === undefined) continue;
    parts.push({ section, part: { type: name.toLowerCase(), line: i + 1 } });
    section = '';
  }
  return configured('fluent-bit', of(parts, 'INPUT'), of(parts, 'OUTPUT'));
}

/** `<match **>`, then `@type elasticsearch`; a `<store>` inside of it is one more. */
function fluentd(lines: readonly string[]): AgentConfig | undefined {
  const parts: { section: string; part: AgentPart }[] = [];
  let section = '';
  for (const [i, line] of lines.entries()) {
    const header = /^\s*<(source|match|store|filter|buffer|parse|format|inject|server)\b[^>]*>\s*$/.exec(
      line,
    )?.[1];
    if (header !== undefined) section = header;
    const type = section === '' ? undefined : /^\s*@type\s+["']?([\w-]+)/.exec(line)?.[1];
    if (type === undefined) continue;
    parts.push({ section: section === 'store' ? 'match' : section, part: { type, line: i + 1 } });
    section = '';
  }
  return configured('fluentd', of(parts, 'source'), of(parts, 'match'));
}

/** `[[inputs.cpu]]`, `[[outputs.influxdb]]`. */
function telegraf(lines: readonly string[]): AgentConfig | undefined {
  return configured(
    'telegraf',
    matching(lines, /^\s*\[\[inputs\.(\w+)\]\]/),
    matching(lines, /^\s*\[\[outputs\.(\w+)\]\]/),
  );
}

/** `[sinks.name]` with `type = "loki"`, or the same in YAML. */
function vector(lines: readonly string[]): AgentConfig | undefined {
  const parts: { section: string; part: AgentPart }[] = [];
  let section = '';
  for (const [i, line] of lines.entries()) {
    const table = /^\s*\[(sources|transforms|sinks)\.[\w"'-]+\]\s*$/.exec(line)?.[1];
    const block = /^\s*(sources|transforms|sinks):\s*$/.exec(line)?.[1];
    if (table !== undefined || block !== undefined) section = table ?? block ?? '';
    else if (/^\s*\[/.test(line) || /^\w[\w-]*:/.test(line)) section = '';
    const type = /^\s*type\s*[=:]\s*["']?([\w-]+)["']?\s*(#.*)?$/.exec(line)?.[1];
    if (type !== undefined && section !== '') parts.push({ section, part: { type, line: i + 1 } });
  }
  return configured('vector', of(parts, 'sources'), of(parts, 'sinks'));
}

/** `loki.source.docker "logs" {`, `prometheus.remote_write "out" {`. */
function alloy(lines: readonly string[]): AgentConfig | undefined {
  return configured(
    'alloy',
    matching(lines, /^\s*((?:loki\.source|prometheus\.exporter|otelcol\.receiver)\.\w+)\s+"[^"]*"\s*\{/),
    matching(lines, /^\s*(loki\.write|prometheus\.remote_write|otelcol\.exporter\.\w+)\s+"[^"]*"\s*\{/),
  );
}

/** `filebeat.inputs:` and `output.elasticsearch:`, flat or nested. */
function beats(lines: readonly string[]): AgentConfig | undefined {
  const outputs = [
    ...matching(lines, /^\s*output\.(\w+):/),
    ...lines.flatMap((line, i) => {
      const next = /^\s*output:\s*$/.test(line) ? /^\s+(\w+):/.exec(lines[i + 1] ?? '')?.[1] : undefined;
      return next === undefined ? [] : [{ type: next, line: i + 2 }];
    }),
  ];
  const file = matching(lines, /^\s*filebeat\.(inputs|autodiscover|modules|config\.\w+):/);
  if (file.length > 0) return configured('filebeat', file, outputs);
  return configured('metricbeat', matching(lines, /^\s*metricbeat\.(modules|autodiscover):/), outputs);
}

function matching(lines: readonly string[], pattern: RegExp): AgentPart[] {
  return lines.flatMap((line, i) => {
    const type = pattern.exec(line)?.[1];
    return type === undefined ? [] : [{ type, line: i + 1 }];
  });
}

function of(parts: readonly { section: string; part: AgentPart }[], section: string): AgentPart[] {
  return parts.filter((p) => p.section === section).map((p) => p.part);
}

/** Only Fluent Bit and Fluentd are known by what they send alone: what they take in often stands in another file. */
function configured(agent: AgentConfig['agent'], inputs: AgentPart[], outputs: AgentPart[]) {
  return inputs.length > 0 || /^fluent/.test(agent) ? { agent, inputs, outputs } : undefined;
}
