/** AppVeyor: its configuration -> a `pipeline` fact. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { parseAppveyor } from '../../parse/ci/appveyor.js';
import { defineCollector } from '../collector.js';
import { emptyPipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

export const appveyor = defineCollector({
  name: 'appveyor',
  title: 'AppVeyor',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => /^\.?appveyor\.ya?ml$/.test(path),
  start(collection) {
    const files: Evidence[] = [];
    return {
      file(source) {
        const { path } = source;
        const reading = source.as(parseAppveyor);
        files.push(atLine(path, 1));
        if (reading.error !== '') tellUnreadable(collection, path, 'AppVeyor', reading);
        if (!reading.value) return;
        const { jobs, triggers, line } = reading.value;
        tellPipeline(collection, emptyPipeline('appveyor', path, { jobs, triggers }), line);
      },
      end: () => tellSystem(collection, 'appveyor', files),
    };
  },
});
