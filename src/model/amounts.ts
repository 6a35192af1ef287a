/** How counts, shares, points and days read, the same in every report and on every screen. */
import type { Score } from './score.js';

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** `1,284` */
export function count(n: number): string {
  return grouped.format(n);
}

/** `1 file`, `1,284 files` */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A share in points of 100. What falls short of the whole never reads as 100. */
export function percent(share: number): number {
  return share < 1 ? Math.min(99, Math.round(share * 100)) : 100;
}

/** `61-82` from proven to possible; one number where both read the same. */
export function interval(score: Pick<Score, 'proven' | 'possible'>): string {
  const [proven, possible] = [percent(score.proven), percent(score.possible)];
  return proven === possible ? String(proven) : `${proven}-${possible}`;
}

/** Points gained: `+9`, `<1` */
export function gain(points: number): string {
  const whole = Math.round(points);
  return whole < 1 ? '<1' : `+${whole}`;
}

/** `+9 points`, `less than 1 point` */
export function pointsWords(points: number): string {
  const whole = Math.round(points);
  return whole < 1 ? 'less than 1 point' : `+${counted(whole, 'point')}`;
}

const QUARTERS = ['', '¼', '½', '¾'];

/** Days as people write them: quarters below one, halves below three, then whole: `¼`, `1½`, `4`; empty for almost none. */
function amount(days: number): string {
  const rounded =
    days < 1 ? Math.round(days * 4) / 4 : days < 3 ? Math.round(days * 2) / 2 : Math.round(days);
  const whole = Math.floor(rounded);
  return `${whole || ''}${QUARTERS[(rounded - whole) * 4] ?? ''}`;
}

/** `½-1`, `2`, `<¼` */
export function daysRange(days: { low: number; high: number }): string {
  const [low, high] = [amount(days.low), amount(days.high)];
  if (low === '') return `<${high === '' ? '¼' : high}`;
  return low === high ? low : `${low}-${high}`;
}

/** `½-1 day`, `1-2 days`, `less than ¼ day` */
export function daysWords(days: { low: number; high: number }): string {
  const range = daysRange(days).replace('<', 'less than ');
  return `${range} ${days.high < 1.25 ? 'day' : 'days'}`;
}
