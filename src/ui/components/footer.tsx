/** The last line of a screen: what stands there at the left, the keys at the right. */
import { Box } from 'ink';
import { cells } from '../wording.js';
import { Line } from './line.js';

interface FooterProps {
  columns: number;
  left: string;
  keys: readonly string[];
}

export function Footer({ columns, left, keys }: FooterProps) {
  // Where not all fits, the first keys go: the last ones tell how to learn the rest and how to leave.
  const room = columns - 2 - (left === '' ? 0 : cells(left) + 2);
  let shown = [...keys];
  while (shown.length > 2 && cells(shown.join('   ')) > room) shown = shown.slice(1);
  return (
    <Box width={columns} height={1} paddingLeft={1} paddingRight={1} justifyContent="space-between">
      <Box flexShrink={1} marginRight={2}>
        <Line parts={[left]} />
      </Box>
      <Box flexShrink={0}>
        <Line parts={[shown.join('   ')]} />
      </Box>
    </Box>
  );
}
