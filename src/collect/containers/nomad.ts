/** Nomad job specifications: each group of a service job is a workload with its count, checks and spread; what is not written out is a gap. */
import { agentOfImage } from '../../model/agent.js';
import { environmentOfPath, plainEnvironment } from '../../model/environment-name.js';
import { atLine, type FileEvidence } from '../../model/evidence.js';
import { type HclBlock, type HclBody, type HclExpression, parseHcl, prepareHcl } from '../../parse/hcl.js';
import { parseImage } from '../../parse/image.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

const SPECIFICATION = /\.(nomad|job)(\.hcl)?$|\.hcl$/;
/** Job files for Levant and Nomad Pack are filled in before Nomad reads them. */
const TEMPLATE = /\.nomad(\.hcl)?\.tpl$/;
const DECLARES = /^\s*job\s+"?[^\s"]+"?\s*\{/m;

export const nomad = defineCollector({
  name: 'nomad',
  title: 'Nomad',
  gives: ['image-reference', 'monitoring-signal', 'tool-use', 'workload'],
  likely: (path) => /\.(nomad|job)\b/.test(path),
  reads: (path) => !isNotRun(path) && (SPECIFICATION.test(path) || TEMPLATE.test(path)),
  prepare: prepareHcl,
  start(collection) {
    const used: FileEvidence[] = [];
    const vault: FileEvidence[] = [];
    return {
      file(source) {
        const { path, text } = source;
        if (!DECLARES.test(text)) return;
        const line = source.lineOf(DECLARES);
        if (TEMPLATE.test(path) || /\[\[|\{\{\s*\.|<%/.test(text.split('template {')[0] ?? '')) {
          used.push(atLine(path, line));
          notRendered(collection, path, 'is a template that was not filled in');
          return;
        }
        const file = source.as(parseHcl);
        const variables = defaultsOf(file);
        for (const job of file.blocks.filter((b) => b.type === 'job')) {
          used.push(atLine(path, job.line));
          vault.push(...blocksWithin(job, 'vault').map((b) => atLine(path, b.line)));
          readJob(collection, source, job, variables);
        }
        if (file.errors.length > 0) notRendered(collection, path, 'could not be read to its end');
      },
      end() {
        tell(collection, 'nomad', 'orchestrator', used);
        tell(collection, 'vault', 'secrets', vault);
      },
    };
  },
});

function tell(
  collection: Collection,
  tool: string,
  category: 'orchestrator' | 'secrets',
  evidence: FileEvidence[],
): void {
  if (evidence.length > 0) collection.fact('tool-use', tool, { tool, category }, evidence.slice(0, 5));
}

function notRendered(collection: Collection, path: string, why: string): void {
  collection.gap({
    kinds: ['workload', 'image-reference'],
    reason: 'not-rendered',
    what: `The Nomad job in ${path} ${why}`,
    path,
  });
}

type Variables = ReadonlyMap<string, string>;

/** What each variable is where nobody sets it. */
function defaultsOf(file: HclBody): Variables {
  const given = file.blocks
    .filter((b) => b.type === 'variable')
    .flatMap((b) => {
      const value = b.attributes.find((a) => a.name === 'default')?.value;
      const said = value && readText(value, new Map());
      return said === undefined ? [] : [[b.labels[0] ?? '', said] as const];
    });
  return new Map(given);
}

const VARIABLE = /^var\.([\w-]+)$/;

/** A text as Nomad would get it, with the defaults of its variables put in; undefined where something else decides. */
function readText(expression: HclExpression, variables: Variables): string | undefined {
  if (expression.type === 'literal') return String(expression.value);
  if (expression.type === 'heredoc') return expression.value;
  if (expression.type === 'reference') return variables.get(VARIABLE.exec(expression.text)?.[1] ?? '');
  if (expression.type !== 'template') return undefined;
  return expression.text
    .replace(/^"|"$/g, '')
    .replace(/\$\{\s*var\.([\w-]+)\s*\}/g, (whole, name: string) => variables.get(name) ?? whole);
}

function attribute(body: HclBody, name: string) {
  return body.attributes.find((a) => a.name === name);
}
function textOf(body: HclBody, name: string, variables: Variables): string {
  const found = attribute(body, name);
  return (found && readText(found.value, variables)) ?? '';
}
function blocksOf(body: HclBody, ...types: string[]): HclBlock[] {
  return body.blocks.filter((b) => types.includes(b.type));
}
function blocksWithin(body: HclBody, type: string): HclBlock[] {
  return body.blocks.flatMap((b) => [...(b.type === type ? [b] : []), ...blocksWithin(b, type)]);
}

function readJob(collection: Collection, source: SourceText, job: HclBlock, variables: Variables): void {
  const name = job.labels[0] ?? '';
  const groups = blocksOf(job, 'group');
  // A task outside of any group is one group of its own.
  const alone: HclBlock = { ...job, type: 'group', labels: [name], blocks: blocksOf(job, 'task') };
  const type = textOf(job, 'type', variables) || 'service';
  for (const group of groups.length > 0 ? groups : [alone]) {
    const called = groups.length > 1 ? `${name}.${group.labels[0] ?? ''}` : name;
    // A name that is still to be filled in is that of a pattern to copy.
    if (/^(__.*__|<.*>)$/.test(name)) continue;
    const images = readImages(collection, source.path, group, variables);
    for (const image of images) readAgent(collection, source.path, image, type === 'system', called, group);
    readLogging(collection, source.path, group, called, variables);
    if (type === 'service') readGroup(collection, source.path, { job, group, called, images }, variables);
  }
}

interface Group {
  job: HclBlock;
  group: HclBlock;
  called: string;
  images: string[];
}

function readGroup(
  collection: Collection,
  path: string,
  { job, group, called, images }: Group,
  variables: Variables,
): void {
  const scaling = blocksOf(group, 'scaling').find((s) => textOf(s, 'enabled', variables) !== 'false');
  const counted = scaling ? attribute(scaling, 'min') : attribute(group, 'count');
  const said = counted ? readText(counted.value, variables) : '1';
  if (said === undefined || !/^\d+$/.test(said)) {
    collection.gap({
      kinds: ['workload'],
      reason: 'not-rendered',
      what: `The Nomad group ${called} in ${path} leaves its count to a value that is set elsewhere`,
      path,
    });
    return;
  }
  const replicas = Number(said);
  // Declared with no instance and nothing to start one: it is switched off.
  if (replicas === 0 && !scaling) return;
  const tasks = blocksOf(group, 'task');
  // A sidecar or a task that runs before or after the others answers for nothing.
  const own = tasks.filter((t) => blocksOf(t, 'lifecycle').length === 0);
  const services = [group, ...own].flatMap((body) => blocksOf(body, 'service'));
  const checks = services.flatMap((s) => blocksOf(s, 'check'));
  const restarts = [...services, ...checks].flatMap((s) => blocksOf(s, 'check_restart'));
  const sized = own.filter((t) => blocksOf(t, 'resources').length > 0);
  const apart = [job, group].flatMap((body) => [
    ...blocksOf(body, 'spread'),
    ...blocksOf(body, 'constraint').filter(
      (c) =>
        /^distinct_(hosts|property)$/.test(textOf(c, 'operator', variables)) ||
        textOf(c, 'distinct_hosts', variables) === 'true' ||
        attribute(c, 'distinct_property') !== undefined,
    ),
  ]);
  const [migrate] = [job, group].flatMap((body) => blocksOf(body, 'migrate'));
  const volumes = blocksOf(group, 'volume').filter(
    (v) =>
      textOf(v, 'access_mode', variables) === 'single-node-writer' &&
      textOf(v, 'per_alloc', variables) !== 'true',
  );
  const namespace = textOf(job, 'namespace', variables);
  const [check] = checks;
  collection.fact(
    'workload',
    called,
    {
      system: 'nomad',
      kind: 'Job',
      namespace,
      environment: environmentOfPath(path) || plainEnvironment(namespace) || plainEnvironment(called),
      replicas,
      replicasFrom: scaling ? 'autoscaler' : counted ? 'declared' : 'default',
      autoscaled: scaling !== undefined,
      budget: migrate ? 'selects' : 'none',
      readiness: check ? 'all' : 'none',
      liveness: restarts.length > 0 ? 'all' : 'none',
      spread: apart.length > 0,
      requests: sized.length === 0 ? 'none' : sized.length === own.length ? 'all' : 'some',
      singleton: volumes.length > 0,
      images,
    },
    [
      atLine(path, group.line),
      atLine(path, counted?.line ?? group.line, 'replicas'),
      ...(check ? [atLine(path, check.line, 'readiness')] : []),
      ...(migrate ? [atLine(path, migrate.line, 'budget')] : []),
      ...apart.slice(0, 1).map((b) => atLine(path, b.line, 'spread')),
    ],
  );
}

function readImages(collection: Collection, path: string, group: HclBlock, variables: Variables): string[] {
  return blocksOf(group, 'task').flatMap((task) =>
    blocksOf(task, 'config').flatMap((config) => {
      const written = attribute(config, 'image');
      const image = written && readText(written.value, variables);
      if (!written || image === undefined || image === '') return [];
      const by = task.labels[0] ?? '';
      collection.fact('image-reference', image, { image, used: 'nomad', ...parseImage(image), by }, [
        atLine(path, written.line),
      ]);
      return [image];
    }),
  );
}

/** What an image that measures or collects watches; a system job runs on every node. */
function readAgent(
  collection: Collection,
  path: string,
  image: string,
  everyNode: boolean,
  called: string,
  group: HclBlock,
): void {
  const { registry, repository } = parseImage(image);
  const agent = agentOfImage(registry === '' ? repository : `${registry}/${repository}`, everyNode);
  for (const signal of agent?.signals ?? [])
    collection.fact(
      'monitoring-signal',
      called,
      { signal, tool: agent?.tool ?? '', by: 'agent', notifies: false },
      [atLine(path, group.line)],
    );
}

/** Drivers that keep the output on the host. */
const LOCAL_DRIVERS = /^(|json-file|local|none|journald)$/;
const DRIVER_TOOLS: Readonly<Record<string, string>> = {
  awslogs: 'cloudwatch',
  gcplogs: 'google-cloud-monitoring',
  gelf: 'graylog',
};

function readLogging(
  collection: Collection,
  path: string,
  group: HclBlock,
  called: string,
  variables: Variables,
): void {
  for (const logging of blocksWithin(group, 'logging')) {
    const driver = textOf(logging, 'type', variables) || textOf(logging, 'driver', variables);
    if (LOCAL_DRIVERS.test(driver)) continue;
    const tool = DRIVER_TOOLS[driver] ?? driver;
    collection.fact('monitoring-signal', called, { signal: 'logs', tool, by: 'setting', notifies: false }, [
      atLine(path, logging.line),
    ]);
  }
}
