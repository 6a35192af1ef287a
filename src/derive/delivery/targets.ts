/** Where a deploy goes: what kind of target, which environments, and whether it is there to be tested. */
import { knownEnvironment, normaliseEnvironment } from '../../model/environment-name.js';
import type { FactData } from '../../model/facts.js';
import type { Activity, Does } from '../commands/activity.js';
import type { Pipeline, PlannedJob, PlannedStep } from './plan.js';
import type { Scenario } from './scenarios.js';

export const TARGETS: Partial<Record<Does, FactData<'delivery-path'>['target']>> = {
  deploys: 'environment',
  'applies-iac': 'environment',
  publishes: 'artifact',
  'writes-gitops': 'gitops',
};

/** One environment for each change: the name is made of the branch or request. */
const EACH_CHANGE = /^(review|preview|pr|mr|pull-request|merge-request)s?[/_-].*\$\{\{/i;

/** What a step asks for to give each change a place of its own. */
const OF_ONE_CHANGE =
  /\bevent\.(pull_request\.number|number)\b|(?<![A-Za-z])(PR|PULL_REQUEST|MR)_?(NUMBER|ID|NUM)\b|CI_MERGE_REQUEST_I?ID|CIRCLE_PULL_REQUEST|BUILDKITE_PULL_REQUEST|System\.PullRequest\.PullRequest(Id|Number)/;

export function environmentsOf(
  job: PlannedJob,
  activity: Activity,
  scenario: Scenario,
  pipeline: Pipeline,
): string[] {
  const places = scenario.kind === 'pull-request' && TARGETS[activity.does] === 'environment';
  if (places && isOfOneChange(job, activity)) return ['preview'];
  const named = job.environments.filter((e) => !e.includes('${{')).map(normaliseEnvironment);
  if (named.length > 0) return [...new Set(named)];
  if (job.environments.some((e) => EACH_CHANGE.test(e))) return ['preview'];
  if (TARGETS[activity.does] === 'artifact') return [''];
  if (activity.preview || (scenario.kind === 'pull-request' && activity.environment === ''))
    return ['preview'];
  if (activity.environment !== '') return [activity.environment];
  // A job that chooses at run time is not named for one.
  if (job.environments.length > 0) return [''];
  const words = [
    job.data.id,
    job.data.title,
    pipeline.title,
    pipeline.path.replace(/^.*\//, '').replace(/\.ya?ml$/, ''),
  ];
  for (const text of words) {
    const known = new Set(
      text
        .toLowerCase()
        .split(/[^a-z]+/)
        .map(knownEnvironment)
        .filter((e) => /^(production|staging|development|qa|uat|preprod|sandbox|preview)$/.test(e)),
    );
    const [only, ...others] = known;
    if (only !== undefined && others.length === 0) return [only];
  }
  return [''];
}

/** Does the step that deploys name the place by the change, whatever environment the job names for all of them? */
function isOfOneChange(job: PlannedJob, activity: Activity): boolean {
  const does = (step: PlannedStep): boolean => step.activities.includes(activity) || step.inner.some(does);
  const step = job.steps.find(does);
  const variables = [...job.data.variables, ...(step?.data.variables ?? []), ...(step?.data.with ?? [])];
  return [step?.data.run ?? '', ...variables.map((v) => v.value)].some((text) => OF_ONE_CHANGE.test(text));
}

/** Names of pipelines and jobs that set something up in order to try it. */
const TRIES =
  /e2e|(deploy(ment)?|integration|smoke|end-to-end|conformance)[-_]?tests?|(^|[^a-z])(perf|kind)([^a-z]|$)/i;
const MEASURES = /(performance|perf|load)[-_]?tests?/i;

/** Is what a job changes there to be tested? What it publishes beside end-to-end tests is published all the same. */
export function isForTests(
  pipeline: Pipeline,
  job: PlannedJob,
  target: FactData<'delivery-path'>['target'] | undefined,
): boolean {
  const named = `${pipeline.path} ${job.id}`;
  return MEASURES.test(named) || (target !== 'artifact' && TRIES.test(named));
}
