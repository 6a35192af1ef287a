/**
 * Shell text -> its statements as they are written: lists, pipes, branches, loops, functions. Never throws; marks that it
 * does not understand it reads as plain words.
 */
import { BLANK, ENDS_WORD, ShellCursor } from './cursor.js';

export interface Simple {
  type: 'simple';
  words: string[];
  assignments: string[];
  line: number;
  input: string;
  /** Commands inside `$(...)`; `own` where the status becomes that of this command: a bare assignment. */
  inner: { body: Statement[]; own: boolean }[];
}
interface Group {
  type: 'group';
  subshell: boolean;
  body: Statement[];
}
export interface Branches {
  type: 'if';
  arms: { condition: Statement[]; body: Statement[] }[];
  otherwise: Statement[];
}
interface Loop {
  type: 'loop';
  condition: Statement[];
  body: Statement[];
}
interface Cases {
  type: 'case';
  bodies: Statement[][];
}
interface Definition {
  type: 'function';
  name: string;
  body: Command;
}
export type Command = Simple | Group | Branches | Loop | Cases | Definition;
export interface Pipeline {
  negated: boolean;
  commands: Command[];
}
export interface Statement {
  first: Pipeline;
  rest: { operator: '&&' | '||'; pipeline: Pipeline }[];
  background: boolean;
}

/** What stands deeper is passed over. */
const DEEPEST = 40;

/** The statements of a script; line 1 is its first line. */
export function readStatements(text: string): Statement[] {
  return new Reader(text.replace(/\r\n?/g, '\n')).list([]);
}

class Reader extends ShellCursor {
  #depth: number;

  constructor(text: string, line = 1, depth = 0) {
    super(text, line);
    this.#depth = depth;
  }

  /** Statements up to one of the closing words or marks, which is left unread. */
  list(closing: readonly string[]): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      this.skipBlank(true);
      if (this.at >= this.text.length || this.atOneOf(closing)) return statements;
      const before = this.at;
      const statement = this.#statement(closing);
      if (statement) statements.push(statement);
      this.skipBlank(false);
      if (this.peek(';;')) {
        if (closing.includes(';;')) return statements;
        this.at += 2;
      } else if (this.peek(';') || this.peek('\n')) this.next();
      else if (this.peek('&')) {
        if (statement) statement.background = true;
        this.next();
      }
      // A stray mark must not keep the reader on the spot.
      if (this.at === before) this.next();
    }
  }

  #statement(closing: readonly string[]): Statement | undefined {
    const first = this.#pipeline(closing);
    if (!first) return undefined;
    const rest: Statement['rest'] = [];
    for (;;) {
      this.skipBlank(false);
      const operator = this.peek('&&') ? '&&' : this.peek('||') ? '||' : undefined;
      if (!operator) return { first, rest, background: false };
      this.at += 2;
      this.skipBlank(true);
      const pipeline = this.#pipeline(closing);
      if (!pipeline) return { first, rest, background: false };
      rest.push({ operator, pipeline });
    }
  }

  #pipeline(closing: readonly string[]): Pipeline | undefined {
    this.skipBlank(false);
    let negated = false;
    while (this.peek('!') && BLANK.has(this.text[this.at + 1] ?? '')) {
      negated = !negated;
      this.next();
      this.skipBlank(false);
    }
    const commands: Command[] = [];
    for (;;) {
      const command = this.#command(closing);
      if (command) commands.push(command);
      this.skipBlank(false);
      if (!this.peek('|') || this.peek('||')) break;
      this.at += this.peek('|&') ? 2 : 1;
      this.skipBlank(true);
    }
    return commands.length > 0 ? { negated, commands } : undefined;
  }

  #command(closing: readonly string[]): Command | undefined {
    this.skipBlank(false);
    if (this.atOneOf(closing) || this.#depth > DEEPEST) return undefined;
    this.#depth += 1;
    const command = this.#compound() ?? this.#simple();
    this.#depth -= 1;
    return command;
  }

  #compound(): Command | undefined {
    if (this.peek('((')) return this.#arithmetic();
    if (this.peek('(')) {
      this.next();
      const body = this.list([')']);
      this.take(')');
      this.#redirections();
      return { type: 'group', subshell: true, body };
    }
    if (this.word('{')) {
      const body = this.list(['}']);
      this.take('}');
      this.#redirections();
      return { type: 'group', subshell: false, body };
    }
    if (this.word('if')) return this.#branches();
    if (this.word('while') || this.word('until')) {
      const condition = this.list(['do']);
      return this.#loop(condition);
    }
    if (this.word('for') || this.word('select')) {
      while (this.at < this.text.length && !this.peek(';') && !this.peek('\n') && !this.atOneOf(['do']))
        this.#readWord({ input: '' }, []);
      this.skipBlank(true);
      if (this.peek(';')) this.next();
      this.skipBlank(true);
      return this.#loop([]);
    }
    if (this.word('case')) return this.#cases();
    const definition =
      /(?:function[ \t]+([\w:.-]+)[ \t]*(?:\([ \t]*\))?|([\w:.-]+)[ \t]*\([ \t]*\))[ \t\n]*(?=[{(])/y;
    definition.lastIndex = this.at;
    const match = definition.exec(this.text);
    if (match) {
      this.advance(match[0].length);
      const body = this.#compound();
      if (body) return { type: 'function', name: match[1] ?? match[2] ?? '', body };
    }
    return undefined;
  }

  #branches(): Branches {
    const arms: Branches['arms'] = [];
    let otherwise: Statement[] = [];
    for (;;) {
      const condition = this.list(['then', 'fi']);
      this.word('then');
      arms.push({ condition, body: this.list(['elif', 'else', 'fi']) });
      if (this.word('elif')) continue;
      if (this.word('else')) otherwise = this.list(['fi']);
      this.word('fi');
      this.#redirections();
      return { type: 'if', arms, otherwise };
    }
  }

  #loop(condition: Statement[]): Loop {
    this.word('do');
    const body = this.list(['done']);
    this.word('done');
    this.#redirections();
    return { type: 'loop', condition, body };
  }

  #cases(): Cases {
    this.skipBlank(false);
    this.#readWord({ input: '' }, []);
    this.skipBlank(true);
    this.word('in');
    const bodies: Statement[][] = [];
    for (;;) {
      this.skipBlank(true);
      if (this.at >= this.text.length || this.word('esac')) break;
      while (this.at < this.text.length && !this.peek(')') && !this.peek('\n')) this.next();
      this.take(')');
      bodies.push(this.list([';;', 'esac']));
      while (this.peek(';') || this.peek('&')) this.next();
    }
    return { type: 'case', bodies };
  }

  /** `((...))` decides, it runs nothing. */
  #arithmetic(): Simple {
    const line = this.line;
    const end = this.text.indexOf('))', this.at);
    this.advance((end === -1 ? this.text.length : end + 2) - this.at);
    return { type: 'simple', words: ['(('], assignments: [], line, input: '', inner: [] };
  }

  #simple(): Simple | undefined {
    const command: Simple = {
      type: 'simple',
      words: [],
      assignments: [],
      line: this.line,
      input: '',
      inner: [],
    };
    let started = false;
    for (;;) {
      this.skipBlank(false);
      if (this.at >= this.text.length) break;
      if (this.#redirection(command)) continue;
      const c = this.text[this.at] ?? '';
      if (ENDS_WORD.has(c)) {
        // An array: NAME=(a b).
        if (c !== '(' || command.words.length > 0 || command.assignments.length === 0) break;
        this.next();
        this.list([')']);
        this.take(')');
        continue;
      }
      if (!started) command.line = this.line;
      started = true;
      const bodies: Statement[][] = [];
      const word = this.#readWord(command, bodies);
      const assigns = command.words.length === 0 && /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(word);
      if (assigns) command.assignments.push(word);
      else command.words.push(word);
      for (const body of bodies) command.inner.push({ body, own: assigns });
    }
    if (!started && command.input === '') return undefined;
    if (command.words.length > 0) for (const inner of command.inner) inner.own = false;
    return command;
  }

  /** A word, its quotes taken off; commands inside it come in `bodies`. */
  #readWord(of: { input: string }, bodies: Statement[][]): string {
    let word = '';
    const start = this.at;
    while (this.at < this.text.length) {
      const c = this.text[this.at] ?? '';
      if (this.peek('${{')) {
        word += this.#expression();
      } else if ((c === '<' || c === '>') && this.text[this.at + 1] === '(') {
        word += this.#substitution(2, bodies);
      } else if (ENDS_WORD.has(c)) break;
      else if (c === "'") word += this.#single();
      else if (c === '"') word += this.#double(bodies);
      else if (c === '\\') {
        this.next();
        if (this.text[this.at] === '\n') this.next();
        else word += this.next();
      } else if (this.peek('$(')) word += this.#substitution(2, bodies);
      else if (c === '`') word += this.#backticks(bodies);
      else if (this.peek('${')) word += this.#braces();
      else word += this.next();
    }
    // Nothing was read: a mark that no word starts with.
    if (this.at === start && of) this.next();
    return word;
  }

  #single(): string {
    const end = this.text.indexOf("'", this.at + 1);
    const stop = end === -1 ? this.text.length : end;
    const inside = this.text.slice(this.at + 1, stop);
    this.advance(stop + 1 - this.at);
    return inside;
  }

  #double(bodies: Statement[][]): string {
    let inside = '';
    this.next();
    while (this.at < this.text.length && !this.peek('"')) {
      if (this.peek('${{')) inside += this.#expression();
      else if (this.peek('\\')) {
        this.next();
        if (this.peek('\n')) this.next();
        else inside += this.next();
      } else if (this.peek('$(')) inside += this.#substitution(2, bodies);
      else if (this.peek('`')) inside += this.#backticks(bodies);
      else inside += this.next();
    }
    this.take('"');
    return inside;
  }

  /** `${{ ... }}`, which a CI system fills in before any shell sees it. */
  #expression(): string {
    const end = this.text.indexOf('}}', this.at);
    const stop = end === -1 ? this.text.length : end + 2;
    const whole = this.text.slice(this.at, stop);
    this.advance(whole.length);
    return whole;
  }

  #braces(): string {
    const start = this.at;
    let open = 0;
    while (this.at < this.text.length) {
      const c = this.next();
      if (c === '{') open += 1;
      else if (c === '}') {
        open -= 1;
        if (open === 0) break;
      }
    }
    return this.text.slice(start, this.at);
  }

  #substitution(marks: number, bodies: Statement[][]): string {
    const start = this.at;
    if (this.peek('$((')) {
      const end = this.text.indexOf('))', this.at);
      this.advance((end === -1 ? this.text.length : end + 2) - this.at);
      return this.text.slice(start, this.at);
    }
    this.at += marks;
    if (this.#depth > DEEPEST) return '';
    this.#depth += 1;
    bodies.push(this.list([')']));
    this.#depth -= 1;
    this.take(')');
    return this.text.slice(start, this.at);
  }

  #backticks(bodies: Statement[][]): string {
    const end = this.text.indexOf('`', this.at + 1);
    const stop = end === -1 ? this.text.length : end;
    const inside = this.text.slice(this.at + 1, stop);
    if (this.#depth <= DEEPEST) bodies.push(new Reader(inside, this.line, this.#depth + 1).list([]));
    this.advance(stop + 1 - this.at);
    return `\`${inside}\``;
  }

  /** Redirections after a compound command; what they feed it is not needed. */
  #redirections(): void {
    const nobody = { input: '' };
    for (;;) {
      this.skipBlank(false);
      if (!this.#redirection(nobody)) return;
    }
  }

  #redirection(of: { input: string }): boolean {
    const mark = /(\d*|&)(<<<|<<-?|>>|>\||>&|<&|<>|[<>])(?!\()/y;
    mark.lastIndex = this.at;
    const match = mark.exec(this.text);
    if (!match || (match[1] === '&' && match[2] !== '>' && match[2] !== '>>')) return false;
    this.advance(match[0].length);
    this.skipBlank(false);
    const operator = match[2] ?? '';
    if (operator === '<<' || operator === '<<-') {
      const end = this.#readWord({ input: '' }, []);
      this.announce({ of, end, strip: operator === '<<-' });
    } else if (operator === '<<<') of.input = this.#readWord({ input: '' }, []);
    else if (this.at < this.text.length && !ENDS_WORD.has(this.text[this.at] ?? ''))
      this.#readWord({ input: '' }, []);
    return true;
  }
}
