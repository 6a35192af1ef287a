/** What steps of a pipeline do, and the things that a reader of commands may look up. */
import type { FactData } from '../../model/facts.js';
import type { ListMember } from '../../parse/shell/shell.js';

export type Does =
  | 'tests'
  | 'lints'
  | 'builds'
  | 'scans'
  | 'plans-iac'
  | 'applies-iac'
  | 'deploys'
  | 'publishes'
  | 'writes-gitops'
  /** It ends its job on purpose: what tested or failed before decides whether it runs. */
  | 'fails'
  /** It runs something that cannot be seen. */
  | 'unknown';

export interface Activity {
  does: Does;
  /** The command or action, short. */
  what: string;
  path: string;
  line: number;
  /** Normalised; empty where none is named. */
  environment: string;
  /** A deploy of a preview, not of a release. */
  preview: boolean;
  /** The condition under which it happens at all, in the system's own language: an action's `push: ${{ ... }}`. */
  when: string;
  /** Its failure keeps the rest of its step from running. */
  stops: boolean;
  /** Its failure fails the step. */
  fails: boolean;
  guards: readonly ListMember[];
  within: readonly ListMember[];
  /** It concerns a part of what the step does: one of several images. */
  partial: boolean;
  /** It works on another repository's code. */
  elsewhere: boolean;
  /** What it may do, for something unseen. */
  may: readonly ('tests' | 'deploys')[];
  /** Why it cannot be seen; empty where it can. */
  because: string;
}

export interface Script {
  tool: 'make' | 'just' | 'task' | 'shell';
  path: string;
  directory: string;
  target: string;
  needs: readonly string[];
  run: string;
}

/** What the commands of a step may refer to. Paths are relative to the root, without a trailing slash; '' is the root. */
export interface Surroundings {
  /** The name of the repository, by which a checkout may name it. */
  repository: string;
  packages: readonly { name: string; data: FactData<'package'> }[];
  dockerfiles: readonly { path: string; data: FactData<'dockerfile'> }[];
  scripts: readonly Script[];
  /** Test files were found; without any, a build that would run tests on its way runs none. */
  hasTests: boolean;
}

/** Does `owner/name`, or an expression for it, mean the repository itself? */
export function isOwnRepository(written: string, name: string): boolean {
  if (
    written === '' ||
    /github\.repository\b|github\.event\.\S*repository\.full_name|head\.repo/.test(written)
  )
    return true;
  const last = written
    .replace(/\.git$/, '')
    .split(/[/:+]/)
    .at(-1)
    ?.toLowerCase();
  return last !== '' && last === name.split(/[/+]/).at(-1)?.toLowerCase();
}

/** One activity of each kind, of several members or legs that all run one. */
export function oneOfEach(found: readonly Activity[]): Activity[] {
  const seen = new Map<string, Activity>();
  for (const a of found) {
    const kind = [a.does, a.environment, ...a.may].join(' ');
    const known = seen.get(kind);
    // A failure that counts in one member counts in the whole.
    if (!known || (!known.fails && a.fails)) seen.set(kind, a);
  }
  return [...seen.values()];
}
