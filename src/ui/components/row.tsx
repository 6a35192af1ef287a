/** A line with something at its right end, which keeps its place; the left gives way. */
import { Box } from 'ink';
import { cells } from '../wording.js';
import { Line, type Part } from './line.js';

interface RowProps {
  columns: number;
  parts: readonly Part[];
  /** Cut at its start where it takes more than half of the line: a path's end tells more. */
  aside: string;
}

export function Row({ columns, parts, aside }: RowProps) {
  const width = Math.min(cells(aside), Math.floor(columns / 2));
  return (
    <Box width={columns} height={1}>
      <Box width={columns - width - (width > 0 ? 3 : 1)}>
        <Line parts={parts} />
      </Box>
      {width > 0 && (
        <Box width={width} marginLeft={2}>
          <Line parts={[aside]} cut="start" />
        </Box>
      )}
    </Box>
  );
}
