/** Google Cloud Build: its configurations -> `pipeline` facts. Triggers are set in the cloud. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { parseCloudBuild } from '../../parse/ci/cloud-build.js';
import { defineCollector } from '../collector.js';
import { emptyPipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

export const cloudBuild = defineCollector({
  name: 'cloud-build',
  title: 'Google Cloud Build',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) =>
    /(^|\/)\.?cloud-?build[^/]*\.(ya?ml|json)$|(^|\/)\.?cloud-?build\/[^/]+\.ya?ml$/i.test(path),
  start(collection) {
    const files: Evidence[] = [];
    return {
      file(source) {
        const reading = source.as(parseCloudBuild);
        if (reading.error !== '') tellUnreadable(collection, source.path, 'Cloud Build', reading);
        if (!reading.value) return;
        const { jobs, triggers, line } = reading.value;
        files.push(atLine(source.path, line));
        tellPipeline(collection, emptyPipeline('cloud-build', source.path, { jobs, triggers }), line);
      },
      end: () => tellSystem(collection, 'cloud-build', files),
    };
  },
});
