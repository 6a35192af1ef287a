import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { travis } from '../../../src/collect/ci/travis.js';
import { factsOf } from '../../../src/model/facts.js';
import { parseTravis } from '../../../src/parse/ci/travis.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';
import { places } from '../from-files.js';

describe('Travis', () => {
  test('every line of the script runs, and a deployment comes after all of them passed', async () => {
    const { facts, pipelines, paths, answers } = await readCi(travis, {
      '.travis.yml': `language: ruby
branches:
  only: [main]
install: bundle install
script:
  - bundle exec rspec
  - bundle exec rubocop
deploy:
  provider: heroku
  on:
    branch: main
`,
    });
    const [pipeline] = pipelines;
    expect(pipeline?.triggers.map((t) => [t.event, t.branches, t.line])).toEqual([
      ['push', ['main'], 2],
      ['pull_request', ['main'], 2],
    ]);
    expect(pipeline?.jobs[0]?.steps.map((s) => [s.uses || s.run, s.condition, s.line, s.runLine])).toEqual([
      ['bundle install', '', 4, 4],
      ['bundle exec rspec', '', 5, 6],
      ['bundle exec rubocop', 'always()', 5, 7],
      ['travis:heroku', "github.event_name != 'pull_request' && github.ref == 'refs/heads/main'", 9, 9],
    ]);
    expect(paths).toMatchObject([{ trigger: 'push', target: 'environment', gate: 'tested' }]);
    expect(answers).toMatchObject({ tests_in_ci: 'yes', deploy_on_merge: 'yes', manual_promotion: 'no' });
    expect(places(factsOf(facts, 'tool-use')[0]?.evidence ?? [])).toEqual(['.travis.yml:1']);
  });

  test('stages follow each other; a job that may fail gates nothing', async () => {
    const files = (more: string) => ({
      '.travis.yml': `stages:\n  - test\n  - name: deploy\n    if: branch = main AND type = push\njobs:\n  include:\n    - { name: unit, stage: test, script: rspec }\n    - { name: ship, stage: deploy, script: fly deploy }\n${more}`,
    });
    const { pipelines, answers } = await readCi(travis, files(''));
    expect(pipelines[0]?.jobs.map((j) => [j.id, j.needs, j.condition, j.line])).toEqual([
      ['unit', [], '', 7],
      ['ship', ['unit'], "!failure() && github.ref_name == 'main' && github.event_name == 'push'", 8],
    ]);
    expect(answers.tests_before_deploy).toBe('yes');
    const lax = await readCi(travis, files('  allow_failures:\n    - name: unit\n'));
    expect(lax.answers.tests_before_deploy).toBe('no');
  });

  test('without a script the tests of the language run', async () => {
    const { answers, pipelines } = await readCi(travis, {
      '.travis.yml': 'os: linux\nlanguage: go\ngo: ["1.21"]\n',
    });
    expect(pipelines[0]?.jobs[0]?.steps).toMatchObject([{ run: 'go test -v ./...', line: 2 }]);
    expect(answers).toMatchObject({ tests_in_ci: 'yes', deploys_from_ci: 'no' });
  });

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string(), (text) => parseTravis(`if: ${text}\njobs:\n${text}`).errorLine >= 0));
  });
});
