import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drone, woodpecker } from '../../../src/collect/ci/drone.js';
import { factsOf } from '../../../src/model/facts.js';
import { parseDrone } from '../../../src/parse/ci/drone.js';
import { readCi } from '../../derive/delivery/ci-pipelines.js';
import { places } from '../from-files.js';

const DRONE = `kind: pipeline
name: test
steps:
  - name: rspec
    image: ruby:3
    commands:
      - bundle install
      - bundle exec rspec
trigger:
  event: [push, pull_request]
---
kind: pipeline
name: ship
depends_on: [test]
steps:
  - name: image
    image: plugins/docker
    settings: { repo: here/app }
trigger:
  event: push
  branch: main
---
kind: pipeline
name: promote
steps:
  - { name: go, image: kubectl, commands: [kubectl apply -f k8s] }
trigger: { event: promote, target: production }
---
kind: secret
name: password
`;

describe('Drone', () => {
  test('pipelines wait for each other, on the events that they name', async () => {
    const { pipelines, paths, answers } = await readCi(drone, { '.drone.yml': DRONE });
    const [pipeline] = pipelines;
    expect(pipeline?.triggers.map((t) => [t.event, t.line])).toEqual([
      ['push', 9],
      ['pull_request', 9],
      ['workflow_dispatch', 27],
    ]);
    expect(pipeline?.jobs.map((j) => [j.id, j.needs, j.line, j.environment])).toEqual([
      ['test', [], 2, ''],
      ['ship', ['test'], 13, ''],
      ['promote', [], 24, 'production'],
    ]);
    expect(pipeline?.jobs.map((j) => j.steps.map((s) => [s.line, s.runLine, s.uses]))).toEqual([
      [[6, 7, '']],
      [[16, 16, 'image:plugins/docker']],
      [[26, 26, '']],
    ]);
    expect(paths).toMatchObject([
      { job: 'ship', trigger: 'push', target: 'artifact', gate: 'tested' },
      { job: 'promote', trigger: 'manual', environment: 'production', gate: 'untested' },
    ]);
    expect(answers).toMatchObject({ tests_in_ci: 'yes', deploy_on_merge: 'yes', manual_promotion: 'yes' });
  });

  test('steps run in turn, or at once where they say what they wait for; a failure may be ignored', async () => {
    const steps = (more: string, ship: string) => ({
      '.drone.yml': `kind: pipeline\nsteps:\n  - { name: t, commands: [rspec]${more} }\n  - { name: s, commands: [fly deploy]${ship} }\n`,
    });
    for (const [more, ship, answer] of [
      ['', '', 'yes'],
      [', failure: ignore', '', 'no'],
      ['', ', depends_on: [t]', 'yes'],
      ['', ', depends_on: [clone]', 'no'],
      ['', ', when: { status: [success, failure] }', 'no'],
    ] as const)
      expect([more, ship, (await readCi(drone, steps(more, ship))).answers.tests_before_deploy]).toEqual([
        more,
        ship,
        answer,
      ]);
  });

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseDrone(`steps:\n${text}`).workflows)));
  });
});

describe('Woodpecker', () => {
  test('workflows of several files wait for each other, each with its own lines', async () => {
    const { facts, pipelines, paths } = await readCi(woodpecker, {
      '.woodpecker/deploy.yaml':
        'depends_on: [test]\nwhen:\n  - event: push\n    branch: main\n  - event: manual\nsteps:\n  ship:\n    image: alpine\n    commands:\n      - fly deploy\n',
      '.woodpecker/test.yaml':
        'when: { event: [push, manual] }\nsteps:\n  t:\n    image: ruby\n    commands: [rspec]\n',
    });
    expect(pipelines.map((p) => [p.system, p.jobs.map((j) => [j.id, j.needs, j.path])])).toEqual([
      [
        'woodpecker',
        [
          ['test', [], '.woodpecker/test.yaml'],
          ['deploy', ['test'], ''],
        ],
      ],
    ]);
    expect(paths.map((p) => [p.trigger, p.gate])).toEqual([
      ['push', 'tested'],
      ['manual', 'tested'],
    ]);
    const done = factsOf(facts, 'pipeline-activity').map((f) => [f.data.activity, places(f.evidence)]);
    expect(done.sort()).toEqual([
      ['deploys', ['.woodpecker/deploy.yaml:10']],
      ['tests', ['.woodpecker/test.yaml:5']],
    ]);
  });
});
