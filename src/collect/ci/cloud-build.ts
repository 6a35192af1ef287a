/** Google Cloud Build: its configurations -> `pipeline` facts, started as the triggers say that Terraform declares; others are set in the cloud. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { parseCloudBuild } from '../../parse/ci/cloud-build.js';
import { emptyTrigger, type PipelineTrigger } from '../../parse/ci/pipeline.js';
import { defineCollector } from '../collector.js';
import { emptyPipeline, type Pipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

const CONFIGURATION = /(^|\/)\.?cloud-?build[^/]*\.(ya?ml|json)$|(^|\/)\.?cloud-?build\/[^/]+\.ya?ml$/i;
const TERRAFORM = /\.tf$/;
const TRIGGER = /^resource\s+"google_cloudbuild_trigger"\s+"[^"]*"\s*\{\n([\s\S]{0,8000}?)^\}/gm;

export const cloudBuild = defineCollector({
  name: 'cloud-build',
  title: 'Google Cloud Build',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  reads: (path) => CONFIGURATION.test(path) || TERRAFORM.test(path),
  start(collection) {
    const files: Evidence[] = [];
    const found: { path: string; jobs: Pipeline['jobs']; triggers: PipelineTrigger[]; line: number }[] = [];
    const declared: Declared[] = [];
    return {
      file(source) {
        if (TERRAFORM.test(source.path)) {
          declared.push(...declaredIn(source.text));
          return;
        }
        const reading = source.as(parseCloudBuild);
        if (reading.error !== '') tellUnreadable(collection, source.path, 'Cloud Build', reading);
        if (!reading.value) return;
        files.push(atLine(source.path, reading.value.line));
        found.push({ path: source.path, ...reading.value });
      },
      end() {
        for (const { path, jobs, triggers, line } of found) {
          const own = declared.filter((d) => d.file.test(path)).map((d) => d.trigger(line));
          const said = { jobs, triggers: own.length > 0 ? own : triggers };
          tellPipeline(collection, emptyPipeline('cloud-build', path, said), line);
        }
        tellSystem(collection, 'cloud-build', files);
      },
    };
  },
});

interface Declared {
  /** Which configurations it starts: parts of a path that hang on a variable may be any. */
  file: RegExp;
  trigger(line: number): PipelineTrigger;
}

/** The triggers of a file of Terraform that start a configuration of a repository on a push or a pull request. */
function declaredIn(text: string): Declared[] {
  if (!text.includes('google_cloudbuild_trigger')) return [];
  return [...text.matchAll(TRIGGER)].flatMap(([, block = '']) => {
    const file = /^\s*(?:filename|path)\s*=\s*"([^"]+)"/m.exec(block)?.[1] ?? '';
    const [, event, ref, pattern = ''] =
      /\b(push|pull_request)\s*\{[^{}]*?\b(branch|tag)\s*=\s*"([^"]*)"/.exec(
        block.replace(/\$\{[^{}]*\}/g, '$'),
      ) ?? [];
    if (file === '' || !event) return [];
    const parts = file.split(/\$\{[^{}]*\}/).map((p) => p.replace(/[.+?^{}()|[\]\\]/g, '\\$&'));
    // A pattern that hangs on a variable, or that more than one name fits, limits nothing here.
    const name = pattern.replace(/^\^|\$$/g, '');
    const names = /^[\w./-]+$/.test(name) ? [name] : [];
    return [
      {
        file: new RegExp(`^${parts.join('[^/]+')}$`),
        trigger: (line: number) => ({
          ...emptyTrigger(event, line),
          ...(ref === 'tag'
            ? { tags: names.length > 0 ? names : ['*'] }
            : { branches: names.length > 0 ? names : ['**'] }),
        }),
      },
    ];
  });
}
