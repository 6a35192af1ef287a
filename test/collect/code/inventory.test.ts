import { describe, expect, test } from 'vitest';
import { inventory } from '../../../src/collect/code/inventory.js';
import { collect } from '../../../src/collect/collect.js';
import { factsOf } from '../../../src/model/facts.js';
import type { Tree, TreeFile } from '../../../src/source/tree.js';
import { collectFrom, places } from '../from-files.js';

const listing = (...files: (Partial<TreeFile> & { path: string })[]): Tree => ({
  head: {
    name: 'here',
    commit: 'c',
    committedAt: 0,
    branch: 'main',
    defaultBranch: 'main',
    bare: true,
    shallow: false,
    dirtyFiles: 0,
    webUrl: '',
    tags: [],
  },
  list: async () => files.map((f) => ({ oid: f.path, type: 'file' as const, size: 1, ...f })),
  read: async () => {},
  history: async () => {},
  close: () => {},
});

async function artefacts(files: Record<string, string>) {
  const { facts } = await collectFrom([inventory], files);
  return factsOf(facts, 'tracked-artefact').map((f) => [f.data.what, ...places(f.evidence)].join(' '));
}

describe('the inventory', () => {
  test('counts what is there and what was left out, each reason with an example', async () => {
    const { facts } = await collect(
      listing(
        { path: 'a.go', size: 10 },
        { path: 'b.go', size: 20 },
        { path: 'gone.go', size: -1 },
        { path: 'lib', type: 'submodule', size: -1 },
        { path: 'link.py', type: 'symlink' },
        { path: 'Makefile' },
        { path: 'big.json', size: 3_000_000 },
        { path: 'testdata/x.yaml' },
        { path: 'vendor/y.go' },
        { path: 'vendor/z.go' },
      ),
      [inventory],
    );
    const [fact] = factsOf(facts, 'inventory');
    expect(fact?.data).toEqual({
      files: 10,
      bytes: 3_000_035,
      submodules: 1,
      symlinks: 1,
      leftOut: [
        { why: 'missing', files: 1, bytes: 0, example: 'gone.go' },
        { why: 'over-limit', files: 1, bytes: 3_000_000, example: 'big.json' },
        { why: 'test-data', files: 1, bytes: 1, example: 'testdata/x.yaml' },
        { why: 'vendored', files: 2, bytes: 2, example: 'vendor/y.go' },
      ],
      languages: [
        { language: 'Go', files: 2 },
        { language: 'Makefile', files: 1 },
      ],
    });
    expect(fact?.evidence).toEqual([{ type: 'commit', sha: 'c', at: '1970-01-01T00:00:00.000Z' }]);
  });
});

describe('what Git tracks and should not', () => {
  test('is a folder that a package manager fills, once, with its files counted', async () => {
    const { facts } = await collect(
      listing(
        { path: 'web/node_modules/a/index.js', size: 5 },
        { path: 'web/node_modules/a/node_modules/b/c.js', size: 6 },
        { path: 'dist/index.js' },
        { path: 'vendor/github.com/x/y.go' },
        { path: 'test/node_modules/x/index.js' },
        { path: 'act/action.yml' },
        { path: 'act/node_modules/x/index.js' },
        { path: 'node_modules', type: 'submodule', size: -1 },
      ),
      [inventory],
    );
    expect(factsOf(facts, 'tracked-artefact')).toMatchObject([
      { name: 'web/node_modules', data: { what: 'dependency-folder', files: 2, bytes: 11 } },
    ]);
  });

  test('is what a build writes', async () => {
    expect(
      await artefacts({
        'a/__pycache__/x.pyc': 'x',
        'a/__pycache__/y.pyc': 'y',
        'web/.next/b.js': 'z',
        'build/x.sh': '',
      }),
    ).toEqual(['build-output a/__pycache__/x.pyc:1', 'build-output web/.next/b.js:1']);
  });

  test('is a large binary, and not a large text', async () => {
    const { facts } = await collect(
      listing(
        { path: 'model.onnx', size: 20_000_000 },
        { path: 'data.json', size: 20_000_000 },
        { path: 's.zip', size: 9_000 },
        { path: 'm.zip', size: -1 },
      ),
      [inventory],
    );
    expect(factsOf(facts, 'tracked-artefact').map((f) => f.name)).toEqual(['model.onnx']);
  });

  test('is a file that holds a secret, at the line that holds it', async () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA'.repeat(2)}\n-----END PRIVATE KEY-----\n`;
    expect(
      await artefacts({
        '.env': 'PORT=80\nAPI_TOKEN=k7Qm2Zx9Lp4Rt8Vw1Ns6\n',
        'deploy/server.key': key,
        'ssh/id_rsa': key,
        'cert.p12': 'x',
      }),
    ).toEqual([
      'secret-file .env:2',
      'secret-file cert.p12:1',
      'secret-file deploy/server.key:1',
      'secret-file ssh/id_rsa:1',
    ]);
  });

  test('is no template, no test key, and no public certificate', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA'.repeat(2)}\n`;
    expect(
      await artefacts({
        '.env.example': 'API_TOKEN=k7Qm2Zx9Lp4Rt8Vw1Ns6\n',
        '.env.test': 'API_TOKEN=k7Qm2Zx9Lp4Rt8Vw1Ns6\n',
        'test/tls/server.key': key,
        'certs/localhost.pem': key,
        'ca.pem': '-----BEGIN CERTIFICATE-----\nMIIE\n',
        'examples/tls.key': key,
        'test.p12': 'x',
      }),
    ).toEqual([]);
  });
});
