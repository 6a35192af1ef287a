/** The expression language of GitHub Actions (`github.ref == 'refs/heads/main' && success()`) -> a tree. Never throws. */

export type Expression =
  | { type: 'literal'; value: string | number | boolean | null }
  /** `github.event.inputs.x`; a computed index gives `*`. */
  | { type: 'name'; path: string[] }
  | { type: 'call'; name: string; arguments: Expression[] }
  | { type: 'not'; operand: Expression }
  | {
      type: 'binary';
      operator: '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=';
      left: Expression;
      right: Expression;
    };

const TOKEN =
  /\s*(?:('(?:[^']|'')*')|(0x[0-9a-fA-F]+|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|([A-Za-z_][\w-]*)|(&&|\|\||==|!=|<=|>=|[<>!()[\].,*]))/y;
const DEEPEST = 100;

interface Token {
  kind: 'string' | 'number' | 'word' | 'mark';
  text: string;
}

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return text.slice(at).trim() === '' ? found : undefined;
    const [, string, number, word, mark] = match;
    if (string !== undefined) found.push({ kind: 'string', text: string.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else found.push({ kind: 'mark', text: mark ?? '' });
  }
  return found;
}

/** The tree of an expression without its `${{ }}`, or `undefined` where it is none. */
export function parseExpression(text: string): Expression | undefined {
  const list = tokens(text);
  if (!list) return undefined;
  const parser = new Parser(list);
  const tree = parser.or();
  return parser.done() ? tree : undefined;
}

class Parser {
  #at = 0;
  #depth = 0;
  #broken = false;

  constructor(readonly list: readonly Token[]) {}

  done(): boolean {
    return !this.#broken && this.#at === this.list.length;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#take('||')) left = { type: 'binary', operator: '||', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#equality();
    while (this.#take('&&')) left = { type: 'binary', operator: '&&', left, right: this.#equality() };
    return left;
  }

  #equality(): Expression {
    let left = this.#relation();
    for (;;) {
      const operator = this.#take('==') ? '==' : this.#take('!=') ? '!=' : undefined;
      if (!operator) return left;
      left = { type: 'binary', operator, left, right: this.#relation() };
    }
  }

  #relation(): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = (['<=', '>=', '<', '>'] as const).find((o) => this.#take(o));
      if (!operator) return left;
      left = { type: 'binary', operator, left, right: this.#unary() };
    }
  }

  #unary(): Expression {
    this.#depth += 1;
    const deep = this.#depth > DEEPEST;
    if (deep) this.#broken = true;
    const tree: Expression =
      !deep && this.#take('!') ? { type: 'not', operand: this.#unary() } : this.#primary();
    this.#depth -= 1;
    return tree;
  }

  #primary(): Expression {
    const token = this.list[this.#at];
    if (!token || this.#broken) return this.#fail();
    if (this.#take('(')) {
      const inner = this.or();
      if (!this.#take(')')) return this.#fail();
      return inner;
    }
    this.#at += 1;
    if (token.kind === 'string') return { type: 'literal', value: token.text };
    if (token.kind === 'number') return { type: 'literal', value: Number(token.text) };
    if (token.kind !== 'word') return this.#fail();
    if (token.text === 'true' || token.text === 'false')
      return { type: 'literal', value: token.text === 'true' };
    if (token.text === 'null') return { type: 'literal', value: null };
    if (this.#take('(')) {
      const given: Expression[] = [];
      while (!this.#broken && !this.#take(')')) {
        given.push(this.or());
        if (!this.#take(',') && this.list[this.#at]?.text !== ')') return this.#fail();
      }
      return this.#path({ type: 'call', name: token.text.toLowerCase(), arguments: given });
    }
    return this.#path({ type: 'name', path: [token.text] });
  }

  /** `.name`, `.*` and `[index]` behind a name or a call. */
  #path(of: Expression): Expression {
    const path: string[] = of.type === 'name' ? [...of.path] : ['()'];
    let longer = false;
    for (;;) {
      if (this.#take('.')) {
        const part = this.list[this.#at];
        if (!part || (part.kind !== 'word' && part.text !== '*')) return this.#fail();
        this.#at += 1;
        path.push(part.text);
      } else if (this.#take('[')) {
        const index = this.or();
        if (!this.#take(']')) return this.#fail();
        path.push(index.type === 'literal' ? String(index.value) : '*');
      } else break;
      longer = true;
    }
    return of.type === 'name' || longer ? { type: 'name', path } : of;
  }

  #take(mark: string): boolean {
    const token = this.list[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }

  #fail(): Expression {
    this.#broken = true;
    return { type: 'literal', value: null };
  }
}
