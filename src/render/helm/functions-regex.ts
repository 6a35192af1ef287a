/** The functions of templates that match by regular expressions of Go, which run in linear time. */
import { RE2JS } from 're2js';
import { alike, type FunctionTable, intOf, stringOf } from './arguments.js';
import { EvaluationError, LimitError } from './value.js';

const MOST_KEPT = 500;
const LONGEST = 5 * 1024 * 1024;
const compiled = new Map<string, RE2JS>();

function regex(source: string): RE2JS {
  const known = compiled.get(source);
  if (known) return known;
  if (source.length > 2000) throw new LimitError('a regular expression is too long');
  try {
    const made = RE2JS.compile(source);
    if (compiled.size >= MOST_KEPT) compiled.clear();
    compiled.set(source, made);
    return made;
  } catch {
    throw new EvaluationError(`no regular expression: ${source}`);
  }
}

interface Match {
  start: number;
  end: number;
  groups: string[];
  named: Readonly<Record<string, number>>;
}

function matches(source: string, text: string, most: number): Match[] {
  const pattern = regex(source);
  const matcher = pattern.matcher(text);
  const found: Match[] = [];
  while ((most < 0 || found.length < most) && matcher.find()) {
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? '');
    found.push({ start: matcher.start(), end: matcher.end(), groups, named: pattern.namedGroups() });
  }
  return found;
}

function replaced(source: string, text: string, by: (match: Match) => string): string {
  let out = '';
  let at = 0;
  for (const match of matches(source, text, -1)) {
    out += text.slice(at, match.start) + by(match);
    if (out.length > LONGEST) throw new LimitError('a text grows too large');
    at = match.end;
  }
  return out + text.slice(at);
}

/** `$1`, `${1}` and `${name}`; the longest name that letters, digits and underscores make counts. */
function expanded(template: string, match: Match): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = bare ?? braced ?? '';
    const index = /^\d+$/.test(name) ? Number(name) : (match.named[name] ?? -1);
    return match.groups[index] ?? '';
  });
}

function split(source: string, text: string, most: number): string[] {
  if (most === 0) return [];
  const parts: string[] = [];
  let at = 0;
  for (const match of matches(source, text, -1)) {
    if (most > 0 && parts.length === most - 1) break;
    if (match.end === 0 && match.start === 0) continue;
    parts.push(text.slice(at, match.start));
    at = match.end;
  }
  return [...parts, text.slice(at)];
}

export const REGEX_FUNCTIONS: FunctionTable = {
  ...alike('regexMatch mustRegexMatch', (r, text) => regex(stringOf(r)).matcher(stringOf(text)).find()),
  ...alike(
    'regexFind mustRegexFind',
    (r, text) => matches(stringOf(r), stringOf(text), 1)[0]?.groups[0] ?? '',
  ),
  ...alike('regexFindAll mustRegexFindAll', (r, text, most) =>
    matches(stringOf(r), stringOf(text), intOf(most)).map((m) => m.groups[0] ?? ''),
  ),
  ...alike('regexReplaceAll mustRegexReplaceAll', (r, text, by) =>
    replaced(stringOf(r), stringOf(text), (m) => expanded(stringOf(by), m)),
  ),
  ...alike('regexReplaceAllLiteral mustRegexReplaceAllLiteral', (r, text, by) =>
    replaced(stringOf(r), stringOf(text), () => stringOf(by)),
  ),
  ...alike('regexSplit mustRegexSplit', (r, text, most) => split(stringOf(r), stringOf(text), intOf(most))),
  regexQuoteMeta: (text) => stringOf(text).replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
};
