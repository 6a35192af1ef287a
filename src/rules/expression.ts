/**
 * CEL, alone: every kind of fact is a type, every list of facts a variable. Expressions are checked against them before
 * anything is judged, so that a misspelt field or a wrong type is found when a pack loads.
 */
import { TypeError as CelTypeError, Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type * as z from 'zod';
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, FACT_KINDS, type FactKind, KINDS } from '../model/facts.js';
import {
  callOf,
  childrenOf,
  type Decided,
  type Doubts,
  decide,
  type ExpressionNode,
  type Machine,
  variablesOf,
} from './decidedness.js';
import { compilePattern, FUNCTIONS } from './functions.js';
import { nearest } from './nearest.js';

/** An expression that cannot be used; `offset` is where in its text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** What a place in a rule asks of its expression: a condition, things to point at, or something to put in a text. */
export type Wanted = 'condition' | 'things' | 'text';

/** A checked expression. */
export interface Expression {
  /** The variables that it reads. */
  variables: ReadonlySet<string>;
  /** The value over what was collected; throws an Error whose message is one line where there is none. */
  evaluate(context: Context): unknown;
  /** The value as far as it is decided where these variables are in doubt. */
  decide(context: Context, doubts: Doubts): Decided;
}

/** The variables of one repository; `subject` changes from one thing to the next. */
export interface Context {
  subject: View | undefined;
  readonly [list: string]: unknown;
}

/** How much a rule may write: far more than any sensible rule needs. */
const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 40,
  maxListElements: 100,
  maxMapEntries: 50,
  maxCallArguments: 8,
};

/** A fact, or an object within one, as CEL sees it: its fields are read when they are asked for. */
export class View {
  readonly $cache = new Map<string, unknown>();
  constructor(
    readonly $fact: AnyFact,
    readonly $data: Readonly<Record<string, unknown>>,
  ) {}

  /** Where it stands: a fact's evidence, or the line of an object within one. */
  get $evidence(): Evidence[] {
    if (this.$data === this.$fact.data) return this.$fact.evidence;
    const [first] = this.$fact.evidence;
    const { line } = this.$data;
    if (first?.type !== 'file' || typeof line !== 'number' || line < 1) return this.$fact.evidence;
    return [{ type: 'file', path: first.path, line }];
  }
}

type ViewClass = new (fact: AnyFact, data: Readonly<Record<string, unknown>>) => View;
type Reader = (view: View) => unknown;

interface ViewType {
  name: string;
  view: ViewClass;
  /** CEL types by field. */
  fields: Record<string, string>;
  /** The words that a field can hold, where they are fixed. */
  words: Record<string, readonly string[]>;
}

/** `delivery-path` -> `DeliveryPath`. */
function typeName(kind: FactKind): string {
  return kind.replace(/(^|-)([a-z])/g, (_, _dash: string, letter: string) => letter.toUpperCase());
}

/** The types of the facts and of the objects in them, each after those it needs. */
class ViewTypes {
  readonly all: ViewType[] = [];
  readonly byKind = new Map<FactKind, ViewType>();
  readonly byName = new Map<string, ViewType>();

  constructor() {
    for (const kind of FACT_KINDS) this.byKind.set(kind, this.#add(typeName(kind), KINDS[kind].data, true));
  }

  #add(name: string, schema: z.ZodObject, isFact: boolean): ViewType {
    class FactView extends View {}
    const type: ViewType = { name, view: FactView, fields: {}, words: {} };
    const define = (field: string, cel: string, get: Reader) => {
      type.fields[field] = cel;
      Object.defineProperty(FactView.prototype, field, {
        get(this: View) {
          return get(this);
        },
      });
    };
    if (isFact && !('name' in schema.shape)) define('name', 'string', (view) => view.$fact.name);
    for (const [field, shape] of Object.entries(schema.shape)) {
      const { cel, get, words } = this.#field(`${name}.${field}`, field, shape as z.ZodType);
      define(field, cel, get);
      if (words !== undefined) type.words[field] = words;
    }
    this.all.push(type);
    this.byName.set(name, type);
    return type;
  }

  #field(
    path: string,
    field: string,
    schema: z.ZodType,
  ): { cel: string; get: Reader; words?: readonly string[] } {
    const asIs: Reader = (view) => view.$data[field];
    const { def } = schema as z.ZodType & { def: { type: string; format?: string } };
    switch (def.type) {
      case 'string':
        return { cel: 'string', get: asIs };
      case 'boolean':
        return { cel: 'bool', get: asIs };
      case 'enum':
        return { cel: 'string', get: asIs, words: (schema as z.ZodEnum).options as string[] };
      case 'number':
        if ((schema as z.ZodNumber).format !== 'safeint') return { cel: 'double', get: asIs };
        return { cel: 'int', get: (view) => BigInt(view.$data[field] as number) };
      case 'array': {
        const element = (schema as z.ZodArray<z.ZodType>).element;
        if ((element as z.ZodType & { def: { type: string } }).def.type === 'string') {
          return { cel: 'list<string>', get: asIs };
        }
        const type = this.#add(path, element as z.ZodObject, false);
        const read: Reader = (view) => {
          const items = view.$data[field] as Record<string, unknown>[];
          return items.map((item) => new type.view(view.$fact, item));
        };
        return { cel: `list<${path}>`, get: (view) => cached(view, field, read) };
      }
      default:
        throw new Error(`No CEL type for ${path} (${def.type})`);
    }
  }
}

function cached(view: View, field: string, read: Reader): unknown {
  let value = view.$cache.get(field);
  if (value === undefined) {
    value = read(view);
    view.$cache.set(field, value);
  }
  return value;
}

let viewTypes: ViewTypes | undefined;
function types(): ViewTypes {
  viewTypes ??= new ViewTypes();
  return viewTypes;
}

function viewOf(fact: AnyFact): View {
  const type = types().byKind.get(fact.kind);
  if (type === undefined) throw new Error(`No CEL type for ${fact.kind}`);
  return new type.view(fact, fact.data);
}

/** The variables of a repository. Facts become CEL values when their list is first asked for, and once. */
export function contextOf(facts: readonly AnyFact[]): Context {
  const byKind = new Map<FactKind, AnyFact[]>();
  for (const fact of facts) {
    const list = byKind.get(fact.kind);
    if (list === undefined) byKind.set(fact.kind, [fact]);
    else list.push(fact);
  }
  const context: { subject: View | undefined } = { subject: undefined };
  for (const kind of FACT_KINDS) {
    let views: View[] | undefined;
    Object.defineProperty(context, KINDS[kind].list, {
      get() {
        views ??= (byKind.get(kind) ?? []).map(viewOf);
        return views;
      },
    });
  }
  Object.defineProperty(context, 'repository', {
    get(this: Context) {
      return viewsIn(this, 'repository')[0];
    },
  });
  return context;
}

/** The facts of a kind, as CEL sees them. */
export function viewsIn(context: Context, kind: FactKind): readonly View[] {
  return context[KINDS[kind].list] as View[];
}

const DOUBTS = '$doubts';

/** The environments of one kind of subject: one checks and evaluates, the other also decides under doubt. */
interface Environments {
  plain: Environment;
  doubting: Environment;
}
let base: Environment | undefined;
const environments = new Map<FactKind, Environments>();

function baseEnvironment(): Environment {
  if (base !== undefined) return base;
  base = new Environment({ limits: LIMITS });
  for (const { name, view, fields } of types().all) base.registerType(name, { ctor: view, fields });
  for (const kind of FACT_KINDS) base.registerVariable(KINDS[kind].list, `list<${typeName(kind)}>`);
  base.registerVariable('repository', typeName('repository'));
  for (const { signature, run } of FUNCTIONS) base.registerFunction(signature, run, { async: false });
  return base;
}

function environmentsOf(subject: FactKind): Environments {
  let pair = environments.get(subject);
  if (pair === undefined) {
    const plain = baseEnvironment().clone().registerVariable('subject', typeName(subject));
    const doubting = plain.clone().registerFunction('decide(ast): dyn', decideMacro, { async: false });
    pair = { plain, doubting };
    environments.set(subject, pair);
  }
  return pair;
}

// What cel-js hands to a macro; its types leave these out.
interface Scope {
  getValue(name: string): unknown;
}
interface Evaluator {
  run(node: ExpressionNode, scope: Scope): unknown;
}
interface Binder {
  reuse(scope: Scope): { setIterValue(value: unknown, evaluator: Evaluator): Scope };
}
interface Meta {
  alternate?: { args: { iterCtx: Binder } };
  macro?: { bindCtx: Binder };
}

/** `decide(EXPRESSION)`: not evaluated but decided, with the evaluator and the variables of cel-js at hand. */
function decideMacro({ args: [node] }: { args: [ExpressionNode] }) {
  return {
    typeCheck(checker: { check(node: ExpressionNode, scope: Scope): unknown }, _: unknown, scope: Scope) {
      return checker.check(node, scope);
    },
    evaluate(evaluator: Evaluator, _: unknown, scope: Scope): Decided {
      const machine: Machine<Scope> = {
        run: (part, at) => evaluator.run(part, at),
        bind(part, at, value) {
          const { alternate, macro } = (part as ExpressionNode & { meta: Meta }).meta;
          const binder = alternate?.args.iterCtx ?? macro?.bindCtx;
          if (binder === undefined) throw new Error('Not a macro that declares a variable');
          return binder.reuse(at).setIterValue(value, evaluator);
        },
        growing: (name) => FUNCTIONS.find((f) => f.name === name)?.growing,
      };
      return decide(node, scope, scope.getValue(DOUBTS) as Doubts, machine);
    },
  };
}

/** Checks an expression of a rule about this kind of subject; throws an `ExpressionError`. */
export function compile(source: string, subject: FactKind, wanted: Wanted): Expression {
  const { plain, doubting } = environmentsOf(subject);
  let run: ReturnType<Environment['parse']>;
  try {
    run = plain.parse(source);
  } catch (error) {
    throw explained(error);
  }
  const root = run.ast as unknown as CheckedNode;
  refuse(root);
  const { type, error } = run.check();
  if (type === undefined) throw explained(error);
  checkWords(root);
  checkWanted(type, wanted);
  const words = variablesOf(root);
  let judge: ReturnType<Environment['parse']> | undefined;
  return {
    variables: words,
    evaluate(context) {
      try {
        return run(context);
      } catch (thrown) {
        throw explained(thrown);
      }
    },
    decide(context, doubts) {
      judge ??= doubting.parse(`decide(${source}\n)`);
      const asked = Object.create(context, { [DOUBTS]: { value: doubts } }) as Context;
      return judge(asked) as Decided;
    },
  };
}

/** The same, checked when it is first asked: for an expression that is known to be right. */
export function compileLater(source: string, subject: FactKind, wanted: Wanted): Expression {
  let compiled: Expression | undefined;
  const ready = () => {
    compiled ??= compile(source, subject, wanted);
    return compiled;
  };
  return {
    get variables() {
      return ready().variables;
    },
    evaluate: (context) => ready().evaluate(context),
    decide: (context, doubts) => ready().decide(context, doubts),
  };
}

/** A node after the check: it knows its place and its type. */
interface CheckedNode extends ExpressionNode {
  pos: number;
  start: number;
  checkedType?: { name: string };
}

function* nodesOf(node: ExpressionNode): Generator<CheckedNode> {
  yield node as CheckedNode;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

/** What CEL allows and rules may not do. */
function refuse(root: CheckedNode): void {
  for (const node of nodesOf(root)) {
    const call = callOf(node);
    if (call?.name === 'matches') {
      throw new ExpressionError(
        '`matches()` can take for ever on some patterns; use `re(text, pattern)`',
        node.start,
      );
    }
    if (call?.name !== 're' || call.receiver !== undefined) continue;
    const pattern = call.args[1] as CheckedNode | undefined;
    if (pattern === undefined) continue;
    if (pattern.op !== 'value' || typeof pattern.args !== 'string') {
      throw new ExpressionError('the pattern of `re()` must be a literal string', pattern.start);
    }
    try {
      compilePattern(pattern.args);
    } catch (error) {
      throw new ExpressionError(`the pattern of \`re()\` is not RE2: ${oneLine(error)}`, pattern.start);
    }
  }
}

/** A word that a field can never hold is a slip of the pen: the comparison would be false for ever. */
function checkWords(root: CheckedNode): void {
  for (const node of nodesOf(root)) {
    if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') continue;
    const [left, right] = childrenOf(node) as [CheckedNode, CheckedNode];
    for (const [field, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const allowed = wordsOf(field);
      if (allowed === undefined) continue;
      for (const literal of other.op === 'list' ? (childrenOf(other) as CheckedNode[]) : [other]) {
        const word = literal.op === 'value' ? literal.args : undefined;
        if (typeof word !== 'string' || allowed.includes(word)) continue;
        const message = `\`${(field.args as [unknown, string])[1]}\` is never '${word}'; it is one of ${allowed.join(', ')}`;
        throw new ExpressionError(message, literal.start);
      }
    }
  }
}

function wordsOf(node: CheckedNode): readonly string[] | undefined {
  if (node.op !== '.') return undefined;
  const [owner, field] = node.args as [CheckedNode, string];
  return types().byName.get(owner.checkedType?.name ?? '')?.words[field];
}

const TEXT_TYPES: ReadonlySet<string> = new Set(['string', 'int', 'double', 'bool', 'list<string>']);

function checkWanted(type: string, wanted: Wanted): void {
  const element = /^list<(.+)>$/.exec(type)?.[1];
  const isThings = type === 'list' || (element !== undefined && types().byName.has(element));
  switch (wanted) {
    case 'condition':
      if (type === 'bool') return;
      throw new ExpressionError(`a condition must be true or false; this is ${withArticle(type)}`, 0);
    case 'things':
      if (isThings) return;
      throw new ExpressionError(`evidence must be a list of facts; this is ${withArticle(type)}`, 0);
    case 'text':
      if (TEXT_TYPES.has(type) || isThings || types().byName.has(type)) return;
      throw new ExpressionError(
        `a text can show strings, numbers and facts; this is ${withArticle(type)}`,
        0,
      );
  }
}

function withArticle(type: string): string {
  return `${/^[aeiou]/i.test(type) ? 'an' : 'a'} ${type}`;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** An error of cel-js in our words. */
function explained(error: unknown): Error {
  if (error instanceof ExpressionError) return error;
  const known =
    error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
  if (!known) return new ExpressionError(oneLine(error), 0);
  const node = error.node as CheckedNode | undefined;
  return new ExpressionError(messageOf(error.code, error.summary, node), error.range?.start ?? 0);
}

function messageOf(code: string, summary: string, node: CheckedNode | undefined): string {
  if (code === 'unexpected_token' && summary.endsWith('EOF')) return 'the expression ends too early';
  const index = code === 'index_out_of_bounds' ? /index (-?\d+)/.exec(summary)?.[1] : undefined;
  if (index !== undefined) return `the list has no item ${index}`;
  const said = node === undefined ? undefined : messageAbout(node, code, summary);
  return said ?? summary.charAt(0).toLowerCase() + summary.slice(1);
}

function messageAbout(node: CheckedNode, code: string, summary: string): string | undefined {
  if (code === 'unknown_variable' && node.op === 'id') {
    const name = node.args as string;
    return `there is no variable \`${name}\`${nearest(name, VARIABLES)}`;
  }
  if (code === 'no_such_key' && node.op === '.') {
    const [owner, field] = node.args as [CheckedNode, string];
    const type = types().byName.get(owner.checkedType?.name ?? '');
    if (type === undefined) return undefined;
    const what = type.name.includes('.') ? `an item of ${type.name}` : withArticle(type.name);
    return `${what} has no field \`${field}\`${nearest(field, Object.keys(type.fields))}`;
  }
  const call = callOf(node);
  if (code === 'no_matching_overload' && call !== undefined) {
    const known = new Set(
      baseEnvironment()
        .getDefinitions()
        .functions.map((f) => f.name),
    );
    if (!known.has(call.name)) return `there is no function \`${call.name}\`${nearest(call.name, known)}`;
    const given = /'(.*)'$/.exec(summary)?.[1] ?? call.name;
    return `\`${call.name}\` does not take this: ${given}`;
  }
  const operands = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (code === 'no_such_overload' && operands !== null) {
    const [, left = '', operator, right = ''] = operands;
    return `\`${operator}\` does not take ${withArticle(left)} and ${withArticle(right)}`;
  }
  return undefined;
}

const VARIABLES: readonly string[] = ['subject', 'repository', ...FACT_KINDS.map((kind) => KINDS[kind].list)];
