import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../src/model/events.js';
import { initialProgress, type ProgressState, reduceProgress } from '../../src/ui/progress.js';

function after(...events: ProgressEvent[]): ProgressState {
  return events.reduce(reduceProgress, initialProgress);
}

test('tells how far the reading of a repository is', () => {
  const { repositories, finished } = after(
    { type: 'opened', repository: 'shop', branch: 'main', commit: '4f2c91a' },
    { type: 'history', repository: 'shop', commits: 1000, people: 0, since: '' },
    { type: 'listed', repository: 'shop', files: 3120, wanted: 1903 },
    { type: 'read', repository: 'shop', files: 200, facts: { Kubernetes: 61 } },
  );
  expect(finished).toBe(false);
  expect(repositories).toEqual([
    {
      name: 'shop',
      branch: 'main',
      commit: '4f2c91a',
      phase: 'reading',
      files: 3120,
      wanted: 1903,
      read: 200,
      facts: { Kubernetes: 61 },
      commits: 1000,
      people: 0,
      since: '',
      rules: 0,
      findings: 0,
    },
  ]);
});

test('keeps repositories apart and in the order in which they were opened', () => {
  const { repositories, finished } = after(
    { type: 'opened', repository: 'shop', branch: 'main', commit: 'a' },
    { type: 'collected', repository: 'shop' },
    { type: 'evaluated', repository: 'shop', rules: 62, findings: 140 },
    { type: 'opened', repository: 'platform', branch: 'trunk', commit: 'b' },
    { type: 'collected', repository: 'platform' },
    { type: 'finished', repositories: 2 },
  );
  expect(repositories.map(({ name, phase, findings }) => [name, phase, findings])).toEqual([
    ['shop', 'done', 140],
    ['platform', 'judging', 0],
  ]);
  expect(finished).toBe(true);
});

test('does not go back for an event that comes late', () => {
  const { repositories } = after(
    { type: 'read', repository: 'shop', files: 400, facts: { Docker: 2 } },
    { type: 'read', repository: 'shop', files: 200, facts: { Docker: 1 } },
    { type: 'history', repository: 'shop', commits: 1284, people: 31, since: '2021-03-02T09:00:00Z' },
    { type: 'history', repository: 'shop', commits: 1000, people: 0, since: '' },
  );
  expect(repositories[0]).toMatchObject({
    read: 400,
    facts: { Docker: 2 },
    commits: 1284,
    people: 31,
    since: '2021-03-02T09:00:00Z',
  });
});

const repository = fc.constantFrom('shop', 'platform', '');
const amount = fc.integer({ min: -5, max: 1_000_000 });
const event: fc.Arbitrary<ProgressEvent> = fc.oneof(
  fc.record({ type: fc.constant('opened' as const), repository, branch: fc.string(), commit: fc.string() }),
  fc.record({ type: fc.constant('listed' as const), repository, files: amount, wanted: amount }),
  fc.record({
    type: fc.constant('read' as const),
    repository,
    files: amount,
    facts: fc.dictionary(fc.string(), fc.nat()),
  }),
  fc.record({
    type: fc.constant('history' as const),
    repository,
    commits: amount,
    people: amount,
    since: fc.constantFrom('', '2021-03-02'),
  }),
  fc.record({ type: fc.constant('collected' as const), repository }),
  fc.record({ type: fc.constant('evaluated' as const), repository, rules: amount, findings: amount }),
  fc.record({ type: fc.constant('finished' as const), repositories: amount }),
);

test('any order of events of several repositories gives counts that are not negative and never fall', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      let state = initialProgress;
      for (const e of events) {
        const next = reduceProgress(state, e);
        const names = next.repositories.map((r) => r.name);
        expect(new Set(names).size).toBe(names.length);
        for (const [i, r] of next.repositories.entries()) {
          const before = state.repositories[i];
          expect(Math.min(r.read, r.commits, r.people, r.rules, r.findings)).toBeGreaterThanOrEqual(0);
          expect(r.read).toBeGreaterThanOrEqual(before?.read ?? 0);
          expect(r.commits).toBeGreaterThanOrEqual(before?.commits ?? 0);
        }
        state = next;
      }
    }),
  );
});
