/** A realistic assessment of two repositories, made by the real arithmetic from a few rules and findings written here. */
import type { Assessment, RepositoryAssessment } from '../../src/model/assessment.js';
import { atLine, type Evidence } from '../../src/model/evidence.js';
import type { AnyFact, FactData } from '../../src/model/facts.js';
import type { Finding } from '../../src/model/finding.js';
import type { Gap } from '../../src/model/gap.js';
import { PROFILE_PRACTICES, PROFILE_SETS, Profile } from '../../src/model/profile.js';
import type { Outcome, Pack, Rule } from '../../src/model/rule.js';
import { recommend } from '../../src/recommend/recommend.js';
import { maturityOf } from '../../src/score/maturity.js';
import { scoreOverall, scorePacks } from '../../src/score/score.js';

type Draft = Pick<Rule, 'id' | 'title' | 'severity' | 'why' | 'fix' | 'operation' | 'mode' | 'dilemma'> &
  Partial<Pick<Rule, 'level' | 'depends_on' | 'sources'>> & { days: [number, number, number] };

function rule(pack: string, { days: [low, likely, high], ...draft }: Draft): Pack['rules'][number] {
  return {
    subject: 'repository',
    unknown: [],
    pass: 'true',
    points_at: [],
    message: { pass: 'Holds.', fail: 'Fails.' },
    effort: { low, likely, high, each_more: 0.1 },
    depends_on: [],
    sources: [{ title: 'The handbook', url: 'https://example.com/handbook' }],
    examples: [],
    ...draft,
    pack,
  };
}

function pack(id: string, title: string, order: number, rules: Draft[]): Pack {
  return { id, title, version: '1.0.0', about: title, order, rules: rules.map((r) => rule(id, r)) };
}

const PACKS: readonly Pack[] = [
  pack('git-usage', 'Git usage', 1, [
    {
      id: 'code-is-tracked-in-git',
      title: 'Code is tracked in Git',
      severity: 'critical',
      level: 1,
      why: 'What is not in Git cannot be reviewed, repeated or restored.',
      fix: 'Commit the code.',
      operation: 'track-changes',
      mode: 'enable',
      dilemma: 'always-git',
      days: [0.25, 0.5, 1],
    },
    {
      id: 'every-part-of-the-code-has-an-owner',
      title: 'Every part of the code has an owner',
      severity: 'low',
      why: 'A change without an owner is reviewed by whoever has time.',
      fix: 'Write a `CODEOWNERS` file that covers every folder.',
      operation: 'track-changes',
      mode: 'enable',
      dilemma: 'developers-operate',
      days: [0.25, 0.5, 1],
    },
  ]),
  pack('tests-before-deploy', 'Tests before deploy', 2, [
    {
      id: 'every-path-to-production-is-gated-by-tests',
      title: 'Every path to production is gated by tests',
      severity: 'critical',
      level: 2,
      why: 'One ungated route is enough: on the night when it matters, it is the one that is taken.',
      fix: 'Let the job that publishes need the job that tests (`needs: test`), in the same workflow.',
      operation: 'deploy',
      mode: 'automate',
      dilemma: 'always-test',
      days: [0.5, 0.75, 1],
      depends_on: ['automated-tests-exist'],
      sources: [
        { title: 'DORA, Test automation', url: 'https://dora.dev/capabilities/test-automation/' },
        { title: 'Assumption of ours: a gate is a job of the same commit', url: undefined },
      ],
    },
    {
      id: 'automated-tests-exist',
      title: 'Automated tests exist',
      severity: 'high',
      level: 2,
      why: 'Without tests every deploy is an experiment on customers.',
      fix: 'Write the first test for the part that earns the money.',
      operation: 'track-changes',
      mode: 'enable',
      dilemma: 'always-test',
      days: [2, 5, 10],
    },
    {
      id: 'deploys-do-not-overtake-each-other',
      title: 'Deploys do not overtake each other',
      severity: 'medium',
      why: 'Two deploys at once leave a mixture that nobody tested.',
      fix: 'Give the deploy a `concurrency` group of its environment.',
      operation: 'deploy',
      mode: 'automate',
      dilemma: 'atomic-commits',
      days: [0.1, 0.25, 0.5],
    },
  ]),
  pack('monitoring-basics', 'Monitoring basics', 3, [
    {
      id: 'memory-is-monitored',
      title: 'Memory is monitored',
      severity: 'high',
      level: 3,
      why: 'Memory runs out slowly, then all at once.',
      fix: 'Add an alert on memory that is left; node-exporter ships the numbers already.',
      operation: 'monitor',
      mode: 'automate',
      dilemma: 'always-monitor',
      days: [1, 1.5, 2],
    },
    {
      id: 'cloud-costs-are-watched',
      title: 'Cloud costs are watched',
      severity: 'medium',
      level: 3,
      why: 'A forgotten cluster costs as much as one that serves.',
      fix: 'Declare a budget with a notification at 80 % of last month.',
      operation: 'monitor',
      mode: 'do',
      dilemma: 'always-monitor',
      days: [0.25, 0.5, 1],
    },
  ]),
  pack('high-availability', 'High availability', 4, [
    {
      id: 'production-workloads-run-two-instances',
      title: 'Production workloads run two instances',
      severity: 'critical',
      level: 4,
      why: 'A single instance is down whenever its node is: for every update, every drain, every fault.',
      fix: 'Set replicas to 2 and add a PodDisruptionBudget (`minAvailable: 1`).',
      operation: 'scale',
      mode: 'automate',
      dilemma: 'always-available',
      days: [1, 1.5, 2],
      sources: [
        {
          title: 'Kubernetes, Disruptions',
          url: 'https://kubernetes.io/docs/concepts/workloads/pods/disruptions/',
        },
      ],
    },
    {
      id: 'databases-are-backed-up',
      title: 'Databases are backed up',
      severity: 'critical',
      level: 4,
      why: 'Nothing else here matters to a company whose data is gone.',
      fix: 'Turn on automated backups and restore one every quarter.',
      operation: 'recover',
      mode: 'automate',
      dilemma: 'always-available',
      days: [0.5, 1, 2],
    },
  ]),
  pack('monorepo-gitops', 'Monorepo and GitOps', 5, [
    {
      id: 'gitops-controllers-sync-by-themselves',
      title: 'GitOps controllers sync by themselves',
      severity: 'medium',
      level: 5,
      why: 'A cluster that waits for a click is not what Git says it is.',
      fix: 'Turn on automated sync with self-healing.',
      operation: 'deploy',
      mode: 'automate',
      dilemma: 'many-moving-parts',
      days: [0.25, 0.5, 1],
    },
  ]),
  pack('atomic-commits', 'Atomic commits', 6, [
    {
      id: 'deployed-images-name-a-version',
      title: 'Deployed images name a version',
      severity: 'medium',
      level: 5,
      why: 'What moves under a tag was not what was tested.',
      fix: 'Deploy by digest or by the commit that built the image.',
      operation: 'deploy',
      mode: 'automate',
      dilemma: 'atomic-commits',
      days: [0.5, 1, 2],
    },
  ]),
];

export function finding(
  repository: string,
  id: string,
  outcome: Outcome,
  name: string,
  message: string,
  evidence: Evidence[] = [],
  kind = 'repository',
): Finding {
  const owner = PACKS.find((p) => p.rules.some((r) => r.id === id));
  if (!owner) throw new Error(`the sample has no rule ${id}`);
  return { rule: id, pack: owner.id, outcome, subject: { kind, name, repository }, message, evidence };
}

export function gap(repository: string, change: Partial<Gap> = {}): Gap {
  return {
    repository,
    kinds: ['kubernetes-workload'],
    reason: 'not-rendered',
    what: 'The Helm chart charts/shop is a template; its workloads are not known until it is rendered',
    remedy: 'Render the charts (helm template) into a folder and scan that folder too',
    path: 'charts/shop/Chart.yaml',
    ...change,
  };
}

export function deliveryPath(
  repository: string,
  job: string,
  line: number,
  change: Partial<FactData<'delivery-path'>> = {},
): AnyFact {
  return {
    kind: 'delivery-path',
    repository,
    name: `release / ${job}`,
    data: {
      pipeline: 'release',
      system: 'github-actions',
      trigger: 'tag',
      job,
      target: 'environment',
      environment: 'production',
      gate: 'tested',
      reason: 'The job test of the same workflow comes first.',
      approval: false,
      automatic: true,
      serialised: false,
      forTests: false,
      ...change,
    },
    evidence: [atLine('.github/workflows/release.yml', line)],
  };
}

function historyFact(repository: string): AnyFact {
  return {
    kind: 'history',
    repository,
    name: 'history',
    data: {
      commits: 1284,
      merges: 310,
      reverts: 4,
      people: 31,
      bots: 2,
      botCommits: 140,
      firstAt: '2021-03-02T09:00:00.000Z',
      lastAt: '2026-06-04T15:30:00.000Z',
      yearCommits: 402,
      yearPeople: 14,
      yearBusFactor: 3,
      yearPullRequestShare: 0.93,
      yearFilesMedian: 3,
      yearFilesP90: 14,
      yearWideShare: 0.04,
      yearVagueShare: 0.11,
      yearConventionalShare: 0.2,
      yearSourceCommits: 280,
      yearWithTestsShare: 0.46,
      tags: 40,
      versionTags: 38,
      months: [{ month: '2026-06', commits: 20, people: 6, bots: 1 }],
    },
    evidence: [
      { type: 'commit', sha: '4f2c91a7c0ffee00000000000000000000000000', at: '2026-06-04T15:30:00.000Z' },
    ],
  };
}

function inventoryFact(repository: string): AnyFact {
  return {
    kind: 'inventory',
    repository,
    name: 'inventory',
    data: {
      files: 3120,
      bytes: 18_000_000,
      submodules: 0,
      symlinks: 2,
      leftOut: [{ why: 'vendored', files: 211, bytes: 900_000, example: 'vendor/modules.txt' }],
      languages: [
        { language: 'Go', files: 700 },
        { language: 'TypeScript', files: 512 },
      ],
    },
    evidence: [atLine('README.md', 1)],
  };
}

/** A profile in which nothing is known. */
function unknownProfile(): Profile {
  return Profile.parse({
    ...Object.fromEntries(PROFILE_SETS.map((key) => [key, []])),
    ...Object.fromEntries(
      PROFILE_PRACTICES.map((key) => [key, { answer: 'unknown', evidence: [], why: 'Not asked.' }]),
    ),
    workloads: { total: 0, two_or_more: 0, evidence: [], why: 'Not asked.' },
  });
}

export function repository(change: Partial<RepositoryAssessment> = {}): RepositoryAssessment {
  const findings = change.findings ?? [];
  return {
    name: 'shop',
    commit: '4f2c91a7c0ffee00000000000000000000000000',
    branch: 'main',
    committedAt: '2026-06-04T15:30:00.000Z',
    webUrl: 'https://github.com/acme/shop',
    profile: unknownProfile(),
    findings,
    scores: scorePacks(PACKS, findings),
    maturity: maturityOf(PACKS, findings),
    facts: [],
    gaps: [],
    notes: [],
    ...change,
  };
}

export function assessmentOf(repositories: RepositoryAssessment[]): Assessment {
  const findings = repositories.flatMap((r) => r.findings);
  return {
    schemaVersion: '1.0',
    tool: { name: 'plimsoll', version: '0.1.0' },
    at:
      repositories
        .map((r) => r.committedAt)
        .sort()
        .at(-1) ?? '',
    targets: repositories.map((r) => `../${r.name}`),
    repositories,
    scores: scorePacks(PACKS, findings),
    overall: scoreOverall(PACKS, findings),
    maturity: maturityOf(PACKS, findings),
    recommendations: recommend(PACKS, findings, (some) => scoreOverall(PACKS, some)?.proven ?? 0),
    packs: PACKS.map(({ id, title, version, about }) => ({ id, title, version, about })),
    rules: PACKS.flatMap((p) =>
      p.rules.map((r) => ({
        id: r.id,
        pack: r.pack,
        title: r.title,
        why: r.why,
        fix: r.fix,
        severity: r.severity,
        level: r.level ?? 0,
        sources: r.sources.map((s) => ({ title: s.title, url: s.url ?? '' })),
      })),
    ),
  };
}

const SERVICES = [
  'accounts',
  'basket',
  'catalogue',
  'checkout',
  'mail',
  'payments',
  'search',
  'stock',
  'tax',
  'web',
];

function shop(): RepositoryAssessment {
  const at = (line: number) => [atLine('charts/shop/values-production.yaml', line, 'replicas')];
  const release = (line: number) => [atLine('.github/workflows/release.yml', line)];
  return repository({
    findings: [
      finding(
        'shop',
        'code-is-tracked-in-git',
        'pass',
        'shop',
        '1,284 commits of 31 people since March 2021.',
      ),
      finding(
        'shop',
        'every-part-of-the-code-has-an-owner',
        'pass',
        'CODEOWNERS',
        '12 rules cover every file.',
        [atLine('.github/CODEOWNERS', 1)],
      ),
      finding(
        'shop',
        'every-path-to-production-is-gated-by-tests',
        'fail',
        'release / publish',
        'Any tag is published to production; the tests run on branches only.',
        release(14),
        'delivery-path',
      ),
      finding(
        'shop',
        'every-path-to-production-is-gated-by-tests',
        'pass',
        'deploy / apply',
        'The tests of the same commit come first.',
        [atLine('.github/workflows/deploy.yml', 41)],
        'delivery-path',
      ),
      finding('shop', 'automated-tests-exist', 'pass', 'shop', '612 test files in Go and TypeScript.'),
      finding(
        'shop',
        'deploys-do-not-overtake-each-other',
        'fail',
        'release / publish',
        'Nothing keeps a second run from overtaking the first.',
        release(20),
        'delivery-path',
      ),
      finding(
        'shop',
        'memory-is-monitored',
        'fail',
        'shop',
        'No rule, alarm or monitor names memory; node-exporter ships it.',
        [atLine('monitoring/node-exporter.yaml', 3)],
      ),
      finding(
        'shop',
        'cloud-costs-are-watched',
        'unknown',
        'shop',
        'Not decided: budgets may be kept in another repository.',
      ),
      ...SERVICES.map((service, i) =>
        ['checkout', 'mail', 'payments'].includes(service)
          ? finding(
              'shop',
              'production-workloads-run-two-instances',
              'fail',
              service,
              `${service} runs 1 instance in production. If its node fails, it is gone until it is rescheduled.`,
              at(31 + i * 12),
              'workload',
            )
          : finding(
              'shop',
              'production-workloads-run-two-instances',
              'pass',
              service,
              `${service} runs 3 instances in production.`,
              at(31 + i * 12),
              'workload',
            ),
      ),
      finding(
        'shop',
        'deployed-images-name-a-version',
        'unknown',
        'charts/shop/Chart.yaml',
        'Not decided: The Helm chart charts/shop is a template; its workloads are not known until it is rendered.',
      ),
      finding(
        'shop',
        'gitops-controllers-sync-by-themselves',
        'pass',
        'shop-production',
        'It syncs and heals by itself.',
        [atLine('argo/production.yaml', 18, 'automated')],
      ),
    ],
    facts: [
      historyFact('shop'),
      inventoryFact('shop'),
      deliveryPath('shop', 'publish', 14, {
        gate: 'untested',
        reason: 'It starts on any tag; the tests run on branches only.',
      }),
      deliveryPath('shop', 'apply', 41, {
        pipeline: 'deploy',
        trigger: 'push',
        environment: 'staging',
        serialised: true,
      }),
      deliveryPath('shop', 'apply', 41, {
        pipeline: 'deploy',
        trigger: 'manual',
        approval: true,
        automatic: false,
      }),
      deliveryPath('shop', 'image', 9, {
        pipeline: 'image',
        trigger: 'push',
        target: 'artifact',
        environment: '',
        gate: 'unknown',
        reason: 'It calls a workflow of another repository, which was not read.',
      }),
    ],
    gaps: [
      gap('shop'),
      gap('shop', {
        what: 'The Helm chart charts/mail is a template; its workloads are not known until it is rendered',
        path: 'charts/mail/Chart.yaml',
      }),
      gap('shop', {
        kinds: ['repository'],
        reason: 'no-token',
        what: 'Branch protection is a setting of GitHub and was not asked for',
        remedy: 'Set GITHUB_TOKEN and scan again',
        path: '',
      }),
    ],
    notes: ['2 files differ from the commit in the work tree; only what is committed was read.'],
  });
}

function platform(): RepositoryAssessment {
  return repository({
    name: 'platform',
    commit: '00aa11bb22cc33dd44ee55ff6600aa11bb22cc33',
    committedAt: '2026-05-28T08:12:00.000Z',
    webUrl: 'https://gitlab.example.com/acme/platform',
    findings: [
      finding(
        'platform',
        'code-is-tracked-in-git',
        'pass',
        'platform',
        '310 commits of 6 people since May 2022.',
      ),
      finding(
        'platform',
        'every-part-of-the-code-has-an-owner',
        'fail',
        'platform',
        'No file says who owns what.',
        [atLine('README.md', 1)],
      ),
      finding(
        'platform',
        'databases-are-backed-up',
        'fail',
        'aws_db_instance.orders',
        'orders keeps no backup: backup_retention_period is 0.',
        [atLine('terraform/base/database.tf', 27, 'backup_retention_period')],
        'terraform-resource',
      ),
      finding(
        'platform',
        'databases-are-backed-up',
        'pass',
        'aws_db_instance.accounts',
        'accounts keeps 14 days of backups.',
        [atLine('terraform/base/database.tf', 51, 'backup_retention_period')],
        'terraform-resource',
      ),
      finding(
        'platform',
        'production-workloads-run-two-instances',
        'not-applicable',
        'platform',
        'It runs no workload.',
      ),
      finding('platform', 'automated-tests-exist', 'not-applicable', 'platform', 'It holds no source code.'),
    ],
    facts: [],
    gaps: [],
    notes: [],
  });
}

/** Two repositories: a shop with an untested way to production, and the platform under it. */
export function sampleAssessment(): Assessment {
  return assessmentOf([shop(), platform()]);
}

/** The shop alone. */
export function shopAssessment(): Assessment {
  return assessmentOf([shop()]);
}

/** A repository without a commit. */
export function emptyAssessment(): Assessment {
  return assessmentOf([
    repository({
      name: 'new',
      commit: '',
      committedAt: '',
      webUrl: '',
      notes: ['The repository has no commits yet: there was nothing to read.'],
    }),
  ]);
}
