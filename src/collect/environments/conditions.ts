/** Expressions in application code, scripts and templates that decide by the name of an environment. */

import { knownEnvironment } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import { folderOf } from '../../parse/paths.js';
import { isGenerated } from '../code/generated.js';
import { isCode, isTestPath, languageOf } from '../code/languages.js';
import { defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

/** Languages of which the comparisons are not known here: they call a function, or write texts in their own way. */
const UNREAD_LANGUAGES: ReadonlySet<string> = new Set([
  'C',
  'C++',
  'Clojure',
  'Erlang',
  'Haskell',
  'Julia',
  'Lua',
  'Objective-C',
  'Perl',
  'R',
  'Zig',
]);

/** From this share of the code on, a language that is not read leaves the answer open. */
const REAL_PART = 0.2;
/** The lines of one file that are worth reporting; one file full of them says no more than these. */
const SHOWN = 5;
/** How far below a `switch` its first named case is looked for. */
const CASES_WITHIN = 8;
/** A line longer than this was written by a tool. */
const LINE_LIMIT = 500;

/** A variable whose name says environment: `env`, `NODE_ENV`, `appEnvironment`, `environmentName`. */
const ID = '(?:\\w*_)?(?:env|ENV|Env|environment|ENVIRONMENT|Environment)(?:_?(?:name|Name|NAME))?';
const CAMEL = '[a-z]\\w*(?:Env|Environment)(?:Name)?';
const VARIABLE = `(?:import\\.meta\\.env\\.MODE|Rails\\.env|(?<!\\w)(?:${ID}|${CAMEL}))(?!\\w)`;
/** What stands around a variable's name: `os.getenv("ENV", "x")`, `config['env']`, `env.toLowerCase()`. */
const ASKED = `${VARIABLE}(?:["'](?:\\s*,\\s*["'\\w]{0,30})?)?[\\])!]{0,3}(?:\\s*(?:\\|\\||\\?\\?)\\s*["']\\w*["'])?\\)?(?:\\??\\.(?:to\\w*Case|lower|upper|downcase|strip|trim|to_s|value|name|Name)(?:\\(\\))?){0,2}`;
const NAME = '[A-Za-z][\\w-]{1,15}';
const TEXT = `(["'\`])(${NAME})\\1`;
/** `["dev", "staging"`, `('prod',`, `%w[production`: the first name of a list. */
const LISTED = `[\\[({]\\s*["'](${NAME})["']`;

/** Each finds a name in a group `n`; what it finds counts if that is an environment's name. */
const IN_CODE: readonly RegExp[] = [
  `${ASKED}\\s*[!=]==?\\s*${TEXT.replace(`(${NAME})`, `(?<n>${NAME})`)}`,
  `${TEXT.replace(`(${NAME})`, `(?<n>${NAME})`)}\\s*[!=]==?\\s*(?:[\\w$]+[.\\[("']+){0,5}${VARIABLE}`,
  `${ASKED}\\s+(?:not\\s+)?in\\s*${LISTED.replace(`(${NAME})`, `(?<n>${NAME})`)}`,
  `${LISTED.replace(`(${NAME})`, `(?<n>${NAME})`)}[^\\])}]{0,80}[\\])}]\\.(?:includes|include\\?|contains|Contains)\\(\\s*(?:[\\w$]+\\.){0,4}${VARIABLE}`,
  `%w[\\[(](?<n>${NAME})[^\\])]{0,80}[\\])]\\.include\\?\\(?\\s*(?:[\\w$]+\\.)?${VARIABLE}`,
  `["'](?<n>${NAME})["']\\.equals(?:IgnoreCase)?\\(\\s*${VARIABLE}`,
  `${VARIABLE}(?:\\(\\))?\\.(?:equals|equalsIgnoreCase|Equals)\\(\\s*["'](?<n>${NAME})["']`,
].map((source) => new RegExp(source));

/** The ways of frameworks, each on the files of one language. */
const OF_LANGUAGE: Readonly<Record<string, readonly RegExp[]>> = {
  'C#': [
    /\b\w*[eE]nv(?:ironment)?\.Is(?<n>Development|Staging|Production)\(\)/,
    /\b\w*[eE]nv(?:ironment)?\.IsEnvironment\("(?<n>\w+)"\)/,
  ],
  Elixir: [/\b(?:Mix\.env(?:\(\))?|config_env\(\))\s*(?:[!=]=|in)\s*\[?:(?<n>\w+)/],
  Java: [/@Profile\(\s*\{?\s*"!?(?<n>\w+)"/, /\bacceptsProfiles\([^)"]*"!?(?<n>\w+)"/],
  JavaScript: [/\bimport\.meta\.env\.(?<n>PROD|DEV)\b/],
  Kotlin: [/@Profile\(\s*"!?(?<n>\w+)"/, /\bacceptsProfiles\([^)"]*"!?(?<n>\w+)"/],
  PHP: [/(?:\bApp::|app\(\)->)(?:environment\(\s*\[?\s*['"]|is)(?<n>\w+)/],
  Ruby: [/\bRails\.env\.(?<n>\w+)\?/],
};
const SAME_AS_JAVASCRIPT: ReadonlySet<string> = new Set(['Svelte', 'TypeScript', 'Vue']);

const SHELL: readonly RegExp[] = [
  /\[\[?\s[^\]]*"?\$\{?(?:\w*_)?(?:ENV|ENVIRONMENT|env|environment)(?:_NAME|_name)?(?:[:-][^}"]*)?\}?"?\s*(?:==?|!=)\s*["']?(?<n>[A-Za-z]\w*)["']?\s/,
];
const MAKE: readonly RegExp[] = [
  /^\s*(?:else\s+)?ifn?eq\s*\(\s*\$[({](?:\w*_)?(?:ENV|ENVIRONMENT|env|environment)[)}]\s*,\s*["']?(?<n>\w+)["']?\s*\)/,
];
const TEMPLATE: readonly RegExp[] = [
  /\{\{[^{}]*\b(?:eq|ne)\s+(?:\([^()]*)?\$?(?:\.\w+)*\.(?:\w*[eE]nv(?:ironment)?|Environment\.Name)\)?\s+"(?<n>\w+)"/,
  /\{%-?\s*(?:el)?if\s[^%]*\b(?:\w+_)?(?:env|environment)\s*[!=]=\s*["'](?<n>\w+)["']/,
];
const TEMPLATE_FILE = /\.(gotmpl|tpl|j2|jinja2?)$|(^|\/)templates\/.*\.ya?ml$/;

/** Where a decision over several cases opens, and how each language writes a case. */
const SWITCH = new RegExp(`\\b(?:switch|match|case|when)\\b[^;]{0,60}${VARIABLE}`);
const CASE = /^\s*(?:case\s+|when\s+)?\(?["'](?<n>[A-Za-z]\w*)["']\s*(?::|,|=>|->|\{|$)/;
const SHELL_SWITCH =
  /^\s*case\s+"?\$\{?(?:\w*_)?(?:ENV|ENVIRONMENT|env|environment)(?:_NAME|_name)?[^}"\s]*\}?"?\s+in\b/;
const SHELL_CASE = /^\s*\(?["']?(?<n>[A-Za-z]\w*)["']?\s*[|)]/;

/** Settings of what runs tests. */
const TEST_RUNNER = /(^|\/)(cypress|jest|karma|playwright|vitest|wdio)\.(conf|config|setup)\.[cm]?[jt]s$/;
const ANY = /env|profile/i;
const COMMENT: Readonly<Record<string, RegExp>> = {
  hash: /^\s*#/,
  slashes: /^\s*(\/\/|\/?\*|<!--)/,
};
const HASHED: ReadonlySet<string> = new Set(['Elixir', 'Makefile', 'Python', 'Ruby', 'Shell', 'YAML', '']);

export const environmentConditions = defineCollector({
  name: 'environment-conditions',
  title: 'Environment names in code',
  gives: ['environment-condition'],
  reads: (path) =>
    waysOf(path) !== 'none' &&
    !TEST_RUNNER.test(path) &&
    !isTestPath(path) &&
    !isNotRun(path) &&
    !isGenerated(path),
  start(collection) {
    return {
      file(source) {
        if (!ANY.test(source.text)) return;
        for (const { line, expression, environment } of conditionsIn(source))
          collection.fact(
            'environment-condition',
            `${source.path}:${line}`,
            { directory: folderOf(source.path), language: languageOf(source.path), environment, expression },
            [atLine(source.path, line)],
          );
      },
      end() {
        const code = collection.files.filter((f) => isCode(f.path));
        for (const language of UNREAD_LANGUAGES) {
          const files = code.filter((f) => languageOf(f.path) === language).length;
          if (files === 0 || files < code.length * REAL_PART) continue;
          collection.gap({
            kinds: ['environment-condition'],
            reason: 'not-supported',
            what: `what ${language} code decides by is not read`,
          });
        }
      },
    };
  },
});

interface Condition {
  line: number;
  expression: string;
  environment: string;
}

type Ways = 'code' | 'shell' | 'make' | 'template' | 'none';

function waysOf(path: string): Ways {
  if (TEMPLATE_FILE.test(path)) return 'template';
  const language = languageOf(path);
  if (language === 'Shell') return 'shell';
  if (language === 'Makefile') return 'make';
  return isCode(path) && !UNREAD_LANGUAGES.has(language) ? 'code' : 'none';
}

function conditionsIn(source: SourceText): Condition[] {
  const ways = waysOf(source.path);
  const language = languageOf(source.path);
  const patterns = patternsOf(ways, language);
  const comment = HASHED.has(language) ? COMMENT.hash : COMMENT.slashes;
  const found: Condition[] = [];
  const documents = ways === 'code' && /"""|'''/.test(source.text);
  let documented = false;
  for (const [i, line] of source.lines.entries()) {
    if (found.length === SHOWN) break;
    // A text over several lines of Python or Elixir, mostly documentation.
    const marks = documents ? (line.match(/"""|'''/g) ?? []).length : 0;
    const within = documented;
    if (marks % 2 === 1) documented = !documented;
    if (within || marks > 0 || line.length > LINE_LIMIT || !ANY.test(line) || comment?.test(line)) continue;
    const at = { line: i + 1, expression: line.trim() };
    const environment = namedIn(patterns, line, ways) || casesBelow(source, i, ways);
    if (environment !== '') found.push({ ...at, environment });
  }
  return found;
}

function patternsOf(ways: Ways, language: string): readonly RegExp[] {
  if (ways === 'shell') return SHELL;
  if (ways === 'make') return MAKE;
  if (ways === 'template') return TEMPLATE;
  const own = OF_LANGUAGE[SAME_AS_JAVASCRIPT.has(language) ? 'JavaScript' : language] ?? [];
  return [...own, ...IN_CODE];
}

/** The environment that one of the patterns finds outside of texts and comments. */
function namedIn(patterns: readonly RegExp[], line: string, ways: Ways): string {
  for (const pattern of patterns) {
    const match = pattern.exec(line);
    const environment = knownEnvironment(match?.groups?.n ?? '');
    if (match && environment !== '' && !(ways === 'code' && isQuoted(line.slice(0, match.index))))
      return environment;
  }
  return '';
}

/** Does what follows stand in a text or behind a comment's mark? A name between brackets, `ENV["`, is no text here. */
function isQuoted(before: string): boolean {
  let quote = '';
  for (const [i, c] of [...before].entries()) {
    if (quote === '' && c === '/' && before[i + 1] === '/' && before[i - 1] !== ':') return true;
    if (quote === '' && /["'`]/.test(c)) quote = c;
    else if (c === quote) quote = '';
  }
  // The pattern begins inside of the name that is asked for: `os.environ["`, `getenv('`, `${`.
  return quote !== '' && !/[[(]["']$|\$\{[^}]*$/.test(before);
}

function casesBelow(source: SourceText, opens: number, ways: Ways): string {
  const [open, one] = ways === 'shell' ? [SHELL_SWITCH, SHELL_CASE] : [SWITCH, CASE];
  if ((ways !== 'shell' && ways !== 'code') || !open.test(source.lines[opens] ?? '')) return '';
  for (const line of source.lines.slice(opens + 1, opens + 1 + CASES_WITHIN)) {
    const environment = knownEnvironment(one.exec(line)?.groups?.n ?? '');
    if (environment !== '') return environment;
  }
  return '';
}
