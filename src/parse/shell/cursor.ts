/** A place in shell text that moves over marks, blanks and comments, and takes here-documents in where they start. */

/** Text that a command is fed, between the line that announces it and one that ends it. */
interface HereDocument {
  of: { input: string };
  end: string;
  /** Tabs in front do not count. */
  strip: boolean;
}

export const BLANK = new Set([' ', '\t']);
export const ENDS_WORD = new Set([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>']);

export class ShellCursor {
  protected at = 0;
  /** Here-documents whose bodies start on the next line. */
  #waiting: HereDocument[] = [];

  constructor(
    readonly text: string,
    protected line: number,
  ) {}

  /** A here-document, whose body starts on the next line. */
  protected announce(document: HereDocument): void {
    this.#waiting.push(document);
  }

  /** White space, continued lines and comments; with `lines`, line ends and empty statements too. */
  protected skipBlank(lines: boolean): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined) return;
      if (BLANK.has(c) || (lines && (c === '\n' || (c === ';' && !this.peek(';;'))))) this.next();
      else if (c === '\\' && this.text[this.at + 1] === '\n') this.advance(2);
      else if (c === '#' && (this.at === 0 || /[\s;&|()]/.test(this.text[this.at - 1] ?? ''))) {
        const end = this.text.indexOf('\n', this.at);
        this.at = end === -1 ? this.text.length : end;
      } else return;
    }
  }

  protected peek(mark: string): boolean {
    return this.text.startsWith(mark, this.at);
  }

  protected take(mark: string): void {
    if (this.peek(mark)) this.advance(mark.length);
  }

  /** Takes a reserved word in the place of a command. */
  protected word(word: string): boolean {
    if (!this.atOneOf([word])) return false;
    this.advance(word.length);
    return true;
  }

  protected atOneOf(closing: readonly string[]): boolean {
    return closing.some((word) => {
      if (!this.peek(word)) return false;
      if (word === ')' || word === ';;') return true;
      const after = this.text[this.at + word.length];
      return after === undefined || ENDS_WORD.has(after);
    });
  }

  protected next(): string {
    const c = this.text[this.at] ?? '';
    this.advance(1);
    return c;
  }

  protected advance(count: number): void {
    const stop = Math.min(this.at + count, this.text.length);
    while (this.at < stop) {
      const c = this.text[this.at];
      this.at += 1;
      if (c !== '\n') continue;
      this.line += 1;
      if (this.#waiting.length > 0) {
        this.#bodies();
        return;
      }
    }
  }

  /** Reads the bodies of the here-documents that the line before announced. */
  #bodies(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { of, end, strip } of waiting) {
      const lines: string[] = [];
      while (this.at < this.text.length) {
        const stop = this.text.indexOf('\n', this.at);
        const line = this.text.slice(this.at, stop === -1 ? this.text.length : stop);
        this.at = stop === -1 ? this.text.length : stop + 1;
        this.line += 1;
        const bare = strip ? line.replace(/^\t+/, '') : line;
        if (bare === end) break;
        lines.push(bare);
      }
      of.input = lines.join('\n');
    }
  }
}
