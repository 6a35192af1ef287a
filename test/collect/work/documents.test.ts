import { describe, expect, test } from 'vitest';
import { lockfiles } from '../../../src/collect/code/lockfiles.js';
import { documents } from '../../../src/collect/work/documents.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom } from '../from-files.js';

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
  });
});

describe('What tells how to operate', () => {
  async function told(files: Record<string, string>) {
    const { facts } = await collectFrom([documents], files);
    return factsOf(facts, 'document').map((f) => `${f.name} ${f.data.about}`);
  }

  test('is known by its headings, steps and commands', async () => {
    expect(
      await told({
        'docs/db-runbook.md': '# The database is full\n\n## Symptoms\n\nWrites fail.\n',
        'docs/on-call.md': '# On call\n\n1. Look.\n2. Act.\n3. Tell.\n',
        'docs/operations/backup.rst': 'Backup\n======\n\n.. code::\n\n   kubectl exec db -- pg_dump\n',
        'docs/queues.md':
          '# Queues\n## Alerts\n## Diagnosis\n## Rollback\n```\nkubectl rollout undo deployment/q\n```\n',
        'docs/review-2024.md': '# Outage\n## Timeline\n## Root cause\n## Action items\n',
        'doc/why-go.md': '# Go\n## Status\n## Context\n## Decision\n## Consequences\n',
      }),
    ).toEqual([
      'doc/why-go.md decision',
      'docs/db-runbook.md runbook',
      'docs/on-call.md runbook',
      'docs/operations/backup.rst runbook',
      'docs/queues.md runbook',
      'docs/review-2024.md postmortem',
    ]);
  });

  test('is not a page of a product that has the word in its name, nor an empty promise', async () => {
    expect(
      await told({
        'docs/runbooks/index.md': '# Runbooks\n\nTo be written.\n',
        'docs/features/runbook-editor.md': '# The runbook editor\n\nDraw a runbook with it.\n',
        'docs/reference.md': '---\ntitle: X\nweight: 3\n---\n# API\n## Status\n## Context\n## Decision\n',
        'blog/outage.md': '# Outage\n## Timeline\n## Root cause\n## Action items\n',
        'docs/adr/0000-template.md': '# X\n## Status\n## Context\n## Decision\n## Consequences\n',
        'docs/upgrading/2-3.md': '# 3\n## Impact\n## Detection\n## Timeline\n',
        'docs/guide.md': '# Guide\n## Steps\n```\nkubectl get pods\n```\n',
      }),
    ).toEqual([]);
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
