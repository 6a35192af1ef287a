/** What could not be collected, and why: a thing that could not be looked at never becomes a number. */
import * as z from 'zod';
import { FactKindName } from './facts.js';

const GAP_REASONS = [
  'no-token',
  'forbidden',
  'unreadable',
  'not-rendered',
  'not-supported',
  // It is kept in another repository or registry: a chart, a base, a module.
  'elsewhere',
  'not-asked',
  'over-limit',
  'shallow',
  'missing-object',
] as const;

export const Gap = z.object({
  repository: z.string(),
  /** The kinds of fact that may be incomplete because of this. */
  kinds: z.array(FactKindName).min(1),
  reason: z.enum(GAP_REASONS),
  /** One sentence: what could not be seen. */
  what: z.string(),
  /** What the reader can do so that it is seen next time; empty where nothing can be done. */
  remedy: z.string(),
  /** The file in question, or empty. */
  path: z.string(),
});
export type Gap = z.infer<typeof Gap>;
export type GapReason = (typeof GAP_REASONS)[number];
