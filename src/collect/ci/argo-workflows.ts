/** Argo Workflows: workflows and the templates that nothing here calls -> `pipeline` facts. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { ArgoReader, type ArgoWorkflow, parseArgo, speaksOfArgo } from '../../parse/ci/argo-workflows.js';
import { emptyTrigger, type PipelineJob } from '../../parse/ci/pipeline.js';
import { defineCollector } from '../collector.js';
import { EXTERNAL, emptyPipeline, tellPipeline, tellSystem } from './pipeline-facts.js';

/** What is there to be looked at runs nowhere. */
const SHOWN_ONLY = /(^|\/)(examples?|samples?|docs?|documentation)\//;

/** Many workflows work on data; those that build, test or deliver software speak of its tools or wait for others that may. */
const OF_SOFTWARE =
  /\b(git|docker|kaniko|buildah|buildkit|helm|kubectl|kustomize|argocd|terraform|tests?|deploy\w*|release\w*|promote\w*|image|build)\b/i;

function delivers(job: PipelineJob): boolean {
  return job.steps.some((s) => OF_SOFTWARE.test(`${job.id.replaceAll('-', ' ')} ${s.run} ${s.uses}`));
}

export const argoWorkflows = defineCollector({
  name: 'argo-workflows',
  title: 'Argo Workflows',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  likely: () => false,
  reads: (path) => /\.ya?ml$/.test(path) && !SHOWN_ONLY.test(path),
  start(collection) {
    const workflows: ArgoWorkflow[] = [];
    return {
      file(source) {
        if (speaksOfArgo(source.text)) workflows.push(...source.as(parseArgo));
      },
      end() {
        const shown: Evidence[] = [];
        for (const workflow of workflows) {
          const reader = new ArgoReader(workflows, workflow);
          reader.read();
          if (!reader.jobs.some(delivers)) continue;
          const { path, line, name } = workflow;
          shown.push(atLine(path, line));
          const event = workflow.kind === 'CronWorkflow' ? 'schedule' : EXTERNAL;
          const said = { title: name || path, triggers: [emptyTrigger(event, line)], jobs: reader.jobs };
          tellPipeline(collection, emptyPipeline('argo-workflows', path, said), line);
        }
        tellSystem(collection, 'argo-workflows', shown);
      },
    };
  },
});
