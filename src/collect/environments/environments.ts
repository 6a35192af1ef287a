/** Places that declare environments by the names of their files and folders, and helmfile's own list of them. */
import {
  environmentOfFileName,
  knownEnvironment,
  normaliseEnvironment,
} from '../../model/environment-name.js';
import { atLine } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { folderOf } from '../../parse/paths.js';
import { type Collection, defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';

type By = FactData<'environment-declaration'>['by'];

/** Where programs of the JVM keep the settings of their own code and its tests. */
const OF_CODE = /(^|\/)src\/(main|test)\//i;
const HELMFILE = /(^|\/)helmfile[^/]*\.ya?ml(\.gotmpl)?$/;

/** Folders that hold one folder for each environment. */
const HOLDERS = /^(environments?|envs?|live|stages?|clusters?|stacks?|overlays|inventor(y|ies)|group_vars)$/i;
/** Files that make a folder a unit of deployment. */
const UNIT =
  /(^|\/)(kustomization\.ya?ml|Kustomization|terragrunt\.hcl|env\.hcl|Chart\.ya?ml|values\.ya?ml|hosts(\.(ini|ya?ml))?|[^/]+\.(tf|tofu|tfvars))$/;
/** Infrastructure and configuration, not source code that happens to lie in such a folder. */
const CONFIGURATION =
  /\.(ya?ml|tf|tofu|tfvars|hcl|json|toml|env|ini|properties|cue|jsonnet|libsonnet|gotmpl)$/i;
/** Words that name a folder for other reasons too; they count only inside of a holder. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['demo', 'integration', 'preview', 'scratch', 'test']);

const FILES: readonly (readonly [RegExp, By])[] = [
  [/^values[-_.](.+)\.ya?ml(?:\.gotmpl)?$/, 'values-file'],
  [/^(.+)[-_.]values\.ya?ml(?:\.gotmpl)?$/, 'values-file'],
  [/^\.env\.(.+)$/, 'env-file'],
  [/^(.+)\.env(?:\.gotmpl)?$/, 'env-file'],
  [/^(?:docker-)?compose[-_.](.+)\.ya?ml$/, 'compose-file'],
  [/^Pulumi\.(.+)\.ya?ml$/, 'stack-file'],
  [/^fly\.(.+)\.toml$/, 'stack-file'],
  [/^deploy\.(.+)\.yml$/, 'stack-file'],
];
/** A file for tests or for one's own machine sets up no environment that is deployed to, unless it is one of a row of those. */
const OWN_MACHINE: ReadonlySet<string> = new Set(['test', 'integration']);

export const environmentFiles = defineCollector({
  name: 'environments',
  title: 'Environments',
  gives: ['environment-declaration'],
  reads: (path) => HELMFILE.test(path) && isDeployed(path),
  start(collection) {
    return {
      file({ path, lines }) {
        for (const { name, line } of helmfileEnvironments(lines))
          declare(collection, name, 'helmfile', folderOf(path), path, line);
      },
      end() {
        const seen = new Set<string>();
        const named = collection.files
          .filter(({ path, type }) => (type === 'file' || type === 'executable') && isDeployed(path))
          .flatMap(({ path }) => [...byFile(path), ...byFolder(path)].map((one) => ({ ...one, path })));
        const rows = foldersWithARow(named);
        const others = collection.files
          .filter(({ path, type }) => type === 'file' && isDeployed(path))
          .flatMap(({ path }) => ofOtherName(path));
        for (const one of [...named, ...inRows(others)]) {
          const { name, by, within, path } = one;
          const key = `${by} ${within} ${name}`;
          if (seen.has(key) || (one.inARow && !rows.has(within))) continue;
          seen.add(key);
          declare(collection, name, by, within, path, 1);
        }
      },
    };
  },
});

function isDeployed(path: string): boolean {
  return !isNotRun(path) && !OF_CODE.test(path);
}

function declare(
  collection: Collection,
  name: string,
  by: By,
  within: string,
  path: string,
  line: number,
): void {
  const data = { environment: normaliseEnvironment(name), by, within };
  collection.fact('environment-declaration', name, data, [atLine(path, line)]);
}

interface Named {
  name: string;
  by: By;
  within: string;
  /** It counts only beside those of production and staging. */
  inARow?: true;
}

/** `network-production.json`: a file that is called after what it sets, and for which environment. */
const OF_OTHER_NAME = /^(.+)[-_.]([a-z]+)\.(?:json|ya?ml|toml|properties|ini)$/i;
/** Pipelines have files for environments too, which set up none. */
const PIPELINE = /pipeline|cloudbuild|buildspec|workflow|gitlab-ci|jenkins|appveyor|compose|values/i;

interface OfOtherName extends Named {
  path: string;
  stem: string;
}

function ofOtherName(path: string): OfOtherName[] {
  const within = folderOf(path);
  const file = path.slice(within === '' ? 0 : within.length + 1);
  const [, stem = '', name = ''] = OF_OTHER_NAME.exec(file) ?? [];
  if (knownEnvironment(name) === '' || PIPELINE.test(stem)) return [];
  return [{ name, by: 'values-file', within, path, stem }];
}

/** Those of one stem that stand side by side for production and another environment that is deployed to. */
function inRows(named: readonly OfOtherName[]): OfOtherName[] {
  const rows = new Map<string, Set<string>>();
  const rowOf = ({ within, stem }: OfOtherName) => `${within}/${stem}`;
  for (const one of named)
    rows.set(rowOf(one), (rows.get(rowOf(one)) ?? new Set()).add(knownEnvironment(one.name)));
  return named.filter((one) => {
    const row = rows.get(rowOf(one)) ?? new Set();
    return row.has('production') && [...row].some((e) => e !== 'production' && !AMBIGUOUS.has(e));
  });
}

/** The folders in which values for production and for staging stand side by side. */
function foldersWithARow(named: readonly Named[]): ReadonlySet<string> {
  const of = (environment: string) =>
    new Set(
      named
        .filter((n) => n.by === 'values-file' && environmentOfFileName(n.name) === environment)
        .map((n) => n.within),
    );
  const staging = of('staging');
  return new Set([...of('production')].filter((folder) => staging.has(folder)));
}

/** `values-production.yaml`, `.env.staging`, `values/production.yaml`. */
function byFile(path: string): Named[] {
  const within = folderOf(path);
  const file = path.slice(within === '' ? 0 : within.length + 1);
  const folder = within.split('/').at(-1) ?? '';
  const plain = /^(?:values|environments?|envs?)$/.test(folder)
    ? /^([\w-]+)\.ya?ml(?:\.gotmpl)?$/.exec(file)?.[1]
    : '';
  if (plain && environmentOfFileName(plain)) return [{ name: plain, by: 'values-file', within }];
  // Inventories of machines, and what is said of their groups.
  const group = /^(?:inventor(?:y|ies)|group_vars)$/.test(folder)
    ? (/^([\w-]+)(?:\.(?:ya?ml|ini))?$/.exec(file)?.[1] ?? '')
    : '';
  if (knownEnvironment(group) && !OWN_MACHINE.has(knownEnvironment(group)))
    return [{ name: group, by: 'values-file', within }];
  for (const [pattern, by] of FILES) {
    const name = pattern.exec(file)?.[1] ?? '';
    const environment = environmentOfFileName(name);
    if (!environment) continue;
    if (!OWN_MACHINE.has(environment)) return [{ name, by, within }];
    if (by === 'values-file') return [{ name, by, within, inARow: true }];
  }
  return [];
}

/** `overlays/production/...`, `env/staging/...`, and any folder of an environment's name with a unit of deployment in it. */
function byFolder(path: string): Named[] {
  if (!CONFIGURATION.test(path) && !UNIT.test(path)) return [];
  const folders = path.split('/').slice(0, -1);
  return folders.flatMap((name, at): Named[] => {
    const environment = knownEnvironment(name);
    // A group of environments is none: everything but production, everything that is live.
    if (environment === '' || environment === 'nonprod' || name === 'live') return [];
    const holder = folders[at - 1] ?? '';
    const held = HOLDERS.test(holder);
    const unit = at === folders.length - 1 && UNIT.test(path) && !AMBIGUOUS.has(environment);
    if (!held && !unit) return [];
    return [
      { name, by: holder === 'overlays' ? 'overlay' : 'folder', within: folders.slice(0, at).join('/') },
    ];
  });
}

/** The keys under `environments:` of a helmfile, which is often a template and then no YAML. */
function helmfileEnvironments(lines: readonly string[]): { name: string; line: number }[] {
  const start = lines.findIndex((l) => /^environments:\s*$/.test(l));
  if (start === -1) return [];
  const found: { name: string; line: number }[] = [];
  for (const [index, line] of lines.slice(start + 1).entries()) {
    if (/^\S/.test(line) && !line.startsWith('#')) break;
    const name = /^ {1,4}([\w-]+):/.exec(line)?.[1];
    const indent = line.search(/\S/);
    const first = found[0] ? (lines[found[0].line - 1] ?? '').search(/\S/) : indent;
    if (name && name !== 'default' && indent === first) found.push({ name, line: start + 2 + index });
  }
  return found;
}
