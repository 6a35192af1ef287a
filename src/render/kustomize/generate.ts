/** Config maps and secrets that a kustomization generates: their names and data, without the hash that is put behind a name. */
import { type Mapping, mapping, text, texts } from '../../parse/shape.js';
import { type KustomizeFiles, resolved } from './files.js';
import type { Resource } from './identity.js';
import { BuildError, isNode, type PlaceOf, type Tree } from './tree.js';

export function generated(
  tree: Tree,
  kind: 'ConfigMap' | 'Secret',
  entry: Mapping,
  globalOptions: Mapping,
  placeOf: PlaceOf,
  from: { folder: string; files: KustomizeFiles },
): Resource {
  const name = text(entry.name);
  if (name === '') throw new BuildError(`a generated ${kind} has no name`);
  const options = mapping(entry.options);
  const both = (key: string) => ({ ...mapping(globalOptions[key]), ...mapping(options[key]) });
  const value = tree.copyAt(
    {
      apiVersion: 'v1',
      kind,
      metadata: {
        name,
        ...(text(entry.namespace) === '' ? {} : { namespace: text(entry.namespace) }),
        labels: both('labels'),
        annotations: both('annotations'),
      },
      ...(kind === 'Secret' ? { type: text(entry.type) || 'Opaque' } : {}),
      data: kind === 'Secret' ? encoded(data(entry, from)) : data(entry, from),
    },
    placeOf(entry, 'name'),
  );
  if (!isNode(value)) throw new BuildError(`a generated ${kind} has no name`);
  return { value, previous: [], prefixes: [], suffixes: [], behaviour: text(entry.behavior) };
}

function data(entry: Mapping, from: { folder: string; files: KustomizeFiles }): Record<string, string> {
  const pairs: [string, string][] = [];
  for (const env of [...texts(entry.envs), ...texts([entry.env])])
    for (const line of read(env, from).split(/\r?\n/))
      if (/^\s*[^#\s]/.test(line)) pairs.push(pair(line.trim()));
  for (const file of texts(entry.files)) {
    const [key, path] = file.includes('=') ? pair(file) : [file.slice(file.lastIndexOf('/') + 1), file];
    pairs.push([key, read(path, from)]);
  }
  for (const literal of texts(entry.literals)) {
    const [key, value] = pair(literal);
    pairs.push([key, value.replace(/^(["'])(.*)\1$/s, '$2')]);
  }
  return Object.fromEntries(pairs);
}

/** As the data of a secret stand. */
function encoded(plain: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(plain).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
}

function pair(line: string): [key: string, value: string] {
  const at = line.indexOf('=');
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

/** A file that is not there is made before the build (an .env that Git ignores); what it holds decides on no other object. */
function read(path: string, { folder, files }: { folder: string; files: KustomizeFiles }): string {
  const whole = resolved(folder, path);
  return (whole === undefined ? undefined : files.text(whole)) ?? '';
}
