/** Shares of a whole, and how few carry half of it. */

/** 0 to 1, to four decimals; 0 of nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}

/** The fewest of these who together made half of the commits. */
export function fewestWithHalf(commits: readonly number[]): number {
  const half = commits.reduce((a, b) => a + b, 0) / 2;
  let made = 0;
  let fewest = 0;
  for (const n of [...commits].sort((a, b) => b - a)) {
    if (made >= half) break;
    made += n;
    fewest += 1;
  }
  return fewest;
}
