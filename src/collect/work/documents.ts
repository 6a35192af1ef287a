/** Documents that tell people something: those of a repository by their usual names, and those that tell how to operate or why by what they say. */
import { atLine } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

type About = FactData<'document'>['about'];

const TEXT = '(\\.(md|mdx|markdown|rst|adoc|asciidoc|txt|org))';
/** Where a code host looks for the documents of the whole repository. */
const HOME = '^(\\.github/|docs?/)?';

const DOCUMENTS: readonly (readonly [About, RegExp])[] = [
  ['readme', new RegExp(`${HOME}readme${TEXT}?$`, 'i')],
  ['contributing', new RegExp(`${HOME}contributing${TEXT}?$`, 'i')],
  ['licence', new RegExp(`^(licen[cs]e|copying|unlicense)([-.][a-z0-9-]+)?${TEXT}?$`, 'i')],
  ['security', /^((\.github\/)?([Ss]ecurity|SECURITY)|docs?\/SECURITY)\.(md|markdown|rst|adoc|txt)$/],
  ['changelog', new RegExp(`${HOME}(changelog|changes|history|release[-_]?notes)${TEXT}?$`, 'i')],
  [
    'architecture',
    new RegExp(`^(docs?/([^/]+/)?)?(architecture|system[-_]design)(/index|/readme)?${TEXT}$`, 'i'),
  ],
  [
    'decision',
    new RegExp(
      `(^|/)(adrs?|decisions?|decision[-_]records?|architecture[-_]decisions?)/(.*/)?(?![^/]*template)[^/]*\\d[^/]*${TEXT}$`,
      'i',
    ),
  ],
];

/** Places and names that promise instructions for operators; what they say decides. */
const PROMISES_RUNBOOK = new RegExp(
  `(^|/)(run-?books?|play-?books?|on-?call|incident[-_]?(response|management)?s?)/(.*/)?[^/]+${TEXT}$` +
    `|(^|/)docs?/(.*/)?(operations?|ops|operating)/(.*/)?[^/]+${TEXT}$` +
    `|(^|/)[^/]*\\b(run-?book|play-?book|on-?call|disaster[-_]?recovery|incident[-_](response|management)|rollback|troubleshooting)\\b[^/]*${TEXT}$` +
    `|^(docs?/(.*/)?)?(operations?|operating)${TEXT}$`,
  'i',
);
const ANY = new RegExp(`${TEXT}$`, 'i');
/** Pages for the users of a product, old versions of them, translations, articles, what tools are told. */
const PUBLISHED = /(^|\/)(versioned_docs|i18n|blog|posts|_posts|docs\/(user|sources)|\.[\w-]+)\//i;
const FRONT_MATTER = /^---\n[\s\S]{0,2000}?^(weight|sidebar_position|sidebar_label|slug|menuTitle|aliases):/m;

const HEADING = /^(?:#{1,5}|={1,5})[ \t]+(.+?)[ \t#]*$|^([A-Z][\w ,'-]{2,60})\n[-=~^]{3,}[ \t]*$/gm;
const RUNBOOK_HEADINGS =
  /^(?:\d+[.)] )?(symptoms?|diagnos(is|e|ing)|mitigation|escalation|roll(ing)? ?back|recovery|restor(e|ing)|alerts?|impact|severity|on-?call|contacts?|remediation|resolution|verif(y|ication)|failover|procedure|steps|immediate actions?|what to do|how to (fix|restore|recover|roll ?back|restart|rotate|scale|deploy))\b/i;
const DECISION_HEADINGS =
  /^(?:\d+[.)] )?(status|context( and problem statement)?|decision|decision (outcome|drivers)|consequences|considered options)$/i;
const POSTMORTEM_HEADINGS =
  /^(?:\d+[.)] )?(timeline|root causes?|contributing factors|impact|detection|resolution|action items|follow-?ups?|lessons learn(ed|t)|what went (well|wrong)|five whys|trigger)\b/i;
/** Notes for those who upgrade, and patterns to copy, have such headings too. */
const OTHERWISE = /(upgrad|release|change|migrat|template)[^/]*(\/[^/]*)?$/i;
/** Commands that look at or change what runs. */
const OPERATING =
  /^\s*(?:\$ )?(?:sudo )?(kubectl|helm|aws|gcloud|az|terraform|ansible(-playbook)?|ssh|systemctl|journalctl|docker|psql|pg_restore|mysql|redis-cli|heroku|flyctl|cf|gds|curl|nomad|consul|vault|argocd|flux|rails|bundle exec|make|oc|velero|etcdctl)\s/m;
const STEPS = /^\s*(?:\d+[.)]|#\.)\s+\S/gm;

export const documents = defineCollector({
  name: 'documents',
  title: 'Documents',
  gives: ['document'],
  likely: (path) => PROMISES_RUNBOOK.test(path) || DOCUMENTS.some(([, name]) => name.test(path)),
  reads: (path) => ANY.test(path) && !PUBLISHED.test(path),
  start(collection) {
    const told = new Map<string, { about: About; line: number }>();
    return {
      file(source) {
        const found = aboutOperating(source);
        if (found) told.set(source.path, found);
      },
      end() {
        for (const { path, size, type } of collection.files) {
          if (size === 0 || type === 'submodule') continue;
          const named = DOCUMENTS.find(([, name]) => name.test(path))?.[0];
          const found = named ? { about: named, line: 1 } : told.get(path);
          if (found) collection.fact('document', path, { about: found.about }, [atLine(path, found.line)]);
        }
      },
    };
  },
});

/** What a text says about operating, by its headings, steps and commands. */
function aboutOperating({ path, text }: SourceText): { about: About; line: number } | undefined {
  const headings = [...text.matchAll(HEADING)].map((m) => (m[1] ?? m[2] ?? '').trim());
  const among = (pattern: RegExp) =>
    new Set(headings.filter((h) => pattern.test(h)).map((h) => h.toLowerCase())).size;
  const own = !FRONT_MATTER.test(text) && !OTHERWISE.test(path);
  if (own && among(DECISION_HEADINGS) >= 3) return { about: 'decision', line: 1 };
  if (own && among(POSTMORTEM_HEADINGS) >= 3 && among(/^(timeline|root causes?)\b/i) > 0)
    return { about: 'postmortem', line: 1 };
  const steps = [...text.matchAll(STEPS)].length;
  const instructs = among(RUNBOOK_HEADINGS) + (OPERATING.test(text) ? 1 : 0) + (steps >= 3 ? 1 : 0);
  if (PROMISES_RUNBOOK.test(path)) return instructs >= 1 ? { about: 'runbook', line: 1 } : undefined;
  // Under any other name, only a page that is made like one.
  return own && among(RUNBOOK_HEADINGS) >= 3 && OPERATING.test(text)
    ? { about: 'runbook', line: 1 }
    : undefined;
}
