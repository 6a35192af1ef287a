/** A list of entries with one selected, and what there is to say of it below: packs, rules, levels, what was not seen. */
import { Box } from 'ink';
import { Footer } from '../components/footer.js';
import { Line } from '../components/line.js';
import { Row } from '../components/row.js';
import type { Listing } from '../listing.js';
import { windowOf } from '../navigation.js';
import { wrapped } from '../wording.js';

/** Lines above the list, and below it for what is selected. */
const ABOUT = 4;
const DETAIL = 3;

interface ListScreenProps {
  listing: Listing;
  selected: number;
  notice: string;
  columns: number;
  rows: number;
}

export function ListScreen({ listing, selected, notice, columns, rows }: ListScreenProps) {
  const { entries } = listing;
  const about = listing.about.flatMap((text) => wrapped(text, columns - 2)).slice(0, ABOUT);
  const chosen = entries[selected];
  // Title, about, two empty lines, detail, footer; and one line free, so that the terminal never scrolls.
  const fits = Math.max(1, rows - 1 - (1 + about.length + 2 + DETAIL + 1));
  const { from, to } = windowOf(entries.length, selected, fits);
  const detail = wrapped(chosen?.detail ?? '', columns - 4).slice(0, DETAIL);
  const which = to - from < entries.length ? `${from + 1}-${to} of ${entries.length}` : '';
  const keys = ['↑↓ move', ...(entries.some((e) => e.opens) ? ['↵ open'] : []), '← back', '? keys', 'q quit'];
  return (
    <Box flexDirection="column" width={columns}>
      <Row columns={columns} parts={[' ', { text: listing.title.join(' › '), bold: true }]} aside={which} />
      {about.map((line) => (
        <Line key={line} parts={[` ${line}`]} />
      ))}
      <Line parts={[' ']} />
      {entries.length === 0 && <Line parts={[`   ${listing.empty}`]} />}
      {entries.slice(from, to).map((entry, i) => {
        const isSelected = from + i === selected;
        return (
          <Row
            key={entry.key}
            columns={columns}
            parts={[
              isSelected ? '▸' : ' ',
              { text: entry.sign.sign, tone: entry.sign.tone },
              ' ',
              { text: entry.text, bold: isSelected },
            ]}
            aside={entry.aside}
          />
        );
      })}
      <Line parts={[' ']} />
      {Array.from({ length: DETAIL }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed number of lines, so that the footer keeps its place
        <Line key={i} parts={[`   ${detail[i] ?? ''}`]} />
      ))}
      <Footer columns={columns} left={notice} keys={keys} />
    </Box>
  );
}
