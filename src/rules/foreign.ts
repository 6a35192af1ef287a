/** Rules that are not ours are judged in a worker, so that one that never ends, or eats memory, ends itself alone. */
import { Worker } from 'node:worker_threads';
import type { AnyFact } from '../model/facts.js';
import type { Finding } from '../model/finding.js';
import type { Gap } from '../model/gap.js';
import type { Rule } from '../model/rule.js';

/** How long one rule may take over one repository, and how much memory the worker may use. */
export const RULE_LIMIT_MS = 5_000;
const MEMORY_MB = 512;

/** What the worker is given; it posts `Judged` for each rule in turn. */
export interface ForeignWork {
  rules: readonly Rule[];
  facts: readonly AnyFact[];
  gaps: readonly Gap[];
  repository: string;
}
export interface Judged {
  findings: Finding[];
}

/** What the rules say. A rule that exceeds a limit gives `error`, and so do those after it, which were not judged. */
export async function judgeForeign(
  rules: readonly Rule[],
  facts: readonly AnyFact[],
  gaps: readonly Gap[],
  repository: string,
  limitMs: number = RULE_LIMIT_MS,
): Promise<Finding[]> {
  const work: ForeignWork = { rules, facts, gaps, repository };
  const findings: Finding[] = [];
  const worker = new Worker(new URL('./foreign-worker.js', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  let judged = 0;
  const reason = await new Promise<string>((resolve) => {
    const expired = () => resolve(`took longer than ${limitMs / 1000} s`);
    // The first limit also covers the start of the worker.
    let timer = setTimeout(expired, limitMs + 2_000);
    worker.on('message', (message: Judged) => {
      clearTimeout(timer);
      timer = setTimeout(expired, limitMs);
      findings.push(...message.findings);
      judged += 1;
      if (judged === rules.length) resolve('');
    });
    worker.on('error', (error: Error & { code?: string }) =>
      resolve(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `used more than ${MEMORY_MB} MB` : error.message),
    );
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve('ended before its time');
    });
  });
  await worker.terminate();
  const [culprit, ...after] = rules.slice(judged);
  const failed = (rule: Rule, message: string): Finding => ({
    rule: rule.id,
    pack: rule.pack,
    outcome: 'error',
    subject: { kind: rule.subject, name: repository, repository },
    message,
    evidence: [],
  });
  if (culprit !== undefined) findings.push(failed(culprit, `The rule was stopped: it ${reason}.`));
  for (const rule of after)
    findings.push(failed(rule, `Not judged: the rule ${culprit?.id} before it ${reason}.`));
  return findings;
}
