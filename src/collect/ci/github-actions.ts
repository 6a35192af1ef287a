/** GitHub Actions: the workflows that GitHub runs and the composite actions beside them -> `pipeline` facts. */
import { atLine, type Evidence } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { parseCompositeAction, parseWorkflow, type Workflow } from '../../parse/ci/workflow.js';
import { isMapping, mapping, text, within } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import type { SourceText } from '../source-text.js';

/** GitHub runs what lies directly in this folder and no other. */
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;
const ACTION = /(^|\/)action\.ya?ml$/;

/** An action of somebody else that a tag or branch names, which its owner can move. */
function floats(uses: string): boolean {
  return uses !== '' && !/^(\.\/|actions\/|github\/|docker:)/.test(uses) && !/@[0-9a-f]{40}$/.test(uses);
}

export const githubActions = defineCollector({
  name: 'github-actions',
  title: 'GitHub Actions',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  reads: (path) => WORKFLOW.test(path) || ACTION.test(path),
  start(collection) {
    const handed: Evidence[] = [];
    return {
      file(source) {
        readPipeline(source, collection);
        handed.push(...handedSecrets(source));
      },
      end() {
        if (handed.length === 0) return;
        const data = { tool: 'github-secrets', category: 'secrets' } as const;
        collection.fact('tool-use', data.tool, data, handed.slice(0, 5));
      },
    };
  },
});

function readPipeline(source: SourceText, collection: Collection): void {
  const isWorkflow = WORKFLOW.test(source.path);
  const { value, error, errorLine } = source.as(isWorkflow ? parseWorkflow : parseCompositeAction);
  if (error !== '') {
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'unreadable',
      what: `${source.path} cannot be read as a ${isWorkflow ? 'workflow' : 'composite action'} (line ${errorLine || 1}: ${error})`,
      remedy: 'Mend the file: GitHub cannot run it either.',
      path: source.path,
    });
  }
  if (!value) return;
  const data = pipelineOf(value, source.path, isWorkflow);
  collection.fact('pipeline', source.path, data, evidenceOf(data, source.path, value.line));
}

function pipelineOf(workflow: Workflow, path: string, isWorkflow: boolean): FactData<'pipeline'> {
  const { title, triggers, inputs, concurrency, jobs } = workflow;
  return {
    system: 'github-actions',
    title: title || path,
    path,
    triggers,
    reusable: !isWorkflow || triggers.some((t) => t.event === 'workflow_call'),
    composite: !isWorkflow,
    concurrency,
    inputs,
    jobs,
  };
}

/** The clouds' own actions for logging in. */
const CLOUD_LOGIN = /^(aws-actions\/configure-aws-credentials|google-github-actions\/auth|azure\/login)@/i;

function evidenceOf(pipeline: FactData<'pipeline'>, path: string, line: number): Evidence[] {
  return [
    atLine(path, line),
    ...pipeline.triggers.map((t) => atLine(path, t.line, 'trigger')),
    ...pipeline.jobs.flatMap((j) => [
      ...(j.uses === '' || !floats(j.uses) ? [] : [atLine(path, j.line, 'floating-action')]),
      ...j.steps.filter((s) => floats(s.uses)).map((s) => atLine(path, s.line, 'floating-action')),
      ...j.steps.filter((s) => CLOUD_LOGIN.test(s.uses)).map((s) => atLine(path, s.line, 'cloud-login')),
    ]),
  ];
}

/** The first place where a job hands secrets to a workflow that it calls, the run's own token left out. */
function handedSecrets(source: SourceText): Evidence[] {
  if (!WORKFLOW.test(source.path) || !/^\s+secrets:/m.test(source.text)) return [];
  for (const document of source.as(parseYaml))
    for (const job of Object.values(mapping(within(document.value, 'jobs')))) {
      if (!isMapping(job) || text(job.uses) === '') continue;
      const named = Object.values(mapping(job.secrets)).some((v) =>
        /secrets\.(?!GITHUB_TOKEN\b)[A-Za-z_]/.test(text(v)),
      );
      // What a workflow of this repository does with them is seen there.
      const all = job.secrets === 'inherit' && !text(job.uses).startsWith('./');
      if (named || all) return [atLine(source.path, document.lineOf(job, 'secrets'))];
    }
  return [];
}
