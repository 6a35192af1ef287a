/** A bar from proven to possible, and the scale above it. */
import { Line } from './line.js';

/** The cells of a bar that hold, that were not seen and that fail. What falls short of the whole never fills it. */
export function barCells(
  proven: number,
  possible: number,
  width: number,
): { holds: number; unseen: number; fails: number } {
  const upTo = (share: number) => {
    const within = Math.min(1, Math.max(0, share));
    return Math.min(Math.round(within * width), within < 1 ? width - 1 : width);
  };
  const holds = upTo(proven);
  const seen = Math.max(holds, upTo(possible));
  return { holds, unseen: seen - holds, fails: width - seen };
}

/** The cells of a bar at this width of the screen. */
export function barWidth(columns: number): number {
  return columns >= 79 ? 40 : columns >= 59 ? 20 : 10;
}

interface BarProps {
  proven: number;
  possible: number;
  width: number;
}

export function Bar({ proven, possible, width }: BarProps) {
  const { holds, unseen, fails } = barCells(proven, possible, width);
  return (
    <Line
      parts={[
        { text: '█'.repeat(holds), tone: 'good' },
        { text: '░'.repeat(unseen), tone: 'unseen' },
        { text: '·'.repeat(fails), tone: 'bad' },
      ]}
    />
  );
}

/** `0         25        50        75     100`, each number at the cell of its share. */
export function scale(width: number): string {
  const marks = width >= 40 ? [0, 25, 50, 75, 100] : width >= 20 ? [0, 50, 100] : [0, 100];
  return marks.reduce((line, mark) => {
    const at = Math.min(width - `${mark}`.length, Math.round((mark * width) / 100));
    return `${line.padEnd(at)}${mark}`;
  }, '');
}
