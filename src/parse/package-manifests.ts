/**
 * Package manifests -> what each declares: its name, version, scripts, dependencies and test runner. JSON and TOML are
 * parsed; of XML, Gradle, Ruby and Elixir the few elements that matter are read by their fixed forms.
 */
import { parseJson } from './json.js';
import { mapping, text, texts, within } from './shape.js';
import { parseToml } from './toml.js';

export interface Manifest {
  ecosystem: string;
  /** Empty where it declares none. */
  name: string;
  /** The line of the name. */
  line: number;
  version: string;
  private: boolean;
  testRunner: string;
  scripts: { name: string; run: string; line: number }[];
  dependencies: string[];
}

export interface ReadManifest {
  /** Undefined where the file declares no package. */
  manifest: Manifest | undefined;
  error: string;
}

const NONE: ReadManifest = { manifest: undefined, error: '' };

function found(manifest: Manifest): ReadManifest {
  return { manifest: { ...manifest, dependencies: [...new Set(manifest.dependencies)].sort() }, error: '' };
}

/** Which dependency runs tests, and the name of the runner where it is not the dependency's. */
type Runner = readonly [dependency: RegExp, name?: string];

/** The first of the runners that is among the dependencies. */
function runnerAmong(dependencies: readonly string[], runners: readonly Runner[]): string {
  for (const [pattern, name] of runners) {
    const dependency = dependencies.find((d) => pattern.test(d));
    if (dependency !== undefined) return name ?? dependency;
  }
  return '';
}

function lineOf(source: string, pattern: RegExp): number {
  const at = source.search(pattern);
  return at === -1 ? 1 : source.slice(0, at).split('\n').length;
}

function keysUnder(value: unknown, ...names: string[]): string[] {
  return names.flatMap((name) => Object.keys(mapping(mapping(value)[name])));
}

function captures(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map((m) => m[1] ?? '').filter((c) => c !== '');
}

const NODE_RUNNERS: readonly Runner[] = [
  [/^vitest$/],
  [/^(jest|@jest\/core|jest-expo|@nx\/jest|@nrwl\/jest|react-scripts|@vue\/cli-plugin-unit-jest)$/, 'jest'],
  [/^mocha$/],
  [/^ava$/],
  [/^(tap|tape|uvu|jasmine|qunit|@japa\/runner)$/],
  [/^karma$/],
  [/^@playwright\/test$/, 'playwright'],
  [/^cypress$/],
  [/^(@web\/test-runner|testcafe|nightwatch|@wdio\/cli)$/],
];

export function parsePackageJson(source: string): ReadManifest {
  const { value, error, lineOf: lineOfKey } = parseJson(source);
  if (error !== '') return { manifest: undefined, error };
  const json = mapping(value);
  const scripts = Object.entries(mapping(json.scripts)).flatMap(([name, run]) =>
    typeof run === 'string' ? [{ name, run, line: lineOfKey('scripts', name) }] : [],
  );
  const dependencies = keysUnder(
    json,
    'dependencies',
    'devDependencies',
    'peerDependencies',
    'optionalDependencies',
  );
  const name = text(json.name);
  const version = text(json.version);
  const builtIn = scripts.map((s) => /\b(node --test|bun test|deno test)\b/.exec(s.run)?.[1]).find((r) => r);
  return found({
    ecosystem: 'npm',
    name,
    line: lineOfKey('name'),
    version,
    // Without both a name and a version npm refuses to publish.
    private: json.private === true || name === '' || version === '',
    testRunner: runnerAmong(dependencies, NODE_RUNNERS) || (builtIn ?? ''),
    scripts,
    dependencies,
  });
}

export function parseComposerJson(source: string): ReadManifest {
  const { value, error, lineOf: lineOfKey } = parseJson(source);
  if (error !== '') return { manifest: undefined, error };
  const json = mapping(value);
  const dependencies = keysUnder(json, 'require', 'require-dev').filter(
    (d) => d !== 'php' && !d.startsWith('ext-'),
  );
  return found({
    ecosystem: 'composer',
    name: text(json.name),
    line: lineOfKey('name'),
    version: text(json.version),
    private: text(json.type) === 'project' || text(json.name) === '',
    testRunner: runnerAmong(dependencies, [
      [/^pestphp\/pest$/, 'pest'],
      [/^phpunit\/phpunit$|^symfony\/phpunit-bridge$/, 'phpunit'],
      [/^codeception\/codeception$/, 'codeception'],
      [/^behat\/behat$/, 'behat'],
    ]),
    scripts: Object.entries(mapping(json.scripts)).map(([name, run]) => ({
      name,
      run: Array.isArray(run) ? texts(run).join('\n') : text(run),
      line: lineOfKey('scripts', name),
    })),
    dependencies,
  });
}

export function parseGoMod(source: string): ReadManifest {
  const name = /^module\s+"?([^\s"]+)/m.exec(source)?.[1];
  if (name === undefined) return NONE;
  const required = [...source.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w.-]+(?:\/[^\s]+)?)\s+v\S+(.*)$/gm)];
  return found({
    ecosystem: 'go',
    name,
    line: lineOf(source, /^module\s/m),
    version: '',
    private: false,
    testRunner: 'go test',
    scripts: [],
    dependencies: required.filter((m) => !/\/\/ indirect/.test(m[2] ?? '')).map((m) => m[1] ?? ''),
  });
}

export function parseCargoToml(source: string): ReadManifest {
  const { value, error, lineOf: lineOfKey } = parseToml(source);
  if (error !== '') return { manifest: undefined, error };
  const { package: own } = mapping(value);
  if (own === undefined) return NONE;
  const { name, version, publish } = mapping(own);
  return found({
    ecosystem: 'cargo',
    name: text(name),
    line: lineOfKey('package', 'name'),
    version: text(version),
    private: publish === false || (Array.isArray(publish) && publish.length === 0),
    testRunner: 'cargo test',
    scripts: [],
    dependencies: keysUnder(value, 'dependencies', 'dev-dependencies', 'build-dependencies'),
  });
}

const PYTHON_RUNNERS: readonly Runner[] = [
  [/^pytest(-|$)/, 'pytest'],
  [/^(nose2?|ward|behave|robotframework|tox|nox|stestr)$/],
];

/** The name in `Some.Package[extra]>=1; python_version < "3.9"`, in the one form that the index uses. */
function requirementName(requirement: string): string {
  const name = /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)/.exec(requirement)?.[1] ?? '';
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

export function pythonRunner(dependencies: readonly string[]): string {
  return runnerAmong(dependencies, PYTHON_RUNNERS);
}

export function parsePyproject(source: string): ReadManifest {
  const { value, error, lineOf: lineOfKey } = parseToml(source);
  if (error !== '') return { manifest: undefined, error };
  const { project, tool } = mapping(value);
  const poetry = within(tool, 'poetry');
  if (project === undefined && poetry === undefined) return NONE;
  const own = mapping(project ?? poetry);
  const groups = Object.values(mapping(mapping(value)['dependency-groups']));
  const dependencies = [
    ...texts(mapping(project).dependencies),
    ...Object.values(mapping(mapping(project)['optional-dependencies'])).flatMap(texts),
    ...groups.flatMap(texts),
    ...texts(within(tool, 'uv', 'dev-dependencies')),
    ...keysUnder(poetry, 'dependencies', 'dev-dependencies'),
    ...Object.values(mapping(within(poetry, 'group'))).flatMap((g) => keysUnder(g, 'dependencies')),
    ...Object.values(mapping(within(tool, 'pdm', 'dev-dependencies'))).flatMap(texts),
    ...Object.values(mapping(within(tool, 'hatch', 'envs'))).flatMap((env) => [
      ...texts(mapping(env).dependencies),
      ...texts(mapping(env)['extra-dependencies']),
    ]),
  ]
    .map(requirementName)
    .filter((d) => d !== '' && d !== 'python');
  const hatch = Object.keys(mapping(within(tool, 'hatch', 'envs')));
  const tables = [
    ['tool', 'poe', 'tasks'],
    ['tool', 'pdm', 'scripts'],
    ['tool', 'taskipy', 'tasks'],
    ...hatch.map((env) => ['tool', 'hatch', 'envs', env, 'scripts']),
  ];
  return found({
    ecosystem: 'python',
    name: text(own.name),
    line: lineOfKey(
      project === undefined ? 'tool' : 'project',
      ...(project === undefined ? ['poetry'] : []),
      'name',
    ),
    version: text(own.version),
    private:
      texts(own.classifiers).some((c) => c.startsWith('Private ::')) ||
      within(tool, 'uv', 'package') === false ||
      mapping(poetry)['package-mode'] === false ||
      mapping(value)['build-system'] === undefined,
    testRunner: pythonRunner(dependencies) || (within(tool, 'pytest') === undefined ? '' : 'pytest'),
    scripts: tables.flatMap((path) =>
      Object.entries(mapping(within(value, ...path))).map(([name, task]) => ({
        name,
        run: commandOf(task),
        line: lineOfKey(...path, name),
      })),
    ),
    dependencies,
  });
}

/** A task is a text, a list of texts, or a table with one of several words for its command. */
function commandOf(task: unknown): string {
  if (Array.isArray(task))
    return task
      .map(commandOf)
      .filter((t) => t !== '')
      .join('\n');
  const { cmd, shell, sequence, composite } = mapping(task);
  return text(task) || commandOfParts(cmd) || text(shell) || commandOfParts(sequence ?? composite);
}
function commandOfParts(value: unknown): string {
  return text(value) || texts(value).join('\n');
}

export function parsePipfile(source: string): ReadManifest {
  const { value, error, lineOf: lineOfKey } = parseToml(source);
  if (error !== '') return { manifest: undefined, error };
  const dependencies = keysUnder(value, 'packages', 'dev-packages').map(requirementName);
  return found({
    ecosystem: 'python',
    name: '',
    line: 1,
    version: '',
    private: true,
    testRunner: pythonRunner(dependencies),
    scripts: Object.entries(mapping(mapping(value).scripts)).map(([name, run]) => ({
      name,
      run: commandOf(run),
      line: lineOfKey('scripts', name),
    })),
    dependencies,
  });
}

/** setup.py and setup.cfg: the name where it is written out, and the names in their lists of requirements. */
export function parseSetup(source: string): ReadManifest {
  const name = /^\s*name\s*=\s*["']?([\w.-]+)["']?/m.exec(source)?.[1] ?? '';
  const lists = captures(
    source,
    /(?:install_requires|tests_require|extras_require)\s*=\s*((?:\[[^\]]*\])|(?:\n[ \t]+[^\n]+)+)/gm,
  );
  const dependencies = lists
    .flatMap((l) => (l.startsWith('[') ? captures(l, /["']([^"']+)["']/g) : l.split('\n')))
    .map(requirementName)
    .filter((d) => d !== '');
  if (name === '' && dependencies.length === 0 && !/\bsetup\s*\(/.test(source)) return NONE;
  return found({
    ecosystem: 'python',
    name,
    line: lineOf(source, /^\s*name\s*=/m),
    version: /^\s*version\s*=\s*["']?([\w.]+)["']?/m.exec(source)?.[1] ?? '',
    private: false,
    testRunner: pythonRunner(dependencies),
    scripts: [],
    dependencies,
  });
}

export function parseRequirements(source: string): ReadManifest {
  const dependencies = source
    .split(/\r\n|\n/)
    .filter((l) => !/^\s*(#|-)/.test(l))
    .map(requirementName)
    .filter((d) => d !== '');
  if (dependencies.length === 0) return NONE;
  return found({
    ecosystem: 'python',
    name: '',
    line: 1,
    version: '',
    private: true,
    testRunner: pythonRunner(dependencies),
    scripts: [],
    dependencies,
  });
}

/** Is every line of a text one of those that pip reads? */
export function listsRequirements(source: string): boolean {
  return source
    .split(/\r\n|\n/)
    .every((l) => /^\s*(#.*|-.*|[\w.-]+(\[[^\]]*\])?\s*([=<>!~;@#\\].*)?)?$/.test(l));
}

const JVM_RUNNERS: readonly Runner[] = [
  [/spock/, 'spock'],
  [/kotest/, 'kotest'],
  [/testng/, 'testng'],
  [/junit|spring-boot-starter-(\w+-)?test|quarkus-junit|micronaut-test|kotlin-test/, 'junit'],
  [/scalatest|specs2|munit/, 'scalatest'],
];

export function parsePom(source: string): ReadManifest {
  const plain = blank(source, /<!--[\s\S]*?-->/g);
  if (!/<project[\s>]/.test(plain)) return { manifest: undefined, error: 'it has no <project>' };
  // What stands in these is not the project's own name.
  const own = blank(
    plain,
    /<(parent|dependencies|dependencyManagement|build|profiles|reporting|repositories|pluginRepositories|distributionManagement)>[\s\S]*?<\/\1>/g,
  );
  const element = (xml: string, tag: string) =>
    new RegExp(`<${tag}>\\s*([^<]*?)\\s*</${tag}>`).exec(xml)?.[1] ?? '';
  const dependencies = captures(plain, /<dependency>([\s\S]*?)<\/dependency>/g).map(
    (d) => `${element(d, 'groupId')}:${element(d, 'artifactId')}`,
  );
  return found({
    ecosystem: 'maven',
    name: element(own, 'artifactId'),
    line: lineOf(own, /<artifactId>/),
    version: element(own, 'version'),
    private: /<maven\.deploy\.skip>\s*true/.test(plain),
    testRunner: runnerAmong(dependencies, JVM_RUNNERS),
    scripts: [],
    dependencies,
  });
}

/** Replaces what matches by blanks, so that lines stay. */
function blank(source: string, pattern: RegExp): string {
  return source.replace(pattern, (part) => part.replace(/[^\n]/g, ' '));
}

export function parseGradle(source: string): ReadManifest {
  const plain = blank(source, /\/\*[\s\S]*?\*\/|(?<![:"'\w])\/\/[^\n]*/g);
  const coordinates = captures(plain, /["']([\w.-]+:[\w.-]+)(?::[^"']*)?["']/g);
  const plugins = captures(plain, /\bid\s*\(?\s*["']([\w.-]+)["']/g);
  const dependencies = [...coordinates, ...plugins];
  if (!/\b(plugins|dependencies|apply|repositories|task|tasks|allprojects|subprojects|android)\b/.test(plain))
    return NONE;
  return found({
    ecosystem: 'gradle',
    name: '',
    line: 1,
    version: /^\s*version\s*=?\s*["']([^"'$]+)["']/m.exec(plain)?.[1] ?? '',
    private: !/maven-publish|nexus|com\.vanniktech\.maven/.test(plain),
    testRunner:
      runnerAmong(dependencies, JVM_RUNNERS) ||
      (/useJUnit|\bjunit\b|kotlin\("test/i.test(plain) ? 'junit' : /\bkotest\b/i.test(plain) ? 'kotest' : ''),
    scripts: [],
    dependencies,
  });
}

export function parseDotnetProject(source: string): ReadManifest {
  const plain = blank(source, /<!--[\s\S]*?-->/g);
  if (!/<Project[\s>]/.test(plain)) return { manifest: undefined, error: 'it has no <Project>' };
  const dependencies = captures(plain, /<PackageReference\s[^>]*?Include\s*=\s*"([^"]+)"/g);
  const packs = /<(IsPackable|GeneratePackageOnBuild)>\s*true|<PackageId>|<PackAsTool>\s*true/i.test(plain);
  return found({
    ecosystem: 'nuget',
    name: /<(?:PackageId|AssemblyName)>\s*([^<$]+?)\s*</.exec(plain)?.[1] ?? '',
    line: lineOf(plain, /<(PackageId|AssemblyName)>|<Project[\s>]/),
    version: /<Version(?:Prefix)?>\s*([^<$]+?)\s*</.exec(plain)?.[1] ?? '',
    private: !packs || /<IsPackable>\s*false/i.test(plain),
    testRunner:
      runnerAmong(dependencies, [
        [/^xunit/i, 'xunit'],
        [/^NUnit/i, 'nunit'],
        [/^(MSTest|Microsoft\.VisualStudio\.TestPlatform)/i, 'mstest'],
        [/^TUnit/i, 'tunit'],
        [/^Microsoft\.NET\.Test\.Sdk$/i, 'dotnet test'],
      ]) || (/Sdk="MSTest\.Sdk/.test(plain) ? 'mstest' : ''),
    scripts: [],
    dependencies,
  });
}

export function parseGemfile(source: string): ReadManifest {
  const dependencies = captures(source, /^\s*gem\s*\(?\s*["']([\w-]+)["']/gm);
  return found({
    ecosystem: 'rubygems',
    name: '',
    line: 1,
    version: '',
    private: !/^\s*gemspec\b/m.test(source),
    testRunner: runnerAmong(dependencies, [
      [/^rspec/, 'rspec'],
      [/^(minitest|rails)$/, 'minitest'],
      [/^(test-unit|cucumber)$/, 'test-unit'],
    ]),
    scripts: [],
    dependencies,
  });
}

export function parseMixExs(source: string): ReadManifest {
  const name = /\bapp:\s*:(\w+)/.exec(source)?.[1];
  if (name === undefined) return NONE;
  return found({
    ecosystem: 'hex',
    name,
    line: lineOf(source, /\bapp:\s*:/),
    version: /\bversion:\s*"([^"#]+)"/.exec(source)?.[1] ?? '',
    private: !/\bpackage:/.test(source),
    testRunner: 'ExUnit',
    scripts: [],
    dependencies: captures(source, /\{\s*:(\w+)\s*,/g),
  });
}
