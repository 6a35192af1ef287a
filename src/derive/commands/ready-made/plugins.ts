/** What ready-made parts do: plugins of Buildkite, Drone and Woodpecker, images that a step only starts, tasks of Tekton's catalogue. */
import { type ActionDoes, first, type Inputs } from './does.js';
import { suspectedBy } from './suspected.js';

const NOTHING: ActionDoes = { does: 'nothing' };
type Reading = (inputs: Inputs) => ActionDoes;

const runs = (script: string): ActionDoes => ({ does: 'nothing', script });

function read(
  table: Readonly<Record<string, Reading>>,
  name: string,
  inputs: Inputs,
): ActionDoes | undefined {
  return Object.hasOwn(table, name) ? table[name]?.(inputs) : undefined;
}

const BUILDKITE: Readonly<Record<string, Reading>> = {
  'docker-compose': (i) =>
    first(i, 'push') !== '' ? { does: 'publishes' } : first(i, 'build') !== '' ? { does: 'builds' } : NOTHING,
  'docker-image-push': () => ({ does: 'publishes' }),
  'docker-build-push': () => ({ does: 'publishes' }),
  'publish-to-packages': () => ({ does: 'publishes' }),
  'monorepo-diff': () => ({
    does: 'unknown',
    may: ['tests', 'deploys'],
    because: 'it adds steps while it runs',
  }),
  'monebuild-pipeline': () => ({
    does: 'unknown',
    may: ['tests', 'deploys'],
    because: 'it adds steps while it runs',
  }),
  'pipeline-upload': () => ({
    does: 'unknown',
    may: ['tests', 'deploys'],
    because: 'it adds steps while it runs',
  }),
  trigger: () => ({
    does: 'unknown',
    may: ['tests', 'deploys'],
    because: 'it is another pipeline of Buildkite',
  }),
};

/** A plugin of Buildkite; most of them only set things up. */
export function pluginDoes(name: string, inputs: Inputs): ActionDoes {
  const known = read(BUILDKITE, name, inputs);
  if (known) return known;
  if (/(^|-)(snyk|trivy|wiz|grype|semgrep|gitleaks|trufflehog|checkov)(-|$)/.test(name))
    return { does: 'scans' };
  if (/(^|-)deploy(er|ment)?$/.test(name)) return { does: 'deploys' };
  return NOTHING;
}

/** Images whose settings or arguments say what is done, by their names without registry and tag. */
const IMAGES: Readonly<Record<string, Reading>> = {
  'kaniko-project/executor': (i) =>
    /--no-?push(?!=false)/.test(first(i, 'args'))
      ? { does: 'builds' }
      : { does: 'publishes', image: imageOf(i) },
  'plugins/gh-pages': () => ({ does: 'deploys', pages: true }),
  'plugins/github-release': withFiles,
  'plugins/gitea-release': withFiles,
  'plugins/gitea_release': withFiles,
  'woodpeckerci/plugin-release': withFiles,
  'plugins/s3': () => ({ does: 'publishes' }),
  'plugins/s3-sync': () => ({ does: 'publishes' }),
  'plugins/gcs': () => ({ does: 'publishes' }),
  'plugins/npm': () => ({ does: 'publishes' }),
  'plugins/pypi': () => ({ does: 'publishes' }),
  'plugins/ansible': (i) => runs(`ansible-playbook ${first(i, 'playbook')}`),
  'plugins/heroku': () => ({ does: 'deploys' }),
  'appleboy/drone-ssh': (i) => ({ does: 'nothing', script: first(i, 'script'), remote: true }),
  'appleboy/drone-scp': () => ({ does: 'deploys' }),
  'drillster/drone-rsync': () => ({ does: 'deploys' }),
  'jmccann/drone-terraform': () => runs('terraform apply'),
  'robertstettner/drone-codecov': () => NOTHING,
  'cloud-builders/gke-deploy': (i) =>
    /^(run|apply)\b/.test(first(i, 'args')) ? { does: 'deploys' } : NOTHING,
  'aquasec/trivy': () => ({ does: 'scans' }),
  'aquasecurity/trivy': () => ({ does: 'scans' }),
};

function withFiles(inputs: Inputs): ActionDoes {
  return first(inputs, 'files', 'file') === '' ? NOTHING : { does: 'publishes' };
}

function imageOf(inputs: Inputs): NonNullable<ActionDoes['image']> {
  const args = first(inputs, 'args');
  const argument = (name: string) => new RegExp(`--${name}[= \\n]["']?([^\\s"']+)`).exec(args)?.[1] ?? '';
  return {
    file: first(inputs, 'dockerfile', 'docker_file') || argument('dockerfile'),
    context:
      (first(inputs, 'context', 'path_context') || argument('context') || '.').replace(
        /^(dir:\/\/)?\/workspace\/?/,
        '',
      ) || '.',
    target: first(inputs, 'target', 'docker_build_target') || argument('target'),
  };
}

const BUILDS_IMAGES =
  /^((plugins|woodpeckerci|techknowlogick|thegeeklab|banzaicloud|gitea)\/)?(plugin-|drone-)?(docker|ecr|gcr|gar|acr|heroku-docker|kaniko|buildx|docker-buildx|docker-buildx-proxy|kaniko-(docker|ecr|gcr))$/;
const MANIFESTS = /^(plugins|woodpeckerci)\/(drone-|plugin-)?manifest$/;

/** An image that a step starts without commands of its own: a plugin. */
export function imageDoes(image: string, inputs: Inputs): ActionDoes {
  const name = image
    .replace(/@sha256:.*$/, '')
    .replace(/:[^/:]*$/, '')
    .replace(/^[^/]*[.:][^/]*\//, '')
    .replace(/^library\//, '');
  const known = read(IMAGES, name, inputs);
  if (known) return known;
  if (BUILDS_IMAGES.test(name)) {
    const dry =
      [first(inputs, 'dry_run'), first(inputs, 'dry-run'), first(inputs, 'no_push')].includes('true') ||
      first(inputs, 'push') === 'false';
    return { does: dry ? 'builds' : 'publishes', image: imageOf(inputs) };
  }
  if (MANIFESTS.test(name)) return { does: 'publishes' };
  if (/(^|[-_/])(trivy|snyk|grype|gitleaks|semgrep)([-_]|$)/.test(name)) return { does: 'scans' };
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (
    /(^|-)(helm3?|kubernetes|kubectl|kube|k8s|ecs|cloudrun|gke|lambda|deploy|rancher)(-|$)/.test(last) &&
    /drone|plugin|deploy/.test(name)
  )
    return { does: 'deploys' };
  if (
    /(^|[-_])(slack|matrix|email|notify|webhook|discord|telegram|cache|git|clone|meltwater|coverage|codecov|mastodon|surge-preview|editorconfig\S*|lint\S*|ready-release-go)([-_]|$)/.test(
      last,
    )
  )
    return NOTHING;
  return suspectedBy(last);
}

const TASKS: Readonly<Record<string, Reading>> = {
  'golang-test': () => ({ does: 'tests' }),
  'golang-build': () => ({ does: 'builds' }),
  'git-cli': (i) => runs(first(i, 'git_script')),
  gradle: (i) => runs(`gradle ${first(i, 'tasks') || 'build'}`),
  'helm-upgrade-from-repo': () => ({ does: 'deploys' }),
  'helm-upgrade-from-source': () => ({ does: 'deploys' }),
  'kubeconfig-creator': () => NOTHING,
  'kubernetes-actions': (i) => runs(first(i, 'script')),
  maven: (i) => runs(`mvn ${first(i, 'goals') || 'package'}`),
  npm: (i) => runs(`npm ${first(i, 'args')}`),
  'openshift-client': (i) => runs(first(i, 'script')),
  pytest: () => ({ does: 'tests' }),
  'python-unittest': () => ({ does: 'tests' }),
  'terraform-cli': (i) => runs(`terraform ${first(i, 'args')}`),
  'argocd-task-sync-and-wait': () => ({ does: 'deploys' }),
  'kubectl-deploy-pod': () => ({ does: 'deploys' }),
  gcloud: (i) => runs(`gcloud ${first(i, 'args')}`),
  'aws-cli': (i) => runs(first(i, 'script')),
  'az-cli': (i) => runs(first(i, 'script')),
  knctl: () => ({ does: 'deploys' }),
  kn: (i) => runs(`kn ${first(i, 'args')}`),
};
const TASK_NAMES: readonly (readonly [RegExp, ActionDoes])[] = [
  [
    /^(buildah|kaniko|ko|s2i|jib-(maven|gradle)|buildpacks|buildkit|docker-build|img|orka-deploy)(-|$)/,
    { does: 'publishes' },
  ],
  [
    /^(skopeo-copy|github-release|create-github-release|gitlab-release|twine|push-dockerfile|apply-tags|tkn-bundle\S*|build-image-index|build-image-manifest|build-maven-zip\S*|source-build\S*)$/,
    { does: 'publishes' },
  ],
  [
    /(^|-)(trivy\S*|snyk|grype|clair-scan|clamav-scan|sast-\S+|anchore\S*|ecosystem-cert-preflight-checks|deprecated-image-check|rpms-signature-scan|coverity\S*|sonarqube-scanner-sast)(-|$)/,
    { does: 'scans' },
  ],
  [
    /(^|-)(lint\S*|golangci-lint|pylint|flake8|black|hadolint|yaml-lint|markdown-lint|conftest|shellcheck|prettier)(-|$)/,
    { does: 'lints' },
  ],
  [
    /^(git-\S+|init|prefetch-dependencies\S*|summary|show-sbom|send-to-\S+|github-set-status|generate-\S+|upload-\S+|fetch-\S+|slack-\S*|validate-\S*|cleanup\S*|check-\S*|rpms-\S*|run-opm-\S*|set-\S*|get-\S*|sendmail|curl|wget|jq|yq\S*|pull-request)$/,
    NOTHING,
  ],
];

/** A task that another repository or the catalogue holds. */
export function catalogueTaskDoes(name: string, inputs: Inputs): ActionDoes {
  const plain = name.replace(/-(oci-ta|remote|rhtap|min)$/g, '').replace(/-oci-ta$/, '');
  const known = read(TASKS, plain, inputs);
  if (known) return known;
  const named = TASK_NAMES.find(([pattern]) => pattern.test(plain))?.[1];
  if (named?.does === 'publishes' && /^(buildah|kaniko|docker-build|buildkit)/.test(plain))
    return { ...named, image: imageOf(inputs) };
  if (named) return named;
  const suspected = suspectedBy(plain);
  return suspected.does === 'unknown'
    ? { ...suspected, because: 'the task is not in this repository' }
    : suspected;
}
