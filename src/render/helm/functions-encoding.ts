/** The functions of templates that encode, decode and hash. */
import { createHash } from 'node:crypto';
import { isMapping } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { alike, type FunctionTable, stringOf } from './arguments.js';
import { EvaluationError, fromPlain, type Value } from './value.js';
import { toJson, toYaml } from './yaml-text.js';

function hashed(algorithm: string): (text: Value | undefined) => Value {
  return (text) => createHash(algorithm).update(stringOf(text)).digest('hex');
}

function failure(message: string): Value {
  return new Map([['Error', message]]);
}

function fromYaml(text: string): Value {
  const [document] = parseYaml(text);
  if (!document || document.value === null) return new Map();
  if (document.error !== '') return failure(`error converting YAML to JSON: ${document.error}`);
  return isMapping(document.value)
    ? fromPlain(document.value)
    : failure('json: cannot unmarshal into Go value of type map[string]interface {}');
}

function fromYamlArray(text: string): Value {
  const [document] = parseYaml(text);
  if (!document || document.value === null) return [];
  return Array.isArray(document.value)
    ? fromPlain(document.value)
    : [`error: ${document.error || 'no list'}`];
}

function fromJson(text: string): Value {
  try {
    return fromPlain(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return failure(error.message);
    throw error;
  }
}

function strict(parse: (text: string) => Value): (text: Value | undefined) => Value {
  return (text) => {
    const value = parse(stringOf(text));
    const message = value instanceof Map ? value.get('Error') : undefined;
    if (typeof message === 'string') throw new EvaluationError(message);
    return value;
  };
}

export const ENCODING_FUNCTIONS: FunctionTable = {
  ...alike('toYaml mustToYaml', (value) => toYaml(value ?? null)),
  toYamlPretty: (value) => toYaml(value ?? null),
  fromYaml: (text) => fromYaml(stringOf(text)),
  fromYamlArray: (text) => fromYamlArray(stringOf(text)),
  ...alike('toJson mustToJson', (value) => toJson(value ?? null, '', true)),
  ...alike('toPrettyJson mustToPrettyJson', (value) => toJson(value ?? null, '  ', true)),
  ...alike('toRawJson mustToRawJson', (value) => toJson(value ?? null)),
  fromJson: (text) => fromJson(stringOf(text)),
  mustFromJson: strict(fromJson),
  fromJsonArray: (text) => {
    const value = fromJson(stringOf(text));
    return Array.isArray(value) ? value : [];
  },
  b64enc: (text) => Buffer.from(stringOf(text), 'utf8').toString('base64'),
  b64dec: (text) => Buffer.from(stringOf(text), 'base64').toString('utf8'),
  sha1sum: hashed('sha1'),
  sha256sum: hashed('sha256'),
  sha512sum: hashed('sha512'),
  adler32sum: (text) => {
    let [a, b] = [1, 0];
    for (const byte of Buffer.from(stringOf(text), 'utf8')) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    return String(b * 65536 + a);
  },
};
