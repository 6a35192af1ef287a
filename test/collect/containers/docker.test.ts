import { describe, expect, test } from 'vitest';
import { docker } from '../../../src/collect/containers/docker.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

describe('Dockerfiles', () => {
  test('are read under all their names, and templates are not', async () => {
    const from = 'FROM alpine:3.20\n';
    const { facts } = await collectFrom([docker], {
      Dockerfile: from,
      'a/Dockerfile.dev': from,
      'a/Dockerfile_debug': from,
      'b/web.Dockerfile': from,
      Containerfile: from,
      'c/Dockerfile.j2': from,
      'c/Dockerfile.dockerignore': 'x',
      'c/dockerfile.go': 'package x',
      'testdata/Dockerfile': from,
    });
    expect(factsOf(facts, 'dockerfile').map((f) => f.name)).toEqual([
      'Containerfile',
      'Dockerfile',
      'a/Dockerfile.dev',
      'a/Dockerfile_debug',
      'b/web.Dockerfile',
    ]);
  });

  test('give the images they build on, but no stage and not scratch', async () => {
    const { facts } = await collectFrom([docker], {
      Dockerfile: `ARG BASE=registry.local:5000/team/base
FROM golang:1.22@sha256:${'a'.repeat(64)} AS build
RUN go test ./...
FROM build AS more
FROM \${BASE}
USER app
HEALTHCHECK CMD true
COPY --from=build /a /a
FROM scratch
COPY --from=2 /a /a
`,
    });
    const images = factsOf(facts, 'image-reference');
    expect(images.map((f) => [f.data.repository, f.data.registry, f.data.pin, f.data.by])).toEqual([
      ['golang', '', 'digest', 'build'],
      ['team/base', 'registry.local:5000', 'floating', '2'],
    ]);
    expect(images.flatMap((f) => places(f.evidence))).toEqual(['Dockerfile:2', 'Dockerfile:5']);
    const [file] = factsOf(facts, 'dockerfile');
    expect(file?.data).toMatchObject({ user: '', healthcheck: false });
    expect(file?.data.commands).toEqual([{ run: 'go test ./...', line: 3, stage: 'build' }]);
    expect(file?.evidence).toEqual([{ type: 'file', path: 'Dockerfile', line: 9 }]);
  });

  test('tell what they take from their context', async () => {
    const { facts } = await collectFrom([docker], {
      Dockerfile:
        'FROM node:20 AS build\nCOPY --chown=node package.json src/ ./\nRUN --mount=type=bind,target=/x make\nFROM nginx:1\nCOPY --from=build /out /srv\nADD ["nginx.conf", "/etc/"]\nADD https://a.example/x /x\n',
      'db/Dockerfile': 'FROM postgres:16\nRUN apt-get update\n',
    });
    expect(factsOf(facts, 'dockerfile').map((f) => f.data.takes)).toEqual([
      ['package.json', 'src/', '.', 'nginx.conf'],
      [],
    ]);
  });

  test('point at the lines of the user and the health check', async () => {
    const { facts } = await collectFrom([docker], {
      Dockerfile: 'FROM node:20\nUSER node\nHEALTHCHECK CMD true\n',
    });
    const [file] = factsOf(facts, 'dockerfile');
    expect(file?.data).toMatchObject({ user: 'node', healthcheck: true });
    expect(file?.evidence).toEqual([
      { type: 'file', path: 'Dockerfile', line: 1 },
      { type: 'file', path: 'Dockerfile', line: 2, field: 'user' },
      { type: 'file', path: 'Dockerfile', line: 3, field: 'healthcheck' },
    ]);
  });

  test('that cannot be read are a gap', async () => {
    const { facts, gaps } = await collectFrom([docker], {
      Dockerfile: '{% include "x" %}\n',
      'a/Dockerfile': 'RUN x\n',
      'b/Dockerfile': '\n',
      // What a script joins to a Dockerfile is none.
      'c/Dockerfile.metadata': 'ARG VERSION\nLABEL version=$VERSION\n',
    });
    expect(facts).toEqual([]);
    expect(gaps.map((g) => [g.path, g.reason])).toEqual([
      ['Dockerfile', 'not-rendered'],
      ['a/Dockerfile', 'unreadable'],
    ]);
  });
});
