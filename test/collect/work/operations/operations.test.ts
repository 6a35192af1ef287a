import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from '../../../../src/collect/collect.js';
import { operations } from '../../../../src/collect/work/operations/operations.js';
import { factsOf } from '../../../../src/model/facts.js';
import type { Commit, Tree } from '../../../../src/source/tree.js';

const END = Date.parse('2026-06-30T12:00:00Z') / 1000;
const DAY = 86_400;

interface Sketch {
  daysAgo?: number;
  by?: string;
  mail?: string;
  says?: string;
  files?: readonly string[];
  parents?: readonly string[];
}

/** Newest first. */
function commits(sketches: readonly Sketch[]): Commit[] {
  return sketches.map(
    (
      { daysAgo = 1, by = 'Ada Lovelace', mail, says = 'Say what it does', files = [], parents = ['p'] },
      i,
    ) => ({
      sha: `c${i}`,
      parents: [...parents],
      authoredAt: END - daysAgo * DAY,
      authorName: by,
      authorEmail: mail ?? `${by.toLowerCase().replaceAll(' ', '.')}@shop.example`,
      subject: says,
      touched: files.map((path) => ({ path, change: 'modified' as const })),
    }),
  );
}

async function read(
  history: readonly Commit[],
  { files = {}, shallow = false }: { files?: Readonly<Record<string, string>>; shallow?: boolean } = {},
) {
  const listed = Object.keys(files).map((path) => ({ path, oid: path, type: 'file' as const, size: 10 }));
  const tree: Tree = {
    head: {
      name: 'shop',
      commit: 'c0',
      committedAt: END,
      branch: 'main',
      defaultBranch: 'main',
      bare: true,
      shallow,
      dirtyFiles: 0,
      webUrl: '',
      tags: [],
    },
    list: async () => listed,
    read: async (wanted, onFile) => {
      for (const file of wanted) onFile(file, files[file.path]);
    },
    history: async (onCommit) => history.forEach(onCommit),
    close: () => {},
  };
  const { facts, gaps } = await collect(tree, [operations]);
  return {
    activity: factsOf(facts, 'operations-activity')[0]?.data,
    toil: factsOf(facts, 'toil-candidate'),
    facts,
    gaps,
  };
}

/** One change a month, oldest last. */
function monthly(times: number, sketch: (i: number) => Sketch): Sketch[] {
  return Array.from({ length: times }, (_, i) => ({ daysAgo: 5 + i * 30, ...sketch(i) }));
}

describe('operations work', () => {
  test('is a commit at least half of whose paths are, prose and generated files apart', async () => {
    const { activity } = await read(
      commits([
        { files: ['src/cart.ts', '.github/workflows/test.yml'] },
        { files: ['src/cart.ts', 'src/total.ts', 'Dockerfile'] },
        { files: ['infra/main.tf', 'infra/.terraform.lock.hcl', 'README.md', 'CHANGELOG.md'] },
        { files: ['README.md'] },
        { files: ['src/cart.ts'] },
      ]),
    );
    expect(activity).toMatchObject({ yearCommits: 5, yearOperations: 2, yearShare: 0.4 });
  });

  test.each([
    ['infra/main.tf', 'provision'],
    ['env/production.tfvars', 'provision'],
    ['roles/web/tasks/main.yml', 'provision'],
    ['infra/iam.tf', 'secure'],
    ['.github/dependabot.yml', 'secure'],
    ['.github/workflows/codeql.yml', 'secure'],
    ['charts/web/values.yaml', 'deploy'],
    ['Dockerfile', 'deploy'],
    ['.github/workflows/deploy.yml', 'deploy'],
    ['monitoring/rules.yml', 'monitor'],
    ['docs/runbooks/disk-full.md', 'recover'],
    ['scripts/backup-db.sh', 'recover'],
    ['k8s/web-hpa.yaml', 'scale'],
    ['.github/workflows/test.yml', 'track-changes'],
    ['.gitlab-ci.yml', 'track-changes'],
    ['Makefile', 'automate'],
    ['environments/test/main.tf', 'provision'],
  ])('takes a change of %s for: %s', async (path, operation) => {
    const { activity } = await read(commits([{ files: [path] }]));
    expect(activity?.operations.filter((o) => o.commits > 0)).toEqual([{ operation, commits: 1, people: 1 }]);
  });

  test.each([
    'src/app.ts',
    'test/main.tf',
    'config/locales/en.yml',
    'docs/guide/deploy/intro.md',
    'vendor/x/main.tf',
    'src/environments/environment.prod.ts',
  ])('does not take a change of %s for operations', async (path) => {
    expect((await read(commits([{ files: [path] }]))).activity?.yearOperations).toBe(0);
  });

  test('knows manifests by their content, and those that are gone by their neighbours', async () => {
    const files = {
      'here/web.yaml': 'apiVersion: apps/v1\nkind: Deployment\n',
      'here/web-scaling.yaml': 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n',
      'config/words.yaml': 'kind: greeting\n',
    };
    const { activity } = await read(
      commits([
        { files: ['here/web.yaml'] },
        { files: ['here/old.yaml'] },
        { files: ['here/web-scaling.yaml'] },
        { files: ['config/words.yaml'] },
      ]),
      { files },
    );
    expect(activity?.operations.filter((o) => o.commits > 0)).toEqual([
      { operation: 'deploy', commits: 2, people: 1 },
      { operation: 'scale', commits: 1, people: 1 },
    ]);
  });

  test('is told by who does it: developers, operators and bots', async () => {
    const { activity } = await read(
      commits([
        { by: 'Ada Lovelace', files: ['src/a.ts'] },
        { by: 'Ada Lovelace', files: ['src/b.ts'] },
        { by: 'Ada Lovelace', files: ['Dockerfile'] },
        { by: 'Grace Hopper', files: ['infra/main.tf'] },
        { by: 'Grace Hopper', files: ['env/prod.tfvars'] },
        { by: 'renovate[bot]', files: ['Dockerfile'] },
        { by: 'Ada Lovelace', files: ['Dockerfile'], parents: ['a', 'b'] },
      ]),
    );
    expect(activity).toMatchObject({
      yearCommits: 5,
      yearOperations: 3,
      yearByBots: 1,
      yearPeople: 2,
      yearBusFactor: 1,
      yearDevelopers: 1,
      yearOperators: 1,
      yearByDevelopersShare: 0.3333,
      yearEnabled: 0,
      yearDone: 1,
      yearAutomated: 2,
    });
    expect(activity?.months).toHaveLength(24);
    expect(activity?.months.at(-1)).toEqual({
      month: '2026-06',
      commits: 5,
      byDevelopers: 1,
      byOperators: 2,
      byBots: 1,
      enabled: 0,
      done: 1,
      automated: 2,
    });
    expect(activity?.months[0]).toMatchObject({ month: '2024-07', commits: 0 });
  });

  test('of an older year is in the months and not in the year', async () => {
    const { activity } = await read(
      commits([
        { daysAgo: 400, files: ['main.tf'] },
        { daysAgo: 900, files: ['main.tf'] },
      ]),
    );
    expect(activity).toMatchObject({ yearCommits: 0, yearOperations: 0, yearShare: 0, yearBusFactor: 0 });
    expect(activity?.months.reduce((n, m) => n + m.byOperators, 0)).toBe(1);
  });

  test('of a shallow copy is in doubt', async () => {
    const { gaps } = await read(commits([{ files: ['main.tf'] }]), { shallow: true });
    expect(gaps).toMatchObject([{ kinds: ['operations-activity', 'toil-candidate'], reason: 'shallow' }]);
  });

  test('adds up, and does not depend on the order of the commits', async () => {
    const sketch = fc.record({
      daysAgo: fc.integer({ min: 0, max: 800 }),
      by: fc.constantFrom('Ada Lovelace', 'Grace Hopper', 'renovate[bot]'),
      says: fc.constantFrom(
        'Bump api to 1.2.3',
        'Bump web to 2.0.0',
        'Rotate the keys of Grace',
        'Add a cart',
        'fix',
      ),
      files: fc.uniqueArray(fc.constantFrom('main.tf', 'apps/api/values.yaml', 'src/a.ts', 'README.md'), {
        maxLength: 3,
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(sketch, { minLength: 1, maxLength: 40 }), async (sketches) => {
        const history = commits(sketches);
        const there = await read(history);
        expect((await read(history.toReversed())).facts).toEqual(there.facts);
        const { activity } = there;
        if (!activity) return;
        expect(activity.yearEnabled + activity.yearDone + activity.yearAutomated).toBe(
          activity.yearOperations,
        );
        expect(activity.operations.reduce((n, o) => n + o.commits, 0)).toBe(activity.yearOperations);
        expect(activity.yearDevelopers + activity.yearOperators).toBe(activity.yearPeople);
        for (const m of activity.months)
          expect(m.enabled + m.done + m.automated).toBe(m.byDevelopers + m.byOperators);
      }),
      { numRuns: 60 },
    );
  });
});

describe('toil', () => {
  test('is the same version set by hand, whatever the words and the environment', async () => {
    const says = [
      'Bump api to 1.2.3',
      'Update the API version to v1.2.4 (#12)',
      'chore: upgrade api to 1.3.0',
      'Upgrade api from 1.3.0 to 1.3.1',
    ];
    const { toil } = await read(
      commits(
        monthly(8, (i) => ({
          by: i % 2 ? 'Ada Lovelace' : 'Grace Hopper',
          says: says[i % says.length] ?? '',
          files: [`env/${i % 2 ? 'staging' : 'prod'}/versions.tfvars`],
        })),
      ),
    );
    expect(toil).toHaveLength(1);
    expect(toil[0]?.data).toEqual({
      operation: 'provision',
      shape: 'Update api to #',
      paths: ['env/{environment}/versions.tfvars'],
      commits: 8,
      days: 8,
      months: 8,
      perMonth: 1,
      people: 2,
      firstAt: '2025-11-27T12:00:00.000Z',
      lastAt: '2026-06-25T12:00:00.000Z',
      ongoing: true,
    });
    expect(toil[0]?.evidence).toHaveLength(5);
    expect(toil[0]?.evidence[0]).toEqual({ type: 'commit', sha: 'c0', at: '2026-06-25T12:00:00.000Z' });
  });

  test('is one candidate for several parts of a system that are bumped alike', async () => {
    const parts = ['api', 'web', 'worker'];
    const { toil } = await read(
      commits(
        monthly(6, (i) => ({
          says: `Bump ${parts[i % 3]} to 1.0.${i}`,
          files: [`apps/${parts[i % 3]}/values.yaml`],
        })),
      ),
      {
        files: {
          'apps/api/Chart.yaml': 'name: api\n',
          'apps/web/Chart.yaml': 'name: web\n',
          'apps/worker/Chart.yaml': 'name: worker\n',
        },
      },
    );
    expect(toil.map((t) => [t.data.shape, t.data.paths])).toEqual([
      ['Update … to #', ['apps/*/values.yaml']],
    ]);
  });

  test('is a routine without a version too', async () => {
    const { toil } = await read(
      commits(monthly(4, () => ({ says: 'Rotate the database password', files: ['env/prod.tfvars'] }))),
    );
    expect(toil.map((t) => t.data.shape)).toEqual(['Rotate the database password']);
  });

  test('has stopped when a bot makes the change since, or nobody has made it for a quarter', async () => {
    const bump = (i: number) => ({ says: `Release 1.0.${i}`, files: ['env/prod.tfvars'] });
    const byBot = { daysAgo: 1, by: 'deploy-bot', ...bump(9) };
    const made = monthly(5, bump);
    expect((await read(commits([byBot, ...made]))).toil.map((t) => t.data.ongoing)).toEqual([false]);
    const old = made.map((m) => ({ ...m, daysAgo: (m.daysAgo ?? 0) + 100 }));
    expect((await read(commits(old))).toil.map((t) => t.data.ongoing)).toEqual([false]);
    expect((await read(commits(made))).toil.map((t) => t.data.ongoing)).toEqual([true]);
  });

  test.each([
    [
      'by a bot',
      monthly(8, (i) => ({ by: 'renovate[bot]', says: `Bump api to 1.0.${i}`, files: ['main.tf'] })),
    ],
    [
      'of the product',
      monthly(8, (i) => ({
        says: `Bump left-pad to 1.0.${i}`,
        files: ['package.json', 'package-lock.json'],
      })),
    ],
    ['on one day', monthly(8, (i) => ({ daysAgo: 3, says: `Bump api to 1.0.${i}`, files: ['main.tf'] }))],
    ['three times', monthly(3, (i) => ({ says: `Bump api to 1.0.${i}`, files: ['main.tf'] }))],
    [
      'that is new each time',
      monthly(8, (i) => ({ says: `Add the ${'abcdefgh'[i]}${i} alarm`, files: ['main.tf'] })),
    ],
    ['that says nothing', monthly(8, () => ({ says: 'update', files: ['main.tf'] }))],
    ['in the words of the web editor', monthly(8, () => ({ says: 'Update main.tf', files: ['main.tf'] }))],
    [
      'that mends something',
      monthly(8, (i) => ({ says: `Fix the upgrade to 1.0.${i}`, files: ['main.tf'] })),
    ],
    ['that is a merge', monthly(8, (i) => ({ says: `Release 1.0.${i}`, files: [], parents: ['a', 'b'] }))],
  ])('is no change %s', async (_, sketches) => {
    expect((await read(commits(sketches))).toil).toEqual([]);
  });

  test('names nobody, not in the words, the paths or the trailers', async () => {
    const { facts } = await read(
      commits([
        ...monthly(6, (i) => ({
          by: 'Ada Lovelace',
          mail: 'countess@shop.example',
          says: `Rotate Ada's key for @countess and mary.shelley@shop.example, grant to Lovelace Co-authored-by: Mary Shelley <m@x.io>`,
          files: [`users/ada-lovelace/key-${i}.tf`],
        })),
        { by: 'Mary Shelley', says: 'Say so', files: ['main.tf'] },
      ]),
    );
    expect(facts.filter((f) => f.kind === 'toil-candidate')).toHaveLength(1);
    expect(JSON.stringify(facts)).not.toMatch(/ada|lovelace|countess|mary|shelley/i);
  });
});
