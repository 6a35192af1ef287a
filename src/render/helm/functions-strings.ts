/** The functions of templates that work on text. */
import { alike, asText, type FunctionTable, intOf, listOf, stringOf } from './arguments.js';
import { sprintf } from './printf.js';
import { EvaluationError, LimitError, printed, type Value } from './value.js';

const LONGEST = 5 * 1024 * 1024;

function indent(spaces: number, text: string): string {
  const breaks = text.split('\n').length;
  if (Math.max(spaces, 0) * breaks + text.length > LONGEST) throw new LimitError('a text grows too large');
  if (spaces < 0) throw new EvaluationError('strings: negative Repeat count');
  const pad = ' '.repeat(spaces);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function repeat(count: number, text: string): string {
  if (count < 0) throw new EvaluationError('strings: negative Repeat count');
  if (count * text.length > LONGEST) throw new LimitError('a text grows too large');
  return text.repeat(count);
}

function replaceAll(old: string, by: string, text: string): string {
  const count = old === '' ? text.length + 1 : text.split(old).length - 1;
  if (text.length + count * by.length > LONGEST) throw new LimitError('a text grows too large');
  return text.replaceAll(old, () => by);
}

function trunc(length: number, text: string): string {
  // Cuts count bytes: the same for what names are made of.
  if (length < 0) return text.length + length > 0 ? text.slice(length) : text;
  return text.slice(0, length);
}

function trimmed(text: string, cutset: string, left: boolean, right: boolean): string {
  let start = 0;
  let end = text.length;
  while (left && start < end && cutset.includes(text.charAt(start))) start += 1;
  while (right && end > start && cutset.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Words, as between spaces, punctuation and changes of case. */
function words(text: string): string[] {
  return text
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[\s_.-]+/)
    .filter((w) => w !== '');
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function title(text: string): string {
  return text.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function substring(start: number, end: number, text: string): string {
  if (start < 0) return text.slice(0, Math.max(end, 0));
  if (end < 0 || end > text.length) return text.slice(start);
  return text.slice(start, end);
}

/** fmt.Sprint: a space between operands neither of which is a text. */
function sprint(args: readonly Value[]): string {
  return args
    .map((arg, i) => {
      const before = args[i - 1];
      const apart = i > 0 && typeof arg !== 'string' && typeof before !== 'string';
      return (apart ? ' ' : '') + (arg === null ? '<nil>' : printed(arg));
    })
    .join('');
}

function quoted(args: readonly Value[], quote: (text: string) => string): string {
  return args
    .filter((a) => a !== null)
    .map((a) => quote(printed(a)))
    .join(' ');
}

function wrapped(width: number, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

export const STRING_FUNCTIONS: FunctionTable = {
  abbrev: (width, text) => {
    const t = stringOf(text);
    const w = intOf(width);
    return w < 4 || t.length <= w ? t : `${t.slice(0, w - 3)}...`;
  },
  camelcase: (text) =>
    words(stringOf(text))
      .map((w) => upperFirst(w.toLowerCase()))
      .join(''),
  cat: (...args) =>
    args
      .filter((a) => a !== null)
      .map((a) => printed(a))
      .join(' '),
  contains: (part, text) => stringOf(text).includes(stringOf(part)),
  hasPrefix: (prefix, text) => stringOf(text).startsWith(stringOf(prefix)),
  hasSuffix: (suffix, text) => stringOf(text).endsWith(stringOf(suffix)),
  indent: (spaces, text) => indent(intOf(spaces), stringOf(text)),
  initials: (text) =>
    words(stringOf(text))
      .map((w) => w.charAt(0))
      .join(''),
  kebabcase: (text) => words(stringOf(text)).join('-').toLowerCase(),
  lower: (text) => stringOf(text).toLowerCase(),
  nindent: (spaces, text) => `\n${indent(intOf(spaces), stringOf(text))}`,
  nospace: (text) => stringOf(text).replace(/\s/g, ''),
  plural: (one, many, count) => (intOf(count) === 1 ? stringOf(one) : stringOf(many)),
  print: (...args) => sprint(args),
  printf: (format, ...args) => sprintf(stringOf(format), args),
  println: (...args) => `${args.map((a) => (a === null ? '<nil>' : printed(a))).join(' ')}\n`,
  quote: (...args) => quoted(args, (t) => JSON.stringify(t)),
  repeat: (count, text) => repeat(intOf(count), stringOf(text)),
  replace: (old, by, text) => replaceAll(stringOf(old), stringOf(by), stringOf(text)),
  snakecase: (text) => words(stringOf(text)).join('_').toLowerCase(),
  squote: (...args) => quoted(args, (t) => `'${t}'`),
  substr: (start, end, text) => substring(intOf(start), intOf(end), stringOf(text)),
  swapcase: (text) =>
    [...stringOf(text)].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join(''),
  title: (text) => title(stringOf(text)),
  toString: (value: Value | undefined) => (value === null ? '<nil>' : printed(value ?? null)),
  toStrings: (list) =>
    listOf(list)
      .filter((v) => v !== null)
      .map((v) => asText(v)),
  trim: (text) => stringOf(text).trim(),
  trimAll: (cutset, text) => trimmed(stringOf(text), stringOf(cutset), true, true),
  trimPrefix: (prefix, text) => {
    const t = stringOf(text);
    return t.startsWith(stringOf(prefix)) ? t.slice(stringOf(prefix).length) : t;
  },
  trimSuffix: (suffix, text) => {
    const t = stringOf(text);
    const s = stringOf(suffix);
    return s !== '' && t.endsWith(s) ? t.slice(0, -s.length) : t;
  },
  trunc: (length, text) => trunc(intOf(length), stringOf(text)),
  untitle: (text) => stringOf(text).replace(/\b\p{L}/gu, (c) => c.toLowerCase()),
  upper: (text) => stringOf(text).toUpperCase(),
  wrap: (width, text) => wrapped(intOf(width), stringOf(text)),
  ...alike('html js', (...args) => sprint(args)),
  trimall: (cutset, text) => trimmed(stringOf(text), stringOf(cutset), true, true),
  urlquery: (...args) => encodeURIComponent(sprint(args)).replaceAll('%20', '+'),
};
