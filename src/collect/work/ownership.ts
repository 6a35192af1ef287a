/** Who answers for what: CODEOWNERS, and the bots that propose dependency updates. */
import { atLine } from '../../model/evidence.js';
import { parseJson } from '../../parse/json.js';
import { list, mapping, text, texts } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

/** In the order in which GitHub looks; GitLab looks in the root, docs/ and .gitlab/. Only the first found counts. */
const CODEOWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];
const DEPENDABOT = /^\.github\/dependabot\.ya?ml$/;
const RENOVATE = [
  'renovate.json',
  'renovate.json5',
  '.github/renovate.json',
  '.github/renovate.json5',
  '.gitlab/renovate.json',
  '.gitlab/renovate.json5',
  '.renovaterc',
  '.renovaterc.json',
  '.renovaterc.json5',
];

export const ownership = defineCollector({
  name: 'ownership',
  title: 'Ownership',
  gives: ['code-owners', 'dependency-updates'],
  reads: (path) =>
    CODEOWNERS.includes(path) || DEPENDABOT.test(path) || RENOVATE.includes(path) || path === 'package.json',
  start(collection) {
    const owners = new Map<string, SourceText>();
    return {
      file(source) {
        if (CODEOWNERS.includes(source.path)) owners.set(source.path, source);
        else if (DEPENDABOT.test(source.path)) dependabot(collection, source);
        else renovate(collection, source);
      },
      end() {
        const first = CODEOWNERS.find((path) => owners.has(path));
        const source = first === undefined ? undefined : owners.get(first);
        if (source) codeOwners(collection, source);
      },
    };
  },
});

function codeOwners(collection: Collection, source: SourceText): void {
  const owners = new Set<string>();
  const rules: { pattern: string; owned: boolean; line: number }[] = [];
  let sectionOwners: string[] = [];
  source.lines.forEach((written, i) => {
    const line = written.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') return;
    // GitLab: [Section] with owners of its own, for the rules under it that name none.
    const section = /^\^?\[[^\]]*\](\[\d+\])?\s*(.*)$/.exec(line);
    if (section) {
      sectionOwners = ownersIn((section[2] ?? '').split(/\s+/));
      return;
    }
    const [pattern = '', ...rest] = line.split(/(?<!\\)\s+/);
    const named = ownersIn(rest);
    for (const owner of named.length > 0 ? named : sectionOwners) owners.add(owner);
    rules.push({ pattern, owned: named.length > 0 || sectionOwners.length > 0, line: i + 1 });
  });
  const owning = rules.filter((r) => r.owned);
  if (owning.length === 0) return;
  const all = owning.find((r) => ['*', '**', '/**', '/**/*', '**/*', '/'].includes(r.pattern));
  collection.fact(
    'code-owners',
    source.path,
    { rules: rules.length, owners: owners.size, coversEverything: all !== undefined },
    [atLine(source.path, (all ?? owning[0])?.line ?? 1)],
  );
}

/** @user, @org/team, @@role and e-mail addresses. */
function ownersIn(words: readonly string[]): string[] {
  return words.filter((word) => /^@{1,2}[\w.-]|^[^@\s]+@[^@\s]+$/.test(word));
}

function dependabot(collection: Collection, source: SourceText): void {
  const [document] = source.as(parseYaml);
  if (!document) return;
  if (document.error !== '') {
    unreadable(collection, source, document.error);
    return;
  }
  const updates = list(mapping(document.value).updates);
  const ecosystems = updates.map((u) => text(mapping(u)['package-ecosystem'])).filter((e) => e !== '');
  if (ecosystems.length === 0) return;
  const [first] = updates;
  const line = typeof first === 'object' && first !== null ? document.lineOf(first, 'package-ecosystem') : 1;
  collection.fact(
    'dependency-updates',
    'dependabot',
    { tool: 'dependabot', ecosystems: [...new Set(ecosystems)].sort() },
    [atLine(source.path, line)],
  );
}

function renovate(collection: Collection, source: SourceText): void {
  const inPackage = source.path === 'package.json';
  const document = source.as(parseJson);
  // What is wrong with a package.json is said where packages are read.
  if (document.error !== '') {
    if (!inPackage) unreadable(collection, source, document.error);
    return;
  }
  const config = inPackage ? mapping(document.value).renovate : document.value;
  if (config === undefined || mapping(config).enabled === false) return;
  const managers = texts(mapping(config).enabledManagers).sort();
  collection.fact('dependency-updates', 'renovate', { tool: 'renovate', ecosystems: managers }, [
    atLine(source.path, inPackage ? source.lineOf(/"renovate"\s*:/) : 1),
  ]);
}

function unreadable(collection: Collection, source: SourceText, error: string): void {
  collection.gap({
    kinds: ['dependency-updates'],
    reason: 'unreadable',
    what: `${source.path} could not be read: ${error}`,
    path: source.path,
  });
}
