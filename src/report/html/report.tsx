/** The assessment as one HTML file that needs nothing else: it works offline, prints on A4 and is whole without its script. */
import { createHash } from 'node:crypto';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Assessment } from '../../model/assessment.js';
import { subjectOf } from '../digest.js';
import { clean } from '../text.js';
import { DeliveryMap } from './delivery-map.js';
import { Findings } from './findings.js';
import { FirstPage } from './first-page.js';
import { Intervals, Patterns } from './intervals.js';
import { Section } from './parts.js';
import { Levels, Method, NotSeen, Recommendations, RuleList, WhatIsHere } from './sections.js';

/** The texts of reports/html/: what the page looks like, and the little that its script does. */
export interface HtmlAssets {
  css: string;
  script: string;
}

export function htmlReport(assessment: Assessment, assets: HtmlAssets): string {
  return `<!doctype html>\n${renderToStaticMarkup(<Page assessment={assessment} assets={assets} />)}\n`;
}

/** Only this style and this script may run, whatever a stranger's text tries; nothing is fetched. */
function policy({ css, script }: HtmlAssets): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(css)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}

const CONTENTS = [
  ['practices', 'Practices'],
  ['path', 'Path to production'],
  ['do', 'What to do'],
  ['findings', 'Findings'],
  ['levels', 'Levels'],
  ['unseen', 'Not seen'],
  ['here', 'What is here'],
  ['method', 'Method and limits'],
  ['rules', 'Rules'],
] as const;

function Page({ assessment, assets }: { assessment: Assessment; assets: HtmlAssets }): ReactNode {
  const { maturity, overall, repositories } = assessment;
  const judgedAny = repositories.some((r) => r.commit !== '');
  const title = `${clean(subjectOf(assessment))}: level ${maturity.level} of ${maturity.levels.length}, ${maturity.name}`;
  return (
    <html lang="en-GB">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={policy(assets)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content={`Plimsoll ${assessment.tool.version}`} />
        <title>{title}</title>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own file; as a child its quotes would be escaped */}
        <style dangerouslySetInnerHTML={{ __html: assets.css }} />
      </head>
      <body>
        <Patterns />
        <main>
          <FirstPage assessment={assessment} />
          {judgedAny && (
            <>
              <nav aria-label="Contents">
                <ul>
                  {CONTENTS.map(([id, words]) => (
                    <li key={id}>
                      <a href={`#${id}`}>{words}</a>
                    </li>
                  ))}
                </ul>
              </nav>
              <Section id="practices" title="Practices">
                {overall ? (
                  <Intervals scores={assessment.scores} overall={overall} />
                ) : (
                  <p>No rule applies to what is here, so there is no score.</p>
                )}
              </Section>
              <Section id="path" title="Path to production">
                {repositories.map((repository) => (
                  <DeliveryMap
                    key={repository.name}
                    repository={repository}
                    named={repositories.length > 1}
                  />
                ))}
              </Section>
              <Recommendations assessment={assessment} />
              <Findings assessment={assessment} />
              <Levels assessment={assessment} />
              <NotSeen assessment={assessment} />
              <WhatIsHere assessment={assessment} />
              <Method assessment={assessment} />
              <RuleList assessment={assessment} />
            </>
          )}
        </main>
        <footer>
          <p>
            Made by Plimsoll {assessment.tool.version} from what is committed. The same commits and rules give
            the same report.
          </p>
        </footer>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own file; as a child its quotes would be escaped */}
        <script dangerouslySetInnerHTML={{ __html: assets.script }} />
      </body>
    </html>
  );
}
