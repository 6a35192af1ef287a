/** The text that a template gave -> the Kubernetes objects in it, with their places; what is in doubt is left out and said. */
import { isMapping, type Mapping, mapping, text } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import type { Place, Rendered, RenderedObject } from '../rendered.js';
import type { Note } from './evaluate.js';
import type { Template } from './load.js';
import { hasMark, marksOf, shown } from './unknown.js';
import { DEEPEST_VALUE, LimitError } from './value.js';
import type { Writer } from './writer.js';

/** Keys below which a part that is not known leaves the rest of an object right. */
const APART = new Set(
  (
    'annotations args behavior binaryData command data env envFrom hostAliases imagePullSecrets lifecycle metrics ' +
    'nodeSelector ports rules securityContext stringData subjects tls tolerations volumeClaimTemplates volumeMounts volumes'
  ).split(' '),
);
/** Keys below which nothing may be unknown, since they join one object to another. */
const JOINS = new Set(['scaleTargetRef', 'selector']);
/** Keys that hold a structure: an unknown one may hold anything. */
const STRUCTURES =
  /^(?:affinity|apiVersion|containers|initContainers|kind|livenessProbe|metadata|readinessProbe|resources|scaleTargetRef|selector|spec|startupProbe|strategy|template|topologySpreadConstraints|updateStrategy)$/;
const TEST_HOOK = /(?:^|,)\s*test(?:-success|-failure)?\s*(?:,|$)/;

/** What a template gave last, since most give the same for other values and parsing costs more than rendering. */
const lastRead = new WeakMap<Template, { output: string; documents: YamlDocument[] }>();

function documentsOf(template: Template, output: string): YamlDocument[] {
  const last = lastRead.get(template);
  if (last?.output === output) return last.documents;
  const documents = /^---[ \t]*\S/m.test(output) ? parseParts(output) : parseYaml(output);
  lastRead.set(template, { output, documents });
  return documents;
}

/** As Helm splits: at each line that starts with three dashes, even where trimmed space has pulled content to them. */
function parseParts(output: string): YamlDocument[] {
  const documents: YamlDocument[] = [];
  let above = 0;
  for (const part of output.split(/^---/m)) {
    const lines = above;
    for (const d of parseYaml(part.replace(/^[ \t]+/, '')))
      documents.push({
        ...d,
        line: d.line + lines,
        errorLine: d.errorLine === 0 ? 0 : d.errorLine + lines,
        lineOf: (value, key) => d.lineOf(value, key) + lines,
      });
    above += part.split('\n').length - 1;
  }
  return documents;
}

/** Adds the objects of one template's output to what is rendered. */
export function readObjects(
  into: Rendered,
  writer: Writer,
  notes: ReadonlyMap<string, Note>,
  template: Template,
): void {
  const written = writer.text().replaceAll('<no value>', '');
  if (written.trim() === '') return;
  const marked = notes.size > 0 && hasMark(written);
  const output = marked ? withMarkedLines(written) : written;
  const documents = documentsOf(template, output);
  // The text is looked at again only where something is wrong.
  const lines = marked || documents.some((d) => d.error !== '') ? output.split('\n') : [];
  documents.forEach((document, i) => {
    const source = lines
      .slice(document.line - 1, (documents[i + 1]?.line ?? lines.length + 1) - 1)
      .join('\n');
    readDocument(into, document, source, writer, notes, template.path);
  });
}

function readDocument(
  into: Rendered,
  document: YamlDocument,
  source: string,
  writer: Writer,
  notes: ReadonlyMap<string, Note>,
  path: string,
): void {
  const marks = marksOf(source);
  const unseen = (kinds: readonly string[], fallback: string) => {
    const note = marks.map((m) => notes.get(m)).find((n) => n !== undefined);
    const what = note ? `${note.path}:${note.line}: ${note.reason}` : fallback;
    into.unseen.push({ kinds: [...new Set(kinds)], what, path: note?.path ?? path, elsewhere: false });
  };
  const declared = [...marks.flatMap((m) => notes.get(m)?.kinds ?? []), ...kindsIn(source)];
  if (document.error !== '') {
    const at = writer.placeOf(document.errorLine || document.line);
    unseen(declared, `${at.path}:${at.line}: what it renders is no YAML: ${document.error}`);
    return;
  }
  if (!isMapping(document.value)) {
    if (marks.length > 0) unseen(declared, '');
    return;
  }
  const value = document.value;
  if (TEST_HOOK.test(text(mapping(mapping(value.metadata).annotations)['helm.sh/hook']))) return;
  if (marks.length === 0) {
    if (text(value.kind) !== '' && text(value.apiVersion) !== '')
      into.objects.push({ value, placeOf: (part, key) => placeOf(writer, document, part, key) });
    return;
  }
  if (isDoubtful(value)) unseen(declared, '');
  else if (text(value.kind) !== '') into.objects.push(shownObject(value, document, writer));
}

function placeOf(writer: Writer, document: YamlDocument, part: object, key?: string | number): Place {
  return writer.placeOf(document.lineOf(part, key));
}

export function kindsIn(source: string): string[] {
  return [...source.matchAll(/^kind:[ \t]*["']?(\w+)/gm)].map((m) => m[1] ?? '');
}

/** A line that is nothing but a mark stands for keys or items that are not known: it becomes one of what its neighbours are. */
function withMarkedLines(output: string): string {
  const lines = output.split('\n');
  return lines
    .map((line, i) => {
      const mark = line.trim();
      if (!/^[\ue000-\uf8ff]+$/.test(mark)) return line;
      const indent = line.slice(0, line.indexOf(mark));
      return `${indent}${isAmongItems(lines, i, indent) ? `- ${mark}` : `${mark}: ${mark}`}`;
    })
    .join('\n');
}

function isAmongItems(lines: readonly string[], at: number, indent: string): boolean {
  const beside = (line: string | undefined) =>
    line?.startsWith(indent) === true && !/^\s/.test(line.slice(indent.length, indent.length + 1));
  for (let i = at - 1; i >= 0; i -= 1) {
    const line = lines[i];
    if (line === undefined || line.trim() === '' || hasMark(line)) continue;
    if (beside(line)) return line.startsWith(`${indent}- `);
    if (!line.startsWith(indent)) break;
  }
  const next = lines.slice(at + 1, at + 50).find((l) => l.trim() !== '' && !hasMark(l));
  return beside(next) && next?.startsWith(`${indent}- `) === true;
}

/** Whether what is not known may change what kind of thing it is, or what it is called or made of. */
function isDoubtful(value: Mapping): boolean {
  return hasMark(text(mapping(value.metadata).name)) || isOpen(value, 0);
}

function isOpen(value: unknown, depth: number): boolean {
  if (depth > DEEPEST_VALUE) return true;
  if (Array.isArray(value))
    return value.some((item) => (typeof item === 'string' && isWhole(item)) || isOpen(item, depth + 1));
  if (!isMapping(value)) return false;
  return Object.entries(value).some(([key, inner]) => {
    if (hasMark(key)) return true;
    if (JOINS.has(key)) return bearsMark(inner, depth + 1);
    if (typeof inner === 'string') return STRUCTURES.test(key) && hasMark(inner);
    // Labels join pods to others; those of the object itself do not.
    return !APART.has(key) && !(key === 'labels' && depth === 1) && isOpen(inner, depth + 1);
  });
}

function bearsMark(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return hasMark(value);
  if (typeof value !== 'object' || value === null) return false;
  return (
    depth > DEEPEST_VALUE ||
    Object.entries(value).some(([key, inner]) => hasMark(key) || bearsMark(inner, depth + 1))
  );
}

function isWhole(item: string): boolean {
  return /^[\ue000-\uf8ff]+$/.test(item.trim());
}

/** A copy in which marks are shown as placeholders; its parts keep the places of the originals. */
function shownObject(value: Mapping, document: YamlDocument, writer: Writer): RenderedObject {
  const originals = new WeakMap<object, object>();
  const copies = new Map<object, unknown>();
  const copy = (part: unknown, depth: number): unknown => {
    if (typeof part === 'string') return shown(part);
    if (typeof part !== 'object' || part === null) return part;
    if (depth > DEEPEST_VALUE) throw new LimitError('an object is nested too deeply');
    const known = copies.get(part);
    if (known !== undefined) return known;
    const made: unknown[] | Record<string, unknown> = Array.isArray(part) ? [] : {};
    copies.set(part, made);
    originals.set(made, part);
    if (Array.isArray(part) && Array.isArray(made)) made.push(...part.map((p) => copy(p, depth + 1)));
    else if (!Array.isArray(made))
      for (const [key, inner] of Object.entries(part))
        if (key !== '__proto__') made[shown(key)] = copy(inner, depth + 1);
    return made;
  };
  const made = copy(value, 0);
  return {
    value: mapping(made),
    placeOf: (part, key) => placeOf(writer, document, originals.get(part) ?? part, key),
  };
}
