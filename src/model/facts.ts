/**
 * Every kind of fact and the shape of its data. Data is total: there are no optional fields; what is unknown is a
 * missing fact and a Gap beside it. An empty string or list says that the file declares none.
 * The rules see each kind as a typed list named by `list`; docs/facts.md is generated from this page.
 */
import * as z from 'zod';
import { Evidence } from './evidence.js';
import { OPERATION_NAMES } from './handbook.js';

interface KindDefinition<S extends z.ZodObject> {
  /** The name of the list that rules use. */
  list: string;
  /** One sentence for docs/facts.md. */
  summary: string;
  data: S;
}
function kind<S extends z.ZodObject>(list: string, summary: string, data: S): KindDefinition<S> {
  return { list, summary, data };
}

const str = z.string();
const int = z.int();
const bool = z.boolean();
const strings = z.array(z.string());

/** How an image reference is fixed: by digest, by a tag that names a version, by neither; or filled in by a pipeline. */
const PINS = ['digest', 'version', 'floating', 'placeholder'] as const;
export const SIGNALS = [
  'cpu',
  'memory',
  'disk',
  'network',
  'logs',
  'costs',
  'availability',
  'application',
] as const;
const CI_SYSTEMS = [
  'github-actions',
  'gitlab-ci',
  'jenkins',
  'circleci',
  'azure-pipelines',
  'travis',
  'drone',
  'buildkite',
  'tekton',
  'cloud-build',
  'appveyor',
  'argo-workflows',
  'bitbucket',
  'woodpecker',
] as const;

const trigger = z.object({
  /**
   * In GitHub's words: push, pull_request, workflow_dispatch, schedule, release, workflow_run, workflow_call, ...;
   * `external` where the settings of the system start it and no file says on what.
   */
  event: str,
  branches: strings,
  branchesIgnore: strings,
  tags: strings,
  tagsIgnore: strings,
  paths: strings,
  pathsIgnore: strings,
  /** Activity types (opened, published, completed). */
  types: strings,
  /** workflow_run: the names of the workflows waited for. */
  workflows: strings,
  line: int,
});

/** Names and values as written. */
const namedValues = z.array(z.object({ name: str, value: str }));

const step = z.object({
  name: str,
  /** What other steps call it in conditions. */
  id: str,
  /** The action or template used, with its version; empty for a command. */
  uses: str,
  /** The commands, as written; empty for an action. */
  run: str,
  /** The condition as written, without ${{ }}; empty for the default. */
  condition: str,
  continueOnError: bool,
  /** The expression that decides on it, without ${{ }}; empty where it is written out. */
  continueOnErrorWhen: str,
  /** Its own, or that of the defaults which apply to it. */
  shell: str,
  workingDirectory: str,
  /** The inputs of an action. */
  with: namedValues,
  /** Its own environment variables. */
  variables: namedValues,
  /** The file that it stands in, where that is not the pipeline's own; else empty. */
  path: str,
  line: int,
  /** The line on which the commands start (the line of `run:`'s first command); `line` where there are none. */
  runLine: int,
});

export const KINDS = {
  autoscaler: kind(
    'autoscalers',
    'An object that owns the replica count of a workload: HorizontalPodAutoscaler, KEDA ScaledObject.',
    z.object({
      system: str,
      kind: str,
      namespace: str,
      /** As the rendering tells it (values file, overlay, target), normalised; empty where only the path may tell. */
      environment: str,
      targetKind: str,
      targetName: str,
      minReplicas: int,
      maxReplicas: int,
    }),
  ),
  'cloud-resource': kind(
    'cloud_resources',
    'A resource of a cloud that something other than Terraform declares, by the type and the attributes that Terraform would give it.',
    z.object({
      directory: str,
      system: z.enum(['arm', 'bicep', 'cdk', 'cloudformation', 'pulumi', 'serverless-framework']),
      type: str,
      provider: str,
      attributes: z.array(z.object({ name: str, value: str, line: int, literal: bool })),
    }),
  ),
  'code-owners': kind(
    'code_owners',
    'A CODEOWNERS file.',
    z.object({ rules: int, owners: int, coversEverything: bool }),
  ),
  'compose-service': kind(
    'compose_services',
    'A service of a Docker Compose file.',
    z.object({
      file: str,
      service: str,
      image: str,
      builds: bool,
      healthcheck: bool,
      restart: str,
      replicas: int,
      ports: strings,
      dependsOn: strings,
      profiles: strings,
      loggingDriver: str,
    }),
  ),
  'delivery-path': kind(
    'delivery_paths',
    'One route from a trigger to an environment or registry, with what gates it.',
    z.object({
      pipeline: str,
      system: z.enum(CI_SYSTEMS),
      /** What starts it: push, tag, manual, schedule, release, pull-request, other. */
      trigger: z.enum(['push', 'tag', 'manual', 'schedule', 'release', 'pull-request', 'other']),
      job: str,
      /** What it changes: an environment, or an artifact that it publishes. */
      target: z.enum(['environment', 'artifact', 'gitops']),
      /** The environment's normalised name, or empty where none is named. */
      environment: str,
      /** Did tests of the same commit pass before? */
      gate: z.enum(['tested', 'untested', 'unknown']),
      /** Why: one sentence naming the gate, the hole, or what could not be resolved. */
      reason: str,
      /** A person must approve or start it. */
      approval: bool,
      /** It starts without a person. */
      automatic: bool,
      /** Another run of the same deploy cannot overtake it (a concurrency group or lock). */
      serialised: bool,
      /** What it changes is there to be tested, by what its pipeline or job is for: end-to-end tests, tests of performance. */
      forTests: bool,
    }),
  ),
  'dependency-updates': kind(
    'dependency_updates',
    'A bot that proposes dependency updates: Dependabot, Renovate.',
    z.object({ tool: str, ecosystems: strings }),
  ),
  'disruption-budget': kind(
    'disruption_budgets',
    'A Kubernetes PodDisruptionBudget.',
    z.object({
      namespace: str,
      /** As the rendering tells it (values file, overlay, target), normalised; empty where only the path may tell. */
      environment: str,
      matchLabels: z.array(z.object({ name: str, value: str })),
      matchExpressions: z.array(z.object({ key: str, operator: str, values: strings })),
      minAvailable: str,
      maxUnavailable: str,
    }),
  ),
  dockerfile: kind(
    'dockerfiles',
    'A Dockerfile or Containerfile.',
    z.object({
      stages: z.array(z.object({ name: str, image: str, line: int })),
      /** The user of the last stage; empty for the image's own, mostly root. */
      user: str,
      healthcheck: bool,
      /** What the stages that the last one depends on copy or mount from the context, as written. */
      takes: strings,
      /** Every RUN of the stages that the last one depends on, as written. */
      commands: z.array(z.object({ run: str, line: int, stage: str })),
    }),
  ),
  document: kind(
    'documents',
    'A document that tells people something: readme, contributing, licence, security, changelog, runbook, decision, postmortem.',
    z.object({
      about: z.enum([
        'readme',
        'contributing',
        'licence',
        'security',
        'changelog',
        'runbook',
        'decision',
        'postmortem',
        'architecture',
      ]),
    }),
  ),
  environment: kind(
    'environments',
    'An environment that the repository declares, by its normalised name.',
    z.object({ name: str, from: strings, production: bool }),
  ),
  'environment-command': kind(
    'environment_commands',
    'A command that makes or changes an environment from infrastructure as code, as a Makefile, script, task file or pipeline writes it.',
    z.object({ tool: str, command: str }),
  ),
  'environment-copy': kind(
    'environment_copies',
    'Folders of environments that each declare the same things anew, instead of sharing one declaration with a configuration of their own: managed Terraform resources, and Kubernetes workloads with what exposes and watches them, by type and name.',
    z.object({
      /** The folder that holds one for each environment. */
      within: str,
      environments: strings,
      /** Things that two of the environments declare each for itself, and how many the smaller of the two declares. */
      copied: int,
      declared: int,
      /** Some of what is declared twice. */
      examples: strings,
    }),
  ),
  'environment-condition': kind(
    'environment_conditions',
    'An expression in application code, a script or a template that decides by the name of an environment.',
    z.object({
      directory: str,
      language: str,
      /** The environment that it asks for, by its one name. */
      environment: str,
      /** The line that it stands on. */
      expression: str,
    }),
  ),
  'environment-declaration': kind(
    'environment_declarations',
    'One place that declares an environment: a folder or file of its own, or a value that a variable may take. Environments are joined from these.',
    z.object({
      /** Normalised. */
      environment: str,
      by: z.enum([
        'folder',
        'overlay',
        'values-file',
        'env-file',
        'compose-file',
        'stack-file',
        'helmfile',
        'locals',
        'platform',
        'settings',
        'settings-file',
        'stack',
        'validation',
      ]),
      /** The folder that holds one for each environment; empty for the root. */
      within: str,
    }),
  ),
  'gitops-application': kind(
    'gitops_applications',
    'An object that a GitOps controller syncs: Argo CD Application or ApplicationSet, Flux Kustomization or HelmRelease.',
    z.object({
      tool: z.enum(['argocd', 'flux']),
      kind: str,
      namespace: str,
      source: str,
      path: str,
      revision: str,
      automated: bool,
      prune: bool,
      selfHeal: bool,
      suspended: bool,
    }),
  ),
  'helmfile-release': kind(
    'helmfile_releases',
    'A release of a chart that a helmfile declares.',
    z.object({
      namespace: str,
      /** As written; the folder from the root of the tree where the chart lies in it. */
      chart: str,
      version: str,
      local: bool,
      /** Over the environments that the helmfile declares: all, none, some, or hanging on what is not known. */
      installed: z.enum(['yes', 'no', 'some', 'unknown']),
      /** The environments in which it is surely there; empty where the helmfile declares none. */
      environments: strings,
      /** Paths of its files of values from the root, the later ones on top; `{{ .Environment.Name }}` stays. */
      values: strings,
      needs: strings,
    }),
  ),
  history: kind(
    'histories',
    'The commits that lead to the scanned one, summed up; no person is named. Shares run from 0 to 1; windows end at the scanned commit.',
    z.object({
      commits: int,
      merges: int,
      reverts: int,
      people: int,
      bots: int,
      botCommits: int,
      firstAt: str,
      lastAt: str,
      /** The twelve months up to the last commit; people's commits, merges left out. */
      yearCommits: int,
      yearPeople: int,
      /** The fewest people who together wrote half of the year's commits. */
      yearBusFactor: int,
      /** The share of the year's commits, merges included, that came through a pull request, by their subject or merge. */
      yearPullRequestShare: z.number(),
      /** Files touched by a commit of the year: median and 90th percentile. */
      yearFilesMedian: int,
      yearFilesP90: int,
      /** The share of the year's commits that touch more than 25 files (generated, vendored and moved files apart). */
      yearWideShare: z.number(),
      /** The share of the year's subjects that tell nothing: fix, wip, update, a single word. */
      yearVagueShare: z.number(),
      /** The share of the year's subjects in Conventional Commits form. */
      yearConventionalShare: z.number(),
      /** Of the year's commits that touch source code, the share that touch tests too. */
      yearSourceCommits: int,
      yearWithTestsShare: z.number(),
      tags: int,
      versionTags: int,
      /** Months with commits, merges left out: people's commits, how many people, bots' commits. */
      months: z.array(z.object({ month: str, commits: int, people: int, bots: int })),
    }),
  ),
  'image-reference': kind(
    'image_references',
    'A container image as some file names it.',
    z.object({
      image: str,
      /** Where: a Dockerfile names what is built upon, the rest what runs. `platform`: the file of a platform such as Fly. */
      used: z.enum(['compose', 'dockerfile', 'ecs', 'kubernetes', 'nomad', 'platform', 'terraform']),
      registry: str,
      repository: str,
      tag: str,
      digest: str,
      pin: z.enum(PINS),
      /** The workload, service or stage that names it. */
      by: str,
    }),
  ),
  inventory: kind(
    'inventories',
    'What is in the tree, and what was left out of the reading.',
    z.object({
      files: int,
      bytes: int,
      submodules: int,
      symlinks: int,
      leftOut: z.array(
        z.object({
          why: z.enum(['vendored', 'test-data', 'over-limit', 'missing']),
          files: int,
          bytes: int,
          example: str,
        }),
      ),
      languages: z.array(z.object({ language: str, files: int })),
    }),
  ),
  'kubernetes-object': kind(
    'kubernetes_objects',
    'Any other Kubernetes object that a plain manifest declares.',
    z.object({ apiVersion: str, kind: str, namespace: str }),
  ),
  'kubernetes-workload': kind(
    'kubernetes_workloads',
    'A Deployment, StatefulSet, DaemonSet, Job, CronJob, Rollout or operator kind as one manifest declares it, before joining.',
    z.object({
      kind: str,
      namespace: str,
      /** As the rendering tells it (values file, overlay, target), normalised; empty where only the path may tell. */
      environment: str,
      /** -1 where the manifest leaves it out. */
      replicas: int,
      labels: z.array(z.object({ name: str, value: str })),
      strategy: str,
      spread: bool,
      /** Topology keys of the spread constraints and anti-affinity rules. */
      spreadKeys: strings,
      /** Persistent volume claims that its volumes name. */
      claims: strings,
      containers: z.array(
        z.object({
          name: str,
          image: str,
          init: bool,
          readiness: bool,
          liveness: bool,
          startup: bool,
          requests: bool,
          limits: bool,
          line: int,
        }),
      ),
    }),
  ),
  lockfile: kind(
    'lockfiles',
    'A lock file that fixes dependency versions.',
    z.object({ ecosystem: str, directory: str }),
  ),
  'monitoring-signal': kind(
    'monitoring_signals',
    'One of the basics that some declaration watches: by an alert, a dashboard, a recording rule or an agent that ships it.',
    z.object({
      signal: z.enum(SIGNALS),
      tool: str,
      by: z.enum(['alert', 'dashboard', 'recording-rule', 'agent', 'setting', 'budget']),
      /** Would it reach a person? Alerts only. */
      notifies: bool,
    }),
  ),
  'operations-activity': kind(
    'operations_activities',
    'Operations work in the history, in counts; no person is named. Of a commit, at least half of the paths that tell (generated files and prose apart) are operations work: pipelines, containers, manifests, charts, infrastructure in code, monitoring, scripts, runbooks. How it is done is an indication by those paths: what runs by itself automates, a value or manifest that somebody sets does, runbooks and templates enable. A developer is a person at least a quarter of whose commits are of the product; the others who do operations work are operators. Merges are left out; windows end at the scanned commit.',
    z.object({
      /** The twelve months up to the last commit: people's commits, and those that are operations work. */
      yearCommits: int,
      yearOperations: int,
      /** Operations work of people as a share of their commits; 0 to 1. */
      yearShare: z.number(),
      /** Operations work of bots. */
      yearByBots: int,
      /** People who did operations work, and the fewest of them who did half of it. */
      yearPeople: int,
      yearBusFactor: int,
      /** Of those people, developers and operators, by their commits of the last 24 months. */
      yearDevelopers: int,
      yearOperators: int,
      /** The share of people's operations work that developers carry; 0 to 1. */
      yearByDevelopersShare: z.number(),
      /** People's operations work by how it is done. The three add up to yearOperations. */
      yearEnabled: int,
      yearDone: int,
      yearAutomated: int,
      /** People's operations work of the year by the eight operations, in the handbook's order. */
      operations: z.array(z.object({ operation: z.enum(OPERATION_NAMES), commits: int, people: int })),
      /** The last 24 months, those without commits included: people's commits, operations work by who and how. */
      months: z.array(
        z.object({
          month: str,
          commits: int,
          byDevelopers: int,
          byOperators: int,
          byBots: int,
          enabled: int,
          done: int,
          automated: int,
        }),
      ),
    }),
  ),
  'node-pool': kind(
    'node_pools',
    'Machines of a cluster that come and go with what has to run: a Karpenter NodePool or Provisioner.',
    z.object({
      system: str,
      /** The zones that it names; empty where it takes any. */
      zones: strings,
    }),
  ),
  package: kind(
    'packages',
    'A package manifest: package.json, go.mod, Cargo.toml, pom.xml, build.gradle, pyproject.toml, *.csproj, ...',
    z.object({
      ecosystem: str,
      directory: str,
      version: str,
      private: bool,
      /** It names dependencies or plug-ins that run tests, or the ecosystem brings its runner along. */
      testRunner: str,
      scripts: z.array(z.object({ name: str, run: str, line: int })),
      dependencies: strings,
    }),
  ),
  pipeline: kind(
    'pipelines',
    'A workflow of a CI system: what starts it, its jobs and their steps.',
    z.object({
      system: z.enum(CI_SYSTEMS),
      /** The name that people see. */
      title: str,
      path: str,
      triggers: z.array(trigger),
      /** It can be called by others (workflow_call), or is a composite action. */
      reusable: bool,
      composite: bool,
      concurrency: str,
      /** What a caller or a person may hand in, with its default. */
      inputs: z.array(z.object({ name: str, default: str, type: str })),
      jobs: z.array(
        z.object({
          id: str,
          title: str,
          needs: strings,
          /**
           * In the form of GitHub's expressions; the conditions of other systems are put into it (`github.ref`,
           * `github.ref_name`, `github.event_name`, `success()`, `failure()`, `always()`), with `matches(text, 'pattern')`
           * for regular expressions. Names that GitHub does not have are open questions. Empty for the default.
           */
          condition: str,
          /** A person has to start or approve it, and it waits until one does. */
          approval: bool,
          /** The expression that decides whether a person has to; empty where `approval` always holds. */
          approvalWhen: str,
          continueOnError: bool,
          continueOnErrorWhen: str,
          environment: str,
          /** The reusable workflow that this job calls; empty for a job with steps. */
          uses: str,
          /** What it hands to the workflow that it calls. */
          with: namedValues,
          /** The environment variables of the job, those of the pipeline included. */
          variables: namedValues,
          /** Every value that a dimension of the matrix takes; dotted names for the parts of a value. */
          matrix: z.array(z.object({ name: str, values: strings })),
          concurrency: str,
          timeoutMinutes: int,
          steps: z.array(step),
          /** The file that it stands in, where that is not the pipeline's own; else empty. */
          path: str,
          line: int,
        }),
      ),
    }),
  ),
  'pipeline-activity': kind(
    'pipeline_activities',
    'Something that a step of a pipeline really does, by what it runs: tests, lints, scans for vulnerabilities, plans or applies infrastructure.',
    z.object({
      activity: z.enum([
        'tests',
        'lints',
        'builds',
        'scans',
        'plans-iac',
        'applies-iac',
        'deploys',
        'publishes',
      ]),
      pipeline: str,
      job: str,
      /** What runs it, as in `delivery-path`. */
      triggers: strings,
      /** Its failure fails the job. */
      blocks: bool,
      /** Its pipeline or job is there to test, as in `delivery-path`. */
      forTests: bool,
      command: str,
    }),
  ),
  repository: kind(
    'repositories',
    'The scanned commit of a repository.',
    z.object({
      commit: str,
      /** ISO 8601, UTC; empty for an empty repository. */
      committedAt: str,
      branch: str,
      defaultBranch: str,
      bare: bool,
      shallow: bool,
      empty: bool,
      dirtyFiles: int,
      /** What it is, from what it contains. */
      character: z.enum(['application', 'library', 'infrastructure', 'gitops-config', 'mixed', 'unknown']),
      /** It runs something: a workload, infrastructure or a deployment. A library does not. */
      operates: bool,
    }),
  ),
  'routing-receiver': kind(
    'routing_receivers',
    'A place where alerts reach a person: an Alertmanager receiver, an SNS subscription, a notification channel.',
    z.object({ tool: str, channel: str }),
  ),
  script: kind(
    'scripts',
    'Commands that pipelines, packages or other scripts call by name: a target of a Makefile, justfile or Taskfile, or a shell script.',
    z.object({
      tool: z.enum(['make', 'just', 'task', 'shell']),
      path: str,
      /** The folder in which its commands run. */
      directory: str,
      /** Empty for a shell script. */
      target: str,
      /** Targets that run before it. */
      needs: strings,
      /** The commands, without comments; simple variables are filled in. */
      run: str,
    }),
  ),
  'terraform-backend': kind(
    'terraform_backends',
    'The backend of a Terraform or OpenTofu root module.',
    z.object({ type: str, directory: str, remote: bool }),
  ),
  'terraform-condition': kind(
    'terraform_conditions',
    'An expression that decides by the name of an environment.',
    z.object({ directory: str, expression: str }),
  ),
  'terraform-module': kind(
    'terraform_modules',
    'A call of a Terraform module with its arguments, as the attributes of a resource.',
    z.object({
      directory: str,
      source: str,
      version: str,
      local: bool,
      pinned: bool,
      arguments: z.array(z.object({ name: str, value: str, line: int, literal: bool })),
    }),
  ),
  'terraform-provider': kind(
    'terraform_providers',
    'A provider that a Terraform root or module requires.',
    z.object({ directory: str, source: str, version: str }),
  ),
  'terraform-resource': kind(
    'terraform_resources',
    'A managed Terraform resource with its literal attributes (dotted for nested blocks); expressions are kept as written.',
    z.object({
      directory: str,
      type: str,
      provider: str,
      attributes: z.array(z.object({ name: str, value: str, line: int, literal: bool })),
    }),
  ),
  'terraform-value': kind(
    'terraform_values',
    'A variable of a Terraform folder with its default, or a local value: what other expressions refer to.',
    z.object({
      directory: str,
      of: z.enum(['variable', 'local']),
      /** The default or value as an attribute has it; empty and not literal where a variable has no default. */
      value: str,
      literal: bool,
    }),
  ),
  'terraform-variables-file': kind(
    'terraform_variables_files',
    'A tfvars file: the configuration of one environment or root.',
    z.object({
      directory: str,
      environment: str,
      /** What it sets, as the attributes of a resource; empty and not literal where the value is long. */
      values: z.array(z.object({ name: str, value: str, line: int, literal: bool })),
    }),
  ),
  'test-suite': kind(
    'test_suites',
    'Test files of one language, found by the naming conventions of its test runners.',
    z.object({ language: str, files: int, directory: str }),
  ),
  'toil-candidate': kind(
    'toil_candidates',
    'The same operations change, made by hand again and again: commits of people with one message, numbers and names apart, to the same few paths, on at least 4 days in at least 3 of the last 24 months. No person is named.',
    z.object({
      operation: z.enum(OPERATION_NAMES),
      /** What their messages have in common; an ellipsis stands for what varies, names of people included. */
      shape: str,
      /** The paths that they touch; {environment}, # and * stand for what varies. */
      paths: strings,
      /** Commits, and the days on which they were made. */
      commits: int,
      days: int,
      months: int,
      /** Days a month, from the first to the last. */
      perMonth: z.number(),
      people: int,
      firstAt: str,
      lastAt: str,
      /** Done in the last 90 days, and no bot has made the same change since. */
      ongoing: bool,
    }),
  ),
  'tool-use': kind(
    'tools',
    'A tool that the repository configures, ships to, or is scraped by; category by the dictionary of the handbook.',
    z.object({
      tool: str,
      category: z.enum([
        'ci',
        'iac',
        'config-management',
        'orchestrator',
        'k8s-packaging',
        'gitops',
        'monorepo',
        'observability',
        'secrets',
        'security-scanning',
        'cost',
        'local-development',
      ]),
    }),
  ),
  'tracked-artefact': kind(
    'tracked_artefacts',
    'Something that Git tracks and should not: a dependency folder, a file that holds secrets by its name, build output, a large binary.',
    z.object({
      what: z.enum(['dependency-folder', 'secret-file', 'build-output', 'large-binary']),
      files: int,
      bytes: int,
    }),
  ),
  workload: kind(
    'workloads',
    'A long-running workload in an environment, after joining: replicas with the autoscaler, disruption budget, probes, spread, images.',
    z.object({
      system: z.enum(['kubernetes', 'ecs', 'nomad']),
      kind: str,
      namespace: str,
      /** Normalised; empty where the files name none. */
      environment: str,
      /** What counts: the autoscaler's minimum where one owns the count, else the declared number, else the default of the kind. */
      replicas: int,
      replicasFrom: z.enum(['declared', 'default', 'autoscaler']),
      autoscaled: bool,
      budget: z.enum(['selects', 'none', 'blocks']),
      /** Of the application containers: all, some or none have one. */
      readiness: z.enum(['all', 'some', 'none']),
      liveness: z.enum(['all', 'some', 'none']),
      spread: bool,
      requests: z.enum(['all', 'some', 'none']),
      /** It can only run once: a volume that one node mounts with strategy Recreate, or a declared singleton. */
      singleton: bool,
      images: strings,
    }),
  ),
  workspace: kind(
    'workspaces',
    'A monorepo tool with the members it declares.',
    z.object({ tool: str, members: strings }),
  ),
} as const satisfies Record<string, KindDefinition<z.ZodObject>>;

export type FactKind = keyof typeof KINDS;
export const FACT_KINDS = Object.keys(KINDS).sort() as FactKind[];
export const FactKindName = z.enum(Object.keys(KINDS) as [FactKind, ...FactKind[]]);
export type FactData<K extends FactKind> = z.infer<(typeof KINDS)[K]['data']>;

/** One thing that is known, and where. `name` is what people call it; unique within its kind is not required. */
export interface Fact<K extends FactKind = FactKind> {
  kind: K;
  repository: string;
  name: string;
  data: FactData<K>;
  evidence: Evidence[];
}
/** A fact of some kind: a union that narrows by `kind`. */
export type AnyFact = { [K in FactKind]: Fact<K> }[FactKind];

const factSchemas = FACT_KINDS.map((k) =>
  z.object({
    kind: z.literal(k),
    repository: str,
    name: str,
    data: KINDS[k].data,
    evidence: z.array(Evidence),
  }),
);
export const AnyFact = z.discriminatedUnion('kind', factSchemas as [(typeof factSchemas)[number]]);

/** The facts of one kind, in order. */
export function factsOf<K extends FactKind>(facts: readonly AnyFact[], wanted: K): Fact<K>[] {
  return facts.filter((f) => f.kind === wanted) as unknown as Fact<K>[];
}
