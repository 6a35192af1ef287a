/** Gathers derived facts and gaps of one repository, so that derivations read alike. */
import type { Evidence } from '../model/evidence.js';
import type { AnyFact, Fact, FactData, FactKind } from '../model/facts.js';

export interface FactList {
  facts: AnyFact[];
  add<K extends FactKind>(kind: K, name: string, data: FactData<K>, evidence: Evidence[]): void;
}

export function factList(repository: string): FactList {
  const facts: AnyFact[] = [];
  return {
    facts,
    add(kind, name, data, evidence) {
      const fact: Fact<typeof kind> = { kind, repository, name, data, evidence };
      facts.push(fact as unknown as AnyFact);
    },
  };
}
