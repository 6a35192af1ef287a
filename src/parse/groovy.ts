/** Groovy as pipelines are written in it -> statements and values with lines; calls, blocks, branches. Never throws. */
import { groovyTokens, type Token } from './groovy-tokens.js';

export interface GroovyCall {
  type: 'call';
  /** `sh`, `docker.build`; of a call on another value only the method's name, with a dot in front: `.trim`. */
  name: string;
  /** What it is called on, where that is no plain name. */
  on: GroovyValue | undefined;
  given: GroovyValue[];
  named: { name: string; value: GroovyValue }[];
  /** The closure behind it, or the last one given. */
  block: GroovyStatement[] | undefined;
  line: number;
}

export type GroovyValue =
  | GroovyCall
  | { type: 'string'; text: string; interpolated: boolean; line: number; textLine: number }
  | { type: 'literal'; value: number | boolean | null }
  /** `env.BRANCH_NAME` */
  | { type: 'name'; name: string }
  | { type: 'list'; items: GroovyValue[] }
  | { type: 'map'; entries: { name: string; value: GroovyValue }[] }
  | { type: 'closure'; body: GroovyStatement[] }
  | { type: 'not'; operand: GroovyValue }
  | { type: 'binary'; operator: string; left: GroovyValue; right: GroovyValue }
  /** Anything else, by the values that it is made of. */
  | { type: 'other'; parts: GroovyValue[] };

export type GroovyStatement =
  | { type: 'value'; value: GroovyValue; line: number }
  | { type: 'set'; name: string; value: GroovyValue; line: number }
  | {
      type: 'if';
      condition: GroovyValue;
      then: GroovyStatement[];
      otherwise: GroovyStatement[];
      line: number;
    }
  | {
      type: 'try';
      body: GroovyStatement[];
      caught: GroovyStatement[] | undefined;
      finally: GroovyStatement[];
      line: number;
    }
  | { type: 'loop'; body: GroovyStatement[]; line: number }
  | { type: 'method'; name: string; parameters: string[]; body: GroovyStatement[]; line: number }
  | { type: 'return'; value: GroovyValue; line: number }
  | { type: 'throw'; value: GroovyValue; line: number };

/** Statements, or the reason why the text is no Groovy. */
export interface GroovyReading {
  statements: GroovyStatement[];
  error: string;
  errorLine: number;
}

const DEEPEST = 80;
const NOTHING: GroovyValue = { type: 'other', parts: [] };
const OPERATOR_WORDS: ReadonlySet<string> = new Set(['in', 'instanceof', 'as', 'else', 'catch', 'finally']);
/** Binary operators by how tightly they bind. */
const BINDING: Readonly<Record<string, number>> = {
  '?:': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '===': 4,
  '!==': 4,
  '=~': 4,
  '==~': 4,
  '<=>': 4,
  '<': 5,
  '>': 5,
  '<=': 5,
  '>=': 5,
  in: 5,
  instanceof: 5,
  as: 5,
  '<<': 6,
  '..': 6,
  '+': 7,
  '-': 7,
  '*': 8,
  '/': 8,
  '%': 8,
};
const MODIFIERS = /^(def|final|static|private|public|protected|synchronized)$/;

export function parseGroovy(source: string): GroovyReading {
  const parser = new Parser(groovyTokens(source));
  const statements = parser.statements('');
  return { statements, error: parser.error, errorLine: parser.errorLine };
}

class Parser {
  #at = 0;
  #depth = 0;
  /** Inside of round or square brackets line ends mean nothing. */
  #bracketed = false;
  error = '';
  errorLine = 0;

  constructor(readonly tokens: readonly Token[]) {}

  get #token(): Token {
    return this.#ahead(0);
  }

  #ahead(n: number): Token {
    const last = this.tokens[this.tokens.length - 1];
    return this.tokens[this.#at + n] ?? last ?? END;
  }

  #is(text: string, n = 0): boolean {
    const token = this.#ahead(n);
    return (token.kind === 'mark' || token.kind === 'word') && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }

  #fail(reason: string, line: number): void {
    if (this.error !== '') return;
    this.error = reason;
    this.errorLine = line;
  }

  /** Does the next token still belong to the statement that is being read? */
  get #goesOn(): boolean {
    const token = this.#token;
    return token.kind !== 'end' && (this.#bracketed || !token.first);
  }

  /** Statements up to a closing mark, which is taken. */
  statements(closing: string): GroovyStatement[] {
    const open = this.#ahead(-1).line;
    const found: GroovyStatement[] = [];
    if (this.#depth > DEEPEST) this.#fail('it is nested too deeply', open);
    for (;;) {
      if (this.error !== '') return found;
      if (this.#token.kind === 'end') {
        if (closing !== '') this.#fail(`a { is never closed`, open);
        return found;
      }
      if (closing !== '' && this.#take(closing)) return found;
      if (this.#take(';')) continue;
      const before = this.#at;
      this.#depth += 1;
      found.push(...this.#statement());
      this.#depth -= 1;
      if (this.#at === before) {
        if (/^[)\]}]$/.test(this.#token.text))
          this.#fail(`a ${this.#token.text} closes nothing`, this.#token.line);
        this.#at += 1;
      }
    }
  }

  /** `{ ... }`, or one statement. */
  #body(): GroovyStatement[] {
    return this.#take('{') ? this.#inner() : this.#statement();
  }

  /** What is in curly brackets, the opening one taken. */
  #inner(): GroovyStatement[] {
    const outer = this.#bracketed;
    this.#bracketed = false;
    const found = this.statements('}');
    this.#bracketed = outer;
    return found;
  }

  #statement(): GroovyStatement[] {
    const token = this.#token;
    const { line } = token;
    if (token.kind === 'mark' && token.text === '@') return this.#annotation();
    if (token.kind === 'word' && !this.#is(':', 1))
      switch (token.text) {
        case 'import':
        case 'package':
          this.#at += 1;
          while (this.#goesOn) this.#at += 1;
          return [];
        case 'if':
          if (this.#is('(', 1)) return this.#if();
          break;
        case 'for':
        case 'while':
        case 'switch': {
          if (!this.#is('(', 1)) break;
          this.#at += 1;
          const head = this.#round();
          return [
            {
              type: 'loop',
              body: [...head.map((value) => ({ type: 'value' as const, value, line })), ...this.#body()],
              line,
            },
          ];
        }
        case 'try':
          this.#at += 1;
          return this.#try(line);
        case 'return':
        case 'throw':
          this.#at += 1;
          return [
            { type: token.text, value: this.#goesOn && !this.#is('}') ? this.#value() : NOTHING, line },
          ];
        case 'case':
        case 'default':
          this.#at += 1;
          if (token.text === 'case') this.#value();
          this.#take(':');
          return [];
        case 'class':
        case 'interface':
        case 'enum':
          while (this.#token.kind !== 'end' && !this.#is('{')) this.#at += 1;
          if (this.#take('{')) this.#inner();
          return [];
      }
    return this.#declared() ?? this.#assignment(line);
  }

  /** `@Library('x') _`, `@Field def x = 1`. */
  #annotation(): GroovyStatement[] {
    const { line } = this.#token;
    this.#at += 1;
    let name = this.#token.text;
    this.#at += 1;
    while (this.#take('.')) {
      name = this.#token.text;
      this.#at += 1;
    }
    const call: GroovyCall = {
      type: 'call',
      name: `@${name}`,
      on: undefined,
      given: [],
      named: [],
      block: undefined,
      line,
    };
    if (this.#is('(') && !this.#token.first) this.#arguments(call);
    if (this.#is('_') && this.#goesOn) this.#at += 1;
    return [{ type: 'value', value: call, line }];
  }

  /** `def name(...) { }`, `def name = value`, `String name = value`, `def (a, b) = ...`. */
  #declared(): GroovyStatement[] | undefined {
    const start = this.#at;
    const { line } = this.#token;
    let modified = false;
    while (this.#token.kind === 'word' && MODIFIERS.test(this.#token.text) && this.#ahead(1).kind !== 'end') {
      this.#at += 1;
      modified = true;
    }
    if (modified && this.#is('(')) {
      while (!this.#is(')') && this.#token.kind !== 'end') this.#at += 1;
      this.#take(')');
      return this.#take('=') ? [{ type: 'set', name: '', value: this.#value(), line }] : [];
    }
    this.#type();
    const name = this.#token;
    if (this.#at > start && (name.kind === 'word' || name.kind === 'string')) {
      if (this.#is('=', 1)) {
        this.#at += 2;
        return [{ type: 'set', name: name.text, value: this.#value(), line }];
      }
      const method = this.#is('(', 1) ? this.#method(name.text, line) : undefined;
      if (method) return [method];
      if (modified) {
        this.#at += 1;
        return [];
      }
    }
    this.#at = start;
    return undefined;
  }

  /** Passes over a type that stands in front of a name: `Map<String, List> x`, `String[] x`. */
  #type(): void {
    if (this.#token.kind !== 'word') return;
    let n = 1;
    while (this.#is('.', n) && this.#ahead(n + 1).kind === 'word') n += 2;
    if (this.#is('<', n)) {
      let depth = 0;
      for (let steps = 0; steps < 40; steps += 1) {
        if (this.#is('<', n)) depth += 1;
        if (this.#is('>', n)) depth -= 1;
        n += 1;
        if (depth === 0) break;
      }
      if (depth !== 0) return;
    }
    if (this.#is('[', n) && this.#is(']', n + 1)) n += 2;
    const next = this.#ahead(n);
    const isName = next.kind === 'word' && !next.first && !OPERATOR_WORDS.has(next.text);
    if (
      isName &&
      (this.#is('=', n + 1) || (this.#is('(', n + 1) && !this.#ahead(n + 1).spaced && this.#opensBody(n + 1)))
    )
      this.#at += n;
  }

  /** Is the bracket that is `n` tokens ahead closed and followed by `{`? */
  #opensBody(n: number): boolean {
    let depth = 0;
    for (let i = n; i < n + 400; i += 1) {
      if (this.#ahead(i).kind === 'end') return false;
      if (this.#is('(', i)) depth += 1;
      if (this.#is(')', i)) depth -= 1;
      if (depth === 0) return this.#is('{', i + 1);
    }
    return false;
  }

  #method(name: string, line: number): GroovyStatement | undefined {
    if (!this.#opensBody(1)) return undefined;
    this.#at += 2;
    const parameters: string[] = [];
    let depth = 1;
    while (this.#token.kind !== 'end' && depth > 0) {
      if (/^[([]$/.test(this.#token.text)) depth += 1;
      if (/^[)\]]$/.test(this.#token.text)) depth -= 1;
      if (depth === 1 && this.#token.kind === 'word' && /^[,)=]$/.test(this.#ahead(1).text))
        parameters.push(this.#token.text);
      this.#at += 1;
    }
    this.#take('{');
    return { type: 'method', name, parameters, body: this.#inner(), line };
  }

  #if(): GroovyStatement[] {
    const { line } = this.#token;
    this.#at += 1;
    const [condition = NOTHING] = this.#round();
    const then = this.#body();
    const otherwise = this.#take('else') ? this.#body() : [];
    return [{ type: 'if', condition, then, otherwise, line }];
  }

  #try(line: number): GroovyStatement[] {
    const body = this.#body();
    let caught: GroovyStatement[] | undefined;
    while (this.#take('catch')) {
      if (this.#is('(')) this.#round();
      caught = [...(caught ?? []), ...this.#body()];
    }
    const last = this.#take('finally') ? this.#body() : [];
    return [{ type: 'try', body, caught, finally: last, line }];
  }

  #assignment(line: number): GroovyStatement[] {
    const value = this.#value();
    if (value === NOTHING) return [];
    if (this.#goesOn && /^(=|\+=|-=|\?=|<<=)$/.test(this.#token.text) && this.#token.kind === 'mark') {
      const plain = this.#token.text === '=';
      this.#at += 1;
      const name = value.type === 'name' && plain ? value.name : '';
      return [{ type: 'set', name, value: this.#value(), line }];
    }
    return [{ type: 'value', value, line }];
  }

  /** The values between round brackets. */
  #round(): GroovyValue[] {
    const call: GroovyCall = {
      type: 'call',
      name: '',
      on: undefined,
      given: [],
      named: [],
      block: undefined,
      line: this.#token.line,
    };
    this.#arguments(call);
    return [...call.given, ...call.named.map((n) => n.value)];
  }

  /** Arguments in round brackets, the opening one still there. */
  #arguments(call: GroovyCall): void {
    const { line } = this.#token;
    const outer = this.#bracketed;
    this.#at += 1;
    this.#bracketed = true;
    while (!this.#take(')')) {
      if (this.#token.kind === 'end' || this.error !== '') {
        this.#fail('a ( is never closed', line);
        break;
      }
      if (!this.#argument(call)) this.#at += 1;
    }
    this.#bracketed = outer;
  }

  /** One argument; did it read anything? */
  #argument(call: GroovyCall): boolean {
    const before = this.#at;
    const token = this.#token;
    if ((token.kind === 'word' || token.kind === 'string') && this.#is(':', 1)) {
      this.#at += 2;
      call.named.push({ name: token.text, value: this.#value() });
      return true;
    }
    const value = this.#value();
    if (value.type === 'closure') call.block = value.body;
    if (this.#at > before) call.given.push(value);
    return this.#at > before;
  }

  #value(tightness = 0): GroovyValue {
    this.#depth += 1;
    if (this.#depth > DEEPEST) this.#fail('it is nested too deeply', this.#token.line);
    let left = this.error === '' ? this.#unary() : NOTHING;
    while (this.error === '' && this.#goesOn) {
      const token = this.#token;
      if (token.kind !== 'mark' && !OPERATOR_WORDS.has(token.text)) break;
      if (token.text === '?' && tightness === 0) {
        this.#at += 1;
        const yes = this.#value();
        const no = this.#take(':') ? this.#value() : NOTHING;
        left = { type: 'other', parts: [left, yes, no] };
        continue;
      }
      const binding = Object.hasOwn(BINDING, token.text) ? (BINDING[token.text] ?? 0) : 0;
      if (binding === 0 || binding <= tightness) break;
      this.#at += 1;
      // An operator at the end of a line goes on in the next one.
      const right = this.#value(binding);
      left = { type: 'binary', operator: token.text, left, right };
    }
    this.#depth -= 1;
    return left;
  }

  #unary(): GroovyValue {
    const token = this.#token;
    if (token.kind === 'mark' && /^(!|-|\+|\+\+|--|~|\*|&)$/.test(token.text)) {
      this.#at += 1;
      const operand = this.#value(9);
      return token.text === '!' ? { type: 'not', operand } : { type: 'other', parts: [operand] };
    }
    if (token.kind === 'word' && token.text === 'new') {
      this.#at += 1;
      const made = this.#unary();
      return {
        type: 'other',
        parts: made.type === 'call' ? [...made.given, ...made.named.map((n) => n.value)] : [],
      };
    }
    return this.#postfix(this.#primary());
  }

  #primary(): GroovyValue {
    const token = this.#token;
    const { line } = token;
    switch (token.kind) {
      case 'string':
        this.#at += 1;
        return {
          type: 'string',
          text: token.text,
          interpolated: token.interpolated,
          line,
          textLine: token.textLine,
        };
      case 'number':
        this.#at += 1;
        return { type: 'literal', value: Number.parseFloat(token.text.replaceAll('_', '')) };
      case 'word':
        if (OPERATOR_WORDS.has(token.text)) return NOTHING;
        this.#at += 1;
        if (token.text === 'true' || token.text === 'false')
          return { type: 'literal', value: token.text === 'true' };
        if (token.text === 'null') return { type: 'literal', value: null };
        return { type: 'name', name: token.text };
      case 'mark':
        if (token.text === '(') {
          const inner = this.#round();
          const [only] = inner;
          return only && inner.length === 1 ? only : { type: 'other', parts: inner };
        }
        if (token.text === '[') return this.#square();
        if (this.#take('{')) return { type: 'closure', body: this.#closure() };
    }
    return NOTHING;
  }

  /** The statements of a closure; its parameters are passed over. */
  #closure(): GroovyStatement[] {
    let n = 0;
    while (n < 12 && (this.#ahead(n).kind === 'word' || this.#is(',', n))) n += 1;
    if (this.#is('->', n)) this.#at += n + 1;
    return this.#inner();
  }

  #square(): GroovyValue {
    const { line } = this.#token;
    const outer = this.#bracketed;
    this.#at += 1;
    this.#bracketed = true;
    const items: GroovyValue[] = [];
    const entries: { name: string; value: GroovyValue }[] = [];
    while (!this.#take(']')) {
      if (this.#token.kind === 'end' || this.error !== '') {
        this.#fail('a [ is never closed', line);
        break;
      }
      if (this.#take(',') || this.#take(':')) continue;
      const before = this.#at;
      const key = this.#token;
      if ((key.kind === 'word' || key.kind === 'string') && this.#is(':', 1)) {
        this.#at += 2;
        entries.push({ name: key.text, value: this.#value() });
      } else items.push(this.#value());
      if (this.#at === before) this.#at += 1;
    }
    this.#bracketed = outer;
    return entries.length > 0 ? { type: 'map', entries } : { type: 'list', items };
  }

  #postfix(start: GroovyValue): GroovyValue {
    let value = start;
    for (let steps = 0; steps < 1000; steps += 1) {
      const token = this.#token;
      const dot = token.kind === 'mark' && /^(\.|\?\.|\*\.)$/.test(token.text);
      // A line may go on with `.method()`.
      if (!this.#goesOn && !dot) return value;
      if (dot) {
        const member = this.#ahead(1);
        if (member.kind !== 'word' && member.kind !== 'string') return value;
        this.#at += 2;
        value =
          value.type === 'name'
            ? { type: 'name', name: `${value.name}.${member.text}` }
            : this.#member(value, member.text);
      } else if (token.text === '(' && token.kind === 'mark' && !(token.spaced && value.type !== 'name')) {
        const call = this.#call(value, token.line);
        if (!call) return value;
        this.#arguments(call);
        value = call;
      } else if (token.text === '{' && token.kind === 'mark') {
        const call =
          value.type === 'call' && value.block === undefined ? value : this.#call(value, token.line);
        if (!call) return value;
        this.#at += 1;
        call.block = this.#closure();
        value = call;
      } else if (token.text === '[' && token.kind === 'mark' && !token.spaced) {
        const index = this.#square();
        const [at] = index.type === 'list' ? index.items : [];
        value =
          value.type === 'name' && at?.type === 'string'
            ? { type: 'name', name: `${value.name}.${at.text}` }
            : { type: 'other', parts: [value, index] };
      } else if (token.kind === 'mark' && /^(\+\+|--)$/.test(token.text)) this.#at += 1;
      else if (value.type === 'name' && this.#startsArgument()) value = this.#command(value.name, token.line);
      else return value;
    }
    return value;
  }

  #member(on: GroovyValue, name: string): GroovyValue {
    return this.#is('(') || this.#is('{')
      ? { type: 'call', name: `.${name}`, on, given: [], named: [], block: undefined, line: this.#token.line }
      : { type: 'other', parts: [on] };
  }

  /** The call of a value: of a name, or of a method whose brackets come next. */
  #call(value: GroovyValue, line: number): GroovyCall | undefined {
    if (value.type === 'name')
      return { type: 'call', name: value.name, on: undefined, given: [], named: [], block: undefined, line };
    if (value.type === 'call' && value.name.startsWith('.') && value.given.length + value.named.length === 0)
      return value;
    return undefined;
  }

  /** `sh 'make'`, `echo name`, `input message: 'x'`: arguments without brackets. */
  #startsArgument(): boolean {
    const token = this.#token;
    if (!token.spaced) return false;
    if (token.kind === 'string' || token.kind === 'number') return !this.#is(':', -1);
    if (token.kind === 'word') return !OPERATOR_WORDS.has(token.text);
    return token.text === '[' && token.kind === 'mark';
  }

  #command(name: string, line: number): GroovyCall {
    const call: GroovyCall = {
      type: 'call',
      name,
      on: undefined,
      given: [],
      named: [],
      block: undefined,
      line,
    };
    // A comma at the end of a line goes on in the next one.
    while (this.#argument(call) && this.#goesOn && this.#take(','));
    return call;
  }
}

const END: Token = {
  kind: 'end',
  text: '',
  interpolated: false,
  line: 1,
  textLine: 1,
  first: true,
  spaced: true,
};
