/** The environments of a repository, each once by its normalised name, from everything that declares one. */
import { environmentWithin, normaliseEnvironment } from '../model/environment-name.js';
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, type Fact, factsOf } from '../model/facts.js';
import type { Gap } from '../model/gap.js';
import type { Derivation } from './derivation.js';
import { factList } from './fact-list.js';

const SHOWN = 10;

/** GitHub environments that guard the publishing of a package or a page; nothing of the system runs there. */
const PUBLISHING =
  /^(test-?pypi|pypi(-.*)?|npm(js)?|crates[-.]?io|rubygems|maven(-central)?|nuget|docker-?hub|ghcr|releases?|publish(ing)?|github-pages)$/i;
/** A name that a run fills in: one environment for each pull request, or one that cannot be told. */
const FILLED_IN = /\$|\{\{|<</;
const EACH_CHANGE = /^(review|preview|pr|mr|pull-request|merge-request)([/_-]|$)/i;
/** Hosts on which whatever is not a preview is what users see: they call it production themselves. */
const HOST =
  /^(cloudflare-pages|cloudflare-workers|firebase|fly|heroku|netlify|railway|render|surge|vercel)$/;
/** A pipeline that tells people or says itself what to do with an environment. */
const SAYS =
  /\b(?:deploy|promot|releas|roll(?:ing)?[ -]?out)\w*\s[^.\n]{0,30}?\b(production|staging|preprod|qa|uat)\s+environment\b/i;

export const environments: Derivation = {
  name: 'environments',
  gives: ['environment'],
  derive(facts, gaps, repository) {
    const found = new Map<string, { from: Set<string>; evidence: Evidence[] }>();
    const add = (name: string, from: string, evidence: readonly Evidence[]) => {
      if (name === '') return;
      const entry = found.get(name) ?? { from: new Set(), evidence: [] };
      entry.from.add(from);
      if (entry.evidence.length < SHOWN) entry.evidence.push(...evidence.slice(0, 1));
      found.set(name, entry);
    };
    for (const f of factsOf(facts, 'environment-declaration')) add(f.data.environment, f.data.by, f.evidence);
    for (const f of factsOf(facts, 'terraform-variables-file'))
      add(f.data.environment, 'variables-file', f.evidence);
    for (const f of factsOf(facts, 'pipeline'))
      for (const job of f.data.jobs) {
        const path = job.path || f.data.path;
        if (isDeployedTo(job, f, facts, gaps))
          add(pipelineEnvironment(job.environment), 'pipeline', [{ type: 'file', path, line: job.line }]);
        for (const { name, line } of saidIn(job))
          add(normaliseEnvironment(name), 'pipeline', [{ type: 'file', path, line }]);
      }
    for (const f of factsOf(facts, 'delivery-path'))
      if (f.data.target !== 'artifact' || isKnown(f.data.environment))
        add(pipelineEnvironment(f.data.environment), 'pipeline', f.evidence);
    // The one place that a merge deploys to.
    if (found.size === 0 && factsOf(facts, 'tool-use').some((t) => HOST.test(t.data.tool)))
      for (const f of factsOf(facts, 'delivery-path'))
        if (f.data.target === 'environment' && f.data.trigger === 'push' && f.data.automatic)
          add('production', 'pipeline', f.evidence);
    const out = factList(repository);
    for (const [name, { from, evidence }] of [...found].sort(([a], [b]) => (a < b ? -1 : 1)))
      out.add(
        'environment',
        name,
        { name, from: [...from].sort(), production: name === 'production' },
        evidence,
      );
    return { facts: out.facts, gaps: [] };
  },
};

type Job = Fact<'pipeline'>['data']['jobs'][number];

function isKnown(name: string): boolean {
  return environmentWithin(name) !== '';
}

/**
 * Does anything go where the job says? A name that speaks of no environment may only keep secrets apart: it counts where the
 * job deploys, or may deploy by what cannot be seen.
 */
function isDeployedTo(
  job: Job,
  of: Fact<'pipeline'>,
  facts: readonly AnyFact[],
  gaps: readonly Gap[],
): boolean {
  if (job.steps.length === 0 || isKnown(job.environment) || FILLED_IN.test(job.environment)) return true;
  return (
    gaps.some((g) => g.kinds.includes('delivery-path') && g.path === of.data.path) ||
    factsOf(facts, 'delivery-path').some(
      ({ data }) => data.pipeline === of.data.path && data.target !== 'artifact' && data.job === job.id,
    )
  );
}

/** The environments of which the texts of a job's steps say that they are to be deployed. */
export function saidIn(job: Job): { name: string; line: number }[] {
  return job.steps.flatMap((step) => {
    const texts = [step.name, step.run, ...step.variables.map((v) => v.value)];
    const name = texts.map((t) => SAYS.exec(t)?.[1] ?? '').find((n) => n !== '');
    return name ? [{ name, line: step.line }] : [];
  });
}

/** The environment that a job names; empty for none, for one that only publishes, and for one that a run fills in. */
function pipelineEnvironment(raw: string): string {
  const name = raw.trim();
  if (EACH_CHANGE.test(name)) return 'preview';
  if (FILLED_IN.test(name)) return environmentWithin(name.replace(/\$\{\{.*?\}\}|\$\{?\w+\}?|<<.*?>>/g, ' '));
  return PUBLISHING.test(name) ? '' : normaliseEnvironment(name);
}
