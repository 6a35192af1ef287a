/** What starts an Azure pipeline. */

import { isMapping, list, type Mapping, mapping, texts } from '../../shape.js';
import type { YamlSources } from '../../yaml-sources.js';
import { emptyTrigger, type PipelineTrigger } from '../pipeline.js';

export function readTriggers(root: Mapping, sources: YamlSources): PipelineTrigger[] {
  const line = (key: string): number =>
    sources.at(root, key in root ? key : (Object.keys(root)[0] ?? '')).line;
  const found: PipelineTrigger[] = [];
  const push = filtersOf(root.trigger);
  if (root.trigger !== 'none' && !(isMapping(root.trigger) && root.trigger.enabled === false))
    found.push({
      ...emptyTrigger('push', line('trigger')),
      ...push,
      branches: push.branches.length === 0 && push.tags.length === 0 ? ['**'] : push.branches,
    });
  if (root.pr !== undefined && root.pr !== 'none' && root.pr !== null)
    found.push({ ...emptyTrigger('pull_request', line('pr')), ...filtersOf(root.pr) });
  if (list(root.schedules).length > 0) found.push(emptyTrigger('schedule', line('schedules')));
  if (list(mapping(root.resources).pipelines).some((p) => isMapping(p) && p.trigger))
    found.push(emptyTrigger('workflow_run', line('resources')));
  // Without a trigger it is there to be started by hand.
  if (found.length === 0 || list(root.parameters).length > 0)
    found.push(emptyTrigger('workflow_dispatch', line('trigger')));
  return found;
}

function filtersOf(
  value: unknown,
): Pick<PipelineTrigger, 'branches' | 'branchesIgnore' | 'tags' | 'tagsIgnore' | 'paths' | 'pathsIgnore'> {
  const branches = Array.isArray(value) ? { include: value } : isMapping(value) ? value.branches : undefined;
  const of = (key: string): { include: string[]; exclude: string[] } => {
    const filter = key === 'branches' ? branches : mapping(value)[key];
    return {
      include: texts(Array.isArray(filter) ? filter : mapping(filter).include).map(bare),
      exclude: texts(mapping(filter).exclude).map(bare),
    };
  };
  const [b, t, p] = [of('branches'), of('tags'), of('paths')];
  return {
    branches: [...b.include, ...(b.include.length > 0 ? b.exclude.map((e) => `!${e}`) : [])],
    branchesIgnore: b.include.length > 0 ? [] : b.exclude,
    tags: t.include,
    tagsIgnore: t.include.length > 0 ? [] : t.exclude,
    paths: p.include,
    pathsIgnore: p.exclude,
  };
}

function bare(branch: string): string {
  const name = branch.replace(/^refs\/(heads|tags)\//, '');
  return name === '*' ? '**' : name;
}
