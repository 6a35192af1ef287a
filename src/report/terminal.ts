/** The result as lines of text: where we are, what matters most and why, what to do next. Within a width, cut and never broken. */

import { count, counted, daysRange, gain, interval, percent } from '../model/amounts.js';
import type { Assessment, RepositoryAssessment } from '../model/assessment.js';
import type { Recommendation } from '../model/recommendation.js';
import type { Level, Score } from '../model/score.js';
import {
  nextGate,
  openBecause,
  placesToMend,
  subjectOf,
  tally,
  theFact,
  undecided,
  unseen,
} from './digest.js';
import type { Place } from './links.js';
import { clean, cut, cutStart, padEnd, padStart, widthOf, wrap } from './text.js';
import { LEVEL_SIGNS, sentence } from './words.js';

export interface TerminalOptions {
  colour: boolean;
  /** Make `path:line` a link that terminals open (OSC 8), where the repository has an address. */
  links: boolean;
  /** Columns, 40 or more. */
  width: number;
}

const MOST_RECOMMENDATIONS = 5;
const MOST_CAUSES = 4;
const MOST_UNDECIDED = 3;
const MOST_NOTES = 6;

export function terminalReport(assessment: Assessment, options: TerminalOptions): string {
  const page = new Page({ ...options, width: Math.max(40, options.width) });
  head(page, assessment);
  if (assessment.repositories.every((r) => r.commit === '')) {
    page.sentence(
      ' ',
      'There is no commit yet, so there is nothing to judge. Commit something and scan again.',
    );
    return page.text();
  }
  level(page, assessment);
  scores(page, assessment);
  recommendations(page, assessment);
  notSeen(page, assessment);
  notes(page, assessment);
  page.blank();
  page.sentence(' ', 'All findings with their lines: --format html (or markdown, json) --output FILE', {
    colour: 'grey',
  });
  return page.text();
}

const COLOURS = { green: 32, red: 31, yellow: 33, grey: 90, strong: 1 } as const;
type Colour = keyof typeof COLOURS;
interface SentenceStyle {
  lines?: number;
  colour?: Colour;
  leadColour?: Colour;
}

/** Lines under way. Colours and links are added around a text, so that without them the text is the same. */
class Page {
  readonly #lines: string[] = [];
  constructor(readonly options: TerminalOptions) {}

  get width(): number {
    return this.options.width;
  }

  paint(colour: Colour, text: string): string {
    return this.options.colour && text !== '' ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  }

  link(place: Place, text: string): string {
    const linked = this.options.links && place.url !== undefined;
    return linked ? `\u001b]8;;${place.url}\u001b\\${text}\u001b]8;;\u001b\\` : text;
  }

  /** A line that its maker has measured. */
  line(text: string): void {
    this.#lines.push(text.trimEnd());
  }

  blank(): void {
    if (this.#lines.at(-1) !== '') this.#lines.push('');
  }

  /** A sentence behind a lead-in, its further lines indented to it. */
  sentence(lead: string, text: string, { lines = 4, colour, leadColour }: SentenceStyle = {}): void {
    const indent = ' '.repeat(widthOf(lead));
    wrap(text, this.width - indent.length, lines).forEach((part, i) => {
      const start = i === 0 && leadColour ? this.paint(leadColour, lead) : i === 0 ? lead : indent;
      this.line(start + (colour ? this.paint(colour, part) : part));
    });
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function head(page: Page, assessment: Assessment): void {
  const [only, ...others] = assessment.repositories;
  if (only && others.length === 0) {
    const about = aboutRepository(only).filter((part) => part !== '');
    const name = cut(clean(only.name), Math.floor(page.width / 2));
    page.line(
      ` ${page.paint('strong', name)}${cut(about.map((a) => `  ${a}`).join(''), page.width - widthOf(name) - 1)}`,
    );
  } else {
    page.line(` ${page.paint('strong', subjectOf(assessment))}`);
    page.blank();
    repositories(page, assessment.repositories);
  }
  page.blank();
}

function aboutRepository(repository: RepositoryAssessment): string[] {
  const history = theFact(repository, 'history')?.data;
  const inventory = theFact(repository, 'inventory')?.data;
  return [
    [clean(repository.branch), repository.commit.slice(0, 7)].filter((s) => s !== '').join(' '),
    history ? counted(history.commits, 'commit') : '',
    inventory ? counted(inventory.files, 'file') : '',
  ];
}

function repositories(page: Page, list: readonly RepositoryAssessment[]): void {
  const columns = ' level  fails  not known  commit';
  const nameWidth = Math.max(8, Math.min(44, page.width - columns.length - 2));
  page.line(cut(` ${padEnd('Repository', nameWidth)} ${columns}`, page.width));
  for (const repository of list) {
    const { fail, unknown, error } = tally(repository.findings);
    const name = padEnd(cut(clean(repository.name), nameWidth), nameWidth);
    const numbers = [
      padStart(repository.commit === '' ? '–' : String(repository.maturity.level), 6),
      padStart(count(fail), 7),
      padStart(count(unknown + error), 11),
      `  ${repository.commit === '' ? 'empty' : repository.commit.slice(0, 7)}`,
    ];
    page.line(` ${name} ${cut(numbers.join(''), page.width - nameWidth - 2)}`);
  }
}

const LEVEL_COLOURS = {
  reached: 'green',
  'not-reached': 'red',
  'not-known': 'grey',
  'not-applicable': 'grey',
} as const satisfies Record<Level['state'], Colour>;

function level(page: Page, { maturity }: Assessment): void {
  const title = `Level ${maturity.level} of ${maturity.levels.length}: ${maturity.name}`;
  const gates = maturity.levels.map((l) => ({
    text: `${LEVEL_SIGNS[l.state]} ${l.name}`,
    colour: LEVEL_COLOURS[l.state],
  }));
  const together = gates.reduce((sum, g) => sum + widthOf(g.text) + 2, widthOf(title) + 2);
  let line = ` ${page.paint('strong', title)}`;
  let used = widthOf(title) + 1;
  if (together <= page.width) line += ' ';
  else {
    page.line(line);
    line = '';
    used = 0;
  }
  for (const gate of gates) {
    const width = widthOf(gate.text) + 2;
    if (used + width > page.width) {
      page.line(line);
      line = '';
      used = 0;
    }
    line += `${used === 0 ? ' ' : '  '}${page.paint(gate.colour, gate.text)}`;
    used += width;
  }
  page.line(line);
  const next = nextGate(maturity);
  if (!next) page.sentence(' ', 'Every gate that applies here holds.');
  else {
    page.sentence(` To be ${next.name}: `, sentence(next.gate));
    page.sentence(' ', sentence(next.because));
  }
  page.blank();
}

const TITLE = 25;
const NUMBERS = 16;

function scores(page: Page, assessment: Assessment): void {
  const { overall } = assessment;
  if (!overall) {
    page.sentence(' ', 'No rule applies to what is here, so there is no score.');
    page.blank();
    return;
  }
  const titleWidth = Math.min(TITLE, page.width - NUMBERS) - 2;
  const bar = Math.min(60, page.width - TITLE - NUMBERS - 1);
  if (bar >= 20)
    page.line(' '.repeat(TITLE) + axis(bar) + padEnd('  proven', NUMBERS - 6) + padStart('seen', 6));
  for (const score of [...assessment.scores, overall]) {
    const title = padEnd(cut(clean(score.title), titleWidth), titleWidth);
    const numbers = `${padStart(String(percent(score.proven)), 4)}${interval(score).replace(/^\d+/, '')}`;
    const seen = padStart(`${score.decided}/${score.applicable}`, 6);
    const drawn = bar >= 20 ? drawBar(page, score, bar) : '';
    page.line(
      ` ${score === overall ? page.paint('strong', title) : title} ${drawn}${padEnd(numbers, NUMBERS - 6)}${seen}`,
    );
  }
  if (bar >= 20) {
    const signs = [page.paint('green', '█'), page.paint('grey', '░'), page.paint('red', '·')];
    page.line(`${' '.repeat(TITLE)}${signs[0]} holds  ${signs[1]} not seen  ${signs[2]} fails`);
  }
  page.blank();
}

/** 0, 25, 50, 75 and 100 above the columns that they stand for. */
function axis(width: number): string {
  const marks = [...' '.repeat(width)];
  for (const mark of ['0', '25', '50', '75', '100']) {
    const at = Math.min(width - mark.length, Math.round((Number(mark) / 100) * width));
    marks.splice(at, mark.length, ...mark);
  }
  return marks.join('');
}

function drawBar(page: Page, score: Score, width: number): string {
  const column = (share: number) => Math.min(Math.round(share * width), share < 1 ? width - 1 : width);
  const [proven, possible] = [column(score.proven), column(score.possible)];
  return (
    page.paint('green', '█'.repeat(proven)) +
    page.paint('grey', '░'.repeat(possible - proven)) +
    page.paint('red', '·'.repeat(width - possible))
  );
}

function recommendations(page: Page, assessment: Assessment): void {
  const list = assessment.recommendations;
  if (list.length === 0) {
    page.sentence(' ', 'Nothing to do first: no rule that could be decided fails.');
    return;
  }
  const room = page.width - 18;
  page.line(` ${page.paint('strong', padEnd('Do first', room))}  points   days`);
  list.slice(0, MOST_RECOMMENDATIONS).forEach((recommendation, i) => {
    const title = padEnd(cut(clean(recommendation.title), room - 3), room - 3);
    const numbers = `${padStart(gain(recommendation.points), 8)}${padStart(daysRange(recommendation.days), 7)}`;
    page.line(` ${padStart(String(i + 1), 2)} ${page.paint('strong', title)} ${numbers}`);
    page.sentence('    ', sentence(recommendation.because), { lines: 2 });
    where(page, assessment, recommendation);
    page.sentence('    → ', sentence(recommendation.do), { lines: 3 });
  });
  const more = list.length - MOST_RECOMMENDATIONS;
  if (more > 0) page.line(`    and ${counted(more, 'more recommendation')}`);
}

function where(page: Page, assessment: Assessment, recommendation: Recommendation): void {
  const [first, ...others] = placesToMend(assessment, recommendation);
  if (!first) return;
  const more = others.length === 0 ? '' : ` and ${count(others.length)} more`;
  const shown = cutStart(clean(first.text), page.width - 4 - more.length);
  page.line(`    ${page.paint('grey', page.link(first, shown) + more)}`);
}

function notSeen(page: Page, assessment: Assessment): void {
  const { overall } = assessment;
  const causes = unseen(assessment.repositories.flatMap((r) => r.gaps));
  const open = undecided(assessment);
  if (!overall || (causes.length === 0 && open.length === 0)) return;
  page.blank();
  const lost = percent(overall.possible) - percent(overall.proven);
  const rules = overall.applicable - overall.decided;
  page.sentence(
    ' Not seen  ',
    rules === 0
      ? 'Some of it could not be looked at, but no score depends on it.'
      : `${counted(lost, 'point')} of 100, in ${rules} of ${counted(overall.applicable, 'rule that applies', 'rules that apply')}.`,
    { leadColour: 'strong' },
  );
  for (const cause of causes.slice(0, MOST_CAUSES)) {
    const [first, ...others] = cause.gaps;
    if (!first) continue;
    const more = others.length === 0 ? '' : ` And ${counted(others.length, 'more like it', 'more like it')}.`;
    page.sentence('  ? ', sentence(clean(first.what)) + more, { lines: 3 });
    if (cause.remedy !== '') page.sentence('    → ', sentence(cause.remedy), { lines: 2 });
  }
  if (causes.length > MOST_CAUSES) page.line(`    and ${counted(causes.length - MOST_CAUSES, 'more cause')}`);
  for (const { rule, findings } of open.slice(0, MOST_UNDECIDED)) {
    page.sentence('  ? ', `“${rule.title}” is not decided: ${openBecause(findings)}`, { lines: 3 });
  }
  if (open.length > MOST_UNDECIDED)
    page.line(`    and ${counted(open.length - MOST_UNDECIDED, 'more open rule')}`);
}

function notes(page: Page, assessment: Assessment): void {
  const several = assessment.repositories.length > 1;
  const all = assessment.repositories.flatMap((r) => r.notes.map((n) => (several ? `${r.name}: ${n}` : n)));
  if (all.length === 0) return;
  page.blank();
  for (const note of all.slice(0, MOST_NOTES)) page.sentence(' Note: ', note);
  if (all.length > MOST_NOTES) page.line(`       and ${counted(all.length - MOST_NOTES, 'more note')}`);
}
