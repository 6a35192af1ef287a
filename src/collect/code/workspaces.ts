/** Monorepo tools and the members that they declare, each checked against the manifests that are really there. */
import picomatch from 'picomatch';
import { atLine } from '../../model/evidence.js';
import { parseJson } from '../../parse/json.js';
import { folderOf, joined, nameOf } from '../../parse/paths.js';
import { list, mapping, text, texts, within } from '../../parse/shape.js';
import { parseToml } from '../../parse/toml.js';
import { parseYaml } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';
import { isTestPath } from './languages.js';

const READ =
  /(^|\/)(package\.json|pnpm-workspace\.ya?ml|lerna\.json|rush\.json|go\.work|Cargo\.toml|pyproject\.toml|pom\.xml|settings\.gradle(\.kts)?|[^/]+\.slnx?)$|(^|\/)\.moon\/workspace\.ya?ml$/;

interface Declared {
  tool: string;
  /** Folders from the root; the declaring one may be among them. */
  members: string[];
  path: string;
  line: number;
}

export const workspaces = defineCollector({
  name: 'workspaces',
  title: 'Workspaces',
  gives: ['workspace'],
  reads: (path) => READ.test(path),
  start(collection) {
    const sources: SourceText[] = [];
    return {
      file(source) {
        // Only what may declare members is kept until the end.
        if (source.path.endsWith('package.json') && !source.text.includes('"workspaces"')) return;
        if (source.path.endsWith('Cargo.toml') && !source.text.includes('[workspace')) return;
        if (source.path.endsWith('pyproject.toml') && !source.text.includes('[tool.uv.workspace')) return;
        if (source.path.endsWith('pom.xml') && !source.text.includes('<module>')) return;
        sources.push(source);
      },
      end() {
        const tree = foldersOf(collection);
        const declared = [
          ...sources.flatMap((source) => declaredBy(source, tree, collection)),
          ...maven(sources.filter((s) => /(^|\/)pom\.xml$/.test(s.path))),
        ];
        declared.push(...orchestrators(collection, tree, declared));
        for (const { tool, members, path, line } of declared)
          collection.fact('workspace', tool, { tool, members: [...new Set(members)].sort() }, [
            atLine(path, line),
          ]);
      },
    };
  },
});

/** The folders that hold a manifest of each kind. */
interface Folders {
  npm: string[];
  cargo: string[];
  python: string[];
  nx: string[];
  build: string[];
}

function foldersOf(collection: Collection): Folders {
  const holding = (name: RegExp) =>
    collection.files.filter((f) => name.test(f.path)).map((f) => folderOf(f.path));
  return {
    npm: holding(/(^|\/)package\.json$/),
    cargo: holding(/(^|\/)Cargo\.toml$/),
    python: holding(/(^|\/)pyproject\.toml$/),
    nx: holding(/(^|\/)project\.json$/),
    build: holding(/(^|\/)BUILD(\.bazel|\.pants)?$/),
  };
}

function declaredBy(source: SourceText, tree: Folders, collection: Collection): Declared[] {
  const { path } = source;
  const folder = folderOf(path);
  const name = nameOf(path);
  const declare = (tool: string, members: readonly string[], least: number, line: number): Declared[] =>
    new Set(members).size >= least ? [{ tool, members: [...members], path, line }] : [];

  if (name === 'package.json') {
    // pnpm reads a file of its own.
    if (collection.has(joined(folder, 'pnpm-workspace.yaml'))) return [];
    const document = source.as(parseJson);
    const patterns = patternsOf(mapping(document.value).workspaces);
    const members = matching(tree.npm, folder, patterns);
    return declare(
      nodeTool(folder, text(mapping(document.value).packageManager), collection),
      members,
      1,
      document.lineOf('workspaces'),
    );
  }
  if (/^pnpm-workspace\./.test(name)) {
    const [document] = source.as(parseYaml);
    const root = mapping(document?.value);
    const members = matching(tree.npm, folder, texts(root.packages));
    return declare('pnpm-workspaces', members, 1, document?.lineOf(root, 'packages') ?? 1);
  }
  if (name === 'lerna.json') {
    const document = source.as(parseJson);
    const own = texts(mapping(document.value).packages);
    return declare(
      'lerna',
      matching(tree.npm, folder, own.length > 0 ? own : ['packages/*']),
      1,
      document.lineOf('packages'),
    );
  }
  if (name === 'rush.json') {
    const document = source.as(parseJson);
    const projects = list(mapping(document.value).projects).map((p) => text(mapping(p).projectFolder));
    return declare(
      'rush',
      projects.filter((p) => p !== '').map((p) => joined(folder, p)),
      1,
      document.lineOf('projects'),
    );
  }
  if (/\.moon\/workspace\.ya?ml$/.test(path)) {
    const [document] = source.as(parseYaml);
    const projects = mapping(document?.value).projects;
    const root = folderOf(folder);
    const globs = Array.isArray(projects) ? texts(projects) : texts(mapping(projects).globs);
    const named = Object.values(mapping(mapping(projects).sources ?? projects)).filter(
      (p) => typeof p === 'string',
    );
    const all = [...new Set(collection.files.map((f) => folderOf(f.path)))];
    const members = [...matching(all, root, globs), ...named.map((p) => joined(root, p))];
    return declare('moon', members, 1, document?.lineOf(mapping(document.value), 'projects') ?? 1);
  }
  if (name === 'go.work') {
    const block = /^use\s*\(([^)]*)\)/gm;
    const uses = [...source.text.matchAll(block)].flatMap((m) => (m[1] ?? '').split('\n'));
    const single = [...source.text.matchAll(/^use\s+([^\s(]+)/gm)].map((m) => m[1] ?? '');
    const members = [...uses.map((u) => u.replace(/\/\/.*/, '').trim()), ...single].filter((u) => u !== '');
    return declare(
      'go-work',
      members.map((m) => joined(folder, m)),
      2,
      source.lineOf(/^use\b/),
    );
  }
  if (name === 'Cargo.toml') {
    const document = source.as(parseToml);
    const { members, exclude } = mapping(within(document.value, 'workspace'));
    const patterns = [...texts(members), ...texts(exclude).map((e) => `!${e}`)];
    const own = mapping(document.value).package === undefined ? [] : [folder];
    return declare(
      'cargo-workspace',
      [...own, ...matching(tree.cargo, folder, patterns)],
      2,
      document.lineOf('workspace', 'members'),
    );
  }
  if (name === 'pyproject.toml') {
    const document = source.as(parseToml);
    const { members, exclude } = mapping(within(document.value, 'tool', 'uv', 'workspace'));
    const patterns = [...texts(members), ...texts(exclude).map((e) => `!${e}`)];
    const own = mapping(document.value).project === undefined ? [] : [folder];
    return declare(
      'uv-workspace',
      [...own, ...matching(tree.python, folder, patterns)],
      2,
      document.lineOf('tool', 'uv', 'workspace', 'members'),
    );
  }
  if (/^settings\.gradle/.test(name)) {
    const plain = source.text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, '');
    const includes = [...plain.matchAll(/^\s*include\b\s*\(?((?:\s*["'][^"'\n]+["']\s*,?)+)/gm)];
    const projects = includes.flatMap((m) =>
      [...(m[1] ?? '').matchAll(/["']([^"']+)["']/g)].map((p) => p[1] ?? ''),
    );
    const members = projects.map((p) => joined(folder, p.replace(/^:/, '').replaceAll(':', '/')));
    return declare('gradle-modules', members, 2, source.lineOf(/^\s*include\b/));
  }
  if (/\.slnx?$/.test(name)) {
    const written = [
      ...source.text.matchAll(/^Project\("[^"]*"\)\s*=\s*"[^"]*",\s*"([^"]+\.\w+proj)"/gm),
      ...source.text.matchAll(/<Project\s[^>]*?Path="([^"]+\.\w+proj)"/g),
    ];
    const projects = written.map((m) => joined(folder, (m[1] ?? '').replaceAll('\\', '/')));
    // A component with its tests is one component.
    const components = projects.filter((p) => !isTestPath(p) && !/tests?\.\w+proj$/i.test(p));
    return new Set(components).size >= 2
      ? declare('dotnet-solution', projects.map(folderOf), 2, source.lineOf(/\.\w+proj"/))
      : [];
  }
  return [];
}

/** Which package manager reads the field `workspaces`: the one whose lock file lies beside it, or that is named. */
function nodeTool(folder: string, packageManager: string, collection: Collection): string {
  const has = (name: string) => collection.everything.some((f) => f.path === joined(folder, name));
  const named = /^(npm|yarn|pnpm|bun)@/.exec(packageManager)?.[1];
  if (named !== undefined) return `${named}-workspaces`;
  if (has('yarn.lock') || has('.yarnrc.yml') || has('.yarnrc')) return 'yarn-workspaces';
  if (has('pnpm-lock.yaml')) return 'pnpm-workspaces';
  if (has('bun.lock') || has('bun.lockb')) return 'bun-workspaces';
  return 'npm-workspaces';
}

/** `modules` of the poms that no other pom lists, with the modules of their modules. */
function maven(sources: readonly SourceText[]): Declared[] {
  const modules = new Map<string, string[]>();
  for (const { path, text: xml } of sources) {
    const plain = xml.replace(/<!--[\s\S]*?-->/g, '');
    const named = [...plain.matchAll(/<module>\s*([^<]+?)\s*<\/module>/g)].map((m) => m[1] ?? '');
    modules.set(
      folderOf(path),
      named.map((m) => joined(folderOf(path), m.replace(/(^|\/)pom\.xml$/, ''))),
    );
  }
  const listed = new Set([...modules.values()].flat());
  return sources.flatMap((source): Declared[] => {
    const folder = folderOf(source.path);
    if (listed.has(folder)) return [];
    const members = new Set<string>();
    const open = [...(modules.get(folder) ?? [])];
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      if (members.has(member)) continue;
      members.add(member);
      open.push(...(modules.get(member) ?? []));
    }
    if (members.size < 2) return [];
    return [
      { tool: 'maven-modules', members: [...members], path: source.path, line: source.lineOf('<module>') },
    ];
  });
}

/** Tools that run tasks over members which something else declares. */
function orchestrators(collection: Collection, tree: Folders, declared: readonly Declared[]): Declared[] {
  const found: Declared[] = [];
  const at = (name: RegExp) => collection.files.map((f) => f.path).filter((p) => name.test(p));
  const under = (folder: string, folders: readonly string[]) =>
    folders.filter((f) => f !== folder && isUnder(f, folder));
  const membersOf = (folder: string) =>
    declared
      .filter((d) => /-workspaces$|^lerna$/.test(d.tool) && folderOf(d.path) === folder)
      .flatMap((d) => d.members);
  const add = (tool: string, path: string, members: readonly string[]) => {
    // A file of the same name further down configures one member.
    if (
      members.length > 0 &&
      !found.some((d) => d.tool === tool && isUnder(folderOf(path), folderOf(d.path)))
    )
      found.push({ tool, members: [...members], path, line: 1 });
  };
  for (const path of shallowFirst(at(/(^|\/)nx\.json$/)))
    add('nx', path, [...under(folderOf(path), tree.nx), ...membersOf(folderOf(path))]);
  for (const path of shallowFirst(at(/(^|\/)turbo\.jsonc?$/)))
    add('turborepo', path, membersOf(folderOf(path)));
  const roots = at(/(^|\/)(MODULE\.bazel|WORKSPACE(\.bazel|\.bzlmod)?)$/);
  for (const path of shallowFirst(roots)) add('bazel', path, under(folderOf(path), tree.build));
  for (const path of shallowFirst(at(/(^|\/)pants\.toml$/)))
    add('pants', path, under(folderOf(path), tree.build));
  return found;
}

function shallowFirst(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
}

function patternsOf(workspaces: unknown): string[] {
  return Array.isArray(workspaces) ? texts(workspaces) : texts(mapping(workspaces).packages);
}

/** The folders that the patterns of a manifest in `root` name; the root itself is no member of its own. */
function matching(folders: readonly string[], root: string, patterns: readonly string[]): string[] {
  const plain = patterns.map((p) => p.replace(/^(!?)\.?\//, '$1').replace(/\/+$/, ''));
  const wanted = plain.filter((p) => !p.startsWith('!'));
  const refused = plain.filter((p) => p.startsWith('!')).map((p) => p.slice(1));
  if (wanted.length === 0) return [];
  const isWanted = picomatch(wanted);
  const isRefused = refused.length > 0 ? picomatch(refused) : () => false;
  return folders.filter((folder) => {
    if (folder === root || !isUnder(folder, root)) return false;
    const relative = root === '' ? folder : folder.slice(root.length + 1);
    return isWanted(relative) && !isRefused(relative);
  });
}

function isUnder(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
