/** What the steps of Jenkins' plugins do; of the steps of shared libraries, what their names let one suspect. */
import { type ActionDoes, first, type Inputs } from './does.js';

const NOTHING: ActionDoes = { does: 'nothing' };

const runs = (script: string): ActionDoes => ({ does: 'nothing', script });

/** Steps whose arguments say what they run, by their names in lower case. */
const BY_ARGUMENTS: Readonly<Record<string, (inputs: Inputs) => ActionDoes>> = {
  ansibleplaybook: (i) => runs(`ansible-playbook ${first(i, 'playbook')}`),
  'docker.build': (i) => runs(`docker build -t ${first(i, '0')} ${first(i, '1') || '.'}`),
  rtgradlerun: (i) => runs(`gradle ${first(i, 'tasks')}`),
  'rtgradle.run': (i) => runs(`gradle ${first(i, 'tasks')}`),
  'rtmaven.run': (i) => runs(`mvn ${first(i, 'goals')}`),
  rtmavenrun: (i) => runs(`mvn ${first(i, 'goals')}`),
  sshcommand: (i) => ({ does: 'nothing', script: first(i, 'command'), remote: true }),
};

const ALWAYS: readonly (readonly [ActionDoes, RegExp])[] = [
  [
    { does: 'publishes' },
    /^(rt\w*upload|rtpublishbuildinfo|rtdockerpush|nexusartifactuploader|nexuspublisher|s3upload|googlestorageupload|androidapkupload|server\.publishbuildinfo|server\.upload|\w*image\w*\.push|app\.push|container\.push|docker\w*\.push)$/,
  ],
  [
    { does: 'deploys' },
    /^(kubernetesdeploy|openshiftdeploy|openshift\.deploy\w*|pushtocloudfoundry|azurewebapppublish|azurefunctionapppublish|sshpublisher|sshput|deploy|cfnupdate|lambdadeploy|ebdeploy|createdeployment|acsdeploy|marathon|hockeyapp|step_deploy\w*)$/,
  ],
  [{ does: 'applies-iac' }, /^(cfnupdatestackset|cfncreatechangeset|cfnexecutechangeset)$/],
  [
    { does: 'scans' },
    /^(snyksecurity|dependencycheck|aquamicroscanner|anchore|neuvector|whitesource|checkmarxastscanner|step_checkmarx|fodstaticassessment|twistlockscan|prismacloudscanimage|veracode|blackduck\w*|synopsys\w*|zap\w*)$/,
  ],
  [
    NOTHING,
    /^(waitforqualitygate|withsonarqubeenv|publish(html|coverage|checks|valgrind|gatlingreports|testresults|buildinfo)|infra\.(prepare|is|get|check|with)\w*|xunit|testng|cobertura|jacoco|perfreport|allure|robot|cucumber|test(results|reports?)\w*|\w*(notify|notification|message|report|slack|email|version|tag|name|label|param\w*|config|credentials|agent|workspace|checkout|cleanup|clean|url|branch|commit|author|status|comment|log|print|lock|result|results|env|environment)s?)$/,
  ],
];

/** What the words of a library's step let one suspect. */
const SAYS_TESTS =
  /^(tests?|testing|verify|checks?|ci|unit|e2e|integration|smoke|maven|mvn|gradle|npm|pipeline|build|plugin|run)$/;
const SAYS_DEPLOYS =
  /^(deploy\w*|releases?|publish\w*|promote\w*|rollout|pipeline|delivery|cd|ship|push\w*|upload\w*|build)$/;
const IS_IMAGE = /^(docker|images?|containers?|artifacts?|packages?|charts?)$/;

const READS_OR_TELLS =
  /^([\w.]*\.)?(discover|record|get|set|is|has|find|read|write|notify|send|wait|determine|calculate|compute|parse|print|log|init|setup|configure|prepare|install|define|load|disable|enable)(?=[A-Z]|$)/;

/** `buildAndDeploy`, `infra.runMaven`: the words of a name. */
function wordsOf(name: string): string[] {
  return name
    .replace(/^.*\./, (lead) => lead.replaceAll('.', ' '))
    .split(/(?<=[a-z\d])(?=[A-Z])|[\W_]+/)
    .map((w) => w.toLowerCase())
    .filter((w) => w !== '');
}

/** `build` starts another job; `buildPlugin` is a step of a shared library. */
export function jenkinsStepDoes(name: string, inputs: Inputs): ActionDoes {
  const plain = name.toLowerCase();
  if (plain === 'build')
    return { does: 'unknown', may: ['tests', 'deploys'], because: 'it is another job of Jenkins' };
  if (plain === 'load' || plain === 'evaluate')
    return { does: 'unknown', may: ['tests', 'deploys'], because: 'the code that it loads is not read' };
  const reading = Object.hasOwn(BY_ARGUMENTS, plain) ? BY_ARGUMENTS[plain] : undefined;
  if (reading) return reading(inputs);
  const known = ALWAYS.find(([, pattern]) => pattern.test(plain))?.[0];
  if (known) return known;
  if (READS_OR_TELLS.test(name)) return NOTHING;
  const words = wordsOf(name);
  if (words.some((w) => /^deploy(s|er)?$/.test(w)) && !words.includes('test')) return { does: 'deploys' };
  if (words.some((w) => /^(push|publish)$/.test(w)) && words.some((w) => IS_IMAGE.test(w)))
    return { does: 'publishes' };
  const may: ('tests' | 'deploys')[] = [];
  if (words.some((w) => SAYS_TESTS.test(w))) may.push('tests');
  if (words.some((w) => SAYS_DEPLOYS.test(w))) may.push('deploys');
  return may.length === 0
    ? NOTHING
    : {
        does: 'unknown',
        may,
        because: 'it is a step of a shared library or plugin that is not in this repository',
      };
}
