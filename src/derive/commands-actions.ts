/** What well-known actions do, by their names and inputs. The rows are tried in order; the first that fits decides. */
import type { Does } from './activity.js';

/** Names in lower case, since GitHub does not mind the case. */
export type Inputs = ReadonlyMap<string, string>;

export interface ActionDoes {
  does: Does | 'nothing';
  preview?: boolean;
  /** An expression that must hold: the action's `push`. */
  when?: string;
  may?: readonly ('tests' | 'deploys')[];
  /** Shell commands that the action runs, and where. */
  script?: string;
  remote?: boolean;
  directory?: string;
  /** It builds an image first: from which Dockerfile. */
  image?: { file: string; context: string; target: string };
}

interface Row {
  uses: RegExp;
  does: (inputs: Inputs, name: string) => ActionDoes;
}

const always =
  (does: Does | 'nothing', more: Omit<ActionDoes, 'does'> = {}) =>
  (): ActionDoes => ({ does, ...more });

/** `true`, `false` or an expression; the default where the input is left out. */
function switched(inputs: Inputs, name: string, byDefault: boolean, does: Does): ActionDoes {
  const value = (inputs.get(name) ?? String(byDefault)).trim();
  if (value === 'true') return { does };
  if (value === 'false' || value === '') return { does: 'builds' };
  return { does, when: value.replace(/^\$\{\{\s*|\s*\}\}$/g, '') };
}

const has = (inputs: Inputs, ...names: string[]) => names.some((n) => (inputs.get(n) ?? '').trim() !== '');

function image(inputs: Inputs): NonNullable<ActionDoes['image']> {
  const context = inputs.get('context') ?? '.';
  return {
    file: inputs.get('file') ?? inputs.get('dockerfile') ?? '',
    context,
    target: inputs.get('target') ?? '',
  };
}

const DOCS =
  /(^|\/)(docs?|documentation|site|_site|book|_build|html|storybook(-static)?|typedoc|apidocs?|javadoc|coverage|reports?|allure\S*|benchmarks?|bench)(\/|$)/i;

function pages(inputs: Inputs): ActionDoes {
  const folder = ['publish_dir', 'folder', 'build_dir', 'path', 'directory']
    .map((n) => inputs.get(n) ?? '')
    .join('');
  return { does: DOCS.test(folder) ? 'nothing' : 'deploys' };
}

const ROWS: readonly Row[] = [
  // Images
  {
    uses: /^docker\/build-push-action$/,
    does: (i) => ({
      ...(/type=registry|push=true/.test(i.get('outputs') ?? '')
        ? { does: 'publishes' as const }
        : switched(i, 'push', false, 'publishes')),
      image: image(i),
    }),
  },
  { uses: /^docker\/bake-action$/, does: (i) => switched(i, 'push', false, 'publishes') },
  {
    uses: /^depot\/(build-push|bake)-action$/,
    does: (i) => ({ ...switched(i, 'push', false, 'publishes'), image: image(i) }),
  },
  {
    uses: /^(mr-smithers-excellent\/docker-build-push|elgohr\/publish-docker-github-action|whoan\/docker-build-with-cache-action|redhat-actions\/push-to-registry|macbre\/push-to-ghcr|openzim\/docker-publish-action|int128\/docker-manifest-create-action|noelware\/docker-manifest-action|akhilerm\/tag-push-action|kciter\/aws-ecr-action|appleboy\/docker-ecr-action|vlaurin\/action-ghcr-prune\b.*|docker\/github-builder\/.*)$/i,
    does: (i, name) =>
      name.includes('prune') ? { does: 'nothing' } : { does: 'publishes', image: image(i) },
  },
  // Packages, charts, releases
  {
    uses: /^(pypa\/gh-action-pypi-publish|js-devtools\/npm-publish|katyo\/publish-crates|cadwallion\/publish-rubygems-action|rubygems\/release-gem|dawidd6\/action-publish-gem|haaleo\/publish-vscode-extension|k-paxian\/dart-package-publisher|dart-lang\/setup-dart\/\.github\/workflows\/publish\.yml|cycjimmy\/semantic-release-action|codfish\/semantic-release-action|python-semantic-release\/(python-semantic-release|publish-action)|google\/wireit-publish|brandonkal\/nuget-publish|rohith\/publish-nuget|stefanprodan\/helm-gh-pages|helm\/chart-releaser-action|appany\/helm-oci-chart-releaser|bsord\/helm-push|snapcore\/action-publish|r0adkll\/upload-google-play|apple-actions\/upload-testflight-build|xresloader\/upload-to-github-release|svenstaro\/upload-release-action|shogo82148\/actions-upload-release-asset|actions\/upload-release-asset|alexellis\/upload-assets|wangyoucao577\/go-release-action|taiki-e\/upload-rust-binary-action|creyd\/release.*|bufbuild\/buf-push-action|jreleaser\/release-action|gradle\/publish-plugin|samuelmeuli\/action-snapcraft|vedantmgoyal(2009|9)?\/winget-releaser|hashicorp\/actions-packer-publish)$/i,
    does: always('publishes'),
  },
  {
    uses: /^goreleaser\/goreleaser-action$/,
    does: (i) => {
      const args = i.get('args') ?? '';
      if (i.get('install-only') === 'true') return { does: 'nothing' };
      return { does: 'nothing', script: `goreleaser ${args}` };
    },
  },
  {
    uses: /^softprops\/action-gh-release$/,
    does: (i) => ({ does: has(i, 'files') ? 'publishes' : 'nothing' }),
  },
  {
    uses: /^(ncipollo\/release-action|marvinpinto\/action-automatic-releases|softprops\/.*)$/,
    does: (i) => ({ does: has(i, 'artifacts', 'artifact', 'files') ? 'publishes' : 'nothing' }),
  },
  {
    uses: /^changesets\/action$/,
    does: (i) =>
      has(i, 'publish') ? { does: 'publishes', script: i.get('publish') ?? '' } : { does: 'nothing' },
  },
  {
    uses: /^(google-github-actions|googleapis)\/release-please-action$|^actions\/create-release$|^release-drafter\/release-drafter$/,
    does: always('nothing'),
  },
  {
    uses: /^peter-evans\/repository-dispatch$|^(benc-uk|lasith-kg|convictional)\/(dispatch-workflow|workflow-dispatch|trigger-workflow-and-wait)$/,
    does: (i) => {
      const repository = i.get('repository') ?? i.get('repo') ?? '';
      const says = `${i.get('event-type') ?? ''} ${i.get('workflow') ?? ''} ${i.get('workflow_file_name') ?? ''}`;
      const delivers = /deploy|image|release|update|bump|promote|rollout|publish/i.test(says);
      return {
        does:
          delivers && repository !== '' && !/github\.repository/.test(repository)
            ? 'writes-gitops'
            : 'nothing',
      };
    },
  },
  // Sites
  {
    uses: /^peaceiris\/actions-gh-pages$|^jamesives\/github-pages-deploy-action$|^crazy-max\/ghaction-github-pages$/i,
    does: pages,
  },
  { uses: /^actions\/deploy-pages$/, does: always('deploys') },
  { uses: /^peaceiris\/actions-mdbook$|^actions\/jekyll-build-pages$/, does: always('builds') },
  {
    uses: /^amondnet\/vercel-action$/,
    does: (i) => ({ does: 'deploys', preview: !/--prod/.test(i.get('vercel-args') ?? '') }),
  },
  {
    uses: /^(nwtgck\/actions-netlify|netlify\/actions\/cli|jsmrcaga\/action-netlify-deploy)$/,
    does: (i, name) => {
      if (name === 'netlify/actions/cli')
        return { does: 'nothing', script: `netlify ${i.get('args') ?? ''}` };
      const production = i.get('production-deploy') ?? 'false';
      return { does: 'deploys', preview: production === 'false' && !has(i, 'production-branch') };
    },
  },
  {
    uses: /^firebaseextended\/action-hosting-deploy$/i,
    does: (i) => ({ does: 'deploys', preview: (i.get('channelid') ?? '') !== 'live' }),
  },
  { uses: /^cloudflare\/pages-action$/, does: always('deploys') },
  {
    uses: /^cloudflare\/wrangler-action$/,
    does: (i) => ({ does: 'nothing', script: `wrangler ${i.get('command') || 'deploy'}` }),
  },
  // Platforms
  {
    uses: /^superfly\/flyctl-actions$|^superfly\/flyctl-actions\/(?!setup-flyctl)/,
    does: (i) => ({ does: 'nothing', script: `flyctl ${i.get('args') ?? ''}` }),
  },
  { uses: /^superfly\/fly-pr-review-apps$/, does: always('deploys', { preview: true }) },
  {
    uses: /^azure\/static-web-apps-deploy$/i,
    does: (i) => ({ does: i.get('action') === 'close' ? 'nothing' : 'deploys' }),
  },
  {
    uses: /^azure\/(webapps-deploy|webapps-container-deploy|functions-action|functions-container-action|container-apps-deploy-action|k8s-deploy|aci-deploy|spring-apps-deploy|appservice-settings)$/i,
    does: (_, name) => ({ does: name.endsWith('settings') ? 'nothing' : 'deploys' }),
  },
  { uses: /^azure\/(arm-deploy|bicep-deploy)$/i, does: always('applies-iac') },
  {
    uses: /^azure\/(cli|powershell)$/i,
    does: (i) => ({ does: 'nothing', script: i.get('inlinescript') ?? '' }),
  },
  {
    uses: /^google-github-actions\/(deploy-cloudrun|deploy-appengine|deploy-cloud-functions|create-cloud-deploy-release)$/,
    does: always('deploys'),
  },
  {
    uses: /^aws-actions\/(amazon-ecs-deploy-task-definition|aws-lambda-deploy|amazon-eks-deploy.*)$/,
    does: always('deploys'),
  },
  { uses: /^aws-actions\/aws-cloudformation-github-deploy$/, does: always('applies-iac') },
  { uses: /^aws-actions\/aws-codebuild-run-build$/, does: always('unknown', { may: ['tests', 'deploys'] }) },
  {
    uses: /^(einaregilsson\/beanstalk-deploy|jakejarvis\/s3-sync-action|reggionick\/s3-deploy|akhileshns\/heroku-deploy|beamng\/.*heroku.*|digitalocean\/app_action(\/deploy)?|deployctl\/.*|denoland\/deployctl|bervproject\/railway-deploy|johnbeynon\/render-deploy-action|samkirkland\/ftp-deploy-action|easingthemes\/ssh-deploy|burnett01\/rsync-deployments|appleboy\/(scp|lambda|helm|gitlab-ci|k8s|jenkins)-action|cpina\/github-action-push-to-another-repository|imranismail\/setup-kustomize|steebchen\/kubectl|actions-hub\/kubectl|kodermax\/kubectl-aws-eks|stefanprodan\/kube-tools|deliverybot\/helm|bitovi\/.*deploy.*|wei\/rclone|kamal-deploy\/.*|coolify.*)$/i,
    does: (i, name) => otherDeploys(i, name),
  },
  {
    uses: /^pulumi\/actions$/,
    does: (i) => ({ does: 'nothing', script: `pulumi ${i.get('command') ?? ''}` }),
  },
  { uses: /^(dflook\/(terraform|tofu)-apply|dflook\/terragrunt-apply)$/, does: always('applies-iac') },
  { uses: /^(dflook\/(terraform|tofu)-plan)$/, does: always('plans-iac') },
  {
    uses: /^gruntwork-io\/terragrunt-action$/,
    does: (i) => ({ does: 'nothing', script: `terragrunt ${i.get('tg_command') ?? ''}` }),
  },
  { uses: /^hashicorp\/(tfc-workflows-github\/actions\/(apply-run))$/, does: always('applies-iac') },
  {
    uses: /^hashicorp\/(tfc-workflows-github\/actions\/(create-run|upload-configuration))$/,
    does: always('plans-iac'),
  },
  {
    uses: /^helmfile\/helmfile-action$/,
    does: (i) => ({ does: 'nothing', script: `helmfile ${i.get('helmfile-args') ?? ''}` }),
  },
  {
    uses: /^aws-actions\/.*|^azure\/(login|setup-.*|aks-set-context|k8s-set-context|docker-login|k8s-create-secret|k8s-bake)$/i,
    does: always('nothing'),
  },
  // Commands in an input
  {
    uses: /^appleboy\/ssh-action$|^garygrossgarten\/github-action-ssh$|^fifsky\/ssh-action$/,
    does: (i) => ({ does: 'nothing', script: i.get('script') ?? i.get('command') ?? '', remote: true }),
  },
  {
    uses: /^(nick-fields|nick-invision)\/retry$|^wandalen\/wretry\.action$|^devcontainers\/ci$|^reactivecircus\/android-emulator-runner$|^(gabrielbb|coactions)\/(xvfb-action|setup-xvfb)$|^addnab\/docker-run-action$|^uraimo\/run-on-arch-action$|^vmactions\/.*-vm$|^cross-platform-actions\/action$|^nix-community\/.*run.*$|^actions\/github-script-shell$/i,
    does: (i) => ({
      does: 'nothing',
      script: i.get('command') ?? i.get('runcmd') ?? i.get('script') ?? i.get('run') ?? '',
      directory: i.get('current_path') ?? i.get('working-directory') ?? '',
    }),
  },
  // `actions-rs/cargo` and the like: a program in the name, its arguments in the inputs
  {
    uses: /^actions-rs\/cargo$|^clechasseur\/rs-cargo$/,
    does: (i) => ({ does: 'nothing', script: `cargo ${i.get('command') ?? ''} ${i.get('args') ?? ''}` }),
  },
  {
    uses: /^(gradle\/gradle-build-action|gradle\/actions\/setup-gradle|burrunan\/gradle-cache-action|eskatos\/gradle-command-action)$/,
    does: (i) => ({
      does: 'nothing',
      script: has(i, 'arguments') ? `gradle ${i.get('arguments')}` : '',
      directory: i.get('build-root-directory') ?? '',
    }),
  },
  {
    uses: /^magefile\/mage-action$/,
    does: (i) => ({
      does: 'unknown',
      may: /test|check|ci/i.test(i.get('args') ?? '')
        ? ['tests']
        : /deploy|release|publish/i.test(i.get('args') ?? '')
          ? ['deploys']
          : [],
    }),
  },
  {
    uses: /^borales\/actions-yarn$/i,
    does: (i) => ({ does: 'nothing', script: `yarn ${i.get('cmd') ?? ''}`, directory: i.get('dir') ?? '' }),
  },
  {
    uses: /^snow-actions\/nx-.*$|^mansagroup\/nrwl-nx-action$/i,
    does: (i) => ({
      does: 'nothing',
      script: (i.get('targets') ?? '')
        .split(/[\s,]+/)
        .filter((t) => t !== '')
        .map((t) => `nx run-many -t ${t}`)
        .join('\n'),
    }),
  },
  // Tests
  {
    uses: /^cypress-io\/github-action$/,
    does: (i) => (i.get('runtests') === 'false' ? { does: 'nothing' } : { does: 'tests' }),
  },
  {
    uses: /^(artis3n\/ansible_galaxy_collection|gofrolist\/molecule-action|grafana\/(k6-action|run-k6-action)|browserstack\/github-actions|microsoft\/playwright-github-action|artiomtr\/jest-coverage-report-action|game-ci\/unity-test-runner|helm\/chart-testing-action-run|robherley\/go-test-action|paambaati\/codeclimate-action|php-actions\/phpunit|nanasess\/setup-.*phpunit|d3adb5\/helm-unittest-action|mymindstorm\/.*test|matt-usurp\/run-tests|juliaactions\/julia-runtest|julia-actions\/julia-runtest|r-lib\/actions\/check-r-package|xcodes?\/test|sersoft-gmbh\/swifty-linux-.*test.*|mxschmitt\/action-.*-test)$/i,
    does: always('tests'),
  },
  // Scans
  {
    uses: /^(github\/codeql-action\/(analyze|init)|aquasecurity\/(trivy-action|tfsec-action|tfsec-pr-commenter-action)|snyk\/actions(\/.*)?|anchore\/scan-action|gitleaks\/gitleaks-action|zricethezav\/gitleaks-action|trufflesecurity\/trufflehog|returntocorp\/semgrep-action|semgrep\/semgrep-action|bridgecrewio\/checkov-action|checkmarx\/.*|actions\/dependency-review-action|golang\/govulncheck-action|securego\/gosec|google\/osv-scanner-action(\/.*)?|pypa\/gh-action-pip-audit|rustsec\/audit-check|actions-rs\/audit-check|embarkstudios\/cargo-deny-action|zaproxy\/.*|docker\/scout-action|dependency-check\/dependency-check_action|veracode\/.*|fossas?\/.*|fossa-contrib\/.*|gitguardian\/ggshield.*|zizmorcore\/zizmor-action|kubescape\/github-action|stackhawk\/hawkscan-action|shiftleftsecurity\/.*|microsoft\/(security-devops-action|credscan.*)|sysdiglabs\/scan-action|triat\/terraform-security-scan|crazy-max\/ghaction-container-scan|azure\/container-scan|mondoohq\/actions.*|wiz-sec\/.*|jpetrucciani\/bandit-check|pycqa\/bandit-action|presidentbeef\/.*brakeman.*|reviewdog\/action-(brakeman|tfsec|trivy|gitleaks|detect-secrets|semgrep)|step-security\/.*scan.*|socketdev\/.*|endorlabs\/.*|datadog\/.*(sca|sast|static-analyzer).*|advanced-security\/.*|yelp\/detect-secrets|secret-scanner\/action|ajinabraham\/njsscan-action|debricked\/actions|mend.*|whitesource\/.*)$/i,
    does: always('scans'),
  },
  {
    uses: /^github\/codeql-action\/|^ossf\/scorecard-action$|^sonarsource\/|^codecov\/|^coverallsapp\//i,
    does: always('nothing'),
  },
  // Linters
  {
    uses: /^(golangci\/golangci-lint-action|super-linter\/super-linter|github\/super-linter|oxsecurity\/megalinter.*|pre-commit\/action|psf\/black|chartboost\/ruff-action|astral-sh\/ruff-action|ibiqlik\/action-yamllint|ludeeus\/action-shellcheck|hadolint\/hadolint-action|reviewdog\/.*|rhysd\/actionlint|wagoid\/commitlint-github-action|terraform-linters\/.*|biomejs\/setup-biome|davidanson\/markdownlint-cli2-action|lycheeverse\/lychee-action|crate-ci\/typos|ansible\/ansible-lint)$/i,
    does: always('lints'),
  },
  // Throw-away clusters are looked for elsewhere; GitHub's and Docker's own do none of this
  { uses: /^(actions|docker|github)\//, does: always('nothing') },
];

function otherDeploys(inputs: Inputs, name: string): ActionDoes {
  if (/setup/.test(name)) return { does: 'nothing' };
  if (/kubectl|kube-tools/i.test(name)) {
    const command = inputs.get('args') ?? inputs.get('command') ?? '';
    return {
      does: 'nothing',
      script: command
        .split('\n')
        .map((l) => (/^kubectl|^helm|^kustomize/.test(l.trim()) ? l : `kubectl ${l}`))
        .join('\n'),
    };
  }
  if (/push-to-another-repository/.test(name)) return { does: 'writes-gitops' };
  return { does: 'deploys' };
}

/** What an action's own words say where nobody knows it: enough to suspect, and for a deploy enough to say so. */
function byName(name: string): ActionDoes {
  const path = name
    .split('/')
    .slice(1)
    .join('/')
    .replace(/^\.github\/(actions|workflows)\//, '');
  if (
    /(^|[-_/])(setup|install|login|auth|configure|notify|notification|comment|label|cache|status|cleanup|delete|destroy|wait|check-run|report|reporter|results?|coverage|changelog|version|bump|badge|filter|changed-files)([-_/.]|$)/i.test(
      path,
    )
  )
    return { does: 'nothing' };
  if (
    /(^|[-_/])(vulnerabilit\w*|sast|dast|sca|security|secrets?|docker|container|image|code)[-_]?(scan\w*|audit)([-_/.]|$)|(^|[-_/])(security-scan|secret-scan)/i.test(
      path,
    )
  )
    return { does: 'scans' };
  if (
    /(^|[-_/])(docker|image|ecr|acr|gcr|ghcr|container)s?[-_](\w+[-_])*(build[-_])?(and[-_])?(push|publish)([-_/.]|$)|(^|[-_/])(build[-_])(and[-_])?push([-_/.]|$)/i.test(
      path,
    )
  )
    return { does: 'publishes' };
  if (/(^|[-_/])(deploy|deployer)([-_/.]|$)/i.test(path)) return { does: 'deploys' };
  const may: ('tests' | 'deploys')[] = [];
  if (/(^|[-_/])(tests?|testing|e2e|ci|verify|checks?|pipeline|build-and-test|unit)([-_/.]|$)/i.test(path))
    may.push('tests');
  if (/(^|[-_/])(release|publish|rollout|promote|cd|pipeline|ship)([-_/.]|$)/i.test(path))
    may.push('deploys');
  return may.length > 0 ? { does: 'unknown', may } : { does: 'nothing' };
}

/** What an action does; `uses` is without its version. */
export function actionDoes(uses: string, inputs: Inputs): ActionDoes {
  const name = uses.toLowerCase();
  const row = ROWS.find((r) => r.uses.test(name));
  return row ? row.does(inputs, name) : byName(name);
}

/** Actions that start a Kubernetes cluster which ends with the job. */
export const STARTS_CLUSTER =
  /^(helm\/kind-action|engineerd\/setup-kind|container-tools\/kind-action|medyagh\/setup-minikube|manusa\/actions-setup-minikube|absaoss\/k3d-action|nolar\/setup-k3d-k3s|debianmaster\/actions-k3s|balchua\/microk8s-actions|jupyterhub\/action-k3s-helm|replicatedhq\/compatibility-actions\/create-cluster|ckotzbauer\/.*(kind|k3d).*|azure\/setup-kind)$/i;
