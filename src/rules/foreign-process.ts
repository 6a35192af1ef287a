/** The other side of `foreign.ts`: judges the rules in turn and sends what each says. */
import { judgeRule, knowledgeOf } from './evaluate.js';
import type { ForeignWork, Judged } from './foreign.js';

// Listening keeps the process alive until it is killed, or until the one that started it is gone.
process.on('message', ({ rules, facts, gaps, repository }: ForeignWork) => {
  const known = knowledgeOf(facts, gaps, repository);
  for (const rule of rules) process.send?.({ findings: judgeRule(rule, known) } satisfies Judged);
});
