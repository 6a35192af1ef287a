import { expect, test } from 'vitest';
import { documents } from '../../src/collect/documents.js';
import { lockfiles } from '../../src/collect/lockfiles.js';
import { factsOf } from '../../src/model/facts.js';
import { collectFrom } from './from-files.js';

async function about(...paths: string[]) {
  const { facts } = await collectFrom([documents], Object.fromEntries(paths.map((p) => [p, 'text'])));
  return Object.fromEntries(factsOf(facts, 'document').map((f) => [f.name, f.data.about]));
}

test('the documents of a repository are told by their names and places', async () => {
  expect(
    await about(
      'README.md',
      'readme',
      'docs/README.rst',
      'CONTRIBUTING.md',
      '.github/CONTRIBUTING.md',
      'LICENSE',
      'LICENCE.txt',
      'LICENSE-MIT',
      'COPYING',
      'SECURITY.md',
      '.github/SECURITY.md',
      'CHANGELOG.md',
      'History.md',
      'ARCHITECTURE.md',
      'docs/architecture.md',
      'docs/adr/0001-use-go.md',
      'docs/decisions/2024-01-01-x.md',
      'svc/runbooks/restart.md',
      'docs/operations/backup.md',
      'docs/on-call.md',
      'docs/db-runbook.md',
    ),
  ).toEqual({
    'README.md': 'readme',
    readme: 'readme',
    'docs/README.rst': 'readme',
    'CONTRIBUTING.md': 'contributing',
    '.github/CONTRIBUTING.md': 'contributing',
    LICENSE: 'licence',
    'LICENCE.txt': 'licence',
    'LICENSE-MIT': 'licence',
    COPYING: 'licence',
    'SECURITY.md': 'security',
    '.github/SECURITY.md': 'security',
    'CHANGELOG.md': 'changelog',
    'History.md': 'changelog',
    'ARCHITECTURE.md': 'architecture',
    'docs/architecture.md': 'architecture',
    'docs/adr/0001-use-go.md': 'decision',
    'docs/decisions/2024-01-01-x.md': 'decision',
    'svc/runbooks/restart.md': 'runbook',
    'docs/operations/backup.md': 'runbook',
    'docs/on-call.md': 'runbook',
    'docs/db-runbook.md': 'runbook',
  });
});

test('what only resembles a document is none', async () => {
  expect(
    await about(
      'playbooks/site.yml',
      'src/history.ts',
      'src/README.md',
      'docs/decisions/template.md',
      'pkg/security.go',
      'license_test.go',
      'security/main.tf',
      'src/architecture.md.ts',
    ),
  ).toEqual({});
});

test('an empty file is no document', async () => {
  const { facts } = await collectFrom([documents], { 'README.md': '' });
  expect(facts).toEqual([]);
});

test('lock files are told by their names, with the folder they lock', async () => {
  const { facts } = await collectFrom([lockfiles], {
    'package-lock.json': '{}',
    'svc/go.sum': '',
    'svc/testdata/go.sum': '',
    'vendor/x/yarn.lock': '',
    constructor: '',
  });
  expect(factsOf(facts, 'lockfile').map((f) => [f.name, f.data])).toEqual([
    ['package-lock.json', { ecosystem: 'npm', directory: '' }],
    ['svc/go.sum', { ecosystem: 'go', directory: 'svc' }],
  ]);
});
