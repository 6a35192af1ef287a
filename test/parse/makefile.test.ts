import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJustfile, parseMakefile, parseTaskfile, type Target } from '../../src/parse/makefile.js';

const brief = (targets: Target[]) =>
  targets.map((t) => `${t.line} ${t.name} (${t.needs.join(' ')}): ${t.run.replace(/\n/g, ' ')}`);

describe('a Makefile', () => {
  test('has targets with their needs, variables filled in', () => {
    const text = `GO ?= go
PKG := ./...
.PHONY: ci test

ci: lint test | tools
test: ## runs the tests
	@echo testing
	$(GO) test $(PKG)
lint tools:
	-golangci-lint run \\
	  --fast
ship: ; $(MAKE) -C deploy apply
`;
    expect(brief(parseMakefile(text))).toEqual([
      '5 ci (lint test tools): ',
      '6 test (): ( echo testing ) ( go test ./... )',
      '9 lint (): ( golangci-lint run --fast ) || true',
      '9 tools (): ( golangci-lint run --fast ) || true',
      '12 ship (): ( make -C deploy apply )',
    ]);
  });

  test('may spread a target over rules, hold conditionals and definitions', () => {
    const text =
      'all: a\nall: b\nifdef X\na:\n\tone\nelse\nendif\ndefine D\nnot: a target\nendef\nb: X = 1\nb:\n\techo $$HOME $@\n';
    expect(brief(parseMakefile(text))).toEqual([
      '1 all (a b): ',
      '4 a (): ( one )',
      '12 b (): ( echo $HOME b )',
    ]);
  });

  test('a variable that names itself ends', () => {
    expect(parseMakefile('A = $(A)\nx:\n\t$(A)\n')[0]?.run).toBe('( $(A)\n)');
  });
});

test('a justfile has recipes', () => {
  const text = `image := "shop"
default: test
test *args: build && after
    @cargo test {{args}}
push:
  docker push {{image}}
`;
  expect(brief(parseJustfile(text))).toEqual([
    '2 default (test): ',
    '3 test (build): ( cargo test {{args}} )',
    '5 push (): ( docker push shop )',
  ]);
});

test('a Taskfile has tasks', () => {
  const text = `version: '3'
vars: { APP: shop }
tasks:
  default: { deps: [lint], cmds: [{ task: unit }] }
  unit:
    dir: api
    cmds: [go test ./..., { cmd: 'echo {{.APP}}', ignore_error: true }]
  lint: golangci-lint run
`;
  expect(brief(parseTaskfile(text))).toEqual([
    '4 default (lint): task unit',
    '5 unit (): go test ./... ( echo shop ) || true',
    '8 lint (): golangci-lint run',
  ]);
  expect(parseTaskfile(text)[1]?.directory).toBe('api');
});

test('any text is read without an error', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(
          'a',
          ':',
          '=',
          '\t',
          '\n',
          '\\',
          '$',
          '(',
          ')',
          '#',
          ';',
          ' ',
          '%',
          '{',
          '}',
          '@',
          '-',
          '|',
        ),
      }),
      (text) => {
        parseMakefile(text);
        parseJustfile(text);
        parseTaskfile(text);
      },
    ),
  );
});
