import { describe, expect, test } from 'vitest';
import { tests } from '../../../src/collect/code/tests.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function suites(files: Record<string, string>) {
  const { facts } = await collectFrom([tests], files);
  return factsOf(facts, 'test-suite');
}
async function languages(files: Record<string, string>) {
  return (await suites(files)).map((f) => `${f.data.language} ${f.data.files}`);
}

describe('test suites', () => {
  test('are told by the names that runners look for', async () => {
    expect(
      await languages({
        'web/a.test.ts': 'x',
        'web/b.spec.tsx': 'x',
        'web/e2e/c.cy.js': 'x',
        'app/models/d_spec.rb': 'x',
        'app/e_test.exs': 'x',
        'ui/f_test.dart': 'x',
        'g.bats': 'x',
        'h.feature': 'x',
        'main.tftest.hcl': 'x',
      }),
    ).toEqual([
      'Dart 1',
      'Elixir 1',
      'Gherkin 1',
      'HCL 1',
      'JavaScript 1',
      'Ruby 1',
      'Shell 1',
      'TypeScript 2',
    ]);
  });

  test('are told by what they contain where many names would fit, with its line', async () => {
    const found = await suites({
      'pkg/a_test.go': 'package a\n\nfunc TestA(t *testing.T) {}\n',
      'tests/test_b.py': 'import x\n\n\ndef test_b():\n  pass\n',
      'test/c.js': "var x\n\ndescribe('c', function () {})\n",
      'src/d.rs': 'fn d() {}\n\n#[cfg(test)]\nmod tests {\n    #[tokio::test]\n    async fn d() {}\n}\n',
      'src/test/java/E.java': 'class E {\n  @Test\n  void e() {}\n}\n',
      'F.Tests/Cases.cs': 'class F {\n  [Fact]\n  void f() {}\n}\n',
      'tests/GTest.php': '<?php\nclass GTest extends TestCase {}\n',
    });
    expect(found.map((f) => [f.data.language, ...places(f.evidence)].join(' '))).toEqual([
      'C# F.Tests/Cases.cs:2',
      'Go pkg/a_test.go:3',
      'Java src/test/java/E.java:2',
      'JavaScript test/c.js:3',
      'PHP tests/GTest.php:2',
      'Python tests/test_b.py:4',
      'Rust src/d.rs:5',
    ]);
  });

  test('are not what only lies beside tests or is named like one', async () => {
    expect(
      await languages({
        'tests/conftest.py': 'import pytest\n',
        'test/support/env.js': "process.env.NODE_ENV = 'test'\n",
        'pkg/helpers_test.go': 'package a\n',
        'src/lib.rs': 'fn a() {}\n',
        'src/main/java/SpeedTest.java': 'class SpeedTest {}\n',
        'test/fixtures/a.test.js': 'test()',
        'node_modules/x/a.test.js': 'test()',
        'rollup.config.test.js': 'export default {}',
        'src/latest.ts': 'export {}',
        'empty.spec.ts': '',
      }),
    ).toEqual([]);
  });

  test('name the folder that they share', async () => {
    const [suite] = await suites({ 'web/src/a/x.test.ts': 'x', 'web/src/b/y.test.ts': 'x' });
    expect(suite?.data).toEqual({ language: 'TypeScript', files: 2, directory: 'web/src' });
  });

  test('of a Helm chart copied without its module are not counted', async () => {
    const chart = {
      'charts/x/Chart.yaml': 'name: x\n',
      'charts/x/tests/t_test.go': 'package t\nfunc TestX() {}\n',
    };
    expect(await languages(chart)).toEqual([]);
    expect(await languages({ ...chart, 'go.mod': 'module x\n' })).toEqual(['Go 1']);
  });
});
