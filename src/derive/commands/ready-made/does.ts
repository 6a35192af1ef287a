/** What something ready-made does, as the tables of actions, orbs, tasks and plugins tell it from its inputs. */
import type { Does } from '../activity.js';

/** Names in lower case, since GitHub does not mind the case. */
export type Inputs = ReadonlyMap<string, string>;

export interface ActionDoes {
  does: Does | 'nothing';
  preview?: boolean;
  /** An expression that must hold: the action's `push`. */
  when?: string;
  may?: readonly ('tests' | 'deploys')[];
  /** Why it cannot be seen what it does. */
  because?: string;
  /** Shell commands that the action runs, where, and whether on a server. */
  script?: string;
  directory?: string;
  remote?: boolean;
  /** It builds an image first: from which Dockerfile. */
  image?: { file: string; context: string; target: string };
  /** It puts a site on pages that mostly hold documentation. */
  pages?: boolean;
}

/** The first of these inputs that is given. */
export function first(inputs: Inputs, ...names: string[]): string {
  return names.map((n) => (inputs.get(n) ?? '').trim()).find((v) => v !== '') ?? '';
}
