/** Azure Pipelines: files that say what starts them, or bear the usual name, with the templates that they use -> `pipeline` facts. */
import { atLine } from '../../model/evidence.js';
import {
  type AzurePipeline,
  readAzurePipeline,
  startsByItself,
} from '../../parse/ci/azure/azure-pipelines.js';
import { mapping } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';

const YAML = /\.ya?ml$/;
const NAMED = /(^|\/)\.?azure-pipelines?[^/]*\.ya?ml$/;
/** What only a pipeline or a template of Azure says. */
const SPEAKS =
  /(?:^|[{,\s])(task|script|bash|pwsh|powershell|template|deployment|vmImage|stages|jobs|steps|variables)\s*:/m;
const STARTS = /^(trigger|pr|schedules|resources)\s*:/m;
const RUNS = /^(stages|jobs|steps|extends)\s*:/m;
const WORDS =
  /(?:^|[{,\s])(task\s*:\s*\S+@\d|script\s*:|bash\s*:|pwsh\s*:|powershell\s*:|template\s*:|vmImage\s*:|deployment\s*:)/m;
const OTHER = /^\.(github|circleci|gitlab|buildkite)\/|^\.gitlab-ci/;

export const azurePipelines = defineCollector({
  name: 'azure-pipelines',
  title: 'Azure Pipelines',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  // Any YAML file may be a template; which ones are is known only at the end.
  doubts: [],
  reads: (path) => YAML.test(path) && !OTHER.test(path),
  start(collection) {
    const texts = new Map<string, string>();
    return {
      file(source) {
        if (NAMED.test(source.path) || SPEAKS.test(source.text)) texts.set(source.path, source.text);
      },
      end() {
        readAll(texts, collection);
        texts.clear();
      },
    };
  },
});

function readAll(texts: ReadonlyMap<string, string>, collection: Collection): void {
  const roots = [...texts].flatMap(([path, text]) => (isPipeline(path, text) ? [path] : []));
  const read = roots.map((path) => ({ path, pipeline: readAzurePipeline(path, (p) => texts.get(p)) }));
  const templates = new Set(read.flatMap((r) => r.pipeline.templates));
  for (const { path, pipeline } of read)
    if (!templates.has(path) || STARTS.test(texts.get(path) ?? '')) report(path, pipeline, collection);
}

function isPipeline(path: string, text: string): boolean {
  if (NAMED.test(path)) {
    const [document] = parseYaml(text, path);
    return document !== undefined && (document.error !== '' || startsByItself(mapping(document.value)));
  }
  return STARTS.test(text) && RUNS.test(text) && WORDS.test(text) && !/^on\s*:/m.test(text);
}

function report(path: string, pipeline: AzurePipeline, collection: Collection): void {
  if (pipeline.error !== '')
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'unreadable',
      what: `${path} cannot be read as a pipeline of Azure (line ${pipeline.errorLine || 1}: ${pipeline.error})`,
      remedy: 'Mend the file: Azure cannot run it either.',
      path,
    });
  for (const part of pipeline.unseen)
    collection.gap({
      kinds: part.wraps ? ['pipeline-activity'] : ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'elsewhere',
      what: `${part.path}:${part.line} uses the template ${part.what}, which is not in this repository`,
      path: part.path,
    });
  if (pipeline.jobs.length === 0) return;
  const own = <T extends { path: string }>(part: T): T => (part.path === path ? { ...part, path: '' } : part);
  const { triggers, inputs } = pipeline;
  collection.fact(
    'pipeline',
    path,
    {
      system: 'azure-pipelines',
      title: pipeline.title || path,
      path,
      triggers,
      reusable: false,
      composite: false,
      concurrency: '',
      inputs,
      jobs: pipeline.jobs.map((job) => own({ ...job, steps: job.steps.map(own) })),
    },
    [atLine(path, pipeline.line), ...triggers.map((t) => atLine(path, t.line, 'trigger'))],
  );
}
