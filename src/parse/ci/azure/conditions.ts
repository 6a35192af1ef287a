/** Conditions of Azure Pipelines (`and(succeeded(), eq(variables['Build.SourceBranch'], ...))`) -> GitHub's form. */
import { ALWAYS, all, any, NEVER, not, quoted } from '../condition.js';

type Node =
  | { type: 'text'; text: string }
  | { type: 'name'; name: string }
  | { type: 'call'; name: string; of: Node[] };

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)*)|([A-Za-z_][\w.-]*)|(\$\([\w.-]+\))|([()[\],.]))/y;
const DEEPEST = 40;

function parse(written: string): Node | undefined {
  const list: { kind: string; text: string }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < written.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(written);
    if (!match) {
      if (written.slice(at).trim() === '') break;
      return undefined;
    }
    const [, string, number, word, macro, mark] = match;
    if (string !== undefined) list.push({ kind: 'text', text: string.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) list.push({ kind: 'text', text: number });
    else if (word !== undefined) list.push({ kind: 'word', text: word });
    else if (macro !== undefined) list.push({ kind: 'word', text: `variables.${macro.slice(2, -1)}` });
    else list.push({ kind: 'mark', text: mark ?? '' });
  }
  let at = 0;
  const take = (mark: string): boolean => {
    const found = list[at]?.kind === 'mark' && list[at]?.text === mark;
    if (found) at += 1;
    return found;
  };
  const one = (depth: number): Node | undefined => {
    const token = list[at];
    if (!token || depth > DEEPEST || token.kind === 'mark') return undefined;
    at += 1;
    if (token.kind === 'text') return { type: 'text', text: token.text };
    if (/^(true|false)$/i.test(token.text)) return { type: 'text', text: token.text.toLowerCase() };
    if (take('(')) {
      const of: Node[] = [];
      while (!take(')')) {
        const inner = one(depth + 1);
        if (!inner) return undefined;
        of.push(inner);
        if (!take(',') && list[at]?.text !== ')') return undefined;
      }
      return { type: 'call', name: token.text.toLowerCase(), of };
    }
    let name = token.text;
    for (;;) {
      if (take('[')) {
        const index = list[at++];
        if (!index || !take(']')) return undefined;
        name += `.${index.text}`;
      } else if (take('.')) name += `.${list[at++]?.text ?? ''}`;
      else return { type: 'name', name };
    }
  };
  const tree = one(0);
  return at === list.length ? tree : undefined;
}

const STATUS: Readonly<Record<string, string>> = {
  always: 'always()',
  canceled: 'cancelled()',
  failed: 'failure()',
  succeeded: 'success()',
  succeededorfailed: '(success() || failure())',
};

/** The values that the files give to variables and parameters, by their names in lower case. */
export type Values = ReadonlyMap<string, string>;

export function azureCondition(written: string, values: Values, depth = 0): string {
  const tree = parse(written);
  return tree ? truth(tree, values, depth) : `asked(${quoted(written.trim().slice(0, 200))})`;
}

/** What a template expression comes to, where the files tell: ALWAYS, NEVER or a condition. */
function truth(node: Node, values: Values, depth: number): string {
  if (node.type === 'text')
    return node.text === 'false' || node.text === '' || node.text === '0' ? NEVER : ALWAYS;
  if (node.type === 'name') {
    const of = operand(node, values, depth);
    if (of.when !== '') return of.when;
    return of.known ? (of.text === '' || of.text.toLowerCase() === 'false' ? NEVER : ALWAYS) : of.text;
  }
  const inner = (n: Node) => truth(n, values, depth);
  const [first, second] = node.of;
  switch (node.name) {
    case 'and':
      return all(...node.of.map(inner));
    case 'or':
      return any(...node.of.map(inner));
    case 'not':
      return first ? not(inner(first)) : ALWAYS;
    case 'eq':
    case 'ne': {
      if (!first || !second) return ALWAYS;
      const same = equal(operand(first, values, depth), operand(second, values, depth));
      return node.name === 'eq' ? same : not(same);
    }
    case 'in':
    case 'notin': {
      const [subject, ...others] = node.of.map((n) => operand(n, values, depth));
      const one = subject ? any(...others.map((o) => equal(subject, o))) : NEVER;
      return node.name === 'in' ? one : not(one);
    }
    case 'startswith':
    case 'endswith':
    case 'contains': {
      if (!first || !second) return ALWAYS;
      const [a, b] = [operand(first, values, depth), operand(second, values, depth)];
      if (a.known && b.known) {
        const [x, y] = [a.text.toLowerCase(), b.text.toLowerCase()];
        const holds =
          node.name === 'contains'
            ? x.includes(y)
            : node.name === 'startswith'
              ? x.startsWith(y)
              : x.endsWith(y);
        return holds ? ALWAYS : NEVER;
      }
      const name =
        node.name === 'contains' ? 'contains' : node.name === 'startswith' ? 'startsWith' : 'endsWith';
      return `${name}(${shown(a)}, ${shown(b)})`;
    }
    default:
      return STATUS[node.name] ?? `asked(${quoted(node.name)})`;
  }
}

interface Operand {
  known: boolean;
  /** The text itself, or the name of a value that is not known. */
  text: string;
  /** The condition that decides on it, for a variable that is an expression. */
  when: string;
}

const REASONS: Readonly<Record<string, string>> = {
  batchedci: 'push',
  individualci: 'push',
  manual: 'workflow_dispatch',
  pullrequest: 'pull_request',
  schedule: 'schedule',
};

function operand(node: Node, values: Values, depth: number): Operand {
  if (node.type === 'text') return { known: true, text: node.text, when: '' };
  if (node.type === 'call') return { known: false, text: `asked(${quoted(node.name)})`, when: '' };
  const [context = '', ...rest] = node.name.split('.');
  const key = rest.join('.');
  if (/^(variables|parameters)$/i.test(context)) {
    const own = ofRun(key);
    if (own !== undefined) return { known: false, text: own, when: '' };
    const value = values.get(key.toLowerCase());
    if (value !== undefined && !/^\$[([{]/.test(value)) return { known: true, text: value, when: '' };
    const expression = /^\$\[([\s\S]*)\]$/.exec(value ?? '')?.[1];
    return {
      known: false,
      text: `${/^p/i.test(context) ? 'inputs' : 'variables'}.${key}`,
      when: expression === undefined || depth > 3 ? '' : azureCondition(expression, values, depth + 1),
    };
  }
  return { known: false, text: `${context}.${key}`.replace(/[^\w.-]/g, '_'), when: '' };
}

/** Predefined variables in GitHub's words. */
function ofRun(name: string): string | undefined {
  switch (name.toLowerCase()) {
    case 'build.sourcebranch':
      return 'github.ref';
    case 'build.sourcebranchname':
      return 'github.ref_name';
    case 'build.reason':
      return 'github.event_name';
    case 'system.pullrequest.targetbranch':
    case 'system.pullrequest.targetbranchname':
      return 'github.base_ref';
    case 'build.repository.name':
      return 'github.repository';
    case 'system.teamproject':
    case 'system.collectionuri':
      return `github.event.repository.${name.toLowerCase().replace('.', '_')}`;
    case 'build.requestedfor':
      return 'github.actor';
    default:
      return undefined;
  }
}

function equal(a: Operand, b: Operand): string {
  if (a.known && b.known) return a.text.toLowerCase() === b.text.toLowerCase() ? ALWAYS : NEVER;
  const [name, value] = a.known ? [b, a] : [a, b];
  if (name.when !== '' && /^(true|false)$/i.test(value.text))
    return value.text.toLowerCase() === 'true' ? name.when : not(name.when);
  if (name.text === 'github.event_name' && value.known) {
    const event = REASONS[value.text.toLowerCase()];
    return event === undefined ? NEVER : `github.event_name == ${quoted(event)}`;
  }
  if (/^github\.base_ref$/.test(name.text) && value.known)
    return `github.base_ref == ${quoted(value.text.replace(/^refs\/heads\//, ''))}`;
  if (value.known && value.text === '' && /^(variables|inputs)\./.test(name.text)) return not(name.text);
  return `${name.text} == ${shown(value)}`;
}

function shown(of: Operand): string {
  return of.known ? quoted(of.text) : of.text;
}
