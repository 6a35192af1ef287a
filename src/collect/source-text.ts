/** A file's text with what has been parsed of it, so that several collectors share one parse. */

export class SourceText {
  readonly #parsed = new Map<(text: string, path: string) => unknown, unknown>();
  #lines: string[] | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  /** What `parser` makes of the text; each parser runs once a file. */
  as<T>(parser: (text: string, path: string) => T): T {
    if (!this.#parsed.has(parser)) this.#parsed.set(parser, parser(this.text, this.path));
    return this.#parsed.get(parser) as T;
  }

  /** The lines, without their ends. */
  get lines(): readonly string[] {
    this.#lines ??= this.text.split(/\r\n|\n|\r/);
    return this.#lines;
  }

  /** The first line (from 1) that matches, or 1. */
  lineOf(pattern: RegExp | string): number {
    const at = this.lines.findIndex((l) =>
      typeof pattern === 'string' ? l.includes(pattern) : pattern.test(l),
    );
    return at === -1 ? 1 : at + 1;
  }
}
