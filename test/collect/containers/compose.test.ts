// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of the files that are read
import { describe, expect, test } from 'vitest';
import { compose } from '../../../src/collect/containers/compose.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([compose], files);
  return {
    services: factsOf(facts, 'compose-service'),
    images: factsOf(facts, 'image-reference'),
    tools: factsOf(facts, 'tool-use'),
    gaps,
  };
}

describe('Compose files', () => {
  test('are read under all their names', async () => {
    const text = 'services:\n  a:\n    image: a:1\n';
    const paths = [
      'compose.yaml',
      'compose.local.yml',
      'docker-compose.yml',
      'docker-compose-dev.yml',
      'x/podman-compose.yml',
    ];
    const { services } = await read({
      ...Object.fromEntries(paths.map((p) => [p, text])),
      'decompose.yml': text,
      'src/composer.yml': text,
    });
    expect(services.map((s) => s.data.file).sort()).toEqual(paths.sort());
  });

  test('give their services with all that is declared', async () => {
    const { services, images } = await read({
      'docker-compose.yml': `x-logging: &logging
  logging: { driver: json-file }
services:
  web:
    <<: *logging
    image: ghcr.io/acme/web:\${TAG:-1.2}
    restart: always
    healthcheck:
      test: [CMD, "true"]
    deploy: { replicas: 3 }
    ports:
      - "8080:80"
      - { target: 443, published: 8443 }
    depends_on:
      db: { condition: service_healthy }
    profiles: [full]
  db:
    image: postgres
    depends_on: [web]
    healthcheck: { disable: true }
    deploy:
      restart_policy: { condition: on-failure }
  own:
    build: .
    image: own
    healthcheck:
      test: ["NONE"]
`,
    });
    expect(services.find((s) => s.name === 'web')?.data).toEqual({
      file: 'docker-compose.yml',
      service: 'web',
      image: 'ghcr.io/acme/web:1.2',
      builds: false,
      healthcheck: true,
      restart: 'always',
      replicas: 3,
      ports: ['8080:80', '8443:443'],
      dependsOn: ['db'],
      profiles: ['full'],
      loggingDriver: 'json-file',
    });
    expect(services.find((s) => s.name === 'web')?.evidence).toEqual([
      { type: 'file', path: 'docker-compose.yml', line: 4 },
      { type: 'file', path: 'docker-compose.yml', line: 8, field: 'healthcheck' },
    ]);
    expect(services.find((s) => s.name === 'db')?.data).toMatchObject({
      healthcheck: false,
      restart: 'on-failure',
      replicas: 1,
      dependsOn: ['web'],
    });
    expect(services.find((s) => s.name === 'own')?.data).toMatchObject({ builds: true, healthcheck: false });
    expect(images.map((i) => [i.name, i.data.pin, i.data.by, ...places(i.evidence)])).toEqual([
      ['ghcr.io/acme/web:1.2', 'version', 'web', 'docker-compose.yml:6'],
      ['postgres', 'floating', 'db', 'docker-compose.yml:18'],
    ]);
  });

  test('take the values of variables from the .env beside them, and leave others open', async () => {
    const { images } = await read({
      'a/.env': 'TAG=latest\nIMAGE=ghcr.io/acme/a\n',
      'a/compose.yaml': 'services:\n  a:\n    image: ${IMAGE}:${TAG}\n    build: .\n',
      'b/compose.yaml': 'services:\n  b:\n    image: b:${TAG}\n',
    });
    expect(images.map((i) => [i.name, i.data.pin])).toEqual([
      ['b:${TAG}', 'placeholder'],
      ['ghcr.io/acme/a:latest', 'floating'],
    ]);
  });

  test('leave out services that only change another file’s, and complete those that extend', async () => {
    const { services, images } = await read({
      'common/base.compose.yml': '',
      'common/compose.base.yml': 'services:\n  app:\n    image: app:1\n    healthcheck: { test: "true" }\n',
      'compose.override.yml': 'services:\n  app:\n    environment: { A: b }\n',
      'compose.yml':
        'services:\n  app:\n    extends:\n      file: ./common/compose.base.yml\n      service: app\n  loop:\n    extends: loop\n',
    });
    expect(services.map((s) => [s.data.file, s.name, s.data.image, s.data.healthcheck])).toEqual([
      ['common/compose.base.yml', 'app', 'app:1', true],
      ['compose.yml', 'app', 'app:1', true],
      ['compose.yml', 'loop', '', false],
    ]);
    expect(places(services[1]?.evidence ?? [])).toEqual(['compose.yml:2', 'common/compose.base.yml:4']);
    expect(images).toHaveLength(2);
  });

  test('named docker-stack are Swarm’s', async () => {
    const { tools } = await read({ 'docker-stack.yml': 'services:\n  a:\n    image: a:1\n' });
    expect(tools.map((t) => [t.name, ...places(t.evidence)])).toEqual([['swarm', 'docker-stack.yml:2']]);
  });

  test('that do not parse are a gap, and odd shapes are nothing', async () => {
    const { services, gaps } = await read({
      'compose.yml': 'services: [',
      'a/compose.yml': 'services: [a]\n',
      'b/compose.yml': 'services:\n  a: 1\n  b:\n  c: []\n  d:\n    image: [x]\n    ports: 1\n    build:\n',
    });
    expect(services).toEqual([]);
    expect(gaps.map((g) => [g.path, g.reason, g.kinds])).toEqual([
      ['compose.yml', 'unreadable', ['compose-service', 'image-reference']],
    ]);
  });
});

describe('Compose files of any name', () => {
  const service = 'services:\n  db:\n    image: postgres:16\n';

  test('are read where another one includes them, or where a script starts them', async () => {
    const { services } = await read({
      'compose.yaml': 'include:\n  - parts/db.yaml\n  - path: [parts/cache.yml]\nservices: {}\n',
      'parts/db.yaml': service,
      'parts/cache.yml': 'services:\n  cache:\n    image: redis:7\n',
      'ops/all.yml': 'services:\n  api:\n    image: acme/api:1\n',
      'infra/stack.yml': 'services:\n  web:\n    image: acme/web:1\n',
      'other.yaml': 'services:\n  never:\n    image: a:1\n',
      Makefile:
        'up:\n\tdocker compose --env-file .env -f ops/all.yml up -d\nship:\n\tdocker stack deploy -c infra/stack.yml shop\n',
    });
    expect(services.map((s) => s.name)).toEqual(['api', 'cache', 'db', 'web']);
  });

  test('of examples and documentation start nothing here', async () => {
    const { services } = await read({ 'examples/compose.yaml': service, 'docs/compose.yaml': service });
    expect(services).toEqual([]);
  });
});

test('A Compose file that says only what differs adds it to the service beside it', async () => {
  const { services } = await read({
    'compose.yaml': 'services:\n  web:\n    image: acme/web:1\n',
    'compose.prod.yaml':
      'services:\n  web:\n    healthcheck: { test: [CMD, "true"] }\n    deploy: { replicas: 2 }\n    logging: { driver: awslogs }\n',
  });
  expect(
    services.map((s) => [s.data.file, s.data.healthcheck, s.data.replicas, s.data.loggingDriver]),
  ).toEqual([['compose.yaml', true, 2, 'awslogs']]);
  expect(places(services[0]?.evidence ?? [])).toEqual([
    'compose.yaml:2',
    'compose.prod.yaml:3',
    'compose.prod.yaml:2',
  ]);
});

test('A Compose file that is laid over another adds no service of the same name', async () => {
  const base = 'services:\n  web:\n    build: .\n    healthcheck: { test: [CMD, "true"] }\n';
  const { services, images } = await read({
    'compose.yaml': base,
    'compose.override.yaml': 'services:\n  web:\n    build: .\n  mail:\n    image: mailpit:1\n',
    'ops/all.yml': base,
    'ops/prod.yml': 'services:\n  web:\n    image: acme/web:2\n',
    'ops/up.sh': 'docker compose -f all.yml -f prod.yml up -d\n',
  });
  expect(services.map((s) => `${s.name} ${s.data.file}`)).toEqual([
    'mail compose.override.yaml',
    'web compose.yaml',
    'web ops/all.yml',
  ]);
  expect(images.map((i) => `${i.name} ${places(i.evidence)}`)).toEqual([
    'acme/web:2 ops/prod.yml:3',
    'mailpit:1 compose.override.yaml:5',
  ]);
});
