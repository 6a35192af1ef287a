import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appveyor } from '../../../src/collect/ci/appveyor.js';
import { parseAppveyor } from '../../../src/parse/ci/appveyor.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';

describe('AppVeyor', () => {
  test('phases follow each other, and deployments are of pushes', async () => {
    const { pipelines, paths, answers } = await readCi(appveyor, {
      'appveyor.yml': `branches:
  only: [main]
skip_tags: true
build_script:
  - cmd: dotnet build
test_script:
  - ps: dotnet test --no-build
deploy:
  - provider: NuGet
    on:
      branch: main
`,
    });
    const [pipeline] = pipelines;
    expect(pipeline?.triggers.map((t) => [t.event, t.branches, t.tags, t.line])).toEqual([
      ['push', ['main'], [], 1],
      ['pull_request', ['main'], [], 1],
    ]);
    expect(pipeline?.jobs[0]?.steps.map((s) => [s.uses || s.run, s.shell, s.line, s.runLine])).toEqual([
      ['dotnet build', 'cmd', 5, 5],
      ['dotnet test --no-build', 'pwsh', 7, 7],
      ['appveyor:nuget', '', 9, 9],
    ]);
    expect(paths).toMatchObject([{ trigger: 'push', target: 'artifact', gate: 'tested' }]);
    expect(answers).toMatchObject({ tests_in_ci: 'yes', tests_before_deploy: 'yes', deploy_on_merge: 'yes' });
  });

  test('runs the tests that it finds after a build, unless they are off', async () => {
    const found = await readCi(appveyor, { 'appveyor.yml': 'build: { project: A.sln }\n' });
    expect(found.answers.tests_in_ci).toBe('yes');
    const off = await readCi(appveyor, { '.appveyor.yml': 'build: { project: A.sln }\ntest: off\n' });
    expect(off.answers.tests_in_ci).toBe('no');
  });

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string(), (text) => parseAppveyor(`deploy:\n- ${text}`).errorLine >= 0));
  });
});
