/** What a rule says of one subject. */
import * as z from 'zod';
import { Evidence } from './evidence.js';
import { OUTCOMES } from './rule.js';

export const Finding = z.object({
  rule: z.string(),
  pack: z.string(),
  outcome: z.enum(OUTCOMES),
  subject: z.object({ kind: z.string(), name: z.string(), repository: z.string() }),
  message: z.string(),
  evidence: z.array(Evidence),
});
export type Finding = z.infer<typeof Finding>;
