/** Where in a YAML file a mistake stands: from the path of a value, and a place within its text, to line and column. */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import type { Problem } from './compile.js';

export interface Located {
  line: number;
  column: number;
  message: string;
}

/** The problem at its place; a file that is not YAML gives the parser's own reasons instead. */
export function locate(text: string, { path, offset, atKey, message }: Problem): Located[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const at = (position: number, said: string): Located => {
    const { line, col } = counter.linePos(position);
    return { line: Math.max(1, line), column: Math.max(1, col), message: said };
  };
  if (document.errors.length > 0) {
    return document.errors.map((error) =>
      at(error.pos[0], `not YAML: ${error.message.split(' at line ')[0] ?? ''}`),
    );
  }
  let node = document.contents as Node | null;
  let position = node?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === part,
      );
      if (pair === undefined) break;
      position = (pair.key as Scalar).range?.[0] ?? position;
      node = pair.value as Node | null;
    } else if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part] as Node | undefined;
      if (item === undefined) break;
      position = item.range?.[0] ?? position;
      node = item;
    } else break;
  }
  // A wrong mapping or list is found by its key, a wrong scalar where it stands.
  if (atKey !== true && isScalar(node) && node.range && node.value !== null) {
    position = node.range[0];
    if (typeof node.value === 'string')
      position = placeInScalar(text, node as Scalar<string>, position, offset);
  }
  return [at(position, message)];
}

/** The place in the file of a place in a scalar's text: quotes, escapes, folds and indentation are skipped over. */
function placeInScalar(file: string, { value, type }: Scalar<string>, start: number, offset: number): number {
  let at = start;
  if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') at = file.indexOf('\n', start) + 1;
  else if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') at = start + 1;
  const isSpace = (c: string | undefined) => c === ' ' || c === '\n' || c === '\r' || c === '\t';
  const last = Math.min(offset, value.trimEnd().length);
  for (let i = 0; i < last; i++) {
    const wanted = value[i];
    if (!isSpace(wanted)) while (isSpace(file[at])) at++;
    if (isSpace(wanted)) at += isSpace(file[at]) ? 1 : 0;
    else if (type === 'QUOTE_DOUBLE' && file[at] === '\\') at += 2;
    else if (type === 'QUOTE_SINGLE' && file[at] === "'") at += 2;
    else at++;
  }
  if (offset < value.trimEnd().length && !isSpace(value[offset])) while (isSpace(file[at])) at++;
  return at;
}
