import { describe, expect, test } from 'vitest';
import { workspaces } from '../../../src/collect/code/workspaces.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts } = await collectFrom([workspaces], files);
  return factsOf(facts, 'workspace').map((f) =>
    [f.data.tool, f.data.members.join(' '), ...places(f.evidence)].join(' | '),
  );
}
const npm = (...folders: string[]) => Object.fromEntries(folders.map((f) => [`${f}/package.json`, '{}']));

describe('workspaces', () => {
  test('of npm, Yarn and Bun are told apart by the lock file beside them', async () => {
    const root = '{\n  "name": "x",\n  "workspaces": ["packages/*", "!packages/old"]\n}';
    const members = npm('packages/a', 'packages/b', 'packages/old', 'packages/a/node_modules/z', 'other');
    expect(await read({ 'package.json': root, ...members })).toEqual([
      'npm-workspaces | packages/a packages/b | package.json:3',
    ]);
    expect(await read({ 'package.json': root, 'yarn.lock': '', ...members })).toEqual([
      'yarn-workspaces | packages/a packages/b | package.json:3',
    ]);
    expect(
      await read({
        'package.json': '{"workspaces": {"packages": ["./packages/a/"]}, "packageManager": "bun@1"}',
        ...members,
      }),
    ).toEqual(['bun-workspaces | packages/a | package.json:1']);
  });

  test('of pnpm without a second package are none', async () => {
    const file = { 'pnpm-workspace.yaml': "packages:\n  - '**'\n", 'package.json': '{"workspaces": ["a"]}' };
    expect(await read(file)).toEqual([]);
    expect(await read({ ...file, ...npm('a') })).toEqual(['pnpm-workspaces | a | pnpm-workspace.yaml:1']);
  });

  test('give Turborepo and Lerna their members, and Nx the folders of its projects', async () => {
    expect(
      await read({
        'package.json': '{"workspaces": ["a", "b"]}',
        'turbo.json': '{}',
        'a/turbo.json': '{}',
        'nx.json': '{}',
        'libs/c/project.json': '{}',
        'lerna.json': '{"packages": ["a"]}',
        ...npm('a', 'b'),
      }),
    ).toEqual([
      'lerna | a | lerna.json:1',
      'npm-workspaces | a b | package.json:1',
      'nx | a b libs/c | nx.json:1',
      'turborepo | a b | turbo.json:1',
    ]);
    expect(await read({ 'package.json': '{}', 'nx.json': '{}', 'turbo.json': '{}' })).toEqual([]);
  });

  test('of Go, Cargo, Maven, Gradle and .NET have two components or more', async () => {
    expect(await read({ 'go.work': 'go 1.22\n\nuse (\n\t./a // x\n\t./b\n)\n' })).toEqual([
      'go-work | a b | go.work:3',
    ]);
    expect(await read({ 'go.work': 'go 1.22\nuse .\n' })).toEqual([]);
    expect(
      await read({
        'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/x"]\n',
        'crates/a/Cargo.toml': '',
        'crates/b/Cargo.toml': '',
        'crates/x/Cargo.toml': '',
      }),
    ).toEqual(['cargo-workspace | crates/a crates/b | Cargo.toml:2']);
    expect(
      await read({
        'pom.xml':
          '<project>\n<modules>\n<module>a</module>\n<!-- <module>no</module> --><module>b</module>\n</modules></project>',
        'a/pom.xml': '<project><module>c</module></project>',
      }),
    ).toEqual(['maven-modules | a a/c b | pom.xml:3']);
    expect(
      await read({ 'settings.gradle': "rootProject.name = 'x'\n// include 'no'\ninclude ':a', ':b:c'\n" }),
    ).toEqual(['gradle-modules | a b/c | settings.gradle:3']);
    const project = (path: string) => `Project("{X}") = "n", "${path}", "{Y}"\nEndProject\n`;
    expect(await read({ 'x.sln': `\n${project('src\\A\\A.csproj')}${project('src\\B\\B.csproj')}` })).toEqual(
      ['dotnet-solution | src/A src/B | x.sln:2'],
    );
    expect(await read({ 'x.sln': `${project('src\\A.csproj')}${project('tests\\A.Tests.csproj')}` })).toEqual(
      [],
    );
  });

  test('of Rush, moon and Bazel are read in their own files', async () => {
    expect(
      await read({
        'rush.json': '{ // x\n "projects": [\n {"packageName": "a", "projectFolder": "apps/a"} ] }',
      }),
    ).toEqual(['rush | apps/a | rush.json:2']);
    expect(await read({ '.moon/workspace.yml': 'projects:\n  a: apps/a\n  b: libs/b\n' })).toEqual([
      'moon | apps/a libs/b | .moon/workspace.yml:1',
    ]);
    expect(await read({ 'MODULE.bazel': 'x', 'a/BUILD.bazel': '', 'b/c/BUILD': '' })).toEqual([
      'bazel | a b/c | MODULE.bazel:1',
    ]);
  });

  test('in broken files are none', async () => {
    expect(
      await read({
        'package.json': '{"workspaces": [',
        'pnpm-workspace.yaml': 'packages: [',
        'Cargo.toml': '[workspace',
        'rush.json': '',
      }),
    ).toEqual([]);
  });
});

test('a uv workspace has its own project and its members', async () => {
  const { facts } = await collectFrom([workspaces], {
    'pyproject.toml':
      '[project]\nname = "shop"\n\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n',
    'packages/a/pyproject.toml': '[project]\nname = "a"\n',
    'packages/old/pyproject.toml': '[project]\nname = "old"\n',
    'single/pyproject.toml': '[tool.uv.workspace]\nmembers = ["x"]\n',
  });
  expect(factsOf(facts, 'workspace').map((f) => [f.name, f.data.members, places(f.evidence)])).toEqual([
    ['uv-workspace', ['', 'packages/a'], ['pyproject.toml:5']],
  ]);
});
