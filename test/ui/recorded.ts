/** The events of a scan, as the engine tells them. */
import type { ProgressEvent } from '../../src/model/events.js';

export const RECORDED: readonly ProgressEvent[] = [
  { type: 'opened', repository: 'shop', branch: 'main', commit: '4f2c91a7c0ffee00000000000000000000000000' },
  { type: 'listed', repository: 'shop', files: 3120, wanted: 1903 },
  { type: 'history', repository: 'shop', commits: 1000, people: 0, since: '' },
  { type: 'read', repository: 'shop', files: 952, facts: { Kubernetes: 61, 'GitHub Actions': 14 } },
  {
    type: 'read',
    repository: 'shop',
    files: 1903,
    facts: { Kubernetes: 90, 'GitHub Actions': 14, Terraform: 212 },
  },
  { type: 'history', repository: 'shop', commits: 1284, people: 31, since: '2021-03-02T09:00:00Z' },
  { type: 'collected', repository: 'shop' },
  { type: 'evaluated', repository: 'shop', rules: 62, findings: 140 },
  { type: 'finished', repositories: 1 },
];
