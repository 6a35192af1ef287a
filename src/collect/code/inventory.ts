/** What is in the tree, what was left out of the reading, and what Git tracks and should not. */
import { atLine } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { folderOf } from '../../parse/paths.js';
import { holdsSecret } from '../../parse/secret-file.js';
import { type Collection, defineCollector, type ListedFile } from '../collector.js';
import { isTestPath, languageOf } from './languages.js';

type What = FactData<'tracked-artefact'>['what'];

const LARGE = 10 * 1024 * 1024;
const BINARY =
  /\.(7z|a|apk|avi|bin|bz2|deb|dll|dmg|dylib|ear|exe|flac|gguf|gz|h5|ipa|iso|jar|jpe?g|lib|mkv|model|mov|mp3|mp4|mpg|msi|nupkg|o|obj|onnx|parquet|pdb|pdf|pkl|png|psd|pt|pth|rar|rpm|safetensors|so|sqlite3?|tar|tgz|tif?f|vhdx?|war|wav|webm|whl|xz|zip|zst)$/i;

/** Folders that a package manager fills; `vendor/` is not among them, since keeping it in Git is a choice with reasons. */
const DEPENDENCIES = /(^|\/)(node_modules|bower_components|\.venv|venv\/lib|site-packages|\.terraform)\//;
/** Folders and files that a build writes and nobody means to keep; `dist/` is not among them, which actions and libraries ship. */
const BUILD_OUTPUT =
  /(^|\/)(__pycache__|\.next|\.nuxt|\.svelte-kit|\.turbo|\.nyc_output|\.gradle|\.serverless|cdk\.out|coverage\/lcov-report|\.pytest_cache|\.mypy_cache|bin\/(Debug|Release)|obj\/(Debug|Release)|target\/(classes|debug|release))(?=\/)/;

/** Files that hold a secret by their name; those in the second group are judged by what they contain. */
const SECRET_BINARY = /\.(p12|pfx)$/i;
const SECRET_TEXT =
  /(^|\/)(\.env(\.[\w-]+)*|[^/]*\.env|id_(rsa|dsa|ecdsa|ed25519)|[^/]+\.(pem|key|ppk|tfstate|tfstate\.backup)|\.npmrc|\.pypirc|\.netrc|\.git-credentials|credentials|[^/]*(credentials?|client_secrets?|service[-_]?account)[^/]*\.json)$/i;
/** Templates for people to copy, and what only tests or a developer's own machine use. */
const HARMLESS =
  /(^|[._/-])(example|examples|sample|samples|template|tmpl|dist|defaults?|test|tests|testing|e2e|ci|spec|demo|docs|localhost|local-?dev|snakeoil|self-?signed|dummy|fake|mock|fixtures?)([._/-]|$)/i;

export const inventory = defineCollector({
  name: 'inventory',
  title: 'Inventory',
  gives: ['inventory', 'tracked-artefact'],
  reads: (path) => SECRET_TEXT.test(path) && !isHarmless(path),
  start(collection) {
    return {
      file(source) {
        const line = holdsSecret(source.path, source.text);
        if (line === 0) return;
        const bytes = Buffer.byteLength(source.text);
        collection.fact('tracked-artefact', source.path, { what: 'secret-file', files: 1, bytes }, [
          atLine(source.path, line),
        ]);
      },
      end() {
        summarise(collection);
        artefacts(collection);
      },
    };
  },
});

function isHarmless(path: string): boolean {
  return HARMLESS.test(path) || isTestPath(path);
}

function summarise(collection: Collection): void {
  const { everything, files, head } = collection;
  if (head.commit === '') return;
  const leftOut = new Map<
    string,
    { why: NonNullable<ListedFile['leftOut']>; files: number; bytes: number; example: string }
  >();
  for (const file of everything) {
    if (file.leftOut === undefined) continue;
    const entry = leftOut.get(file.leftOut) ?? { why: file.leftOut, files: 0, bytes: 0, example: file.path };
    leftOut.set(file.leftOut, { ...entry, files: entry.files + 1, bytes: entry.bytes + sizeOf(file) });
  }
  const languages = new Map<string, number>();
  for (const { path, type } of files) {
    const language = type === 'file' || type === 'executable' ? languageOf(path) : '';
    if (language !== '') languages.set(language, (languages.get(language) ?? 0) + 1);
  }
  collection.fact(
    'inventory',
    head.name,
    {
      files: everything.length,
      bytes: everything.reduce((sum, f) => sum + sizeOf(f), 0),
      submodules: everything.filter((f) => f.type === 'submodule').length,
      symlinks: everything.filter((f) => f.type === 'symlink').length,
      leftOut: [...leftOut.values()].sort((a, b) => (a.why < b.why ? -1 : 1)),
      languages: [...languages]
        .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
        .map(([language, count]) => ({ language, files: count })),
    },
    [{ type: 'commit', sha: head.commit, at: new Date(head.committedAt * 1000).toISOString() }],
  );
}

/** The size of an object that is not there is not known. */
function sizeOf(file: ListedFile): number {
  return Math.max(0, file.size);
}

function artefacts(collection: Collection): void {
  const groups = new Map<
    string,
    { what: What; name: string; files: number; bytes: number; example: string }
  >();
  const actions = new Set(
    collection.everything.filter((f) => /(^|\/)action\.ya?ml$/.test(f.path)).map((f) => folderOf(f.path)),
  );
  for (const file of collection.everything) {
    if (file.type === 'submodule' || file.type === 'symlink') continue;
    const found = artefactOf(file, actions);
    if (!found) continue;
    const key = `${found.what} ${found.name}`;
    const entry = groups.get(key) ?? { ...found, files: 0, bytes: 0, example: '' };
    // An empty file has no line to point at.
    const example = entry.example || (file.size === 0 ? '' : file.path);
    groups.set(key, { ...entry, files: entry.files + 1, bytes: entry.bytes + sizeOf(file), example });
  }
  for (const { what, name, files, bytes, example } of groups.values())
    if (example !== '')
      collection.fact('tracked-artefact', name, { what, files, bytes }, [atLine(example, 1)]);
}

/** Files of one folder make one artefact, named for the folder. */
function artefactOf(
  file: ListedFile,
  actions: ReadonlySet<string>,
): { what: What; name: string } | undefined {
  const { path } = file;
  if (file.leftOut !== 'test-data') {
    const dependency = DEPENDENCIES.exec(path);
    if (dependency) {
      const parent = path.slice(0, dependency.index);
      // A resolver's tests need such folders, and an action ran from its repository with all it depends on.
      if (isTestPath(`${parent}/`) || HARMLESS.test(`${parent}/`) || actions.has(parent)) return undefined;
      return { what: 'dependency-folder', name: path.slice(0, dependency.index + dependency[0].length - 1) };
    }
    if (file.leftOut === 'vendored') return undefined;
    const output = BUILD_OUTPUT.exec(path);
    if (output) return { what: 'build-output', name: path.slice(0, output.index + output[0].length) };
    if (SECRET_BINARY.test(path) && !isHarmless(path)) return { what: 'secret-file', name: path };
  }
  if (file.size > LARGE && BINARY.test(path)) return { what: 'large-binary', name: path };
  return undefined;
}
