/** `git log --raw -z` in the form that `LOG_FORMAT` gives -> commits. */
import { NulSplitter } from './split.js';
import type { Commit, TouchedPath } from './tree.js';

/** Each commit opens with the byte 1; its fields are counted, so that no byte in a name can end it. */
export const LOG_FORMAT = '%x01%H%x00%P%x00%at%x00%aN%x00%aE%x00%s';
const FIELDS = 6;
const NEWLINE = 0x0a;
const COLON = 0x3a;
const OPENING = 0x01;

const CHANGES: Readonly<Record<string, TouchedPath['change']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  T: 'type-changed',
};

interface CommitReader {
  push(chunk: Buffer): void;
  end(): void;
}

/** Takes the output in chunks of any size and gives each commit to `onCommit`, once its paths are complete. */
export function commitReader(onCommit: (commit: Commit) => void, touchedLimit = Infinity): CommitReader {
  let fields: string[] = [];
  let touched: TouchedPath[] = [];
  let change: TouchedPath['change'] | undefined;

  function finish(): void {
    const [sha, parents = '', at, authorName = '', authorEmail = '', subject = ''] = fields;
    if (sha !== undefined)
      onCommit({
        sha,
        parents: parents === '' ? [] : parents.split(' '),
        authoredAt: Number(at) || 0,
        authorName,
        authorEmail,
        subject,
        touched,
      });
    fields = [];
    touched = [];
  }

  const splitter = new NulSplitter((bytes, partStart, end) => {
    if (change !== undefined) {
      if (touched.length >= touchedLimit)
        throw new Error(`the commit ${fields[0]} touches more than ${touchedLimit} paths`);
      touched.push({ path: bytes.toString('utf8', partStart, end), change });
      change = undefined;
    } else if (fields.length > 0 && fields.length < FIELDS) {
      fields.push(bytes.toString('utf8', partStart, end));
    } else {
      // A newline parts the first path from the subject.
      const start = bytes[partStart] === NEWLINE ? partStart + 1 : partStart;
      if (start >= end) return;
      if (bytes[start] === OPENING) {
        finish();
        fields.push(bytes.toString('latin1', start + 1, end));
      } else if (bytes[start] === COLON) {
        // :<old mode> <new mode> <old object> <new object> <letter>
        change = CHANGES[String.fromCharCode(bytes[end - 1] ?? 0)] ?? 'other';
      }
    }
  });
  return {
    push: (chunk) => splitter.push(chunk),
    end() {
      splitter.end();
      finish();
    },
  };
}
