/** Kubernetes label selectors: read, and asked whether they select a set of labels (all conditions must hold). */
import { isMapping, list, mapping, mappings, text } from './shape.js';

interface Label {
  name: string;
  value: string;
}

interface LabelSelector {
  matchLabels: Label[];
  matchExpressions: { key: string; operator: string; values: string[] }[];
}

/** The selector of an object; undefined where there is none, which selects nothing. An empty one selects everything. */
export function readSelector(value: unknown): LabelSelector | undefined {
  if (!isMapping(value)) return undefined;
  return {
    matchLabels: readLabels(value.matchLabels),
    matchExpressions: mappings(value.matchExpressions).map((e) => ({
      key: text(e.key),
      operator: text(e.operator),
      values: list(e.values).map(text),
    })),
  };
}

export function readLabels(value: unknown): Label[] {
  return Object.entries(mapping(value)).map(([name, v]) => ({ name, value: text(v) }));
}

export function selects(selector: LabelSelector, labels: readonly Label[]): boolean {
  const found = new Map(labels.map((l) => [l.name, l.value]));
  return (
    selector.matchLabels.every((l) => found.get(l.name) === l.value) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const value = found.get(key);
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      if (operator === 'Exists') return value !== undefined;
      return operator === 'DoesNotExist' && value === undefined;
    })
  );
}
