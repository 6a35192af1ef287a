/** Groovy values as Jenkins uses them: the text that a shell gets, and conditions in the form of GitHub's expressions. */

import { ALWAYS, all, any, not, quoted } from '../../../parse/ci/condition.js';
import { onBranch, onTag } from '../../../parse/ci/ref-patterns.js';
import type { GroovyCall, GroovyStatement, GroovyValue } from '../../../parse/groovy/syntax.js';

/** Names whose text is known: constants, and what an `environment` block sets. */
export type Strings = ReadonlyMap<string, string>;

const LONGEST = 20_000;

/** The text of a value, its parts that are decided while it runs as `$name`. */
export function textOf(value: GroovyValue | undefined, strings: Strings): string {
  return written(value, strings).slice(0, LONGEST);
}

function written(value: GroovyValue | undefined, strings: Strings): string {
  switch (value?.type) {
    case 'string':
      return value.interpolated ? filled(value.text, strings) : value.text;
    case 'literal':
      return String(value.value);
    case 'name':
      return strings.get(bare(value.name)) ?? placeholder(value.name);
    case 'binary':
      return value.operator === '+' ? written(value.left, strings) + written(value.right, strings) : '$value';
    case 'list':
      return value.items.map((v) => written(v, strings)).join(' ');
    case 'call':
      // `'''...'''.stripIndent()` and `.trim()` leave the text as it is.
      return /^\.(stripIndent|stripMargin|trim|toString)$/.test(value.name)
        ? written(value.on, strings)
        : '$value';
    case undefined:
      return '';
    default:
      return '$value';
  }
}

function filled(text: string, strings: Strings): string {
  return text.replace(
    /\$\{\s*([\w.]+)\s*\}|\$([a-zA-Z_][\w.]*\w|[a-zA-Z_])/g,
    (whole, braced?: string, plain?: string) => {
      const name = braced ?? plain ?? '';
      const known = strings.get(bare(name));
      if (known !== undefined) return known;
      return /^(env|params)\./.test(name) ? placeholder(name) : whole;
    },
  );
}

function bare(name: string): string {
  return name.replace(/^env\./, '');
}

function placeholder(name: string): string {
  const parameter = /^params\.(\w+)$/.exec(name)?.[1];
  return parameter ? `\${{ inputs.${parameter} }}` : `$${bare(name).replace(/\W/g, '_')}`;
}

export function named(call: GroovyCall, name: string): GroovyValue | undefined {
  const direct = call.named.find((n) => n.name === name)?.value;
  if (direct) return direct;
  for (const given of call.given)
    if (given.type === 'map') {
      const entry = given.entries.find((e) => e.name === name)?.value;
      if (entry) return entry;
    }
  return undefined;
}

/** The calls in a `when`, `allOf`, `stages` or the like: its parts by name. */
export function parts(block: readonly GroovyStatement[] | undefined): GroovyCall[] {
  return (block ?? []).flatMap((s) => (s.type === 'value' && s.value.type === 'call' ? [s.value] : []));
}

/** The condition that a declarative `when` block states. */
export function whenOf(block: readonly GroovyStatement[] | undefined): string {
  return all(...parts(block).map(conditionOfPart));
}

function conditionOfPart(call: GroovyCall): string {
  const first = call.given[0];
  const said = first?.type === 'string' ? first.text : '';
  const pattern = textOf(named(call, 'pattern'), NONE) || said;
  const byExpression = textOf(named(call, 'comparator'), NONE) === 'REGEXP';
  switch (call.name) {
    case 'allOf':
      return whenOf(call.block);
    case 'anyOf':
      return any(...parts(call.block).map(conditionOfPart));
    case 'not':
      return not(whenOf(call.block));
    case 'branch':
      return byExpression
        ? `matches(github.ref_name, ${quoted(`^(${pattern})$`)})`
        : onBranch(pattern.replaceAll('**', '*'));
    case 'buildingTag':
      return onTag();
    case 'tag':
      return byExpression
        ? all(onTag(), `matches(github.ref_name, ${quoted(`^(${pattern})$`)})`)
        : onTag(pattern || '*');
    case 'changeRequest': {
      const target = textOf(named(call, 'target'), NONE);
      return all(
        "github.event_name == 'pull_request'",
        target === '' ? '' : `github.base_ref == ${quoted(target)}`,
      );
    }
    case 'triggeredBy': {
      if (/TimerTrigger/.test(said)) return "github.event_name == 'schedule'";
      if (/UserIdCause/.test(said) || named(call, 'cause')) return "github.event_name == 'workflow_dispatch'";
      return /SCMTrigger|BranchEvent|BranchIndexing/.test(said) ? "github.event_name == 'push'" : ALWAYS;
    }
    case 'environment':
      return `${variable(textOf(named(call, 'name'), NONE))} == ${quoted(textOf(named(call, 'value'), NONE))}`;
    case 'equals':
      return compared('==', named(call, 'actual'), named(call, 'expected'));
    case 'expression':
      return call.block ? conditionOfBody(call.block) : ALWAYS;
    case 'isRestartedRun':
      return 'false';
    case 'changeset':
    case 'changelog':
      return `${call.name}(${quoted(pattern)})`;
    default:
      // beforeAgent, beforeInput, beforeOptions say when, not whether.
      return ALWAYS;
  }
}

const NONE: Strings = new Map();

/** What the last statement of a closure says. */
function conditionOfBody(body: readonly GroovyStatement[]): string {
  const last = body[body.length - 1];
  return last?.type === 'value' || last?.type === 'return' ? conditionOf(last.value) : 'groovy(0)';
}

const COMPARISONS = /^(==|!=|===|!==)$/;

/** A Groovy condition as an expression; what cannot be told becomes a question. */
export function conditionOf(value: GroovyValue): string {
  switch (value.type) {
    case 'literal':
      return String(value.value === true);
    case 'not':
      return not(conditionOf(value.operand));
    case 'binary':
      if (value.operator === '&&') return all(conditionOf(value.left), conditionOf(value.right));
      if (value.operator === '||') return any(conditionOf(value.left), conditionOf(value.right));
      if (COMPARISONS.test(value.operator))
        return compared(value.operator.slice(0, 2), value.left, value.right);
      if (value.operator === '==~' || value.operator === '=~')
        return matched(value.left, value.right, value.operator);
      if (value.operator === 'in') return among(value.left, value.right);
      return question(value);
    case 'name':
      return nameOf(value.name) ?? question(value);
    case 'call':
      return called(value);
    default:
      return question(value);
  }
}

/** A name by which conditions ask: of the branch, a parameter, a variable. */
function nameOf(name: string): string | undefined {
  const plain = bare(name);
  if (/^(BRANCH_NAME|GIT_BRANCH|GIT_LOCAL_BRANCH)$/.test(plain)) return 'github.ref_name';
  if (plain === 'TAG_NAME') return onTag();
  if (/^CHANGE_(ID|URL|BRANCH)$/.test(plain)) return "github.event_name == 'pull_request'";
  if (plain === 'CHANGE_TARGET') return 'github.base_ref';
  const parameter = /^params\.(\w+)$/.exec(name)?.[1];
  if (parameter) return `inputs.${parameter}`;
  if (/^currentBuild\.(result|currentResult|resultIsBetter\w+)$/.test(name)) return undefined;
  return /^[\w.]+$/.test(plain) ? variable(plain) : undefined;
}

function variable(name: string): string {
  return `variables.${name.replace(/[^\w.]/g, '_').replace(/\.+/g, '_')}`;
}

function compared(operator: string, left: GroovyValue | undefined, right: GroovyValue | undefined): string {
  if (!left || !right) return ALWAYS;
  const [name, other] = left.type === 'name' || left.type === 'call' ? [left, right] : [right, left];
  if (name.type === 'name') {
    const asked = nameOf(name.name);
    // The build has not failed so far: what comes before sees to that.
    if (/^currentBuild\.(result|currentResult)$/.test(name.name) && operator === '==')
      return other.type === 'literal' || (other.type === 'string' && other.text === 'SUCCESS')
        ? ALWAYS
        : question(left);
    if (asked !== undefined && other.type === 'literal' && other.value === null)
      return /[=(]/.test(asked) ? (operator === '==' ? not(asked) : asked) : question(name, operator);
    if (/^(env\.)?GIT_BRANCH$/.test(name.name) && other.type === 'string')
      return `github.ref_name ${operator} ${quoted(other.text.replace(/^(refs\/heads|origin)\//, ''))}`;
    if (/^(env\.)?TAG_NAME$/.test(name.name) && other.type === 'string')
      return operator === '==' ? onTag(other.text) : not(onTag(other.text));
    if (asked !== undefined && !/[(=]/.test(asked)) {
      if (other.type === 'string' && !other.interpolated) return `${asked} ${operator} ${quoted(other.text)}`;
      if (other.type === 'string' && !other.text.includes('$'))
        return `${asked} ${operator} ${quoted(other.text)}`;
      if (other.type === 'literal') return `${asked} ${operator} ${String(other.value)}`;
    }
  }
  return question({ type: 'binary', operator, left, right });
}

function matched(left: GroovyValue, right: GroovyValue, operator: string): string {
  const asked = left.type === 'name' ? nameOf(left.name) : undefined;
  if (asked === undefined || /[(=]/.test(asked) || right.type !== 'string') return question(left, operator);
  return `matches(${asked}, ${quoted(operator === '==~' ? `^(${right.text})$` : right.text)})`;
}

function among(left: GroovyValue, right: GroovyValue): string {
  return right.type === 'list' && right.items.length > 0
    ? any(...right.items.map((item) => compared('==', left, item)))
    : question(left, 'in');
}

function called(call: GroovyCall): string {
  const [given] = call.given;
  const method = /(^|\.)(startsWith|endsWith|contains|matches|equals|equalsIgnoreCase|toBoolean|trim)$/.exec(
    call.name,
  )?.[2];
  const holder: GroovyValue | undefined =
    call.on ??
    (method && call.name.includes('.')
      ? { type: 'name', name: call.name.slice(0, -method.length - 1) }
      : undefined);
  const asked = holder?.type === 'name' ? nameOf(holder.name) : undefined;
  if (method === 'toBoolean' && holder) return conditionOf(holder);
  if (method && asked !== undefined && !/[(=]/.test(asked) && given?.type === 'string') {
    const text = quoted(given.text);
    if (method.startsWith('equals')) return `${asked} == ${text}`;
    if (method === 'matches') return `matches(${asked}, ${quoted(`^(${given.text})$`)})`;
    if (method !== 'trim') return `${method}(${asked}, ${text})`;
  }
  if (method === 'contains' && holder?.type === 'list' && given) return among(given, holder);
  if (/^(isPullRequest|isPR|env\.CHANGE_ID\.\w+)$/i.test(call.name))
    return "github.event_name == 'pull_request'";
  return question(call);
}

/** An open question, in one spelling so that it is asked about once. */
function question(value: GroovyValue, more = ''): string {
  return `groovy(${quoted(`${spelt(value)}${more === '' ? '' : ` ${more}`}`.slice(0, 120))})`;
}

function spelt(value: GroovyValue | undefined, depth = 0): string {
  if (!value || depth > 6) return '';
  switch (value.type) {
    case 'string':
      return value.text;
    case 'literal':
      return String(value.value);
    case 'name':
      return value.name;
    case 'not':
      return `!${spelt(value.operand, depth + 1)}`;
    case 'binary':
      return `${spelt(value.left, depth + 1)} ${value.operator} ${spelt(value.right, depth + 1)}`;
    case 'call': {
      const given = [...value.given, ...value.named.map((n) => n.value)].map((v) => spelt(v, depth + 1));
      return `${spelt(value.on, depth + 1)}${value.name}(${given.join(', ')})`;
    }
    case 'list':
      return `[${value.items.map((v) => spelt(v, depth + 1)).join(', ')}]`;
    case 'other':
      return value.parts.map((v) => spelt(v, depth + 1)).join(' ');
    default:
      return value.type;
  }
}
