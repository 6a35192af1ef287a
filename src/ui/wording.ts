/** How numbers, times and long texts read on a screen; nothing here knows what they mean. */

const WHOLE = new Intl.NumberFormat('en-GB');

/** 1284 -> `1,284`. */
export function count(n: number): string {
  return WHOLE.format(n);
}

/** `1 commit`, `1,284 commits`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A share as points of 100. What is short of the whole never reads as 100. */
export function percent(share: number): number {
  return share < 1 ? Math.min(99, Math.round(share * 100)) : 100;
}

/** From proven to possible: `84-93`, or one number where they are the same. */
export function interval(score: { proven: number; possible: number }): string {
  const [from, to] = [percent(score.proven), percent(score.possible)];
  return from === to ? `${from}` : `${from}-${to}`;
}

/** Points gained: `+9`, `<1`. */
export function gain(n: number): string {
  return Math.round(n) < 1 ? '<1' : `+${Math.round(n)}`;
}

/** `+9 points`, `+1 point`, `less than 1 point`. */
export function gainWords(n: number): string {
  return `${gain(n).replace('<', 'less than ')} ${Math.round(n) <= 1 ? 'point' : 'points'}`;
}

const QUARTERS = ['', '¼', '½', '¾'];

function day(n: number): string {
  const rounded = n < 1 ? Math.round(n * 4) / 4 : n < 3 ? Math.round(n * 2) / 2 : Math.round(n);
  const whole = Math.floor(rounded);
  return `${whole || ''}${QUARTERS[(rounded - whole) * 4]}`;
}

/** A range of working days: `½-1`, `2`, `<¼`. */
export function days(range: { low: number; high: number }): string {
  const [low, high] = [day(range.low), day(range.high)];
  if (low === high || low === '') return low === '' ? `<${high || '¼'}` : low;
  return `${low}-${high}`;
}

/** `½-1 day`, `1-2 days`, `less than ¼ day`. */
export function daysWords(range: { low: number; high: number }): string {
  return `${days(range).replace('<', 'less than ')} ${range.high < 1.25 ? 'day' : 'days'}`;
}

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
