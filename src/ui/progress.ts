/** What has been told of a scan so far: a pure reducer over the engine's events, for one repository or several. */
import type { ProgressEvent } from '../model/events.js';

export interface RepositoryProgress {
  name: string;
  branch: string;
  commit: string;
  phase: 'reading' | 'judging' | 'done';
  /** Files in the tree, of which `wanted` are read; -1 until they are listed. */
  files: number;
  wanted: number;
  read: number;
  /** Facts by the collector's title. */
  facts: Readonly<Record<string, number>>;
  commits: number;
  people: number;
  /** When the first commit was made, as told; empty while it is not known. */
  since: string;
  rules: number;
  findings: number;
}

export interface ProgressState {
  /** In the order in which they were opened. */
  repositories: readonly RepositoryProgress[];
  finished: boolean;
}

export const initialProgress: ProgressState = { repositories: [], finished: false };

function begun(name: string): RepositoryProgress {
  return {
    name,
    branch: '',
    commit: '',
    phase: 'reading',
    files: -1,
    wanted: -1,
    read: 0,
    facts: {},
    commits: 0,
    people: 0,
    since: '',
    rules: 0,
    findings: 0,
  };
}

/** Counts never go back: an event that comes late changes nothing that is already known better. */
function told(
  repository: RepositoryProgress,
  event: Exclude<ProgressEvent, { type: 'finished' }>,
): RepositoryProgress {
  switch (event.type) {
    case 'opened':
      return { ...repository, branch: event.branch, commit: event.commit };
    case 'listed':
      return { ...repository, files: Math.max(0, event.files), wanted: Math.max(0, event.wanted) };
    case 'read':
      if (event.files < repository.read) return repository;
      return { ...repository, read: event.files, facts: event.facts };
    case 'history':
      return {
        ...repository,
        commits: Math.max(repository.commits, event.commits),
        people: Math.max(repository.people, event.people),
        since: event.since || repository.since,
      };
    case 'collected':
      return repository.phase === 'reading' ? { ...repository, phase: 'judging' } : repository;
    case 'evaluated':
      return {
        ...repository,
        phase: 'done',
        rules: Math.max(0, event.rules),
        findings: Math.max(0, event.findings),
      };
  }
}

export function reduceProgress(state: ProgressState, event: ProgressEvent): ProgressState {
  if (event.type === 'finished') return { ...state, finished: true };
  const at = state.repositories.findIndex((r) => r.name === event.repository);
  const repository = told(state.repositories[at] ?? begun(event.repository), event);
  const repositories =
    at === -1 ? [...state.repositories, repository] : state.repositories.with(at, repository);
  return { ...state, repositories };
}
