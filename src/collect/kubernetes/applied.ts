/** Folders that a GitOps controller applies: where, for which environment, and with what it adds to a kustomization there. */
import { environmentOfPath } from '../../model/environment-name.js';
import { joined } from '../../parse/paths.js';
import { isMapping, type Mapping, mapping, mappings, text } from '../../parse/shape.js';
import { type Addition, argoAddition, fluxAddition } from '../../render/kustomize/addition.js';
import type { RenderedObject } from '../../render/rendered.js';

export interface Applied {
  folder: string;
  /** Normalised; empty where nothing tells. */
  environment: string;
  addition: Addition;
}

/** What an object of Flux or Argo CD has applied, as paths in what is taken for this repository. */
export function appliedBy(
  object: Mapping,
  placeOf: RenderedObject['placeOf'],
  environment: string,
): Applied[] {
  const known = environment || environmentOfPath(placeOf(object).path);
  const spec = mapping(object.spec);
  if (
    text(object.kind) === 'Kustomization' &&
    /^kustomize\.toolkit\.fluxcd\.io\//.test(text(object.apiVersion))
  ) {
    const folder = joined('', text(spec.path));
    return folder === '' ? [] : [{ folder, environment: known, addition: fluxAddition(spec, placeOf) }];
  }
  if (text(object.kind) !== 'Application' || !text(object.apiVersion).startsWith('argoproj.io/')) return [];
  const sources = isMapping(spec.source) ? [spec.source] : mappings(spec.sources);
  return sources
    .filter((s) => joined('', text(s.path)) !== '')
    .map((s) => ({
      folder: joined('', text(s.path)),
      environment: known,
      addition: argoAddition(mapping(s.kustomize), placeOf),
    }));
}
