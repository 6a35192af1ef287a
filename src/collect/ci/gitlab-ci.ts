/** GitLab CI: `.gitlab-ci.yml` with what it includes of the same repository, and its child pipelines -> `pipeline` facts. */
import { atLine } from '../../model/evidence.js';
import type { GapReason } from '../../model/gap.js';
import type { Repository } from '../../parse/ci/gitlab/files.js';
import { type GitlabPipeline, readGitlabCi } from '../../parse/ci/gitlab/gitlab-ci.js';
import { type Collection, defineCollector } from '../collector.js';

const ROOT = '.gitlab-ci.yml';
const YAML = /\.ya?ml$/;
/** Objects of Kubernetes are no part of a pipeline. */
const OBJECT = /^apiVersion\s*:/m;
const MOST_CHILDREN = 20;

export const gitlabCi = defineCollector({
  name: 'gitlab-ci',
  title: 'GitLab CI',
  gives: ['pipeline', 'delivery-path', 'pipeline-activity', 'tool-use'],
  // Any YAML file may be included; which ones are is known only at the end.
  doubts: [],
  reads: (path) => YAML.test(path),
  start(collection) {
    const texts = new Map<string, string>();
    return {
      file(source) {
        if (source.path === ROOT || (collection.has(ROOT) && !OBJECT.test(source.text)))
          texts.set(source.path, source.text);
      },
      end() {
        if (collection.has(ROOT)) readAll(texts, collection);
        texts.clear();
      },
    };
  },
});

function readAll(texts: ReadonlyMap<string, string>, collection: Collection): void {
  const repository: Repository = {
    text: (path) => texts.get(path),
    paths: collection.files.map((f) => f.path),
  };
  if (!texts.has(ROOT)) {
    unseen(collection, `${ROOT} could not be read`, ROOT, 'unreadable');
    return;
  }
  const waiting: { roots: readonly string[]; child: boolean }[] = [{ roots: [ROOT], child: false }];
  const seen = new Set<string>();
  for (let next = waiting.shift(); next && seen.size <= MOST_CHILDREN; next = waiting.shift()) {
    const [path = ROOT] = next.roots;
    if (seen.has(path)) continue;
    seen.add(path);
    const pipeline = readGitlabCi(next.roots, repository, next.child);
    report(pipeline, path, next.child, collection);
    waiting.push(...pipeline.children.map((roots) => ({ roots, child: true })));
  }
}

function report(pipeline: GitlabPipeline, path: string, child: boolean, collection: Collection): void {
  for (const { path: at, line, error } of pipeline.broken)
    collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'unreadable',
      what: `${at} cannot be read as a part of a GitLab pipeline (line ${line}: ${error})`,
      remedy: 'Mend the file: GitLab cannot run it either.',
      path: at,
    });
  for (const part of pipeline.unseen)
    unseen(
      collection,
      `${part.path}:${part.line} includes ${part.what}, which is not in this repository`,
      part.path,
      'elsewhere',
    );
  if (pipeline.jobs.length === 0) return;
  // A file is named once: parts of other files say so themselves.
  const own = <T extends { path: string }>(part: T): T => (part.path === path ? { ...part, path: '' } : part);
  const jobs = pipeline.jobs.map((job) => own({ ...job, steps: job.steps.map(own) }));
  collection.fact(
    'pipeline',
    path,
    {
      system: 'gitlab-ci',
      title: pipeline.title || path,
      path,
      triggers: pipeline.triggers,
      reusable: child,
      composite: false,
      concurrency: '',
      inputs: [],
      jobs,
    },
    [atLine(path, pipeline.line), ...pipeline.triggers.map((t) => atLine(path, t.line, 'trigger'))],
  );
}

function unseen(collection: Collection, what: string, path: string, reason: GapReason): void {
  collection.gap({
    kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
    reason,
    what,
    path,
  });
}
