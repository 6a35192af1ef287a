/** An `if:` of GitLab CI -> a condition in the form of GitHub's expressions. */
import { ALWAYS, all, any, NEVER, not, quoted } from '../condition.js';

/** What the reader of rules must know about the pipeline around them. */
export interface Setting {
  /** Variables of the pipeline with the values that the file gives them. */
  variables: ReadonlyMap<string, string>;
  /** It is started by another pipeline of the same repository. */
  child: boolean;
  /** Is there a file that fits one of the patterns? */
  exists(patterns: readonly string[]): boolean;
}

export const ON_BRANCH = "startsWith(github.ref, 'refs/heads/')";
export const ON_TAG = "startsWith(github.ref, 'refs/tags/')";
export const ON_REQUEST = "github.event_name == 'pull_request'";
const DEFAULT_BRANCH = 'github.event.repository.default_branch';

/** How GitLab's sources of a pipeline are called on GitHub. */
const SOURCES: Readonly<Record<string, string>> = {
  api: 'repository_dispatch',
  chat: 'workflow_dispatch',
  external_pull_request_event: 'pull_request',
  merge_request_event: 'pull_request',
  pipeline: 'repository_dispatch',
  push: 'push',
  schedule: 'schedule',
  trigger: 'repository_dispatch',
  web: 'workflow_dispatch',
};

type Token = { kind: 'variable' | 'string' | 'pattern' | 'null' | 'mark'; text: string };
const TOKEN =
  /\s*(?:\$(\w+)|\$\{(\w+)\}|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\/((?:[^/\\\n]|\\.)+)\/([a-z]*)|(null)\b|(==|!=|=~|!~|&&|\|\||[()!]))/y;

function tokens(written: string): Token[] | undefined {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < written.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(written);
    if (!match) return written.slice(at).trim() === '' ? found : undefined;
    const [, bare, braced, double, single, pattern, flags = '', nothing, mark] = match;
    const name = bare ?? braced;
    const string = double ?? single;
    if (name !== undefined) found.push({ kind: 'variable', text: name });
    else if (string !== undefined) found.push({ kind: 'string', text: string });
    else if (pattern !== undefined) found.push({ kind: 'pattern', text: `/${pattern}/${flags}` });
    else if (nothing !== undefined) found.push({ kind: 'null', text: '' });
    else found.push({ kind: 'mark', text: mark ?? '' });
  }
  return found;
}

/** An `if:` as a condition; what cannot be read is an open question. */
export function conditionOf(written: string, setting: Setting): string {
  const list = tokens(written);
  const reader = new ExpressionReader(list ?? [], setting);
  const condition = list ? reader.or(0) : undefined;
  return condition !== undefined && reader.done() ? condition : `asked(${quoted(written.trim())})`;
}

const DEEPEST = 50;

class ExpressionReader {
  #at = 0;

  constructor(
    readonly list: readonly Token[],
    readonly setting: Setting,
  ) {}

  done(): boolean {
    return this.#at === this.list.length;
  }

  or(depth: number): string | undefined {
    let left = this.#and(depth);
    while (left !== undefined && this.#take('||')) {
      const right = this.#and(depth);
      left = right === undefined ? undefined : any(left, right);
    }
    return left;
  }

  #and(depth: number): string | undefined {
    let left = this.#one(depth);
    while (left !== undefined && this.#take('&&')) {
      const right = this.#one(depth);
      left = right === undefined ? undefined : all(left, right);
    }
    return left;
  }

  #one(depth: number): string | undefined {
    if (depth > DEEPEST) return undefined;
    if (this.#take('!')) {
      const inner = this.#one(depth + 1);
      return inner === undefined ? undefined : not(inner);
    }
    if (this.#take('(')) {
      const inner = this.or(depth + 1);
      return this.#take(')') ? inner : undefined;
    }
    const left = this.#value();
    if (!left) return undefined;
    const operator = ['==', '!=', '=~', '!~'].find((o) => this.#take(o));
    if (operator === undefined) return left.kind === 'variable' ? set(left.text, this.setting) : undefined;
    const right = this.#value();
    if (!right) return undefined;
    const same = /~/.test(operator) ? this.#fits(left, right) : this.#equal(left, right);
    return operator.startsWith('!') ? not(same) : same;
  }

  #value(): Token | undefined {
    const token = this.list[this.#at];
    if (!token || token.kind === 'mark') return undefined;
    this.#at += 1;
    return token;
  }

  #equal(left: Token, right: Token): string {
    if (left.kind !== 'variable' && right.kind === 'variable') return this.#equal(right, left);
    if (left.kind !== 'variable') return left.text === right.text ? ALWAYS : NEVER;
    if (right.kind === 'null' || (right.kind === 'string' && right.text === ''))
      return not(set(left.text, this.setting));
    return equal(left.text, right, this.setting);
  }

  #fits(left: Token, right: Token): string {
    const pattern = right.kind === 'variable' ? this.setting.variables.get(right.text) : right.text;
    if (left.kind !== 'variable' || pattern === undefined)
      return `asked(${quoted(`${left.text} =~ ${right.text}`)})`;
    return fits(left.text, pattern, this.setting);
  }

  #take(mark: string): boolean {
    const token = this.list[this.#at];
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    this.#at += 1;
    return true;
  }
}

/** Is the variable there, and not empty? */
function set(name: string, setting: Setting): string {
  if (name === 'CI_COMMIT_BRANCH') return ON_BRANCH;
  if (name === 'CI_COMMIT_TAG') return ON_TAG;
  if (/^CI_(EXTERNAL_)?(MERGE|PULL)_REQUEST_(?!LABELS|ASSIGNEES|MILESTONE|APPROVED|EVENT)/.test(name))
    return ON_REQUEST;
  if (
    /^(CI|GITLAB_CI|CI_COMMIT_(SHA|REF_NAME|REF_SLUG|SHORT_SHA)|CI_DEFAULT_BRANCH|CI_PIPELINE_(ID|SOURCE)|CI_PROJECT_\w+|CI_REGISTRY\w*)$/.test(
      name,
    )
  )
    return ALWAYS;
  const value = setting.variables.get(name);
  return value === undefined ? `variables.${name}` : value === '' ? NEVER : ALWAYS;
}

/** The text of a variable in GitHub's words, where it has any. */
function named(name: string): string | undefined {
  if (name === 'CI_COMMIT_REF_NAME' || name === 'CI_COMMIT_REF_SLUG') return 'github.ref_name';
  if (name === 'CI_DEFAULT_BRANCH') return DEFAULT_BRANCH;
  if (/^CI_COMMIT_(MESSAGE|TITLE|DESCRIPTION)$/.test(name)) return 'github.event.head_commit.message';
  if (/_TARGET_BRANCH_NAME$/.test(name)) return 'github.base_ref';
  if (/REQUEST_SOURCE_BRANCH_NAME$/.test(name)) return 'github.head_ref';
  if (name === 'GITLAB_USER_LOGIN' || name === 'GITLAB_USER_NAME') return 'github.actor';
  return /^CI_(PROJECT|SERVER)_|^CI_MERGE_REQUEST_(SOURCE_)?PROJECT/.test(name)
    ? `github.event.repository.${name.toLowerCase()}`
    : undefined;
}

function equal(name: string, other: Token, setting: Setting): string {
  const word = other.kind === 'variable' ? (setting.variables.get(other.text) ?? undefined) : other.text;
  if (name === 'CI_PIPELINE_SOURCE') return word === undefined ? NEVER : sourceIs(word, setting);
  const ref =
    name === 'CI_COMMIT_BRANCH' ? 'refs/heads/' : name === 'CI_COMMIT_TAG' ? 'refs/tags/' : undefined;
  if (ref !== undefined && word !== undefined) return `github.ref == ${quoted(ref + word)}`;
  const value =
    other.kind === 'variable' && word === undefined
      ? (named(other.text) ?? `variables.${other.text}`)
      : quoted(word ?? '');
  if (ref !== undefined) return `github.ref == format('${ref}{0}', ${value})`;
  if (name === 'CI_DEFAULT_BRANCH' && other.kind === 'variable' && other.text === 'CI_COMMIT_BRANCH')
    return `github.ref == format('refs/heads/{0}', ${DEFAULT_BRANCH})`;
  if (name === 'CI_COMMIT_REF_NAME' && word !== undefined)
    return `github.ref == ${quoted(`refs/heads/${word}`)}`;
  const known = setting.variables.get(name);
  if (known !== undefined && word !== undefined) return known === word ? ALWAYS : NEVER;
  const mine = named(name) ?? `variables.${name}`;
  return `${mine} == ${value}`;
}

function sourceIs(word: string, setting: Setting): string {
  if (word === 'parent_pipeline') return setting.child ? ALWAYS : NEVER;
  if (setting.child) return NEVER;
  const event = SOURCES[word];
  return event === undefined ? NEVER : `github.event_name == ${quoted(event)}`;
}

function fits(name: string, pattern: string, setting: Setting): string {
  if (name === 'CI_PIPELINE_SOURCE') {
    const test = tame(pattern);
    return any(
      ...Object.keys(SOURCES)
        .filter((s) => test?.test(s))
        .map((s) => sourceIs(s, setting)),
    );
  }
  if (name === 'CI_COMMIT_BRANCH') return all(ON_BRANCH, fitsName('refs/heads/', pattern));
  if (name === 'CI_COMMIT_TAG') return all(ON_TAG, `matches(github.ref_name, ${quoted(pattern)})`);
  const known = setting.variables.get(name);
  const test = known === undefined ? undefined : tame(pattern);
  if (known !== undefined && test) return test.test(known) ? ALWAYS : NEVER;
  return `matches(${named(name) ?? `variables.${name}`}, ${quoted(pattern)})`;
}

/** Patterns that only list names are questions of equality, which more can be told about. */
function fitsName(prefix: string, pattern: string): string {
  const names = /^\/\^\(?([\w|./\\-]+)\)?\$\/$/.exec(pattern)?.[1]?.replaceAll('\\', '').split('|');
  if (names) return any(...names.map((n) => `github.ref == ${quoted(prefix + n)}`));
  return `matches(github.ref_name, ${quoted(pattern)})`;
}

/** A pattern of the file that cannot take for ever on a short word. */
function tame(pattern: string): RegExp | undefined {
  const [, inner = '', flags = ''] = /^\/([\s\S]*)\/([a-z]*)$/.exec(pattern) ?? [];
  if (inner === '' || inner.length > 200 || /\)[+*{]/.test(inner)) return undefined;
  try {
    return new RegExp(inner.replace(/^\\A/, '^').replace(/\\[zZ]$/, '$'), flags.includes('i') ? 'i' : '');
  } catch {
    return undefined;
  }
}
