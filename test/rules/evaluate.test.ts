import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyFact } from '../../src/model/facts.js';
import type { Gap } from '../../src/model/gap.js';
import type { Rule } from '../../src/model/rule.js';
import { evaluate, judgeRule, knowledgeOf } from '../../src/rules/evaluate.js';
import { fact, gap, job, pipeline, REPOSITORY, repositoryFact, rule, workload } from './facts.js';

function judged(asked: Rule, facts: readonly AnyFact[], gaps: readonly Gap[] = []) {
  return judgeRule(asked, knowledgeOf(facts, gaps, REPOSITORY));
}

const TWO = rule({
  id: 'production-workloads-run-two-instances',
  subject: 'workload',
  when: 'subject.environment == "production" && !subject.singleton',
  not_applicable: 'It is not in production.',
  unknown: [{ when: 'subject.replicas < 0', because: 'The chart sets the count of {subject.name}.' }],
  pass: 'subject.replicas >= 2',
  points_at: ['replicas'],
  message: {
    pass: '{subject.name} runs {plural(subject.replicas, "instance")}.',
    fail: '{subject.name} runs {plural(subject.replicas, "instance")}; one is lost, all is.',
  },
});

describe('a rule', () => {
  it('gives a finding for each subject, with its message and its lines, those of its fields first', () => {
    expect(judged(TWO, [workload('api', { replicas: 3 }), workload('web', { replicas: 1 }, 4)])).toEqual([
      {
        rule: 'production-workloads-run-two-instances',
        pack: 'a-pack',
        outcome: 'pass',
        subject: { kind: 'workload', name: 'api', repository: 'shop' },
        message: 'api runs 3 instances.',
        evidence: [
          { type: 'file', path: 'k8s/api.yaml', line: 7, field: 'replicas' },
          { type: 'file', path: 'k8s/api.yaml', line: 1 },
        ],
      },
      {
        rule: 'production-workloads-run-two-instances',
        pack: 'a-pack',
        outcome: 'fail',
        subject: { kind: 'workload', name: 'web', repository: 'shop' },
        message: 'web runs 1 instance; one is lost, all is.',
        evidence: [
          { type: 'file', path: 'k8s/web.yaml', line: 10, field: 'replicas' },
          { type: 'file', path: 'k8s/web.yaml', line: 4 },
        ],
      },
    ]);
  });

  it('says once why it does not apply', () => {
    const facts = [
      workload('a', { environment: 'test' }),
      workload('b', { environment: 'test' }),
      workload('c'),
    ];
    expect(judged(TWO, facts).map((f) => [f.outcome, f.subject.name, f.message])).toEqual([
      ['not-applicable', 'a', 'It is not in production. The same holds for 1 more.'],
      ['pass', 'c', 'c runs 2 instances.'],
    ]);
  });

  it('asks what makes the answer unknown before it judges', () => {
    expect(judged(TWO, [workload('api', { replicas: -1 })])).toMatchObject([
      {
        outcome: 'unknown',
        message: 'The chart sets the count of api.',
        evidence: [{ line: 7 }, { line: 1 }],
      },
    ]);
  });

  it('does not apply where there is nothing to judge', () => {
    expect(judged(TWO, [repositoryFact()])).toMatchObject([
      {
        outcome: 'not-applicable',
        subject: { kind: 'workload', name: 'shop' },
        message: 'There is no workload in this repository.',
        evidence: [],
      },
    ]);
  });

  it('does not see the facts and the gaps of other repositories', () => {
    const other = { ...workload('api'), repository: 'other' } as AnyFact;
    const elsewhere = { ...gap(['workload'], 'elsewhere'), repository: 'other' };
    expect(judged(TWO, [other], [elsewhere])).toMatchObject([{ outcome: 'not-applicable' }]);
  });

  it('is an error where its expression has no value, and the run goes on', () => {
    const first = rule({ subject: 'pipeline', pass: 'subject.jobs[0].id == "test"' });
    const facts = [pipeline('empty'), pipeline('ci', { jobs: [job('test', [])] })];
    expect(judged(first, facts).map((f) => [f.outcome, f.message])).toEqual([
      ['error', 'The rule could not be evaluated: the list has no item 0.'],
      ['pass', 'It holds.'],
    ]);
  });

  it('points at the facts that its evidence names, without repetition, at most fifty', () => {
    const many = Array.from({ length: 60 }, (_, i) => workload(`w${i}`, { replicas: 1 }));
    const asked = rule({
      subject: 'repository',
      pass: 'workloads.all(w, w.replicas > 1)',
      evidence: 'workloads.filter(w, w.replicas < 2) + workloads',
      points_at: ['replicas'],
    });
    const [finding] = judged(asked, [repositoryFact(), ...many]);
    expect(finding?.evidence).toHaveLength(50);
    expect(finding?.evidence[0]).toEqual({ type: 'file', path: 'k8s/w0.yaml', line: 7, field: 'replicas' });
    expect(new Set(finding?.evidence.map((e) => JSON.stringify(e))).size).toBe(50);
  });

  it('points at its subject where its evidence names nothing', () => {
    const asked = rule({ subject: 'repository', pass: 'workloads != []', evidence: 'workloads' });
    expect(judged(asked, [repositoryFact()])).toMatchObject([
      { outcome: 'fail', evidence: [{ type: 'commit', sha: 'c0ffee' }] },
    ]);
  });
});

describe('where a gap hides facts of a kind', () => {
  const hidden = gap(
    ['workload'],
    'the chart charts/api is not rendered',
    'charts/api/templates/deployment.yaml',
  );

  it('the subjects that were seen are judged, and one finding says that there may be more', () => {
    expect(
      judged(TWO, [workload('web', { replicas: 1 })], [hidden, gap(['workload'], 'another')]),
    ).toMatchObject([
      { outcome: 'fail', subject: { name: 'web' } },
      {
        outcome: 'unknown',
        subject: { kind: 'workload', name: 'charts/api/templates/deployment.yaml' },
        message: 'Not decided: the chart charts/api is not rendered (and 1 more that could not be seen).',
      },
    ]);
  });

  it('a rule without subjects is unknown, not inapplicable', () => {
    expect(judged(TWO, [], [hidden]).map((f) => f.outcome)).toEqual(['unknown']);
  });

  it('a rule that does not apply to the repository at all does not apply to what is hidden', () => {
    const asked = rule({ subject: 'workload', when: 'repository.operates', pass: 'subject.replicas > 1' });
    expect(judged(asked, [repositoryFact({ operates: false })], [hidden]).map((f) => f.outcome)).toEqual([
      'not-applicable',
    ]);
  });

  it('a rule whose condition has no value still says that there may be more', () => {
    const asked = rule({ subject: 'workload', when: 'pipelines[0].reusable', pass: 'subject.replicas > 1' });
    expect(judged(asked, [workload('api')], [hidden]).map((f) => f.outcome)).toEqual(['error', 'unknown']);
  });

  it('a rule that asks for them is unknown, unless what was seen decides it', () => {
    const all = rule({ subject: 'repository', pass: 'workloads.all(w, w.replicas > 1)' });
    expect(judged(all, [repositoryFact(), workload('api')], [hidden])).toMatchObject([
      { outcome: 'unknown', message: 'Not decided: the chart charts/api is not rendered.' },
    ]);
    expect(judged(all, [repositoryFact(), workload('api', { replicas: 1 })], [hidden])).toMatchObject([
      { outcome: 'fail' },
    ]);
    const some = rule({
      subject: 'repository',
      when: 'workloads != []',
      pass: 'workloads.exists(w, w.spread)',
    });
    expect(judged(some, [repositoryFact()], [hidden])).toMatchObject([{ outcome: 'unknown' }]);
    expect(judged(some, [repositoryFact(), workload('api', { spread: true })], [hidden])).toMatchObject([
      { outcome: 'pass' },
    ]);
  });

  it('a rule that asks for other kinds is judged as ever', () => {
    const asked = rule({ subject: 'repository', pass: 'pipelines.exists(p, p.jobs != [])' });
    expect(judged(asked, [repositoryFact()], [hidden])).toMatchObject([{ outcome: 'fail' }]);
  });

  it('the one history is itself in doubt', () => {
    const shallow = gap(['history'], 'the history is shallow');
    const asked = rule({ subject: 'history', pass: 'subject.merges > 0' });
    const history = fact('history', REPOSITORY, { merges: 3 } as never, []);
    expect(judged(asked, [history])).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(asked, [history], [shallow])).toMatchObject([
      { outcome: 'unknown', subject: { name: 'shop' }, message: 'Not decided: the history is shallow.' },
    ]);
    expect(judged(asked, [], [shallow])).toMatchObject([{ outcome: 'unknown' }]);
  });
});

describe('packs', () => {
  it('are judged in their order, rule by rule', async () => {
    const pack = (id: string, ...rules: Rule[]) => ({
      id,
      title: id,
      version: '1.0.0',
      about: id,
      order: 1,
      rules: rules.map((r) => ({ ...r, pack: id })),
    });
    const jobs = rule({ id: 'pipelines-have-jobs', subject: 'pipeline', pass: 'subject.jobs != []' });
    const facts = [repositoryFact(), workload('web'), workload('api'), pipeline('ci')];
    const findings = await evaluate([pack('one', jobs, TWO), pack('two', jobs)], facts, [], REPOSITORY);
    expect(findings.map((f) => [f.pack, f.rule, f.subject.name])).toEqual([
      ['one', 'pipelines-have-jobs', 'ci'],
      ['one', 'production-workloads-run-two-instances', 'web'],
      ['one', 'production-workloads-run-two-instances', 'api'],
      ['two', 'pipelines-have-jobs', 'ci'],
    ]);
  });

  it('of sixty rules judge two thousand resources in well under a second', () => {
    const resource = (i: number) =>
      fact(
        'terraform-resource',
        `aws_instance.n${i}`,
        {
          directory: 'infra',
          type: i % 50 === 0 ? 'aws_db_instance' : 'aws_instance',
          provider: 'aws',
          attributes: [],
        },
        [{ type: 'file', path: 'infra/main.tf', line: i + 1 }],
      );
    const facts = [repositoryFact(), ...Array.from({ length: 2000 }, (_, i) => resource(i))];
    const known = knowledgeOf(facts, [], REPOSITORY);
    const rules = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0
        ? rule({ subject: 'repository', pass: `terraform_resources.all(r, r.type != "none${i}")` })
        : rule({
            subject: 'terraform-resource',
            when: 'subject.type == "aws_db_instance"',
            pass: `"${i}" != ""`,
          }),
    );
    const started = performance.now();
    const findings = rules.flatMap((r) => judgeRule(r, known));
    expect(findings).toHaveLength(30 + 30 * 41);
    expect(performance.now() - started).toBeLessThan(900);
  });
});

describe('a gap', () => {
  const rules = [
    TWO,
    rule({ subject: 'repository', pass: 'workloads.all(w, w.replicas > 1)' }),
    rule({ subject: 'repository', when: 'workloads != []', pass: 'workloads.exists(w, w.spread)' }),
    rule({ subject: 'repository', when: 'pipelines == []', pass: 'size(workloads) < 2' }),
    rule({
      subject: 'pipeline',
      when: 'workloads != []',
      pass: 'subject.jobs != [] && pipelines.size() < 2',
    }),
    rule({
      subject: 'pipeline',
      unknown: [{ when: 'workloads.exists(w, w.name == "b")', because: 'b' }],
      pass: 'subject.reusable',
    }),
  ];
  const facts = fc.tuple(
    fc.array(
      fc
        .record({
          name: fc.constantFrom('a', 'b'),
          replicas: fc.integer({ min: -1, max: 2 }),
          spread: fc.boolean(),
          environment: fc.constantFrom('production', 'test'),
        })
        .map(({ name, ...data }) => workload(name, data)),
      { maxLength: 3 },
    ),
    fc.array(
      fc.boolean().map((reusable) => pipeline('ci', { reusable, jobs: reusable ? [job('j', [])] : [] })),
      {
        maxLength: 2,
      },
    ),
  );
  const gaps = fc.subarray([gap(['workload'], 'w'), gap(['pipeline'], 'p'), gap(['repository'], 'r')]);

  it('only ever turns an outcome into unknown', () => {
    fc.assert(
      fc.property(facts, gaps, fc.nat(rules.length - 1), ([some, others], missing, which) => {
        // One subject at a time, so that the findings can be told apart.
        const asked = rules[which] as Rule;
        const seen = [repositoryFact(), ...some, ...others];
        const subjects = seen.filter((f) => f.kind === asked.subject);
        const before = judged(asked, seen);
        const after = judged(asked, seen, missing);
        const count = (findings: typeof before, outcome: string) =>
          findings.filter((f) => f.outcome === outcome).length;
        for (const outcome of ['pass', 'fail', 'error']) {
          expect(count(after, outcome)).toBeLessThanOrEqual(count(before, outcome));
        }
        if (subjects.length < 2 && before[0]?.outcome === 'unknown')
          expect(after[0]?.outcome).toBe('unknown');
        if (count(before, 'not-applicable') === 0) expect(count(after, 'not-applicable')).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
