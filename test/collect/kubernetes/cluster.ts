/** Reads small clusters for tests of the Kubernetes collector. */
import { collect } from '../../../src/collect/collect.js';
import { kubernetes } from '../../../src/collect/kubernetes/kubernetes.js';
import type { FileEvidence } from '../../../src/model/evidence.js';
import { type AnyFact, type FactKind, factsOf } from '../../../src/model/facts.js';
import { memoryTree } from '../../../src/source/memory.js';

export function read(files: Record<string, string>) {
  return collect(memoryTree({ files }), [kubernetes]);
}

/** `path:line field` of a fact's evidence. */
export function places(fact: AnyFact | undefined): string[] {
  const evidence = (fact?.evidence ?? []) as FileEvidence[];
  return evidence.map((e) => `${e.path}:${e.line}${e.field ? ` ${e.field}` : ''}`);
}

export function names(facts: readonly AnyFact[], kind: FactKind): string[] {
  return factsOf(facts, kind).map((f) => f.name);
}

export const deployment = (name: string, image = `registry.example.com/${name}:1.0.0`) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: ${name}
          image: ${image}
`;
