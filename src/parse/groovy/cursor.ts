/** A place among the tokens of Groovy text, and the first reason why it could not be read on. */
import type { Token } from './tokens.js';

/** What is nested deeper is not read. */
export const DEEPEST = 80;
export const OPERATOR_WORDS: ReadonlySet<string> = new Set([
  'in',
  'instanceof',
  'as',
  'else',
  'catch',
  'finally',
]);

export class GroovyCursor {
  protected at = 0;
  protected depth = 0;
  /** Inside of round or square brackets line ends mean nothing. */
  protected bracketed = false;
  error = '';
  errorLine = 0;

  constructor(readonly tokens: readonly Token[]) {}

  protected get token(): Token {
    return this.ahead(0);
  }

  protected ahead(n: number): Token {
    const last = this.tokens[this.tokens.length - 1];
    return this.tokens[this.at + n] ?? last ?? END;
  }

  protected is(text: string, n = 0): boolean {
    const token = this.ahead(n);
    return (token.kind === 'mark' || token.kind === 'word') && token.text === text;
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  protected fail(reason: string, line: number): void {
    if (this.error !== '') return;
    this.error = reason;
    this.errorLine = line;
  }

  /** Does the next token still belong to the statement that is being read? */
  protected get goesOn(): boolean {
    const token = this.token;
    return token.kind !== 'end' && (this.bracketed || !token.first);
  }
}

const END: Token = {
  kind: 'end',
  text: '',
  interpolated: false,
  line: 1,
  textLine: 1,
  first: true,
  spaced: true,
};
