/** Tekton: PipelineRuns with what they run, and Pipelines that nothing here runs -> `pipeline` facts. */
import { atLine, type Evidence } from '../../model/evidence.js';
import { emptyTrigger, type PipelineTrigger } from '../../parse/ci/pipeline.js';
import {
  parseTekton,
  speaksOfTekton,
  type TektonObject,
  TektonReader,
  valuesOf,
} from '../../parse/ci/tekton.js';
import { triggersOf } from '../../parse/ci/tekton-triggers.js';
import { list, type Mapping, mapping, mappings, text } from '../../parse/shape.js';
import { type Collection, defineCollector } from '../collector.js';
import { EXTERNAL, emptyPipeline, tellPipeline, tellSystem, tellUnreadable } from './pipeline-facts.js';

/** What is there to be looked at runs nowhere. */
const SHOWN_ONLY = /(^|\/)(examples?|samples?|docs?|documentation)\//;

export const tekton = defineCollector({
  name: 'tekton',
  title: 'Tekton',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  doubts: ['pipeline', 'delivery-path', 'pipeline-activity'],
  likely: (path) => /(^|\/)\.?tekton\//.test(path),
  reads: (path) => /\.ya?ml$/.test(path) && !SHOWN_ONLY.test(path),
  start(collection) {
    const objects: TektonObject[] = [];
    return {
      file(source) {
        if (!speaksOfTekton(source.text)) return;
        const reading = source.as(parseTekton);
        // A template of a chart is no YAML before it is rendered.
        if (reading.error !== '' && !/\{\{-?\s*(\.|if|range|include|with|define)/.test(source.text))
          tellUnreadable(collection, source.path, 'Tekton', reading);
        objects.push(...reading.objects);
      },
      end: () => tellAll(collection, objects),
    };
  },
});

function tellAll(collection: Collection, objects: readonly TektonObject[]): void {
  const shown: Evidence[] = [];
  const followed = new Set<TektonObject>();
  const tell = (object: TektonObject, spec: Mapping, triggers: PipelineTrigger[]): void => {
    const reader = new TektonReader(objects, object.path);
    reader.read({ object, spec, given: valuesOf(spec.params) });
    for (const one of reader.followed) followed.add(one);
    shown.push(atLine(object.path, object.line));
    const started = triggers.length > 0 ? triggers : [emptyTrigger(EXTERNAL, object.line)];
    const title = object.name || object.path;
    tellPipeline(
      collection,
      emptyPipeline('tekton', object.path, { title, triggers: started, jobs: reader.jobs }),
      object.line,
    );
  };
  for (const object of objects) {
    const spec = mapping(object.root.spec);
    if (object.kind === 'PipelineRun') tell(object, spec, triggersOf(object));
    if (object.kind === 'TriggerTemplate')
      for (const resource of mappings(spec.resourcetemplates))
        if (text(resource.kind) === 'PipelineRun')
          tell(object, mapping(resource.spec), listenedFor(object.name, objects));
  }
  for (const object of objects)
    if (object.kind === 'Pipeline' && !followed.has(object)) tell(object, mapping(object.root.spec), []);
  tellSystem(collection, 'tekton', shown);
}

/** The events for which an EventListener or Trigger starts a template. */
function listenedFor(template: string, objects: readonly TektonObject[]): PipelineTrigger[] {
  const found: PipelineTrigger[] = [];
  for (const { kind, root, text: at } of objects) {
    const spec = mapping(root.spec);
    const triggers = kind === 'EventListener' ? mappings(spec.triggers) : kind === 'Trigger' ? [spec] : [];
    for (const trigger of triggers) {
      const of = mapping(trigger.template);
      if (text(of.ref) !== template && text(of.name) !== template) continue;
      found.push(...interceptedBy(trigger, at.line(trigger, 'template')));
    }
  }
  return found;
}

function interceptedBy(trigger: Mapping, line: number): PipelineTrigger[] {
  const interceptors = mappings(trigger.interceptors);
  const events = interceptors.flatMap((i) => [
    ...mappings(i.params).flatMap((p) => (text(p.name) === 'eventTypes' ? list(p.value).map(text) : [])),
    ...['github', 'gitlab', 'bitbucket'].flatMap((forge) => list(mapping(i[forge]).eventTypes).map(text)),
  ]);
  const filters = JSON.stringify(interceptors);
  const branches = [...filters.matchAll(/refs\/heads\/([\w./-]+)/g)].map((m) => m[1] ?? '');
  const of = (event: string): PipelineTrigger[] => {
    if (/^(push|Push Hook|repo:refs_changed)$/i.test(event))
      return [{ ...emptyTrigger('push', line), branches: [...new Set(branches)] }];
    return /^(pull_request|Merge Request Hook|pr:opened)$/i.test(event)
      ? [emptyTrigger('pull_request', line)]
      : [];
  };
  return [...new Set(events)].flatMap(of);
}
