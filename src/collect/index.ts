/** The collectors, in alphabetical order. */

import { appveyor } from './ci/appveyor.js';
import { argoWorkflows } from './ci/argo-workflows.js';
import { azurePipelines } from './ci/azure-pipelines.js';
import { bitbucketPipelines } from './ci/bitbucket-pipelines.js';
import { buildkite } from './ci/buildkite.js';
import { circleci } from './ci/circleci.js';
import { cloudBuild } from './ci/cloud-build.js';
import { drone, woodpecker } from './ci/drone.js';
import { githubActions } from './ci/github-actions.js';
import { gitlabCi } from './ci/gitlab-ci.js';
import { jenkins } from './ci/jenkins/jenkins.js';
import { tekton } from './ci/tekton.js';
import { travis } from './ci/travis.js';
import { clientCalls } from './code/client-calls.js';
import { inventory } from './code/inventory.js';
import { localDevelopment } from './code/local-development.js';
import { lockfiles } from './code/lockfiles.js';
import { packages } from './code/packages.js';
import { scripts } from './code/scripts.js';
import { tests } from './code/tests.js';
import { workspaces } from './code/workspaces.js';
import type { Collector } from './collector.js';
import { compose } from './containers/compose.js';
import { docker } from './containers/docker.js';
import { ecs } from './containers/ecs.js';
import { nomad } from './containers/nomad.js';
import { environmentChoices } from './environments/choices.js';
import { environmentCommands } from './environments/commands.js';
import { environmentConditions } from './environments/conditions.js';
import { environmentFiles } from './environments/environments.js';
import { environmentSettings } from './environments/settings.js';
import { azure } from './infrastructure/azure/azure.js';
import { cloudformation } from './infrastructure/cloudformation/cloudformation.js';
import { serverless } from './infrastructure/cloudformation/serverless.js';
import { configManagement } from './infrastructure/config-management.js';
import { platforms } from './infrastructure/platforms.js';
import { programs } from './infrastructure/programs/programs.js';
import { secretTools } from './infrastructure/secret-tools.js';
import { terraform } from './infrastructure/terraform/terraform.js';
import { helmfile } from './kubernetes/helmfile.js';
import { kubernetes } from './kubernetes/kubernetes.js';
import { kubernetesPrograms } from './kubernetes/programs.js';
import { prometheus } from './monitoring/prometheus.js';
import { telemetry } from './monitoring/telemetry.js';
import { otherSystems } from './other-systems.js';
import { documents } from './work/documents.js';
import { history } from './work/history.js';
import { operations } from './work/operations/operations.js';
import { ownership } from './work/ownership.js';

export const COLLECTORS: readonly Collector[] = [
  appveyor,
  argoWorkflows,
  azure,
  azurePipelines,
  bitbucketPipelines,
  buildkite,
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
