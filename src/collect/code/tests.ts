/** Test suites: files that the naming conventions of the test runners call tests, and where names do not tell, what they contain. */
import { atLine } from '../../model/evidence.js';
import { type Collection, defineCollector } from '../collector.js';

interface Convention {
  language: string;
  /** Paths that are tests by their name alone. */
  named?: RegExp;
  /** Paths that are tests if they contain `contains`. */
  maybe?: RegExp;
  contains?: RegExp;
}

const FOLDER =
  '(^|/)(tests?|specs?|__tests__|e2e|[^/]*[._-](tests?|e2e|specs?)|tests?[_-][^/]*|[^/]*\\.?(Unit|Integration|Functional)?Tests?)/(.*/)?';
const inTests = (file: string) => new RegExp(`${FOLDER}${file}$`);

const CONVENTIONS: readonly Convention[] = [
  {
    language: 'Go',
    maybe: /_test\.go$/,
    contains: /^func (Test|Benchmark|Fuzz|Example)\w*\(|\b(Describe|It)\(/m,
  },
  {
    language: 'Python',
    maybe: /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/,
    contains: /^\s*(async\s+)?def test|^class \w*Test|^\s*>>> /m,
  },
  {
    language: 'JavaScript',
    named: /(?<!\.config)\.(test|spec|cy|e2e-spec|e2e-test|e2e)\.[cm]?jsx?$/,
    maybe: new RegExp(
      `(^|/)[^/]*[-_](test|spec)\\.[cm]?jsx?$|${FOLDER}[^/]+\\.[cm]?jsx?$|(^|/)tests?\\.[cm]?js$`,
    ),
    contains:
      /^\s*(await\s+)?(describe|it|test|suite|QUnit\.module|Deno\.test|tap\.test|specify|scenario)(\.\w+)*\s*\(|from ['"](ava|tape|tap|node:test)['"]|require\(['"](ava|tape|tap|node:test)['"]\)/m,
  },
  {
    language: 'TypeScript',
    named: /(?<!\.config)\.(test|spec|cy|e2e-spec|e2e-test|e2e)\.[cm]?tsx?$/,
    maybe: new RegExp(`(^|/)[^/]*[-_](test|spec)\\.[cm]?tsx?$|${FOLDER}[^/]+\\.[cm]?tsx?$`),
    contains:
      /^\s*(await\s+)?(describe|it|test|suite|Deno\.test)(\.\w+)*\s*\(|from ['"](ava|tape|tap|node:test)['"]/m,
  },
  {
    language: 'Java',
    maybe: /(^|\/)src\/\w*[tT]ests?\w*\/.*\.java$|(^|\/)[^/]*(Tests?|TestCase|IT)\.java$/,
    contains:
      /@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|ArchTest|RunWith|CucumberOptions)\b|extends \w*TestCase\b/,
  },
  {
    language: 'Kotlin',
    maybe: /(^|\/)src\/\w*[tT]ests?\w*\/.*\.kt$|(^|\/)[^/]*(Tests?|Spec)\.kt$/,
    contains: /@(Test|ParameterizedTest)\b|\b(\w+Spec|\w*TestCase)\s*\(/,
  },
  {
    language: 'Scala',
    maybe: /(^|\/)src\/(test|it)\/.*\.scala$|(^|\/)[^/]*(Test|Spec|Suite)\.scala$/,
    contains: /extends\s+\w*(Spec|Suite|Test|Properties)\w*|@Test\b/,
  },
  {
    language: 'Groovy',
    maybe: /(^|\/)src\/\w*[tT]est\w*\/.*\.groovy$|(^|\/)[^/]*(Spec|Test)\.groovy$/,
    contains: /extends\s+\w*(Specification|Spec|TestCase)\b|@Test\b/,
  },
  {
    language: 'C#',
    maybe: new RegExp(`(^|/)[^/]*(Tests?|Specs?)\\.cs$|${FOLDER}[^/]+\\.cs$`),
    contains: /\[\s*(Fact|Theory|Test|TestCase|TestMethod|DataTestMethod|Scenario|TestCaseSource)\b/,
  },
  {
    language: 'F#',
    maybe: new RegExp(`(^|/)[^/]*Tests?\\.fs$|${FOLDER}[^/]+\\.fs$`),
    contains: /\[<\s*(Fact|Theory|Test|Property|TestCase|Tests)\b|\btest(Case|List|Property)\b/,
  },
  {
    language: 'Ruby',
    named: /_(spec|test)\.rb$/,
    maybe: inTests('test_[^/]*\\.rb'),
    contains: /def test_|\btest ['"]/,
  },
  { language: 'Elixir', named: /_test\.exs$/ },
  {
    language: 'PHP',
    maybe: new RegExp(`(^|/)[^/]*(Test|Cest|Spec)\\.php$|${FOLDER}[^/]+\\.php$`),
    contains:
      /function\s+test\w*\s*\(|@test\b|#\[Test\b|extends\s+\w*(TestCase|ObjectBehavior)\b|^\s*(it|test|describe)\(|class \w*Cest\b/m,
  },
  {
    language: 'Rust',
    maybe: /\.rs$/,
    contains:
      /^\s*#\[(\w+::)*(test|rstest|test_case|wasm_bindgen_test|quickcheck)\b[^\]]*\]|^\s*proptest! *\{/m,
  },
  {
    language: 'Swift',
    maybe: /(^|\/)[^/]*Tests?\.swift$|Tests\/.*\.swift$/,
    contains: /\bXCTestCase\b|@Test\b|\bQuickSpec\b/,
  },
  { language: 'Dart', named: /_test\.dart$/ },
  {
    language: 'C++',
    maybe: new RegExp(
      `(^|/)([^/]*[-_](unit)?tests?|[tT]est[^/]*)\\.(cc|cpp|cxx)$|${FOLDER}[^/]+\\.(cc|cpp|cxx)$`,
    ),
    contains:
      /\b(TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE|SCENARIO|BOOST_AUTO_TEST_CASE|DOCTEST_TEST_CASE)\s*\(|\bQTEST_\w*MAIN\b/,
  },
  {
    language: 'C',
    maybe: new RegExp(`(^|/)([^/]*[-_](unit)?tests?|[tT]est[^/]*)\\.c$|${FOLDER}[^/]+\\.c$`),
    contains:
      /\b(RUN_TEST|CU_ASSERT\w*|TEST_ASSERT\w*|START_TEST|cmocka_unit_test|ck_assert\w*|MU_ASSERT)\b|\bTEST\s*\(/,
  },
  { language: 'Clojure', named: /_test\.clj[cs]?$/ },
  { language: 'Haskell', named: /(^|\/)test\/(.*\/)?[^/]*(Spec|Test)s?\.hs$/ },
  { language: 'Lua', named: /_spec\.lua$/ },
  { language: 'Perl', named: /(^|\/)x?t\/(.*\/)?[^/]+\.t$/ },
  { language: 'R', named: /(^|\/)testthat\/test[-_][^/]*\.[rR]$/ },
  { language: 'Julia', named: /(^|\/)test\/runtests\.jl$/ },
  { language: 'Erlang', named: /_(SUITE|tests)\.erl$/ },
  {
    language: 'Shell',
    named: /\.bats$/,
    maybe: inTests('(tests?|run[-_]?tests?|test[-_][^/]*|[^/]*[-_]test)\\.sh'),
    contains: /./,
  },
  { language: 'Gherkin', named: /\.feature$/ },
  { language: 'Robot Framework', named: /\.robot$/ },
  { language: 'HCL', named: /\.(tftest|tofutest)\.hcl$/ },
  { language: 'Rego', named: /_test\.rego$/ },
  { language: 'PowerShell', named: /\.Tests\.ps1$/ },
  // Helm's unittest plug-in, and the rules of Prometheus.
  {
    language: 'YAML',
    maybe: /(^|\/)tests\/[^/]*_test\.ya?ml$|(^|\/)[^/]*[._-]tests?\.ya?ml$/,
    contains: /^tests:\s*\n\s*- (it|interval|input_series|name):|^rule_files:/m,
  },
];

export const tests = defineCollector({
  name: 'tests',
  title: 'Tests',
  gives: ['test-suite'],
  reads: (path) => CONVENTIONS.some((c) => c.maybe?.test(path) && !c.named?.test(path)),
  start(collection) {
    const suites = new Map<string, { path: string; line: number }[]>();
    const add = (language: string, path: string, line: number) =>
      suites.set(language, [...(suites.get(language) ?? []), { path, line }]);
    return {
      file(source) {
        for (const { language, named, maybe, contains } of CONVENTIONS) {
          if (!contains || !maybe?.test(source.path) || named?.test(source.path)) continue;
          const match = contains.exec(source.text);
          if (match) add(language, source.path, lineAt(source.text, match));
        }
      },
      end() {
        const go = suites.get('Go')?.filter((f) => !isOfForeignChart(f.path, collection)) ?? [];
        if (go.length > 0) suites.set('Go', go);
        else suites.delete('Go');
        for (const { path, size, type } of collection.files)
          if (size !== 0 && (type === 'file' || type === 'executable'))
            for (const { language, named } of CONVENTIONS) if (named?.test(path)) add(language, path, 1);
        for (const [language, found] of suites) {
          const paths = found.sort((a, b) => (a.path < b.path ? -1 : 1));
          collection.fact(
            'test-suite',
            language,
            { language, files: paths.length, directory: commonFolder(paths.map((p) => p.path)) },
            paths.slice(0, 5).map((p) => atLine(p.path, p.line)),
          );
        }
      },
    };
  },
});

/** A Helm chart copied from elsewhere brings its Go tests along, but not the module without which they cannot run. */
function isOfForeignChart(path: string, collection: Collection): boolean {
  const folders = path.split('/').slice(0, -1);
  const above = folders.map((_, i) => folders.slice(0, i + 1).join('/'));
  const has = (name: string) => above.some((folder) => collection.has(`${folder}/${name}`));
  return has('Chart.yaml') && !has('go.mod') && !collection.has('go.mod');
}

/** The line of what matched, behind the blank space that it starts with. */
function lineAt(text: string, match: RegExpExecArray): number {
  const start = match.index + (match[0].length - match[0].trimStart().length);
  return text.slice(0, start).split(/\r\n|\n|\r/).length;
}

/** The deepest folder that all paths are in; empty for the root. */
function commonFolder(paths: readonly string[]): string {
  const [first = '', ...rest] = paths.map((p) => p.split('/').slice(0, -1));
  let common = [...first];
  for (const folders of rest) {
    const differs = common.findIndex((name, i) => folders[i] !== name);
    if (differs !== -1) common = common.slice(0, differs);
  }
  return common.join('/');
}
