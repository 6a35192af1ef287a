/** A rule as a pack's file writes it: an id that is a statement, what it judges, and what to say about it. */
import * as z from 'zod';
import { FactKindName } from './facts.js';
import { DILEMMA_NAMES, MODES, OPERATION_NAMES } from './handbook.js';

export const OUTCOMES = ['pass', 'fail', 'not-applicable', 'unknown', 'error'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

const cel = z.string().min(1).describe('A CEL expression over the facts; see docs/facts.md');
const template = z
  .string()
  .min(1)
  .describe('Text; {expression} is replaced by the value of a CEL expression over the same variables');

/** Working days of one person. */
const Effort = z.strictObject({
  low: z.number().positive(),
  likely: z.number().positive(),
  high: z.number().positive(),
  each_more: z.number().min(0).default(0).describe('Days for each further subject beyond the first'),
});

const commitExample = z.strictObject({
  message: z.string(),
  author: z.string().default('Ada <ada@example.com>'),
  at: z.string().describe('ISO 8601'),
  touches: z.array(z.string()).default([]),
  merge: z.boolean().default(false),
});

export const RuleExample = z.strictObject({
  name: z.string(),
  expect: z
    .enum(OUTCOMES)
    .describe('The worst outcome among the findings of this rule: fail before unknown before pass'),
  at: z.string().optional().describe('path:line that the evidence of that finding must name'),
  says: z.string().optional().describe('A part of the message of that finding'),
  files: z.record(z.string(), z.string()).default({}),
  commits: z
    .array(commitExample)
    .default([])
    .describe('The history, oldest first; one commit of all files where left out'),
  tags: z.array(z.string()).default([]),
});
export type RuleExample = z.infer<typeof RuleExample>;

export const Rule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    .describe('A statement that is true or false: production-workloads-run-two-instances'),
  title: z.string().describe('The same statement as people read it'),
  action: z
    .string()
    .optional()
    .describe('What makes it true, as an imperative: the title of its recommendation'),
  subject: FactKindName.describe(
    'What is judged, one finding each; `repository` for one finding about all of it',
  ),
  when: cel.optional().describe('Where the rule applies; elsewhere the finding is not applicable'),
  not_applicable: template.optional().describe('Why it does not apply, where `when` is false'),
  unknown: z
    .array(z.strictObject({ when: cel, because: template }))
    .default([])
    .describe('What makes the answer unknown, asked before `pass`'),
  pass: cel.describe('True where the statement holds'),
  evidence: cel
    .optional()
    .describe(
      'A list of facts whose evidence is shown; by default the subject. Useful where the subject is the repository',
    ),
  points_at: z.array(z.string()).default([]).describe('Fields of the facts whose lines come first'),
  message: z.strictObject({ pass: template, fail: template }),
  why: z.string().describe('Why it matters to a company, for a CTO'),
  fix: z.string().describe('What to do'),
  severity: z.enum(SEVERITIES),
  level: z.int().min(1).max(5).optional().describe('The maturity level that this rule gates'),
  operation: z.enum(OPERATION_NAMES),
  mode: z.enum(MODES),
  dilemma: z.enum(DILEMMA_NAMES),
  effort: Effort,
  depends_on: z.array(z.string()).default([]).describe('Rules to settle first'),
  sources: z.array(z.strictObject({ title: z.string(), url: z.url().optional() })).min(1),
  examples: z.array(RuleExample).min(2),
});
/** A rule with its pack, as the engine uses it. */
export type Rule = z.infer<typeof Rule> & { pack: string };

/** practice.yaml: what a pack is about. */
export const Practice = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  about: z.string(),
  order: z.int().describe('Where the pack stands in lists'),
});
export type Practice = z.infer<typeof Practice>;

export interface Pack extends Practice {
  rules: Rule[];
  /** True for a pack that is not ours: its rules run apart, with limits on their time and memory. */
  foreign?: boolean;
}
