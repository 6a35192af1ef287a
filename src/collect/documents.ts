/** Documents that tell people something: by their usual names and places, not by their words. */
import { atLine } from '../model/evidence.js';
import type { FactData } from '../model/facts.js';
import { defineCollector } from './collector.js';

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
  [
    'runbook',
    new RegExp(
      `(^|/)(run-?books?|play-?books?|on-?call|incident[-_]?(response|management)?s?)/(.*/)?[^/]+${TEXT}$` +
        `|(^|/)docs?/(.*/)?(operations?|ops|operating)/(.*/)?[^/]+${TEXT}$` +
        `|(^|/)[^/]*\\brun-?book\\b[^/]*${TEXT}$` +
        `|^(docs?/(.*/)?)?(operations?|operating|on-?call|disaster[-_]?recovery|incident[-_]response|rollback)${TEXT}$`,
      'i',
    ),
  ],
];

export const documents = defineCollector({
  name: 'documents',
  title: 'Documents',
  gives: ['document'],
  reads: () => false,
  start(collection) {
    return {
      end() {
        for (const { path, size, type } of collection.files) {
          if (size === 0 || type === 'submodule') continue;
          const about = DOCUMENTS.find(([, name]) => name.test(path))?.[0];
          if (about) collection.fact('document', path, { about }, [atLine(path, 1)]);
        }
      },
    };
  },
});
