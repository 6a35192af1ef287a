/** The names of environments: which words name one, and the one name under which each is known. */

const NAMES: Readonly<Record<string, string>> = {
  acc: 'acceptance',
  acceptance: 'acceptance',
  demo: 'demo',
  dev: 'development',
  develop: 'development',
  development: 'development',
  int: 'integration',
  integration: 'integration',
  live: 'production',
  nonprod: 'nonprod',
  preprod: 'preprod',
  preproduction: 'preprod',
  preview: 'preview',
  prd: 'production',
  prod: 'production',
  production: 'production',
  qa: 'qa',
  sandbox: 'sandbox',
  scratch: 'scratch',
  stage: 'staging',
  staging: 'staging',
  stg: 'staging',
  test: 'test',
  testing: 'test',
  uat: 'uat',
};

/** Most names speak of no environment: seen at once, before they are taken apart. */
const ANY_NAME = new RegExp(Object.keys(NAMES).join('|'));

/** Two words that together name one environment, which the second alone would misname. */
const JOINED: readonly (readonly [RegExp, string])[] = [
  [/\bnon[-_. ]prod(uction)?\b/g, 'nonprod'],
  [/\bpre[-_. ]prod(uction)?\b/g, 'preprod'],
];

/** The environment that a word names (`stg` -> staging); empty for a word that names none. */
export function knownEnvironment(word: string): string {
  return NAMES[word.toLowerCase()] ?? '';
}

/**
 * The one environment that a longer name speaks of (`gke-staging`, `crm_prod.eu` -> staging, production); empty where it
 * speaks of none or of several.
 */
export function environmentWithin(name: string): string {
  let text = name.toLowerCase();
  if (!ANY_NAME.test(text)) return '';
  for (const [pattern, joined] of JOINED) text = text.replace(pattern, joined);
  const known = new Set(text.split(/[^a-z0-9]+/).map(knownEnvironment));
  known.delete('');
  const [only, ...others] = known;
  return only !== undefined && others.length === 0 ? only : '';
}

/** Words that say other things too (`synthetic-test`, `integration-hub`): inside of a longer name they name no environment. */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  'acceptance',
  'demo',
  'integration',
  'preview',
  'scratch',
  'test',
]);

/** The environment that the name of a file speaks of: the word itself, or a longer name with a word that is not ambiguous. */
export function environmentOfFileName(name: string): string {
  const exact = knownEnvironment(name);
  if (exact !== '') return exact;
  const within = environmentWithin(name);
  return AMBIGUOUS.has(within) || /(^|[^a-z])live([^a-z]|$)/i.test(name) ? '' : within;
}

/** Normalises a declared environment's name: known names by their one spelling, any other stands as it is. */
export function normaliseEnvironment(name: string): string {
  const text = name.trim();
  return environmentWithin(text) || text.toLowerCase();
}

/** Folders that hold one folder for each environment, under any name. */
const HOLDS_ENVIRONMENTS = /^(overlays?|env|envs|environments?|clusters?|stages?|landscapes?)$/i;
/** Words that name an environment wherever they stand; others (`test`, `live`, `demo`) are often a part of another name. */
const PLAIN = /^(development|staging|production|preprod|nonprod|qa|uat)$/;

/** The environment that a path clearly speaks of, by its folders, else by its file's name; empty for none. */
export function environmentOfPath(path: string): string {
  const folders = path.split('/');
  const file = (folders.pop() ?? '').replace(/\.(ya?ml|json)$/, '');
  return environmentOfFolders(folders) || knownEnvironment(file) || plainEnvironment(file);
}

/** The environment that a chain of folders clearly speaks of. */
export function environmentOfFolders(folders: readonly string[]): string {
  for (const [i, folder] of folders.entries()) {
    const held = i > 0 && HOLDS_ENVIRONMENTS.test(folders[i - 1] ?? '') ? environmentWithin(folder) : '';
    const named = held || knownEnvironment(folder);
    if (named !== '') return named;
  }
  return '';
}

/** `api-prod`, `prod.api`, `shop-staging`: an environment at either end of a name. */
export function plainEnvironment(name: string): string {
  const parts = name.split(/[-_.]/);
  const environment = environmentWithin(name);
  const atAnEnd = [parts[0], parts.at(-1)].some((p) => knownEnvironment(p ?? '') === environment);
  return PLAIN.test(environment) && atAnEnd ? environment : '';
}
