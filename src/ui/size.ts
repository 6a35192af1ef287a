/** The part of a terminal that the screens use. */

/** On a wider one the eye loses the line between a name at the left and its numbers at the right. */
const WIDEST = 120;

export interface Size {
  columns: number;
  rows: number;
}

/** 80 by 24 where the terminal does not tell. */
export function sizeOf(stdout: NodeJS.WriteStream): Size {
  return { columns: Math.min(WIDEST, stdout.columns || 80), rows: stdout.rows || 24 };
}
