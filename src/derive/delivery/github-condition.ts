/**
 * Decides the conditions of GitHub Actions for one event. What cannot be known from files is assumed one way and the other,
 * and the same thing is assumed alike wherever it is asked about.
 */
import { type Expression, parseExpression } from '../../parse/ci/github-expression.js';

type Known = string | number | boolean | null;
/** A value that is not known; `starts` is how its text begins, where that is known. */
interface Unknown {
  name: string;
  starts: string;
}
export type Value = Known | Unknown | readonly Value[];

function isUnknown(value: Value): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One way in which things may be: answers to questions that files leave open. */
export class World {
  readonly answers: Map<string, boolean>;
  /** Questions that were met and had no answer yet, in their order. */
  readonly opened: string[] = [];

  constructor(answers: ReadonlyMap<string, boolean> = new Map()) {
    this.answers = new Map(answers);
  }

  /** The answer to a question; an open one counts as yes from now on. */
  answer(question: string): boolean {
    const known = this.answers.get(question) ?? presumed(question);
    if (known !== undefined) return known;
    this.opened.push(question);
    this.answers.set(question, true);
    return true;
  }
}

/** What holds in the ordinary run: in the repository itself, by a person of the team, with the secrets that it needs. */
const PRESUMED: readonly (readonly [RegExp, boolean])[] = [
  [
    /^github\.(repository|repository_owner|repository_id|repository_owner_id|event\.repository\.\S+) is /,
    true,
  ],
  [/^github\.event\.(workflow_run|pull_request)\.head_?\S*(repo|repository)\.\S+ is /, true],
  [/^github\.event\.\S*repository\.fork|^github\.event\.pull_request\.(draft|head\.repo\.fork)/, false],
  [
    /^(github\.(actor|triggering_actor|event\.\S+)|steps\.\S+) is \S*(\[bot\]|dependabot|renovate|-bot)/,
    false,
  ],
  [/^github\.event\.(action|pull_request\.state) is closed$/, false],
  [/^github\.event\.deleted|^github\.event\.pull_request\.merged/, false],
  [/^(secrets|vars|env)\.\S+ is $/, false],
  [/^secrets\./, true],
  [/^env\.ACT( |$)/, false],
  [/^matrix\./, true],
  [/^steps\.\S+\.outputs\.cache-hit is true$/, false],
  [/^variables\.CI_OPEN_MERGE_REQUESTS$/, false],
];

function presumed(question: string): boolean | undefined {
  return PRESUMED.find(([pattern]) => pattern.test(question))?.[1];
}

export interface Scope {
  /** The value of `github.ref`, `needs.test.result`, `inputs.x` ...; undefined where nothing is known of it. */
  lookup(path: readonly string[]): Value | undefined;
  status: { success: boolean; failure: boolean; cancelled: boolean };
  world: World;
}

/** The same conditions are asked about in every run in thought. */
const trees = new Map<string, Expression | undefined>();
const MOST_TREES = 5000;

function parsed(text: string): Expression | undefined {
  if (trees.has(text)) return trees.get(text);
  if (trees.size > MOST_TREES) trees.clear();
  const tree = parseExpression(text) ?? parseExpression(text.replace(/\$\{\{|\}\}/g, ' '));
  trees.set(text, tree);
  return tree;
}

/** Does the condition let the job or step run? Without a status function, success() is asked too. */
export function holds(condition: string, scope: Scope): boolean {
  if (condition === '') return scope.status.success;
  const tree = parsed(condition);
  if (!tree)
    return asksStatus(condition)
      ? scope.world.answer(condition)
      : scope.status.success && scope.world.answer(condition);
  const implied = namesStatus(tree) || scope.status.success;
  return implied && truth(tree, scope);
}

/** Does an expression hold, by itself? */
export function isTrue(expression: string, scope: Scope): boolean {
  const tree = parsed(expression);
  return tree ? truth(tree, scope) : scope.world.answer(expression);
}

/** The value of `${{ expression }}`; text around it makes it unknown. */
export function resolve(text: string, scope: Scope): Value {
  const whole = /^\s*\$\{\{([\s\S]*)\}\}\s*$/.exec(text)?.[1];
  if (whole === undefined || whole.includes('${{'))
    return text.includes('${{') ? { name: text, starts: '' } : text;
  const tree = parsed(whole);
  return tree ? value(tree, scope) : { name: text, starts: '' };
}

/** Does it replace the implied success()? */
export function asksStatus(condition: string): boolean {
  return /\b(success|failure|always|cancelled)\s*\(/i.test(condition);
}

function namesStatus(tree: Expression): boolean {
  switch (tree.type) {
    case 'call':
      return /^(success|failure|always|cancelled)$/.test(tree.name) || tree.arguments.some(namesStatus);
    case 'not':
      return namesStatus(tree.operand);
    case 'binary':
      return namesStatus(tree.left) || namesStatus(tree.right);
    default:
      return false;
  }
}

function truth(tree: Expression, scope: Scope): boolean {
  switch (tree.type) {
    case 'not':
      return !truth(tree.operand, scope);
    case 'binary':
      if (tree.operator === '&&') return truth(tree.left, scope) && truth(tree.right, scope);
      if (tree.operator === '||') return truth(tree.left, scope) || truth(tree.right, scope);
      return compare(tree.operator, tree, scope);
    default:
      return truthOf(value(tree, scope), tree, scope);
  }
}

function truthOf(v: Value, tree: Expression, scope: Scope): boolean {
  if (Array.isArray(v)) return true;
  if (isUnknown(v)) return v.starts !== '' || scope.world.answer(written(tree));
  return v !== false && v !== null && v !== '' && v !== 0;
}

function compare(operator: string, tree: Extract<Expression, { type: 'binary' }>, scope: Scope): boolean {
  const left = value(tree.left, scope);
  const right = value(tree.right, scope);
  const equality = operator === '==' || operator === '!=';
  if (isUnknown(left) || isUnknown(right)) {
    const unknown = isUnknown(left) ? left : (right as Unknown);
    const other = isUnknown(left) ? right : left;
    if (!equality) return scope.world.answer(written(tree));
    const differs =
      typeof other === 'string' && unknown.starts !== '' && !lower(other).startsWith(lower(unknown.starts));
    const same = !differs && equal(unknown, other, scope);
    return operator === '==' ? same : !same;
  }
  if (Array.isArray(left) || Array.isArray(right)) return operator === '!=';
  const a = left as Known;
  const b = right as Known;
  if (equality) return (operator === '==') === sameValue(a, b);
  const [x, y] = [Number(a), Number(b)];
  return operator === '<' ? x < y : operator === '<=' ? x <= y : operator === '>' ? x > y : x >= y;
}

/** Asks whether an unknown has a value; two different values exclude each other. */
function equal(unknown: Unknown, other: Value, scope: Scope): boolean {
  const shown = isUnknown(other) ? other.name : Array.isArray(other) ? '[]' : lower(String(other));
  if (isUnknown(other) && other.name === unknown.name) return true;
  const prefix = `${unknown.name} is `;
  for (const [question, answer] of scope.world.answers)
    if (answer && question.startsWith(prefix) && question !== prefix + shown) return false;
  return scope.world.answer(prefix + shown);
}

function sameValue(a: Known, b: Known): boolean {
  if (typeof a === 'string' && typeof b === 'string') return lower(a) === lower(b);
  if (typeof a === typeof b) return a === b;
  // `inputs.x == 'true'` where x is a boolean: text against boolean compares as numbers on GitHub, and people mean the text.
  if (typeof a === 'boolean' && typeof b === 'string') return String(a) === lower(b);
  if (typeof b === 'boolean' && typeof a === 'string') return String(b) === lower(a);
  return Number(a ?? 0) === Number(b ?? 0);
}

function value(tree: Expression, scope: Scope): Value {
  switch (tree.type) {
    case 'literal':
      return tree.value;
    case 'name': {
      const known = scope.lookup(tree.path);
      return known === undefined ? { name: tree.path.join('.'), starts: '' } : known;
    }
    case 'not':
      return truth(tree, scope);
    case 'call':
      return call(tree, scope);
    case 'binary': {
      if (tree.operator !== '&&' && tree.operator !== '||') return compare(tree.operator, tree, scope);
      const left = value(tree.left, scope);
      const passes = truthOf(left, tree.left, scope);
      return passes === (tree.operator === '&&') ? value(tree.right, scope) : left;
    }
  }
}

function call(tree: Extract<Expression, { type: 'call' }>, scope: Scope): Value {
  const given = tree.arguments.map((a) => value(a, scope));
  const [first = null, second = null] = given;
  const unknown = (): Value => scope.world.answer(written(tree));
  switch (tree.name) {
    case 'always':
      return true;
    case 'success':
      return scope.status.success;
    case 'failure':
      return scope.status.failure;
    case 'cancelled':
      return scope.status.cancelled;
    case 'contains': {
      if (Array.isArray(first)) {
        const items = first as readonly Value[];
        if (isUnknown(second)) return unknown();
        return items.some(
          (v) => !isUnknown(v) && !Array.isArray(v) && sameValue(v as Known, second as Known),
        );
      }
      if (isUnknown(first) || isUnknown(second)) return unknown();
      return lower(String(first)).includes(lower(String(second)));
    }
    case 'matches': {
      const pattern = isUnknown(first) || Array.isArray(first) ? undefined : safePattern(String(second));
      return pattern ? pattern.test(String(first).slice(0, 200)) : unknown();
    }
    case 'startswith':
    case 'endswith': {
      if (isUnknown(second) || Array.isArray(first)) return unknown();
      const wanted = lower(String(second));
      if (isUnknown(first)) {
        const known = lower(first.starts);
        if (tree.name === 'startswith' && known !== '') {
          if (known.startsWith(wanted)) return true;
          if (!wanted.startsWith(known)) return false;
        }
        return unknown();
      }
      const text = lower(String(first));
      return tree.name === 'startswith' ? text.startsWith(wanted) : text.endsWith(wanted);
    }
    case 'fromjson': {
      if (typeof first !== 'string') return isUnknown(first) ? { name: written(tree), starts: '' } : first;
      try {
        const parsed: unknown = JSON.parse(first);
        if (Array.isArray(parsed)) return parsed.map((v) => (typeof v === 'object' ? null : (v as Known)));
        return typeof parsed === 'object' ? { name: written(tree), starts: '' } : (parsed as Known);
      } catch {
        return { name: written(tree), starts: '' };
      }
    }
    case 'format': {
      if (typeof first !== 'string' || given.some((v) => isUnknown(v) || Array.isArray(v)))
        return { name: written(tree), starts: '' };
      return first.replace(/\{(\d+)\}/g, (_, n: string) => String(given[Number(n) + 1] ?? ''));
    }
    default:
      return { name: written(tree), starts: '' };
  }
}

/** A regular expression as text or as `/text/flags`; undefined for one that could take for ever or that is none. */
function safePattern(text: string): RegExp | undefined {
  const [, inner = text, flags = ''] = /^\/([\s\S]*)\/([a-z]*)$/.exec(text) ?? [];
  if (inner.length > 200 || /[+*}]\)*[+*{]|\)[+*{]/.test(inner)) return undefined;
  try {
    return new RegExp(inner.replace(/^\\A/, '^').replace(/\\[zZ]$/, '$'), flags.includes('i') ? 'i' : '');
  } catch {
    return undefined;
  }
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** An expression in one spelling, so that it is asked about once. */
function written(tree: Expression): string {
  switch (tree.type) {
    case 'literal':
      return typeof tree.value === 'string' ? `'${tree.value}'` : String(tree.value);
    case 'name':
      return tree.path.join('.');
    case 'not':
      return `!${written(tree.operand)}`;
    case 'call':
      return `${tree.name}(${tree.arguments.map(written).join(', ')})`;
    case 'binary':
      return `${written(tree.left)} ${tree.operator} ${written(tree.right)}`;
  }
}
