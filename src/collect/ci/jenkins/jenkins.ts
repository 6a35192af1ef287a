/** Jenkins: which files are its own. */
import { defineCollector } from '../../collector.js';
import { onDemand } from '../../on-demand.js';

const JENKINSFILE = /(^|\/)(Jenkinsfile[^/]*|[^/]+\.jenkinsfile|[^/]*\.Jenkinsfile)$/;

export const jenkins = defineCollector({
  name: 'jenkins',
  title: 'Jenkins',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => JENKINSFILE.test(path),
  start: (collection) =>
    onDemand(async () => (await import('./jenkinsfiles.js')).readJenkinsfiles(collection)),
});
