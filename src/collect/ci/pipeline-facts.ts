/** What the collectors of CI systems share: a `pipeline` fact with nothing said yet, the tool in use, and files that cannot be read. */
import { atLine, type Evidence } from '../../model/evidence.js';
import type { FactData, FactKind } from '../../model/facts.js';
import type { Collection } from '../collector.js';

export type Pipeline = FactData<'pipeline'>;

/** What may be missing where a pipeline cannot be read. */
const PIPELINE_KINDS = ['pipeline', 'pipeline-activity', 'delivery-path'] as const satisfies FactKind[];

/** The event of a build that the settings of the system start: no file says on what. */
export const EXTERNAL = 'external';

export function emptyPipeline(system: Pipeline['system'], path: string, said: Partial<Pipeline>): Pipeline {
  return {
    system,
    title: path,
    path,
    triggers: [],
    reusable: false,
    composite: false,
    concurrency: '',
    inputs: [],
    jobs: [],
    ...said,
  };
}

/** Tells of a pipeline, with the lines of its triggers. */
export function tellPipeline(collection: Collection, pipeline: Pipeline, line: number): void {
  const { path, title } = pipeline;
  collection.fact('pipeline', title === path ? path : `${path}: ${title}`, pipeline, [
    atLine(path, line),
    ...pipeline.triggers.map((t) => atLine(path, t.line, 'trigger')),
  ]);
}

/** Tells that a CI system is used, by the first of its files. */
export function tellSystem(
  collection: Collection,
  system: Pipeline['system'],
  files: readonly Evidence[],
): void {
  if (files.length === 0) return;
  collection.fact('tool-use', system, { tool: system, category: 'ci' }, files.slice(0, 5));
}

export function tellUnreadable(
  collection: Collection,
  path: string,
  system: string,
  error: { error: string; errorLine: number },
): void {
  collection.gap({
    kinds: [...PIPELINE_KINDS],
    reason: 'unreadable',
    what: `${path} cannot be read as a pipeline of ${system} (line ${error.errorLine || 1}: ${error.error})`,
    remedy: `Mend the file: ${system} cannot run it either.`,
    path,
  });
}
