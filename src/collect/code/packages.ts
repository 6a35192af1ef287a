/** Package manifests: what is built here, its scripts, its dependencies and what runs its tests. */
import { atLine } from '../../model/evidence.js';
import {
  listsRequirements,
  type Manifest,
  parseCargoToml,
  parseComposerJson,
  parseDotnetProject,
  parseGemfile,
  parseGoMod,
  parseGradle,
  parseMixExs,
  parsePackageJson,
  parsePipfile,
  parsePom,
  parsePyproject,
  parseRequirements,
  parseSetup,
  pythonRunner,
  type ReadManifest,
} from '../../parse/package-manifests.js';
import { folderOf, nameOf } from '../../parse/paths.js';
import { type Collection, defineCollector } from '../collector.js';

const MANIFESTS: readonly { file: RegExp; parse: (source: string) => ReadManifest }[] = [
  { file: /(^|\/)package\.json$/, parse: parsePackageJson },
  { file: /(^|\/)composer\.json$/, parse: parseComposerJson },
  { file: /(^|\/)go\.mod$/, parse: parseGoMod },
  { file: /(^|\/)Cargo\.toml$/, parse: parseCargoToml },
  { file: /(^|\/)pom\.xml$/, parse: parsePom },
  { file: /(^|\/)build\.gradle(\.kts)?$/, parse: parseGradle },
  { file: /\.(cs|fs|vb)proj$/, parse: parseDotnetProject },
  { file: /(^|\/)Gemfile$/, parse: parseGemfile },
  { file: /(^|\/)mix\.exs$/, parse: parseMixExs },
  // In the order in which one speaks for a folder before the others.
  { file: /(^|\/)pyproject\.toml$/, parse: parsePyproject },
  { file: /(^|\/)setup\.cfg$/, parse: parseSetup },
  { file: /(^|\/)setup\.py$/, parse: parseSetup },
  { file: /(^|\/)Pipfile$/, parse: parsePipfile },
  { file: /(^|\/)[^/]*requirements[^/]*\.(txt|in)$/, parse: parseRequirements },
  // Among requirements, what the lines look like decides.
  {
    file: /(^|\/)requirements\/[^/]+\.(txt|in)$/,
    parse: (source) =>
      listsRequirements(source) ? parseRequirements(source) : { manifest: undefined, error: '' },
  },
];

interface Found {
  path: string;
  directory: string;
  manifest: Manifest;
  /** Lower speaks first for its folder. */
  rank: number;
}

export const packages = defineCollector({
  name: 'packages',
  title: 'Packages',
  gives: ['package'],
  reads: (path) => MANIFESTS.some((m) => m.file.test(path)),
  start(collection) {
    const python: Found[] = [];
    return {
      file(source) {
        const { path } = source;
        const rank = MANIFESTS.findIndex((m) => m.file.test(path));
        const { manifest, error } = MANIFESTS[rank]?.parse(source.text) ?? { manifest: undefined, error: '' };
        if (error !== '')
          collection.gap({
            kinds: ['package'],
            reason: /\{\{|\{%|<%/.test(source.text) ? 'not-rendered' : 'unreadable',
            what: `${path} could not be read: ${error}`,
            path,
          });
        if (!manifest) return;
        const found = { path, directory: folderOf(path), manifest, rank };
        if (manifest.ecosystem === 'python') python.push(found);
        else report(collection, found);
      },
      end() {
        for (const files of byFolder(python)) report(collection, together(files));
      },
    };
  },
});

/** Python spreads a package over several files of one folder, and requirements over a folder of their own. */
function byFolder(found: readonly Found[]): Found[][] {
  const folders = new Map<string, Found[]>();
  for (const file of found) {
    const folder = file.directory.replace(/(^|\/)requirements$/, '');
    folders.set(folder, [...(folders.get(folder) ?? []), { ...file, directory: folder }]);
  }
  return [...folders.values()];
}

function together(files: readonly Found[]): Found {
  const [first, ...rest] = [...files].sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  if (!first) throw new RangeError('a folder without files');
  const all = [first, ...rest].map((f) => f.manifest);
  const dependencies = [...new Set(all.flatMap((m) => m.dependencies))].sort();
  return {
    ...first,
    manifest: {
      ...first.manifest,
      dependencies,
      scripts: all.flatMap((m) => m.scripts),
      testRunner: all.find((m) => m.testRunner !== '')?.testRunner ?? pythonRunner(dependencies),
    },
  };
}

function report(collection: Collection, { path, directory, manifest }: Found): void {
  const { ecosystem, name, line, version, testRunner, scripts, dependencies } = manifest;
  const file = nameOf(path);
  const fallback = /proj$/.test(file) ? file.replace(/\.\w+$/, '') : nameOf(directory);
  collection.fact(
    'package',
    name || fallback || collection.head.name,
    { ecosystem, directory, version, private: manifest.private, testRunner, scripts, dependencies },
    [atLine(path, line)],
  );
}
