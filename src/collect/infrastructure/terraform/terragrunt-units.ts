/** The units of Terragrunt: the module that each applies and the inputs that it gives, its own and those of the files that it includes. */
import { atLine } from '../../../model/evidence.js';
import {
  attributeOf,
  type HclAttribute,
  type HclBody,
  type HclExpression,
  literalString,
  partsOf,
} from '../../../parse/hcl.js';
import type { Collection } from '../../collector.js';
import { type Attributes, moduleSource, shownValue } from './module-calls.js';

/** What one file says of units, before its includes are joined. */
export interface UnitFile {
  directory: string;
  source: HclAttribute | undefined;
  inputs: Attributes;
  /** Paths of included files, as written. */
  includes: { path: string; line: number }[];
  /** The units and stacks that a stack file lists. */
  listed: { name: string; source: HclAttribute; inputs: Attributes }[];
}

export function unitFileOf(file: HclBody, directory: string): UnitFile {
  const includes = file.blocks.flatMap((block) => {
    const path = block.type === 'include' ? attributeOf(block, 'path') : undefined;
    return path ? [{ path: path.value.text, line: block.line }] : [];
  });
  const settings = file.blocks.find((b) => b.type === 'terraform');
  const listed = file.blocks.flatMap((block) => {
    if (block.type !== 'unit' && block.type !== 'stack') return [];
    const source = attributeOf(block, 'source');
    const values = attributeOf(block, 'values');
    return source
      ? [{ name: block.labels[0] ?? '', source, inputs: values ? inputsOf(values.value) : [] }]
      : [];
  });
  const inputs = attributeOf(file, 'inputs');
  return {
    directory,
    source: settings && attributeOf(settings, 'source'),
    inputs: inputs ? inputsOf(inputs.value) : [],
    includes,
    listed,
  };
}

/** The entries of an object, or of the objects that `merge` joins, of which the last wins. */
function inputsOf(value: HclExpression): Attributes {
  if (value.type === 'call' && value.name === 'merge')
    return overlaid(...partsOf(value).map((part) => inputsOf(part)));
  if (value.type !== 'object') return [];
  return value.entries.map((entry) => {
    const literal = entry.value.type === 'literal';
    const text = entry.value.type === 'literal' ? String(entry.value.value) : entry.value.text;
    return {
      name: entry.key,
      value: literal ? shownValue(entry.key, text) : text,
      line: entry.line,
      literal,
    };
  });
}

/** Later ones win. */
function overlaid(...layers: readonly Attributes[]): Attributes {
  return [...new Map(layers.flat().map((a) => [a.name, a])).values()];
}

/** A fact for each unit, but for files that only others include. */
export function giveUnits(files: ReadonlyMap<string, UnitFile>, collection: Collection): void {
  const included = new Set<string>();
  const joined = [...files].map(([path, file]) => {
    const layers = file.includes.flatMap((include) => {
      const from = includedPath(include.path, path, files);
      const found = from === undefined || from === path ? undefined : files.get(from);
      if (from === undefined || !found) return [];
      included.add(from);
      return [{ from, found, line: include.line }];
    });
    return { path, file, layers };
  });
  for (const { path, file, layers } of joined) {
    const give = (name: string, source: HclAttribute, from: string, inputs: Attributes) => {
      if (source.value.type === 'reference') return;
      const text = literalString(source.value) ?? source.value.text.replace(/^"|"$/g, '');
      const data = { directory: file.directory, ...moduleSource(text, ''), arguments: inputs };
      const at = atLine(from, source.line, 'source');
      // Arguments bear lines of the first file.
      collection.fact('terraform-module', name, data, [
        from === path ? atLine(path, source.line) : atLine(path, 1),
        at,
      ]);
    };
    for (const { name, source, inputs } of file.listed) give(name, source, path, inputs);
    if (included.has(path)) continue;
    const [inherited] = layers.filter((l) => l.found.source);
    const source = file.source ?? inherited?.found.source;
    if (!source) continue;
    // What comes from an included file stands where this one includes it.
    const inputs = overlaid(
      ...layers.map(({ found, line }) => found.inputs.map((input) => ({ ...input, line }))),
      file.inputs,
    );
    const name = file.directory.split('/').at(-1) || path;
    give(name, source, file.source ? path : (inherited?.from ?? path), inputs);
  }
}

/** The file that an include's path leads to; undefined where it hangs on more than the usual functions. */
function includedPath(text: string, from: string, files: ReadonlyMap<string, UnitFile>): string | undefined {
  const folders = from.split('/').slice(0, -1);
  const inParents = (name: string): string | undefined => {
    for (let depth = folders.length - 1; depth >= 0; depth -= 1) {
      const path = [...folders.slice(0, depth), name].join('/');
      if (files.has(path)) return path;
    }
    return undefined;
  };
  const whole = text.trim();
  const parent = /^find_in_parent_folders\(\s*(?:"([^"$]+)"[^)]*)?\)$/.exec(whole);
  if (parent) return inParents(parent[1] ?? 'terragrunt.hcl');
  let lost = false;
  const path = whole
    .replace(/^"|"$/g, '')
    .replace(/\$\{dirname\(find_in_parent_folders\(\s*(?:"([^"$]+)")?\s*\)\)\}/g, (_, name?: string) => {
      const found = inParents(name ?? 'terragrunt.hcl');
      if (found === undefined) lost = true;
      return `/${found?.split('/').slice(0, -1).join('/') ?? ''}`;
    })
    .replace(/\$\{get_repo_root\(\)\}/g, '/')
    .replace(/\$\{get_terragrunt_dir\(\)\}/g, `/${folders.join('/')}`);
  if (lost || /[$(]/.test(path)) return undefined;
  const parts: string[] = path.startsWith('/') ? [] : [...folders];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
