/**
 * What a gap leaves decided. Where facts of a kind may be missing, the list of that kind holds what was seen and perhaps
 * more; an expression is then decided only if no further fact could change its value (Kleene's three values, and a lower
 * bound for lists and their sizes). Knows the shape of an expression's tree, not the library that made it.
 */

/** The value of an expression as far as it is decided. */
export type Decided =
  | { is: 'exact'; value: unknown }
  /** A list that holds these items and perhaps others. */
  | { is: 'at-least'; items: readonly unknown[] }
  /** A whole number that is not smaller. */
  | { is: 'from'; least: bigint }
  | { is: 'unknown' };

export const UNKNOWN: Decided = { is: 'unknown' };

/** A node of a CEL tree; `args` depends on `op`. */
export interface ExpressionNode {
  readonly op: string;
  readonly args: unknown;
}

/** A call: `f(a, b)` has no receiver, `x.f(a, b)` has. */
export interface CallNode {
  name: string;
  receiver: ExpressionNode | undefined;
  args: readonly ExpressionNode[];
}

/** What evaluates the parts that no gap touches. `C` binds the variables. */
export interface Machine<C> {
  /** The exact value; may throw. */
  run(node: ExpressionNode, context: C): unknown;
  /** The context in which the variable that `node` (a macro) declares has this value. */
  bind(node: ExpressionNode, context: C, value: unknown): C;
  /** The function of this name, where more items in its argument only ever give more items in its result. */
  growing(name: string): ((items: readonly unknown[]) => readonly unknown[]) | undefined;
}

/** The variables that are not exact. */
export type Doubts = ReadonlyMap<string, Decided>;

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

export function callOf(node: ExpressionNode): CallNode | undefined {
  if (node.op === 'call') {
    const [name, args] = node.args as [string, ExpressionNode[]];
    return { name, receiver: undefined, args };
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args as [string, ExpressionNode, ExpressionNode[]];
    return { name, receiver, args };
  }
  return undefined;
}

/** The variable that a macro declares for its other arguments: `x` of `list.exists(x, ...)` and `cel.bind(x, ...)`. */
function declares(call: CallNode): string | undefined {
  const [first] = call.args;
  if (call.receiver === undefined || first?.op !== 'id' || call.args.length < 2) return undefined;
  if (MACROS.has(call.name) || isBind(call)) return first.args as string;
  return undefined;
}

function isBind({ name, receiver, args }: CallNode): boolean {
  return name === 'bind' && args.length === 3 && receiver?.op === 'id' && receiver.args === 'cel';
}

/** The nodes directly under a node; the variable that a macro declares is not one. */
export function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  if (node.op === 'id' || node.op === 'value') return [];
  const call = callOf(node);
  if (call !== undefined) {
    const args = declares(call) === undefined ? call.args : call.args.slice(1);
    return call.receiver === undefined ? args : [call.receiver, ...args];
  }
  const args = Array.isArray(node.args) ? (node.args as unknown[]).flat() : [node.args];
  return args.filter(isNode);
}

function isNode(value: unknown): value is ExpressionNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

const freeNames = new WeakMap<ExpressionNode, ReadonlySet<string>>();

/** The variables that an expression reads and does not declare itself. */
export function variablesOf(node: ExpressionNode): ReadonlySet<string> {
  const known = freeNames.get(node);
  if (known !== undefined) return known;
  const names = new Set<string>();
  if (node.op === 'id') names.add(node.args as string);
  const call = callOf(node);
  const declared = call === undefined ? undefined : declares(call);
  for (const child of childrenOf(node)) {
    // What a list macro runs over, and what `cel.bind` binds, stand outside the new variable.
    const outside =
      child === call?.receiver || (call !== undefined && isBind(call) && child === call.args[1]);
    for (const name of variablesOf(child)) if (outside || name !== declared) names.add(name);
  }
  freeNames.set(node, names);
  return names;
}

function exact(value: unknown): Decided {
  return { is: 'exact', value };
}

/** The value of an expression as far as the doubts leave it decided. */
export function decide<C>(node: ExpressionNode, context: C, doubts: Doubts, machine: Machine<C>): Decided {
  const names = variablesOf(node);
  if (![...doubts.keys()].some((name) => names.has(name))) {
    try {
      return exact(machine.run(node, context));
    } catch {
      return UNKNOWN;
    }
  }
  const sub = (child: ExpressionNode) => decide(child, context, doubts, machine);
  const call = callOf(node);
  if (call !== undefined) return decideCall(node, call, context, doubts, machine);
  const children = childrenOf(node);
  const [first, second, third] = children;
  switch (node.op) {
    case 'id':
      return doubts.get(node.args as string) ?? UNKNOWN;
    case '!_': {
      const value = first === undefined ? UNKNOWN : sub(first);
      return value.is === 'exact' ? exact(!value.value) : UNKNOWN;
    }
    case '&&':
      return allOf(children, sub, false);
    case '||':
      return anyOf(children, sub, false);
    case '?:': {
      if (first === undefined || second === undefined || third === undefined) return UNKNOWN;
      const condition = sub(first);
      if (condition.is === 'exact') return sub(condition.value === true ? second : third);
      const [yes, no] = [sub(second), sub(third)];
      return yes.is === 'exact' && no.is === 'exact' && yes.value === no.value ? yes : UNKNOWN;
    }
    default:
      if (first === undefined || second === undefined) return UNKNOWN;
      return decideOperator(node.op, sub(first), sub(second));
  }
}

/** True where one is true; false only where all are false and no more can come. */
function anyOf<T>(items: readonly T[], judge: (item: T) => Decided, more: boolean): Decided {
  let doubtful = more;
  for (const item of items) {
    const value = judge(item);
    if (value.is !== 'exact') doubtful = true;
    else if (value.value === true) return value;
  }
  return doubtful ? UNKNOWN : exact(false);
}

/** False where one is false; true only where all are true and no more can come. */
function allOf<T>(items: readonly T[], judge: (item: T) => Decided, more: boolean): Decided {
  let doubtful = more;
  for (const item of items) {
    const value = judge(item);
    if (value.is !== 'exact') doubtful = true;
    else if (value.value === false) return value;
  }
  return doubtful ? UNKNOWN : exact(true);
}

function decideCall<C>(
  node: ExpressionNode,
  call: CallNode,
  context: C,
  doubts: Doubts,
  machine: Machine<C>,
): Decided {
  const variable = declares(call);
  if (variable !== undefined) {
    if (isBind(call)) return decideBind(node, call, variable, context, doubts, machine);
    return decideMacro(node, call, variable, context, doubts, machine);
  }
  const subject = call.receiver ?? call.args[0];
  if (subject === undefined) return UNKNOWN;
  const value = decide(subject, context, doubts, machine);
  if (value.is !== 'at-least') return UNKNOWN;
  if (call.name === 'size') return { is: 'from', least: BigInt(value.items.length) };
  const grow = call.receiver === undefined && call.args.length === 1 ? machine.growing(call.name) : undefined;
  return grow === undefined ? UNKNOWN : { is: 'at-least', items: grow(value.items) };
}

function decideBind<C>(
  node: ExpressionNode,
  call: CallNode,
  variable: string,
  context: C,
  doubts: Doubts,
  machine: Machine<C>,
): Decided {
  const [, bound, body] = call.args;
  if (bound === undefined || body === undefined) return UNKNOWN;
  const value = decide(bound, context, doubts, machine);
  const inner = new Map(doubts);
  inner.delete(variable);
  if (value.is === 'exact') return decide(body, machine.bind(node, context, value.value), inner, machine);
  return decide(body, context, inner.set(variable, value), machine);
}

function decideMacro<C>(
  node: ExpressionNode,
  call: CallNode,
  variable: string,
  context: C,
  doubts: Doubts,
  machine: Machine<C>,
): Decided {
  const list = call.receiver === undefined ? UNKNOWN : decide(call.receiver, context, doubts, machine);
  const items = list.is === 'at-least' ? list.items : list.is === 'exact' ? list.value : undefined;
  const [, first, second] = call.args;
  if (!Array.isArray(items) || first === undefined) return UNKNOWN;
  const more = list.is === 'at-least';
  const inner = new Map(doubts);
  inner.delete(variable);
  const at = (body: ExpressionNode) => (item: unknown) =>
    decide(body, machine.bind(node, context, item), inner, machine);

  if (call.name === 'exists') return anyOf(items, at(first), more);
  if (call.name === 'all') return allOf(items, at(first), more);
  if (call.name === 'exists_one') {
    const values = items.map(at(first));
    const yes = values.filter((v) => v.is === 'exact' && v.value === true).length;
    if (yes > 1) return exact(false);
    return more || values.some((v) => v.is !== 'exact') ? UNKNOWN : exact(yes === 1);
  }
  // filter(x, p), map(x, e), map(x, p, e)
  const predicate = call.name === 'filter' || second !== undefined ? first : undefined;
  const transform = call.name === 'filter' ? undefined : (second ?? first);
  const kept: unknown[] = [];
  let doubtful = more;
  for (const item of items) {
    const keep = predicate === undefined ? exact(true) : at(predicate)(item);
    const value =
      keep.is === 'exact' && keep.value === true && transform !== undefined ? at(transform)(item) : keep;
    if (keep.is !== 'exact' || value.is !== 'exact') doubtful = true;
    else if (keep.value === true) kept.push(transform === undefined ? item : value.value);
  }
  return doubtful ? { is: 'at-least', items: kept } : exact(kept);
}

function decideOperator(op: string, left: Decided, right: Decided): Decided {
  if (op === 'in') return decideMembership(left, right);
  if (op === '+') return decideSum(left, right);
  if (op === '-' && left.is === 'from' && right.is === 'exact' && typeof right.value === 'bigint') {
    return { is: 'from', least: left.least - right.value };
  }
  if (op === '==' || op === '!=') {
    const different = surelyDifferent(left, right) || surelyDifferent(right, left);
    return different ? exact(op === '!=') : UNKNOWN;
  }
  if (left.is === 'from' && right.is === 'exact') return decideBound(op, left.least, right.value);
  if (right.is === 'from' && left.is === 'exact')
    return decideBound(MIRRORED[op] ?? op, right.least, left.value);
  return UNKNOWN;
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Compares a number of which only the lower bound is known with an exact one. */
function decideBound(op: string, least: bigint, other: unknown): Decided {
  if (typeof other !== 'bigint' && typeof other !== 'number') return UNKNOWN;
  if ((op === '>' && least > other) || (op === '>=' && least >= other)) return exact(true);
  if ((op === '<' && least >= other) || (op === '<=' && least > other)) return exact(false);
  return UNKNOWN;
}

function surelyDifferent(open: Decided, other: Decided): boolean {
  if (other.is !== 'exact') return false;
  if (open.is === 'from') return typeof other.value === 'bigint' && other.value < open.least;
  return open.is === 'at-least' && Array.isArray(other.value) && other.value.length < open.items.length;
}

function decideMembership(item: Decided, list: Decided): Decided {
  if (item.is !== 'exact' || list.is !== 'at-least') return UNKNOWN;
  return list.items.includes(item.value) ? exact(true) : UNKNOWN;
}

function decideSum(left: Decided, right: Decided): Decided {
  const [a, b] = [itemsOf(left), itemsOf(right)];
  if (a !== undefined && b !== undefined) return { is: 'at-least', items: [...a, ...b] };
  const [m, n] = [leastOf(left), leastOf(right)];
  return m === undefined || n === undefined ? UNKNOWN : { is: 'from', least: m + n };
}

function itemsOf(value: Decided): readonly unknown[] | undefined {
  if (value.is === 'at-least') return value.items;
  return value.is === 'exact' && Array.isArray(value.value) ? value.value : undefined;
}

function leastOf(value: Decided): bigint | undefined {
  if (value.is === 'from') return value.least;
  return value.is === 'exact' && typeof value.value === 'bigint' ? value.value : undefined;
}
