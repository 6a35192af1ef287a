/** The keys, and what the signs say. */
import { Box } from 'ink';
import { Footer } from '../components/footer.js';
import { Line, type Part } from '../components/line.js';
import { levelSign, outcomeSign } from '../listing.js';

const KEYS: readonly [string, string][] = [
  ['↑ ↓  or  k j', 'move; PageUp, PageDown, Home and End too'],
  ['↵  or  →', 'open what is selected'],
  ['←  or  Esc', 'back'],
  ['n p', 'next and previous finding'],
  ['l', 'levels: what each asks for and what holds it'],
  ['u', 'what could not be seen, and what would show it'],
  ['e', 'export the result to a file'],
  ['q', 'quit; the result stays on the screen'],
];

export function KeysScreen({ columns }: { columns: number }) {
  const sign = (outcome: Parameters<typeof outcomeSign>[0], words: string): Part[] => {
    const { sign: text, tone } = outcomeSign(outcome);
    return ['   ', { text, tone }, `  ${words}`];
  };
  const levels: Part[] = (['reached', 'not-reached', 'not-known'] as const).flatMap((state, i) => {
    const { sign: text, tone } = levelSign(state);
    return [i === 0 ? '   ' : '   ', { text, tone }, ` level ${state.replace('-', ' ')}`];
  });
  return (
    <Box flexDirection="column" width={columns}>
      <Line parts={[' ', { text: 'Keys', bold: true }]} />
      {KEYS.map(([key, words]) => (
        <Line key={key} parts={[`   ${key.padEnd(15)}${words}`]} />
      ))}
      <Line parts={[' ']} />
      <Line parts={[' ', { text: 'Signs', bold: true }]} />
      <Line parts={sign('pass', 'holds')} />
      <Line parts={sign('fail', 'does not hold')} />
      <Line parts={['   ', { text: '~', tone: 'partly' }, '  holds for some, not for others']} />
      <Line parts={sign('unknown', 'not seen: counts as not proven, and as possible')} />
      <Line parts={sign('not-applicable', 'does not apply: counts for nothing')} />
      <Line
        parts={[
          '   ',
          { text: '█', tone: 'good' },
          '  holds    ',
          { text: '░', tone: 'unseen' },
          '  not seen    ',
          { text: '·', tone: 'bad' },
          '  fails',
        ]}
      />
      <Line parts={levels} />
      <Line parts={[' ']} />
      <Footer columns={columns} left="" keys={['← back', 'q quit']} />
    </Box>
  );
}
