/** Do the examples of the rules hold? Each is a tiny repository that runs through the real collectors. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnyFact } from './model/facts.js';
import type { Finding } from './model/finding.js';
import type { Gap } from './model/gap.js';
import type { Outcome, Rule, RuleExample } from './model/rule.js';
import { judgeRule, knowledgeOf } from './rules/evaluate.js';
import { loadPacks } from './rules/load.js';
import { locate } from './rules/locate.js';
import { memoryTree } from './source/memory.js';
import type { Tree } from './source/tree.js';

export interface CheckedExample {
  rule: string;
  /** The example's name. */
  example: string;
  /** `file:line` of the example. */
  place: string;
  expected: Outcome;
  got: Outcome;
  /** What does not hold, a sentence each; empty where all does. */
  problems: string[];
}

/** The whole reading of a tree: collectors and derivations. */
export type ReadTree = (tree: Tree) => Promise<{ facts: AnyFact[]; gaps: Gap[] }>;

/** The first of these that a rule gives is what an example of it expects. */
const WORST_FIRST: readonly Outcome[] = ['fail', 'error', 'unknown', 'pass', 'not-applicable'];

/** Checks every example of the packs in these directories, in their order; throws a `UserError` where a pack is wrong itself. */
export async function checkRules(directories: readonly string[], read: ReadTree): Promise<CheckedExample[]> {
  const results: CheckedExample[] = [];
  for (const pack of await loadPacks(directories)) {
    for (const rule of pack.rules) {
      const file = path.join(pack.directory, `${rule.id}.yaml`);
      const text = await readFile(file, 'utf8');
      for (const [i, example] of rule.examples.entries()) {
        const [at] = locate(text, { path: ['examples', i], offset: 0, message: '' });
        const findings = await findingsOf(rule, example, read);
        results.push({
          rule: rule.id,
          example: example.name,
          place: `${file}:${at?.line ?? 1}`,
          ...compared(example, findings),
        });
      }
    }
  }
  return results;
}

/** In this process, whoever wrote the rule: who checks a pack is at work on it. */
async function findingsOf(rule: Rule, example: RuleExample, read: ReadTree): Promise<Finding[]> {
  const tree = memoryTree({ files: example.files, commits: example.commits, tags: example.tags });
  const { facts, gaps } = await read(tree);
  tree.close();
  return judgeRule(rule, knowledgeOf(facts, gaps, tree.head.name));
}

function compared(
  example: RuleExample,
  findings: readonly Finding[],
): Pick<CheckedExample, 'expected' | 'got' | 'problems'> {
  const got = WORST_FIRST.find((outcome) => findings.some((f) => f.outcome === outcome)) ?? 'not-applicable';
  const worst = findings.filter((f) => f.outcome === got);
  const said = worst.map((f) => `${f.subject.name}: ${f.message}`).join(' / ');
  const problems: string[] = [];
  if (got !== example.expect) problems.push(`Expected ${example.expect}, got ${got}: ${said}`);
  else {
    const places = worst.flatMap((f) => f.evidence).map(placeOf);
    const { at, says } = example;
    if (at !== undefined && !places.includes(at)) {
      problems.push(`Expected evidence at ${at}, got ${places.join(', ') || 'none'}.`);
    }
    if (says !== undefined && !worst.some((f) => f.message.includes(says))) {
      problems.push(`Expected a message that says "${says}", got ${said}`);
    }
  }
  return { expected: example.expect, got, problems };
}

function placeOf(evidence: Finding['evidence'][number]): string {
  switch (evidence.type) {
    case 'file':
      return `${evidence.path}:${evidence.line}`;
    case 'commit':
      return evidence.sha;
    case 'github':
      return evidence.url;
    case 'answer':
      return evidence.question;
  }
}
