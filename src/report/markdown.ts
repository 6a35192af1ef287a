/** The assessment as GitHub Flavoured Markdown, for a ticket or a job summary: the result, a checklist, all findings folded. */

import { count, counted, daysWords, interval, pointsWords } from '../model/amounts.js';
import type { Assessment, RepositoryAssessment } from '../model/assessment.js';
import type { Recommendation } from '../model/recommendation.js';
import {
  type Judged,
  judged,
  nextGate,
  openBecause,
  placesToMend,
  subjectOf,
  tally,
  undecided,
  unseen,
} from './digest.js';
import { commitAddress, type Place, placesOf } from './links.js';
import { clean } from './text.js';
import {
  day,
  firstLetterSmall,
  LEVEL_SIGNS,
  LEVEL_WORDS,
  OUTCOME_SIGNS,
  OUTCOME_WORDS,
  sentence,
} from './words.js';

const MOST_PLACES = 5;
/** A job summary holds one mebibyte; a rule with more findings than this is cut and says so. */
const MOST_FINDINGS = 100;

export function markdownReport(assessment: Assessment): string {
  const blocks = [
    `# ${inline(subjectOf(assessment))}: level ${assessment.maturity.level} of ${assessment.maturity.levels.length}, ${inline(assessment.maturity.name)}`,
    commits(assessment.repositories),
    ...levels(assessment),
    ...scores(assessment),
    ...recommendations(assessment),
    ...notSeen(assessment),
    ...notes(assessment),
    ...findings(assessment),
    `*Plimsoll ${inline(assessment.tool.version)}. The score is an interval: what is proven, and what is possible if all that was not seen holds.*`,
  ];
  return `${blocks.filter((b) => b !== '').join('\n\n')}\n`;
}

function commits(repositories: readonly RepositoryAssessment[]): string {
  if (repositories.length === 1) return repositories.map(scanned).join('');
  const rows = repositories.map((r) => {
    const { fail, unknown, error } = tally(r.findings);
    return `| ${inline(r.name)} | ${r.maturity.level} ${inline(r.maturity.name)} | ${count(fail)} | ${count(unknown + error)} | ${scanned(r)} |`;
  });
  return [
    '| Repository | Level | Fails | Not known | Commit |',
    '| --- | --- | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}

function scanned(repository: RepositoryAssessment): string {
  if (repository.commit === '') return 'No commit yet';
  const sha = code(repository.commit.slice(0, 7));
  const url = commitAddress(repository);
  const branch = repository.branch === '' ? '' : `${code(repository.branch)} `;
  return `${branch}${url ? link(sha, url) : sha}, ${day(repository.committedAt)}`;
}

function levels({ maturity }: Assessment): string[] {
  const next = nextGate(maturity);
  const gates = maturity.levels.map(
    (l) => `${LEVEL_SIGNS[l.state]} ${inline(l.name)} (${LEVEL_WORDS[l.state]})`,
  );
  return [
    gates.join(' · '),
    next
      ? `**To be ${inline(next.name)}:** ${prose(sentence(next.gate))} ${prose(sentence(next.because))}`
      : '',
  ];
}

function scores({ scores: packs, overall }: Assessment): string[] {
  if (!overall) return ['No rule applies to what is here, so there is no score.'];
  const rows = packs.map((s) => `| ${inline(s.title)} | ${interval(s)} | ${s.decided} of ${s.applicable} |`);
  return [
    [
      '| Pack | Score, proven to possible | Rules decided |',
      '| --- | ---: | ---: |',
      ...rows,
      `| **Overall** | **${interval(overall)}** | ${overall.decided} of ${overall.applicable} |`,
    ].join('\n'),
  ];
}

function recommendations(assessment: Assessment): string[] {
  if (assessment.recommendations.length === 0)
    return ['## Do first', 'Nothing: no rule that could be decided fails.'];
  return ['## Do first', assessment.recommendations.map((r) => checklistItem(assessment, r)).join('\n')];
}

function checklistItem(assessment: Assessment, recommendation: Recommendation): string {
  const places = placesToMend(assessment, recommendation);
  const numbers = `${pointsWords(recommendation.points)}, ${daysWords(recommendation.days)}`;
  return [
    `- [ ] **${inline(recommendation.title)}** (${inline(numbers)})`,
    `      ${prose(sentence(recommendation.because))}`,
    `      Do: ${prose(sentence(recommendation.do))}`,
    places.length === 0 ? '' : `      ${linked(places)}`,
  ]
    .filter((line) => line !== '')
    .map((line) => line.replace(/^ {6}/, '  '))
    .join('\\\n');
}

function linked(places: readonly Place[]): string {
  const shown = places.slice(0, MOST_PLACES).map(placeLink).join(', ');
  const more = places.length - MOST_PLACES;
  return more > 0 ? `${shown} and ${count(more)} more` : shown;
}

function placeLink(place: Place): string {
  return place.url ? link(code(place.text), place.url) : code(place.text);
}

function notSeen(assessment: Assessment): string[] {
  const causes = unseen(assessment.repositories.flatMap((r) => r.gaps)).map(({ gaps, remedy }) => {
    const [first, ...others] = gaps;
    const more = others.length === 0 ? '' : ` And ${counted(others.length, 'more like it', 'more like it')}.`;
    const show = remedy === '' ? '' : ` To see it: ${prose(sentence(firstLetterSmall(remedy)))}`;
    return `- ${prose(sentence(first?.what ?? ''))}${more}${show}`;
  });
  const open = undecided(assessment).map(
    ({ rule, findings: its }) => `- “${inline(rule.title)}” is not decided: ${prose(openBecause(its))}`,
  );
  const lines = [...causes, ...open];
  return lines.length === 0 ? [] : ['## Not seen', lines.join('\n')];
}

function notes({ repositories }: Assessment): string[] {
  const all = repositories.flatMap((r) =>
    r.notes.map((note) => `> ${repositories.length > 1 ? `${inline(r.name)}: ` : ''}${inline(note)}`),
  );
  return all.length === 0 ? [] : [all.join('\n>\n')];
}

function findings(assessment: Assessment): string[] {
  const asked = judged(assessment).filter((j) => j.findings.length > 0);
  if (asked.length === 0) return [];
  const several = assessment.repositories.length > 1;
  const total = asked.reduce((sum, j) => sum + j.findings.length, 0);
  return [
    `<details>\n<summary>All ${counted(total, 'finding')}</summary>`,
    ...asked.map((j) => findingsOfRule(j, several)),
    '</details>',
  ];
}

function findingsOfRule({ rule, findings: its }: Judged, several: boolean): string {
  const lines = its.slice(0, MOST_FINDINGS).map(({ repository, finding }) => {
    const places = placesOf(repository, finding.evidence);
    const where = places.length === 0 ? '' : ` ${linked(places)}`;
    const { name } = finding.subject;
    const about = [
      ...(several ? [inline(repository.name)] : []),
      ...(name === repository.name ? [] : [code(name)]),
    ];
    const outcome = `${OUTCOME_SIGNS[finding.outcome]} ${OUTCOME_WORDS[finding.outcome]}`;
    return `- ${outcome}: ${about.join(', ')}${about.length === 0 ? '' : '. '}${prose(sentence(finding.message))}${where}`;
  });
  const more = its.length - MOST_FINDINGS;
  if (more > 0) lines.push(`- and ${count(more)} more, which the JSON has`);
  return `**${inline(rule.title)}**\n\n${lines.join('\n')}`;
}

/** A stranger's text in a line: no markup of theirs works, nobody is mentioned, no issue is referred to. */
function inline(text: string): string {
  return escaped(clean(text));
}

/** The words of a pack: as `inline`, but their code spans stay. */
function prose(text: string): string {
  return clean(text)
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : escaped(part)))
    .join('');
}

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/(^|[^\w/])@(?=\w)/g, '$1@<!-- -->')
    .replace(/(^|[^\w&])#(?=\d)/g, '$1#<!-- -->')
    .replace(/\b(https?):\/\//gi, '$1:<!-- -->//')
    .replace(/\bwww\./gi, 'www<!-- -->.');
}

/** Text as code, in a fence that is longer than any run of backticks in it. */
function code(text: string): string {
  const plain = clean(text) || ' ';
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${plain}${padding}${fence}`;
}

/** A link around text that is already escaped; the address is one that `webAddress` let through. */
function link(text: string, url: string): string {
  return `[${text}](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}
