/** Kubernetes: which files may declare or make its objects. */

import { lazily } from '../../parse/lazily.js';
import { defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import { onDemand } from '../on-demand.js';
import { gathersFiles, isJinja, isKustomization, mayServeHelmfile } from './file-names.js';
import { mayInstallCharts } from './helm-commands.js';
import { declaresObjects } from './kinds.js';

/** JSON files that are well known to be something else. */
const OTHER_JSON =
  /(^|\/)(package|package-lock|composer|tsconfig[^/]*|jsconfig|angular|nx|project|lerna|turbo|renovate|biome|deno|global|manifest|\.[^/]*)\.json$/;
/** What a chart's templates may use besides YAML. */
const CHART_TEXT = /(^|\/)templates\/.*\.(tpl|txt)$/;

export const kubernetes = defineCollector({
  name: 'kubernetes',
  title: 'Kubernetes',
  gives: [
    'autoscaler',
    'disruption-budget',
    'gitops-application',
    'image-reference',
    'kubernetes-object',
    'kubernetes-workload',
    'node-pool',
    'tool-use',
  ],
  reads(path) {
    if (mayInstallCharts(path)) return true;
    if (isNotRun(path)) return false;
    return (
      /\.ya?ml$/.test(path) ||
      isJinja(path) ||
      isKustomization(path) ||
      CHART_TEXT.test(path) ||
      mayServeHelmfile(path) ||
      (path.endsWith('.json') && !OTHER_JSON.test(path))
    );
  },
  // Large JSON and the descriptions of interfaces are seldom manifests.
  likely: (path) => !/\.json$|(openapi|swagger|schema|lock)[^/]*$/i.test(path),
  start(collection) {
    const gathers = lazily(() => gathersFiles(collection));
    return onDemand(
      async () => new (await import('./cluster.js')).Cluster(collection),
      // Where nothing gathers files, only those that declare objects tell anything.
      ({ path, text }) => gathers() || (!isNotRun(path) && declaresObjects(text)),
    );
  },
});
