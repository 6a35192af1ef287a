/** An object that gets into a cluster, and the environment for which it was made. */
import type { RenderedObject } from '../../render/rendered.js';

export interface Deployed {
  object: RenderedObject;
  /** Normalised; empty where only its path may tell. */
  environment: string;
}
