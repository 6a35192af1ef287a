/** Runs collectors over a few files given as text, through the real line. */
import { collect } from '../../src/collect/collect.js';
import type { Collected, Collector } from '../../src/collect/collector.js';
import type { Evidence } from '../../src/model/evidence.js';
import type { Tree, TreeFile } from '../../src/source/tree.js';

export async function collectFrom(
  collectors: readonly Collector[],
  files: Readonly<Record<string, string>>,
): Promise<Collected> {
  const listed = Object.entries(files).map(([path, text]): TreeFile => {
    return { path, oid: path, type: 'file', size: Buffer.byteLength(text) };
  });
  const tree: Tree = {
    head: {
      name: 'here',
      commit: '1'.repeat(40),
      committedAt: 1,
      branch: 'main',
      defaultBranch: 'main',
      bare: true,
      shallow: false,
      dirtyFiles: 0,
      webUrl: '',
      tags: [],
    },
    list: async () => listed.sort((a, b) => (a.path < b.path ? -1 : 1)),
    read: async (wanted, onFile) => {
      for (const file of wanted) onFile(file, files[file.path]);
    },
    history: async () => {},
    close: () => {},
  };
  return collect(tree, collectors);
}

/** `path:line` of evidence in files. */
export function places(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap((e) => (e.type === 'file' ? [`${e.path}:${e.line}`] : []));
}
