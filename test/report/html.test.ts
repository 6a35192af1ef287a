import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../src/model/assessment.js';
import { atLine } from '../../src/model/evidence.js';
import { htmlReport } from '../../src/report/html/report.js';
import {
  assessmentOf,
  deliveryPath,
  emptyAssessment,
  finding,
  gap,
  repository,
  sampleAssessment,
  shopAssessment,
} from './sample.js';

const asset = (name: string) => readFileSync(new URL(`../../reports/html/${name}`, import.meta.url), 'utf8');
const ASSETS = { css: asset('report.css'), script: asset('report.js') };
const page = (assessment: Assessment) => htmlReport(assessment, ASSETS);

/** The text that a reader sees between two marks of the page. */
function words(html: string, from = '<body>', to = '<script>'): string {
  const start = html.indexOf(from);
  return html
    .slice(start, html.indexOf(to, start))
    .replace(/<wbr\/>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:])(?=\s|$)/g, '$1');
}

describe('the first page', () => {
  const first = words(page(shopAssessment()), '<body>', '<nav');

  it('names the repository, the commit and the date', () => {
    expect(first).toContain('shop main 4f2c91a 4 June 2026 1,284 commits of 31 people 3,120 files');
  });
  it('says the level and what holds it there', () => {
    expect(first).toContain('1 of 5: Tracked');
    expect(first).toContain('To be Tested: nothing reaches an environment or a registry untested.');
    expect(first).toContain('57 of 100 points are proven; 69 are possible');
  });
  it('names the finding that most deserves a conversation: a critical one before a dearer one', () => {
    expect(first).toContain(
      'To talk about Any tag is published to production; the tests run on branches only.',
    );
  });
  it('has three things to do with their days, and leads to the others', () => {
    expect(first).toMatch(/Deploys do not overtake each other.*less than ½ day.*\+6 points/);
    expect(first).toMatch(/Memory is monitored.*1-2 days/);
    expect(first).not.toContain('Set replicas to 2');
    expect(first).toContain('And 1 more recommendation');
  });
  it('says what was not seen and what would show it', () => {
    expect(first).toContain(
      '2 of 10 rules that apply could not be decided; the score is 57 to 69 because of it.',
    );
    expect(first).toContain(
      'To see it: render the charts (helm template) into a folder and scan that folder too.',
    );
    expect(first).toContain(
      '“Cloud costs are watched” is not decided: budgets may be kept in another repository.',
    );
  });
  it('has a table where there are several repositories', () => {
    const several = words(page(sampleAssessment()), '<body>', '<nav');
    expect(several).toContain('shop and platform');
    expect(several).toContain('platform main 00aa11b 28 May 2026 1 Tracked 2 0');
  });
  it('says of an empty repository that there is nothing to judge, and no more', () => {
    const html = page(emptyAssessment());
    expect(words(html)).toContain('There is no commit yet, so there is nothing to judge.');
    expect(html).not.toContain('id="findings"');
  });
  it('says that there is no score where nothing applies', () => {
    const html = page(assessmentOf([repository()]));
    expect(words(html)).toContain('No rule applies to what is here, so there is no score.');
    expect(html).not.toContain('NaN');
  });
});

describe('the practices', () => {
  it('are a table with the numbers beside each bar', () => {
    expect(words(page(shopAssessment()), 'id="practices"', '</section>')).toContain(
      'Monitoring basics 0 38 1 of 2',
    );
  });
  it('draw what is possible beneath what is proven', () => {
    expect(page(shopAssessment())).toContain(
      '<rect class="bar-possible" width="37.5%" height="16" fill="url(#hatch)"></rect><rect class="bar-proven" width="0%" height="16"></rect>',
    );
  });
});

describe('the path to production', () => {
  const html = page(shopAssessment());
  it('marks an untested route by a class and by a word', () => {
    const route = html.slice(html.indexOf('<g class="route untested">'));
    expect(words(route, '<g', '</g>')).toContain('publish release ✗ untested');
  });
  it('is told in words too', () => {
    expect(html).toContain(
      'aria-label="4 routes from a commit to an environment or a registry: 1 untested, 1 not known, 2 tested."',
    );
    expect(words(html, '<table class="routes"', '</table>')).toContain(
      'Tag publish .github/workflows/release.yml:14 production ✗ untested It starts on any tag;',
    );
  });
  it('says that none was found, and that some may have been hidden', () => {
    const none = repository({ gaps: [gap('shop', { kinds: ['pipeline'], reason: 'unreadable' })] });
    expect(words(page(assessmentOf([none])), 'id="path"', '</section>')).toContain(
      'No route to an environment or a registry was found in the files of this commit, but some of the files that could hold one could not be read.',
    );
  });
  it('draws no more jobs than a page holds, the untested ones to production first, and says so', () => {
    const facts = Array.from({ length: 30 }, (_, i) =>
      deliveryPath('shop', `job-${i}`, i + 1, {
        gate: i >= 28 ? 'untested' : 'tested',
        environment: i === 28 ? 'development' : 'production',
      }),
    );
    const many = page(assessmentOf([repository({ facts })]));
    expect(many.match(/<g class="route /g)).toHaveLength(14);
    expect(words(many.slice(many.indexOf('<g class="route ')), '<g', '</g>')).toContain('job-29');
    expect(words(many)).toContain('The drawing shows 14 of 30 jobs, the untested ones to production first');
  });
});

describe('the findings', () => {
  const html = page(sampleAssessment());
  it('unfold what fails or is open, and fold what holds', () => {
    const state = (title: string) => {
      const before = html.slice(0, html.indexOf(`<span class="rule-title">${title}`));
      return before.slice(before.lastIndexOf('<details')).startsWith('<details class="rule" open');
    };
    expect(state('Databases are backed up')).toBe(true);
    expect(state('Cloud costs are watched')).toBe(true);
    expect(state('Automated tests exist')).toBe(false);
  });
  it('have an outcome in a word, the subject, the message and a link to the line', () => {
    const item = html.slice(html.indexOf('<bdi>aws_db_instance.orders</bdi>') - 400);
    expect(words(item, '<li data-outcome="fail">', '</li>')).toContain(
      '✗ fails platform aws_db_instance.orders orders keeps no backup: backup_retention_period is 0.',
    );
    expect(item).toContain(
      'href="https://gitlab.example.com/acme/platform/-/blob/00aa11bb22cc33dd44ee55ff6600aa11bb22cc33/terraform/base/database.tf#L27"',
    );
  });
  it('can be filtered only where there is a script to do it', () => {
    expect(html).toContain('<form class="filter" hidden="">');
  });
});

describe('the file', () => {
  const html = page(sampleAssessment());
  it('asks nothing of the network', () => {
    expect(html).not.toMatch(/<link|<img|<iframe|\ssrc=|@import|url\(\s*['"]?(?:https?:|\/\/)/i);
  });
  it('allows its own style and script to run, and nothing else', () => {
    const [, css = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy.replaceAll('&#x27;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash(css)}'; script-src 'sha256-${hash(script)}'; base-uri 'none'; form-action 'none'`,
    );
    expect(html).not.toMatch(/\sstyle="|\son[a-z]+="/);
  });
  it('has every address within the page that it names, once', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
  });
  it('is the same for the same assessment', () => {
    expect(page(sampleAssessment())).toBe(html);
  });
});

describe("a stranger's text in the page", () => {
  const hostile =
    '</script></style><script>alert(1)</script><img src=x onerror=alert(1)>"\' onload="alert(1)\u202e';
  const shop = repository({
    name: hostile,
    branch: hostile,
    webUrl: 'javascript:alert(1)//github.com/a/b',
    findings: [
      finding(hostile, 'memory-is-monitored', 'fail', hostile, hostile, [
        atLine(`${hostile}/a.yml`, 3),
        { type: 'github', url: 'javascript:alert(1)', field: hostile },
        { type: 'commit', sha: hostile, at: hostile },
      ]),
      finding(hostile, 'cloud-costs-are-watched', 'unknown', hostile, hostile),
    ],
    facts: [
      deliveryPath(hostile, hostile, 1, {
        pipeline: hostile,
        environment: hostile,
        reason: hostile,
        gate: 'untested',
      }),
    ],
    gaps: [gap(hostile, { what: hostile, remedy: hostile, path: hostile })],
    notes: [hostile],
  });
  const assessment = assessmentOf([shop]);
  assessment.rules = assessment.rules.map((r) => ({
    ...r,
    title: hostile,
    why: hostile,
    sources: [{ title: hostile, url: 'javascript:alert(1)' }],
  }));
  const html = page(assessment);

  it('makes no element and no attribute', () => {
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.match(/<\/script/g)).toHaveLength(1);
    expect(html.match(/<\/style/g)).toHaveLength(1);
    expect(html).not.toContain('<img');
    expect(html.replace(/<script>[\s\S]*/, '')).not.toMatch(/<[^>]*\son[a-z]+="/);
  });
  it('makes no address but http, https and those within the page', () => {
    for (const [, address = ''] of html.matchAll(/href="([^"]*)"/g))
      expect(address).toMatch(/^(?:https?:\/\/|#)/);
  });
  it('turns no order of reading', () => {
    expect(html).not.toContain('\u202e');
  });
});
