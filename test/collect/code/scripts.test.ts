import { describe, expect, test } from 'vitest';
import { scripts } from '../../../src/collect/code/scripts.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function kept(files: Record<string, string>): Promise<string[]> {
  const { facts } = await collectFrom([scripts], files);
  return factsOf(facts, 'script').map((f) => `${f.name} @ ${places(f.evidence)}`);
}

describe('scripts', () => {
  test('are kept where a pipeline names them, and what they name in turn', async () => {
    const files = {
      '.github/workflows/ci.yml':
        'on: push\njobs: { a: { steps: [{ run: make check }, { run: bash ci/run.sh }] } }\n',
      Makefile:
        'help:\n\t@echo\n\ncheck: unit\n\tgo vet ./...\n\nunit:\n\tgo test ./...\n\nrelease:\n\tgoreleaser\n',
      'ci/run.sh': '#!/bin/bash\n./ci/inner.sh\n',
      'ci/inner.sh': 'pytest\n',
      'ci/alone.sh': 'rm -rf build\n',
    };
    expect(await kept(files)).toEqual([
      'ci/inner.sh @ ci/inner.sh:1',
      'ci/run.sh @ ci/run.sh:1',
      'make check @ Makefile:4',
      'make help @ Makefile:1',
      'make unit @ Makefile:7',
    ]);
  });

  test('are those of the files that a Makefile includes, too', async () => {
    const files = {
      '.github/workflows/ci.yml': 'on: push\njobs: { a: { steps: [{ run: make -C app check publish }] } }\n',
      'app/Makefile': 'help:\n\t@echo\n-include hack/*.mk\n',
      'app/hack/go.mk': 'include $(CURDIR)/common.mk\ncheck:\n\tgo test ./...\n',
      'app/common.mk': 'publish:\n\tdocker push app\nother:\n\ttrue\n',
      'alone.mk': 'check:\n\ttrue\n',
    };
    expect(await kept(files)).toEqual([
      'make check @ app/hack/go.mk:2',
      'make help @ app/Makefile:1',
      'make publish @ app/common.mk:1',
    ]);
  });

  test('need no ending where a folder of scripts and the first line say what they are', async () => {
    const files = {
      'package.json': '{"scripts":{"test":"script/test"}}',
      'script/test': '#!/usr/bin/env bash\npytest\n',
      'script/data': 'test\n',
    };
    expect(await kept(files)).toEqual(['script/test @ script/test:1']);
  });

  test('lose their comments', async () => {
    const { facts } = await collectFrom([scripts], {
      'package.json': '{"scripts":{"x":"./a.sh"}}',
      'a.sh': '#!/bin/sh -e\n# kubectl apply\n\nls\n',
    });
    expect(factsOf(facts, 'script')[0]?.data.run).toBe('#!/bin/sh -e\nls');
  });
});
