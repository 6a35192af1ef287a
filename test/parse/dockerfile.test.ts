import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtStages, lineage, parseDockerfile, prepareDockerfile } from '../../src/parse/dockerfile.js';

beforeAll(prepareDockerfile);

const read = (text: string) => parseDockerfile(text).stages;

describe('a Dockerfile', () => {
  test('has the base images of its stages, with the defaults of ARG put in', () => {
    const stages = read(`# syntax=docker/dockerfile:1
ARG NODE=20 BASE="gcr.io/distroless/base"
ARG TAG
ARG FULL=node:\${NODE}
FROM --platform=$BUILDPLATFORM node:\${NODE:-18}-alpine AS build
FROM $FULL
FROM \${BASE}:\${TAG:-nonroot}
FROM app:\${TAG}
from scratch
`);
    expect(stages.map((s) => [s.name, s.image, s.line])).toEqual([
      ['build', 'node:20-alpine', 5],
      ['1', 'node:20', 6],
      ['2', 'gcr.io/distroless/base:nonroot', 7],
      ['3', `app:\${TAG}`, 8],
      ['4', 'scratch', 9],
    ]);
  });

  test('knows an ARG inside of a stage from one before the first FROM', () => {
    expect(read('ARG V=1\nFROM a:$V\nARG V=2\nFROM b:$V').map((s) => s.image)).toEqual(['a:1', 'b:1']);
  });

  test('builds the stages that the last one starts from, copies from or mounts, and no other', () => {
    const stages = read(`FROM golang:1.22 AS deps
RUN go mod download
FROM deps AS test
RUN go test ./...
FROM deps AS build
RUN go build
FROM alpine:3.20 AS tools
RUN apk add upx
FROM scratch
COPY --chown=1 --from=Build /app /app
RUN --mount=type=bind,from=tools,target=/t /t/upx --from=test app
`);
    expect(builtStages(stages).map((s) => s.name)).toEqual(['deps', 'build', 'tools', '4']);
    expect(stages[2]?.base).toBe(0);
  });

  test('names the images it copies from, where they are no stage', () => {
    const [only] = read(
      'FROM alpine:3\nCOPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/\nCOPY --from=0 /a /b\n',
    );
    expect(only?.borrows).toEqual([{ image: 'ghcr.io/astral-sh/uv:0.5', line: 2 }]);
  });

  test('has its commands as written, over lines and in here-documents', () => {
    const [only] = read(`FROM node:20
RUN --mount=type=cache,target=/c \\
    npm ci \\
    # why
    && npm test
RUN <<EOT
npm run lint
FROM nowhere
EOT
RUN ["npm", "run", "build"]
ONBUILD RUN npm publish
`);
    expect(only?.commands.map((c) => c.line)).toEqual([3, 6, 10]);
    expect(only?.commands[0]?.run).toContain('npm ci \\\n');
    expect(only?.commands[0]?.run).toContain('&& npm test');
    expect(only?.commands[1]?.run).toBe('<<EOT\nnpm run lint\nFROM nowhere\nEOT');
    expect(only?.commands[2]?.run).toBe('["npm", "run", "build"]');
  });

  test('has the user and health check of the last stage or of those it starts from', () => {
    const stages = read(`FROM node:20 AS base
USER node
HEALTHCHECK CMD curl -f localhost
FROM base
HEALTHCHECK --interval=1s NONE
FROM base
USER 1000:1000
`);
    const line = lineage(stages);
    expect(line.map((s) => s.name)).toEqual(['2', 'base']);
    expect(line.map((s) => s.user)).toEqual([
      { name: '1000:1000', line: 7 },
      { name: 'node', line: 2 },
    ]);
    expect(stages[1]?.healthcheck).toEqual({ on: false, line: 5 });
    expect(stages[0]?.healthcheck).toEqual({ on: true, line: 3 });
  });

  test('reads Windows line ends and the escape directive', () => {
    const [only] = read(
      '# escape=`\r\nFROM mcr.microsoft.com/windows:1\r\nRUN dir `\r\n  c:\\\r\nUSER me\r\n',
    );
    expect(only?.commands[0]?.line).toBe(3);
    expect(only?.user).toEqual({ name: 'me', line: 5 });
  });

  test('without FROM has an error instead', () => {
    expect(parseDockerfile('RUN npm ci\n')).toEqual({ stages: [], error: 'it has no FROM' });
  });

  test('never throws, whatever it contains', () => {
    const word = fc.constantFrom(
      'FROM',
      'RUN',
      'ARG',
      'COPY',
      '--from=',
      'a',
      '<<EOT',
      'EOT',
      '\\',
      '\n',
      ' ',
      '"',
      '$',
      '${',
      '}',
      '=',
      '#',
      '[',
      'AS',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 4 })), { maxLength: 40 }), (words) => {
        const { stages } = parseDockerfile(words.join(' '));
        builtStages(stages);
        lineage(stages);
      }),
    );
  });
});
