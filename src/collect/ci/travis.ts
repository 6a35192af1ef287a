/** Travis CI: .travis.yml -> a `pipeline` fact. */
import { atLine } from '../../model/evidence.js';
import { parseTravis } from '../../parse/ci/travis.js';
import { defineCollector } from '../collector.js';
import { emptyPipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

export const travis = defineCollector({
  name: 'travis',
  title: 'Travis CI',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => /^\.travis\.ya?ml$/.test(path),
  start(collection) {
    return {
      file(source) {
        const { path } = source;
        const reading = source.as(parseTravis);
        tellSystem(collection, 'travis', [atLine(path, 1)]);
        if (reading.error !== '') tellUnreadable(collection, path, 'Travis', reading);
        if (!reading.value) return;
        const { jobs, triggers, line } = reading.value;
        tellPipeline(collection, emptyPipeline('travis', path, { jobs, triggers }), line);
      },
    };
  },
});
