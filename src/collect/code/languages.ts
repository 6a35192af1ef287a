/** Which language a path is written in, and whether it is a test: by the path alone. */
import { nameOf } from '../../parse/paths.js';

interface Language {
  /** A programming language, whose changes want tests; not markup, data or configuration. */
  code: boolean;
  /** Endings of file names, without the dot. */
  endings: string;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  C: { code: true, endings: 'c h' },
  'C#': { code: true, endings: 'cs' },
  'C++': { code: true, endings: 'cc cpp cxx hh hpp hxx' },
  CSS: { code: false, endings: 'css scss sass less' },
  CUE: { code: false, endings: 'cue' },
  Clojure: { code: true, endings: 'clj cljs cljc' },
  Dart: { code: true, endings: 'dart' },
  Elixir: { code: true, endings: 'ex exs' },
  Erlang: { code: true, endings: 'erl' },
  'F#': { code: true, endings: 'fs' },
  Go: { code: true, endings: 'go' },
  Groovy: { code: true, endings: 'groovy' },
  HCL: { code: false, endings: 'tf tfvars hcl tofu' },
  HTML: { code: false, endings: 'html htm' },
  Haskell: { code: true, endings: 'hs' },
  JSON: { code: false, endings: 'json json5 jsonc' },
  Java: { code: true, endings: 'java' },
  JavaScript: { code: true, endings: 'js mjs cjs jsx' },
  Jsonnet: { code: false, endings: 'jsonnet libsonnet' },
  Julia: { code: true, endings: 'jl' },
  Kotlin: { code: true, endings: 'kt kts' },
  Lua: { code: true, endings: 'lua' },
  Markdown: { code: false, endings: 'md mdx' },
  'Objective-C': { code: true, endings: 'm mm' },
  PHP: { code: true, endings: 'php' },
  Perl: { code: true, endings: 'pl pm t' },
  PowerShell: { code: false, endings: 'ps1 psm1' },
  Protobuf: { code: false, endings: 'proto' },
  Python: { code: true, endings: 'py pyi' },
  R: { code: true, endings: 'r R' },
  Ruby: { code: true, endings: 'rb' },
  Rust: { code: true, endings: 'rs' },
  SQL: { code: false, endings: 'sql' },
  Scala: { code: true, endings: 'scala' },
  Shell: { code: false, endings: 'sh bash zsh' },
  Starlark: { code: false, endings: 'bzl star' },
  Svelte: { code: true, endings: 'svelte' },
  Swift: { code: true, endings: 'swift' },
  TOML: { code: false, endings: 'toml' },
  TypeScript: { code: true, endings: 'ts mts cts tsx' },
  Vue: { code: true, endings: 'vue' },
  XML: { code: false, endings: 'xml' },
  YAML: { code: false, endings: 'yml yaml' },
  Zig: { code: true, endings: 'zig' },
};

const BY_ENDING = new Map(
  Object.entries(LANGUAGES).flatMap(([name, { endings }]) =>
    endings.split(' ').map((e) => [e, name] as const),
  ),
);

/** The language of a file by its ending; empty where none is known. */
export function languageOf(path: string): string {
  const name = nameOf(path);
  if (/^(Docker|Container)file($|\.)|\.[Dd]ockerfile$/.test(name)) return 'Dockerfile';
  if (/^(GNUm|M|m)akefile$|\.mk$/.test(name)) return 'Makefile';
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : (BY_ENDING.get(name.slice(dot + 1)) ?? '');
}

/** Is it a file of a programming language (tests included)? */
export function isCode(path: string): boolean {
  return LANGUAGES[languageOf(path)]?.code ?? false;
}

const TEST_FOLDER =
  /(^|\/)(tests?|__tests__|specs?|e2e|cypress|playwright|androidTest|integrationTest|tests[-_][^/]*|[^/]*[-_.](tests?|e2e)|[^/]*\.(Unit|Integration|Functional)?Tests?)\//;
const TEST_FILE = new RegExp(
  [
    '_(test|spec|unittest)\\.[a-z]+$',
    '(^|/)(test|spec)_[^/]*\\.[a-z]+$',
    '[.-](test|spec|cy|e2e|e2e-spec|e2e-test)\\.[cm]?[jt]sx?$',
    '(Test|Tests|TestCase|IT|Spec|Specs|Suite|Cest)\\.(java|kt|scala|groovy|cs|fs|php|swift|hs)$',
    '(^|/)tests?\\.(py|rb|go|rs)$',
    '(^|/)conftest\\.py$',
    '\\.(bats|feature|tftest\\.hcl)$',
    '_SUITE\\.erl$',
  ].join('|'),
);

/** Does the path belong to tests: a test file, or anything in a folder of tests? */
export function isTestPath(path: string): boolean {
  return TEST_FILE.test(path) || TEST_FOLDER.test(path);
}
