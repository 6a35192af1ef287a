/**
 * A helmfile -> its releases and environments. It is mostly a Go template: tags are kept as they stand in texts, conditions
 * become what has to hold for a release, and only what the environment decides is decided.
 */
import { isMapping, list, type Mapping, mapping, mappings, text, texts } from './shape.js';
import { parseYaml } from './yaml.js';

export interface HelmfileRelease {
  name: string;
  namespace: string;
  /** A path, `repository/chart`, or an address; tags as written. */
  chart: string;
  version: string;
  /** Files of values as written, the later ones on top. */
  values: string[];
  /** Values that stand in the helmfile itself. */
  inline: Mapping[];
  needs: string[];
  line: number;
  /** What has to hold for it to be there: its own `installed` and `condition`, and the conditions around it. */
  conditions: string[];
  /** It stands inside of a loop: there may be several, or none. */
  repeated: boolean;
}

export interface Helmfile {
  environments: { name: string; values: string[]; line: number }[];
  releases: HelmfileRelease[];
  /** Other helmfiles that this one takes in, as written. */
  helmfiles: string[];
  /** Names of chart repositories: a chart that starts with one of them is not a path. */
  repositories: string[];
  /** Why a part could not be read; empty where all of it was. */
  error: string;
}

export function parseHelmfile(source: string, _path = ''): Helmfile {
  const { plain, tags, around } = withoutTags(source);
  const found: Helmfile = { environments: [], releases: [], helmfiles: [], repositories: [], error: '' };
  for (const document of parseYaml(plain)) {
    if (document.error !== '') {
      found.error = `line ${document.errorLine || document.line}: ${document.error}`;
      continue;
    }
    const root = mapping(filledIn(document.value, tags));
    const raw = mapping(document.value);
    const environments = mapping(raw.environments);
    for (const [name, declared] of Object.entries(environments))
      found.environments.push({
        name: restored(name, tags),
        values: texts(mapping(filledIn(declared, tags)).values),
        line: document.lineOf(environments, name),
      });
    found.repositories.push(...mappings(root.repositories).map((r) => text(r.name)));
    for (const nested of list(root.helmfiles))
      found.helmfiles.push(text(nested) || text(mapping(nested).path));
    const written = mappings(raw.releases);
    for (const [i, release] of mappings(root.releases).entries()) {
      const line = document.lineOf(written[i] ?? raw, 'name');
      const blocks = around[line - 1] ?? [];
      const own = [text(release.installed), text(release.condition) && `.Values.${text(release.condition)}`];
      found.releases.push({
        name: text(release.name),
        namespace: text(release.namespace),
        chart: text(release.chart),
        version: text(release.version),
        values: texts(release.values),
        inline: list(release.values).filter(isMapping),
        needs: texts(release.needs),
        line,
        conditions: [...blocks.filter((b) => b !== LOOP), ...own.filter((o) => o !== '')],
        repeated: blocks.includes(LOOP),
      });
    }
  }
  return found;
}

const LOOP = 'range';
const TAG = /\{\{-?\s*((?:[^{}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`|\{[^{}]*\})*?)\s*-?\}\}/g;
const MARK = /〔(\d+)〕/g;

/** Control tags go, and their conditions are noted for every line inside of them; other tags become marks. */
function withoutTags(source: string) {
  const tags: string[] = [];
  const around: string[][] = [];
  const open: string[] = [];
  const lines = source.split('\n').map((line) => {
    const written = line.replace(TAG, (whole, inner: string) => {
      const [, word = '', rest = ''] =
        /^(if|else|end|range|with|define|block)\b\s*([\s\S]*)$/.exec(inner) ?? [];
      if (word === 'end') open.pop();
      else if (word === 'else') {
        const before = open.pop() ?? '';
        const other = /^if\b\s*(.*)$/.exec(rest)?.[1];
        open.push(other === undefined ? `not (${before})` : `and (not (${before})) (${other})`);
      } else if (word === 'if') open.push(rest);
      else if (word !== '') open.push(LOOP);
      else if (/^(\/\*|\$?\w+\s*:?=)/.test(inner)) return '';
      else {
        tags.push(whole);
        return `〔${tags.length - 1}〕`;
      }
      return '';
    });
    around.push([...open]);
    return written.trim() === '' ? '' : written;
  });
  return { plain: lines.join('\n'), tags, around };
}

function restored(value: string, tags: readonly string[]): string {
  // What a helmfile writes between back ticks is for a later pass over it.
  return value.replace(MARK, (_, n: string) =>
    (tags[Number(n)] ?? '').replace(/^\{\{\s*`([^`]*)`\s*\}\}$/, '$1'),
  );
}

/** The value with the tags put back into its texts. */
function filledIn(value: unknown, tags: readonly string[], depth = 20): unknown {
  if (typeof value === 'string') return restored(value, tags);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((v) => filledIn(v, tags, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [restored(k, tags), filledIn(v, tags, depth - 1)]),
  );
}

/** A text of a helmfile for one environment: its name put in, other tags left. */
export function forEnvironment(written: string, environment: string): string {
  return written.replace(/\{\{-?\s*\.?(\$\.)?Environment\.Name\s*-?\}\}/g, environment);
}

/** Is the release there in an environment with these values? Undefined where something else decides. */
export function isInstalled(
  release: HelmfileRelease,
  environment: string,
  values: Mapping = {},
): boolean | undefined {
  const held = release.conditions.map((c) => truth(c, environment, values));
  if (held.includes(false)) return false;
  return held.includes(undefined) ? undefined : true;
}

type Truth = boolean | undefined;

function truth(condition: string, environment: string, values: Mapping): Truth {
  const bare = /^\{\{-?\s*([\s\S]*?)\s*-?\}\}$/.exec(condition.trim())?.[1] ?? condition;
  const tokens = bare.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|[^\s()|"`]+/g) ?? [];
  let at = 0;
  let left = 200;
  const expression = (): unknown => {
    left -= 1;
    if (left < 0) return undefined;
    const parts: unknown[] = [];
    let word = '';
    while (at < tokens.length && tokens[at] !== ')') {
      const token = tokens[at] ?? '';
      at += 1;
      if (token === '(') {
        parts.push(expression());
        at += 1;
      } else if (token === '|') {
        // What a filter makes of it: another value where nothing is set, or the same in quotes.
        const filter = tokens[at] ?? '';
        const piped = applied(word, parts);
        at += 1;
        if (filter === 'default') at += 1;
        else if (!/^(quote|squote|toString|trim)$/.test(filter)) return undefined;
        word = '';
        parts.splice(
          0,
          parts.length,
          piped ?? (filter === 'default' ? operand(tokens[at - 1] ?? '', environment, values) : undefined),
        );
      } else if (word === '' && parts.length === 0 && /^(and|or|not|eq|ne)$/.test(token)) word = token;
      else parts.push(operand(token, environment, values));
    }
    return applied(word, parts);
  };
  const result = expression();
  // `installed: "false"` is a text here, and no longer one where helmfile reads it.
  return at < tokens.length ? undefined : result === 'false' ? false : known(result);
}

function applied(word: string, parts: readonly unknown[]): unknown {
  const held = parts.map(known);
  if (word === 'not') return held[0] === undefined ? undefined : !held[0];
  if (word === 'and') return held.includes(false) ? false : held.includes(undefined) ? undefined : true;
  if (word === 'or') return held.includes(true) ? true : held.includes(undefined) ? undefined : false;
  if (word === '') return parts.length === 1 ? parts[0] : undefined;
  if (parts.includes(undefined) || parts.length < 2) return undefined;
  const equal = parts.slice(1).some((p) => p === parts[0]);
  return word === 'eq' ? equal : !equal;
}

/** What counts as true in a template. */
function known(value: unknown): Truth {
  if (value === undefined) return undefined;
  return value !== false && value !== '' && value !== 0 && value !== null;
}

function operand(token: string, environment: string, values: Mapping): unknown {
  if (/^["`]/.test(token)) return token.slice(1, -1);
  if (token === 'true' || token === 'false') return token === 'true';
  if (/^-?\d+$/.test(token)) return Number(token);
  if (/^\$?\.Environment\.Name$/.test(token)) return environment;
  const path = /^\$?\.(?:Values|StateValues)\.([\w.-]+)$/.exec(token)?.[1];
  return path?.split('.').reduce<unknown>((at, key) => (isMapping(at) ? at[key] : undefined), values);
}
