/** Terraform, OpenTofu and Terragrunt: resources, modules, providers, backends, variables files, and decisions by an environment's name. */
import { atLine, type Evidence } from '../../../model/evidence.js';
import type { FactKind } from '../../../model/facts.js';
import {
  attributeOf,
  type HclBlock,
  type HclBody,
  literalString,
  parseHcl,
  prepareHcl,
} from '../../../parse/hcl.js';
import { folderOf, joined } from '../../../parse/paths.js';
import { type Collection, defineCollector } from '../../collector.js';
import { readConditions } from './conditions.js';
import { keepLocals, type Locals, readContainers, type Task } from './containers.js';
import { type Attributes, moduleSource, shownValue } from './module-calls.js';
import { attributeString, entryString, type Place } from './place.js';
import { readTerragrunt } from './terragrunt.js';
import { giveUnits, type UnitFile, unitFileOf } from './terragrunt-units.js';
import { readLocals, readVariable, readVariablesFile } from './values.js';

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
        const place: Place = { collection, source, directory: folderOf(source.path) };
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

/** A folder that is fetched before Terraform runs is not here, however its path reads. */
function isHere(collection: Collection, folder: string): boolean {
  return collection.files.some((f) => f.path.startsWith(folder === '' ? '' : `${folder}/`));
}

function readModule(block: HclBlock, { collection, source, directory }: Place): void {
  const written = attributeOf(block, 'source');
  if (!written) return;
  const text = literalString(written.value) ?? written.value.text.replace(/^"|"$/g, '');
  const version = attributeString(block, 'version');
  const given: Attributes = [];
  flatten(block, '', true, given);
  const from = moduleSource(text, version);
  const local = from.local && (!/^\.\.?\//.test(text) || isHere(collection, joined(directory, text)));
  const data = { directory, ...from, local, arguments: given };
  collection.fact('terraform-module', block.labels[0] ?? '', data, [
    atLine(source.path, block.line),
    atLine(source.path, written.line, 'source'),
  ]);
}
