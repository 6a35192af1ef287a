/** `git ls-tree -r -z -l` -> files. */
import { NulSplitter } from './split.js';
import type { TreeFile } from './tree.js';

const SPACE = 0x20;
const TAB = 0x09;

/** Takes the output in chunks of any size and gives each file to `onFile`. */
export function listingReader(onFile: (file: TreeFile) => void): NulSplitter {
  return new NulSplitter((bytes, start, end) => {
    // <mode> SP <type> SP <object> SP <size, padded on the left, or - or BAD> TAB <path>
    const tab = bytes.indexOf(TAB, start);
    const typeAt = bytes.indexOf(SPACE, start) + 1;
    const objectAt = bytes.indexOf(SPACE, typeAt) + 1;
    const sizeAt = bytes.indexOf(SPACE, objectAt) + 1;
    const type = typeOf(bytes.toString('latin1', start, typeAt - 1));
    const submodule = type === 'submodule';
    const size = submodule ? Number.NaN : Number(bytes.toString('latin1', sizeAt, tab));
    onFile({
      path: bytes.toString('utf8', tab + 1, end),
      oid: submodule ? '' : bytes.toString('latin1', objectAt, sizeAt - 1),
      type,
      size: Number.isInteger(size) ? size : -1,
    });
  });
}

function typeOf(mode: string): TreeFile['type'] {
  if (mode === '100755') return 'executable';
  if (mode === '120000') return 'symlink';
  if (mode === '160000') return 'submodule';
  return 'file';
}
