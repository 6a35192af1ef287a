/** What a renderer gives: Kubernetes objects as a cluster would get them, each part with the place that it comes from. */
import type { Mapping } from '../parse/shape.js';

export interface Place {
  path: string;
  /** From 1. */
  line: number;
}

export interface RenderedObject {
  /** Plain data: mappings, lists and scalars. */
  value: Mapping;
  /**
   * Where a mapping or list of `value`, or one of its keys or items, was written: the template, patch or manifest that has
   * the last word on it. The line exists in that file.
   */
  placeOf(value: object, key?: string | number): Place;
}

export interface Rendered {
  objects: RenderedObject[];
  /** What could not be rendered, for people: `templates/job.yaml: the function lookup asks a cluster`. */
  unseen: Unseen[];
}

export interface Unseen {
  /** The Kubernetes kinds that may be missing or wrong because of it; empty for any. */
  kinds: readonly string[];
  what: string;
  path: string;
  /** It is kept in another repository or registry: a remote chart or base. Nothing here went wrong. */
  elsewhere: boolean;
}
