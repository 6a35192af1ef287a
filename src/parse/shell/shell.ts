/**
 * Shell text -> the commands that it runs, in order, and what becomes of each one's failure: whether it ends the script,
 * fails it, or is lost in a pipe, an `||` or a branch. Never throws; what it does not understand it reads as plain words.
 */
import {
  type Branches,
  type Command,
  type Pipeline,
  readStatements,
  type Simple,
  type Statement,
} from './statements.js';
import {
  endsOnFailure,
  FAILURE,
  hasOwnStatus,
  kept,
  leaves,
  leavesList,
  literally,
  STATUS,
} from './status.js';

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
  /** The command that it reads from through a pipe; empty for none. */
  reads: string;
  guards: readonly ListMember[];
  within: readonly ListMember[];
}

/** A longer command is known by its beginning. */
const LONGEST_SOURCE = 200;

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
  return new Flattener(options).run(readStatements(text));
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

/** Functions that call each other are followed so deep. */
const DEEPEST = 40;

/** So many statements later the status of a command may still be asked for. */
const FURTHEST = 50;

class Flattener {
  readonly #out: ShellCommand[] = [];
  readonly #functions = new Map<string, Command>();
  readonly #saved = new Map<ShellCommand, string>();
  /** Commands in the background, each group with the variable that keeps its process, that no `wait` has asked about. */
  #running: { commands: readonly ShellCommand[]; process: string | undefined }[] = [];
  /** What passed before the place that is read now, by a `wait` that ends the script otherwise. */
  #waitedFor: readonly ListMember[] = [];
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
      const commands = this.#out.slice(from);
      const next = statements[i + 1];
      if (statement.background) this.#running.push({ commands, process: kept(next, /^(\w+)\+?=\$!$/) });
      if (!next || !hasOwnStatus(statement, state)) return;
      if (endsOnFailure(next, '?', this.#functions)) for (const command of commands) fatal(command);
      const variable = kept(next, STATUS);
      if (!variable) return;
      const later = statements.slice(i + 2, i + 2 + FURTHEST);
      const asked = later.some((one) => endsOnFailure(one, variable, this.#functions));
      for (const command of commands)
        if (asked) command.fails = true;
        else this.#saved.set(command, variable);
    });
  }

  /** `wait $PID` has the status of what runs in the background; a plain `wait` has none. */
  #wait(asked: readonly string[], status: ShellCommand): void {
    if (!asked.some((word) => word.startsWith('$') || word === '-n')) return;
    const named = this.#running.filter(
      ({ process }) => process && asked.some((word) => new RegExp(`\\$\\{?${process}\\b`).test(word)),
    );
    const list = {};
    const over = named.length > 0 ? named : asked[0] === '$!' ? this.#running.slice(-1) : this.#running;
    for (const command of over.flatMap(({ commands }) => commands)) {
      command.fails = status.fails;
      command.guards = [...command.guards, ...status.guards, { list, position: 0 }];
    }
    if (status.stops) this.#waitedFor = [...this.#waitedFor, { list, position: 1 }];
    this.#running = this.#running.filter((one) => !over.includes(one));
  }

  #statement({ first, rest, background }: Statement, outer: State, where: Where): void {
    const state = background ? { ...outer } : outer;
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
      const variable = alternative && kept({ first: alternative, rest: [], background: false }, FAILURE);
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
        reads: previous?.type === 'simple' ? previous.words.join(' ').slice(0, LONGEST_SOURCE) : where.reads,
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
      if (inverted && leavesList(body)) for (const command of this.#out.slice(from)) fatal(command);
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
    const command: ShellCommand = {
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
      within: [...where.within, ...this.#waitedFor],
    };
    this.#out.push(command);
    if (program === 'wait') this.#wait(rest, command);
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

function fatal(command: ShellCommand): void {
  command.stops = true;
  command.fails = true;
}
