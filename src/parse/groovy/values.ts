/** The values of Groovy: operators by how tightly they bind, calls with and without brackets, lists, maps, closures. */
import { DEEPEST, GroovyCursor, OPERATOR_WORDS } from './cursor.js';
import type { GroovyCall, GroovyStatement, GroovyValue } from './syntax.js';

export const NOTHING: GroovyValue = { type: 'other', parts: [] };
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

export abstract class GroovyValues extends GroovyCursor {
  /** Statements up to a closing mark, which is taken. */
  abstract statements(closing: string): GroovyStatement[];

  /** What is in curly brackets, the opening one taken. */
  protected inner(): GroovyStatement[] {
    const outer = this.bracketed;
    this.bracketed = false;
    const found = this.statements('}');
    this.bracketed = outer;
    return found;
  }

  /** The values between round brackets. */
  protected round(): GroovyValue[] {
    const call: GroovyCall = {
      type: 'call',
      name: '',
      on: undefined,
      given: [],
      named: [],
      block: undefined,
      line: this.token.line,
    };
    this.arguments(call);
    return [...call.given, ...call.named.map((n) => n.value)];
  }

  /** Arguments in round brackets, the opening one still there. */
  protected arguments(call: GroovyCall): void {
    const { line } = this.token;
    const outer = this.bracketed;
    this.at += 1;
    this.bracketed = true;
    while (!this.take(')')) {
      if (this.token.kind === 'end' || this.error !== '') {
        this.fail('a ( is never closed', line);
        break;
      }
      if (!this.#argument(call)) this.at += 1;
    }
    this.bracketed = outer;
  }

  /** One argument; did it read anything? */
  #argument(call: GroovyCall): boolean {
    const before = this.at;
    const token = this.token;
    if ((token.kind === 'word' || token.kind === 'string') && this.is(':', 1)) {
      this.at += 2;
      call.named.push({ name: token.text, value: this.value() });
      return true;
    }
    const value = this.value();
    if (value.type === 'closure') call.block = value.body;
    if (this.at > before) call.given.push(value);
    return this.at > before;
  }

  protected value(tightness = 0): GroovyValue {
    this.depth += 1;
    if (this.depth > DEEPEST) this.fail('it is nested too deeply', this.token.line);
    let left = this.error === '' ? this.#unary() : NOTHING;
    while (this.error === '' && this.goesOn) {
      const token = this.token;
      if (token.kind !== 'mark' && !OPERATOR_WORDS.has(token.text)) break;
      if (token.text === '?' && tightness === 0) {
        this.at += 1;
        const yes = this.value();
        const no = this.take(':') ? this.value() : NOTHING;
        left = { type: 'other', parts: [left, yes, no] };
        continue;
      }
      const binding = Object.hasOwn(BINDING, token.text) ? (BINDING[token.text] ?? 0) : 0;
      if (binding === 0 || binding <= tightness) break;
      this.at += 1;
      // An operator at the end of a line goes on in the next one.
      const right = this.value(binding);
      left = { type: 'binary', operator: token.text, left, right };
    }
    this.depth -= 1;
    return left;
  }

  #unary(): GroovyValue {
    const token = this.token;
    if (token.kind === 'mark' && /^(!|-|\+|\+\+|--|~|\*|&)$/.test(token.text)) {
      this.at += 1;
      const operand = this.value(9);
      return token.text === '!' ? { type: 'not', operand } : { type: 'other', parts: [operand] };
    }
    if (token.kind === 'word' && token.text === 'new') {
      this.at += 1;
      const made = this.#unary();
      return {
        type: 'other',
        parts: made.type === 'call' ? [...made.given, ...made.named.map((n) => n.value)] : [],
      };
    }
    return this.#postfix(this.#primary());
  }

  #primary(): GroovyValue {
    const token = this.token;
    const { line } = token;
    switch (token.kind) {
      case 'string':
        this.at += 1;
        return {
          type: 'string',
          text: token.text,
          interpolated: token.interpolated,
          line,
          textLine: token.textLine,
        };
      case 'number':
        this.at += 1;
        return { type: 'literal', value: Number.parseFloat(token.text.replaceAll('_', '')) };
      case 'word':
        if (OPERATOR_WORDS.has(token.text)) return NOTHING;
        this.at += 1;
        if (token.text === 'true' || token.text === 'false')
          return { type: 'literal', value: token.text === 'true' };
        if (token.text === 'null') return { type: 'literal', value: null };
        return { type: 'name', name: token.text };
      case 'mark':
        if (token.text === '(') {
          const inner = this.round();
          const [only] = inner;
          return only && inner.length === 1 ? only : { type: 'other', parts: inner };
        }
        if (token.text === '[') return this.#square();
        if (this.take('{')) return { type: 'closure', body: this.#closure() };
    }
    return NOTHING;
  }

  /** The statements of a closure; its parameters are passed over. */
  #closure(): GroovyStatement[] {
    let n = 0;
    while (n < 12 && (this.ahead(n).kind === 'word' || this.is(',', n))) n += 1;
    if (this.is('->', n)) this.at += n + 1;
    return this.inner();
  }

  #square(): GroovyValue {
    const { line } = this.token;
    const outer = this.bracketed;
    this.at += 1;
    this.bracketed = true;
    const items: GroovyValue[] = [];
    const entries: { name: string; value: GroovyValue }[] = [];
    while (!this.take(']')) {
      if (this.token.kind === 'end' || this.error !== '') {
        this.fail('a [ is never closed', line);
        break;
      }
      if (this.take(',') || this.take(':')) continue;
      const before = this.at;
      const key = this.token;
      if ((key.kind === 'word' || key.kind === 'string') && this.is(':', 1)) {
        this.at += 2;
        entries.push({ name: key.text, value: this.value() });
      } else items.push(this.value());
      if (this.at === before) this.at += 1;
    }
    this.bracketed = outer;
    return entries.length > 0 ? { type: 'map', entries } : { type: 'list', items };
  }

  #postfix(start: GroovyValue): GroovyValue {
    let value = start;
    for (let steps = 0; steps < 1000; steps += 1) {
      const token = this.token;
      const dot = token.kind === 'mark' && /^(\.|\?\.|\*\.)$/.test(token.text);
      // A line may go on with `.method()`.
      if (!this.goesOn && !dot) return value;
      if (dot) {
        const member = this.ahead(1);
        if (member.kind !== 'word' && member.kind !== 'string') return value;
        this.at += 2;
        value =
          value.type === 'name'
            ? { type: 'name', name: `${value.name}.${member.text}` }
            : this.#member(value, member.text);
      } else if (token.text === '(' && token.kind === 'mark' && !(token.spaced && value.type !== 'name')) {
        const call = this.#call(value, token.line);
        if (!call) return value;
        this.arguments(call);
        value = call;
      } else if (token.text === '{' && token.kind === 'mark') {
        const call =
          value.type === 'call' && value.block === undefined ? value : this.#call(value, token.line);
        if (!call) return value;
        this.at += 1;
        call.block = this.#closure();
        value = call;
      } else if (token.text === '[' && token.kind === 'mark' && !token.spaced) {
        const index = this.#square();
        const [at] = index.type === 'list' ? index.items : [];
        value =
          value.type === 'name' && at?.type === 'string'
            ? { type: 'name', name: `${value.name}.${at.text}` }
            : { type: 'other', parts: [value, index] };
      } else if (token.kind === 'mark' && /^(\+\+|--)$/.test(token.text)) this.at += 1;
      else if (value.type === 'name' && this.#startsArgument()) value = this.#command(value.name, token.line);
      else return value;
    }
    return value;
  }

  #member(on: GroovyValue, name: string): GroovyValue {
    return this.is('(') || this.is('{')
      ? { type: 'call', name: `.${name}`, on, given: [], named: [], block: undefined, line: this.token.line }
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
    const token = this.token;
    if (!token.spaced) return false;
    if (token.kind === 'string' || token.kind === 'number') return !this.is(':', -1);
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
    while (this.#argument(call) && this.goesOn && this.take(','));
    return call;
  }
}
