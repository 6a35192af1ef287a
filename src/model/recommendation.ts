/** What to do next: a rule's fix, the findings it settles, the points it gains and the days it takes. */
import * as z from 'zod';
import { Evidence } from './evidence.js';
import { DILEMMA_NAMES, MODES, OPERATION_NAMES } from './handbook.js';

export const Recommendation = z.object({
  rule: z.string(),
  pack: z.string(),
  title: z.string(),
  /** What is wrong now: the message of the first finding, with the number of others. */
  because: z.string(),
  do: z.string(),
  why: z.string(),
  repositories: z.array(z.string()),
  settles: z.int(),
  /** Points (0 to 100) that the proven score gains, by scoring again with these findings passed. */
  points: z.number(),
  /** Working days of one person. */
  days: z.object({ low: z.number(), likely: z.number(), high: z.number() }),
  mode: z.enum(MODES),
  operation: z.enum(OPERATION_NAMES),
  dilemma: z.enum(DILEMMA_NAMES),
  /** The level that this rule gates, or 0. */
  level: z.int(),
  /** Rules that fail too and should be settled first. */
  after: z.array(z.string()),
  evidence: z.array(Evidence),
});
export type Recommendation = z.infer<typeof Recommendation>;
