import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyFact } from '../../src/model/facts.js';
import { type Decided, UNKNOWN } from '../../src/rules/decidedness.js';
import { compile, contextOf, viewsIn } from '../../src/rules/expression.js';
import { job, pipeline, repositoryFact, workload } from './facts.js';

/** What an expression is worth where more workloads may exist than these. */
function decided(source: string, seen: readonly AnyFact[]): Decided {
  const context = contextOf(seen);
  context.subject = viewsIn(context, 'pipeline')[0];
  const doubts = new Map<string, Decided>([
    ['workloads', { is: 'at-least', items: viewsIn(context, 'workload') }],
    ['histories', UNKNOWN],
  ]);
  return compile(source, 'pipeline', 'condition').decide(context, doubts);
}

function exactly(source: string, facts: readonly AnyFact[]): unknown {
  const context = contextOf(facts);
  context.subject = viewsIn(context, 'pipeline')[0];
  try {
    return compile(source, 'pipeline', 'condition').evaluate(context);
  } catch {
    return 'an error';
  }
}

const CI = pipeline('ci', { jobs: [job('test', ['make test']), job('build', ['make'])] });
const SEEN = [repositoryFact(), CI, workload('api', { replicas: 3 }), workload('web', { replicas: 1 })];

describe('where more workloads may exist than were seen', () => {
  it.each([
    'workloads.exists(w, w.replicas == 1)',
    '!workloads.all(w, w.replicas > 1)',
    'workloads.size() > 1',
    'size(workloads) >= 2',
    '1 < size(workloads)',
    'workloads != []',
    '!(size(workloads) == 1)',
    'size(workloads.filter(w, w.replicas > 1)) > 0',
    'workloads.map(w, w.name).exists(n, n == "api")',
    '"api" in workloads.map(w, w.name)',
    'workloads.map(w, w.replicas > 2, w.name).size() >= 1',
    'size(distinct(workloads.map(w, w.name))) > 1',
    'size(flatten(workloads.map(w, [w.name, w.kind]))) > 3',
    'size(workloads) + size(pipelines) > 2',
    'size(workloads) - 1 > 0',
    'size(workloads + workloads) > 3',
    '!workloads.exists_one(w, w.environment == "production")',
    'cel.bind(all, workloads.filter(w, w.replicas > 0), size(all) > 1 && all.exists(w, w.name == "web"))',
    'cel.bind(n, size(subject.jobs), size(workloads) >= n)',
    'subject.jobs.exists(j, workloads.exists(w, w.name == "api") && j.id == "test")',
    'pipelines.size() == 1 || workloads.size() == 2',
    'workloads.size() == 2 || pipelines.size() == 1',
    'repository.operates ? workloads.exists(w, w.name == "api") : workloads == []',
    'workloads.size() == 2 ? workloads.size() > 1 : true',
    'workloads.exists(workloads, workloads.name == "api")',
  ])('%s is true, whatever the others are', (source) => {
    expect(decided(source, SEEN)).toEqual({ is: 'exact', value: true });
  });

  it.each([
    'workloads.all(w, w.replicas > 1)',
    'workloads == []',
    'size(workloads) == 1',
    'size(workloads) < 2',
    'workloads.exists(w, w.replicas == 1) && false',
    '!workloads.exists(w, w.name == "api")',
    'subject.jobs.all(j, workloads == [])',
  ])('%s is false, whatever the others are', (source) => {
    expect(decided(source, SEEN)).toEqual({ is: 'exact', value: false });
  });

  it.each([
    'workloads.exists(w, w.replicas == 7)',
    'workloads.all(w, w.replicas > 0)',
    'workloads.exists_one(w, w.replicas == 3)',
    'size(workloads) == 2',
    'size(workloads) <= 2',
    'size(workloads) > 2',
    '!workloads.exists(w, w.name == "db")',
    '"db" in workloads.map(w, w.name)',
    'workloads[0].name == "api"',
    'workloads.map(w, w.name).join(",") == "api,web"',
    'workloads.exists(w, w.name == "db") || pipelines == []',
    'subject.jobs.exists(j, workloads.exists(w, w.name == j.id))',
    'subject.jobs.filter(j, workloads.exists(w, w.name == j.id)) == []',
    'size(workloads.filter(w, w.replicas == 1)) == 1',
    'histories.exists(h, h.merges > 0)',
    'histories.size() > 0',
  ])('%s is not decided', (source) => {
    expect(decided(source, SEEN).is).not.toBe('exact');
  });

  it('what does not ask for them is decided as ever', () => {
    expect(decided('subject.jobs.exists(j, j.id == "test")', SEEN)).toEqual({ is: 'exact', value: true });
  });

  it('what has no value at all is not decided either', () => {
    expect(decided('workloads == [] || subject.jobs[9].id == "x"', SEEN)).toEqual(UNKNOWN);
  });
});

/** Conditions of every shape that the packs use, over the list in doubt and a list that is not. */
const conditions = fc.letrec<{ condition: string; list: string; number: string; each: string }>((tie) => ({
  list: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('workloads', 'workloads', 'subject.jobs'),
    tie('each').map((each) => `workloads.filter(x, ${each})`),
    fc.constant('(workloads + workloads)'),
  ),
  each: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(
      'x.name == "a"',
      'x.name == "b"',
      'x.replicas > 1',
      'x.environment == "production"',
      'x.spread',
    ),
    tie('condition'),
    fc.tuple(tie('each'), fc.constantFrom('&&', '||'), tie('each')).map(([a, op, b]) => `(${a} ${op} ${b})`),
  ),
  number: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('0', '1', '2', '3'),
    tie('list').map((list) => `size(${list})`),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-'), tie('number'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('each').map((each) => `size(distinct(workloads.map(x, ${each}, x.name)))`),
  ),
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('true', 'false', 'subject.reusable', '"a" in workloads.map(x, x.name)'),
    fc
      .tuple(fc.constantFrom('exists', 'all', 'exists_one'), tie('each'))
      .map(([macro, each]) => `workloads.${macro}(x, ${each})`),
    fc
      .tuple(fc.constantFrom('exists', 'all'), tie('condition'))
      .map(([macro, each]) => `subject.jobs.${macro}(j, ${each})`),
    fc
      .tuple(tie('number'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), tie('number'))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    tie('condition').map((a) => `!(${a})`),
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('number'), tie('condition')).map(([n, body]) => `cel.bind(n, ${n}, n > 1 && (${body}))`),
  ),
}));

const workloads = fc.array(
  fc
    .record({
      name: fc.constantFrom('a', 'b', 'c'),
      replicas: fc.integer({ min: 0, max: 3 }),
      environment: fc.constantFrom('production', ''),
      spread: fc.boolean(),
    })
    .map(({ name, ...data }) => workload(name, data)),
  { maxLength: 4 },
);

describe('what is decided', () => {
  it('is what any further facts would give', () => {
    fc.assert(
      fc.property(conditions.condition, workloads, workloads, (source, seen, hidden) => {
        const value = decided(source, [CI, ...seen]);
        if (value.is === 'exact') expect(exactly(source, [CI, ...seen, ...hidden])).toBe(value.value);
      }),
      { numRuns: 400 },
    );
  });

  it('stays decided when more is seen', () => {
    fc.assert(
      fc.property(conditions.condition, workloads, workloads, (source, seen, more) => {
        const before = decided(source, [CI, ...seen]);
        if (before.is === 'exact') expect(decided(source, [CI, ...seen, ...more])).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });
});
