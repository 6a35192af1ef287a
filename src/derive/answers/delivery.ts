/** Answers about pipelines for the profile: what they test, scan and deploy, and what a change has to pass on its way. */
import type { Evidence } from '../../model/evidence.js';
import { type AnyFact, type Fact, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import type { Practice, ProfilePractice } from '../../model/profile.js';
import { saidIn } from '../environments.js';
import { evidenceOf, gapIn, no, notApplicable, noUnlessUnseen, unknown, yes } from './answer.js';

const DELIVERY_PRACTICES = [
  'tests_in_ci',
  'deploys_from_ci',
  'tests_before_deploy',
  'deploy_on_merge',
  'manual_promotion',
  'pull_request_environment',
  'iac_in_ci',
  'security_scanning',
] as const satisfies readonly ProfilePractice[];

export type DeliveryAnswers = Record<(typeof DELIVERY_PRACTICES)[number], Practice>;
type Path = Fact<'delivery-path'>;
type Done = Fact<'pipeline-activity'>;

/** Events that come with a change, so that tests on them are tests of a change. */
const ON_CHANGE = /^(push|pull-request|tag|other)$/;

export function deliveryAnswers(facts: readonly AnyFact[], gaps: readonly Gap[]): DeliveryAnswers {
  const paths = factsOf(facts, 'delivery-path');
  const done = factsOf(facts, 'pipeline-activity');
  return {
    tests_in_ci: testsInCi(done, gaps),
    deploys_from_ci: deploysFromCi(paths, gaps),
    tests_before_deploy: testsBeforeDeploy(paths, gaps),
    deploy_on_merge: deployOnMerge(paths, facts, gaps),
    manual_promotion: manualPromotion(paths, facts, gaps),
    pull_request_environment: pullRequestEnvironment(paths, facts, gaps),
    iac_in_ci: iacInCi(done, facts, gaps),
    security_scanning: scanning(done, gaps),
  };
}

function testsInCi(done: readonly Done[], gaps: readonly Gap[]): Practice {
  const tests = done.filter((a) => a.data.activity === 'tests');
  const onChange = tests.filter((a) => a.data.triggers.some((t) => ON_CHANGE.test(t)));
  // What sets up a place to try things in is part of the tests, but names them badly.
  const setsUp = (test: Done) =>
    done.some((a) => a.data.command === test.data.command && /^(plans|applies)-iac$/.test(a.data.activity));
  const first = onChange.find((t) => !setsUp(t)) ?? onChange[0];
  if (first) return yes(`\`${first.data.command}\` runs in ${first.data.pipeline}`, evidenceOf(onChange));
  const gap = gapIn(gaps, 'pipeline-activity', 'pipeline');
  if (gap) return unknown(`No tests are seen in a pipeline, but ${gap.what}`);
  const [other] = tests;
  if (other) return no(`Tests run in ${other.data.pipeline}, but not on a change`, evidenceOf(tests));
  return no('No pipeline runs tests');
}

function deploysFromCi(paths: readonly Path[], gaps: readonly Gap[]): Practice {
  const [first] = paths;
  if (first) return yes(first.name, evidenceOf(paths, 'deploy'));
  return noUnlessUnseen(gapIn(gaps, 'delivery-path', 'pipeline'), 'No pipeline deploys or publishes');
}

function testsBeforeDeploy(paths: readonly Path[], gaps: readonly Gap[]): Practice {
  const gap = gapIn(gaps, 'delivery-path', 'pipeline');
  const holes = paths.filter((p) => p.data.gate === 'untested');
  const [hole] = holes;
  if (hole) return no(`${hole.name}: ${hole.data.reason}`, evidenceOf(holes, 'deploy'));
  const unsure = paths.find((p) => p.data.gate === 'unknown');
  if (unsure) return unknown(`${unsure.name}: ${unsure.data.reason}`, evidenceOf([unsure], 'deploy'));
  if (gap) return unknown(paths.length > 0 ? `Every path that is seen is tested, but ${gap.what}` : gap.what);
  if (paths.length === 0) return notApplicable('No pipeline deploys or publishes');
  return yes(
    paths.length === 1 ? 'The one path waits for tests' : `All ${paths.length} paths wait for tests`,
    evidenceOf(paths, 'gate'),
  );
}

function deployOnMerge(paths: readonly Path[], facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const onMerge = paths.filter((p) => p.data.trigger === 'push' && p.data.automatic && !p.data.approval);
  const [first] = onMerge;
  if (first) return yes(first.name, evidenceOf(onMerge, 'trigger'));
  const synced = factsOf(facts, 'gitops-application').filter((a) => a.data.automated && !a.data.suspended);
  const [application] = synced;
  if (application)
    return yes(`${application.data.tool} syncs ${application.name} by itself`, evidenceOf(synced));
  const [outside] = startedOutside(paths, facts);
  if (outside)
    return unknown(`${outside.name}: what starts it is not in the files`, evidenceOf([outside], 'deploy'));
  return noUnlessUnseen(
    unseenOn(/^(push|workflow_run|pull_request)$/, facts, gaps) ?? gapIn(gaps, 'gitops-application'),
    'No push to the default branch deploys or publishes',
  );
}

function manualPromotion(paths: readonly Path[], facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  // A preview is looked at, and nothing is promoted to it.
  const byHand = paths.filter(
    (p) => (p.data.trigger === 'manual' || p.data.approval) && p.data.environment !== 'preview',
  );
  const deploys = byHand.filter((p) => p.data.target !== 'artifact' || p.data.environment !== '');
  const [first] = deploys;
  if (first) return yes(first.name, evidenceOf(deploys, 'trigger'));
  const handsOver = byHand.filter((p) => saysWhatToDeploy(p, facts));
  const [release] = handsOver;
  if (release)
    return yes(`${release.name}; what it makes is then deployed by hand`, evidenceOf(handsOver, 'trigger'));
  if (byHand.length > 0)
    return unknown(
      'A manual run publishes an artifact; whether that promotes anything cannot be told',
      evidenceOf(byHand, 'trigger'),
    );
  const outside = startedOutside(paths, facts).find((p) => p.data.target !== 'artifact');
  if (outside)
    return unknown(
      `${outside.name}: whether a person starts it is not in the files`,
      evidenceOf([outside], 'deploy'),
    );
  const applied = appliedByHand(facts, gaps);
  if (applied.length > 0)
    return yes('There is no pipeline: a person applies each environment', evidenceOf(applied));
  return noUnlessUnseen(
    unseenOn(/^workflow_dispatch$/, facts, gaps),
    'No person can start a deploy in a pipeline',
  );
}

/** Does a release tell people which environment to deploy next? */
function saysWhatToDeploy({ data }: Path, facts: readonly AnyFact[]): boolean {
  return factsOf(facts, 'pipeline')
    .filter((p) => p.data.path === data.pipeline)
    .some((p) => p.data.jobs.some((job) => job.id === data.job && saidIn(job).length > 0));
}

/** The environments of infrastructure as code, production among them, that no pipeline applies: only people are left to. */
function appliedByHand(facts: readonly AnyFact[], gaps: readonly Gap[]): AnyFact[] {
  const code = factsOf(facts, 'tool-use').some((t) => t.data.category === 'iac');
  // Terraform Cloud applies by itself.
  const cloud = factsOf(facts, 'terraform-backend').some((b) => /^(cloud|remote)$/.test(b.data.type));
  if (!code || cloud || factsOf(facts, 'pipeline').length > 0 || gapIn(gaps, 'pipeline')) return [];
  const declared = factsOf(facts, 'environment-declaration').filter(
    (d) =>
      d.data.by === 'folder' &&
      d.evidence.some((e) => e.type === 'file' && /\.(tf|tofu|hcl|tfvars)$/.test(e.path)),
  );
  const each = [...new Map(declared.map((d) => [d.data.environment, d])).values()];
  const names = new Set(each.map((d) => d.data.environment));
  return names.size > 1 && names.has('production') ? each : [];
}

/** Paths of builds that the settings of a system start, of which the files say neither on what nor by whom. */
function startedOutside(paths: readonly Path[], facts: readonly AnyFact[]): Path[] {
  const outside = new Set(
    factsOf(facts, 'pipeline').flatMap((p) =>
      p.data.triggers.some((t) => t.event === 'external') ? [p.data.path] : [],
    ),
  );
  return paths.filter((p) => p.data.trigger === 'other' && !p.data.approval && outside.has(p.data.pipeline));
}

/** What cannot be seen and might deploy when one of these events starts it. */
function unseenOn(event: RegExp, facts: readonly AnyFact[], gaps: readonly Gap[]): Gap | undefined {
  const started = factsOf(facts, 'pipeline').filter((p) =>
    p.data.triggers.some((t) => t.event === 'external' || event.test(t.event)),
  );
  const paths = new Set(started.map((p) => p.data.path));
  return gaps.find(
    (g) => g.kinds.includes('pipeline') || (g.kinds.includes('delivery-path') && paths.has(g.path)),
  );
}

function pullRequestEnvironment(
  paths: readonly Path[],
  facts: readonly AnyFact[],
  gaps: readonly Gap[],
): Practice {
  const [repository] = factsOf(facts, 'repository');
  const previews = paths.filter(
    (p) =>
      p.data.target === 'environment' &&
      // Where every push starts a pipeline, a branch gets the environment of its request.
      (p.data.trigger === 'pull-request' || (p.data.trigger === 'other' && p.data.environment === 'preview')),
  );
  const own = previews.filter((p) => /^(preview)?$/.test(p.data.environment));
  const [first] = own;
  if (first) return yes(first.name, evidenceOf(own, 'deploy'));
  const unsure = previews.filter((p) => speaksOfRequest(p, facts));
  const [open] = unsure;
  if (open)
    return unknown(
      `${open.name}: whether each request gets one of its own cannot be told`,
      evidenceOf(unsure, 'deploy'),
    );
  if (repository && !repository.data.operates) return notApplicable('The repository operates nothing');
  const gap = gaps.find(
    (g) =>
      g.kinds.includes('pipeline') ||
      // What is unseen comes first, and then the place that calls it.
      (g.kinds.includes('delivery-path') && /preview|environment/i.test(g.what.split(' (')[0] ?? '')),
  );
  return noUnlessUnseen(gap, 'No pull request gets an environment of its own');
}

/** Does the job that deploys to a named environment use the number or branch of the request for anything? */
function speaksOfRequest({ data }: Path, facts: readonly AnyFact[]): boolean {
  const jobs = factsOf(facts, 'pipeline')
    .filter((p) => p.data.path === data.pipeline)
    .flatMap((p) => p.data.jobs);
  const job = jobs.find((j) => j.id === data.job.split(' / ')[0]);
  return job === undefined || OF_REQUEST.test(JSON.stringify([job.variables, job.with, job.steps]));
}

/** Names of the number or the branch of a pull request. */
const OF_REQUEST =
  /pull_request\.(number|head)|event\.number|head_ref|PULL_?REQUEST|\bPR_(NUMBER|ID)\b|MERGE_REQUEST/i;

function iacInCi(done: readonly Done[], facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const runs = done.filter((a) => a.data.activity === 'plans-iac' || a.data.activity === 'applies-iac');
  const declared = factsOf(facts, 'tool-use').some((t) => t.data.category === 'iac');
  const applied = runs.some((a) => a.data.activity === 'applies-iac');
  const [first] = runs;
  if (first && (declared || applied))
    return yes(`\`${first.data.command}\` runs in ${first.data.pipeline}`, evidenceOf(runs));
  const watched = watchedWorkspaces(facts);
  if (watched.length > 0) return yes('Terraform Cloud plans and applies what is pushed', watched);
  if (!declared)
    return notApplicable(first ? 'No infrastructure as code but that of tests' : 'No infrastructure as code');
  return noUnlessUnseen(
    gapIn(gaps, 'delivery-path', 'pipeline'),
    'No pipeline plans or applies the infrastructure',
  );
}

/** Workspaces of Terraform Cloud that are tied to a repository, made as resources or by a module. */
function watchedWorkspaces(facts: readonly AnyFact[]): Evidence[] {
  const made = [
    ...factsOf(facts, 'terraform-resource')
      .filter((r) => r.data.type === 'tfe_workspace')
      .map((r) => ({ fact: r, given: r.data.attributes })),
    ...factsOf(facts, 'terraform-module')
      .filter((m) => /tfe|workspace/i.test(m.data.source))
      .map((m) => ({ fact: m, given: m.data.arguments })),
  ];
  return made.flatMap(({ fact, given }) => {
    const tied = given.find((a) => /^vcs_repo(\.|$)/.test(a.name) && a.value !== 'null');
    const [at] = fact.evidence;
    return tied && at?.type === 'file' ? [{ type: 'file' as const, path: at.path, line: tied.line }] : [];
  });
}

function scanning(done: readonly Done[], gaps: readonly Gap[]): Practice {
  const scans = done.filter((a) => a.data.activity === 'scans');
  const [first] = scans;
  if (first) return yes(`\`${first.data.command}\` runs in ${first.data.pipeline}`, evidenceOf(scans));
  return noUnlessUnseen(gapIn(gaps, 'pipeline'), 'No pipeline scans for vulnerabilities or secrets');
}
