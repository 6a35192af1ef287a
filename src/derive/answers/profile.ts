/** Facts -> the profile: the keys of the labelled corpus, each answered with evidence and a why, or unknown. */
import { knownEnvironment } from '../../model/environment-name.js';
import { type AnyFact, type Fact, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import type { Practice, Profile } from '../../model/profile.js';
import { folderOf } from '../../parse/paths.js';
import { isAside } from '../repository.js';
import {
  counted,
  evidenceOf,
  gapHiding,
  gapIn,
  no,
  notApplicable,
  noUnlessUnseen,
  unknown,
  yes,
} from './answer.js';
import { autoscaling } from './autoscaling.js';
import { deliveryAnswers } from './delivery.js';
import { iacAnswers } from './iac.js';
import { monitoringAnswers } from './monitoring.js';

function tools(facts: readonly AnyFact[], category: string): string[] {
  const used = factsOf(facts, 'tool-use').filter((f) => f.data.category === category);
  return [...new Set(used.map((f) => f.data.tool))].sort();
}

/** Files that set up a program of others. */
const CONFIGURATION = /\.(conf|cnf|cfg|ini|sql|template|pem|crt|key|properties|xml)$/;

/** The images that hold something of the repository; where most do, one that only sets up a program of others is no component. */
function componentImages(facts: readonly AnyFact[]): Fact<'dockerfile'>[] {
  const all = factsOf(facts, 'dockerfile').filter((f) => !isAside(f));
  const own = all.filter((f) => f.data.takes.some((path) => !CONFIGURATION.test(path)));
  return own.length * 2 >= all.length ? own : all;
}

function monorepo(facts: readonly AnyFact[]): Practice {
  const workspaces = factsOf(facts, 'workspace').filter((w) => w.data.members.length > 1);
  if (workspaces.length > 0)
    return yes(`The members of a ${workspaces[0]?.data.tool} workspace`, evidenceOf(workspaces));
  const images = componentImages(facts);
  const folders = new Set(images.map((f) => folderOf(f.name)));
  if (folders.size > 1) return yes(`${folders.size} folders build an image each`, evidenceOf(images));
  const workloads = factsOf(facts, 'workload');
  if (new Set(workloads.map((w) => w.name)).size > 1)
    return yes('Several workloads are declared side by side', evidenceOf(workloads));
  const units = factsOf(facts, 'terraform-module').filter((m) =>
    m.evidence.some((e) => e.type === 'file' && e.path.endsWith('/terragrunt.hcl')),
  );
  if (new Set(units.map((u) => u.data.directory)).size > 1)
    return yes('Several Terragrunt units are applied apart', evidenceOf(units));
  const states = factsOf(facts, 'terraform-backend').filter((b) => !isAside(b));
  // The same stack of each environment counts once.
  const stacks = new Set(
    states.map((b) =>
      b.data.directory
        .split('/')
        .filter((part) => knownEnvironment(part) === '')
        .join('/'),
    ),
  );
  if (stacks.size > 2) return yes(`${stacks.size} Terraform stacks keep a state each`, evidenceOf(states));
  const releases = factsOf(facts, 'gitops-application').filter((a) =>
    /^(HelmRelease|Application)$/.test(a.data.kind),
  );
  if (new Set(releases.map((a) => a.name)).size > 1)
    return yes('A GitOps controller delivers several applications', evidenceOf(releases));
  const charts = factsOf(facts, 'tool-use')
    .filter((t) => t.data.tool === 'helm')
    .flatMap((t) => t.evidence)
    .filter((e) => e.type === 'file' && e.path.endsWith('Chart.yaml'));
  if (charts.length > 1) return yes('Several Helm charts', charts);
  const roots = factsOf(facts, 'package').filter(
    (p) => !isAside(p) && (!p.data.private || p.data.directory !== ''),
  );
  // Several ecosystems in one folder make one component.
  if (new Set(roots.map((p) => p.data.directory)).size > 1)
    return unknown('Several packages, and nothing says whether each is delivered apart', evidenceOf(roots));
  return no('One component');
}

function startsLocally(facts: readonly AnyFact[]): Practice {
  const composes = factsOf(facts, 'compose-service');
  if (composes.length > 0) return yes('A compose file starts the system', evidenceOf(composes));
  const [like] = factsOf(facts, 'tool-use').filter(
    (t) => t.data.category === 'local-development' && !isAside(t),
  );
  return like ? yes(`${like.data.tool} starts the system`, like.evidence) : no('No compose file');
}

function pinned(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const deployed = factsOf(facts, 'image-reference').filter(
    (f) => f.data.used !== 'dockerfile' && f.data.pin !== 'placeholder',
  );
  const floating = deployed.filter((f) => f.data.pin === 'floating');
  if (floating.length > 0)
    return no(`${floating.length} of ${deployed.length} image references float`, evidenceOf(floating));
  // Charts from elsewhere name images of their own; where this repository names some too, the answer is about those.
  const gap = gapIn(
    gaps.filter((g) => g.reason !== 'elsewhere' || deployed.length === 0),
    'image-reference',
  );
  if (gap) return unknown(`Not every image can be seen: ${gap.what}`);
  if (deployed.length === 0) return notApplicable('No deployed image is named');
  return yes(`A version or digest in ${counted(deployed.length, 'image reference')}`, evidenceOf(deployed));
}

/**
 * The workloads of the production-most configuration, each component once: those for production, and those that are declared
 * for no environment where production does not have the same; where there are none of either, all that there are.
 */
function productionMost(facts: readonly AnyFact[]): Fact<'workload'>[] {
  const all = factsOf(facts, 'workload');
  const inProduction = all.filter((w) => w.data.environment === 'production');
  const known = new Set(inProduction.map(component));
  const anywhere = all.filter((w) => w.data.environment === '' && !known.has(component(w)));
  const most = [...inProduction, ...anywhere];
  const counted = most.length > 0 ? most : all;
  // The same component may be declared for Kubernetes and for another platform.
  const onKubernetes = new Set(counted.filter((w) => w.data.system === 'kubernetes').map((w) => w.name));
  const once = counted.filter((w) => w.data.system === 'kubernetes' || !onKubernetes.has(w.name));
  return [...new Map(once.map((w) => [`${w.data.namespace}/${w.name}`, w])).values()];
}

function component(w: Fact<'workload'>): string {
  return `${w.data.kind} ${w.name}`;
}

/** A file or chart that was not rendered hides few workloads beside many that are seen. */
const HIDDEN_BY_ONE = 10;

function readiness(facts: readonly AnyFact[], unseen: readonly Gap[], elsewhere: Gap | undefined): Practice {
  const workloads = productionMost(facts);
  const services = factsOf(facts, 'compose-service').filter((s) => !isAside(s));
  const ready: readonly Fact[] = workloads.length
    ? workloads.filter((w) => w.data.readiness === 'all')
    : services.filter((s) => s.data.healthcheck);
  const total = workloads.length || services.length;
  const what = workloads.length
    ? 'workloads declare a readiness probe or health check'
    : 'compose services declare a health check';
  const [gap] = unseen;
  if (gap && Math.abs(ready.length * 2 - total) <= new Set(unseen.map((g) => g.path)).size * HIDDEN_BY_ONE)
    return unknown(`Not every workload can be seen: ${gap.what}`);
  if (total === 0 && elsewhere) return unknown(elsewhere.what);
  if (total === 0) return notApplicable('Nothing long-running is declared');
  const said = `${ready.length} of ${total} ${what}`;
  return ready.length * 2 > total ? yes(said, evidenceOf(ready as AnyFact[], 'readiness')) : no(said);
}

function budgets(facts: readonly AnyFact[], gaps: readonly Gap[], elsewhere: Gap | undefined): Practice {
  const workloads = factsOf(facts, 'workload');
  const gap = gapHiding(gaps, 'disruption-budget', workloads.length > 0);
  const covered = workloads.filter((w) => w.data.budget !== 'none');
  if (covered.length > 0)
    return yes(
      `With a disruption budget: ${counted(covered.length, 'workload')}`,
      evidenceOf(covered, 'budget'),
    );
  if (workloads.length === 0 && !gap && !elsewhere)
    return notApplicable('No workload that runs several copies is declared');
  // The scheduler keeps a share of the tasks healthy that the service or its own default says.
  if (workloads.length > 0 && workloads.every((w) => w.data.system === 'ecs'))
    return unknown('ECS keeps its default share of tasks, and no service declares another');
  return noUnlessUnseen(gap, `No disruption budget selects a workload${besides(elsewhere)}`);
}

/** What an answer is not about. */
function besides(elsewhere: Gap | undefined): string {
  return elsewhere ? '; charts from elsewhere were not looked into' : '';
}

function gitopsSync(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const applications = factsOf(facts, 'gitops-application').filter((a) =>
    ['Application', 'ApplicationSet', 'Kustomization', 'HelmRelease'].includes(a.data.kind),
  );
  if (applications.length === 0) {
    const gap = gapIn(gaps, 'gitops-application');
    return gap
      ? unknown(`No GitOps object was found, but ${gap.what}`)
      : notApplicable('No GitOps controller is used');
  }
  const automated = applications.filter((a) => a.data.automated);
  if (automated.length > 0)
    return yes(`${automated.length} of ${applications.length} sync by themselves`, evidenceOf(automated));
  return no('Every GitOps object waits for a person to sync it', evidenceOf(applications));
}

/** What a pipeline tests with these is that the whole comes up: configuration has no other tests of its own. */
const INSTALLS = /^(argocd|ct|flux|helm|helmfile|kubectl|skaffold)\s/;

/** The profile of one repository. Pure: the same facts and gaps give the same answers. */
export function profileOf(facts: readonly AnyFact[], gaps: readonly Gap[]): Profile {
  const [repository] = factsOf(facts, 'repository');
  const operates = repository?.data.operates ?? false;
  // What charts from elsewhere run is not declared here: the answers are about what is.
  const own = gaps.filter((g) => g.reason !== 'elsewhere');
  const elsewhere = gapIn(
    gaps.filter((g) => g.reason === 'elsewhere'),
    'workload',
    'kubernetes-workload',
  );
  const workloadGaps = own.filter((g) => gapIn([g], 'workload', 'kubernetes-workload'));
  const [workloadGap] = workloadGaps;
  const suites = factsOf(facts, 'test-suite');
  const trials = factsOf(facts, 'pipeline-activity').filter(
    (a) => a.data.activity === 'tests' && INSTALLS.test(a.data.command),
  );
  const owners = factsOf(facts, 'code-owners');
  const updates = factsOf(facts, 'dependency-updates');
  const one = productionMost(facts);
  // A data store of a development container holds nothing that anybody would miss.
  const operated = facts.filter(
    (f) => !(f.kind === 'image-reference' && f.data.used === 'compose' && isAside(f)),
  );
  // What could not be seen may be just what is operated: then it stays unknown.
  const operating = (answer: Practice) =>
    operates || answer.answer !== 'no' ? answer : notApplicable('The repository operates nothing');

  return {
    ci: tools(facts, 'ci'),
    iac: tools(facts, 'iac'),
    config_management: tools(facts, 'config-management'),
    orchestrators: tools(facts, 'orchestrator'),
    k8s_packaging: tools(facts, 'k8s-packaging'),
    gitops: tools(facts, 'gitops'),
    monorepo_tools: tools(facts, 'monorepo'),
    observability: tools(facts, 'observability'),
    secrets: tools(facts, 'secrets'),
    environments: [...new Set(factsOf(facts, 'environment').map((e) => e.data.name))].sort(),

    is_monorepo: monorepo(facts),
    tests_present:
      suites.length > 0
        ? yes('Test files of a runner’s naming', evidenceOf(suites))
        : trials.length > 0
          ? yes('A pipeline installs it on a throw-away cluster', evidenceOf(trials))
          : no('No test file was found'),
    ...deliveryAnswers(facts, gaps),
    local_compose: startsLocally(facts),
    ...iacAnswers(operated, own),
    ...monitoringAnswers(facts, own),
    gitops_automated_sync: gitopsSync(facts, gaps),
    images_pinned: pinned(facts, gaps),
    readiness_probes: operating(readiness(facts, workloadGaps, elsewhere)),
    disruption_budget: operating(budgets(facts, own, elsewhere)),
    autoscaling: operating(autoscaling(facts, own, elsewhere)),
    codeowners: owners.length > 0 ? yes('A CODEOWNERS file', evidenceOf(owners)) : no('No CODEOWNERS file'),
    dependency_updates:
      updates.length > 0
        ? yes(`${updates[0]?.data.tool} proposes updates`, evidenceOf(updates))
        : no('No update bot is configured'),
    workloads: {
      total: one.length,
      two_or_more: one.filter((w) => w.data.replicas >= 2).length,
      evidence: one
        .flatMap((w) => w.evidence)
        .flatMap((e) => (e.type === 'file' ? [{ path: e.path, line: e.line }] : []))
        .slice(0, 20),
      why: workloadGap ? `More may exist: ${workloadGap.what}` : '',
    },
  };
}
