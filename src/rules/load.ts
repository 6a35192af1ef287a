/** Packs from folders: practice.yaml and one rule a file, checked whole, so that an author sees every mistake at once. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import type * as z from 'zod';
import { UserError } from '../model/errors.js';
import { type Pack, Practice, Rule } from '../model/rule.js';
import { compileRule, type Problem } from './compile.js';
import { nearest } from './nearest.js';

/** Our own packs; `src/rules` and `dist/rules` stand at the same depth. */
export const BUNDLED_RULES = fileURLToPath(new URL('../../rules', import.meta.url));

/** Folders beside the packs that hold something else. */
const NOT_PACKS: ReadonlySet<string> = new Set(['handbook', 'capacity']);
/** Files of a pack that are no rules. */
const NOT_RULES: ReadonlySet<string> = new Set(['practice.yaml', 'questions.yaml']);

export interface LoadedPack extends Pack {
  /** The folder, as it was found from the directory that the user named. */
  directory: string;
  foreign: boolean;
}

/** A file of a pack with what is wrong in it. */
interface Source {
  file: string;
  text: string;
}
type Mistake = Source & Problem;

/**
 * Reads packs. A directory is a pack (it holds practice.yaml) or holds packs. They come in their own order, then by id.
 * Throws a `UserError` that names every mistake as `file:line:column message`, a line each. The expressions of our own packs
 * have been checked before they were shipped, and checking them again takes as long as judging a small repository.
 */
export async function loadPacks(
  directories: readonly string[],
  check: 'all' | 'foreign' = 'all',
): Promise<LoadedPack[]> {
  const folders = (await Promise.all(directories.map(packFolders))).flat();
  const mistakes: Mistake[] = [];
  const packs: LoadedPack[] = [];
  const sources = new Map<Rule, Source>();
  for (const folder of await Promise.all(folders.map(readFolder))) {
    const practice = checked(folder.practice, Practice, mistakes);
    if (practice === undefined) continue;
    const foreign = !isWithin(folder.directory, BUNDLED_RULES);
    const rules: Rule[] = [];
    for (const source of folder.rules) {
      const value = checked(source, Rule, mistakes);
      if (value === undefined) continue;
      const rule = { ...value, pack: practice.id } satisfies Rule;
      if (foreign || check === 'all') {
        const { problems } = compileRule(rule);
        mistakes.push(...problems.map((problem) => ({ ...source, ...problem })));
      }
      rules.push(rule);
      sources.set(rule, source);
    }
    packs.push({ ...practice, rules, directory: folder.directory, foreign });
  }
  mistakes.push(...mistakesBetween(sources));
  if (mistakes.length > 0) throw await explained(mistakes);
  return packs.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

function isWithin(directory: string, parent: string): boolean {
  const relative = path.relative(parent, directory);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

async function packFolders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such folder' : 'it cannot be read as a folder';
    throw new UserError(`Rules in ${directory}: ${why}.`, 'Name a folder that holds packs, or one pack.');
  });
  if (entries.some((e) => e.name === 'practice.yaml')) return [directory];
  const names = entries.filter((e) => e.isDirectory() && !NOT_PACKS.has(e.name) && !e.name.startsWith('.'));
  const folders = await Promise.all(
    names.map(async ({ name }) => {
      const folder = path.join(directory, name);
      return (await readdir(folder)).some((file) => file.endsWith('.yaml')) ? [folder] : [];
    }),
  );
  const found = folders.flat().sort();
  if (found.length > 0) return found;
  throw new UserError(
    `Rules in ${directory}: no pack was found.`,
    'A pack is a folder with practice.yaml and one file for each rule.',
  );
}

async function readFolder(
  directory: string,
): Promise<{ directory: string; practice: Source; rules: Source[] }> {
  const names = (await readdir(directory))
    .filter((name) => name.endsWith('.yaml') && !NOT_RULES.has(name))
    .sort();
  const read = async (name: string): Promise<Source> => {
    const file = path.join(directory, name);
    return { file, text: await readFile(file, 'utf8') };
  };
  const practice = await read('practice.yaml').catch(() => {
    throw new UserError(
      `${directory} holds rules but no practice.yaml.`,
      'Add practice.yaml: id, title, version, about, order.',
    );
  });
  return { directory, practice, rules: await Promise.all(names.map(read)) };
}

/** The value of a file, or undefined with the mistakes noted. */
function checked<S extends z.ZodType>(
  source: Source,
  schema: S,
  mistakes: Mistake[],
): z.infer<S> | undefined {
  let value: unknown;
  try {
    value = load(source.text, { schema: CORE_SCHEMA });
  } catch (error) {
    // js-yaml is quick; the slower parser will say where.
    const reason = error instanceof YAMLException ? error.reason : String(error);
    mistakes.push({ ...source, path: [], offset: 0, message: `not YAML: ${reason}` });
    return undefined;
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    for (const problem of problemsOf(issue, schema)) mistakes.push({ ...source, ...problem });
  }
  return undefined;
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType): Problem[] {
  const at = issue.path.filter((part): part is string | number => typeof part !== 'symbol');
  const name = nameOf(at);
  const problem = (message: string, where = at): Problem => ({ path: where, offset: 0, message });
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, at);
    return issue.keys.map((key) => ({
      ...problem(`unknown key \`${key}\`${nearest(key, known)}`, [...at, key]),
      atKey: true,
    }));
  }
  const { input } = issue;
  if (issue.code === 'invalid_type') {
    if (input === undefined) return [problem(`${name} is missing`)];
    return [problem(`${name} must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`)];
  }
  if (issue.code === 'invalid_value') {
    const words = issue.values.map(String);
    const missing = input === undefined ? ' is missing; it' : '';
    const hint = typeof input === 'string' ? nearest(input, words) : '';
    return [problem(`${name}${missing} must be one of ${words.join(', ')}${hint}`)];
  }
  if (issue.code === 'too_small' && issue.origin === 'array') {
    return [problem(`${name} must have at least ${issue.minimum}`)];
  }
  if (issue.code === 'too_small' && issue.origin === 'number') {
    return [problem(`${name} must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`)];
  }
  if (issue.code === 'too_small' && issue.origin === 'string') return [problem(`${name} must not be empty`)];
  if (issue.code === 'invalid_format') {
    return [
      problem(`${name} must be ${FORMAT_WORDS[at.join('.')] ?? FORMAT_WORDS[issue.format] ?? issue.message}`),
    ];
  }
  return [problem(`${name}: ${issue.message}`)];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text',
};
const FORMAT_WORDS: Readonly<Record<string, string>> = {
  id: 'a statement in lower case with dashes, such as production-workloads-run-two-instances',
  url: 'a web address',
  version: 'a version such as 1.0.0',
};

function nameOf(at: readonly (string | number)[]): string {
  if (at.length === 0) return 'the file';
  const joined = at
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
  return `\`${joined}\``;
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, at: readonly (string | number)[]): string[] {
  let current: z.ZodType | undefined = schema;
  for (const part of [...at, undefined]) {
    while (current !== undefined && 'unwrap' in current)
      current = (current as z.ZodOptional<z.ZodType>).unwrap();
    if (part === undefined || current === undefined) break;
    if (typeof part === 'number') current = (current as z.ZodArray<z.ZodType>).element;
    else current = (current as z.ZodObject).shape?.[part] as z.ZodType | undefined;
  }
  return Object.keys((current as z.ZodObject | undefined)?.shape ?? {});
}

/** What can only be seen over all files: ids and what they refer to. */
function mistakesBetween(sources: ReadonlyMap<Rule, Source>): Mistake[] {
  const mistakes: Mistake[] = [];
  const first = new Map<string, Source>();
  for (const [rule, source] of sources) {
    const wrong = (where: (string | number)[], message: string) =>
      mistakes.push({ ...source, path: where, offset: 0, message });
    const expected = path.basename(source.file, '.yaml');
    if (rule.id !== expected) wrong(['id'], `\`id\` must be the file's name: ${expected}`);
    const earlier = first.get(rule.id);
    if (earlier !== undefined) wrong(['id'], `the rule \`${rule.id}\` exists already: ${earlier.file}`);
    else first.set(rule.id, source);
  }
  for (const [rule, source] of sources) {
    for (const [i, id] of rule.depends_on.entries()) {
      if (first.has(id)) continue;
      const message = `there is no rule \`${id}\`${nearest(id, first.keys())}`;
      mistakes.push({ ...source, path: ['depends_on', i], offset: 0, message });
    }
  }
  return mistakes;
}

/** Positions are only looked for where there is something to explain. */
async function explained(mistakes: readonly Mistake[]): Promise<UserError> {
  const { locate } = await import('./locate.js');
  const lines = mistakes.flatMap(({ file, text, ...problem }) =>
    locate(text, problem).map(({ line, column, message }) => `${file}:${line}:${column} ${message}`),
  );
  const count = lines.length === 1 ? 'One mistake' : `${lines.length} mistakes`;
  return new UserError(
    `${count} in the rules:\n${lines.join('\n')}`,
    'Mend them and run `plimsoll rules check` again.',
  );
}
