/** What the messages and paths of one repeated change have in common, without numbers, environments and names of people. */
import { knownEnvironment } from '../../../model/environment-name.js';

/** Stands for what varies or must not be repeated. */
export const ELLIPSIS = '…';
export const VALUE = '#';
const ENVIRONMENT = '{environment}';

const TRAILER = /\s*\b(co-authored|signed-off|reviewed|acked|tested|reported|helped|suggested)[- ]by:.*$/i;
const PULL_REQUEST = /\s*\((#|!|pull request #)?\d+\)\s*$/;
const PREFIX = /^\s*((:[a-z0-9_+-]+:|\[?[A-Z][A-Z0-9]+-\d+\]?:?|[a-z]+(\([^()]*\))?!?:)\s*)+/;
const ADDRESS = /\S+@\S+\.\S+|(?<!\S)@\S+|https?:\/\/\S+/;

/** 1.2, v1.2.3-rc.1, ~> 5.0, 2026.1.15: what a release is called. */
const VERSION = /^[v~^<>=]*\d+(\.(\d+|x))+([-+.][0-9a-z][0-9a-z.+-]*)?$/i;
const COMMIT = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,64}$/;
const DIGEST = /^(sha256)?[0-9a-f]{64}$/;
const NUMBER = /^[#v]?\d[\d,:.hkmgti%/_-]*$/i;

/** Words for one thing: to set a newer version. */
const RAISES = /^(bump|upgrad|updat)(e[sd]?|ing|s|ed)?$/i;

export interface Shape {
  /** The words in their order, each as it may be shown. */
  words: readonly string[];
  /** It names a version, a commit or a digest. */
  version: boolean;
}

/** `names`: words of people's names, in lower case. */
export function messageShape(subject: string, names: ReadonlySet<string>): Shape {
  const text = subject.slice(0, 500).replace(TRAILER, '').replace(PULL_REQUEST, '').replace(PREFIX, '');
  const words: string[] = [];
  let version = false;
  // An image and its tag, a name and its value: two words.
  for (const raw of text.split(/\s+/).flatMap((w) => (ADDRESS.test(w) ? [w] : w.split(/[:=]+/)))) {
    const word = raw.replace(/^[^\p{L}\p{N}#@~^<>{]+|[^\p{L}\p{N}}]+$/gu, '');
    if (word === '' || word === 'v') continue;
    if (VERSION.test(word) || COMMIT.test(word) || DIGEST.test(word)) {
      version = true;
      words.push(VALUE);
    } else if (NUMBER.test(word)) words.push(VALUE);
    else if (knownEnvironment(word) !== '') words.push(ENVIRONMENT);
    else if (namesPerson(word, names) || ADDRESS.test(raw)) words.push(ELLIPSIS);
    else words.push(words.length === 0 && RAISES.test(word) ? 'Update' : word);
  }
  return { words, version };
}

/** A word of somebody's name, alone (`Ada's`) or among others (`ada-key`, `alovelace/branch`). */
function namesPerson(word: string, names: ReadonlySet<string>): boolean {
  const lower = word.toLowerCase().replace(/['’]s?$/, '');
  return (
    names.has(lower) || lower.split(/[^\p{L}\p{N}]+/u).some((part) => part.length > 2 && names.has(part))
  );
}

/** A path with its environments and numbers taken out, and parts that name a person. */
export function pathShape(path: string, names: ReadonlySet<string>): string {
  return path
    .split('/')
    .map((part) => (namesPerson(part, names) ? '*' : shapeOfPart(part)))
    .join('/');
}

function shapeOfPart(part: string): string {
  return part
    .split(/([-_.])/)
    .map((word) => (knownEnvironment(word) === '' ? word.replace(/\d+/g, VALUE) : ENVIRONMENT))
    .join('');
}

/** The same with the parts that the message speaks of taken out: `apps/api/values.yaml` for "Update api". */
export function generalPath(plain: string, spoken: ReadonlySet<string>): string {
  return plain
    .split('/')
    .map((part) => (spoken.has(part.replace(/\.[^.]+$/, '').toLowerCase()) ? '*' : part))
    .join('/');
}

/** Messages -> one: the most frequent, with an ellipsis for each word that most others lack. */
export function commonShape(messages: readonly (readonly string[])[]): string {
  const holding = new Map<string, number>();
  const whole = new Map<string, { words: readonly string[]; times: number }>();
  for (const words of messages) {
    for (const word of new Set(words.map((w) => w.toLowerCase())))
      holding.set(word, (holding.get(word) ?? 0) + 1);
    const key = words.join(' ').toLowerCase();
    const entry = whole.get(key) ?? { words, times: 0 };
    whole.set(key, { words: smaller(words, entry.words), times: entry.times + 1 });
  }
  const held = (word: string) => (holding.get(word.toLowerCase()) ?? 0) / messages.length;
  const score = (words: readonly string[]) => words.reduce((sum, w) => sum + held(w), 0) / words.length;
  const [best] = [...whole.values()].sort(
    (a, b) =>
      b.times - a.times ||
      score(b.words) - score(a.words) ||
      (a.words.join(' ') < b.words.join(' ') ? -1 : 1),
  );
  const shown = (best?.words ?? []).map((word) => (held(word) >= 0.6 ? word : ELLIPSIS));
  const told = shown.filter((word, i) => word !== ELLIPSIS || shown[i - 1] !== ELLIPSIS);
  const says = told.some((word) => word.length > 2 && word !== ENVIRONMENT);
  return (says ? told : ['Set', ELLIPSIS, 'to', VALUE]).join(' ');
}

function smaller(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.join(' ') < b.join(' ') ? a : b;
}
