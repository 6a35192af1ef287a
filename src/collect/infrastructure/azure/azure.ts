/** Bicep files and ARM templates: the resources that they declare in plain sight, and the environments that they are for. */
import { environmentWithin, normaliseEnvironment } from '../../../model/environment-name.js';
import { atLine } from '../../../model/evidence.js';
import type { FactData } from '../../../model/facts.js';
import { folderOf } from '../../../parse/paths.js';
import { isMapping, type Mapping, mapping, mappings, text, texts, within } from '../../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../../parse/yaml.js';
import { type Collection, defineCollector } from '../../collector.js';
import { isNotRun } from '../../not-run.js';
import type { SourceText } from '../../source-text.js';
import { azureAttribute, azureType } from './types.js';

type Attributes = FactData<'cloud-resource'>['attributes'];

const ENVIRONMENT = /^(deploy(ment)?)?(env|environment|stage)(_?(name|type))?$/i;

/** Modules of the public registry that run something. */
const RUNS = /\/(app|web|compute|container-instance)\//;

export const azure = defineCollector({
  name: 'azure',
  title: 'Bicep and ARM',
  gives: ['cloud-resource', 'environment-declaration', 'tool-use'],
  likely: (path) => path.endsWith('.bicep') || /(^|\/)(azuredeploy|mainTemplate)\.json$/.test(path),
  reads: (path) => /\.(bicep|json)$/.test(path) && !isNotRun(path),
  start(collection) {
    return {
      file(source) {
        if (source.path.endsWith('.bicep')) readBicep(source, collection);
        else if (
          /schema\.management\.azure\.com\/[^"]*deploymentTemplate\.json/i.test(source.text.slice(0, 2000))
        )
          readTemplate(source, collection);
      },
    };
  },
});

function give(
  tool: 'arm' | 'bicep',
  type: string,
  name: string,
  attributes: Attributes,
  { path, line }: { path: string; line: number },
  collection: Collection,
): void {
  const own = azureType(type);
  const shown = attributes.map(azureAttribute);
  const data = { directory: folderOf(path), system: tool, type: own, provider: 'azurerm', attributes: shown };
  collection.fact('cloud-resource', `${own}.${name}`, data, [atLine(path, line)]);
}

function use(tool: 'arm' | 'bicep', path: string, line: number, collection: Collection): void {
  collection.fact('tool-use', tool, { tool, category: 'iac' }, [atLine(path, line)]);
}

function readBicep(source: SourceText, collection: Collection): void {
  const { path, lines } = source;
  use('bicep', path, 1, collection);
  const defaults = new Map<string, string>();
  let resource: { type: string; name: string; line: number; attributes: Attributes } | undefined;
  const keys: string[] = [];
  for (const [index, whole] of lines.entries()) {
    const line = index + 1;
    const code = whole.replace(/^\s*\/\/.*$/, '');
    const parameter = /^param\s+(\w+)\s+\w+\s*=\s*(.+?)\s*$/.exec(code);
    if (parameter) defaults.set(parameter[1] ?? '', parameter[2] ?? '');
    const allowed = /^param\s+(\w+)\s+('[^']+'(?:\s*\|\s*'[^']+')+)/.exec(code);
    if (allowed && ENVIRONMENT.test(allowed[1] ?? ''))
      for (const [, name = ''] of (allowed[2] ?? '').matchAll(/'([^']+)'/g))
        declare(name, path, line, collection);
    const module = /^module\s+\w+\s+'((?:br|ts)[:/][^']+)'/.exec(code)?.[1];
    if (module)
      collection.gap({
        kinds: ['cloud-resource', 'monitoring-signal', ...(RUNS.test(module) ? (['workload'] as const) : [])],
        reason: 'elsewhere',
        what: `The module ${module} of ${path} lives in a registry and is not looked into`,
        path,
      });
    const opened = /^resource\s+(\w+)\s+'([\w./]+)@[^']*'\s*=\s*(?:if\s*\(.*\)\s*)?\{\s*$/.exec(code);
    if (opened) {
      resource = { name: opened[1] ?? '', type: opened[2] ?? '', line, attributes: [] };
      keys.length = 0;
      continue;
    }
    if (!resource) continue;
    if (/^\}/.test(code)) {
      give(
        'bicep',
        resource.type,
        resource.name,
        resource.attributes,
        { path, line: resource.line },
        collection,
      );
      resource = undefined;
      continue;
    }
    const [, key = '', given = ''] = /^\s*'?([\w-]+)'?\s*:\s*(.*?)\s*$/.exec(code) ?? [];
    if (/[{[]$/.test(code.trimEnd())) keys.push(key);
    else if (/^\s*[}\]]/.test(code)) keys.pop();
    else if (key !== '') {
      const name = [...keys, key].filter((k) => k !== '').join('.');
      const own = literalOf(given) ?? literalOf(defaults.get(given) ?? '');
      resource.attributes.push({ name, value: own ?? given, line, literal: own !== undefined });
    }
  }
}

function literalOf(given: string): string | undefined {
  if (/^(true|false|\d+)$/.test(given)) return given;
  return /^'([^'$]*)'$/.exec(given)?.[1];
}

function declare(name: string, path: string, line: number, collection: Collection): void {
  if (!environmentWithin(name)) return;
  const data = { environment: normaliseEnvironment(name), by: 'validation' as const, within: folderOf(path) };
  collection.fact('environment-declaration', name, data, [atLine(path, line)]);
}

function readTemplate(source: SourceText, collection: Collection): void {
  const { path } = source;
  const [document] = source.as(parseYaml);
  const root = mapping(document?.value);
  if (document?.error !== '') {
    collection.gap({
      kinds: ['cloud-resource', 'monitoring-signal'],
      reason: 'unreadable',
      what: `The template ${path} could not be read`,
      path,
    });
    return;
  }
  // What Bicep was compiled to is Bicep's.
  if (within(root, 'metadata', '_generator')) return;
  use('arm', path, 1, collection);
  const parameters = mapping(root.parameters);
  for (const [name, parameter] of Object.entries(parameters))
    if (ENVIRONMENT.test(name) && isMapping(parameter))
      for (const allowed of texts(parameter.allowedValues))
        declare(allowed, path, document.lineOf(parameter, 'allowedValues'), collection);
  readResources(root.resources, '', { path, document, parameters }, 0, collection);
}

interface Whole {
  path: string;
  document: YamlDocument;
  parameters: Mapping;
}

const DEEPEST = 10;

function readResources(
  value: unknown,
  parent: string,
  whole: Whole,
  depth: number,
  collection: Collection,
): void {
  if (depth > DEEPEST) return;
  for (const resource of isMapping(value) ? mappings(Object.values(value)) : mappings(value)) {
    const type = text(resource.type);
    if (type === '') continue;
    const full = parent !== '' && !type.startsWith(parent) ? `${parent}/${type}` : type;
    const attributes: Attributes = [];
    flatten(resource, '', whole, 0, attributes);
    const line = whole.document.lineOf(resource, 'type');
    give('arm', full, text(resource.name), attributes, { path: whole.path, line }, collection);
    readResources(resource.resources, full, whole, depth + 1, collection);
    readResources(within(resource, 'properties', 'template', 'resources'), '', whole, depth + 1, collection);
  }
}

function flatten(object: Mapping, prefix: string, whole: Whole, depth: number, attributes: Attributes): void {
  if (depth > DEEPEST) return;
  for (const [key, value] of Object.entries(object)) {
    if (prefix === '' && key === 'resources') continue;
    if (isMapping(value)) flatten(value, `${prefix}${key}.`, whole, depth + 1, attributes);
    else if (mappings(value).length > 0)
      for (const item of mappings(value)) flatten(item, `${prefix}${key}.`, whole, depth + 1, attributes);
    else {
      const parameter = /^\[parameters\('(\w+)'\)\]$/.exec(text(value))?.[1];
      const given = parameter ? within(whole.parameters[parameter], 'defaultValue') : value;
      const plain = text(given);
      const literal = plain !== '' && !plain.startsWith('[');
      attributes.push({
        name: prefix + key,
        value: plain,
        line: whole.document.lineOf(object, key),
        literal,
      });
    }
  }
}
