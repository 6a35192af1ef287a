/** Terraform, OpenTofu and Terragrunt: resources, modules, providers, backends, variables files, and decisions by an environment's name. */
import {
  environmentOfFileName,
  environmentWithin,
  knownEnvironment,
  normaliseEnvironment,
} from '../model/environment-name.js';
import { atLine, type Evidence } from '../model/evidence.js';
import type { FactData, FactKind } from '../model/facts.js';
import {
  attributeOf,
  type HclBlock,
  type HclBody,
  type HclEntry,
  type HclExpression,
  literalString,
  parseHcl,
  partsOf,
  prepareHcl,
} from '../parse/hcl.js';
import { parseImage } from '../parse/image.js';
import { type Collection, defineCollector } from './collector.js';
import type { SourceText } from './source-text.js';
import { type Attributes, moduleSource, shownValue } from './terraform-module.js';
import { giveUnits, type UnitFile, unitFileOf } from './terragrunt.js';

const GIVES = [
  'environment-declaration',
  'image-reference',
  'monitoring-signal',
  'terraform-backend',
  'terraform-condition',
  'terraform-module',
  'terraform-provider',
  'terraform-resource',
  'terraform-value',
  'terraform-variables-file',
] as const satisfies readonly FactKind[];

const TERRAFORM = /\.(tf|tofu)(\.json)?$/;
const VARIABLES = /\.tfvars(\.json)?$/;
/** Packer, Nomad, Vault and Docker bake are HCL too; what is not theirs by name may be Terragrunt's. */
const OTHER_HCL =
  /\.(pkr|nomad|pkrvars|sentinel)\.hcl$|(^|\/)(\.terraform\.lock|docker-bake[^/]*|\.tflint|\.packer[^/]*)\.hcl$/;

/** Written for others to read, or for tests. */
const NOT_RUN = /(^|\/)(examples?|samples?|tests|testing|e2e)\/|^(docs?|documentation|test)\//i;

function isTerragrunt(path: string): boolean {
  return path.endsWith('.hcl') && !OTHER_HCL.test(path);
}

export const terraform = defineCollector({
  name: 'terraform',
  title: 'Terraform',
  gives: GIVES,
  reads: (path) =>
    !NOT_RUN.test(path) && (TERRAFORM.test(path) || VARIABLES.test(path) || isTerragrunt(path)),
  prepare: prepareHcl,
  start(collection) {
    const locals: Locals = new Map();
    const tasks: Task[] = [];
    const units = new Map<string, UnitFile>();
    return {
      file(source) {
        const file = source.as(parseHcl);
        const [first] = file.errors;
        if (first) {
          const lines = file.errors.map((e) =>
            e.line === e.endLine ? `${e.line}` : `${e.line}-${e.endLine}`,
          );
          collection.gap({
            kinds: [...GIVES],
            reason: 'unreadable',
            what: `${source.path} could not be read at line ${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', ...' : ''}`,
            remedy: 'Run terraform validate (or terragrunt hclvalidate) on it.',
            path: source.path,
          });
        }
        const place: Place = { collection, source, directory: directoryOf(source.path) };
        if (VARIABLES.test(source.path)) readVariablesFile(file, place);
        else if (TERRAFORM.test(source.path)) {
          keepLocals(file, place, locals);
          readTerraform(file, place, tasks);
        } else {
          readTerragrunt(file, place);
          units.set(source.path, unitFileOf(file, place.directory));
        }
      },
      end() {
        for (const task of tasks) readContainers(task, locals);
        giveUnits(units, collection);
      },
    };
  },
});

interface Place {
  collection: Collection;
  source: SourceText;
  directory: string;
}

function directoryOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

function readTerraform(file: HclBody, place: Place, tasks: Task[]): void {
  for (const block of file.blocks) {
    if (block.type === 'terraform') readSettings(block, place);
    else if (block.type === 'resource') {
      readResource(block, place);
      const containers = attributeOf(block, 'container_definitions');
      if (containers) tasks.push({ label: block.labels[1] ?? '', value: containers.value, place });
    } else if (block.type === 'module') readModule(block, place);
    else if (block.type === 'variable') readVariable(block, place);
    else if (block.type === 'locals') readLocals(block, place);
    if (block.type !== 'variable') readConditions(block, [block.type, ...block.labels].join('.'), place);
  }
}

/** The `terraform` block: required providers, and where the state is kept. */
function readSettings(block: HclBlock, { collection, source, directory }: Place): void {
  for (const inner of block.blocks) {
    const here = [atLine(source.path, inner.line)];
    if (inner.type === 'backend') {
      const type = inner.labels[0] ?? '';
      collection.fact('terraform-backend', type, { type, directory, remote: type !== 'local' }, here);
    } else if (inner.type === 'cloud') {
      collection.fact('terraform-backend', 'cloud', { type: 'cloud', directory, remote: true }, here);
    } else if (inner.type === 'required_providers') readProviders(inner, { collection, source, directory });
  }
}

function readProviders(block: HclBlock, { collection, source, directory }: Place): void {
  for (const { name, value, line } of block.attributes) {
    const own = value.type === 'object' ? value.entries : [];
    const version = value.type === 'object' ? entryString(own, 'version') : (literalString(value) ?? '');
    const data = { directory, source: entryString(own, 'source'), version };
    collection.fact('terraform-provider', name, data, [atLine(source.path, line)]);
  }
  // The JSON form cannot tell an object from a block.
  for (const inner of block.blocks) {
    const data = {
      directory,
      source: attributeString(inner, 'source'),
      version: attributeString(inner, 'version'),
    };
    collection.fact('terraform-provider', inner.type, data, [atLine(source.path, inner.line)]);
  }
}

function entryString(entries: readonly HclEntry[], key: string): string {
  const entry = entries.find((e) => e.key === key);
  return entry ? (literalString(entry.value) ?? '') : '';
}
function attributeString(body: HclBody, name: string): string {
  const attribute = attributeOf(body, name);
  return attribute ? (literalString(attribute.value) ?? '') : '';
}

function readResource(block: HclBlock, place: Place): void {
  const { collection, source, directory } = place;
  const [type = '', label = ''] = block.labels;
  const attributes: Attributes = [];
  flatten(block, '', true, attributes);
  const provider =
    attributes.find((a) => a.name === 'provider')?.value.split('.')[0] || type.split('_')[0] || '';
  const name = `${type}.${label}`;
  const evidence: Evidence[] = [{ ...atLine(source.path, block.line), endLine: block.endLine }];
  collection.fact('terraform-resource', name, { directory, type, provider, attributes }, evidence);
}

/** Attributes with those of nested blocks by dotted names; what a `dynamic` block gives is not literal, for it may give none. */
function flatten(body: HclBody, prefix: string, certain: boolean, attributes: Attributes): void {
  for (const { name, value, line } of body.attributes) {
    const literal = value.type === 'literal' && certain;
    const shown = literal ? shownValue(name, String(value.value)) : value.text;
    attributes.push({ name: prefix + name, value: shown, line, literal });
  }
  for (const block of body.blocks) {
    if (block.type === 'dynamic') {
      const content = block.blocks.find((b) => b.type === 'content');
      if (content) flatten(content, `${prefix}${block.labels[0] ?? ''}.`, false, attributes);
    } else if (block.attributes.length + block.blocks.length === 0) {
      attributes.push({ name: prefix + block.type, value: '', line: block.line, literal: certain });
    } else flatten(block, `${prefix}${block.type}.`, certain, attributes);
  }
}

function readModule(block: HclBlock, { collection, source, directory }: Place): void {
  const from = attributeOf(block, 'source');
  if (!from) return;
  const text = literalString(from.value) ?? from.value.text.replace(/^"|"$/g, '');
  const version = attributeString(block, 'version');
  const given: Attributes = [];
  flatten(block, '', true, given);
  const data = { directory, ...moduleSource(text, version), arguments: given };
  collection.fact('terraform-module', block.labels[0] ?? '', data, [
    atLine(source.path, block.line),
    atLine(source.path, from.line, 'source'),
  ]);
}

/** What an ECS task runs, to be read when the locals of its folder are known. */
interface Task {
  label: string;
  value: HclExpression;
  place: Place;
}
interface Local {
  value: HclExpression;
  path: string;
}
/** The locals of each folder, by name. */
type Locals = Map<string, Map<string, Local>>;

/** Log drivers of ECS that take the output elsewhere, and the tool that receives it. */
const LOG_DRIVERS: Readonly<Record<string, string>> = {
  awsfirelens: 'fluent-bit',
  awslogs: 'cloudwatch',
  fluentd: 'fluentd',
  gelf: 'graylog',
  splunk: 'splunk',
};

function keepLocals(file: HclBody, { source, directory }: Place, locals: Locals): void {
  const kept = locals.get(directory) ?? new Map<string, Local>();
  for (const block of file.blocks)
    if (block.type === 'locals')
      for (const { name, value } of block.attributes) kept.set(name, { value, path: source.path });
  locals.set(directory, kept);
}

/** Images and log drivers of ECS containers, written literally inside `jsonencode` or in JSON, there or in locals of the same folder. */
function readContainers({ label, value, place }: Task, locals: Locals): void {
  const { collection, source, directory } = place;
  let unseen = false;
  const found = (image: string, by: string, path: string, line: number) =>
    collection.fact('image-reference', image, { image, used: 'terraform', ...parseImage(image), by }, [
      atLine(path, line),
    ]);
  const shipsLogs = (tool: string, by: string, path: string, line: number) =>
    collection.fact('monitoring-signal', by, { signal: 'logs', tool, by: 'setting', notifies: false }, [
      atLine(path, line),
    ]);
  const walk = (expression: HclExpression, path: string, by: string, seen: readonly string[]): void => {
    if (expression.type === 'object') {
      const named = entryString(expression.entries, 'name') || by;
      for (const entry of expression.entries) {
        const image = entry.key === 'image' ? literalString(entry.value) : undefined;
        if (image) found(image, named, path, entry.line);
        else if (entry.key !== 'image') walk(entry.value, path, named, seen);
        const tool = entry.key === 'logDriver' ? LOG_DRIVERS[literalString(entry.value) ?? ''] : undefined;
        if (tool) shipsLogs(tool, named, path, entry.line);
      }
    } else if (expression.type === 'heredoc' || literalString(expression) !== undefined) {
      const json = expression.type === 'heredoc' ? expression.value : (literalString(expression) ?? '');
      const first = expression.line + (expression.type === 'heredoc' ? 1 : 0);
      for (const match of json.matchAll(/"image"\s*:\s*"([^"$]+)"/g))
        found(match[1] ?? '', by, path, first + breaksBefore(json, match.index));
      for (const match of json.matchAll(/"logDriver"\s*:\s*"(\w+)"/g)) {
        const tool = LOG_DRIVERS[match[1] ?? ''];
        if (tool) shipsLogs(tool, by, path, first + breaksBefore(json, match.index));
      }
    } else if (expression.type === 'reference') {
      const name = /^local\.([\w-]+)/.exec(expression.text)?.[1] ?? '';
      const local = seen.includes(name) ? undefined : locals.get(directory)?.get(name);
      if (local) walk(local.value, local.path, by, [...seen, name]);
    } else for (const part of partsOf(expression)) walk(part, path, by, seen);
    if (isRenderedElsewhere(expression)) unseen = true;
  };
  walk(value, source.path, label, []);
  if (unseen)
    collection.gap({
      kinds: ['image-reference'],
      reason: 'not-rendered',
      what: `The containers of the task ${label} in ${source.path} come from a template that is filled in elsewhere`,
      path: source.path,
    });
}

function breaksBefore(text: string, index: number): number {
  return text.slice(0, index).split('\n').length - 1;
}

function isRenderedElsewhere(expression: HclExpression): boolean {
  if (expression.type === 'reference') return expression.text.startsWith('data.template_file.');
  return expression.type === 'call' && (expression.name === 'templatefile' || expression.name === 'file');
}

/** A name that says its value is an environment's: `environment`, `deploy_env`, `stage_name`, `workspace`. */
const ENVIRONMENT_VARIABLE = /(^|_)(env|environment|stage|workspace)(_?(name|type))?$/i;

function readVariable(block: HclBlock, place: Place): void {
  const given = attributeOf(block, 'default');
  readValue(block.labels[0] ?? '', 'variable', given?.value, given?.line ?? block.line, place);
  readValidations(block, place);
}

/** Longer values are structures of their own, to which nothing refers as a whole; containers of a task are. */
const VALUE_LIMIT = 200;
const CONTAINER_LIMIT = 8000;
const CONTAINER = /\bimage"?\s*[=:]/;

function readValue(
  name: string,
  of: FactData<'terraform-value'>['of'],
  given: HclExpression | undefined,
  line: number,
  { collection, source, directory }: Place,
): void {
  const long = given?.text.length ?? 0;
  if (long > VALUE_LIMIT && (long > CONTAINER_LIMIT || !CONTAINER.test(given?.text ?? ''))) return;
  const literal = given?.type === 'literal';
  const value = literal ? shownValue(name, String(given.value)) : (given?.text ?? '');
  collection.fact('terraform-value', name, { directory, of, value, literal }, [atLine(source.path, line)]);
}

/** `contains(["dev", "prod"], var.environment)` in a variable's validation says which environments there are. */
function readValidations(block: HclBlock, place: Place): void {
  if (!ENVIRONMENT_VARIABLE.test(block.labels[0] ?? '')) return;
  for (const validation of block.blocks) {
    const condition = attributeOf(validation, 'condition')?.value;
    if (validation.type !== 'validation' || condition?.type !== 'call' || condition.name !== 'contains')
      continue;
    const [allowed] = condition.parts;
    if (allowed?.type === 'tuple') for (const item of allowed.parts) declare(item, 'validation', place);
  }
}

/** `locals { environment = "qa" }`, as Terragrunt's env.hcl and roots of one environment write it. */
function readLocals(block: HclBlock, place: Place): void {
  for (const { name, value, line } of block.attributes) {
    readValue(name, 'local', value, line, place);
    if (OWN_ENVIRONMENT.test(name)) declare(value, 'locals', place);
  }
}

function declare(
  value: HclExpression,
  by: 'locals' | 'validation',
  { collection, source, directory }: Place,
): void {
  const name = literalString(value);
  if (!name || !environmentWithin(name)) return;
  const data = { environment: normaliseEnvironment(name), by, within: directory };
  collection.fact('environment-declaration', name, data, [atLine(source.path, value.line)]);
}

/** What a file of values calls the environment that it is for, and not that of something else (`gcp_env`). */
const OWN_ENVIRONMENT = /^(env|environment|stage)(_?name)?$/i;

function readVariablesFile(file: HclBody, { collection, source, directory }: Place): void {
  const named = file.attributes.find((a) => OWN_ENVIRONMENT.test(a.name) && literalString(a.value));
  const own = named ? (literalString(named.value) ?? '') : '';
  const fileName = source.path.slice(directory.length).replace(/^\/|(\.auto)?\.tfvars(\.json)?$/g, '');
  const folder = directory.split('/').at(-1) ?? '';
  const environment =
    environmentWithin(own) ||
    knownEnvironment(fileName) ||
    knownEnvironment(folder) ||
    environmentOfFileName(fileName);
  const values = [
    ...file.attributes.map(({ name, value, line }) => {
      const literal = value.type === 'literal';
      const shown = value.text.length > VALUE_LIMIT ? '' : value.text;
      return { name, value: literal ? shownValue(name, String(value.value)) : shown, line, literal };
    }),
    // A file of the JSON form reads objects as blocks.
    ...file.blocks.map((b) => ({ name: b.type, value: '', line: b.line, literal: false })),
  ];
  const evidence = [atLine(source.path, 1)];
  if (environmentWithin(own) && named) evidence.push(atLine(source.path, named.line, 'environment'));
  collection.fact('terraform-variables-file', source.path, { directory, environment, values }, evidence);
}

/** What a file of Terragrunt's says by itself; what a unit applies and gives follows when its includes are known. */
function readTerragrunt(file: HclBody, place: Place): void {
  const { collection, source, directory } = place;
  for (const block of file.blocks) {
    if (block.type === 'remote_state') {
      const type = attributeString(block, 'backend');
      const remote = type !== '' && type !== 'local';
      if (type)
        collection.fact('terraform-backend', type, { type, directory, remote }, [
          atLine(source.path, block.line),
        ]);
    } else if (block.type === 'generate') readGenerated(block, place);
    else if (block.type === 'locals') readLocals(block, place);
    readConditions(block, [block.type, ...block.labels].join('.'), place);
  }
  readConditions({ attributes: file.attributes, blocks: [] }, '', place);
}

/** `generate "backend"` writes a backend block as text. */
function readGenerated(block: HclBlock, { collection, source, directory }: Place): void {
  const contents = attributeOf(block, 'contents')?.value;
  if (contents?.type !== 'heredoc') return;
  for (const [index, line] of contents.value.split('\n').entries()) {
    const type = /^\s*backend\s+"(\w+)"/.exec(line)?.[1];
    if (!type) continue;
    const data = { type, directory, remote: type !== 'local' };
    collection.fact('terraform-backend', type, data, [atLine(source.path, contents.line + 1 + index)]);
  }
}

/**
 * Facts for expressions that compare a thing named for the environment with the literal name of one, one fact a line.
 * A map that is looked up by the environment counts where its keys stand in the same expression; a map that comes from
 * a variable or a local does not, for that is configuration. The allowed values of a variable decide on nothing.
 */
function readConditions(body: HclBody, address: string, place: Place): void {
  const { collection, source, directory } = place;
  for (const { name, value } of body.attributes) {
    const seen = new Set<number>();
    for (const decision of decisionsIn(value)) {
      if (seen.has(decision.line)) continue;
      seen.add(decision.line);
      const short = value.text.length <= 160 && !value.text.includes('\n');
      const expression = short ? value.text : decision.text.replace(/\s+/g, ' ').slice(0, 160);
      const at = [address, name].filter((part) => part !== '').join('.');
      collection.fact('terraform-condition', at, { directory, expression }, [
        atLine(source.path, decision.line),
      ]);
    }
  }
  for (const block of body.blocks) readConditions(block, `${address}.${block.type}`, place);
}

function decisionsIn(expression: HclExpression): HclExpression[] {
  if (decides(expression)) return [expression];
  return partsOf(expression).flatMap(decisionsIn);
}

const LITERAL_SECOND: ReadonlySet<string> = new Set(['startswith', 'endswith', 'strcontains']);
const LITERAL_FIRST: ReadonlySet<string> = new Set(['regex', 'regexall']);

function decides(expression: HclExpression): boolean {
  const [first, second] = partsOf(expression);
  if (!first || !second) return false;
  switch (expression.type) {
    case 'operation':
      if (expression.operator !== '==' && expression.operator !== '!=') return false;
      return (
        (isEnvironment(first) && namesOne(second, first)) ||
        (isEnvironment(second) && namesOne(first, second))
      );
    case 'index':
      return hasEnvironmentKeys(first) && isEnvironment(second);
    case 'call':
      if (expression.name === 'contains')
        return (
          first.type === 'tuple' && isEnvironment(second) && first.parts.some((p) => namesOne(p, second))
        );
      if (expression.name === 'lookup') return hasEnvironmentKeys(first) && isEnvironment(second);
      if (LITERAL_SECOND.has(expression.name)) return isEnvironment(first) && namesOne(second, first);
      return LITERAL_FIRST.has(expression.name) && isEnvironment(second) && namesOne(first, second);
    default:
      return false;
  }
}

/** Is this a thing that bears an environment's name, by its own last word? */
function isEnvironment(expression: HclExpression): boolean {
  const parts = partsOf(expression);
  const [only] = parts;
  if (expression.type === 'template' && only && parts.length === 1)
    return expression.text === `"${only.text}"` && isEnvironment(only);
  if (expression.type === 'call' && only) {
    if (/^(lower|upper|trimspace|tostring)$/.test(expression.name)) return isEnvironment(only);
    return expression.name === 'get_env' && ENVIRONMENT_VARIABLE.test(literalString(only) ?? '');
  }
  const word = /([\w-]+)\)*$/.exec(expression.text)?.[1] ?? '';
  return expression.type === 'reference' && ENVIRONMENT_VARIABLE.test(word);
}

function namesOne(expression: HclExpression, compared: HclExpression): boolean {
  const name = literalString(expression) ?? '';
  return environmentWithin(name) !== '' || (name === 'default' && /\.workspace\b/.test(compared.text));
}

function hasEnvironmentKeys(expression: HclExpression): boolean {
  return expression.type === 'object' && expression.entries.some((e) => environmentWithin(e.key) !== '');
}
