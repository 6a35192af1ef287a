/** Go's text/template language: text -> a tree of nodes, and the templates that it defines. */
import { type Action, lexTemplate, TemplateSyntaxError, type TextRun, type Token } from './lexer.js';

export type Node =
  | { type: 'text'; text: string; line: number }
  | { type: 'action'; pipe: Pipe; line: number }
  | { type: 'if' | 'with' | 'range'; pipe: Pipe; body: Node[]; otherwise: Node[]; line: number }
  | { type: 'template'; name: string; pipe: Pipe | undefined; line: number }
  | { type: 'break' | 'continue'; line: number };

export interface Pipe {
  /** `$x` or `$i, $x` before `:=` or `=`. */
  variables: string[];
  /** `=`: the variables exist already. */
  assigns: boolean;
  commands: Expression[][];
  line: number;
}

export type Expression =
  | { type: 'dot' }
  | { type: 'nil' }
  | { type: 'literal'; value: string | number | bigint | boolean }
  | { type: 'field'; path: string[] }
  | { type: 'variable'; name: string; path: string[] }
  | { type: 'function'; name: string }
  | { type: 'pipe'; pipe: Pipe; path: string[] };

export interface ParsedTemplate {
  body: Node[];
  /** By the names of `define` and `block`. */
  defines: Map<string, Node[]>;
}

const DEEPEST = 200;
const KEYWORDS = /^(?:if|with|range|else|end|define|block|template|break|continue)$/;

/** Throws a TemplateSyntaxError for what is no template, and nothing else. */
export function parseTemplate(source: string): ParsedTemplate {
  return new Parser(lexTemplate(source)).parse();
}

class Parser {
  readonly #parts: (TextRun | Action)[];
  #at = 0;
  #depth = 0;
  #loops = 0;
  readonly #defines = new Map<string, Node[]>();

  constructor(parts: (TextRun | Action)[]) {
    this.#parts = parts;
  }

  parse(): ParsedTemplate {
    const { nodes, ended } = this.#nodes();
    if (ended) throw new TemplateSyntaxError(`unexpected {{${ended.first}}}`, ended.line);
    return { body: nodes, defines: this.#defines };
  }

  /** Up to an `end` or `else`, or the end of the text. */
  #nodes(): { nodes: Node[]; ended: ActionReader | undefined } {
    this.#depth += 1;
    if (this.#depth > DEEPEST)
      throw new TemplateSyntaxError('blocks are nested too deeply', this.#parts[this.#at]?.line ?? 1);
    const nodes: Node[] = [];
    for (let part = this.#parts[this.#at++]; part; part = this.#parts[this.#at++]) {
      if (part.type === 'text') {
        nodes.push(part);
        continue;
      }
      const reader = new ActionReader(part);
      if (reader.first === 'end' || reader.first === 'else') {
        this.#depth -= 1;
        return { nodes, ended: reader };
      }
      const node = this.#node(reader);
      if (node) nodes.push(node);
    }
    this.#depth -= 1;
    return { nodes, ended: undefined };
  }

  #node(reader: ActionReader): Node | undefined {
    const { line, first } = reader;
    switch (first) {
      case 'if':
      case 'with':
      case 'range':
        reader.next();
        return this.#control(first, reader);
      case 'define':
      case 'block': {
        reader.next();
        const name = reader.string();
        const pipe = first === 'block' ? reader.pipe() : undefined;
        reader.end();
        const { nodes, ended } = this.#nodes();
        if (ended?.first !== 'end') throw new TemplateSyntaxError(`{{${first}}} without {{end}}`, line);
        // A definition that is all space does not replace one that says something.
        const blank = nodes.every((n) => n.type === 'text' && n.text.trim() === '');
        if (!blank || !this.#defines.has(name)) this.#defines.set(name, nodes);
        return pipe && { type: 'template', name, pipe, line };
      }
      case 'template': {
        reader.next();
        const name = reader.string();
        const pipe = reader.more() ? reader.pipe() : undefined;
        reader.end();
        return { type: 'template', name, pipe, line };
      }
      case 'break':
      case 'continue':
        reader.next();
        reader.end();
        if (this.#loops === 0) throw new TemplateSyntaxError(`{{${first}}} outside {{range}}`, line);
        return { type: first, line };
      default: {
        const pipe = reader.pipe();
        reader.end();
        return { type: 'action', pipe, line };
      }
    }
  }

  #control(type: 'if' | 'with' | 'range', reader: ActionReader): Node {
    const pipe = reader.pipe(type === 'range');
    reader.end();
    if (type === 'range') this.#loops += 1;
    const { nodes: body, ended } = this.#nodes();
    if (type === 'range') this.#loops -= 1;
    return { type, pipe, body, otherwise: this.#otherwise(type, ended, reader.line), line: reader.line };
  }

  #otherwise(type: string, ended: ActionReader | undefined, line: number): Node[] {
    if (!ended) throw new TemplateSyntaxError(`{{${type}}} without {{end}}`, line);
    if (ended.first === 'end') return [];
    ended.next();
    const follows = ended.first;
    if (follows === 'if' || follows === 'with') {
      this.#depth += 1;
      ended.next();
      const node = this.#control(follows, ended);
      this.#depth -= 1;
      return [node];
    }
    ended.end();
    const { nodes, ended: closed } = this.#nodes();
    if (closed?.first !== 'end') throw new TemplateSyntaxError('{{else}} without {{end}}', line);
    return nodes;
  }
}

/** The tokens of one action, read from left to right. */
class ActionReader {
  readonly line: number;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(action: Action) {
    this.line = action.line;
    this.#tokens = action.tokens;
    this.#space();
  }

  /** The keyword that comes next, or empty. */
  get first(): string {
    const token = this.#tokens[this.#at];
    return token?.type === 'word' && KEYWORDS.test(token.text) ? token.text : '';
  }

  next(): void {
    this.#at += 1;
    this.#space();
  }

  more(): boolean {
    return this.#at < this.#tokens.length;
  }

  end(): void {
    if (this.more()) throw this.#unexpected();
  }

  string(): string {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'string') throw this.#unexpected();
    this.next();
    return token.text;
  }

  pipe(isRange = false): Pipe {
    const line = this.#tokens[this.#at]?.line ?? this.line;
    const { variables, assigns } = this.#declaration(isRange);
    const commands: Expression[][] = [];
    do {
      commands.push(this.#command());
      // Go lets a pipe end in a bar.
    } while (this.#take('|') && this.more() && this.#tokens[this.#at]?.text !== ')');
    return { variables, assigns, commands, line };
  }

  #declaration(isRange: boolean): { variables: string[]; assigns: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.type !== 'variable') break;
      variables.push(token.text);
      this.next();
      if (this.#take(':=')) return { variables, assigns: false };
      if (this.#take('=')) return { variables, assigns: true };
      if (!isRange || !this.#take(',')) break;
    }
    this.#at = start;
    return { variables: [], assigns: false };
  }

  #command(): Expression[] {
    const operands: Expression[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (!token || (token.type === 'mark' && (token.text === '|' || token.text === ')'))) break;
      operands.push(this.#operand(token));
      const after = this.#tokens[this.#at];
      if (after && after.type !== 'space' && after.text !== '|' && after.text !== ')')
        throw this.#unexpected();
      this.#space();
    }
    if (operands.length === 0) throw this.#unexpected();
    return operands;
  }

  #operand(token: Token): Expression {
    this.#at += 1;
    switch (token.type) {
      case 'field':
        return { type: 'field', path: [token.text.slice(1), ...this.#path()] };
      case 'variable':
        return { type: 'variable', name: token.text, path: this.#path() };
      case 'string':
        return this.#literal(token.text);
      case 'character':
        return { type: 'literal', value: BigInt(token.text.codePointAt(0) ?? 0) };
      case 'number':
        return { type: 'literal', value: numberOf(token) };
      case 'word':
        if (token.text === 'true' || token.text === 'false')
          return { type: 'literal', value: token.text === 'true' };
        if (token.text === 'nil') return { type: 'nil' };
        return { type: 'function', name: token.text };
      default:
        if (token.text === '.') return { type: 'dot' };
        if (token.text !== '(') {
          this.#at -= 1;
          throw this.#unexpected();
        }
        return this.#parenthesis();
    }
  }

  #literal(value: string): Expression {
    const path = this.#path();
    if (path.length > 0) throw this.#unexpected();
    return { type: 'literal', value };
  }

  #parenthesis(): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new TemplateSyntaxError('parentheses are nested too deeply', this.line);
    this.#space();
    const pipe = this.pipe();
    if (this.#tokens[this.#at]?.text !== ')') throw this.#unexpected();
    this.#at += 1;
    this.#depth -= 1;
    return { type: 'pipe', pipe, path: this.#path() };
  }

  /** Fields that follow without a space. */
  #path(): string[] {
    const path: string[] = [];
    for (let token = this.#tokens[this.#at]; token?.type === 'field'; token = this.#tokens[this.#at]) {
      path.push(token.text.slice(1));
      this.#at += 1;
    }
    return path;
  }

  #take(mark: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'mark' || token.text !== mark) return false;
    this.next();
    return true;
  }

  #space(): void {
    while (this.#tokens[this.#at]?.type === 'space') this.#at += 1;
  }

  #unexpected(): TemplateSyntaxError {
    const token = this.#tokens[this.#at];
    return token
      ? new TemplateSyntaxError(`unexpected ${JSON.stringify(token.text)}`, token.line)
      : new TemplateSyntaxError('an action ends too early', this.line);
  }
}

function numberOf(token: Token): number | bigint {
  const plain = token.text.replaceAll('_', '');
  const negative = plain.startsWith('-');
  const unsigned = plain.replace(/^[+-]/, '');
  const whole = /^(?:0[xXbBoO][0-9a-fA-F]+|\d+)$/.test(unsigned);
  if (!whole) {
    const [, mantissa = '', power] = /^[+-]?(0[xX].+)[pP](.+)$/.exec(plain) ?? [];
    const value =
      power === undefined ? Number(plain) : Number(mantissa) * 2 ** Number(power) * (negative ? -1 : 1);
    if (Number.isNaN(value)) throw new TemplateSyntaxError(`bad number ${token.text}`, token.line);
    return value;
  }
  const octal = /^0\d+$/.test(unsigned) ? `0o${unsigned.slice(1)}` : unsigned;
  try {
    const value = BigInt(octal);
    if (value > 0xffff_ffff_ffff_ffffn) throw new TemplateSyntaxError('integer overflow', token.line);
    return negative ? -value : value;
  } catch (error) {
    if (error instanceof TemplateSyntaxError) throw error;
    throw new TemplateSyntaxError(`bad number ${token.text}`, token.line);
  }
}
