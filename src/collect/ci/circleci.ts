/** CircleCI: `.circleci/config.yml`, and the configuration that a setup workflow hands on -> `pipeline` facts. */
import { atLine } from '../../model/evidence.js';
import { readCircleConfig } from '../../parse/ci/circleci.js';
import { type Collection, defineCollector } from '../collector.js';

const CONFIG = /^\.circleci\/config\.ya?ml$/;
const FILES = /^\.circleci\/.*\.ya?ml$/;

export const circleci = defineCollector({
  name: 'circleci',
  title: 'CircleCI',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => FILES.test(path),
  start(collection) {
    const texts = new Map<string, string>();
    return {
      file(source) {
        texts.set(source.path, source.text);
      },
      end() {
        for (const path of [...texts.keys()].filter((p) => CONFIG.test(p)))
          read(path, texts, collection, false);
        texts.clear();
      },
    };
  },
});

function read(
  path: string,
  texts: ReadonlyMap<string, string>,
  collection: Collection,
  goesOn: boolean,
): void {
  const config = readCircleConfig(texts.get(path) ?? '', path, goesOn);
  if (config.error !== '')
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'unreadable',
      what: `${path} cannot be read as a configuration of CircleCI (line ${config.errorLine || 1}: ${config.error})`,
      remedy: 'Mend the file: CircleCI cannot run it either.',
      path,
    });
  for (const { title, triggers, jobs, line } of config.workflows)
    collection.fact(
      'pipeline',
      config.workflows.length === 1 ? path : `${path} (${title})`,
      {
        system: 'circleci',
        title,
        path,
        triggers,
        reusable: false,
        composite: false,
        concurrency: '',
        inputs: [],
        jobs,
      },
      [atLine(path, line), ...triggers.map((t) => atLine(path, t.line, 'trigger'))],
    );
  if (!config.setup || goesOn) return;
  const next = config.continues.filter((p) => texts.has(p));
  for (const one of next) read(one, texts, collection, true);
  if (next.length === 0)
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'not-supported',
      what: `${path} makes the configuration that runs while it runs`,
      path,
    });
}
