/** What the statements of a script make of the status of a command before them. */
import type { Command, Pipeline, Statement } from './statements.js';

const UNEQUAL = / (-ne|-gt|!=) 0\b/;
const EQUAL = / (-eq|==?) 0\b/;
/** `NAME=$?`: the status is kept in a variable. */
export const STATUS = /^(\w+)=\$\?$/;
/** `|| NAME=1`: a failure is. */
export const FAILURE = /^(\w+)=(?:\$\?|[1-9]\d*)$/;

/** The variable that an assignment of this form fills. */
export function kept(statement: Statement | undefined, form: RegExp): string | undefined {
  const [command] = statement?.first.commands ?? [];
  if (command?.type !== 'simple' || command.words.length > 0) return undefined;
  return command.assignments.map((a) => form.exec(a)?.[1]).find((name) => name !== undefined);
}

/** Is the status after a statement a failure wherever one of its commands failed? */
export function hasOwnStatus(
  { first, rest, background }: Statement,
  { pipefail }: { pipefail: boolean },
): boolean {
  return (
    !background &&
    rest.every(({ operator }) => operator === '&&') &&
    [first, ...rest.map((r) => r.pipeline)].every((p) => !p.negated && (pipefail || p.commands.length === 1))
  );
}

/** Does it look at the status in `$NAME`, and leave where that is a failure: by a branch, or a function that is given it? */
export function endsOnFailure(
  { first, rest }: Statement,
  name: string,
  functions: ReadonlyMap<string, Command>,
): boolean {
  const [command] = first.commands;
  const status = new RegExp(`\\$\\{?${name === '?' ? '\\?' : `${name}\\b`}`);
  if (command?.type === 'if') {
    const [arm] = command.arms;
    const asked = wordsOf(arm?.condition ?? []);
    if (!arm || !status.test(asked)) return false;
    return UNEQUAL.test(asked) ? leavesList(arm.body) : EQUAL.test(asked) && leavesList(command.otherwise);
  }
  if (command?.type !== 'simple') return false;
  const [program = '', ...given] = command.words;
  const asked = given.join(' ');
  const called = functions.get(program);
  if (called) return status.test(asked) && mayLeave([called]);
  const [then] = rest;
  return (
    /^(test|\[|\[\[)$/.test(program) &&
    status.test(asked) &&
    then !== undefined &&
    (then.operator === '&&' ? UNEQUAL : EQUAL).test(asked) &&
    leaves(then.pipeline)
  );
}

function wordsOf(statements: readonly Statement[]): string {
  const [command] = statements[0]?.first.commands ?? [];
  return command?.type === 'simple' ? command.words.join(' ') : '';
}

/** Is there an end with a failure anywhere in these? */
function mayLeave(commands: readonly Command[]): boolean {
  const inside = (statements: readonly Statement[]) =>
    statements.some(({ first, rest }) =>
      [first, ...rest.map((r) => r.pipeline)].some((p) => leaves(p) || mayLeave(p.commands)),
    );
  return commands.some((command) => {
    if (command.type === 'group') return inside(command.body);
    if (command.type === 'if') return command.arms.some((a) => inside(a.body)) || inside(command.otherwise);
    return false;
  });
}

/** Does it end the script with a failure? */
export function leaves({ commands }: Pipeline): boolean {
  const command = commands.at(-1);
  if (command?.type === 'group') return leavesList(command.body);
  if (command?.type !== 'simple') return false;
  const [program, status] = command.words;
  return ((program === 'exit' || program === 'return') && status !== '0') || program === 'false';
}
export function leavesList(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  return last !== undefined && leaves(last.rest.at(-1)?.pipeline ?? last.first);
}

/** The value of a condition that is written out: `true`, `false`. */
export function literally(condition: readonly Statement[]): boolean | undefined {
  const [statement, ...others] = condition;
  const [command] = statement?.first.commands ?? [];
  if (others.length > 0 || command?.type !== 'simple' || statement?.rest.length) return undefined;
  const program = command.words.join(' ');
  if (program === 'true' || program === ':') return !statement?.first.negated;
  return program === 'false' ? statement?.first.negated === true : undefined;
}
