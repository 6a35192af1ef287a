/** The scan while it runs: the history, the files, the rules, and how long it has taken. */
import { Box } from 'ink';
import { count, counted } from '../../model/amounts.js';
import { barCells } from '../components/bar.js';
import { Footer } from '../components/footer.js';
import { Line } from '../components/line.js';
import type { ProgressState, RepositoryProgress } from '../progress.js';
import { duration, month, wrapped } from '../wording.js';

const BAR = 20;
const LABEL = 13;
/** Keeps a collector's name and its number on one line while lines are broken. */
const NO_BREAK = '\u00a0';

interface ScanningScreenProps {
  title: string;
  progress: ProgressState;
  /** Milliseconds since the start. */
  elapsed: number;
  stopped: boolean;
  columns: number;
  rows: number;
}

export function ScanningScreen({ title, progress, elapsed, stopped, columns, rows }: ScanningScreenProps) {
  const { repositories } = progress;
  const current = repositories.findLast((r) => r.phase !== 'done') ?? repositories.at(-1);
  const done = repositories.filter((r) => r !== current && r.phase === 'done');
  const facts = wrapped(factWords(current), columns - 6).map((line) => line.replaceAll(NO_BREAK, ' '));
  // The block of the current repository takes what it needs; what is done is listed in what is left above it.
  const room = Math.max(0, rows - 10 - facts.length);
  return (
    <Box flexDirection="column" width={columns}>
      <Line
        parts={[
          ' ',
          { text: 'plimsoll', bold: true },
          `  ${title}`,
          ...(current ? [`  ${[current.branch, current.commit.slice(0, 7)].filter(Boolean).join(' ')}`] : []),
        ]}
      />
      <Line parts={[' ']} />
      {done.length > room && (
        <Line
          parts={[
            `   ${counted(done.length - Math.max(0, room - 1), 'repository', 'repositories')} done before`,
          ]}
        />
      )}
      {done.slice(done.length > room ? done.length - Math.max(0, room - 1) : 0).map((r) => (
        <Line
          key={r.name}
          parts={[
            `   ${r.name}: ${counted(r.commits, 'commit')}, ${counted(r.files, 'file')}, ${counted(r.findings, 'finding')}`,
          ]}
        />
      ))}
      {done.length > 0 && current && <Line parts={['   ', { text: current.name, bold: true }]} />}
      <Stage label="history" share={historyShare(current)} words={historyWords(current)} />
      <Stage label="files" share={fileShare(current)} words={fileWords(current)} />
      {facts.map((line) => (
        <Line key={line} parts={[`     ${line}`]} />
      ))}
      <Line parts={[`   ${'rules'.padEnd(LABEL)}${ruleWords(current)}`]} />
      <Line parts={[' ']} />
      <Footer
        columns={columns}
        left={`  ${duration(elapsed)}`}
        keys={[stopped ? 'stopped' : 'Ctrl-C stops']}
      />
    </Box>
  );
}

/** A share of undefined is work whose end is not known: an open bar, and the count beside it. */
function Stage({ label, share, words }: { label: string; share: number | undefined; words: string }) {
  const full = barCells(share ?? 0, 1, BAR).holds;
  return <Line parts={[`   ${label.padEnd(LABEL)}${'█'.repeat(full)}${'░'.repeat(BAR - full)}  ${words}`]} />;
}

function historyShare(r: RepositoryProgress | undefined): number | undefined {
  return r && (r.since !== '' || r.phase !== 'reading') ? 1 : undefined;
}
function historyWords(r: RepositoryProgress | undefined): string {
  if (!r || (r.commits === 0 && r.phase === 'reading')) return 'waiting';
  return [
    counted(r.commits, 'commit'),
    ...(r.people > 0 ? [counted(r.people, 'person', 'people')] : []),
    ...(r.since ? [`since ${month(r.since)}`] : []),
  ].join(', ');
}

function fileShare(r: RepositoryProgress | undefined): number | undefined {
  if (!r || r.wanted < 0) return undefined;
  return r.wanted === 0 ? 1 : r.read / r.wanted;
}
function fileWords(r: RepositoryProgress | undefined): string {
  if (!r || r.wanted < 0) return 'waiting';
  return r.read < r.wanted
    ? `${count(r.read)} of ${count(r.wanted)}`
    : `${count(r.wanted)} read of ${count(Math.max(r.files, r.wanted))} in the tree`;
}
function factWords(r: RepositoryProgress | undefined): string {
  return Object.entries(r?.facts ?? {})
    .filter(([, n]) => n > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, n]) => `${title} ${count(n)}`.replaceAll(' ', NO_BREAK))
    .join(' · ');
}
function ruleWords(r: RepositoryProgress | undefined): string {
  if (!r || r.phase === 'reading') return 'waiting';
  return r.phase === 'judging'
    ? 'judging'
    : `${counted(r.rules, 'rule')} asked, ${counted(r.findings, 'finding')}`;
}
