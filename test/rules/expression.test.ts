import { describe, expect, it } from 'vitest';
import type { FactKind } from '../../src/model/facts.js';
import { FACT_KINDS } from '../../src/model/facts.js';
import {
  compile,
  contextOf,
  ExpressionError,
  type View,
  viewsIn,
  type Wanted,
} from '../../src/rules/expression.js';
import { FUNCTIONS } from '../../src/rules/functions.js';
import { compileTemplate } from '../../src/rules/template.js';
import { job, pipeline, repositoryFact, workload } from './facts.js';

const FACTS = [
  repositoryFact(),
  workload('api', { replicas: 3 }),
  workload('worker', { replicas: 1, environment: 'staging' }),
  pipeline('ci', { jobs: [job('test', ['npm ci', 'npm test'], 5), job('lint', ['npm run lint'], 9)] }),
];

function valueIn(source: string, subject: FactKind = 'repository', wanted: Wanted = 'condition'): unknown {
  const context = contextOf(FACTS);
  context.subject = viewsIn(context, subject)[0];
  return compile(source, subject, wanted).evaluate(context);
}

function mistakeIn(source: string, subject: FactKind = 'pipeline', wanted: Wanted = 'condition') {
  try {
    compile(source, subject, wanted);
  } catch (error) {
    if (error instanceof ExpressionError) return { message: error.message, at: source.slice(error.offset) };
    throw error;
  }
  return undefined;
}

describe('an expression', () => {
  it('reads the fields of the subject and the lists of the repository', () => {
    expect(valueIn('subject.replicas == 3 && subject.name == "api"', 'workload')).toBe(true);
    expect(valueIn('workloads.filter(w, w.environment == "production").size() == 1')).toBe(true);
    expect(valueIn('repository.operates && subject.character == "application"')).toBe(true);
    expect(valueIn('pipelines.exists(p, p.jobs.exists(j, j.steps.exists(s, s.run == "npm test")))')).toBe(
      true,
    );
    expect(valueIn('autoscalers == []')).toBe(true);
  });

  it('computes with whole numbers and with fractions', () => {
    expect(valueIn('subject.replicas + 1 > 3 && subject.replicas < 3.5', 'workload')).toBe(true);
  });

  it('knows every kind of fact as a list', () => {
    for (const kind of FACT_KINDS) expect(compile('subject.name != ""', kind, 'condition')).toBeDefined();
  });

  it('gives back the facts that it points at, and the lines within one', () => {
    const facts = valueIn('workloads.filter(w, w.replicas < 2)', 'repository', 'things') as View[];
    expect(facts.map((view) => view.$evidence[0])).toEqual([
      { type: 'file', path: 'k8s/worker.yaml', line: 1 },
    ]);
    const steps = valueIn(
      'flatten(subject.jobs.map(j, j.steps.filter(s, re(s.run, "test"))))',
      'pipeline',
      'things',
    ) as View[];
    expect(steps.flatMap((view) => view.$evidence)).toEqual([
      { type: 'file', path: '.github/workflows/ci.yml', line: 7 },
    ]);
  });

  it('says where it fails at run time, in one line', () => {
    expect(() => valueIn('subject.jobs[7].id == "x"', 'pipeline')).toThrow(/^the list has no item 7$/);
  });
});

describe('a wrong expression', () => {
  it.each<[string, string, string]>([
    [
      'subject.jobs.exists(j, j.stepz == [])',
      'an item of Pipeline.jobs has no field `stepz`; did you mean `steps`?',
      'stepz',
    ],
    ['pipelins.size() > 0', 'there is no variable `pipelins`; did you mean `pipelines`?', 'pipelins'],
    ['subject.title == 3', '`==` does not take a string and an int', 'subject.title == 3'],
    ['subject.title', 'a condition must be true or false; this is a string', 'subject'],
    ['lsted(["a"], 1) == ""', 'there is no function `lsted`; did you mean `listed`?', 'lsted'],
    ['plural("a", "b") == ""', '`plural` does not take this: plural(string, string)', 'plural'],
    ['true &&', 'the expression ends too early', ''],
    ['true && subject.title.matches("a")', '`matches()` can take for ever', 'subject.title.matches'],
    ['re(subject.title, subject.path)', 'the pattern of `re()` must be a literal string', 'subject.path'],
    ['re(subject.title, "(?=a)")', 'the pattern of `re()` is not RE2', '"(?=a)"'],
    ['subject.system == "github"', "`system` is never 'github'; it is one of github-actions, ", '"github"'],
    ['subject.system in ["jenkins", "travos"]', "`system` is never 'travos'", '"travos"'],
    ['decide(true)', 'there is no function `decide`', 'decide'],
  ])('%s is refused where it is wrong', (source, message, place) => {
    const mistake = mistakeIn(source);
    expect(mistake?.message).toContain(message);
    expect(mistake?.at.startsWith(place)).toBe(true);
  });

  it('is refused where it is far too long or too deep', () => {
    expect(mistakeIn(Array(600).fill('true').join(' && '))?.message).toContain('maxAstNodes');
    expect(mistakeIn(`${'('.repeat(60)}true${')'.repeat(60)}`)?.message).toContain('maxDepth');
  });

  it('must point at facts where evidence is asked for', () => {
    expect(mistakeIn('subject.title', 'pipeline', 'things')?.message).toBe(
      'evidence must be a list of facts; this is a string',
    );
    expect(mistakeIn('{"a": 1}', 'pipeline', 'text')?.message).toContain('a text can show');
  });
});

describe('the functions', () => {
  it.each([
    ['listed(["a"], 3)', 'a'],
    ['listed(["a", "b"], 3)', 'a and b'],
    ['listed(["a", "b", "c"], 3)', 'a, b and c'],
    ['listed(["a", "b", "c", "d", "e"], 2)', 'a, b and 3 more'],
    ['listed(distinct(["a", "b", "a"]), 5)', 'a and b'],
    ['listed(flatten([["a"], ["b", "c"]]), 5)', 'a, b and c'],
    ['percent(0.456)', '46%'],
    ['plural(1, "job")', '1 job'],
    ['plural(2, "job")', '2 jobs'],
    ['plural(2, "repository", "repositories")', '2 repositories'],
  ])('%s is %s', (source, value) => {
    expect(valueIn(source, 'repository', 'text')).toBe(value);
  });

  it('re() finds a match anywhere, in time that grows with the text alone', () => {
    expect(valueIn('re("make test", "te.t$") && !re("make", "^ake")')).toBe(true);
    const started = performance.now();
    expect(valueIn(`re("${'a'.repeat(5000)}!", "^(a+)+$")`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('have examples that compile', () => {
    for (const { example, name } of FUNCTIONS) {
      const subject = example.includes('subject.jobs') ? 'pipeline' : 'history';
      const wanted = /[<>]|exists|^re/.test(example) ? 'condition' : 'text';
      expect(compile(example, subject, wanted), name).toBeDefined();
    }
  });
});

describe('a text', () => {
  const filled = (text: string) => {
    const context = contextOf(FACTS);
    context.subject = viewsIn(context, 'workload')[0];
    return compileTemplate(text, 'workload').fill(context);
  };

  it('shows names, numbers, facts and lists', () => {
    expect(filled('{subject.name} runs {plural(subject.replicas, "instance")}.')).toBe(
      'api runs 3 instances.',
    );
    expect(filled('{subject} of {workloads}: {1.0 / 3.0}, {subject.spread}')).toBe(
      'api of api and worker: 0.33, false',
    );
  });

  it('keeps braces and quotes within an expression', () => {
    expect(filled('{{"a": "}"}["a"]} and {"{"}')).toBe('} and {');
  });

  it('is one line', () => {
    expect(filled('Much to say,\n  in two lines.\n')).toBe('Much to say, in two lines.');
  });

  it('is refused at the place of the mistake', () => {
    const text = 'It is {subject.nme} here';
    expect(() => filled(text)).toThrow('a Workload has no field `nme`; did you mean `name`?');
    expect(() => filled('a { b')).toThrow('this brace is never closed');
    try {
      filled(text);
    } catch (error) {
      expect(text.slice((error as ExpressionError).offset)).toBe('nme} here');
    }
  });
});
