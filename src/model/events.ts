/** What the engine tells while it works; a screen or a log listens, the engine never waits for either. */

export type ProgressEvent =
  | { type: 'opened'; repository: string; branch: string; commit: string }
  | { type: 'listed'; repository: string; files: number; wanted: number }
  /** Cumulative; `facts` counts facts by collector. */
  | { type: 'read'; repository: string; files: number; facts: Readonly<Record<string, number>> }
  | { type: 'history'; repository: string; commits: number; people: number; since: string }
  | { type: 'collected'; repository: string }
  | { type: 'evaluated'; repository: string; rules: number; findings: number }
  | { type: 'finished'; repositories: number };

export type OnProgress = (event: ProgressEvent) => void;
