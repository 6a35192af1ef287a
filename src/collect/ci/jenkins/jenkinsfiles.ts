/** Jenkins: declarative and scripted Jenkinsfiles -> `pipeline` facts. What starts a build is mostly set in Jenkins. */
import { atLine, type Evidence } from '../../../model/evidence.js';
import { emptyTrigger, type PipelineTrigger } from '../../../parse/ci/pipeline.js';
import { parseGroovy } from '../../../parse/groovy/groovy.js';
import type { GroovyCall, GroovyStatement, GroovyValue } from '../../../parse/groovy/syntax.js';
import type { Collection, Reading } from '../../collector.js';
import type { SourceText } from '../../source-text.js';
import {
  EXTERNAL,
  emptyPipeline,
  type Pipeline,
  tellPipeline,
  tellSystem,
  tellUnreadable,
} from '../pipeline-facts.js';
import { Declarative } from './declarative.js';
import { named, parts, textOf } from './groovy-values.js';
import { Jobs } from './jobs.js';
import { Script } from './script.js';

const NO_STRINGS: ReadonlyMap<string, string> = new Map();

/** Each Jenkinsfile is read as it comes. */
export function readJenkinsfiles(collection: Collection): Reading {
  const files: Evidence[] = [];
  return {
    file(source) {
      files.push(atLine(source.path, 1));
      readJenkinsfile(source, collection);
    },
    end: () => tellSystem(collection, 'jenkins', files),
  };
}

function readJenkinsfile(source: SourceText, collection: Collection): void {
  const reading = source.as(parseGroovy);
  if (reading.error !== '') {
    tellUnreadable(collection, source.path, 'Jenkins', reading);
    return;
  }
  const { statements } = reading;
  const declared = statements.flatMap((s) =>
    s.type === 'value' && s.value.type === 'call' && s.value.name === 'pipeline' && s.value.block
      ? [s.value]
      : [],
  )[0];
  const line = declared?.line ?? statements[0]?.line ?? 1;
  const made = new Jobs();
  const script = new Script(made, statements);
  const jobs = declared
    ? new Declarative(made, script).pipeline(declared)
    : script.pipeline(statements, line);
  const settings = new Settings(line);
  settings.read(declared?.block ?? statements);
  tellPipeline(collection, emptyPipeline('jenkins', source.path, { jobs, ...settings.found }), line);
}

/** What a Jenkinsfile says about its builds as a whole: triggers, parameters, one at a time. */
class Settings {
  readonly found: Pick<Pipeline, 'triggers' | 'inputs' | 'concurrency'>;

  constructor(line: number) {
    this.found = { triggers: [emptyTrigger(EXTERNAL, line)], inputs: [], concurrency: '' };
  }

  read(block: readonly GroovyStatement[]): void {
    for (const part of parts(block)) this.#part(part);
  }

  #part(part: GroovyCall): void {
    switch (part.name) {
      case 'triggers':
      case 'options':
        for (const inner of parts(part.block)) this.#part(inner);
        return;
      case 'parameters':
        this.#parameters(part, [...parts(part.block), ...listed(part)]);
        return;
      case 'properties':
      case 'pipelineTriggers':
        for (const inner of listed(part)) this.#part(inner);
        return;
      case 'cron':
      case 'parameterizedCron':
        this.#trigger(emptyTrigger('schedule', part.line));
        return;
      case 'pollSCM':
      case 'githubPush':
        this.#trigger(emptyTrigger('push', part.line));
        return;
      case 'disableConcurrentBuilds':
        this.found.concurrency = 'disableConcurrentBuilds';
    }
  }

  #trigger(trigger: PipelineTrigger): void {
    if (!this.found.triggers.some((t) => t.event === trigger.event)) this.found.triggers.push(trigger);
  }

  /** Parameters are there for a person to choose. */
  #parameters(holder: GroovyCall, calls: readonly GroovyCall[]): void {
    for (const call of calls) {
      const name = textOf(named(call, 'name') ?? call.given[0], NO_STRINGS);
      if (name === '') continue;
      const [first] = listOf(named(call, 'choices') ?? call.given[1]);
      const fallback = named(call, 'defaultValue');
      this.found.inputs.push({
        name,
        default: fallback
          ? textOf(fallback, NO_STRINGS)
          : first
            ? (textOf(first, NO_STRINGS).split('\n')[0] ?? '')
            : '',
        type: call.name === 'booleanParam' ? 'boolean' : 'string',
      });
    }
    if (this.found.inputs.length > 0) this.#trigger(emptyTrigger('workflow_dispatch', holder.line));
  }
}

function listOf(value: GroovyValue | undefined): readonly GroovyValue[] {
  return value?.type === 'list' ? value.items : value ? [value] : [];
}

/** The calls among the values that a call is given, those in a list included. */
function listed(call: GroovyCall): GroovyCall[] {
  return call.given.flatMap(listOf).flatMap((v) => (v.type === 'call' ? [v] : []));
}
