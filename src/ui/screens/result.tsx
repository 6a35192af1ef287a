/** The result: where we are, a bar for each pack, and what to do first. */
import { Box } from 'ink';
import { counted, daysRange, gain, interval, percent } from '../../model/amounts.js';
import type { Assessment } from '../../model/assessment.js';
import type { Recommendation } from '../../model/recommendation.js';
import type { Score } from '../../model/score.js';
import { Bar, barWidth, scale } from '../components/bar.js';
import { Footer } from '../components/footer.js';
import { Line, type Part } from '../components/line.js';
import { Row } from '../components/row.js';
import { levelSign, OVERALL, type PackRow, packRows, placeOf } from '../listing.js';
import { windowOf } from '../navigation.js';
import { cells, duration, wrapped } from '../wording.js';

interface ResultScreenProps {
  assessment: Assessment;
  /** Milliseconds that the scan took. */
  elapsed: number;
  /** Among the packs' rows, then the recommendations; undefined for the frame that stays when the reader has left. */
  selected: number | undefined;
  /** What stands at the left of the last line. */
  notice: string;
  columns: number;
  rows: number;
}

/** Recommendations in the frame that stays: it may be higher than the terminal. */
const STAYING = 5;

const PROVEN = 9;
const SEEN = 6;
const GAIN = 8;
const DAYS = 7;

export function ResultScreen({ assessment, elapsed, selected, notice, columns, rows }: ResultScreenProps) {
  const packs = packRows(assessment);
  const levels = levelLines(assessment, columns);
  const notes = noteLines(assessment, columns);
  const width = barWidth(columns);
  // One cell before the name for the mark.
  const name = Math.max(10, Math.min(34, columns - 2 - width - PROVEN - SEEN));
  // Everything but the recommendations has its height; they take what is left, two lines each.
  // On a low terminal a note takes the empty line before the bars rather than a recommendation.
  const space = notes.length > 0 && rows <= 24 ? 0 : 1;
  const others = 1 + notes.length + 1 + levels.length + space + 1 + packs.length + 1 + 1 + 1 + 1;
  const fits = selected === undefined ? STAYING : Math.max(1, Math.floor((rows - 1 - others) / 2));
  return (
    <Box flexDirection="column" width={columns}>
      <Line parts={headline(assessment, elapsed)} />
      {notes.map((note) => (
        <Line key={note} parts={[` ${note}`]} />
      ))}
      <Line parts={[' ']} />
      {levels.map((parts, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines in a fixed order
        <Line key={i} parts={parts} />
      ))}
      {space > 0 && <Line parts={[' ']} />}
      <Line
        parts={[`${' '.repeat(1 + name)}${scale(width)}${' proven'.padEnd(PROVEN)}${'seen'.padStart(SEEN)}`]}
      />
      {packs.map((row, i) => (
        <PackLine key={row.pack} row={row} name={name} width={width} selected={i === selected} />
      ))}
      <Line parts={[' ']} />
      <Recommendations
        list={assessment.recommendations}
        selected={selected === undefined ? undefined : selected - packs.length}
        fits={fits}
        columns={columns}
      />
      {selected !== undefined && (
        <>
          <Line parts={[' ']} />
          <Footer
            columns={columns}
            left={notice || unseenWords(assessment)}
            keys={['↑↓ move', '↵ open', 'l levels', 'e export', '? keys', 'q quit']}
          />
        </>
      )}
    </Box>
  );
}

/** ` shop  main 4f2c91a  1,284 commits  3,120 files  1.9 s` */
function headline({ repositories }: Assessment, elapsed: number): Part[] {
  const [only, ...others] = repositories;
  const facts = repositories.flatMap((r) => r.facts);
  let commits = 0;
  let files = 0;
  for (const fact of facts) {
    if (fact.kind === 'history') commits += fact.data.commits;
    if (fact.kind === 'inventory') files += fact.data.files;
  }
  const single = only !== undefined && others.length === 0;
  return [
    ' ',
    { text: single ? only.name : counted(repositories.length, 'repository', 'repositories'), bold: true },
    ...(single ? [`  ${[only.branch, only.commit.slice(0, 7)].filter(Boolean).join(' ')}`] : []),
    `  ${counted(commits, 'commit')}  ${counted(files, 'file')}  ${duration(elapsed)}`,
  ];
}

/** What to know of the reading itself; at most two lines, the rest is in the reports. */
function noteLines({ repositories }: Assessment, columns: number): string[] {
  const notes = repositories.flatMap((r) =>
    r.notes.map((note) => (repositories.length > 1 ? `${r.name}: ${note}` : note)),
  );
  return [...new Set(notes)].flatMap((note) => wrapped(note, columns - 2)).slice(0, 2);
}

function levelLines({ maturity }: Assessment, columns: number): Part[][] {
  const headline: Part[] = [' ', { text: `Level ${maturity.level} of 5: ${maturity.name}`, bold: true }];
  const signs = maturity.levels.flatMap((level, i): Part[] => {
    const { sign, tone } = levelSign(level.state);
    return [i === 0 ? '' : '  ', { text: sign, tone }, ` ${level.name}`];
  });
  const length = (parts: Part[]) => parts.reduce((n, p) => n + cells(typeof p === 'string' ? p : p.text), 0);
  const gap = columns - length(headline) - length(signs);
  const next = maturity.levels.find((l) => l.level > maturity.level && l.state !== 'not-applicable');
  return [
    ...(gap >= 2 ? [[...headline, ' '.repeat(Math.min(7, gap)), ...signs]] : [headline, [' ', ...signs]]),
    ...(next ? [[` Next: ${next.name}. ${next.because}`]] : []),
  ];
}

function PackLine({
  row,
  name,
  width,
  selected,
}: {
  row: PackRow;
  name: number;
  width: number;
  selected: boolean;
}) {
  const { score } = row;
  return (
    <Box>
      <Box width={1 + name} flexShrink={0}>
        <Box width={name}>
          <Line parts={[selected ? '▸' : ' ', { text: row.title, bold: selected || row.pack === OVERALL }]} />
        </Box>
      </Box>
      {score ? (
        <>
          <Box width={width} flexShrink={0}>
            <Bar proven={score.proven} possible={score.possible} width={width} />
          </Box>
          <Line parts={[numbers(score), `${score.decided}/${score.applicable}`.padStart(SEEN)]} />
        </>
      ) : (
        <Line parts={['nothing here to judge']} />
      )}
    </Box>
  );
}

/** The proven numbers line up, whether or not more is possible: `  84-93`. */
function numbers(score: Score): string {
  const [proven = '', ...possible] = interval(score).split('-');
  return [proven.padStart(4), ...possible].join('-').padEnd(PROVEN);
}

interface RecommendationsProps {
  list: readonly Recommendation[];
  selected: number | undefined;
  fits: number;
  columns: number;
}

function Recommendations({ list, selected, fits, columns }: RecommendationsProps) {
  if (list.length === 0) return <Line parts={[' Nothing that was decided is left to do.']} />;
  const { from, to } = windowOf(list.length, Math.max(0, selected ?? 0), fits);
  const which =
    selected === undefined || to - from === list.length ? '' : `  ${from + 1}-${to} of ${list.length}`;
  return (
    <>
      <Row
        columns={columns}
        parts={[' ', { text: 'Do first', bold: true }, which]}
        aside={`${'points'.padStart(GAIN)}${'days'.padStart(DAYS)}`}
      />
      {list.slice(from, to).map((r, i) => {
        const at = from + i;
        const first = r.evidence.find((e) => e.type === 'file');
        return (
          <Box key={r.rule} flexDirection="column">
            <Row
              columns={columns}
              parts={[
                at === selected ? '▸' : ' ',
                { text: `${at + 1}`.padEnd(3) + r.title, bold: at === selected },
              ]}
              aside={`${gain(r.points).padStart(GAIN)}${daysRange(r.days).padStart(DAYS)}`}
            />
            <Line parts={[`    ${first ? `${placeOf([first])} ` : ''}${r.because}`]} />
          </Box>
        );
      })}
      {selected === undefined && to < list.length && <Line parts={[`    and ${list.length - to} more`]} />}
    </>
  );
}

function unseenWords({ overall }: Assessment): string {
  const points = overall ? percent(overall.possible) - percent(overall.proven) : 0;
  return points > 0 ? `${counted(points, 'point')} not seen: u tells why` : 'u what was not seen';
}
