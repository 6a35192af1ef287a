/** Answers of the profile, made in one place: yes, no, does not apply, or unknown with the reason. */
import type { Evidence } from '../../model/evidence.js';
import type { AnyFact, FactKind } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import type { Practice } from '../../model/profile.js';

const SHOWN = 10;

function lines(evidence: readonly Evidence[]): Practice['evidence'] {
  const seen = new Map<string, { path: string; line: number }>();
  for (const e of evidence)
    if (e.type === 'file') seen.set(`${e.path}:${e.line}`, { path: e.path, line: e.line });
  return [...seen.values()].slice(0, SHOWN);
}

/** The first line of each fact, or the line of the field where one is named. */
export function evidenceOf(facts: readonly AnyFact[], field?: string): Evidence[] {
  return facts.flatMap(
    (f) => f.evidence.find((e) => e.type === 'file' && e.field === field) ?? f.evidence.slice(0, 1),
  );
}

export function yes(why: string, evidence: readonly Evidence[]): Practice {
  return { answer: 'yes', evidence: lines(evidence), why };
}
export function no(why: string, evidence: readonly Evidence[] = []): Practice {
  return { answer: 'no', evidence: lines(evidence), why };
}
export function notApplicable(why: string): Practice {
  return { answer: 'na', evidence: [], why };
}
export function unknown(why: string, evidence: readonly Evidence[] = []): Practice {
  // What a gap says begins a sentence of its own elsewhere.
  const joined = why.replace(/(, but |: )(The|What|Whether) /, (_, link: string, word: string) => {
    return `${link}${word.toLowerCase()} `;
  });
  return { answer: 'unknown', evidence: lines(evidence), why: joined };
}

/** The first gap that puts one of these kinds in doubt. */
export function gapIn(gaps: readonly Gap[], ...kinds: FactKind[]): Gap | undefined {
  return gaps.find((g) => g.kinds.some((k) => kinds.includes(k)));
}

/**
 * The gap that may hide a budget or an autoscaler. Where some workloads are seen, a manifest that may hold one more makes no
 * difference; what another system than Kubernetes runs may bring its own of both.
 */
export function gapHiding(
  gaps: readonly Gap[],
  kind: 'disruption-budget' | 'autoscaler',
  someAreSeen: boolean,
): Gap | undefined {
  const relevant = gaps.filter((g) => !(someAreSeen && g.kinds.includes('kubernetes-workload')));
  return gapIn(relevant, 'workload') ?? gapIn(gaps, kind);
}

/** No, unless something that would answer could not be seen: then unknown, with what it was. */
export function noUnlessUnseen(gap: Gap | undefined, why: string): Practice {
  return gap ? unknown(`${why}, but ${gap.what}`) : no(why);
}

/** `1 workload`, `3 workloads`. */
export function counted(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}
