/** Every finding, by pack and rule: the outcome in a word, what was found, and the lines to look at. */
import type { ReactNode } from 'react';
import { count, counted, interval } from '../../model/amounts.js';
import type { Assessment } from '../../model/assessment.js';
import { OUTCOMES } from '../../model/rule.js';
import { type Judged, judged, type Located, tally } from '../digest.js';
import { placesOf } from '../links.js';
import { clean } from '../text.js';
import { OUTCOME_WORDS, sentence, tallyWords } from '../words.js';
import { Bar } from './intervals.js';
import { Name, OutcomeMark, Places, Prose, Section } from './parts.js';

const MOST_PLACES = 4;
/** A page with every finding of a very large repository opens in no browser; what is left out is said. */
const MOST_FINDINGS = 150;

export function Findings({ assessment }: { assessment: Assessment }): ReactNode {
  const asked = judged(assessment).filter((j) => j.findings.length > 0);
  const packs = [...new Set(assessment.rules.map((r) => r.pack))];
  const several = assessment.repositories.length > 1;
  const titles = new Map(assessment.packs.map((p) => [p.id, clean(p.title)]));
  const titleOf = (pack: string) => titles.get(pack) ?? clean(pack);
  const totals = tally(asked.flatMap((j) => j.findings.map((l) => l.finding)));
  return (
    <Section id="findings" title="Findings" lead={`${tallyWords(totals)}.`}>
      <form className="filter" hidden>
        <label>
          Find <input type="search" name="text" autoComplete="off" />
        </label>
        <label>
          Outcome{' '}
          <select name="outcome">
            <option value="">all</option>
            {OUTCOMES.filter((o) => totals[o] > 0).map((o) => (
              <option key={o} value={o}>
                {OUTCOME_WORDS[o]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Practice{' '}
          <select name="pack">
            <option value="">all</option>
            {packs.map((pack) => (
              <option key={pack} value={pack}>
                {titleOf(pack)}
              </option>
            ))}
          </select>
        </label>
        <output aria-live="polite" />
      </form>
      {packs.map((pack) => {
        const score = assessment.scores.find((s) => s.pack === pack);
        return (
          <section className="pack" key={pack} data-pack={pack}>
            <div className="pack-head">
              <h3>{titleOf(pack)}</h3>
              {score ? (
                <>
                  <Bar score={score} />
                  <p className="number strong">{interval(score).replace('-', '–')}</p>
                </>
              ) : (
                <p className="muted">nothing applies, so no score</p>
              )}
            </div>
            {asked
              .filter((j) => j.rule.pack === pack)
              .map((j) => (
                <JudgedRule key={j.rule.id} judged={j} several={several} />
              ))}
          </section>
        );
      })}
    </Section>
  );
}

function inShort({ findings }: Judged): string {
  const totals = tally(findings.map((l) => l.finding));
  const applicable = findings.length - totals['not-applicable'];
  if (applicable < 2) return '';
  if (totals.fail > 0) return `${count(totals.fail)} of ${count(applicable)}`;
  const open = totals.unknown + totals.error;
  return open > 0 ? `${count(open)} of ${count(applicable)}` : count(applicable);
}

function JudgedRule({ judged: j, several }: { judged: Judged; several: boolean }): ReactNode {
  const open = j.outcome === 'fail' || j.outcome === 'unknown' || j.outcome === 'error';
  const more = j.findings.length - MOST_FINDINGS;
  return (
    <details className="rule" open={open}>
      <summary>
        <OutcomeMark outcome={j.outcome} />
        <span className="rule-title">
          <Prose text={j.rule.title} />
        </span>
        <span className="number muted">{inShort(j)}</span>
      </summary>
      <ul className="findings">
        {j.findings.slice(0, MOST_FINDINGS).map((located, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the page is written once and never changes
          <FindingItem key={i} located={located} several={several} />
        ))}
        {more > 0 && <li className="muted">and {counted(more, 'more finding')}, which the JSON has</li>}
      </ul>
    </details>
  );
}

function FindingItem({
  located: { repository, finding },
  several,
}: {
  located: Located;
  several: boolean;
}): ReactNode {
  const { subject } = finding;
  return (
    <li data-outcome={finding.outcome}>
      <OutcomeMark outcome={finding.outcome} />
      <div>
        {(several || subject.name !== repository.name) && (
          <p className="subject">
            {several && (
              <>
                <Name text={repository.name} />{' '}
              </>
            )}
            {subject.name !== repository.name && (
              <strong>
                <Name text={subject.name} />
              </strong>
            )}
          </p>
        )}
        <p>
          <Prose text={sentence(finding.message)} />
        </p>
        <Places places={placesOf(repository, finding.evidence)} most={MOST_PLACES} />
      </div>
    </li>
  );
}
