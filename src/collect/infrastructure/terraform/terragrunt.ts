/** What a file of Terragrunt says by itself; what a unit applies and gives follows when its includes are known. */
import { atLine } from '../../../model/evidence.js';
import { attributeOf, type HclBlock, type HclBody } from '../../../parse/hcl.js';
import { readConditions } from './conditions.js';
import { attributeString, type Place } from './place.js';
import { readLocals } from './values.js';

export function readTerragrunt(file: HclBody, place: Place): void {
  const { collection, source, directory } = place;
  for (const block of file.blocks) {
    if (block.type === 'remote_state') {
      const type = attributeString(block, 'backend');
      const remote = type !== '' && type !== 'local';
      if (type)
        collection.fact('terraform-backend', type, { type, directory, remote }, [
          atLine(source.path, block.line),
        ]);
    } else if (block.type === 'generate') readGenerated(block, place);
    else if (block.type === 'locals') readLocals(block, place);
    readConditions(block, [block.type, ...block.labels].join('.'), place);
  }
  readConditions({ attributes: file.attributes, blocks: [] }, '', place);
}

/** `generate "backend"` writes a backend block as text. */
function readGenerated(block: HclBlock, { collection, source, directory }: Place): void {
  const contents = attributeOf(block, 'contents')?.value;
  if (contents?.type !== 'heredoc') return;
  for (const [index, line] of contents.value.split('\n').entries()) {
    const type = /^\s*backend\s+"(\w+)"/.exec(line)?.[1];
    if (!type) continue;
    const data = { type, directory, remote: type !== 'local' };
    collection.fact('terraform-backend', type, data, [atLine(source.path, contents.line + 1 + index)]);
  }
}
