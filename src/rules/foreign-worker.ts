/** The worker's side of `foreign.ts`: judges the rules in turn and posts what each says. */
import { parentPort, workerData } from 'node:worker_threads';
import { judgeRule, knowledgeOf } from './evaluate.js';
import type { ForeignWork, Judged } from './foreign.js';

const { rules, facts, gaps, repository } = workerData as ForeignWork;
const known = knowledgeOf(facts, gaps, repository);
for (const rule of rules) parentPort?.postMessage({ findings: judgeRule(rule, known) } satisfies Judged);
