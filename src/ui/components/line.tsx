/** One line of the screen: never wraps, never shows control characters, and colours one thing only. */
import { Text, Transform } from 'ink';
import { createContext, useContext } from 'react';
import { printable } from '../wording.js';

/** The only colours: decided well, decided badly, partly, not seen. Each stands beside a sign or a word. */
export type Tone = 'good' | 'bad' | 'partly' | 'unseen';
const COLOURS = { good: 'green', bad: 'red', partly: 'yellow', unseen: 'gray' } as const satisfies Record<
  Tone,
  string
>;

interface Span {
  text: string;
  tone?: Tone | undefined;
  bold?: boolean;
  /** An address, as a link where the terminal knows them (OSC 8). */
  link?: string;
}
export type Part = string | Span;

/** False for plain text: no colour, no weight, no links. */
export const Colour = createContext(true);

interface LineProps {
  parts: readonly Part[];
  /** Which end gives way where the line is too long. */
  cut?: 'end' | 'start' | 'middle';
}

export function Line({ parts, cut = 'end' }: LineProps) {
  return (
    <Text wrap={`truncate-${cut}`}>
      {parts.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line have no other identity and no state
        <Piece key={i} {...(typeof part === 'string' ? { text: part } : part)} />
      ))}
    </Text>
  );
}

function Piece({ text, tone, bold = false, link }: Span) {
  const colour = useContext(Colour);
  if (!colour) return <Text>{printable(text)}</Text>;
  const words = (
    <Text bold={bold} {...(tone ? { color: COLOURS[tone] } : {})}>
      {printable(text)}
    </Text>
  );
  if (link === undefined) return words;
  const address = printable(link);
  return (
    <Transform transform={(shown) => `\u001b]8;;${address}\u0007${shown}\u001b]8;;\u0007`}>{words}</Transform>
  );
}
