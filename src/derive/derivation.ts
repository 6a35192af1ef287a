/** The one shape of a derivation: facts in, facts out; pure. */
import type { AnyFact, FactKind } from '../model/facts.js';
import type { Gap } from '../model/gap.js';

export interface Derivation {
  name: string;
  gives: readonly FactKind[];
  /** `gaps` are those known so far; new ones come back beside the facts. */
  derive(
    facts: readonly AnyFact[],
    gaps: readonly Gap[],
    repository: string,
  ): { facts: AnyFact[]; gaps: Gap[] };
}
