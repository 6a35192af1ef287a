import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../src/model/events.js';
import { logLine } from '../../src/ui/log.js';

test('a scan is a handful of lines', () => {
  const events: ProgressEvent[] = [
    { type: 'opened', repository: 'shop', branch: 'main', commit: '4f2c91a7c0ffee' },
    { type: 'history', repository: 'shop', commits: 1000, people: 0, since: '' },
    { type: 'listed', repository: 'shop', files: 3120, wanted: 1903 },
    { type: 'read', repository: 'shop', files: 200, facts: { Docker: 1 } },
    { type: 'history', repository: 'shop', commits: 1284, people: 31, since: '2021-03-02T09:00:00Z' },
    { type: 'collected', repository: 'shop' },
    { type: 'evaluated', repository: 'shop', rules: 62, findings: 1 },
    { type: 'finished', repositories: 1 },
  ];
  expect(events.map(logLine).filter((line) => line !== undefined)).toEqual([
    'reading shop main 4f2c91a',
    'shop: 3,120 files, 1,903 to read',
    'shop: 1,284 commits, 31 people, since Mar 2021',
    'shop: 62 rules asked, 1 finding',
  ]);
});

test('a name that would move the cursor is made harmless', () => {
  const line = logLine({ type: 'opened', repository: 'a\r\u001b[2Kb\nc', branch: '', commit: '' });
  expect(line).toBe('reading a \ufffd[2Kb c');
});
