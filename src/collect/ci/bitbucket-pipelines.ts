/** Bitbucket Pipelines: each entry of `bitbucket-pipelines.yml` -> a `pipeline` fact. */
import { atLine } from '../../model/evidence.js';
import { readBitbucketPipelines } from '../../parse/ci/bitbucket-pipelines.js';
import { type Collection, defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

export const bitbucketPipelines = defineCollector({
  name: 'bitbucket-pipelines',
  title: 'Bitbucket Pipelines',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => /^bitbucket-pipelines\.ya?ml$/.test(path),
  start(collection) {
    return { file: (source) => read(source, collection) };
  },
});

function read({ path, text }: SourceText, collection: Collection): void {
  const { pipelines, unseen, error, errorLine } = readBitbucketPipelines(text, path);
  if (error !== '')
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'unreadable',
      what: `${path} cannot be read as pipelines of Bitbucket (line ${errorLine || 1}: ${error})`,
      remedy: 'Mend the file: Bitbucket cannot run it either.',
      path,
    });
  for (const { what, line } of unseen)
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'elsewhere',
      what: `${path}:${line} imports ${what}, which is not in this repository`,
      path,
    });
  for (const { title, trigger, inputs, jobs, line } of pipelines)
    collection.fact(
      'pipeline',
      pipelines.length === 1 ? path : `${path} (${title})`,
      {
        system: 'bitbucket',
        title,
        path,
        triggers: [trigger],
        reusable: false,
        composite: false,
        concurrency: '',
        inputs,
        jobs,
      },
      [atLine(path, line), atLine(path, trigger.line, 'trigger')],
    );
}
