/** Buildkite: the pipelines in .buildkite -> `pipeline` facts. What starts a build is set in Buildkite. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { type BuildkiteFile, BuildkiteReader, parseBuildkite } from '../../parse/ci/buildkite.js';
import { emptyTrigger } from '../../parse/ci/pipeline.js';
import { defineCollector } from '../collector.js';
import { EXTERNAL, emptyPipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

export const buildkite = defineCollector({
  name: 'buildkite',
  title: 'Buildkite',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => /(^|\/)\.buildkite\/.*\.ya?ml$|(^|\/)buildkite\.ya?ml$/.test(path),
  start(collection) {
    const files = new Map<string, BuildkiteFile>();
    return {
      file(source) {
        const file = source.as(parseBuildkite);
        if (file.error !== '' && /^\s*-?\s*(steps|command|label|wait)\b/m.test(source.text))
          tellUnreadable(collection, source.path, 'Buildkite', file);
        else if (file.steps) files.set(source.path, file);
      },
      end() {
        const shown: Evidence[] = [];
        const uploaded = new Set<string>();
        // What others upload is read with them, first of all what the one that Buildkite takes by itself uploads.
        const paths = [...files.keys()].sort((a, b) => rank(a) - rank(b));
        for (const path of paths) {
          const file = files.get(path);
          if (!file || uploaded.has(path)) continue;
          const reader = new BuildkiteReader(files, path);
          const jobs = reader.read();
          for (const one of reader.uploaded) uploaded.add(one);
          shown.push(atLine(path, 1));
          const triggers = [emptyTrigger(EXTERNAL, file.line)];
          tellPipeline(collection, emptyPipeline('buildkite', path, { jobs, triggers }), file.line);
        }
        tellSystem(collection, 'buildkite', shown);
      },
    };
  },
});

function rank(path: string): number {
  return /^\.buildkite\/pipeline\.ya?ml$/.test(path) ? 0 : 1;
}
