import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../src/collect/collect.js';
import { history } from '../../../src/collect/work/history.js';
import { factsOf } from '../../../src/model/facts.js';
import type { Commit, Tree } from '../../../src/source/tree.js';

const END = Date.parse('2026-06-30T12:00:00Z') / 1000;
const DAY = 86_400;

interface Sketch extends Partial<Commit> {
  daysAgo?: number;
  /** `Name <address>` */
  by?: string;
  files?: readonly string[];
}

/** Newest first; each commit's parent is the next one, where it names none. */
function commits(sketches: readonly Sketch[]): Commit[] {
  return sketches.map(
    ({ daysAgo = 1, by = 'Ada Lovelace <ada@x.io>', files = ['README.md'], ...rest }, i) => {
      const [, authorName = '', authorEmail = ''] = /^(.*) <(.*)>$/.exec(by) ?? [];
      return {
        sha: `c${i}`,
        parents: i + 1 < sketches.length ? [`c${i + 1}`] : [],
        authoredAt: END - daysAgo * DAY,
        authorName,
        authorEmail,
        subject: 'Say what it does',
        touched: files.map((path) => ({ path, change: 'modified' as const })),
        ...rest,
      };
    },
  );
}

async function read(all: readonly Commit[], head: Partial<Tree['head']> = {}) {
  const tree: Tree = {
    head: {
      name: 'shop',
      commit: all.length ? 'c0' : '',
      committedAt: END,
      branch: 'main',
      defaultBranch: 'main',
      bare: true,
      shallow: false,
      dirtyFiles: 0,
      webUrl: '',
      tags: [],
      ...head,
    },
    list: async () => [],
    read: async () => {},
    history: async (onCommit) => all.forEach(onCommit),
    close: () => {},
  };
  const { facts, gaps } = await collect(tree, [history]);
  return { fact: factsOf(facts, 'history')[0], gaps };
}
async function summed(sketches: readonly Sketch[], head: Partial<Tree['head']> = {}) {
  const { fact } = await read(commits(sketches), head);
  if (!fact) throw new Error('no fact');
  return fact.data;
}

describe('the history', () => {
  test('of an empty repository is no fact', async () => {
    expect((await read([])).fact).toBeUndefined();
  });

  test('counts commits, merges, reverts and tags, and points at the scanned commit', async () => {
    const { fact } = await read(
      commits([
        { parents: ['c1', 'x'], subject: "Merge branch 'x'", files: [] },
        { subject: 'Revert "Say what it does"' },
        { subject: 'Revert "Revert "Say what it does""' },
        {},
      ]),
      { tags: ['v1.2.3', '2.0', 'pkg@1.0.0-rc.1', 'lib/v0.3.1', 'v1', 'nightly', 'release-1.4'] },
    );
    expect(fact?.data).toMatchObject({
      commits: 4,
      merges: 1,
      reverts: 1,
      yearCommits: 3,
      tags: 7,
      versionTags: 5,
    });
    expect(fact?.evidence).toEqual([{ type: 'commit', sha: 'c0', at: '2026-06-30T12:00:00.000Z' }]);
  });

  test('of a shallow copy says how to get the rest', async () => {
    const { gaps } = await read(commits([{}]), { shallow: true });
    expect(gaps).toMatchObject([{ kinds: ['history'], reason: 'shallow', remedy: 'git fetch --unshallow' }]);
  });

  test('ends its year at the scanned commit and starts it 365 days before', async () => {
    const data = await summed([{ daysAgo: 0 }, { daysAgo: 364 }, { daysAgo: 366 }]);
    expect(data).toMatchObject({ commits: 3, yearCommits: 2 });
  });

  test('keeps absurd dates out of its series', async () => {
    const data = await summed([
      { authoredAt: END + 4000 * DAY },
      { daysAgo: 40 },
      { authoredAt: 0 },
      { authoredAt: -5 },
    ]);
    expect(data.commits).toBe(4);
    expect(data.months).toEqual([{ month: '2026-05', commits: 1, people: 1, bots: 0 }]);
    expect([data.firstAt, data.lastAt]).toEqual(['2026-05-21T12:00:00.000Z', '2026-05-21T12:00:00.000Z']);
  });
});

describe('people', () => {
  async function peopleOf(...by: string[]) {
    const { people, bots } = await summed(by.map((b) => ({ by: b })));
    return { people, bots };
  }

  test('are one by address, by full name, and by the login in a code host’s address', async () => {
    expect(await peopleOf('Ada Lovelace <ada@x.io>', 'ada <ADA@x.io>')).toEqual({ people: 1, bots: 0 });
    expect(await peopleOf('Ada Lovelace <ada@x.io>', 'Ada  lovelace <ada@home.net>')).toMatchObject({
      people: 1,
    });
    expect(
      await peopleOf('Ada L <12+ada@users.noreply.github.com>', 'A. L. <ada@users.noreply.github.com>'),
    ).toMatchObject({ people: 1 });
    expect(await peopleOf('adal <ada@x.io>', 'Ada L <12+adal@users.noreply.github.com>')).toMatchObject({
      people: 1,
    });
  });

  test('with one first name, or one address that many share, are not joined', async () => {
    expect(await peopleOf('Ada <ada@x.io>', 'Ada <ada@y.io>')).toMatchObject({ people: 2 });
    expect(await peopleOf('Ada L <root@localhost>', 'Bob M <root@localhost>')).toMatchObject({ people: 2 });
    expect(await peopleOf('Your Name <a@x.io>', 'Your Name <b@x.io>')).toMatchObject({ people: 2 });
  });

  test('are not bots, whatever their names end in', async () => {
    expect(
      await peopleOf(
        'Jane Abbott <abbott@x.io>',
        'Jan Bot <jan.bot@x.io>',
        'Bo Talbot <bo@x.io>',
        'Cici Li <ci.li@x.io>',
      ),
    ).toEqual({ people: 4, bots: 0 });
  });

  test('stand apart from bots', async () => {
    const bots = [
      'dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>',
      'renovate-bot <bot@renovateapp.com>',
      'Shop PR Bot <pr@x.io>',
      'github-actions <41898282+github-actions[bot]@users.noreply.github.com>',
      'Release Bot <release@x.io>',
      'k8s-ci-robot <k8s@x.io>',
      'GitHub Action <action@github.com>',
      'Deploys <ci@x.io>',
    ];
    expect(await peopleOf(...bots, 'Ada Lovelace <ada@x.io>')).toEqual({ people: 1, bots: 8 });
    const data = await summed([...bots.map((by) => ({ by })), {}]);
    expect(data).toMatchObject({ botCommits: 8, yearCommits: 1, yearPeople: 1 });
    expect(data.months).toEqual([{ month: '2026-06', commits: 1, people: 1, bots: 8 }]);
  });

  test('who wrote half of the year’s commits are counted, the fewest', async () => {
    const by = (name: string, n: number) =>
      Array.from({ length: n }, () => ({ by: `${name} X <${name}@x.io>` }));
    expect((await summed([...by('a', 5), ...by('b', 3), ...by('c', 2)])).yearBusFactor).toBe(1);
    expect((await summed([...by('a', 4), ...by('b', 3), ...by('c', 3)])).yearBusFactor).toBe(2);
  });
});

describe('pull requests', () => {
  test('are told by the subject of a squash or of a merge', async () => {
    const data = await summed([{ subject: 'Add it (#12)' }, { subject: 'Merged PR 7: Add it' }, {}, {}]);
    expect(data.yearPullRequestShare).toBe(0.5);
  });

  test('bring the commits of their branch, and no commit of the main line', async () => {
    const data = await summed([
      { sha: 'c0', parents: ['main2', 'b2'], subject: 'Merge pull request #3 from x/y' },
      { sha: 'b2', parents: ['b1'] },
      { sha: 'b1', parents: ['main1'] },
      { sha: 'main2', parents: ['main1'] },
      { sha: 'main1', parents: [] },
    ]);
    expect(data.yearPullRequestShare).toBe(0.6);
  });

  test('are not what merges the main line into a branch, nor a local merge', async () => {
    const data = await summed([
      { sha: 'c0', parents: ['m1', 'b2'], subject: "Merge branch 'feature'" },
      { sha: 'b2', parents: ['b1', 'm1'], subject: "Merge branch 'main' into feature" },
      { sha: 'b1', parents: ['m0'] },
      { sha: 'm1', parents: ['m0'] },
      { sha: 'm0', parents: [] },
    ]);
    expect(data.yearPullRequestShare).toBe(0);
  });
});

describe('the shape of commits', () => {
  const many = (n: number, folder = 'src') => Array.from({ length: n }, (_, i) => `${folder}/f${i}.go`);

  test('is measured in files, the first commit apart', async () => {
    const data = await summed([
      { files: many(2) },
      { files: many(4) },
      { files: many(40) },
      { files: many(900) },
    ]);
    expect(data).toMatchObject({ yearFilesMedian: 4, yearFilesP90: 40, yearWideShare: 0.3333 });
  });

  test('is not wide by generated files, vendored files and moves', async () => {
    const moved = [
      ...many(30, 'old').map((path) => ({ path, change: 'deleted' as const })),
      ...many(30, 'new').map((path) => ({ path, change: 'added' as const })),
    ];
    const data = await summed([
      { files: many(50, 'vendor/x') },
      { files: Array.from({ length: 50 }, (_, i) => `api/v${i}.pb.go`) },
      { touched: moved },
      {},
    ]);
    expect(data.yearWideShare).toBe(0);
    expect(data.yearFilesP90).toBe(50);
  });

  test('tells which source changes bring tests', async () => {
    const data = await summed([
      { files: ['src/a.ts', 'test/a.test.ts'] },
      { files: ['pkg/a.go', 'pkg/a_test.go'] },
      { files: ['src/a.ts'] },
      { files: ['pkg/a.go', 'pkg/testdata/x.golden'] },
      { files: ['README.md', 'deploy/values.yaml'] },
      { files: ['test/b.test.ts'] },
    ]);
    expect(data).toMatchObject({ yearSourceCommits: 4, yearWithTestsShare: 0.75 });
  });

  test('tells vague and conventional subjects', async () => {
    const data = await summed([
      { subject: 'wip' },
      { subject: 'fix: retry when the broker hangs up' },
      { subject: 'feat(api)!: drop v1' },
      { subject: 'Explain the retries' },
    ]);
    expect(data).toMatchObject({ yearVagueShare: 0.25, yearConventionalShare: 0.5 });
  });
});

const anyCommit = fc.record({
  daysAgo: fc.integer({ min: -400, max: 900 }),
  by: fc.constantFrom(
    'A B <a@x.io>',
    'A B <b@x.io>',
    'C D <c@x.io>',
    'x[bot] <x@x.io>',
    'e <e@users.noreply.github.com>',
  ),
  subject: fc.constantFrom('fix', 'Add it (#1)', 'Merge pull request #2 from a/b', 'feat: it', ''),
  files: fc.array(fc.constantFrom('a.go', 'a_test.go', 'b/c.ts', 'vendor/x.go'), { maxLength: 5 }),
  second: fc.option(fc.nat(30), { nil: undefined }),
});

test('the order of the commits does not matter, and every share lies between 0 and 1', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyCommit, { minLength: 1, maxLength: 30 }),
      fc.integer(),
      async (sketches, seed) => {
        const all = commits(sketches).map((c, i) => {
          const second = sketches[i]?.second;
          return second === undefined || second <= i ? c : { ...c, parents: [...c.parents, `c${second}`] };
        });
        const shuffled = [...all]
          .map((c, i) => ({ c, at: Math.imul(seed ^ (i + 1), 2654435761) }))
          .sort((a, b) => a.at - b.at)
          .map(({ c }) => c);
        const { fact } = await read(all);
        expect((await read(shuffled)).fact).toEqual(fact);
        for (const [name, value] of Object.entries(fact?.data ?? {}))
          if (name.endsWith('Share')) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
      },
    ),
    { numRuns: 60 },
  );
});
