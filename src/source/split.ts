/** Cuts a stream of bytes at its NUL bytes, wherever the chunks begin and end. */

/** A part of `bytes`, from `start` up to `end`. It is valid only during the call. */
type OnPart = (bytes: Buffer, start: number, end: number) => void;

/** Of a longer part the rest is dropped: no name or subject of use is longer, and a hostile one must not fill the memory. */
export const PART_LIMIT = 64 * 1024;

export class NulSplitter {
  readonly #onPart: OnPart;
  #kept: Buffer[] = [];
  #keptLength = 0;

  constructor(onPart: OnPart) {
    this.#onPart = onPart;
  }

  push(chunk: Buffer): void {
    let start = 0;
    let end = chunk.indexOf(0);
    if (end !== -1 && this.#kept.length > 0) {
      this.#keep(chunk.subarray(0, end));
      this.end();
      start = end + 1;
      end = chunk.indexOf(0, start);
    }
    while (end !== -1) {
      this.#onPart(chunk, start, Math.min(end, start + PART_LIMIT));
      start = end + 1;
      end = chunk.indexOf(0, start);
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Gives what follows the last NUL, if anything does. */
  end(): void {
    if (this.#kept.length === 0) return;
    const part = this.#kept.length === 1 && this.#kept[0] ? this.#kept[0] : Buffer.concat(this.#kept);
    this.#kept = [];
    this.#keptLength = 0;
    this.#onPart(part, 0, part.length);
  }

  #keep(bytes: Buffer): void {
    const room = PART_LIMIT - this.#keptLength;
    if (room <= 0) return;
    const kept = bytes.subarray(0, room);
    this.#kept.push(kept);
    this.#keptLength += kept.length;
  }
}
