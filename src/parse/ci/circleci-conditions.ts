/** Logic statements and filters of CircleCI -> conditions in the form of GitHub's expressions. */

import { flattened, isMapping, list, type Mapping, mapping, text } from '../shape.js';
import { ALWAYS, all, any, NEVER, not, quoted } from './condition.js';

export interface Parameters {
  /** The pipeline's parameters with their defaults. */
  values: ReadonlyMap<string, unknown>;
  /** They are handed in by another configuration, so that their defaults say nothing. */
  goesOn: boolean;
}

const ON_BRANCH = "startsWith(github.ref, 'refs/heads/')";
const ON_TAG = "startsWith(github.ref, 'refs/tags/')";
const DEEPEST = 20;

/** A value of the pipeline in GitHub's words; undefined for a text of its own. */
function pipelineValue(written: string): string | undefined {
  return /^<<\s*pipeline\.([\w.-]+)\s*>>$/.exec(written.trim())?.[1];
}

export function circleCondition(value: unknown, parameters: Parameters, depth = 0): string {
  if (depth > DEEPEST) return NEVER;
  const inner = (v: unknown) => circleCondition(v, parameters, depth + 1);
  if (value === undefined || value === null || value === false || value === 0) return NEVER;
  if (value === true || typeof value === 'number') return ALWAYS;
  if (typeof value === 'string') return truthOf(value, parameters);
  const of = mapping(value);
  if ('and' in of) return all(...list(of.and).map(inner));
  if ('or' in of) return any(...list(of.or).map(inner));
  if ('not' in of) return not(inner(of.not));
  if ('equal' in of) return equal(list(of.equal), parameters);
  if ('matches' in of) {
    const { pattern, value: against } = mapping(of.matches);
    return fits(text(against), text(pattern), parameters);
  }
  if ('condition' in of) return inner(of.condition);
  return isMapping(value) ? NEVER : ALWAYS;
}

function truthOf(written: string, parameters: Parameters): string {
  const name = pipelineValue(written);
  if (name === undefined)
    return /^\$\{\{ matrix\./.test(written)
      ? `matrix.${written.slice(11, -3)}`
      : written === '' || written === 'false'
        ? NEVER
        : ALWAYS;
  if (name === 'git.tag') return ON_TAG;
  if (name === 'git.branch') return ON_BRANCH;
  const parameter = /^parameters\.(.*)$/.exec(name)?.[1];
  if (parameter === undefined) return `variables.${name.replace(/[^\w.-]/g, '_')}`;
  if (!parameters.values.has(parameter)) return `variables.${parameter}`;
  const value = parameters.values.get(parameter);
  return value === true || (typeof value === 'string' && value !== '') ? ALWAYS : NEVER;
}

function equal(operands: readonly unknown[], parameters: Parameters): string {
  const [first, ...others] = operands.map((o) => settled(o, parameters));
  return first === undefined ? ALWAYS : all(...others.map((o) => same(first, o)));
}

/** A text, or the name of a value that is not known. */
interface Operand {
  text: string;
  name: string;
}

function settled(value: unknown, parameters: Parameters): Operand {
  const written = text(value);
  const name = pipelineValue(written);
  if (name === undefined) return { text: written, name: '' };
  const parameter = /^parameters\.(.*)$/.exec(name)?.[1];
  if (parameter !== undefined && parameters.values.has(parameter))
    return { text: text(parameters.values.get(parameter)), name: '' };
  return { text: '', name: parameter ?? name };
}

const SOURCES: Readonly<Record<string, string>> = {
  api: 'workflow_dispatch',
  scheduled_pipeline: 'schedule',
  webhook: 'push',
};

function same(a: Operand, b: Operand): string {
  if (a.name === '' && b.name === '') return a.text === b.text ? ALWAYS : NEVER;
  const [unknown, known] = a.name === '' ? [b, a] : [a, b];
  if (known.name !== '') return `variables.${unknown.name} == variables.${known.name}`;
  if (unknown.name === 'git.branch')
    return known.text === '' ? not(ON_BRANCH) : `github.ref == ${quoted(`refs/heads/${known.text}`)}`;
  if (unknown.name === 'git.tag')
    return known.text === '' ? not(ON_TAG) : `github.ref == ${quoted(`refs/tags/${known.text}`)}`;
  if (unknown.name === 'trigger_source')
    return SOURCES[known.text] === undefined
      ? NEVER
      : `github.event_name == ${quoted(SOURCES[known.text] ?? '')}`;
  if (unknown.name === 'schedule.name')
    return all("github.event_name == 'schedule'", `variables.schedule == ${quoted(known.text)}`);
  return `variables.${unknown.name} == ${quoted(known.text)}`;
}

function fits(value: string, pattern: string, parameters: Parameters): string {
  const of = settled(value, parameters);
  const whole = quoted(`/${pattern}/`);
  if (of.name === 'git.branch') return all(ON_BRANCH, `matches(github.ref_name, ${whole})`);
  if (of.name === 'git.tag') return all(ON_TAG, `matches(github.ref_name, ${whole})`);
  return `matches(${of.name === '' ? quoted(of.text) : `variables.${of.name}`}, ${whole})`;
}

/** The filters of a job: branches are all taken by default, tags none. */
export function filtersOf(filters: Mapping, namesTags: boolean): string {
  if (typeof filters === 'string') return `asked(${quoted(filters)})`;
  const branches = mapping(filters.branches);
  const tags = mapping(filters.tags);
  const onBranch = filtered(branches, 'refs/heads/', namesTags ? ON_BRANCH : ALWAYS);
  const onTag = filters.tags === undefined ? NEVER : filtered(tags, 'refs/tags/', ON_TAG);
  return any(onBranch, onTag);
}

function filtered(of: Mapping, prefix: string, on: string): string {
  const only = flattened(of.only)
    .map(text)
    .filter((p) => p !== '');
  const ignore = flattened(of.ignore)
    .map(text)
    .filter((p) => p !== '');
  if (ignore.includes('/.*/')) return NEVER;
  const taken = only.length === 0 ? on : any(...only.map((p) => named(p, prefix)));
  return all(taken, ...(ignore.length === 0 ? [] : [not(any(...ignore.map((p) => named(p, prefix))))]));
}

/** A name, or a pattern that fits the whole of one. */
function named(written: string, prefix: string): string {
  const pattern = /^\/([\s\S]*)\/$/.exec(written)?.[1];
  const on = prefix === 'refs/tags/' ? ON_TAG : ON_BRANCH;
  if (pattern === undefined) return `github.ref == ${quoted(prefix + written)}`;
  return pattern === '.*' ? on : all(on, `matches(github.ref_name, ${quoted(`/^(${pattern})$/`)})`);
}
