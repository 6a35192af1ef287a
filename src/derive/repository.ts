/** What a repository is, from what it contains, and whether it runs anything: a library does not. */
import { type AnyFact, type Fact, type FactData, type FactKind, factsOf } from '../model/facts.js';

type Character = FactData<'repository'>['character'];

/** What stands here helps people to build, test or learn; it is not what the repository delivers. */
const ASIDE =
  /(^|\/)(\.devcontainer|\.github|\.gitlab|\.circleci|docs?|documentation|website|examples?|samples?|demos?|playgrounds?|tutorials?|templates?|tests?|testing|__tests__|e2e|specs?|integration|bench(marks?)?|fuzz|scripts|tools|tooling|hack|[^/]*[-_](tests?|e2e)|tests?[-_][^/]*)\//i;
const ASIDE_FILE =
  /(^|\/)(dockerfile|(docker-)?compose)[._-](tests?|ci|dev|devcontainer|build|lint|docs|e2e)\b[^/]*$/i;

/** Dependencies of programs that people or other programs call while they run. */
const FRAMEWORK =
  /^(next|nuxt|expo|gatsby|react-scripts|@angular\/core|@nestjs\/core|@sveltejs\/kit|@remix-run\/(node|serve)|@react-router\/serve|@tanstack\/react-start|@redwoodjs\/core|django|flask|fastapi|rails|phoenix|laravel\/framework|symfony\/framework-bundle|org\.springframework\.boot:.*|io\.quarkus:.*|org\.springframework\.boot|Aspire\..*)$/;
const RUNS = /^(start|serve|dev|develop)(:|$)/;

/** Categories of tools that are used only where something is run. */
const OPERATING = ['iac', 'config-management', 'orchestrator', 'gitops', 'k8s-packaging'];

/** The character of a repository, and whether it operates something. */
export function characterOf(facts: readonly AnyFact[]): { character: Character; operates: boolean } {
  const main = <K extends FactKind>(kind: K): Fact<K>[] => factsOf(facts, kind).filter((f) => !isAside(f));
  const tools = main('tool-use').filter((t) => OPERATING.includes(t.data.category));
  const uses = (...categories: string[]) => tools.some((t) => categories.includes(t.data.category));

  const packages = main('package');
  const published = packages.filter((p) => !p.data.private);
  const deploys = factsOf(facts, 'delivery-path').some((p) => p.data.target !== 'artifact');
  const builds = main('dockerfile').length > 0 || main('compose-service').some((s) => s.data.builds);
  // Compose files beside a published package mostly start what its tests talk to.
  const composed = main('compose-service').length > 0 && published.length === 0;
  const infrastructure = terraformRuns(facts) || uses('config-management') || usesOtherIac(tools);
  const manifests =
    main('kubernetes-workload').length > 0 ||
    main('kubernetes-object').length > 0 ||
    main('gitops-application').length > 0 ||
    uses('gitops', 'k8s-packaging') ||
    tools.some((t) => t.data.tool === 'helmfile');
  // Rules and routes of alerts beside a published package are for those who run it.
  const watches =
    published.length === 0 &&
    (main('routing-receiver').length > 0 ||
      main('monitoring-signal').some((s) => s.data.by === 'alert' || s.data.by === 'recording-rule'));
  const hosted = tools.some((t) => t.data.category === 'orchestrator' && HOSTS.includes(t.data.tool));
  const application =
    builds || composed || hosted || packages.some((p) => isApplication(p, published.length > 0));

  if (application) return { character: infrastructure ? 'mixed' : 'application', operates: true };
  if (infrastructure) return { character: 'infrastructure', operates: true };
  if (manifests) return { character: 'gitops-config', operates: true };
  if (watches) return { character: 'infrastructure', operates: true };
  if (deploys) return { character: 'application', operates: true };
  if (published.length > 0 || factsOf(facts, 'terraform-resource').length > 0)
    return { character: 'library', operates: false };
  return { character: 'unknown', operates: false };
}

/** Platforms that build and run a repository from its own configuration. */
const HOSTS = [
  'app-engine',
  'app-platform',
  'app-runner',
  'aspire',
  'cloud-run',
  'cloudflare-workers',
  'container-apps',
  'elastic-beanstalk',
  'firebase',
  'fly',
  'heroku',
  'kamal',
  'netlify',
  'nomad',
  'railway',
  'render',
  'swarm',
  'vercel',
];

/** Does the fact stand beside what the repository delivers? */
export function isAside({ evidence: [first] }: Pick<AnyFact, 'evidence'>): boolean {
  const path = first?.type === 'file' ? first.path : '';
  return ASIDE.test(path) || ASIDE_FILE.test(path);
}

/** A package that is started rather than taken in by others. */
function isApplication({ data }: Fact<'package'>, somePublished: boolean): boolean {
  const framed = data.dependencies.some((d) => FRAMEWORK.test(d));
  const started = data.scripts.some((s) => RUNS.test(s.name));
  if (data.ecosystem === 'npm')
    return data.private ? framed || (started && !somePublished) : framed && started;
  if (!data.private) return false;
  // Nothing here is published: what is built can only be for its own use.
  return framed || (!somePublished && data.testRunner !== 'ExUnit' && isBuilt(data));
}

/** A list of requirements alone may serve a few scripts; a project file is written for a program. */
function isBuilt({ ecosystem, version, dependencies }: FactData<'package'>): boolean {
  return ecosystem !== 'python' || version !== '' || dependencies.length >= 5;
}

/** The name that the public registry demands of a module's repository: terraform-PROVIDER-NAME. */
const MODULE_NAME = /(^|[+/])terraform-[a-z0-9]+-[a-z0-9-]+$/;

/** Terraform that is applied from here, rather than offered as a module: it keeps state or values, or at least is not named as one. */
function terraformRuns(facts: readonly AnyFact[]): boolean {
  const all = [
    ...factsOf(facts, 'terraform-resource'),
    ...factsOf(facts, 'terraform-module'),
    ...factsOf(facts, 'terraform-backend'),
    ...factsOf(facts, 'terraform-variables-file'),
  ].filter((f) => !isAside(f));
  const applied = all.some((f) => f.kind === 'terraform-backend' || f.kind === 'terraform-variables-file');
  return applied || all.some((f) => !MODULE_NAME.test(f.repository));
}

function usesOtherIac(tools: readonly Fact<'tool-use'>[]): boolean {
  const known = ['terraform', 'terragrunt', 'helmfile'];
  return tools.some((t) => t.data.category === 'iac' && !known.includes(t.data.tool));
}
