/** The one shape of a collector: text in, facts out. A collector never throws for what it was fed and knows no file system. */
import type { Evidence } from '../model/evidence.js';
import type { AnyFact, FactData, FactKind } from '../model/facts.js';
import type { Gap, GapReason } from '../model/gap.js';
import type { Commit, TreeFile, TreeHead } from '../source/tree.js';
import type { SourceText } from './source-text.js';

/** What a collector may use while it runs over one tree. */
export interface Collection {
  readonly head: TreeHead;
  /** Every file of the tree that is not left out (vendored, test data), in the order of their paths. */
  readonly files: readonly TreeFile[];
  /** Every file, the left-out ones included, with the reason. */
  readonly everything: readonly ListedFile[];
  /** Is there a file at this path? */
  has(path: string): boolean;
  fact<K extends FactKind>(kind: K, name: string, data: FactData<K>, evidence: Evidence[]): void;
  gap(gap: { kinds: FactKind[]; reason: GapReason; what: string; remedy?: string; path?: string }): void;
}

export interface ListedFile extends TreeFile {
  leftOut?: 'vendored' | 'test-data' | 'over-limit' | 'missing';
}

/** What a collector does with one tree. Each call of `start` gives a new one, so that state lives in its closure. */
export interface Reading {
  /** The text of a file that `reads` said yes to. Called in the order of paths. */
  file?(source: SourceText): void;
  /** A commit of the history, newest first. */
  commit?(commit: Commit): void;
  /** After everything: for facts that need the whole. */
  end?(): void | Promise<void>;
}

export interface Collector {
  /** A short lower-case name: `docker`, `github-actions`. */
  name: string;
  /** As people read it in the progress: `GitHub Actions`. */
  title: string;
  /** The kinds of fact that it gives; these are in doubt when one of its files cannot be read, unless `doubts` says otherwise. */
  gives: readonly FactKind[];
  /** Of those, the kinds that are in doubt when one of its files cannot be read, where not all of them are. */
  doubts?: readonly FactKind[];
  /**
   * Of the files that it reads, those that mostly hold its facts, where it also looks into many that mostly do not: one of
   * these that cannot be read puts nothing in doubt.
   */
  likely?(path: string): boolean;
  /** Does it want the text of this file? By its path alone. Left-out files are not asked about. */
  reads(path: string): boolean;
  start(collection: Collection): Reading;
  /** Loads what the parser needs (a wasm grammar); awaited once before `start`, and only where there is a file to read. */
  prepare?(): Promise<void>;
}

/** Declares a collector; the identity, so that every file reads alike. */
export function defineCollector(collector: Collector): Collector {
  return collector;
}

export interface Collected {
  facts: AnyFact[];
  gaps: Gap[];
}
