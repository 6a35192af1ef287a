import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipeline, REPOSITORY, repositoryFact, rule, workload } from './facts.js';

// A process of plain Node cannot read TypeScript: what it needs is compiled into a folder from which packages are found.
const OUT = 'node_modules/.cache/plimsoll-foreign-test';
let judgeForeign: typeof import('../../src/rules/foreign.js')['judgeForeign'];

beforeAll(async () => {
  for (const folder of ['model', 'rules']) {
    await mkdir(path.join(OUT, folder), { recursive: true });
    for (const name of (await readdir(path.join('src', folder))).filter((n) => n.endsWith('.ts'))) {
      const { outputText } = ts.transpileModule(await readFile(path.join('src', folder, name), 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      });
      await writeFile(path.join(OUT, folder, name.replace(/\.ts$/, '.js')), outputText);
    }
  }
  await writeFile(path.join(OUT, 'package.json'), '{"type":"module"}');
  ({ judgeForeign } = await import(pathToFileURL(path.resolve(OUT, 'rules/foreign.js')).href));
});
afterAll(() => rm(OUT, { recursive: true }));

const WORK = { facts: [repositoryFact(), pipeline('ci'), workload('api')], gaps: [], repository: REPOSITORY };
const GOOD = rule({ id: 'good-rule', subject: 'workload', pass: 'subject.replicas > 1' });
const ENDLESS = rule({
  id: 'endless-rule',
  subject: 'repository',
  pass: `${'[1,2,3,4,5,6,7,8,9].all(a, '.repeat(18)}true${')'.repeat(18)}`,
});
/** Each of ten lists is ten times the one before. */
const HUNGRY = rule({
  id: 'hungry-rule',
  subject: 'repository',
  pass: Array.from({ length: 10 }).reduce<string>(
    (inner, _, i) =>
      `cel.bind(l${9 - i}, ${
        i === 9
          ? '["a"]'
          : Array(10)
              .fill(`l${8 - i}`)
              .join(' + ')
      }, ${inner})`,
    'l9 == []',
  ),
});

describe('rules that are not ours', () => {
  it('are judged apart, with the same findings', async () => {
    const findings = await judgeForeign({ ...WORK, rules: [GOOD, GOOD] });
    expect(findings).toMatchObject([
      { rule: 'good-rule', outcome: 'pass', subject: { name: 'api' } },
      { rule: 'good-rule', outcome: 'pass', subject: { name: 'api' } },
    ]);
  });

  it('are stopped where one takes too long, and those after it are not judged', async () => {
    const findings = await judgeForeign(
      { ...WORK, rules: [GOOD, ENDLESS, GOOD] },
      { milliseconds: 300, megabytes: 512 },
    );
    expect(findings.map((f) => [f.rule, f.outcome, f.message])).toEqual([
      ['good-rule', 'pass', 'It holds.'],
      ['endless-rule', 'error', 'The rule was stopped: it took longer than 0.3 s.'],
      ['good-rule', 'error', 'Not judged: the rule endless-rule before it took longer than 0.3 s.'],
    ]);
  });

  it('are stopped where one eats memory', async () => {
    const [finding] = await judgeForeign({ ...WORK, rules: [HUNGRY] }, { milliseconds: 5000, megabytes: 64 });
    expect(finding).toMatchObject({
      rule: 'hungry-rule',
      outcome: 'error',
      message: 'The rule was stopped: it used more than 64 MB.',
    });
  });
});
