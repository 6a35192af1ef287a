/** A tree: one commit of a repository, with its files and its history. Collectors see nothing else of the world. */

export interface TreeFile {
  /** Relative to the root, `/` between folders; bytes that are not UTF-8 are replaced by U+FFFD. */
  path: string;
  /** The object's id; empty for a submodule. */
  oid: string;
  type: 'file' | 'executable' | 'symlink' | 'submodule';
  /** Bytes; -1 where the object is not there (a partial clone) or has none (a submodule). */
  size: number;
}

export interface TouchedPath {
  path: string;
  change: 'added' | 'modified' | 'deleted' | 'type-changed' | 'other';
}

export interface Commit {
  sha: string;
  parents: string[];
  /** Author time, seconds since 1970. */
  authoredAt: number;
  /** After the mailmap. */
  authorName: string;
  authorEmail: string;
  subject: string;
  /** Against the first parent's tree for ordinary commits; empty for merges. Exact paths, no renames. */
  touched: TouchedPath[];
}

/** Who and where the scanned commit is. */
export interface TreeHead {
  /** The name people use: the folder's or the remote's. */
  name: string;
  /** The full id; empty for a repository without commits. */
  commit: string;
  /** Committer time of the commit, seconds since 1970; 0 for none. */
  committedAt: number;
  /** The branch that was named or is checked out; empty when detached. */
  branch: string;
  /** The remote's HEAD where known, else the branch that this copy's HEAD names, else `branch`. */
  defaultBranch: string;
  bare: boolean;
  shallow: boolean;
  /** Files of the work tree that differ from HEAD, where that is what is scanned; they are not read. -1 where git cannot tell. */
  dirtyFiles: number;
  /** https address of the repository on the web, from its remote; empty where there is none. */
  webUrl: string;
  tags: string[];
}

/** When the commit was made, as ISO 8601 in UTC; empty for a repository without commits. */
export function committedAt(head: TreeHead): string {
  return head.commit === '' ? '' : new Date(head.committedAt * 1000).toISOString();
}

export interface Tree {
  readonly head: TreeHead;
  /**
   * Lists all files, in the order of their paths. Starting the listing also starts the reading of the history and of
   * the contents side by side, where the source can.
   */
  list(): Promise<readonly TreeFile[]>;
  /**
   * Reads files one after another and gives each to `onFile` as UTF-8 text, or `undefined` where the object is not
   * there. Texts are not kept. Binary files (a NUL byte in the first 8,000) come as the empty string.
   */
  read(files: readonly TreeFile[], onFile: (file: TreeFile, text: string | undefined) => void): Promise<void>;
  /** Walks the history from the commit, newest first. Merges come too, without touched paths. */
  history(onCommit: (commit: Commit) => void): Promise<void>;
  /** Ends what is still running. */
  close(): void;
}
