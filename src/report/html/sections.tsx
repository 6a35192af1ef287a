/** What stands behind the first pages: what to do, the gates of the levels, what was not seen, the method and its limits. */
import type { ReactNode } from 'react';
import { count, counted, daysWords, pointsWords } from '../../model/amounts.js';
import type { Assessment, RuleSummary } from '../../model/assessment.js';
import { DILEMMAS, OPERATIONS } from '../../model/handbook.js';
import { PROFILE_SETS, type ProfileSet } from '../../model/profile.js';
import type { Recommendation } from '../../model/recommendation.js';
import { openBecause, placesToMend, theFact, undecided, unseen } from '../digest.js';
import { webAddress } from '../links.js';
import { clean } from '../text.js';
import {
  firstLetterLarge,
  firstLetterSmall,
  LEVEL_SIGNS,
  LEVEL_WORDS,
  listed,
  MODE_WORDS,
  SEVERITY_WEIGHTS,
  sentence,
} from '../words.js';
import { Name, Places, Prose, Section } from './parts.js';

const MOST_PLACES = 6;
const MOST_PATHS = 8;

export function Recommendations({ assessment }: { assessment: Assessment }): ReactNode {
  const list = assessment.recommendations;
  const rules = new Map(assessment.rules.map((r) => [r.id, r]));
  return (
    <Section
      id="do"
      title="What to do"
      lead={
        list.length === 0
          ? 'Nothing: no rule that could be decided fails.'
          : 'In the order of the points that a day of work gains; what others depend on comes before them.'
      }
    >
      <ol className="recommendations">
        {list.map((r) => (
          <li key={r.rule} id={`do-${r.rule}`}>
            <RecommendationItem assessment={assessment} recommendation={r} rules={rules} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function RecommendationItem({ assessment, recommendation: r, rules }: RecommendationProps): ReactNode {
  const sources = rules.get(r.rule)?.sources ?? [];
  const after = r.after.map((id) => rules.get(id)?.title ?? id);
  return (
    <article>
      <div className="recommendation-head">
        <h3>
          <Prose text={r.title} />
        </h3>
        <p className="cost">
          {daysWords(r.days)}
          <br />
          <span className="muted">{pointsWords(r.points)}</span>
        </p>
      </div>
      <dl>
        <dt>Now</dt>
        <dd>
          <p>
            <Prose text={sentence(r.because)} />
          </p>
          <Places places={placesToMend(assessment, r)} most={MOST_PLACES} />
        </dd>
        <dt>Why it matters</dt>
        <dd>
          <Prose text={sentence(r.why)} />
        </dd>
        <dt>Do</dt>
        <dd>
          <Prose text={sentence(r.do)} />
        </dd>
        <dt>Who</dt>
        <dd>
          {sentence(MODE_WORDS[r.mode])} It serves to {OPERATIONS[r.operation]}.{' '}
          <span className="muted">{sentence(DILEMMAS[r.dilemma])}</span>
        </dd>
        {after.length > 0 && (
          <>
            <dt>First</dt>
            <dd>
              <Prose text={sentence(after.join('; '))} />
            </dd>
          </>
        )}
        {sources.length > 0 && (
          <>
            <dt>Sources</dt>
            <dd>
              <Sources sources={sources} />
            </dd>
          </>
        )}
      </dl>
    </article>
  );
}
interface RecommendationProps {
  assessment: Assessment;
  recommendation: Recommendation;
  rules: ReadonlyMap<string, RuleSummary>;
}

function Sources({ sources }: { sources: RuleSummary['sources'] }): ReactNode {
  return (
    <ul className="sources">
      {sources.map(({ title, url }) => {
        const address = webAddress(url);
        return (
          <li key={title}>
            {address ? (
              <a href={address} rel="noreferrer">
                {clean(title)}
              </a>
            ) : (
              clean(title)
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function Levels({ assessment: { maturity } }: { assessment: Assessment }): ReactNode {
  return (
    <Section
      id="levels"
      title="Levels"
      lead="A level stands on those below it. It is reached, not reached or not known; no number of points makes up for a gate."
    >
      <table className="gates">
        <thead>
          <tr>
            <th scope="col">Level</th>
            <th scope="col">State</th>
            <th scope="col">What it asks</th>
            <th scope="col">Why it stands there</th>
          </tr>
        </thead>
        <tbody>
          {maturity.levels.map((level) => (
            <tr key={level.level}>
              <th scope="row">
                {level.level} {level.name}
              </th>
              <td>
                <span className={`mark level-${level.state}`}>
                  <span aria-hidden="true">{LEVEL_SIGNS[level.state]}</span> {LEVEL_WORDS[level.state]}
                </span>
              </td>
              <td>
                <Prose text={sentence(firstLetterLarge(level.gate))} />
              </td>
              <td>
                <Prose text={sentence(level.because)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

export function NotSeen({ assessment }: { assessment: Assessment }): ReactNode {
  const causes = unseen(assessment.repositories.flatMap((r) => r.gaps));
  const open = undecided(assessment);
  const notes = assessment.repositories.flatMap((r) => r.notes.map((note) => ({ repository: r.name, note })));
  return (
    <Section
      id="unseen"
      title="Not seen"
      lead={
        causes.length + open.length === 0
          ? 'Everything that the rules ask about could be seen.'
          : 'What could not be looked at never becomes a number: it widens the score from both sides.'
      }
    >
      <ul className="causes">
        {causes.map(({ reason, remedy, gaps }) => (
          <li key={`${reason} ${remedy}`}>
            <p>
              <Prose text={sentence(gaps[0]?.what ?? '')} />
              {gaps.length > 1 && ` And ${counted(gaps.length - 1, 'more like it', 'more like it')}.`}
            </p>
            {remedy !== '' && (
              <p>
                <strong>To see it:</strong> <Prose text={sentence(firstLetterSmall(remedy))} />
              </p>
            )}
            <Places
              places={[...new Set(gaps.map((g) => g.path).filter((p) => p !== ''))].map((path) => ({
                text: clean(path),
                url: undefined,
              }))}
              most={MOST_PATHS}
            />
          </li>
        ))}
        {open.map(({ rule, findings }) => (
          <li key={rule.id}>
            <p>
              “<Prose text={rule.title} />” is not decided: <Prose text={openBecause(findings)} />
            </p>
          </li>
        ))}
      </ul>
      {notes.length > 0 && (
        <ul className="notes">
          {notes.map(({ repository, note }) => (
            <li key={`${repository} ${note}`}>
              {assessment.repositories.length > 1 && (
                <>
                  <Name text={repository} />:{' '}
                </>
              )}
              <Prose text={note} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const SET_WORDS = {
  ci: 'Pipelines',
  iac: 'Infrastructure code',
  config_management: 'Configuration management',
  orchestrators: 'Orchestrators',
  k8s_packaging: 'Kubernetes packaging',
  gitops: 'GitOps',
  monorepo_tools: 'Monorepo tools',
  observability: 'Observability',
  secrets: 'Secrets management',
  environments: 'Environments',
} as const satisfies Record<ProfileSet, string>;

export function WhatIsHere({ assessment }: { assessment: Assessment }): ReactNode {
  return (
    <Section
      id="here"
      title="What is here"
      lead="What the files themselves name. An empty line says that nothing was found, not that nothing exists."
    >
      {assessment.repositories.map((repository) => {
        const inventory = theFact(repository, 'inventory')?.data;
        return (
          <div className="here-repository" key={repository.name}>
            {assessment.repositories.length > 1 && (
              <h3>
                <Name text={repository.name} />
              </h3>
            )}
            <dl className="here">
              {inventory && inventory.languages.length > 0 && (
                <div>
                  <dt>Languages</dt>
                  <dd>
                    {inventory.languages.map((l) => `${clean(l.language)} (${count(l.files)})`).join(', ')}
                  </dd>
                </div>
              )}
              {PROFILE_SETS.map((set) => (
                <div key={set}>
                  <dt>{SET_WORDS[set]}</dt>
                  <dd>
                    {repository.profile[set].map(clean).join(', ') || (
                      <span className="muted">none found</span>
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        );
      })}
    </Section>
  );
}

export function Method({ assessment }: { assessment: Assessment }): ReactNode {
  const weights = Object.entries(SEVERITY_WEIGHTS).map(([severity, weight]) => `${severity} ${weight}`);
  return (
    <Section id="method" title="Method and limits">
      <div className="columns">
        <div>
          <h3>What was read</h3>
          <p>
            The files of the commits named on the first page, and the history that leads to them. Nothing of
            the repository was run, and nothing that is not committed was read.
          </p>
          {assessment.repositories.map((repository) => {
            const leftOut = theFact(repository, 'inventory')?.data.leftOut ?? [];
            return leftOut.length === 0 ? null : (
              <p key={repository.name}>
                Left out of <Name text={repository.name} />:{' '}
                {listed(leftOut.map((l) => `${counted(l.files, `${LEFT_OUT_WORDS[l.why]} file`)}`))}
                {leftOut[0] && (
                  <>
                    {' '}
                    (such as <code>{clean(leftOut[0].example)}</code>)
                  </>
                )}
                .
              </p>
            );
          })}
          <h3>What a score is</h3>
          <p>
            Each rule asks one thing of each subject that it applies to. What is <strong>proven</strong>{' '}
            counts only what was seen to hold; what is <strong>possible</strong> counts what was not seen as
            if it held. The truth lies between the two. Seeing less only widens the interval: it never raises
            the proven end.
          </p>
          <p>
            Rules weigh by their severity ({weights.join(', ')}): an assumption, not a measurement. A
            rule&rsquo;s weight is shared by its subjects. What does not apply is left out; a practice to
            which nothing applies has no score.
          </p>
        </div>
        <div>
          <h3>What a recommendation is</h3>
          <p>
            The points are what the proven score gains when the failing findings of the rule are counted as
            held. The days are one person&rsquo;s, from a good case to a bad one, as the rule&rsquo;s authors
            estimate them. They are no quotation.
          </p>
          <h3>What is not claimed</h3>
          <ul>
            <li>It is no security audit, and it finds no faults in the product&rsquo;s code.</li>
            <li>
              What is set up outside the repositories (settings of the host, a monitoring account, a cluster)
              is not seen unless a file names it.
            </li>
            <li>A file says what should run. Whether it does run is another question.</li>
            <li>Two scores compare only where the same versions of the rules were asked.</li>
            <li>Nothing here judges a person.</li>
          </ul>
        </div>
      </div>
    </Section>
  );
}

const LEFT_OUT_WORDS = {
  vendored: 'vendored',
  'test-data': 'test data',
  'over-limit': 'too large',
  missing: 'missing',
} as const;

export function RuleList({ assessment }: { assessment: Assessment }): ReactNode {
  const titles = new Map(assessment.packs.map((p) => [p.id, clean(p.title)]));
  return (
    <Section
      id="rules"
      title="Rules"
      lead={`${counted(assessment.rules.length, 'rule was', 'rules were')} asked.`}
    >
      <table className="rule-list">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Practice</th>
            <th scope="col">Severity</th>
            <th scope="col">Gates level</th>
          </tr>
        </thead>
        <tbody>
          {assessment.rules.map((rule) => (
            <tr key={rule.id}>
              <th scope="row">
                <Prose text={rule.title} />
                <div>
                  <code>{rule.id}</code>
                </div>
              </th>
              <td>{titles.get(rule.pack) ?? clean(rule.pack)}</td>
              <td>{rule.severity}</td>
              <td>{rule.level === 0 ? '' : rule.level}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
