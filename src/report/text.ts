/** Text as a terminal measures it: clean of control characters, cut and wrapped by columns rather than by code units. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters that move a cursor, colour a terminal or turn the order of reading. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Co}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;
const WIDE =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Bopomofo}|\p{Script=Yi}|\p{Script=Tangut}|\p{Script=Nushu}|\p{Script=Khitan_Small_Script}|[\u2329\u232a\u2ff0-\u303e\u3099-\u33ff\ua960-\ua97c\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6])|\ufe0f/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** A name or sentence of a stranger on one line: white space is folded, control and direction characters go. */
export function clean(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(UNSAFE, '\ufffd').trim();
}

/** The columns that a text takes. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += columns(segment);
  return width;
}

function columns(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** The text in at most `width` columns; what does not fit ends in an ellipsis. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${take(text, width - 1).trimEnd()}…`;
}

/** A path in at most `width` columns: its end tells more than its beginning. */
export function cutStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  const reversed = [...graphemes.segment(text)].map((s) => s.segment).reverse();
  let kept = '';
  let used = 1;
  for (const segment of reversed) {
    used += columns(segment);
    if (used > width) break;
    kept = segment + kept;
  }
  return `…${kept}`;
}

function take(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += columns(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** The words of a text on lines of at most `width` columns, at most `lines` of them; a word that is longer is cut. */
export function wrap(text: string, width: number, lines = Number.POSITIVE_INFINITY): string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of clean(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= width) line = longer;
    else {
      wrapped.push(cut(line, width));
      line = word;
    }
  }
  if (line !== '') wrapped.push(cut(line, width));
  const last = wrapped[lines - 1];
  if (wrapped.length <= lines || last === undefined) return wrapped;
  return [...wrapped.slice(0, lines - 1), cut(`${last} …`, width).replace(/ …$/, '…')];
}
