/** A score is the interval from proven to possible; seeing less only widens it. Levels are gates beside it. */
import * as z from 'zod';

const share = z.number().min(0).max(1);

export const Score = z.object({
  pack: z.string(),
  title: z.string(),
  /** What is not decided counts as not passed. */
  proven: share,
  /** What is not decided counts as passed. */
  possible: share,
  /** Weight decided / weight applicable. */
  coverage: share,
  decided: z.int(),
  applicable: z.int(),
  rules: z.int(),
  /** Two scores compare only where their keys are equal: pack, its version, the version of the scoring. */
  key: z.string(),
});
export type Score = z.infer<typeof Score>;

const LEVEL_STATES = ['reached', 'not-reached', 'not-known', 'not-applicable'] as const;
export const Level = z.object({
  level: z.int().min(1).max(5),
  name: z.string(),
  /** The gate, in words. */
  gate: z.string(),
  state: z.enum(LEVEL_STATES),
  /** What holds it there: one sentence. */
  because: z.string(),
  /** The gate's rules that fail or are not decided. */
  rules: z.array(z.string()),
});
export type Level = z.infer<typeof Level>;

export const Maturity = z.object({
  /** The highest level whose gate and all gates below are reached (or do not apply); 0 for none. */
  level: z.int().min(0).max(5),
  name: z.string(),
  levels: z.array(Level),
});
export type Maturity = z.infer<typeof Maturity>;
