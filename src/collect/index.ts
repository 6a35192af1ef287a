/** The collectors, in alphabetical order. */

import { appveyor } from './appveyor.js';
import { argoWorkflows } from './argo-workflows.js';
import { azure } from './azure/azure.js';
import { azurePipelines } from './azure-pipelines.js';
import { bitbucketPipelines } from './bitbucket-pipelines.js';
import { buildkite } from './buildkite.js';
import { circleci } from './circleci.js';
import { clientCalls } from './client-calls.js';
import { cloudBuild } from './cloud-build.js';
import { cloudformation } from './cloudformation/cloudformation.js';
import { serverless } from './cloudformation/serverless.js';
import type { Collector } from './collector.js';
import { compose } from './compose.js';
import { configManagement } from './config-management.js';
import { docker } from './docker.js';
import { documents } from './documents.js';
import { drone, woodpecker } from './drone.js';
import { ecs } from './ecs.js';
import { environmentChoices } from './environment-choices.js';
import { environmentCommands } from './environment-commands.js';
import { environmentConditions } from './environment-conditions.js';
import { environmentSettings } from './environment-settings.js';
import { environmentFiles } from './environments.js';
import { githubActions } from './github-actions.js';
import { gitlabCi } from './gitlab-ci.js';
import { helmfile } from './helmfile.js';
import { history } from './history.js';
import { inventory } from './inventory.js';
import { jenkins } from './jenkins/jenkins.js';
import { kubernetes } from './kubernetes/kubernetes.js';
import { kubernetesPrograms } from './kubernetes/programs.js';
import { localDevelopment } from './local-development.js';
import { lockfiles } from './lockfiles.js';
import { nomad } from './nomad.js';
import { operations } from './operations/operations.js';
import { otherSystems } from './other-systems.js';
import { ownership } from './ownership.js';
import { packages } from './packages.js';
import { platforms } from './platforms.js';
import { programs } from './programs/programs.js';
import { prometheus } from './prometheus.js';
import { scripts } from './scripts.js';
import { secretTools } from './secret-tools.js';
import { tekton } from './tekton.js';
import { telemetry } from './telemetry.js';
import { terraform } from './terraform/terraform.js';
import { tests } from './tests.js';
import { travis } from './travis.js';
import { workspaces } from './workspaces.js';

export const COLLECTORS: readonly Collector[] = [
  azure,
  azurePipelines,
  appveyor,
  argoWorkflows,
  buildkite,
  bitbucketPipelines,
  circleci,
  clientCalls,
  cloudBuild,
  cloudformation,
  compose,
  configManagement,
  docker,
  documents,
  drone,
  ecs,
  environmentChoices,
  environmentCommands,
  environmentConditions,
  environmentFiles,
  environmentSettings,
  githubActions,
  gitlabCi,
  helmfile,
  history,
  inventory,
  jenkins,
  kubernetes,
  kubernetesPrograms,
  localDevelopment,
  lockfiles,
  nomad,
  operations,
  otherSystems,
  ownership,
  packages,
  platforms,
  programs,
  prometheus,
  scripts,
  secretTools,
  serverless,
  tekton,
  telemetry,
  terraform,
  tests,
  travis,
  woodpecker,
  workspaces,
];
