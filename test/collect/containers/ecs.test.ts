import { describe, expect, test } from 'vitest';
import { ecs } from '../../../src/collect/containers/ecs.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([ecs], files);
  return {
    workloads: factsOf(facts, 'workload'),
    images: factsOf(facts, 'image-reference').map((i) => `${i.name} ${i.data.pin} ${places(i.evidence)}`),
    tools: factsOf(facts, 'tool-use').map((t) => `${t.data.tool} ${places(t.evidence)[0]}`),
    signals: factsOf(facts, 'monitoring-signal').map(
      (s) => `${s.data.signal} by ${s.data.tool} ${places(s.evidence)}`,
    ),
    gaps: gaps.map((g) => `${g.reason}: ${g.what}`),
  };
}

const TASK = `{
  "family": "web",
  "requiresCompatibilities": ["FARGATE"],
  "containerDefinitions": [
    {
      "name": "web",
      "image": "acme/web:1.2.0",
      "healthCheck": { "command": ["CMD", "true"] },
      "logConfiguration": { "logDriver": "awslogs" },
      "secrets": [
        { "name": "DB", "valueFrom": "arn:aws:secretsmanager:eu-west-1:1:secret:db" }
      ]
    }
  ]
}
`;

describe('An ECS task definition', () => {
  test('names its images, logs and secrets, and leaves the count open', async () => {
    const { workloads, images, tools, signals, gaps } = await read({ 'ecs/task.json': TASK });
    expect(workloads).toEqual([]);
    expect(images).toEqual(['acme/web:1.2.0 version ecs/task.json:7']);
    expect(tools).toEqual([
      'aws-secrets-manager ecs/task.json:11',
      'ecs ecs/task.json:1',
      'fargate ecs/task.json:3',
    ]);
    expect(signals).toEqual(['logs by cloudwatch ecs/task.json:9']);
    expect(gaps).toEqual(['elsewhere: How many tasks of ecs/task.json run is set in ECS, not here']);
  });

  test('runs what a pipeline puts into it', async () => {
    const { images } = await read({
      'ecs/task.json': TASK,
      '.github/workflows/ship.yml':
        'steps:\n  - uses: aws-actions/amazon-ecs-render-task-definition@v1\n    with:\n      task-definition: ecs/task.json\n',
    });
    expect(images).toEqual(['acme/web:1.2.0 placeholder ecs/task.json:7']);
  });

  test('is a workload with the service beside it', async () => {
    const { workloads, gaps } = await read({
      'ecs/production/task.json': TASK,
      'ecs/production/service.json':
        '{\n  "desiredCount": 2,\n  "launchType": "FARGATE",\n  "deploymentConfiguration": {\n    "minimumHealthyPercent": 100\n  }\n}\n',
    });
    expect(
      workloads.map(({ name, data, evidence }) => [
        name,
        data.environment,
        data.replicas,
        data.budget,
        data.readiness,
        places(evidence),
      ]),
    ).toEqual([
      [
        'web',
        'production',
        2,
        'selects',
        'all',
        [
          'ecs/production/service.json:1',
          'ecs/production/service.json:2',
          'ecs/production/service.json:5',
          'ecs/production/task.json:4',
        ],
      ],
    ]);
    expect(gaps).toEqual([]);
  });

  test('is not seen in other JSON', async () => {
    const { tools } = await read({
      'a.json': '{"desiredCount": 3}',
      'b.json': '{"containerDefinitions": []}',
      'broken.json': '{"containerDefinitions": [',
      'tests/task.json': TASK,
    });
    expect(tools).toEqual([]);
  });
});
