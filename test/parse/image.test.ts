// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references hold such text
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseImage } from '../../src/parse/image.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

test('a reference is taken apart, and the port of a registry is no tag', () => {
  expect(parseImage('nginx')).toEqual({
    registry: '',
    repository: 'nginx',
    tag: '',
    digest: '',
    pin: 'floating',
  });
  expect(parseImage('registry.local:5000/team/app')).toEqual({
    registry: 'registry.local:5000',
    repository: 'team/app',
    tag: '',
    digest: '',
    pin: 'floating',
  });
  expect(parseImage(`ghcr.io/acme/app:1.4@${DIGEST}`)).toEqual({
    registry: 'ghcr.io',
    repository: 'acme/app',
    tag: '1.4',
    digest: DIGEST,
    pin: 'digest',
  });
  expect(parseImage('localhost/app:2')).toMatchObject({ registry: 'localhost', repository: 'app', tag: '2' });
  expect(parseImage('bitnami/redis:7.2')).toMatchObject({
    registry: '',
    repository: 'bitnami/redis',
    tag: '7.2',
  });
  expect(parseImage('docker://alpine:3.20')).toMatchObject({ repository: 'alpine', tag: '3.20' });
});

test('expressions do not confuse the separators', () => {
  expect(parseImage('ghcr.io/acme/app:${TAG:-1.2/x}')).toMatchObject({
    registry: 'ghcr.io',
    repository: 'acme/app',
    tag: '${TAG:-1.2/x}',
  });
  expect(parseImage('{{ .Values.image.repository }}:{{ .Values.image.tag }}')).toMatchObject({
    repository: '{{ .Values.image.repository }}',
    tag: '{{ .Values.image.tag }}',
  });
});

test.each([
  ['a digest', 'digest', [`redis@${DIGEST}`, `a.b/c:latest@${DIGEST}`]],
  [
    'a tag that names a version',
    'version',
    [
      ...[
        'redis:7.2',
        'x:2.1.0',
        'nginx:1.27-alpine',
        'x:v0.10.6',
        'x:2024-01-01',
        'x:20240101',
        'postgres:16',
        'x:v3',
      ],
      ...[
        'minio/minio:RELEASE.2023-10-25T06-33-25Z',
        'x:3f2a9bc',
        'x:main-3f2a9bc1',
        `x:${'ab12'.repeat(10)}`,
      ],
      ...[
        'x:release-1.2',
        'x:1.0.0-SNAPSHOT',
        'maven:3.9-eclipse-temurin-21',
        'x:12.2-devel-ubuntu22.04',
        'x:build.42',
      ],
      ...[
        'debian:bookworm-slim',
        'ubuntu:jammy',
        'mcr.microsoft.com/windows/servercore:ltsc2022',
        'x:nightly-2024-01-01',
      ],
      ...['a.io:5000/x:1.2', 'x:2.9.0-rc.2', 'x:1.2.3+build5'],
    ],
  ],
  [
    'a variant, a channel or nothing',
    'floating',
    [
      ...[
        'redis',
        'redis:alpine',
        'nginx:stable',
        'x:latest',
        'x:main',
        'x:edge',
        'x:master',
        'node:lts-alpine',
        'a.io:5000/x',
      ],
      ...[
        'node:bookworm',
        'redis:alpine3.19',
        'gradle:jdk21',
        'x:latest-amd64',
        'docker:dind',
        'x:invalid',
        'x:stable-x86_64',
      ],
      ...['gcr.io/distroless/static-debian12:nonroot', 'mssql/server:2022-latest'],
    ],
  ],
  [
    'what a pipeline fills in',
    'placeholder',
    [
      'ghcr.io/acme/app:',
      ...[
        '$IMAGE',
        '${IMAGE}',
        'x:${TAG}',
        '{{ .Values.image }}',
        '<IMAGE>',
        'x:<tag>',
        'IMAGE_PLACEHOLDER',
        'x:REPLACE_ME',
      ],
      ...[
        'x:__TAG__',
        '$(params.image)',
        'CONTROLLER_IMAGE',
        'ghcr.io/OWNER/app:1.0',
        'x:%TAG%',
        'x:#{tag}#',
        'x:IMAGE_TAG',
      ],
      ...[
        'ACCOUNT_ID.dkr.ecr.eu-west-1.amazonaws.com/app:1',
        '',
        'auto',
        'x@sha256:abc',
        '@@IMAGE@@',
        'x:replaceme',
      ],
    ],
  ],
] as const)('%s is %s', (_, pin, references) => {
  expect(references.map((r) => [r, parseImage(r).pin])).toEqual(references.map((r) => [r, pin]));
});

test('whatever is fed gives four parts of it and never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const image = parseImage(text);
      for (const part of [image.registry, image.repository, image.tag, image.digest])
        expect(text).toContain(part);
    }),
  );
});
