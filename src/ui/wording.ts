/** How times and long texts read on a screen; nothing here knows what they mean. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 2021-03-14T... -> `Mar 2021`; any other text as it is. */
export function month(iso: string): string {
  const [, year, number] = /^(\d{4})-(\d{2})/.exec(iso) ?? [];
  const name = MONTHS[Number(number) - 1];
  return name === undefined ? iso : `${name} ${year}`;
}

/** `1.2 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Text of a stranger's repository, made safe to show: one line, no control characters that could move the cursor or
 * recolour the screen, no invisible ones that could reorder the text.
 */
export function printable(text: string): string {
  return text
    .replace(/\t/g, '  ')
    .replace(/[\r\n]+/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd')
    .replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /\p{M}/u;

/** The cells that a text takes in a terminal. */
export function cells(text: string): number {
  let width = 0;
  for (const char of text) width += ZERO.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

/** Breaks a text into lines of at most `width` cells, between words where it can. */
export function wrapped(text: string, width: number): string[] {
  const limit = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  const end = () => {
    lines.push(line);
    line = '';
  };
  for (const word of printable(text).split(' ').filter(Boolean)) {
    if (line !== '' && cells(line) + 1 + cells(word) <= limit) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') end();
    for (const char of word) {
      if (line !== '' && cells(line) + cells(char) > limit) end();
      line += char;
    }
  }
  if (line !== '') end();
  return lines;
}
