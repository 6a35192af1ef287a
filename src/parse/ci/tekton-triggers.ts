/** What starts a run of Tekton by its annotations, as Pipelines as Code reads them. */

import { mapping, text } from '../shape.js';
import { emptyTrigger, type PipelineTrigger } from './pipeline.js';
import type { TektonObject } from './tekton.js';

const AS_CODE = 'pipelinesascode.tekton.dev/';

/** What starts a run by its annotations; nothing where it has none that tell. */
export function triggersOf({ root, text: at }: TektonObject): PipelineTrigger[] {
  const annotations = mapping(mapping(root.metadata).annotations);
  const of = (name: string) => text(annotations[AS_CODE + name]);
  const branches = listIn(of('on-target-branch'));
  const expression = of('on-cel-expression');
  const paths = listIn(of('on-path-change')).map((p) => p.replace(/\*\*\*/g, '**'));
  const pathsIgnore = listIn(of('on-path-change-ignore'));
  if (expression !== '') return celTriggers(expression, at.line(annotations, `${AS_CODE}on-cel-expression`));
  const found = listIn(of('on-event')).flatMap((event) => {
    const line = at.line(annotations, `${AS_CODE}on-event`);
    const tags = branches.filter((b) => b.startsWith('refs/tags/')).map((b) => b.slice(10));
    const heads = branches
      .filter((b) => !b.startsWith('refs/tags/'))
      .map((b) => b.replace(/^refs\/heads\//, ''));
    if (event === 'push')
      return [{ ...emptyTrigger('push', line), branches: heads, tags, paths, pathsIgnore }];
    return /^pull_request/.test(event)
      ? [{ ...emptyTrigger('pull_request', line), branches: heads, paths, pathsIgnore }]
      : [emptyTrigger(event, line)];
  });
  const comment = of('on-comment');
  return comment === ''
    ? found
    : [...found, emptyTrigger('issue_comment', at.line(annotations, `${AS_CODE}on-comment`))];
}

/** `[push, pull_request]`, or one alone. */
function listIn(written: string): string[] {
  return written
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((p) => p.trim().replace(/^["']|["']$/g, ''))
    .filter((p) => p !== '');
}

/** `event == "push" && target_branch == "main"`, and the like; of paths and anything else it only may be so. */
function celTriggers(expression: string, line: number): PipelineTrigger[] {
  const said = expression.replaceAll('"', "'");
  const named = [...said.matchAll(/\bevent(?:_type)?\s*==\s*'([\w-]+)'/g)].map((m) => m[1] ?? '');
  const listed = [...(/\bevent\s+in\s+\[([^\]]*)\]/g.exec(said)?.[1]?.matchAll(/'([\w-]+)'/g) ?? [])].map(
    (m) => m[1] ?? '',
  );
  const branches = [...said.matchAll(/\b(?:target|base)_branch\s*==\s*'([^']+)'/g)].map((m) => m[1] ?? '');
  const starts = [...said.matchAll(/\btarget_branch\.startsWith\('([^']+)'\)/g)].map(
    (m) => `${m[1] ?? ''}**`,
  );
  const wanted = [...branches, ...starts];
  const tags = wanted.filter((b) => b.startsWith('refs/tags/')).map((b) => b.slice(10) || '**');
  const heads = wanted.filter((b) => !b.startsWith('refs/tags/')).map((b) => b.replace(/^refs\/heads\//, ''));
  return [...new Set([...named, ...listed])].map((event) =>
    event === 'push'
      ? { ...emptyTrigger('push', line), branches: heads, tags }
      : event.startsWith('pull_request')
        ? { ...emptyTrigger('pull_request', line), branches: heads }
        : emptyTrigger(event, line),
  );
}
