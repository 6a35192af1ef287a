/** What well-known actions do, by their names and inputs; of others, what their names let one suspect. */

import type { Does } from '../activity.js';
import { type ActionDoes, first, type Inputs } from './does.js';

type Reading = (inputs: Inputs) => ActionDoes;

const NOTHING: ActionDoes = { does: 'nothing' };
const runs = (script: string, more: Partial<ActionDoes> = {}): ActionDoes => ({
  does: 'nothing',
  script,
  ...more,
});

/** An input that is `true`, `false` or an expression. */
function switched(inputs: Inputs, name: string, does: Does): ActionDoes {
  const value = first(inputs, name);
  if (value === 'true') return { does };
  if (value === 'false' || value === '') return { does: 'builds' };
  return { does, when: value.replace(/^\$\{\{\s*|\s*\}\}$/g, '') };
}

function image(inputs: Inputs): NonNullable<ActionDoes['image']> {
  return {
    file: first(inputs, 'file', 'dockerfile'),
    context: first(inputs, 'context') || '.',
    target: first(inputs, 'target'),
  };
}

const DOCUMENTATION =
  /(^|\/)(docs?|documentation|_site|book|_build|html|storybook(-static)?|typedoc|apidocs?|javadoc|coverage|reports?|allure\S*|bench(marks?)?)(\/|$)/i;

/** Is this folder one of documentation or reports? */
export function holdsDocumentation(folder: string): boolean {
  return DOCUMENTATION.test(folder);
}

function pages(inputs: Inputs): ActionDoes {
  const folder = first(inputs, 'publish_dir', 'folder', 'build_dir');
  return holdsDocumentation(folder) ? NOTHING : { does: 'deploys', pages: true };
}

function kubectl(inputs: Inputs): ActionDoes {
  const lines = first(inputs, 'args', 'command').split('\n');
  return runs(lines.map((l) => (/^\s*(kubectl|helm|kustomize)\b/.test(l) ? l : `kubectl ${l}`)).join('\n'));
}

function dispatch(inputs: Inputs): ActionDoes {
  const repository = first(inputs, 'repository', 'repo');
  const says = first(inputs, 'event-type', 'workflow', 'workflow_file_name');
  const delivers = /deploy|image|release|update|bump|promote|rollout|publish/i.test(says);
  return delivers && repository !== '' && !/github\.repository/.test(repository)
    ? { does: 'writes-gitops' }
    : NOTHING;
}

const retried: Reading = (i) => runs(first(i, 'command'), { directory: first(i, 'current_path') });
const overSsh: Reading = (i) => runs(first(i, 'script', 'command'), { remote: true });
const gradle: Reading = (i) =>
  runs(first(i, 'arguments') && `gradle ${first(i, 'arguments')}`, {
    directory: first(i, 'build-root-directory'),
  });
const cargo: Reading = (i) => runs(`cargo ${first(i, 'command')} ${first(i, 'args')}`);
const withFiles =
  (...names: string[]): Reading =>
  (i) => ({ does: first(i, ...names) === '' ? 'nothing' : 'publishes' });

/** Actions whose inputs decide. */
const BY_INPUTS: Readonly<Record<string, Reading>> = {
  'actions-hub/kubectl': kubectl,
  'actions-rs/cargo': cargo,
  'addnab/docker-run-action': (i) => runs(first(i, 'run')),
  'amondnet/vercel-action': (i) => ({ does: 'deploys', preview: !/--prod/.test(first(i, 'vercel-args')) }),
  'appleboy/ssh-action': overSsh,
  'aws-actions/aws-codebuild-run-build': () => ({ does: 'unknown', may: ['tests', 'deploys'] }),
  'azure/cli': (i) => runs(first(i, 'inlinescript')),
  'azure/static-web-apps-deploy': (i) => (first(i, 'action') === 'close' ? NOTHING : { does: 'deploys' }),
  'benc-uk/workflow-dispatch': dispatch,
  'borales/actions-yarn': (i) => runs(`yarn ${first(i, 'cmd')}`, { directory: first(i, 'dir') }),
  'burrunan/gradle-cache-action': gradle,
  'changesets/action': (i) =>
    first(i, 'publish') ? { does: 'publishes', script: first(i, 'publish') } : NOTHING,
  'clechasseur/rs-cargo': cargo,
  'cloudflare/wrangler-action': (i) => runs(`wrangler ${first(i, 'command') || 'deploy'}`),
  'convictional/trigger-workflow-and-wait': dispatch,
  'cpina/github-action-push-to-another-repository': () => ({ does: 'writes-gitops' }),
  'crazy-max/ghaction-github-pages': pages,
  'cypress-io/github-action': (i) => (first(i, 'runtests') === 'false' ? NOTHING : { does: 'tests' }),
  'depot/bake-action': (i) => switched(i, 'push', 'publishes'),
  'depot/build-push-action': (i) => ({ ...switched(i, 'push', 'publishes'), image: image(i) }),
  'devcontainers/ci': (i) => runs(first(i, 'runcmd')),
  'docker/bake-action': (i) => switched(i, 'push', 'publishes'),
  'docker/build-push-action': (i) => ({
    ...(/type=registry|push=true/.test(first(i, 'outputs'))
      ? { does: 'publishes' as const }
      : switched(i, 'push', 'publishes')),
    image: image(i),
  }),
  'eskatos/gradle-command-action': gradle,
  'firebaseextended/action-hosting-deploy': (i) => ({
    does: 'deploys',
    preview: first(i, 'channelid') !== 'live',
  }),
  'fjogeleit/http-request-action': (i) => runs(`curl ${first(i, 'url')}`),
  'goreleaser/goreleaser-action': (i) =>
    first(i, 'install-only') === 'true' ? NOTHING : runs(`goreleaser ${first(i, 'args')}`),
  'gradle/actions/setup-gradle': gradle,
  'gradle/gradle-build-action': gradle,
  'gruntwork-io/terragrunt-action': (i) => runs(`terragrunt ${first(i, 'tg_command')}`),
  'helmfile/helmfile-action': (i) => runs(`helmfile ${first(i, 'helmfile-args')}`),
  'jamesives/github-pages-deploy-action': pages,
  'kodermax/kubectl-aws-eks': kubectl,
  'magefile/mage-action': (i) => {
    const targets = first(i, 'args');
    if (/test|check|ci/i.test(targets)) return { does: 'unknown', may: ['tests'] };
    return /deploy|release|publish/i.test(targets) ? { does: 'unknown', may: ['deploys'] } : NOTHING;
  },
  'marvinpinto/action-automatic-releases': withFiles('files'),
  'ncipollo/release-action': withFiles('artifacts', 'artifact'),
  'netlify/actions/cli': (i) => runs(`netlify ${first(i, 'args')}`),
  'nick-fields/retry': retried,
  'nick-invision/retry': retried,
  'nwtgck/actions-netlify': (i) => ({
    does: 'deploys',
    preview: first(i, 'production-branch') === '' && first(i, 'production-deploy') !== 'true',
  }),
  'peaceiris/actions-gh-pages': pages,
  'peter-evans/repository-dispatch': dispatch,
  'pulumi/actions': (i) => runs(`pulumi ${first(i, 'command')}`),
  'reactivecircus/android-emulator-runner': (i) =>
    runs(first(i, 'script'), { directory: first(i, 'working-directory') }),
  'softprops/action-gh-release': withFiles('files'),
  'steebchen/kubectl': kubectl,
  'superfly/flyctl-actions': (i) => runs(`flyctl ${first(i, 'args')}`),
  'superfly/fly-pr-review-apps': () => ({ does: 'deploys', preview: true }),
  'wandalen/wretry.action': retried,
};

/** Actions that always do the same. A name that ends in `/` stands for all below it. */
const ALWAYS: readonly (readonly [ActionDoes, readonly string[]])[] = [
  [
    { does: 'publishes' },
    [
      'actions/upload-release-asset',
      'alexellis/upload-assets',
      'apple-actions/upload-testflight-build',
      'bufbuild/buf-push-action',
      'cadwallion/publish-rubygems-action',
      'codfish/semantic-release-action',
      'cycjimmy/semantic-release-action',
      'dawidd6/action-publish-gem',
      'elgohr/publish-docker-github-action',
      'haaleo/publish-vscode-extension',
      'helm/chart-releaser-action',
      'int128/docker-manifest-create-action',
      'jreleaser/release-action',
      'js-devtools/npm-publish',
      'katyo/publish-crates',
      'macbre/push-to-ghcr',
      'mr-smithers-excellent/docker-build-push',
      'noelware/docker-manifest-action',
      'pypa/gh-action-pypi-publish',
      'python-semantic-release/publish-action',
      'python-semantic-release/python-semantic-release',
      'r0adkll/upload-google-play',
      'redhat-actions/push-to-registry',
      'rubygems/release-gem',
      'samuelmeuli/action-snapcraft',
      'shogo82148/actions-upload-release-asset',
      'snapcore/action-publish',
      'stefanprodan/helm-gh-pages',
      'svenstaro/upload-release-action',
      'taiki-e/upload-rust-binary-action',
      'wangyoucao577/go-release-action',
    ],
  ],
  [
    { does: 'deploys' },
    [
      'akhileshns/heroku-deploy',
      'appleboy/scp-action',
      'aws-actions/amazon-ecs-deploy-task-definition',
      'aws-actions/aws-lambda-deploy',
      'azure/aci-deploy',
      'azure/container-apps-deploy-action',
      'azure/functions-action',
      'azure/functions-container-action',
      'azure/k8s-deploy',
      'azure/spring-apps-deploy',
      'azure/webapps-container-deploy',
      'azure/webapps-deploy',
      'burnett01/rsync-deployments',
      'cloudflare/pages-action',
      'deliverybot/helm',
      'denoland/deployctl',
      'digitalocean/app_action/deploy',
      'easingthemes/ssh-deploy',
      'einaregilsson/beanstalk-deploy',
      'google-github-actions/create-cloud-deploy-release',
      'google-github-actions/deploy-appengine',
      'google-github-actions/deploy-cloud-functions',
      'google-github-actions/deploy-cloudrun',
      'jakejarvis/s3-sync-action',
      'johnbeynon/render-deploy-action',
      'reggionick/s3-deploy',
      'samkirkland/ftp-deploy-action',
    ],
  ],
  [{ does: 'deploys', pages: true }, ['actions/deploy-pages']],
  [
    { does: 'applies-iac' },
    [
      'aws-actions/aws-cloudformation-github-deploy',
      'azure/arm-deploy',
      'azure/bicep-deploy',
      'dflook/terraform-apply',
      'dflook/tofu-apply',
      'hashicorp/tfc-workflows-github/actions/apply-run',
    ],
  ],
  [
    { does: 'plans-iac' },
    ['dflook/terraform-plan', 'dflook/tofu-plan', 'hashicorp/tfc-workflows-github/actions/create-run'],
  ],
  [
    { does: 'tests' },
    [
      'd3adb5/helm-unittest-action',
      'game-ci/unity-test-runner',
      'grafana/k6-action',
      'grafana/run-k6-action',
      'julia-actions/julia-runtest',
      'php-actions/phpunit',
      'r-lib/actions/check-r-package',
    ],
  ],
  [
    { does: 'scans' },
    [
      '42crunch/api-security-audit-action',
      'actions-rs/audit-check',
      'actions/dependency-review-action',
      'ajinabraham/njsscan-action',
      'anchore/scan-action',
      'aquasecurity/tfsec-action',
      'aquasecurity/tfsec-pr-commenter-action',
      'aquasecurity/tfsec-sarif-action',
      'aquasecurity/trivy-action',
      'azure/container-scan',
      'bearer/bearer-action',
      'bridgecrewio/checkov-action',
      'checkmarx-ts/',
      'checkmarx/',
      'controlplaneio/kubesec-action',
      'crazy-max/ghaction-container-scan',
      'david-a-wheeler/flawfinder',
      'debricked/actions',
      'debricked/actions/',
      'dependency-check/dependency-check_action',
      'docker/scout-action',
      'embarkstudios/cargo-deny-action',
      'endorlabs/github-action',
      'facebook/pysa-action',
      'fortify/github-action',
      'fossa-contrib/fossa-action',
      'fossas/fossa-action',
      'github/codeql-action/analyze',
      'github/codeql-action/init',
      'github/ossar-action',
      'gitguardian/ggshield-action',
      'gitguardian/ggshield/',
      'gitleaks/gitleaks-action',
      'golang/govulncheck-action',
      'google/osv-scanner-action/',
      'jfrog/frogbot',
      'kubescape/github-action',
      'microsoft/devskim-action',
      'microsoft/security-devops-action',
      'mondoohq/actions/',
      'psalm/psalm-github-security-scan',
      'pyupio/safety-action',
      'pypa/gh-action-pip-audit',
      'returntocorp/semgrep-action',
      'rustsec/audit-check',
      'securego/gosec',
      'semgrep/semgrep-action',
      'shiftleftsecurity/scan-action',
      'snyk/actions/',
      'sobelow/action',
      'stackhawk/hawkscan-action',
      'sysdiglabs/scan-action',
      'trufflesecurity/trufflehog',
      'veracode/',
      'zaproxy/',
      'zizmorcore/zizmor-action',
    ],
  ],
  [
    { does: 'lints' },
    [
      'ansible/ansible-lint',
      'astral-sh/ruff-action',
      'chartboost/ruff-action',
      'crate-ci/typos',
      'davidanson/markdownlint-cli2-action',
      'github/super-linter',
      'golangci/golangci-lint-action',
      'hadolint/hadolint-action',
      'ibiqlik/action-yamllint',
      'ludeeus/action-shellcheck',
      'lycheeverse/lychee-action',
      'oxsecurity/megalinter',
      'oxsecurity/megalinter/',
      'pre-commit/action',
      'psf/black',
      'reviewdog/',
      'super-linter/super-linter',
      'wagoid/commitlint-github-action',
    ],
  ],
  [{ does: 'builds' }, ['actions/jekyll-build-pages', 'paketo-buildpacks/github-config/']],
  [
    // None of these tests, scans for vulnerabilities or deploys, whatever the name says.
    NOTHING,
    [
      'actions/',
      'aws-actions/',
      'azure/',
      'codecov/',
      'coverallsapp/',
      'docker/',
      'getsentry/',
      'github/',
      'google-github-actions/',
      'googleapis/release-please-action',
      'hashicorp/',
      'ossf/scorecard-action',
      'release-drafter/release-drafter',
      'sonarsource/',
      'superfly/flyctl-actions/setup-flyctl',
    ],
  ],
];

const BY_NAME: ReadonlyMap<string, ActionDoes> = new Map(
  ALWAYS.flatMap(([does, names]) => names.map((name) => [name, does] as const)),
);

/** The entry of an action, or of the nearest folder above it that has one. */
function known(name: string): ActionDoes | undefined {
  const exact = BY_NAME.get(name);
  if (exact) return exact;
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
    const below = BY_NAME.get(name.slice(0, end + 1));
    if (below) return below;
  }
  return undefined;
}

const OTHER_PURPOSE =
  /(^|[-_/])(setup|install|login|auth|configure|notify|notification|comment|label|cache|status|cleanup|delete|destroy|wait|check-run|reporter?|results?|coverage|changelog|version|bump|badge|filter|changed-files)(?=[-_/.]|$)/;
const SCANS =
  /(^|[-_/])((vulnerabilit\w*|sast|dast|sca|security|secrets?|docker|container|image|code)[-_]?(scan\w*|audit))(?=[-_/.]|$)/;
const PUSHES =
  /(^|[-_/])((docker|image|ecr|acr|gcr|ghcr|container)s?[-_](\w+[-_])*(push|publish)|build[-_](and[-_])?push)(?=[-_/.]|$)/;
const DEPLOYS = /(^|[-_/])(deploy|deployer)(?=[-_/.]|$)/;
const MAY_TEST = /(^|[-_/])(tests?|testing|e2e|ci|verify|checks?|pipeline|unit)(?=[-_/.]|$)/;
const MAY_DEPLOY = /(^|[-_/])(release|publish|rollout|promote|cd|pipeline|ship)(?=[-_/.]|$)/;

/** What an unknown action's name lets one suspect; that it deploys or pushes an image, a name says clearly enough. */
function suspected(name: string, inputs: Inputs): ActionDoes {
  const path = name.replace(/^[^/]+\//, '').replace(/^\.github\/(actions|workflows)\//, '');
  if (OTHER_PURPOSE.test(path)) return NOTHING;
  if (SCANS.test(path)) return { does: 'scans' };
  if (PUSHES.test(path))
    return inputs.has('push') ? switched(inputs, 'push', 'publishes') : { does: 'publishes' };
  if (DEPLOYS.test(path)) return { does: 'deploys' };
  const may: ('tests' | 'deploys')[] = [];
  if (MAY_TEST.test(path)) may.push('tests');
  if (MAY_DEPLOY.test(path)) may.push('deploys');
  return may.length > 0 ? { does: 'unknown', may } : NOTHING;
}

/** What an action does; `uses` is without its version. */
export function actionDoes(uses: string, inputs: Inputs): ActionDoes {
  const name = uses.toLowerCase();
  const reading = Object.hasOwn(BY_INPUTS, name) ? BY_INPUTS[name] : undefined;
  return reading?.(inputs) ?? known(name) ?? suspected(name, inputs);
}

const CLUSTERS: ReadonlySet<string> = new Set([
  'absaoss/k3d-action',
  'balchua/microk8s-actions',
  'container-tools/kind-action',
  'debianmaster/actions-k3s',
  'engineerd/setup-kind',
  'helm/kind-action',
  'jupyterhub/action-k3s-helm',
  'manusa/actions-setup-minikube',
  'medyagh/setup-minikube',
  'nolar/setup-k3d-k3s',
]);

/** Does the action start a Kubernetes cluster that ends with the job? */
export function startsCluster(uses: string): boolean {
  return CLUSTERS.has(uses.toLowerCase());
}
