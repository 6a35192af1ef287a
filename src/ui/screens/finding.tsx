/** One finding: what was found, the lines that show it, what to do, who does it, and who says so. */
import { Box } from 'ink';
import { daysWords } from '../../model/amounts.js';
import type { Assessment } from '../../model/assessment.js';
import type { Evidence, FileEvidence } from '../../model/evidence.js';
import type { Finding } from '../../model/finding.js';
import { DILEMMAS, type Mode, OPERATIONS } from '../../model/handbook.js';
import { Footer } from '../components/footer.js';
import { Line, type Part } from '../components/line.js';
import { Row } from '../components/row.js';
import {
  evidenceWords,
  findingsOf,
  outcomeSign,
  packTitle,
  recommendationOf,
  ruleOf,
  subjectWords,
} from '../listing.js';
import { wrapped } from '../wording.js';

/** Evidence whose lines are shown; the rest is named. */
const EXCERPTS = 3;
const EVIDENCE = 12;
/** Lines of the file above and below the one that counts. */
const AROUND = 2;
const LABEL = 9;

const MODE_WORDS = {
  enable: 'Enable: give the developers the tools and the knowledge',
  do: 'Do: a DevOps engineer does it once',
  automate: 'Automate: it repeats, so build it',
} as const satisfies Record<Mode, string>;

/** The lines of files that have been read, by `path`; a file that could not be had has none. */
export type Excerpts = ReadonlyMap<string, readonly string[]>;

interface FindingScreenProps {
  assessment: Assessment;
  rule: string;
  at: number;
  excerpts: Excerpts;
  /** The first line shown of the text. */
  from: number;
  notice: string;
  columns: number;
  rows: number;
}

/** The lines of text that fit between title and footer. */
export function findingLinesThatFit(rows: number): number {
  return Math.max(1, rows - 1 - 5);
}

export function FindingScreen({
  assessment,
  rule,
  at,
  excerpts,
  from,
  notice,
  columns,
  rows,
}: FindingScreenProps) {
  const findings = findingsOf(assessment, rule);
  const finding = findings[at];
  const fits = findingLinesThatFit(rows);
  const lines = finding ? findingLines(assessment, finding, excerpts, columns) : [];
  const shown = lines.slice(from, from + fits);
  const more = from + fits < lines.length ? '↓ more' : '';
  const { sign, tone } = outcomeSign(finding?.outcome ?? 'unknown');
  const which = findings.length > 1 ? `${at + 1} of ${findings.length}` : '';
  return (
    <Box flexDirection="column" width={columns}>
      <Row
        columns={columns}
        parts={[
          ' ',
          { text: sign, tone },
          ` ${finding?.outcome ?? ''}  `,
          { text: finding ? subjectWords(assessment, finding) : '', bold: true },
        ]}
        aside={which}
      />
      <Line
        parts={[
          ` ${packTitle(assessment, finding?.pack ?? '')} › ${ruleOf(assessment, rule)?.title ?? rule}`,
        ]}
      />
      <Line parts={[' ']} />
      {shown.map((parts, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text, which have no other identity and no state
        <Line key={i} parts={parts} />
      ))}
      <Line parts={[' ']} />
      <Footer
        columns={columns}
        left={notice || more}
        keys={[...(findings.length > 1 ? ['n next', 'p previous'] : []), '← back', '? keys', 'q quit']}
      />
    </Box>
  );
}

/** The files whose lines a finding would show. */
export function excerptsWanted(finding: Finding): FileEvidence[] {
  return finding.evidence.filter((e) => e.type === 'file').slice(0, EXCERPTS);
}

/** The whole text of a finding, line by line, each no wider than the screen. */
export function findingLines(
  assessment: Assessment,
  finding: Finding,
  excerpts: Excerpts,
  columns: number,
): Part[][] {
  const rule = ruleOf(assessment, finding.rule);
  const recommendation = finding.outcome === 'fail' ? recommendationOf(assessment, finding.rule) : undefined;
  const paragraph = (label: string, text: string): Part[][] =>
    wrapped(text, columns - LABEL - 2).map((line, i) => [` ${(i === 0 ? label : '').padEnd(LABEL)}${line}`]);
  const more = finding.evidence.length - EVIDENCE;
  const evidence = [
    ...finding.evidence
      .slice(0, EVIDENCE)
      .flatMap((e, i) => evidenceLines(assessment, finding, e, i, excerpts)),
    ...(more > 0 ? [[`   and ${more} more`]] : []),
  ];
  return [
    ...wrapped(finding.message, columns - 2).map((line) => [` ${line}`]),
    [' '],
    ...(evidence.length > 0 ? [...evidence, [' ']] : []),
    ...(rule ? paragraph('Why', rule.why) : []),
    // What is not decided may be done already: only a failure says what to do.
    ...(rule && finding.outcome === 'fail' ? paragraph('Do', rule.fix) : []),
    ...(recommendation
      ? [
          ...paragraph('Effort', effortWords(recommendation.settles, daysWords(recommendation.days))),
          ...paragraph('Who', MODE_WORDS[recommendation.mode]),
          ...paragraph(
            'Serves',
            `${OPERATIONS[recommendation.operation]} · ${DILEMMAS[recommendation.dilemma]}`,
          ),
        ]
      : []),
    ...(rule?.sources ?? []).map((source, i): Part[] => [
      ` ${(i === 0 ? 'Source' : '').padEnd(LABEL)}`,
      source.url === '' ? source.title : { text: source.title, link: source.url },
    ]),
  ];
}

function effortWords(settles: number, words: string): string {
  return settles > 1 ? `${words} for all ${settles}` : words;
}

function evidenceLines(
  assessment: Assessment,
  finding: Finding,
  evidence: Evidence,
  at: number,
  excerpts: Excerpts,
): Part[][] {
  const text = evidenceWords(evidence);
  const link = addressOf(assessment, finding, evidence);
  const named: Part[] = ['   ', link === '' ? text : { text, link }];
  const file = evidence.type === 'file' && at < EXCERPTS ? excerpts.get(evidence.path) : undefined;
  if (evidence.type !== 'file' || file === undefined || file[evidence.line - 1] === undefined) return [named];
  const first = Math.max(1, evidence.line - AROUND);
  const last = Math.min(file.length, evidence.line + AROUND);
  const digits = `${last}`.length;
  return [
    named,
    ...file.slice(first - 1, last).map((line, i): Part[] => {
      const number = first + i;
      const marked = number === evidence.line;
      return [`   ${marked ? '▸' : ' '} ${`${number}`.padStart(digits)}   `, { text: line, bold: marked }];
    }),
  ];
}

/** The address of a line on the web, or empty. GitLab and Bitbucket write it their own way. */
function addressOf({ repositories }: Assessment, finding: Finding, evidence: Evidence): string {
  if (evidence.type === 'github') return evidence.url;
  const repository = repositories.find((r) => r.name === finding.subject.repository);
  if (evidence.type !== 'file' || !repository?.webUrl || !URL.canParse(repository.webUrl)) return '';
  const path = evidence.path.split('/').map(encodeURIComponent).join('/');
  const { host } = new URL(repository.webUrl);
  if (host.includes('gitlab'))
    return `${repository.webUrl}/-/blob/${repository.commit}/${path}#L${evidence.line}`;
  if (host === 'bitbucket.org')
    return `${repository.webUrl}/src/${repository.commit}/${path}#lines-${evidence.line}`;
  return `${repository.webUrl}/blob/${repository.commit}/${path}#L${evidence.line}`;
}
