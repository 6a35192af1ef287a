/** Which commits came through a pull request: by their own subject, or on a branch that a pull request merged. */
import type { Commit } from '../../source/tree.js';

interface Node {
  parents: readonly string[];
  /** Its subject names a pull request. */
  named: boolean;
  counted: boolean;
}

export interface PullRequestLines {
  /** `counted`: it counts in the share; others only lead from one commit to the next. */
  add(commit: Commit, named: boolean, counted: boolean): void;
  /** Of the counted commits, the share that came through a pull request; 0 to 1. */
  share(head: string): number;
}

/** Memory grows with the commits that are added: those of a year. Their order does not matter. */
export function pullRequestLines(): PullRequestLines {
  const nodes = new Map<string, Node>();
  return {
    add({ sha, parents }, named, counted) {
      nodes.set(sha, { parents, named, counted });
    },
    share(head) {
      // Where a commit outside of the year cuts the graph, what lies behind it is reached from its merges.
      const merges = [...nodes].filter(([, n]) => n.parents.length > 1).map(([sha]) => sha);
      const through = throughPullRequests(nodes, [head, ...merges.sort(), ...[...nodes.keys()].sort()]);
      let counted = 0;
      let came = 0;
      for (const [sha, node] of nodes) {
        if (!node.counted) continue;
        counted += 1;
        if (through.has(sha)) came += 1;
      }
      return counted === 0 ? 0 : Math.round((came / counted) * 10_000) / 10_000;
    },
  };
}

/**
 * Parts the graph into lines of first parents: the main line first, then each branch, by the oldest merge that took it
 * in. A branch that a pull request merged came through it, with the branches that were merged into that one.
 */
function throughPullRequests(nodes: ReadonlyMap<string, Node>, starts: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const through = new Set<string>();
  for (const start of starts) {
    const open = [{ tip: start, merged: false }];
    for (let line = open.pop(); line; line = open.pop()) {
      let sha: string | undefined = line.tip;
      while (sha !== undefined && !seen.has(sha)) {
        const node = nodes.get(sha);
        if (!node) break;
        seen.add(sha);
        if (line.merged || node.named) through.add(sha);
        const merged = line.merged || node.named;
        for (const tip of node.parents.slice(1)) open.push({ tip, merged });
        sha = node.parents[0];
      }
    }
  }
  return through;
}
