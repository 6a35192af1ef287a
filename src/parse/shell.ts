/**
 * Shell text -> the commands that it runs, in order, and what becomes of each one's failure: whether it ends the script,
 * fails it, or is lost in a pipe, an `||` or a branch. Never throws; what it does not understand it reads as plain words.
 */

export interface ShellOptions {
  /** `-e`: a failing command ends the script. */
  errexit: boolean;
  /** `-o pipefail`: a pipe fails with any of its commands. */
  pipefail: boolean;
}

/** A member of a list joined by `&&`: a later member runs only after the earlier ones passed. */
export interface ListMember {
  /** The list itself, by identity. */
  list: object;
  position: number;
}

export interface ShellCommand {
  /** The program and its arguments, without quotes; expansions stay as written. */
  words: string[];
  /** NAME=value in front of the program. */
  assignments: string[];
  line: number;
  /** Its failure keeps every later command from running. */
  stops: boolean;
  /** Its failure fails the script. */
  fails: boolean;
  /** It may be passed over: it stands in a branch, a loop or after `||`. */
  conditional: boolean;
  /** The folder that `cd` and `pushd` led to, relative to the start; `..` parts and expansions stay as written. */
  directory: string;
  /** What a here-document or here-string feeds it. */
  input: string;
  /** The program that it reads from through a pipe; empty for none. */
  reads: string;
  guards: readonly ListMember[];
  within: readonly ListMember[];
}

/** Does the second command run only where the first one passed? The first stands before the second. */
export function runsOnlyAfter(
  first: Pick<ShellCommand, 'stops' | 'guards'>,
  second: Pick<ShellCommand, 'within'>,
): boolean {
  return (
    first.stops ||
    first.guards.some((g) => second.within.some((w) => w.list === g.list && w.position > g.position))
  );
}

/** The commands of a script; line 1 is its first line. */
export function readShell(text: string, options: ShellOptions): ShellCommand[] {
  const script = new Reader(text.replace(/\r\n?/g, '\n')).list([]);
  return new Flattener(options).run(script);
}

interface Simple {
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
interface Branches {
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
type Command = Simple | Group | Branches | Loop | Cases | Definition;
interface Pipeline {
  negated: boolean;
  commands: Command[];
}
interface Statement {
  first: Pipeline;
  rest: { operator: '&&' | '||'; pipeline: Pipeline }[];
  background: boolean;
}

const BLANK = new Set([' ', '\t']);
const ENDS_WORD = new Set([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>']);
const DEEPEST = 40;

class Reader {
  #at = 0;
  #line: number;
  #depth: number;
  /** Here-documents whose bodies start on the next line. */
  #waiting: { of: { input: string }; end: string; strip: boolean }[] = [];

  constructor(
    readonly text: string,
    line = 1,
    depth = 0,
  ) {
    this.#line = line;
    this.#depth = depth;
  }

  /** Statements up to one of the closing words or marks, which is left unread. */
  list(closing: readonly string[]): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.text.length || this.#atOneOf(closing)) return statements;
      const before = this.#at;
      const statement = this.#statement(closing);
      if (statement) statements.push(statement);
      this.#skipBlank(false);
      if (this.#peek(';;')) {
        if (closing.includes(';;')) return statements;
        this.#at += 2;
      } else if (this.#peek(';') || this.#peek('\n')) this.#next();
      else if (this.#peek('&')) {
        if (statement) statement.background = true;
        this.#next();
      }
      // A stray mark must not keep the reader on the spot.
      if (this.#at === before) this.#next();
    }
  }

  #statement(closing: readonly string[]): Statement | undefined {
    const first = this.#pipeline(closing);
    if (!first) return undefined;
    const rest: Statement['rest'] = [];
    for (;;) {
      this.#skipBlank(false);
      const operator = this.#peek('&&') ? '&&' : this.#peek('||') ? '||' : undefined;
      if (!operator) return { first, rest, background: false };
      this.#at += 2;
      this.#skipBlank(true);
      const pipeline = this.#pipeline(closing);
      if (!pipeline) return { first, rest, background: false };
      rest.push({ operator, pipeline });
    }
  }

  #pipeline(closing: readonly string[]): Pipeline | undefined {
    this.#skipBlank(false);
    let negated = false;
    while (this.#peek('!') && BLANK.has(this.text[this.#at + 1] ?? '')) {
      negated = !negated;
      this.#next();
      this.#skipBlank(false);
    }
    const commands: Command[] = [];
    for (;;) {
      const command = this.#command(closing);
      if (command) commands.push(command);
      this.#skipBlank(false);
      if (!this.#peek('|') || this.#peek('||')) break;
      this.#at += this.#peek('|&') ? 2 : 1;
      this.#skipBlank(true);
    }
    return commands.length > 0 ? { negated, commands } : undefined;
  }

  #command(closing: readonly string[]): Command | undefined {
    this.#skipBlank(false);
    if (this.#atOneOf(closing) || this.#depth > DEEPEST) return undefined;
    this.#depth += 1;
    const command = this.#compound() ?? this.#simple();
    this.#depth -= 1;
    return command;
  }

  #compound(): Command | undefined {
    if (this.#peek('((')) return this.#arithmetic();
    if (this.#peek('(')) {
      this.#next();
      const body = this.list([')']);
      this.#take(')');
      this.#redirections();
      return { type: 'group', subshell: true, body };
    }
    if (this.#word('{')) {
      const body = this.list(['}']);
      this.#take('}');
      this.#redirections();
      return { type: 'group', subshell: false, body };
    }
    if (this.#word('if')) return this.#branches();
    if (this.#word('while') || this.#word('until')) {
      const condition = this.list(['do']);
      return this.#loop(condition);
    }
    if (this.#word('for') || this.#word('select')) {
      while (this.#at < this.text.length && !this.#peek(';') && !this.#peek('\n') && !this.#atOneOf(['do']))
        this.#readWord({ input: '' }, []);
      this.#skipBlank(true);
      if (this.#peek(';')) this.#next();
      this.#skipBlank(true);
      return this.#loop([]);
    }
    if (this.#word('case')) return this.#cases();
    const definition =
      /(?:function[ \t]+([\w:.-]+)[ \t]*(?:\([ \t]*\))?|([\w:.-]+)[ \t]*\([ \t]*\))[ \t\n]*(?=[{(])/y;
    definition.lastIndex = this.#at;
    const match = definition.exec(this.text);
    if (match) {
      this.#advance(match[0].length);
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
      this.#word('then');
      arms.push({ condition, body: this.list(['elif', 'else', 'fi']) });
      if (this.#word('elif')) continue;
      if (this.#word('else')) otherwise = this.list(['fi']);
      this.#word('fi');
      this.#redirections();
      return { type: 'if', arms, otherwise };
    }
  }

  #loop(condition: Statement[]): Loop {
    this.#word('do');
    const body = this.list(['done']);
    this.#word('done');
    this.#redirections();
    return { type: 'loop', condition, body };
  }

  #cases(): Cases {
    this.#skipBlank(false);
    this.#readWord({ input: '' }, []);
    this.#skipBlank(true);
    this.#word('in');
    const bodies: Statement[][] = [];
    for (;;) {
      this.#skipBlank(true);
      if (this.#at >= this.text.length || this.#word('esac')) break;
      while (this.#at < this.text.length && !this.#peek(')') && !this.#peek('\n')) this.#next();
      this.#take(')');
      bodies.push(this.list([';;', 'esac']));
      while (this.#peek(';') || this.#peek('&')) this.#next();
    }
    return { type: 'case', bodies };
  }

  /** `((...))` decides, it runs nothing. */
  #arithmetic(): Simple {
    const line = this.#line;
    const end = this.text.indexOf('))', this.#at);
    this.#advance((end === -1 ? this.text.length : end + 2) - this.#at);
    return { type: 'simple', words: ['(('], assignments: [], line, input: '', inner: [] };
  }

  #simple(): Simple | undefined {
    const command: Simple = {
      type: 'simple',
      words: [],
      assignments: [],
      line: this.#line,
      input: '',
      inner: [],
    };
    let started = false;
    for (;;) {
      this.#skipBlank(false);
      if (this.#at >= this.text.length) break;
      if (this.#redirection(command)) continue;
      const c = this.text[this.#at] ?? '';
      if (ENDS_WORD.has(c)) {
        // An array: NAME=(a b).
        if (c !== '(' || command.words.length > 0 || command.assignments.length === 0) break;
        this.#next();
        this.list([')']);
        this.#take(')');
        continue;
      }
      if (!started) command.line = this.#line;
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
    const start = this.#at;
    while (this.#at < this.text.length) {
      const c = this.text[this.#at] ?? '';
      if (this.#peek('${{')) {
        word += this.#expression();
      } else if ((c === '<' || c === '>') && this.text[this.#at + 1] === '(') {
        word += this.#substitution(2, bodies);
      } else if (ENDS_WORD.has(c)) break;
      else if (c === "'") word += this.#single();
      else if (c === '"') word += this.#double(bodies);
      else if (c === '\\') {
        this.#next();
        if (this.text[this.#at] === '\n') this.#next();
        else word += this.#next();
      } else if (this.#peek('$(')) word += this.#substitution(2, bodies);
      else if (c === '`') word += this.#backticks(bodies);
      else if (this.#peek('${')) word += this.#braces();
      else word += this.#next();
    }
    // Nothing was read: a mark that no word starts with.
    if (this.#at === start && of) this.#next();
    return word;
  }

  #single(): string {
    const end = this.text.indexOf("'", this.#at + 1);
    const stop = end === -1 ? this.text.length : end;
    const inside = this.text.slice(this.#at + 1, stop);
    this.#advance(stop + 1 - this.#at);
    return inside;
  }

  #double(bodies: Statement[][]): string {
    let inside = '';
    this.#next();
    while (this.#at < this.text.length && !this.#peek('"')) {
      if (this.#peek('${{')) inside += this.#expression();
      else if (this.#peek('\\')) {
        this.#next();
        if (this.#peek('\n')) this.#next();
        else inside += this.#next();
      } else if (this.#peek('$(')) inside += this.#substitution(2, bodies);
      else if (this.#peek('`')) inside += this.#backticks(bodies);
      else inside += this.#next();
    }
    this.#take('"');
    return inside;
  }

  /** `${{ ... }}`, which a CI system fills in before any shell sees it. */
  #expression(): string {
    const end = this.text.indexOf('}}', this.#at);
    const stop = end === -1 ? this.text.length : end + 2;
    const whole = this.text.slice(this.#at, stop);
    this.#advance(whole.length);
    return whole;
  }

  #braces(): string {
    const start = this.#at;
    let open = 0;
    while (this.#at < this.text.length) {
      const c = this.#next();
      if (c === '{') open += 1;
      else if (c === '}') {
        open -= 1;
        if (open === 0) break;
      }
    }
    return this.text.slice(start, this.#at);
  }

  #substitution(marks: number, bodies: Statement[][]): string {
    const start = this.#at;
    if (this.#peek('$((')) {
      const end = this.text.indexOf('))', this.#at);
      this.#advance((end === -1 ? this.text.length : end + 2) - this.#at);
      return this.text.slice(start, this.#at);
    }
    this.#at += marks;
    if (this.#depth > DEEPEST) return '';
    this.#depth += 1;
    bodies.push(this.list([')']));
    this.#depth -= 1;
    this.#take(')');
    return this.text.slice(start, this.#at);
  }

  #backticks(bodies: Statement[][]): string {
    const end = this.text.indexOf('`', this.#at + 1);
    const stop = end === -1 ? this.text.length : end;
    const inside = this.text.slice(this.#at + 1, stop);
    if (this.#depth <= DEEPEST) bodies.push(new Reader(inside, this.#line, this.#depth + 1).list([]));
    this.#advance(stop + 1 - this.#at);
    return `\`${inside}\``;
  }

  /** Redirections after a compound command; what they feed it is not needed. */
  #redirections(): void {
    const nobody = { input: '' };
    for (;;) {
      this.#skipBlank(false);
      if (!this.#redirection(nobody)) return;
    }
  }

  #redirection(of: { input: string }): boolean {
    const mark = /(\d*|&)(<<<|<<-?|>>|>\||>&|<&|<>|[<>])(?!\()/y;
    mark.lastIndex = this.#at;
    const match = mark.exec(this.text);
    if (!match || (match[1] === '&' && match[2] !== '>' && match[2] !== '>>')) return false;
    this.#advance(match[0].length);
    this.#skipBlank(false);
    const operator = match[2] ?? '';
    if (operator === '<<' || operator === '<<-') {
      const end = this.#readWord({ input: '' }, []);
      this.#waiting.push({ of, end, strip: operator === '<<-' });
    } else if (operator === '<<<') of.input = this.#readWord({ input: '' }, []);
    else if (this.#at < this.text.length && !ENDS_WORD.has(this.text[this.#at] ?? ''))
      this.#readWord({ input: '' }, []);
    return true;
  }

  /** White space, continued lines and comments; with `lines`, line ends and empty statements too. */
  #skipBlank(lines: boolean): void {
    for (;;) {
      const c = this.text[this.#at];
      if (c === undefined) return;
      if (BLANK.has(c) || (lines && (c === '\n' || (c === ';' && !this.#peek(';;'))))) this.#next();
      else if (c === '\\' && this.text[this.#at + 1] === '\n') this.#advance(2);
      else if (c === '#' && (this.#at === 0 || /[\s;&|()]/.test(this.text[this.#at - 1] ?? ''))) {
        const end = this.text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.text.length : end;
      } else return;
    }
  }

  #peek(mark: string): boolean {
    return this.text.startsWith(mark, this.#at);
  }

  #take(mark: string): void {
    if (this.#peek(mark)) this.#advance(mark.length);
  }

  /** Takes a reserved word in the place of a command. */
  #word(word: string): boolean {
    if (!this.#atOneOf([word])) return false;
    this.#advance(word.length);
    return true;
  }

  #atOneOf(closing: readonly string[]): boolean {
    return closing.some((word) => {
      if (!this.#peek(word)) return false;
      if (word === ')' || word === ';;') return true;
      const after = this.text[this.#at + word.length];
      return after === undefined || ENDS_WORD.has(after);
    });
  }

  #next(): string {
    const c = this.text[this.#at] ?? '';
    this.#advance(1);
    return c;
  }

  #advance(count: number): void {
    const stop = Math.min(this.#at + count, this.text.length);
    while (this.#at < stop) {
      const c = this.text[this.#at];
      this.#at += 1;
      if (c !== '\n') continue;
      this.#line += 1;
      if (this.#waiting.length > 0) {
        this.#bodies();
        return;
      }
    }
  }

  /** Reads the bodies of the here-documents that the line before announced. */
  #bodies(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { of, end, strip } of waiting) {
      const lines: string[] = [];
      while (this.#at < this.text.length) {
        const stop = this.text.indexOf('\n', this.#at);
        const line = this.text.slice(this.#at, stop === -1 ? this.text.length : stop);
        this.#at = stop === -1 ? this.text.length : stop + 1;
        this.#line += 1;
        const bare = strip ? line.replace(/^\t+/, '') : line;
        if (bare === end) break;
        lines.push(bare);
      }
      of.input = lines.join('\n');
    }
  }
}

/** How the commands of a list stand in the whole. */
interface Where {
  /** Failure does not trip `-e` here: a condition, or the left of `&&` and `||`. */
  caught: boolean;
  /** The status of this list's last statement is that of the script. */
  tail: boolean;
  /** What becomes of the status where neither `-e` nor the tail decides. */
  settled: 'lost' | 'stops' | undefined;
  conditional: boolean;
  guards: readonly ListMember[];
  within: readonly ListMember[];
  reads: string;
}

interface State extends ShellOptions {
  directory: string;
  /** Where `popd` and `cd -` lead back to. */
  before: readonly string[];
}

class Flattener {
  readonly #out: ShellCommand[] = [];
  readonly #functions = new Map<string, Command>();
  readonly #saved = new Map<ShellCommand, string>();
  #calls = 0;
  #ended = false;
  #exitsWith = '';

  constructor(readonly options: ShellOptions) {}

  run(script: readonly Statement[]): ShellCommand[] {
    this.#list(
      script,
      { ...this.options, directory: '', before: [] },
      {
        caught: false,
        tail: true,
        settled: undefined,
        conditional: false,
        guards: [],
        within: [],
        reads: '',
      },
    );
    for (const [command, variable] of this.#saved)
      if (new RegExp(`\\$\\{?${variable}\\b`).test(this.#exitsWith)) command.fails = true;
    return this.#out;
  }

  #list(statements: readonly Statement[], state: State, where: Where): void {
    statements.forEach((statement, i) => {
      if (this.#ended) return;
      const last = i === statements.length - 1;
      const from = this.#out.length;
      this.#statement(statement, state, {
        ...where,
        tail: where.tail && last,
        guards: last ? where.guards : [],
      });
      const variable = savedStatus(statements[i + 1]);
      if (variable) for (const command of this.#out.slice(from)) this.#saved.set(command, variable);
    });
  }

  #statement({ first, rest, background }: Statement, state: State, where: Where): void {
    const pipelines = [first, ...rest.map((r) => r.pipeline)];
    const operators = rest.map((r) => r.operator);
    let list = {};
    pipelines.forEach((pipeline, i) => {
      if (this.#ended) return;
      const before = operators[i - 1];
      if (before === '||') list = {};
      const member: ListMember = { list, position: i };
      const following = operators.slice(i);
      const or = following.indexOf('||');
      const alternative = or === -1 ? undefined : pipelines[i + or + 1];
      const variable = alternative && savedStatus({ first: alternative, rest: [], background: false });
      const from = this.#out.length;
      this.#pipeline(pipeline, state, {
        ...where,
        caught: where.caught || following.length > 0,
        settled: background ? 'lost' : alternative ? (leaves(alternative) ? 'stops' : 'lost') : where.settled,
        conditional: where.conditional || before === '||',
        guards: [...where.guards, member],
        within: [...where.within, member],
      });
      if (variable) for (const command of this.#out.slice(from)) this.#saved.set(command, variable);
    });
  }

  #pipeline({ negated, commands }: Pipeline, state: State, where: Where): void {
    commands.forEach((command, i) => {
      const last = i === commands.length - 1;
      const lost = negated || (!last && !state.pipefail);
      const previous = commands[i - 1];
      this.#command(command, commands.length > 1 ? { ...state } : state, {
        ...where,
        settled: lost ? 'lost' : where.settled,
        guards: lost ? [] : where.guards,
        reads: previous?.type === 'simple' ? previous.words.slice(0, 2).join(' ') : where.reads,
      });
    });
  }

  #command(command: Command, state: State, where: Where): void {
    switch (command.type) {
      case 'simple':
        this.#simple(command, state, where);
        return;
      case 'group':
        this.#list(command.body, command.subshell ? { ...state } : state, where);
        return;
      case 'function':
        this.#functions.set(command.name, command.body);
        return;
      case 'loop': {
        const inside: Where = { ...where, tail: false, guards: [] };
        this.#list(command.condition, state, { ...inside, caught: true, settled: 'lost' });
        this.#unless(() => this.#list(command.body, state, inside));
        return;
      }
      case 'case':
        for (const body of command.bodies)
          this.#unless(() => this.#list(body, state, { ...where, conditional: true, guards: [] }));
        return;
      case 'if':
        this.#branches(command, state, where);
    }
  }

  #branches({ arms, otherwise }: Branches, state: State, where: Where): void {
    let conditional = false;
    for (const { condition, body } of arms) {
      const literal = literally(condition);
      const list = {};
      const inverted = condition.at(-1)?.first.negated === true;
      const from = this.#out.length;
      this.#list(condition, state, {
        ...where,
        caught: true,
        tail: false,
        // `if ! tests; then exit 1; fi` keeps the status after all.
        settled:
          inverted && leavesList(body) ? 'stops' : !inverted && leavesList(otherwise) ? 'stops' : 'lost',
        guards: inverted ? [] : [{ list, position: 0 }],
        conditional: where.conditional || conditional,
      });
      if (inverted && leavesList(body))
        for (const command of this.#out.slice(from)) {
          command.stops = true;
          command.fails = true;
        }
      if (literal !== false)
        this.#unless(() =>
          this.#list(body, state, {
            ...where,
            conditional: where.conditional || conditional || literal === undefined,
            guards: [],
            within: [...where.within, { list, position: 1 }],
          }),
        );
      if (literal === true) return;
      conditional ||= literal === undefined;
    }
    this.#unless(() =>
      this.#list(otherwise, state, { ...where, conditional: where.conditional || conditional, guards: [] }),
    );
  }

  /** Reads a part that may be passed over: an `exit` in it does not end the whole. */
  #unless(read: () => void): void {
    read();
    this.#ended = false;
  }

  #simple(simple: Simple, state: State, where: Where): void {
    for (const { body, own } of simple.inner)
      this.#list(
        body,
        { ...state },
        own ? where : { ...where, caught: true, tail: false, settled: 'lost', guards: [] },
      );
    const [program = '', ...rest] = simple.words;
    if (program === '' && simple.words.length === 0) return;
    const defined = this.#functions.get(program);
    if (defined && this.#calls < DEEPEST) {
      this.#calls += 1;
      this.#command(defined, state, where);
      this.#calls -= 1;
      return;
    }
    const stops =
      where.settled === 'stops' || (where.settled === undefined && state.errexit && !where.caught);
    const fails = stops || (where.settled === undefined && where.tail);
    this.#out.push({
      words: simple.words,
      assignments: simple.assignments,
      line: simple.line,
      stops,
      fails,
      conditional: where.conditional,
      directory: state.directory,
      input: simple.input,
      reads: where.reads,
      guards: where.guards,
      within: where.within,
    });
    if (program === 'set') applySet(rest, state);
    else if (program === 'popd' || (program === 'cd' && rest[0] === '-')) {
      state.directory = state.before.at(-1) ?? '';
      state.before = state.before.slice(0, -1);
    } else if (program === 'cd' || program === 'pushd') {
      state.before = [...state.before, state.directory];
      state.directory = joined(state.directory, rest);
    } else if (program === 'exit') {
      this.#exitsWith += ` ${rest.join(' ')}`;
      if (!where.conditional) this.#ended = true;
    }
  }
}

function joined(directory: string, words: readonly string[]): string {
  const to = words.find((w) => !w.startsWith('-')) ?? '';
  const parts = /^[/~$]/.test(to) ? [] : directory.split('/').filter((p) => p !== '');
  for (const part of to.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function applySet(words: readonly string[], state: State): void {
  words.forEach((word, i) => {
    const on = word.startsWith('-');
    if (!/^[-+][a-z]+$/i.test(word)) return;
    if (word.includes('e')) state.errexit = on;
    if (word.includes('o') && words[i + 1] === 'pipefail') state.pipefail = on;
    if (word.includes('o') && words[i + 1] === 'errexit') state.errexit = on;
  });
}

/** `NAME=$?`: the status is kept in a variable. */
function savedStatus(statement: Statement | undefined): string | undefined {
  const [command] = statement?.first.commands ?? [];
  if (command?.type !== 'simple' || command.words.length > 0) return undefined;
  return command.assignments.map((a) => /^(\w+)=\$\?$/.exec(a)?.[1]).find((name) => name !== undefined);
}

/** Does it end the script with a failure? */
function leaves({ commands }: Pipeline): boolean {
  const command = commands.at(-1);
  if (command?.type === 'group') return leavesList(command.body);
  if (command?.type !== 'simple') return false;
  const [program, status] = command.words;
  return ((program === 'exit' || program === 'return') && status !== '0') || program === 'false';
}
function leavesList(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  return last !== undefined && leaves(last.rest.at(-1)?.pipeline ?? last.first);
}

/** The value of a condition that is written out: `true`, `false`. */
function literally(condition: readonly Statement[]): boolean | undefined {
  const [statement, ...others] = condition;
  const [command] = statement?.first.commands ?? [];
  if (others.length > 0 || command?.type !== 'simple' || statement?.rest.length) return undefined;
  const program = command.words.join(' ');
  if (program === 'true' || program === ':') return !statement?.first.negated;
  return program === 'false' ? statement?.first.negated === true : undefined;
}
