/** The first page: where we are and what holds us there, the talk to have, three things to do, what was not seen. */
import type { ReactNode } from 'react';
import { count, counted, daysWords, interval, percent, pointsWords } from '../../model/amounts.js';
import type { Assessment, RepositoryAssessment } from '../../model/assessment.js';
import type { Maturity } from '../../model/score.js';
import {
  conversation,
  nextGate,
  openBecause,
  placesToMend,
  subjectOf,
  tally,
  theFact,
  undecided,
  unseen,
} from '../digest.js';
import { commitAddress, placesOf } from '../links.js';
import { clean } from '../text.js';
import { day, firstLetterSmall, LEVEL_SIGNS, LEVEL_WORDS, listed, sentence } from '../words.js';
import { Name, Places, Prose } from './parts.js';

const FIRST_THINGS = 3;
const FIRST_CAUSES = 3;

export function FirstPage({ assessment }: { assessment: Assessment }): ReactNode {
  const { repositories } = assessment;
  const [only] = repositories;
  return (
    <header className="first">
      <p className="eyebrow">How it is built, shipped and run</p>
      <h1>
        <Name text={titleOf(assessment)} />
      </h1>
      {repositories.length === 1 && only ? <About repository={only} /> : <Repositories list={repositories} />}
      {repositories.every((r) => r.commit === '') ? (
        <p className="lead">There is no commit yet, so there is nothing to judge.</p>
      ) : (
        <div className="five">
          <LevelLine assessment={assessment} />
          <ConversationLine assessment={assessment} />
          <FirstThings assessment={assessment} />
          <NotSeenLine assessment={assessment} />
        </div>
      )}
    </header>
  );
}

function titleOf(assessment: Assessment): string {
  const names = assessment.repositories.map((r) => r.name);
  return names.length > 0 && names.length <= 3 ? listed(names) : subjectOf(assessment);
}

function About({ repository }: { repository: RepositoryAssessment }): ReactNode {
  const history = theFact(repository, 'history')?.data;
  const inventory = theFact(repository, 'inventory')?.data;
  return (
    <ul className="about">
      <li>
        <Commit repository={repository} />
      </li>
      {repository.committedAt !== '' && <li>{day(repository.committedAt)}</li>}
      {history && (
        <li>
          {counted(history.commits, 'commit')} of {counted(history.people, 'person', 'people')}
        </li>
      )}
      {inventory && <li>{counted(inventory.files, 'file')}</li>}
    </ul>
  );
}

function Commit({ repository }: { repository: RepositoryAssessment }): ReactNode {
  if (repository.commit === '') return 'no commit yet';
  const url = commitAddress(repository);
  const sha = <code>{repository.commit.slice(0, 7)}</code>;
  return (
    <>
      {repository.branch !== '' && (
        <>
          <Name text={repository.branch} />{' '}
        </>
      )}
      {url ? (
        <a href={url} rel="noreferrer">
          {sha}
        </a>
      ) : (
        sha
      )}
    </>
  );
}

function Repositories({ list }: { list: readonly RepositoryAssessment[] }): ReactNode {
  return (
    <table className="repositories">
      <thead>
        <tr>
          <th scope="col">Repository</th>
          <th scope="col">Commit</th>
          <th scope="col">Date</th>
          <th scope="col">Level</th>
          <th scope="col" className="number">
            Fails
          </th>
          <th scope="col" className="number">
            Not known
          </th>
        </tr>
      </thead>
      <tbody>
        {list.map((repository) => {
          const { fail, unknown, error } = tally(repository.findings);
          return (
            <tr key={repository.name}>
              <th scope="row">
                <Name text={repository.name} />
              </th>
              <td>
                <Commit repository={repository} />
              </td>
              <td>{day(repository.committedAt)}</td>
              <td>
                {repository.maturity.level} {repository.maturity.name}
              </td>
              <td className="number">{count(fail)}</td>
              <td className="number">{count(unknown + error)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** One of the five lines: a label in the margin, what it says beside it. */
function Line({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <section className="line">
      <h2>{label}</h2>
      <div>{children}</div>
    </section>
  );
}

function LevelLine({ assessment: { maturity, overall } }: { assessment: Assessment }): ReactNode {
  const next = nextGate(maturity);
  return (
    <Line label="Level">
      <p className="headline">
        {maturity.level} of {maturity.levels.length}: {maturity.name}
      </p>
      <Ladder maturity={maturity} />
      {next ? (
        <p>
          To be <strong>{next.name}</strong>: <Prose text={sentence(next.gate)} />{' '}
          <Prose text={sentence(next.because)} />
        </p>
      ) : (
        <p>Every gate that applies here holds.</p>
      )}
      <p className="muted">
        {overall
          ? `${percent(overall.proven)} of 100 points are proven${
              percent(overall.possible) > percent(overall.proven)
                ? `; ${percent(overall.possible)} are possible, if all that was not seen holds.`
                : '.'
            }`
          : 'No rule applies to what is here, so there is no score.'}
      </p>
    </Line>
  );
}

function Ladder({ maturity }: { maturity: Maturity }): ReactNode {
  return (
    <ol className="ladder">
      {maturity.levels.map((level) => (
        <li key={level.level} className={level.state}>
          <span className="step">
            <span aria-hidden="true">{LEVEL_SIGNS[level.state]}</span> {level.name}
          </span>
          <span className="state">{LEVEL_WORDS[level.state]}</span>
        </li>
      ))}
    </ol>
  );
}

function ConversationLine({ assessment }: { assessment: Assessment }): ReactNode {
  const talk = conversation(assessment);
  if (!talk) return <Line label="To talk about">Nothing that could be decided fails.</Line>;
  const { repository, finding, rule, others } = talk;
  return (
    <Line label="To talk about">
      <p className="headline">
        <Prose text={sentence(finding.message)} />
      </p>
      <p>
        <Prose text={rule.why} />
        {others > 0 && ` And ${count(others)} more like it.`}
      </p>
      <Places places={placesOf(repository, finding.evidence)} most={1} />
    </Line>
  );
}

function FirstThings({ assessment }: { assessment: Assessment }): ReactNode {
  const first = assessment.recommendations.slice(0, FIRST_THINGS);
  const more = assessment.recommendations.length - first.length;
  if (first.length === 0)
    return <Line label="To do first">Nothing: no rule that could be decided fails.</Line>;
  return (
    <Line label="To do first">
      <ol className="things">
        {first.map((r) => (
          <li key={r.rule}>
            <div>
              <a href={`#do-${r.rule}`}>
                <Prose text={r.title} />
              </a>
              <p>
                <Prose text={sentence(r.do)} />
              </p>
              <Places places={placesToMend(assessment, r)} most={1} />
            </div>
            <p className="cost">
              {daysWords(r.days)}
              <br />
              <span className="muted">{pointsWords(r.points)}</span>
            </p>
          </li>
        ))}
      </ol>
      {more > 0 && (
        <p>
          <a href="#do">And {counted(more, 'more recommendation')}</a>
        </p>
      )}
    </Line>
  );
}

function NotSeenLine({ assessment }: { assessment: Assessment }): ReactNode {
  const causes = unseen(assessment.repositories.flatMap((r) => r.gaps));
  const open = undecided(assessment);
  const items = [
    ...causes.map(({ gaps, remedy }) => ({
      what:
        sentence(clean(gaps[0]?.what ?? '')) +
        (gaps.length > 1 ? ` And ${counted(gaps.length - 1, 'more like it', 'more like it')}.` : ''),
      remedy: remedy === '' ? '' : `To see it: ${sentence(firstLetterSmall(remedy))}`,
    })),
    ...open.map(({ rule, findings }) => ({
      what: `“${rule.title}” is not decided: ${openBecause(findings)}`,
      remedy: '',
    })),
  ];
  const { overall } = assessment;
  if (items.length === 0)
    return <Line label="Not seen">Everything that the rules ask about could be seen.</Line>;
  return (
    <Line label="Not seen">
      {overall && overall.decided < overall.applicable && (
        <p>
          {overall.applicable - overall.decided} of{' '}
          {counted(overall.applicable, 'rule that applies', 'rules that apply')} could not be decided; the
          score is {interval(overall).replace('-', ' to ')} because of it.
        </p>
      )}
      <ul className="causes">
        {items.slice(0, FIRST_CAUSES).map(({ what, remedy }) => (
          <li key={what}>
            <Prose text={what} /> {remedy !== '' && <Prose text={remedy} />}
          </li>
        ))}
      </ul>
      {items.length > FIRST_CAUSES && (
        <p>
          <a href="#unseen">And {count(items.length - FIRST_CAUSES)} more</a>
        </p>
      )}
    </Line>
  );
}
