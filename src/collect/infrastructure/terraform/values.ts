/** Variables, locals and files of values, and the environments that they name. */
import {
  environmentOfFileName,
  environmentWithin,
  knownEnvironment,
  normaliseEnvironment,
} from '../../../model/environment-name.js';
import { atLine } from '../../../model/evidence.js';
import type { FactData } from '../../../model/facts.js';
import {
  attributeOf,
  type HclBlock,
  type HclBody,
  type HclExpression,
  literalString,
} from '../../../parse/hcl.js';
import { ENVIRONMENT_VARIABLE } from './conditions.js';
import { shownValue } from './module-calls.js';
import type { Place } from './place.js';

/** Longer values are structures of their own, to which nothing refers as a whole; containers of a task are. */
const VALUE_LIMIT = 200;
const CONTAINER_LIMIT = 8000;
const CONTAINER = /\bimage"?\s*[=:]/;

/** What a file of values calls the environment that it is for, and not that of something else (`gcp_env`). */
const OWN_ENVIRONMENT = /^(env|environment|stage)(_?name)?$/i;

export function readVariable(block: HclBlock, place: Place): void {
  const given = attributeOf(block, 'default');
  readValue(block.labels[0] ?? '', 'variable', given?.value, given?.line ?? block.line, place);
  readValidations(block, place);
}

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
export function readLocals(block: HclBlock, place: Place): void {
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

export function readVariablesFile(file: HclBody, { collection, source, directory }: Place): void {
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
