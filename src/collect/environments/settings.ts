/** Environments for which an application keeps settings: by its framework's files, or side by side in one file. */
import { knownEnvironment, normaliseEnvironment } from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import { folderOf } from '../../parse/paths.js';
import { isTestPath, languageOf } from '../code/languages.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

/**
 * Names that no framework brings along: where one of them has settings, somebody set up environments. Development, test and
 * production alone are the modes that every new project starts with.
 */
const SET_UP: ReadonlySet<string> = new Set(['acceptance', 'preprod', 'qa', 'staging', 'uat']);
/** In a file of its own, these are for the tests. */
const FOR_TESTS: ReadonlySet<string> = new Set(['integration', 'test']);

interface Convention {
  file: RegExp;
  /** Nothing else is named like this, so that one file tells. */
  plain: boolean;
  /** Each file is a place that is deployed to, whatever its name. */
  deployed: boolean;
}

/** Where frameworks look for the settings of an environment; each finds the name in its first group. */
const CONVENTIONS: readonly Convention[] = [
  { file: /(?:^|\/)appsettings\.(\w+)\.json$/, plain: true, deployed: false },
  {
    file: /(?:^|\/)(?:config|resources)\/application-(\w+)\.(?:ya?ml|properties)$/,
    plain: true,
    deployed: false,
  },
  { file: /(?:^|\/)config\/environments\/(\w+)\.rb$/, plain: true, deployed: false },
  { file: /(?:^|\/)config\/deploy\/(\w+)\.rb$/, plain: true, deployed: true },
  { file: /(?:^|\/)environments\/environment\.(\w+)\.ts$/, plain: true, deployed: false },
  { file: /(?:^|\/)settings\/(\w+)\.(?:py|ya?ml|toml)$/, plain: false, deployed: false },
  { file: /(?:^|\/)config\/(\w+)\.(?:[cm]?js|exs|json5?|toml|ts|ya?ml)$/, plain: false, deployed: false },
];

/** Settings of all environments in one file, by the keys at its top; New Relic brings its own with all names in it. */
const KEYED = /(^|\/)config\/(?!newrelic\.)[\w.-]+\.ya?ml$/;
/** Spring's, of which each document may be that of a profile. */
const PROFILES = /(^|\/)(config|resources)\/application[\w-]*\.ya?ml$/;
const MAPPING_LANGUAGES: ReadonlySet<string> = new Set(['JavaScript', 'Python', 'Ruby', 'TypeScript']);

const ANY = /staging|\bstage\b|\bstg\b|preprod|pre-prod|\bqa\b|\buat\b|acceptance|\bacc\b/i;
const LINE_LIMIT = 500;
/** The lines of a mapping that are read. */
const MAPPING_LIMIT = 400;

/** `configs = {`, `const settings: Record<Name, Settings> = {`: a mapping that is named for what it holds. */
const MAPPING_OPENS =
  /^\s*(?:(?:export|const|let|var)\s+)*\w*(?:config|setting|environment)\w*\s*(?::[^=]{0,80})?=\s*\{\s*$/i;
/** Settings are a class, a function or a mapping; a text or number is about something else: a colour, an address. */
const MAPPING_ENTRY =
  /^\s*(?:["']([\w-]+)["']|:?([\w-]+))\s*(?::|=>)\s*(?:\{|(?!(?:None|null|nil|true|false)\b)[A-Za-z_])/i;

export const environmentSettings = defineCollector({
  name: 'environment-settings',
  title: 'Settings of environments',
  gives: ['environment-declaration'],
  likely: (path) => KEYED.test(path) || PROFILES.test(path),
  reads: (path) =>
    (MAPPING_LANGUAGES.has(languageOf(path)) || KEYED.test(path) || PROFILES.test(path)) && isRun(path),
  start(collection) {
    return {
      file(source) {
        if (!ANY.test(source.text)) return;
        for (const { name, line } of sideBySide(source))
          declare(collection, name, 'settings', folderOf(source.path), source.path, line);
      },
      end: () => readFiles(collection),
    };
  },
});

function isRun(path: string): boolean {
  return !isNotRun(path) && !isTestPath(path);
}

function declare(
  collection: Collection,
  name: string,
  by: 'settings' | 'settings-file',
  within: string,
  path: string,
  line: number,
): void {
  const data = { environment: normaliseEnvironment(name), by, within };
  collection.fact('environment-declaration', name, data, [atLine(path, line)]);
}

interface Named {
  name: string;
  line: number;
}

/** The files of each convention in each folder, which count where their names are not all the framework's own. */
function readFiles(collection: Collection): void {
  const groups = new Map<string, { convention: Convention; files: Map<string, string> }>();
  for (const { path, type } of collection.files) {
    if (type !== 'file' && type !== 'executable') continue;
    for (const [i, convention] of CONVENTIONS.entries()) {
      const name = convention.file.exec(path)?.[1] ?? '';
      const environment = knownEnvironment(name);
      if (environment === '' || FOR_TESTS.has(environment) || !isRun(path)) continue;
      const key = `${i} ${folderOf(path)}`;
      const group = groups.get(key) ?? { convention, files: new Map<string, string>() };
      if (!group.files.has(name)) group.files.set(name, path);
      groups.set(key, group);
    }
  }
  for (const { convention, files } of groups.values()) {
    const names = [...files.keys()].map(knownEnvironment);
    if (!convention.deployed && !names.some((n) => SET_UP.has(n))) continue;
    if (!convention.plain && new Set(names).size < 2) continue;
    for (const [name, path] of files) declare(collection, name, 'settings-file', folderOf(path), path, 1);
  }
}

/** The environments whose settings stand in one file: production, another that somebody set up, and those beside them. */
function sideBySide(source: SourceText): Named[] {
  if (PROFILES.test(source.path)) return setUp(profiles(source.lines));
  if (KEYED.test(source.path))
    return setUp(topKeys(source.lines)).filter(({ name }) => !FOR_TESTS.has(knownEnvironment(name)));
  return source.lines.flatMap((line, i) =>
    line.length < LINE_LIMIT && MAPPING_OPENS.test(line) ? setUp(entriesBelow(source.lines, i)) : [],
  );
}

function setUp(found: readonly Named[]): Named[] {
  const known = found.filter(({ name }) => knownEnvironment(name) !== '');
  const names = known.map(({ name }) => knownEnvironment(name));
  return names.includes('production') && names.some((n) => SET_UP.has(n)) ? known : [];
}

function topKeys(lines: readonly string[]): Named[] {
  return lines.flatMap((line, i) => {
    const name = /^(\w+):\s*(?:&\w+\s*)?(?:#.*)?$/.exec(line)?.[1];
    return name ? [{ name, line: i + 1 }] : [];
  });
}

function profiles(lines: readonly string[]): Named[] {
  return lines.flatMap((line, i) => {
    const name = /^\s*(?:spring\.config\.activate\.)?on-profile:\s*["']?(\w+)["']?\s*(?:#.*)?$/.exec(
      line,
    )?.[1];
    return name ? [{ name, line: i + 1 }] : [];
  });
}

/** The entries of the mapping that a line opens, told from what lies deeper by their indentation. */
function entriesBelow(lines: readonly string[], opens: number): Named[] {
  const found: Named[] = [];
  const outer = indentOf(lines[opens] ?? '');
  let inner = -1;
  for (const [i, line] of lines.slice(opens + 1, opens + 1 + MAPPING_LIMIT).entries()) {
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    if (indent <= outer) break;
    if (inner === -1) inner = indent;
    const match = indent === inner ? MAPPING_ENTRY.exec(line) : null;
    const name = match?.[1] ?? match?.[2];
    if (name) found.push({ name, line: opens + 2 + i });
  }
  return found;
}

function indentOf(line: string): number {
  return line.search(/\S|$/);
}
