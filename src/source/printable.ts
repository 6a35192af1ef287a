/** A stranger's words that are fit to be shown. */

/** Control characters, which could drive a terminal, become spaces. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim();
}
