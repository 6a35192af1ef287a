/** The containers of ECS tasks that Terraform describes: their images and where their logs go. */
import { atLine } from '../../../model/evidence.js';
import { type HclBody, type HclExpression, literalString, partsOf } from '../../../parse/hcl.js';
import { parseImage } from '../../../parse/image.js';
import { entryString, type Place } from './place.js';

/** What an ECS task runs, to be read when the locals of its folder are known. */
export interface Task {
  label: string;
  value: HclExpression;
  place: Place;
}
interface Local {
  value: HclExpression;
  path: string;
}
/** The locals of each folder, by name. */
export type Locals = Map<string, Map<string, Local>>;

/** Log drivers of ECS that take the output elsewhere, and the tool that receives it. */
const LOG_DRIVERS: Readonly<Record<string, string>> = {
  awsfirelens: 'fluent-bit',
  awslogs: 'cloudwatch',
  fluentd: 'fluentd',
  gelf: 'graylog',
  splunk: 'splunk',
};

export function keepLocals(file: HclBody, { source, directory }: Place, locals: Locals): void {
  const kept = locals.get(directory) ?? new Map<string, Local>();
  for (const block of file.blocks)
    if (block.type === 'locals')
      for (const { name, value } of block.attributes) kept.set(name, { value, path: source.path });
  locals.set(directory, kept);
}

/** Images and log drivers of ECS containers, written literally inside `jsonencode` or in JSON, there or in locals of the same folder. */
export function readContainers({ label, value, place }: Task, locals: Locals): void {
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
