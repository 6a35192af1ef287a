/** Labels and annotations that a kustomization puts on every object, on the pods of workloads and into selectors. */
import { type Mapping, mappings } from '../../parse/shape.js';
import { CLAIM_LABELS, type FieldTables } from './field-tables.js';
import { type FieldSpec, pairsOf, readFieldSpecs, setPairs } from './fields.js';
import type { Resource } from './identity.js';
import type { PlaceOf, Tree } from './tree.js';

const OWN_LABELS: FieldSpec = { path: 'metadata/labels', create: true };

export function setLabels(
  tree: Tree,
  resources: readonly Resource[],
  kustomization: Mapping,
  placeOf: PlaceOf,
  tables: FieldTables,
): void {
  for (const label of mappings(kustomization.labels)) {
    const fields = [...readFieldSpecs(label.fields), ...tables.labels];
    if (label.includeSelectors === true) fields.push(...tables.commonLabels);
    else {
      if (label.includeTemplates === true) fields.push(...tables.templateLabels);
      if (label.includeVolumeClaimTemplates === true) fields.push(CLAIM_LABELS);
      fields.push(OWN_LABELS);
    }
    setEverywhere(tree, resources, label.pairs, placeOf, fields);
  }
  setEverywhere(tree, resources, kustomization.commonLabels, placeOf, tables.commonLabels);
}

export function setEverywhere(
  tree: Tree,
  resources: readonly Resource[],
  written: unknown,
  placeOf: PlaceOf,
  fields: readonly FieldSpec[],
): void {
  const pairs = pairsOf(written, placeOf);
  if (pairs.size === 0) return;
  for (const { value } of resources) for (const spec of fields) setPairs(tree, value, spec, pairs);
}
