/** `git cat-file --batch` -> the contents of one object after another. */

const NEWLINE = 0x0a;
const BINARY_PROBE = 8000;

/** A file's bytes as text: without a byte order mark, and empty for a binary file. */
export function textOf(bytes: Buffer): string {
  const probe = bytes.indexOf(0);
  if (probe !== -1 && probe < BINARY_PROBE) return '';
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', marked ? 3 : 0);
}

/** Takes the output in chunks of any size; `onObject` gets undefined for an object that is not there. */
export class ContentsReader {
  readonly #onObject: (bytes: Buffer | undefined) => void;
  #header = '';
  /** Bytes still to come of the present object, with the newline behind it; 0 while a header is read. */
  #awaited = 0;
  #kept: Buffer[] = [];

  constructor(onObject: (bytes: Buffer | undefined) => void) {
    this.#onObject = onObject;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#awaited > 0) {
        const part = chunk.subarray(at, at + this.#awaited);
        at += part.length;
        this.#awaited -= part.length;
        this.#kept.push(part);
        if (this.#awaited === 0) this.#give();
      } else {
        const end = chunk.indexOf(NEWLINE, at);
        this.#header += chunk.toString('latin1', at, end === -1 ? chunk.length : end);
        if (end === -1) return;
        at = end + 1;
        this.#open();
      }
    }
  }

  /** A header is `<object> <type> <size>`, or `<object> missing`. */
  #open(): void {
    const [, word, size] = this.#header.split(' ');
    this.#header = '';
    if (word === 'missing' || size === undefined) this.#onObject(undefined);
    else this.#awaited = Number(size) + 1;
  }

  #give(): void {
    const whole = this.#kept.length === 1 && this.#kept[0] ? this.#kept[0] : Buffer.concat(this.#kept);
    this.#kept = [];
    this.#onObject(whole.subarray(0, -1));
  }
}
