import { describe, expect, test } from 'vitest';
import { packages } from '../../../src/collect/code/packages.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([packages], files);
  return { found: factsOf(facts, 'package'), gaps };
}
async function only(path: string, text: string) {
  const { found } = await read({ [path]: text });
  expect(found).toHaveLength(1);
  const [fact] = found;
  if (!fact) throw new Error('no package');
  return { ...fact.data, name: fact.name, at: places(fact.evidence).join() };
}

describe('packages', () => {
  test('of npm have scripts with their lines, and a runner among the dependencies', async () => {
    const found = await only(
      'web/package.json',
      '{\n  "name": "@acme/web",\n  "version": "1.0.0",\n  "scripts": {\n    "test": "vitest run",\n    "build": "tsc"\n  },\n  "devDependencies": { "vitest": "1", "@types/node": "2" }\n}\n',
    );
    expect(found).toEqual({
      name: '@acme/web',
      at: 'web/package.json:2',
      ecosystem: 'npm',
      directory: 'web',
      version: '1.0.0',
      private: false,
      testRunner: 'vitest',
      scripts: [
        { name: 'test', run: 'vitest run', line: 5 },
        { name: 'build', run: 'tsc', line: 6 },
      ],
      dependencies: ['@types/node', 'vitest'],
    });
  });

  test('of npm run tests with what Node brings, and are private where npm would not publish them', async () => {
    const found = await only('package.json', '{"name": "a", "scripts": {"test": "node --test"}}');
    expect(found).toMatchObject({ testRunner: 'node --test', private: true });
  });

  test('of Go, Cargo and Elixir bring their runner along', async () => {
    expect(
      await only(
        'go.mod',
        'module github.com/a/b\n\ngo 1.22\n\nrequire github.com/x/one v1.0.0\nrequire (\n\tgo.uber.org/two v1.2.3\n\tgithub.com/y/three v0.1.0 // indirect\n)\n',
      ),
    ).toMatchObject({
      name: 'github.com/a/b',
      testRunner: 'go test',
      dependencies: ['github.com/x/one', 'go.uber.org/two'],
    });
    expect(
      await only(
        'c/Cargo.toml',
        '[package]\nname = "c"\nversion = "0.1.0"\npublish = false\n[dependencies]\nserde = "1"\n',
      ),
    ).toMatchObject({
      name: 'c',
      at: 'c/Cargo.toml:2',
      private: true,
      testRunner: 'cargo test',
      dependencies: ['serde'],
    });
    expect(
      await only(
        'mix.exs',
        'defmodule A do\n  def project, do: [app: :shop, version: "0.1.0", deps: deps()]\n  defp deps, do: [{:phoenix, "~> 1"}]\nend\n',
      ),
    ).toMatchObject({
      name: 'shop',
      at: 'mix.exs:2',
      version: '0.1.0',
      testRunner: 'ExUnit',
      dependencies: ['phoenix'],
    });
  });

  test('of Maven have the name of the project, not of its parent or of a dependency', async () => {
    const found = await only(
      'pom.xml',
      '<project>\n  <parent><artifactId>parent</artifactId><version>9</version></parent>\n  <!-- <artifactId>old</artifactId> -->\n  <dependencies>\n    <dependency><groupId>g</groupId><artifactId>junit</artifactId></dependency>\n  </dependencies>\n  <artifactId>orders</artifactId>\n  <version>1.0</version>\n</project>\n',
    );
    expect(found).toMatchObject({
      name: 'orders',
      version: '1.0',
      at: 'pom.xml:7',
      testRunner: 'junit',
      dependencies: ['g:junit'],
    });
  });

  test('of Gradle, .NET, Ruby and PHP are read by their fixed forms', async () => {
    expect(
      await only(
        'svc/build.gradle.kts',
        'plugins { id("java") }\n// "x:y:1"\ndependencies {\n  implementation("com.a:b:1")\n  testImplementation(kotlin("test"))\n}\ntasks.test { useJUnitPlatform() }\n',
      ),
    ).toMatchObject({
      name: 'svc',
      ecosystem: 'gradle',
      testRunner: 'junit',
      dependencies: ['com.a:b', 'java'],
    });
    expect(
      await only(
        'src/App.Tests.csproj',
        '<Project Sdk="Microsoft.NET.Sdk">\n  <ItemGroup><PackageReference Include="xunit" Version="2" /></ItemGroup>\n</Project>\n',
      ),
    ).toMatchObject({ name: 'App.Tests', ecosystem: 'nuget', private: true, testRunner: 'xunit' });
    expect(
      await only('Gemfile', "source 'x'\ngem 'rails'\n  gem \"rspec-rails\"\n# gem 'no'\n"),
    ).toMatchObject({
      name: 'here',
      testRunner: 'rspec',
      dependencies: ['rails', 'rspec-rails'],
    });
    expect(
      await only(
        'composer.json',
        '{"name": "a/b", "require": {"php": "8"}, "require-dev": {"phpunit/phpunit": "1"}, "scripts": {"test": ["a", "b"]}}',
      ),
    ).toMatchObject({
      name: 'a/b',
      testRunner: 'phpunit',
      scripts: [{ name: 'test', run: 'a\nb', line: 1 }],
    });
  });

  test('of Python are one for each folder, whatever files they are spread over', async () => {
    const { found } = await read({
      'pyproject.toml':
        '[build-system]\nrequires = ["x"]\n[project]\nname = "shop"\nversion = "1"\ndependencies = ["Flask>=2", "a_b[c]==1; python_version < \'3\'"]\n[tool.poe.tasks]\ntest = "pytest -q"\n',
      'requirements-dev.txt': '# x\n-r requirements.txt\npytest==8\n',
      'requirements/notes.txt': 'not read: these are no requirements',
      'requirements/main.txt': '# made by pip-compile\nsentry-sdk[flask]==2.1 \\\n    --hash=sha256:a\n',
      'jobs/requirements.txt': 'requests\n',
      'tool/pyproject.toml': '[tool.ruff]\nline-length = 100\n',
    });
    expect(
      found.map((f) => [f.name, f.data.directory, f.data.private, f.data.testRunner, f.data.dependencies]),
    ).toEqual([
      ['jobs', 'jobs', true, '', ['requests']],
      ['shop', '', false, 'pytest', ['a-b', 'flask', 'pytest', 'sentry-sdk']],
    ]);
    expect(found[1]?.data.scripts).toEqual([{ name: 'test', run: 'pytest -q', line: 8 }]);
    expect(places(found[1]?.evidence ?? [])).toEqual(['pyproject.toml:4']);
  });

  test('of Python are found in setup.py, setup.cfg and Pipfile', async () => {
    expect(
      await only(
        'setup.py',
        "from setuptools import setup\nsetup(\n    name='old',\n    install_requires=['a', \"b>1\"],\n)\n",
      ),
    ).toMatchObject({ name: 'old', at: 'setup.py:3', dependencies: ['a', 'b'] });
    expect(
      await only('setup.cfg', '[metadata]\nname = cfg\n[options]\ninstall_requires =\n    a\n    pytest>1\n'),
    ).toMatchObject({
      name: 'cfg',
      testRunner: 'pytest',
    });
    expect(await only('Pipfile', '[packages]\nrequests = "*"\n[scripts]\nserve = "x"\n')).toMatchObject({
      scripts: [{ name: 'serve', run: 'x', line: 4 }],
    });
  });

  test('that do not parse are a gap, and templates say so', async () => {
    const { found, gaps } = await read({
      'a/package.json': '{',
      'b/Cargo.toml': '[package\n',
      'c/package.json': '{"name": {{ x }} }',
      'd/pom.xml': 'x',
    });
    expect(found).toEqual([]);
    expect(gaps.map((g) => [g.path, g.reason])).toEqual([
      ['a/package.json', 'unreadable'],
      ['b/Cargo.toml', 'unreadable'],
      ['c/package.json', 'not-rendered'],
      ['d/pom.xml', 'unreadable'],
    ]);
  });
});
