/** What the tasks of Azure Pipelines do, by their documentation; of others, what their names let one suspect. */
import { type ActionDoes, first, type Inputs } from './does.js';

const runs = (script: string, directory = ''): ActionDoes => ({ does: 'nothing', script, directory });

type Reading = (inputs: Inputs) => ActionDoes;
const always =
  (does: ActionDoes['does']): Reading =>
  () => ({ does });

function dotnet(i: Inputs): ActionDoes {
  const command = first(i, 'command') || 'build';
  const words = command === 'custom' ? first(i, 'custom') : command === 'push' ? 'nuget push' : command;
  return runs(`dotnet ${words} ${first(i, 'projects').split('\n')[0] ?? ''} ${first(i, 'arguments')}`);
}

function docker(i: Inputs): ActionDoes {
  const command = (first(i, 'command') || 'buildAndPush').toLowerCase();
  const image = {
    file: first(i, 'dockerfile').replace(/^\*\*\//, ''),
    context: first(i, 'buildcontext').replace(/^\*\*$/, '') || '.',
    target: '',
  };
  if (command === 'build') return { does: 'builds', image };
  if (/push/.test(command)) return command === 'push' ? { does: 'publishes' } : { does: 'publishes', image };
  return { does: 'nothing' };
}

function helm(i: Inputs): ActionDoes {
  const command = first(i, 'command') || 'ls';
  return /^(upgrade|install)$/.test(command)
    ? runs(
        `helm ${command} ${first(i, 'releasename')} ${first(i, 'chartpath', 'chartname')} ${first(i, 'arguments')}`,
      )
    : { does: 'nothing' };
}

function kubernetes(i: Inputs): ActionDoes {
  const command = first(i, 'command') || 'apply';
  return runs(`kubectl ${command} ${first(i, 'arguments')}${first(i, 'configuration') ? ' -f file' : ''}`);
}

function terraform(i: Inputs): ActionDoes {
  return runs(`terraform ${first(i, 'command')} ${first(i, 'commandoptions')}`, first(i, 'workingdirectory'));
}

function npm(i: Inputs): ActionDoes {
  const command = first(i, 'command') || 'install';
  if (command === 'publish') return { does: 'publishes' };
  return runs(`npm ${command === 'custom' ? first(i, 'customcommand') : command}`, first(i, 'workingdir'));
}

function maven(i: Inputs): ActionDoes {
  return runs(`mvn ${first(i, 'goals') || 'package'} ${first(i, 'options')}`);
}

function gradle(i: Inputs): ActionDoes {
  return runs(
    `gradle ${first(i, 'tasks') || 'build'} ${first(i, 'options')}`,
    first(i, 'workingdirectory', 'cwd'),
  );
}

/** By the name of the task in lower case, without its version. */
const TASKS: Readonly<Record<string, Reading>> = {
  'advancedsecurity-codeql-analyze': always('scans'),
  'advancedsecurity-dependency-scanning': always('scans'),
  azureappservicemanage: (i) => ({
    does: /swap|start/i.test(first(i, 'action') || 'swap slots') ? 'deploys' : 'nothing',
  }),
  azurecloudpowershelldeployment: always('deploys'),
  azurecontainerapps: always('deploys'),
  azurefunctionapp: always('deploys'),
  azurefunctionappcontainer: always('deploys'),
  azurekeyvault: always('nothing'),
  azurermwebappdeployment: always('deploys'),
  azureresourcegroupdeployment: always('applies-iac'),
  azureresourcemanagertemplatedeployment: (i) => ({
    does: /validation/i.test(first(i, 'deploymentmode')) ? 'plans-iac' : 'applies-iac',
  }),
  azurespringcloud: always('deploys'),
  azurestaticwebapp: always('deploys'),
  azurewebapp: always('deploys'),
  azurewebappcontainer: always('deploys'),
  cloudformationcreateorupdatestack: always('applies-iac'),
  codeql3000finalize: always('scans'),
  componentgovernancecomponentdetection: always('scans'),
  containerscan: always('scans'),
  credscan: always('scans'),
  'dependency-check-build-task': always('scans'),
  docker,
  dockercompose: (i) =>
    runs(`docker compose ${first(i, 'action').includes('Push') ? 'push' : first(i, 'dockercomposecommand')}`),
  dotnetcorecli: dotnet,
  githubrelease: (i) => ({
    does: first(i, 'assets') === '' && first(i, 'action') !== 'create' ? 'nothing' : 'publishes',
  }),
  gradle,
  helmdeploy: helm,
  iiswebappdeploymentonmachinegroup: always('deploys'),
  kubernetes,
  kubernetesmanifest: (i) => ({
    does: /^(deploy|promote|patch|)$/.test(first(i, 'action')) ? 'deploys' : 'nothing',
  }),
  maven,
  microsoftsecuritydevops: always('scans'),
  npm,
  npmauthenticate: always('nothing'),
  nugetcommand: (i) => ({ does: first(i, 'command') === 'push' ? 'publishes' : 'nothing' }),
  publishbuildartifacts: always('nothing'),
  publishcodecoverageresults: always('nothing'),
  publishpipelineartifact: always('nothing'),
  publishtestresults: always('nothing'),
  servicefabricdeploy: always('deploys'),
  snyksecurityscan: always('scans'),
  sqlazuredacpacdeployment: always('deploys'),
  terraformcli: terraform,
  terraformtask: terraform,
  terraformtaskv1: terraform,
  terraformtaskv2: terraform,
  terraformtaskv3: terraform,
  terraformtaskv4: terraform,
  trivy: always('scans'),
  twineauthenticate: always('nothing'),
  universalpackages: (i) => ({ does: first(i, 'command') === 'publish' ? 'publishes' : 'nothing' }),
  visualstudiotestplatforminstaller: always('nothing'),
  vstest: always('tests'),
  windowsmachinefilecopy: always('deploys'),
};

const DEPLOYS = /deploy/;
const SCANS = /scan|security|codeql|credscan|vulnerab/;
const TESTS = /(^|[^a-z])test(?!results|platform)|runtests/;

export function taskDoes(name: string, inputs: Inputs): ActionDoes {
  // Tasks of an extension may be written with its publisher and name.
  const bare = (name.split('.').at(-1) ?? name).toLowerCase();
  const reading = Object.hasOwn(TASKS, bare) ? TASKS[bare] : undefined;
  if (reading) return reading(inputs);
  if (/^publish/.test(bare)) return { does: 'nothing' };
  if (SCANS.test(bare)) return { does: 'scans' };
  const may: ('tests' | 'deploys')[] = [];
  if (TESTS.test(bare)) may.push('tests');
  if (DEPLOYS.test(bare)) may.push('deploys');
  return may.length > 0 ? { does: 'unknown', may } : { does: 'nothing' };
}
