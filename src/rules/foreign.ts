/**
 * Rules that are not ours are judged in a process of their own, so that one that never ends, or eats memory, ends alone.
 * A thread would not do: V8 ends the whole process when one large allocation in a thread fails, whatever its limits.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnyFact } from '../model/facts.js';
import type { Finding } from '../model/finding.js';
import type { Gap } from '../model/gap.js';
import type { Rule } from '../model/rule.js';

interface Limits {
  /** How long one rule may take over one repository. */
  milliseconds: number;
  /** How much memory the process may use. */
  megabytes: number;
}
const LIMITS: Limits = { milliseconds: 5_000, megabytes: 512 };
/** The first answer also waits for the process to start and to be handed the facts. */
const START_MS = 5_000;

/** What the process is given; it sends `Judged` for each rule in turn. */
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
export async function judgeForeign(work: ForeignWork, limits: Limits = LIMITS): Promise<Finding[]> {
  const { rules, repository } = work;
  const findings: Finding[] = [];
  let judged = 0;
  const child = fork(fileURLToPath(new URL('./foreign-process.js', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${limits.megabytes}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const reason = await new Promise<string>((resolve) => {
    const limit = (ms: number) =>
      setTimeout(() => resolve(`took longer than ${limits.milliseconds / 1000} s`), ms);
    let timer = limit(START_MS + limits.milliseconds);
    child.on('message', (message) => {
      clearTimeout(timer);
      findings.push(...(message as Judged).findings);
      judged += 1;
      timer = limit(limits.milliseconds);
      if (judged === rules.length) resolve('has ended');
    });
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    // Unlike `exit`, `close` comes after the last message.
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const crashed = signal === 'SIGABRT' || code === 134;
      resolve(crashed ? `used more than ${limits.megabytes} MB` : `ended with ${signal ?? code}`);
    });
    child.send(work);
  });
  child.kill('SIGKILL');
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
