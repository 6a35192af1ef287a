/** A Terraform expression, as it is written -> what it comes to, where all that it hangs on is known. */
import { knownEnvironment } from '../../model/environment-name.js';

export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | Unknown;
/** What cannot be told. */
export const UNKNOWN: unique symbol = Symbol('unknown');
type Unknown = typeof UNKNOWN;

/** What `var.a` or `local.b` comes to. */
export type Lookup = (of: 'var' | 'local', name: string) => Value;

const TOKEN =
  /\s+|(?:#|\/\/)[^\n]*|("(?:\\.|\$\{(?:[^{}"]|"(?:\\.|[^"\\])*"|\{[^{}]*\})*\}|[^"\\])*")|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(==|!=|<=|>=|&&|\|\||[!?:<>()[\]{},.=])|(.)/sy;
const LONGEST = 4000;
const DEEPEST = 40;

/** Evaluates; whatever lies outside of the words known here is unknown, and makes what hangs on it unknown. */
export function evaluate(text: string, lookup: Lookup): Value {
  const tokens = text.length > LONGEST ? undefined : tokensOf(text);
  if (!tokens) return UNKNOWN;
  const reader = new Evaluation(tokens, lookup);
  const value = reader.expression(0);
  return reader.finished ? value : UNKNOWN;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  for (const [token, quoted, number, word, sign, other] of text.matchAll(new RegExp(TOKEN, 'gsy'))) {
    if (other !== undefined) return undefined;
    if (quoted ?? number ?? word ?? sign) tokens.push(token);
  }
  return tokens;
}

const BINARY: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']];

class Evaluation {
  #at = 0;
  #broken = false;

  constructor(
    readonly tokens: readonly string[],
    readonly lookup: Lookup,
  ) {}

  get finished(): boolean {
    return !this.#broken && this.#at === this.tokens.length;
  }

  #take(token: string): boolean {
    if (this.tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#broken = true;
  }

  expression(depth: number): Value {
    if (depth > DEEPEST || this.#broken) {
      this.#broken = true;
      return UNKNOWN;
    }
    const condition = this.#binary(0, depth);
    if (!this.#take('?')) return condition;
    const yes = this.expression(depth + 1);
    this.#expect(':');
    const no = this.expression(depth + 1);
    if (condition === UNKNOWN) return yes === no ? yes : UNKNOWN;
    return condition === true || condition === 'true' ? yes : no;
  }

  #binary(level: number, depth: number): Value {
    const operators = BINARY[level];
    if (!operators) return this.#unary(depth);
    let left = this.#binary(level + 1, depth);
    for (;;) {
      const operator = this.tokens[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at += 1;
      left = operate(operator, left, this.#binary(level + 1, depth));
    }
  }

  #unary(depth: number): Value {
    if (!this.#take('!')) return this.#taken(this.#primary(depth), depth);
    const value = this.#unary(depth + 1);
    return value === UNKNOWN ? UNKNOWN : !(value === true || value === 'true');
  }

  /** `.name` and `[index]` after a value. */
  #taken(first: Value, depth: number): Value {
    let value = first;
    for (;;) {
      if (this.#take('.')) {
        value = elementOf(value, this.tokens[this.#at] ?? '');
        this.#at += 1;
      } else if (this.#take('[')) {
        value = elementOf(value, this.expression(depth + 1));
        this.#expect(']');
      } else return value;
    }
  }

  #primary(depth: number): Value {
    const token = this.tokens[this.#at];
    this.#at += 1;
    if (token === undefined) this.#broken = true;
    else if (token.startsWith('"')) return this.#template(token.slice(1, -1));
    else if (/^-?\d/.test(token)) return Number(token);
    else if (token === 'true' || token === 'false') return token === 'true';
    else if (token === 'null') return null;
    else if (token === '(') {
      const value = this.expression(depth + 1);
      this.#expect(')');
      return value;
    } else if (token === '[') return this.#list(']', depth);
    else if (token === '{') return this.#object(depth);
    else if (/^[A-Za-z_]/.test(token)) {
      if (this.#take('(')) return call(token, this.#list(')', depth));
      if ((token === 'var' || token === 'local') && this.#take('.')) {
        const name = this.tokens[this.#at] ?? '';
        this.#at += 1;
        return this.lookup(token, name);
      }
      return UNKNOWN;
    } else this.#broken = true;
    return UNKNOWN;
  }

  #list(end: string, depth: number): Value[] {
    const values: Value[] = [];
    while (!this.#broken && !this.#take(end)) {
      values.push(this.expression(depth + 1));
      if (this.tokens[this.#at] !== end) this.#expect(',');
    }
    return values;
  }

  #object(depth: number): Value {
    const entries = new Map<string, Value>();
    while (!this.#broken && !this.#take('}')) {
      const key = this.tokens[this.#at]?.replace(/^"|"$/g, '') ?? '';
      this.#at += 1;
      if (!this.#take('=')) this.#expect(':');
      entries.set(key, this.expression(depth + 1));
      this.#take(',');
    }
    return entries;
  }

  #template(inside: string): Value {
    let whole = '';
    for (const part of inside.split(/(\$\{(?:[^{}"]|"(?:\\.|[^"\\])*"|\{[^{}]*\})*\})/)) {
      if (!part.startsWith('${')) {
        whole += part;
        continue;
      }
      const value = evaluate(part.slice(2, -1), this.lookup);
      if (typeof value === 'symbol' || typeof value === 'object') return UNKNOWN;
      whole += String(value);
    }
    return whole;
  }
}

function operate(operator: string, left: Value, right: Value): Value {
  if (operator === '&&' && (left === false || right === false)) return false;
  if (operator === '||' && (left === true || right === true)) return true;
  if (typeof left === 'symbol' || typeof right === 'symbol') return UNKNOWN;
  if (operator === '&&' || operator === '||') return left === true && right === true;
  if (typeof left === 'object' && left !== null) return UNKNOWN;
  if (typeof right === 'object' && right !== null) return UNKNOWN;
  if (operator === '==') return String(left) === String(right);
  if (operator === '!=') return String(left) !== String(right);
  const [a, b] = [Number(left), Number(right)];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

/** Where the index is not known and the keys are environments, production's: that is the one to speak of. */
function elementOf(of: Value, index: Value): Value {
  if (of instanceof Map) {
    if (index !== UNKNOWN) return of.get(String(index)) ?? UNKNOWN;
    const [production, ...others] = [...of.keys()].filter((k) => knownEnvironment(k) === 'production');
    return production !== undefined && others.length === 0 ? (of.get(production) ?? UNKNOWN) : UNKNOWN;
  }
  if (Array.isArray(of) && typeof index === 'number') return of[index] ?? UNKNOWN;
  return UNKNOWN;
}

function call(name: string, given: readonly Value[]): Value {
  const [first = UNKNOWN, second = UNKNOWN, third = UNKNOWN] = given;
  if (name === 'tonumber' || name === 'tostring' || name === 'tobool' || name === 'toset') return first;
  if (name === 'length') {
    if (Array.isArray(first)) return first.length;
    return first instanceof Map ? first.size : UNKNOWN;
  }
  if (name === 'lookup') {
    const found = elementOf(first, second);
    return found === UNKNOWN && first instanceof Map && second !== UNKNOWN ? third : found;
  }
  if ((name === 'max' || name === 'min') && given.every((v) => typeof v === 'number'))
    return Math[name](...given.map(Number));
  return UNKNOWN;
}
