/** Small repositories with pipelines of one CI system, and the answers about their delivery. */

import { packages } from '../../../src/collect/code/packages.js';
import { scripts } from '../../../src/collect/code/scripts.js';
import { tests } from '../../../src/collect/code/tests.js';
import type { Collector } from '../../../src/collect/collector.js';
import { deliveryAnswers } from '../../../src/derive/answers/delivery.js';
import { deliveryPaths } from '../../../src/derive/delivery/paths.js';
import { type AnyFact, type FactData, factsOf } from '../../../src/model/facts.js';
import type { Gap } from '../../../src/model/gap.js';
import { collectFrom } from '../../collect/from-files.js';

export interface ReadRepository {
  facts: AnyFact[];
  gaps: Gap[];
  pipelines: FactData<'pipeline'>[];
  paths: FactData<'delivery-path'>[];
  answers: Record<string, string>;
}

/** A test file, so that the repository has something to test. */
const TESTED = { 'spec/a_spec.rb': "it('works') { expect(1).to eq 1 }\n" };

export async function readCi(
  collector: Collector,
  files: Readonly<Record<string, string>>,
): Promise<ReadRepository> {
  const collected = await collectFrom([collector, packages, scripts, tests], { ...TESTED, ...files });
  const derived = deliveryPaths.derive(collected.facts, collected.gaps, 'here');
  const facts = [...collected.facts, ...derived.facts];
  const gaps = [...collected.gaps, ...derived.gaps];
  const answers = Object.entries(deliveryAnswers(facts, gaps)).map(([key, { answer }]) => [key, answer]);
  return {
    facts,
    gaps,
    pipelines: factsOf(facts, 'pipeline').map((f) => f.data),
    paths: factsOf(facts, 'delivery-path').map((f) => f.data),
    answers: Object.fromEntries(answers),
  };
}
