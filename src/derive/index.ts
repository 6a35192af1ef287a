/** The derivations, each after those whose facts it needs, and the run over them. */
import type { AnyFact, Fact } from '../model/facts.js';
import type { Gap } from '../model/gap.js';
import { committedAt, type TreeHead } from '../source/tree.js';
import { deployTargets } from './delivery/deploy-targets.js';
import { deliveryPaths } from './delivery/paths.js';
import type { Derivation } from './derivation.js';
import { environmentCopies } from './environment-copies.js';
import { environments } from './environments.js';
import { monitoring } from './monitoring.js';
import { characterOf } from './repository.js';
import { stack } from './stack.js';
import { ecsWorkloads } from './terraform/ecs-workloads.js';
import { workloads } from './workloads.js';

const DERIVATIONS: readonly Derivation[] = [
  workloads,
  ecsWorkloads,
  deliveryPaths,
  monitoring,
  deployTargets,
  environments,
  environmentCopies,
  stack,
];

/** What the source says of the repository; its character is added when everything else is known. */
function repositoryFact(head: TreeHead): Fact<'repository'> {
  const at = committedAt(head);
  return {
    kind: 'repository',
    repository: head.name,
    name: head.name,
    data: {
      commit: head.commit,
      committedAt: at,
      branch: head.branch,
      defaultBranch: head.defaultBranch,
      bare: head.bare,
      shallow: head.shallow,
      empty: head.commit === '',
      dirtyFiles: head.dirtyFiles,
      character: 'unknown',
      operates: false,
    },
    evidence: head.commit === '' ? [] : [{ type: 'commit', sha: head.commit, at }],
  };
}

/** Collected facts -> all facts. What a repository is follows from what it contains, so that is told last. */
export function derive(
  collected: { facts: readonly AnyFact[]; gaps: readonly Gap[] },
  head: TreeHead,
): { facts: AnyFact[]; gaps: Gap[] } {
  const own = repositoryFact(head);
  const facts: AnyFact[] = [own, ...collected.facts];
  const gaps = [...collected.gaps];
  for (const derivation of DERIVATIONS) {
    const more = derivation.derive(facts, gaps, head.name);
    facts.push(...more.facts);
    gaps.push(...more.gaps);
  }
  own.data = { ...own.data, ...characterOf(facts) };
  return { facts, gaps };
}
