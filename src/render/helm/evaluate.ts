/** Runs templates as Go's text/template does; what an expression cannot tell becomes a mark, and the reason is noted. */
import type { TemplateFunction } from './arguments.js';
import { FUNCTIONS, KEEPS_UNKNOWN, UNTOLD } from './functions.js';
import { TemplateSyntaxError } from './lexer.js';
import { type Expression, type Node, type ParsedTemplate, type Pipe, parseTemplate } from './parser.js';
import { type Cover, coversOf } from './uncertain-block.js';
import { firstMark, hasMark, markOf, marksOf } from './unknown.js';
import {
  EvaluationError,
  isTrue,
  LimitError,
  Methods,
  printed,
  RefusedError,
  sortedKeys,
  type Value,
} from './value.js';
import { type Budget, type Sink, TextSink, type Writer } from './writer.js';

export interface Definition {
  nodes: readonly Node[];
  /** The file that it stands in. */
  path: string;
}

/** Why a mark stands in the output. */
export interface Note {
  reason: string;
  path: string;
  line: number;
  /** Kinds of objects that may be declared, or not, because of it; empty where it is about a part of one. */
  kinds: readonly string[];
}

/** A refusal with its place: the chart's own `fail`. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly path: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const DEEPEST_CALL = 120;
const parsedTexts = new Map<string, ParsedTemplate>();

/** What one execution of a template has: its variables, where it is and where it writes. */
interface Frame {
  variables: { name: string; value: Value }[];
  path: string;
  /** The line of the action that runs a text which is no file (tpl); 0 in files. */
  fixedLine: number;
  sink: Sink;
  definitions: ReadonlyMap<string, Definition>;
}

type Flow = 'break' | 'continue' | undefined;

export class Engine {
  readonly notes = new Map<string, Note>();
  #marks = 0;
  #depth = 0;

  constructor(
    readonly definitions: ReadonlyMap<string, Definition>,
    readonly budget: Budget,
  ) {}

  run(definition: Definition, dot: Value, sink: Writer): void {
    this.#execute(definition, dot, {
      path: definition.path,
      fixedLine: 0,
      sink,
      definitions: this.definitions,
    });
  }

  #execute(definition: Definition, dot: Value, frame: Omit<Frame, 'variables'>): void {
    this.#depth += 1;
    if (this.#depth > DEEPEST_CALL) throw new LimitError('templates include one another too deeply');
    this.#walk(definition.nodes, dot, { ...frame, variables: [{ name: '$', value: dot }] });
    this.#depth -= 1;
  }

  #walk(nodes: readonly Node[], dot: Value, frame: Frame): Flow {
    for (const node of nodes) {
      this.budget.step();
      const flow = this.#node(node, dot, frame);
      if (flow) return flow;
    }
    return undefined;
  }

  #node(node: Node, dot: Value, frame: Frame): Flow {
    const line = frame.fixedLine || node.line;
    switch (node.type) {
      case 'text':
        frame.sink.write(node.text, frame.path, line, frame.fixedLine === 0);
        return undefined;
      case 'action': {
        const value = this.#pipeValue(node.pipe, dot, frame);
        if (node.pipe.variables.length === 0) frame.sink.write(printed(value), frame.path, line, false);
        return undefined;
      }
      case 'template':
        this.#template(node.name, node.pipe, line, dot, frame);
        return undefined;
      case 'break':
      case 'continue':
        return node.type;
      default:
        return this.#control(node, dot, frame);
    }
  }

  #template(name: string, pipe: Pipe | undefined, line: number, dot: Value, frame: Frame): void {
    const value = pipe ? this.#pipeValue(pipe, dot, frame) : null;
    const definition = frame.definitions.get(name);
    if (!definition) {
      const mark = this.#note(`the template ${name} is not there`, line, frame);
      frame.sink.write(mark, frame.path, line, false);
      return;
    }
    const path = frame.fixedLine === 0 ? definition.path : frame.path;
    this.#execute(definition, value, { ...frame, path });
  }

  #control(node: Extract<Node, { pipe: Pipe; body: Node[] }>, dot: Value, frame: Frame): Flow {
    const height = frame.variables.length;
    const value = this.#pipeValue(node.pipe, dot, frame, node.type === 'range');
    let flow: Flow;
    if (typeof value === 'string' && hasMark(value)) this.#uncertain(node, value, frame);
    else if (node.type === 'range') flow = this.#range(node, value, dot, frame);
    else if (isTrue(value)) flow = this.#walk(node.body, node.type === 'with' ? value : dot, frame);
    else flow = this.#walk(node.otherwise, dot, frame);
    frame.variables.length = height;
    return flow;
  }

  /** Which branch runs is not known: a mark stands for what either would write, and for the variables that they set. */
  #uncertain(node: Extract<Node, { body: Node[] }>, value: string, frame: Frame): void {
    const cover: Cover = coversOf(node);
    const known = this.notes.get(firstMark(value));
    const line = frame.fixedLine || node.line;
    const mark = this.#note(known?.reason ?? 'a condition is not known', line, frame, cover.kinds);
    for (const name of cover.assigned) {
      const variable = frame.variables.findLast((v) => v.name === name);
      if (variable) variable.value = mark;
    }
    if (cover.writes) frame.sink.write(cover.before + mark + cover.after, frame.path, line, false);
  }

  #range(node: Extract<Node, { pipe: Pipe; body: Node[] }>, value: Value, dot: Value, frame: Frame): Flow {
    const entries = entriesOf(value);
    const height = frame.variables.length;
    let any = false;
    for (const [key, item] of entries) {
      any = true;
      this.budget.step();
      this.#bindRange(node.pipe, key, item, frame);
      const flow = this.#walk(node.body, item, frame);
      frame.variables.length = height;
      if (flow === 'break') break;
    }
    return any ? undefined : this.#walk(node.otherwise, dot, frame);
  }

  #bindRange(pipe: Pipe, key: Value, item: Value, frame: Frame): void {
    const [first, second] = pipe.variables;
    const bound: [string | undefined, Value][] =
      second === undefined
        ? [[first, item]]
        : [
            [first, key],
            [second, item],
          ];
    for (const [name, value] of bound) if (name !== undefined) this.#bind(name, value, pipe.assigns, frame);
  }

  #bind(name: string, value: Value, assigns: boolean, frame: Frame): void {
    if (!assigns) {
      frame.variables.push({ name, value });
      return;
    }
    const variable = frame.variables.findLast((v) => v.name === name);
    if (variable) variable.value = value;
  }

  #pipeValue(pipe: Pipe, dot: Value, frame: Frame, isRange = false): Value {
    const value = this.#pipe(pipe, dot, frame);
    if (!isRange) for (const name of pipe.variables) this.#bind(name, value, pipe.assigns, frame);
    return value;
  }

  #note(reason: string, line: number, frame: Frame, kinds: readonly string[] = []): string {
    const mark = markOf(this.#marks);
    this.#marks += 1;
    this.notes.set(mark, { reason, path: frame.path, line, kinds });
    return mark;
  }

  /** A command that does not evaluate hands on a mark, so that what follows may still lay it out. */
  #pipe(pipe: Pipe, dot: Value, frame: Frame): Value {
    let value: Value | undefined;
    const depth = this.#depth;
    const line = frame.fixedLine || pipe.line;
    for (const command of pipe.commands) {
      try {
        value = this.#command(command, dot, value, frame, pipe.line);
      } catch (error) {
        this.#depth = depth;
        if (error instanceof RefusedError) throw new Refusal(error.message, frame.path, line);
        if (!(error instanceof EvaluationError || error instanceof TemplateSyntaxError)) throw error;
        value = this.#note(error.message, line, frame);
      }
    }
    return value ?? null;
  }

  #command(
    command: readonly Expression[],
    dot: Value,
    final: Value | undefined,
    frame: Frame,
    line: number,
  ): Value {
    this.budget.step();
    const [first, ...operands] = command;
    if (!first) return null;
    if (first.type === 'function') return this.#function(first.name, operands, dot, final, frame, line);
    const args = operands.map((o) => this.#operand(o, dot, frame, line));
    if (final !== undefined) args.push(final);
    return this.#operand(first, dot, frame, line, args);
  }

  #operand(expression: Expression, dot: Value, frame: Frame, line: number, args: Value[] = []): Value {
    switch (expression.type) {
      case 'field':
        return chained(dot, expression.path, args);
      case 'variable': {
        const variable = frame.variables.findLast((v) => v.name === expression.name);
        if (!variable) throw new EvaluationError(`undefined variable ${expression.name}`);
        return chained(variable.value, expression.path, args);
      }
      case 'pipe': {
        const height = frame.variables.length;
        const value = this.#pipe(expression.pipe, dot, frame);
        frame.variables.length = height;
        return chained(value, expression.path, args);
      }
      case 'function':
        return this.#function(expression.name, [], dot, undefined, frame, line);
      case 'dot':
        return chained(dot, [], args);
      case 'nil':
        return null;
      default:
        return chained(expression.value, [], args);
    }
  }

  #function(
    name: string,
    operands: readonly Expression[],
    dot: Value,
    final: Value | undefined,
    frame: Frame,
    line: number,
  ): Value {
    if (name === 'and' || name === 'or') return this.#shortcut(name, operands, dot, final, frame, line);
    const args = operands.map((o) => this.#operand(o, dot, frame, line));
    if (final !== undefined) args.push(final);
    const untold = UNTOLD.get(name);
    if (untold) return this.#note(`the result of ${name} ${untold}`, frame.fixedLine || line, frame);
    const run = this.#named(name, frame, frame.fixedLine || line);
    const marks = this.#marks === 0 ? [] : args.filter((a) => typeof a === 'string' && hasMark(a));
    return marks.length === 0 ? run(...args) : withMarks(name, run, args, marks.map(String));
  }

  #named(name: string, frame: Frame, line: number): TemplateFunction {
    if (name === 'include') return (template, data) => this.#include(template ?? null, data ?? null, frame);
    if (name === 'tpl') return (text, data) => this.#tpl(text ?? null, data ?? null, frame, line);
    const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!run) throw new EvaluationError(`the function ${name} is not known`);
    return (...args) => {
      const value = run(...args);
      if (typeof value === 'string') this.budget.spend(value.length / 8);
      return value;
    };
  }

  /** The last argument that is looked at is the result; what follows is not evaluated. */
  #shortcut(
    name: 'and' | 'or',
    operands: readonly Expression[],
    dot: Value,
    final: Value | undefined,
    frame: Frame,
    line: number,
  ): Value {
    let value: Value = final ?? null;
    for (const operand of operands) {
      value = this.#operand(operand, dot, frame, line);
      if (typeof value === 'string' && hasMark(value)) return value;
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final ?? value;
  }

  #include(name: Value, data: Value, frame: Frame): Value {
    if (typeof name !== 'string') throw new EvaluationError('include needs the name of a template');
    const definition = frame.definitions.get(name);
    if (!definition) throw new EvaluationError(`the template ${name} is not there`);
    const sink = new TextSink(this.budget);
    this.#execute(definition, data, { ...frame, sink, path: definition.path, fixedLine: 0 });
    return sink.text();
  }

  #tpl(text: Value, data: Value, frame: Frame, line: number): Value {
    if (typeof text !== 'string') throw new EvaluationError('tpl needs a text');
    if (!text.includes('{{')) return text;
    const parsed = parsedOnce(text);
    const own = [...parsed.defines].map(([name, nodes]) => [name, { nodes, path: frame.path }] as const);
    const definitions = own.length === 0 ? frame.definitions : new Map([...frame.definitions, ...own]);
    const sink = new TextSink(this.budget);
    this.#execute({ nodes: parsed.body, path: frame.path }, data, {
      ...frame,
      sink,
      fixedLine: line,
      definitions,
    });
    return sink.text().replaceAll('<no value>', '');
  }
}

function parsedOnce(text: string): ParsedTemplate {
  const known = parsedTexts.get(text);
  if (known) return known;
  const parsed = parseTemplate(text);
  if (parsedTexts.size >= 500) parsedTexts.clear();
  parsedTexts.set(text, parsed);
  return parsed;
}

/** A result that still bears the marks of its arguments says what is unknown; any other is unknown as a whole. */
function withMarks(name: string, run: TemplateFunction, args: Value[], marked: readonly string[]): Value {
  const unknown = marked.map(firstMark).at(0) ?? '';
  try {
    const value = run(...args);
    if (KEEPS_UNKNOWN.has(name)) return value;
    if (typeof value !== 'string')
      return name === 'fromYaml' && value instanceof Map && !value.has('Error') ? value : unknown;
    return marked.every((text) => marksOf(text).every((m) => value.includes(m))) ? value : unknown;
  } catch (error) {
    if (error instanceof EvaluationError && !(error instanceof RefusedError)) return unknown;
    throw error;
  }
}

/** The fields that follow a value. Only the first may be asked of nothing: so Go forgives `(.a).b`. */
function chained(start: Value, path: readonly string[], args: Value[]): Value {
  let at: Value = start;
  if (path.length === 0 && args.length > 0) throw new EvaluationError("can't give argument to non-function");
  for (const [i, name] of path.entries()) {
    const given = i === path.length - 1 ? args : [];
    if (at === null) {
      if (i === 0) return null;
      throw new EvaluationError(`nil pointer evaluating interface {}.${name}`);
    }
    if (typeof at === 'string' && hasMark(at)) return firstMark(at);
    at = fieldOf(at, name, given);
  }
  return at;
}

function fieldOf(value: Value, name: string, args: Value[]): Value {
  if (value instanceof Map) {
    if (args.length > 0) throw new EvaluationError(`${name} is not a method but has arguments`);
    return value.get(name) ?? null;
  }
  const result = value instanceof Methods ? value.call(name, args) : undefined;
  if (result === undefined) throw new EvaluationError(`can't evaluate field ${name}`);
  return result;
}

function* entriesOf(value: Value): Generator<[Value, Value]> {
  if (value === null) return;
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield [BigInt(i), item];
  else if (value instanceof Map || value instanceof Methods) {
    const map = value instanceof Map ? value : value.entries;
    for (const key of sortedKeys(map)) yield [key, map.get(key) ?? null];
  } else if (typeof value === 'bigint') for (let i = 0n; i < value; i += 1n) yield [i, i];
  else throw new EvaluationError("range can't iterate over it");
}
