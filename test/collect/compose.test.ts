// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of the files that are read
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/collect/compose.js';
import { factsOf } from '../../src/model/facts.js';
import { collectFrom, places } from './from-files.js';

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
      'compose.override.yml',
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
