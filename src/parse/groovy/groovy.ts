/** Groovy as pipelines are written in it -> statements and values with lines; calls, blocks, branches. Never throws. */
import { DEEPEST, OPERATOR_WORDS } from './cursor.js';
import type { GroovyCall, GroovyStatement } from './syntax.js';
import { groovyTokens } from './tokens.js';
import { GroovyValues, NOTHING } from './values.js';

/** Statements, or the reason why the text is no Groovy. */
export interface GroovyReading {
  statements: GroovyStatement[];
  error: string;
  errorLine: number;
}

const MODIFIERS = /^(def|final|static|private|public|protected|synchronized)$/;

export function parseGroovy(source: string): GroovyReading {
  const parser = new Parser(groovyTokens(source));
  const statements = parser.statements('');
  return { statements, error: parser.error, errorLine: parser.errorLine };
}

class Parser extends GroovyValues {
  /** Statements up to a closing mark, which is taken. */
  statements(closing: string): GroovyStatement[] {
    const open = this.ahead(-1).line;
    const found: GroovyStatement[] = [];
    if (this.depth > DEEPEST) this.fail('it is nested too deeply', open);
    for (;;) {
      if (this.error !== '') return found;
      if (this.token.kind === 'end') {
        if (closing !== '') this.fail(`a { is never closed`, open);
        return found;
      }
      if (closing !== '' && this.take(closing)) return found;
      if (this.take(';')) continue;
      const before = this.at;
      this.depth += 1;
      found.push(...this.#statement());
      this.depth -= 1;
      if (this.at === before) {
        if (/^[)\]}]$/.test(this.token.text))
          this.fail(`a ${this.token.text} closes nothing`, this.token.line);
        this.at += 1;
      }
    }
  }

  /** `{ ... }`, or one statement. */
  #body(): GroovyStatement[] {
    return this.take('{') ? this.inner() : this.#statement();
  }

  #statement(): GroovyStatement[] {
    const token = this.token;
    const { line } = token;
    if (token.kind === 'mark' && token.text === '@') return this.#annotation();
    if (token.kind === 'word' && !this.is(':', 1))
      switch (token.text) {
        case 'import':
        case 'package':
          this.at += 1;
          while (this.goesOn) this.at += 1;
          return [];
        case 'if':
          if (this.is('(', 1)) return this.#if();
          break;
        case 'for':
        case 'while':
        case 'switch': {
          if (!this.is('(', 1)) break;
          this.at += 1;
          const head = this.round();
          return [
            {
              type: 'loop',
              body: [...head.map((value) => ({ type: 'value' as const, value, line })), ...this.#body()],
              line,
            },
          ];
        }
        case 'try':
          this.at += 1;
          return this.#try(line);
        case 'return':
        case 'throw':
          this.at += 1;
          return [{ type: token.text, value: this.goesOn && !this.is('}') ? this.value() : NOTHING, line }];
        case 'case':
        case 'default':
          this.at += 1;
          if (token.text === 'case') this.value();
          this.take(':');
          return [];
        case 'class':
        case 'interface':
        case 'enum':
          while (this.token.kind !== 'end' && !this.is('{')) this.at += 1;
          if (this.take('{')) this.inner();
          return [];
      }
    return this.#declared() ?? this.#assignment(line);
  }

  /** `@Library('x') _`, `@Field def x = 1`. */
  #annotation(): GroovyStatement[] {
    const { line } = this.token;
    this.at += 1;
    let name = this.token.text;
    this.at += 1;
    while (this.take('.')) {
      name = this.token.text;
      this.at += 1;
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
    if (this.is('(') && !this.token.first) this.arguments(call);
    if (this.is('_') && this.goesOn) this.at += 1;
    return [{ type: 'value', value: call, line }];
  }

  /** `def name(...) { }`, `def name = value`, `String name = value`, `def (a, b) = ...`. */
  #declared(): GroovyStatement[] | undefined {
    const start = this.at;
    const { line } = this.token;
    let modified = false;
    while (this.token.kind === 'word' && MODIFIERS.test(this.token.text) && this.ahead(1).kind !== 'end') {
      this.at += 1;
      modified = true;
    }
    if (modified && this.is('(')) {
      while (!this.is(')') && this.token.kind !== 'end') this.at += 1;
      this.take(')');
      return this.take('=') ? [{ type: 'set', name: '', value: this.value(), line }] : [];
    }
    this.#type();
    const name = this.token;
    if (this.at > start && (name.kind === 'word' || name.kind === 'string')) {
      if (this.is('=', 1)) {
        this.at += 2;
        return [{ type: 'set', name: name.text, value: this.value(), line }];
      }
      const method = this.is('(', 1) ? this.#method(name.text, line) : undefined;
      if (method) return [method];
      if (modified) {
        this.at += 1;
        return [];
      }
    }
    this.at = start;
    return undefined;
  }

  /** Passes over a type that stands in front of a name: `Map<String, List> x`, `String[] x`. */
  #type(): void {
    if (this.token.kind !== 'word') return;
    let n = 1;
    while (this.is('.', n) && this.ahead(n + 1).kind === 'word') n += 2;
    if (this.is('<', n)) {
      let depth = 0;
      for (let steps = 0; steps < 40; steps += 1) {
        if (this.is('<', n)) depth += 1;
        if (this.is('>', n)) depth -= 1;
        n += 1;
        if (depth === 0) break;
      }
      if (depth !== 0) return;
    }
    if (this.is('[', n) && this.is(']', n + 1)) n += 2;
    const next = this.ahead(n);
    const isName = next.kind === 'word' && !next.first && !OPERATOR_WORDS.has(next.text);
    if (
      isName &&
      (this.is('=', n + 1) || (this.is('(', n + 1) && !this.ahead(n + 1).spaced && this.#opensBody(n + 1)))
    )
      this.at += n;
  }

  /** Is the bracket that is `n` tokens ahead closed and followed by `{`? */
  #opensBody(n: number): boolean {
    let depth = 0;
    for (let i = n; i < n + 400; i += 1) {
      if (this.ahead(i).kind === 'end') return false;
      if (this.is('(', i)) depth += 1;
      if (this.is(')', i)) depth -= 1;
      if (depth === 0) return this.is('{', i + 1);
    }
    return false;
  }

  #method(name: string, line: number): GroovyStatement | undefined {
    if (!this.#opensBody(1)) return undefined;
    this.at += 2;
    const parameters: string[] = [];
    let depth = 1;
    while (this.token.kind !== 'end' && depth > 0) {
      if (/^[([]$/.test(this.token.text)) depth += 1;
      if (/^[)\]]$/.test(this.token.text)) depth -= 1;
      if (depth === 1 && this.token.kind === 'word' && /^[,)=]$/.test(this.ahead(1).text))
        parameters.push(this.token.text);
      this.at += 1;
    }
    this.take('{');
    return { type: 'method', name, parameters, body: this.inner(), line };
  }

  #if(): GroovyStatement[] {
    const { line } = this.token;
    this.at += 1;
    const [condition = NOTHING] = this.round();
    const then = this.#body();
    const otherwise = this.take('else') ? this.#body() : [];
    return [{ type: 'if', condition, then, otherwise, line }];
  }

  #try(line: number): GroovyStatement[] {
    const body = this.#body();
    let caught: GroovyStatement[] | undefined;
    while (this.take('catch')) {
      if (this.is('(')) this.round();
      caught = [...(caught ?? []), ...this.#body()];
    }
    const last = this.take('finally') ? this.#body() : [];
    return [{ type: 'try', body, caught, finally: last, line }];
  }

  #assignment(line: number): GroovyStatement[] {
    const value = this.value();
    if (value === NOTHING) return [];
    if (this.goesOn && /^(=|\+=|-=|\?=|<<=)$/.test(this.token.text) && this.token.kind === 'mark') {
      const plain = this.token.text === '=';
      this.at += 1;
      const name = value.type === 'name' && plain ? value.name : '';
      return [{ type: 'set', name, value: this.value(), line }];
    }
    return [{ type: 'value', value, line }];
  }
}
