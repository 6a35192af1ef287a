/**
 * What well-known programs do, by what is run. Each row is tried in order on a command without its wrappers (`sudo`, `npx`,
 * `poetry run`), written as `program argument argument`; the first that fits decides.
 */
import type { Does } from './activity.js';

interface KnownCommand {
  run: RegExp;
  does: Does | 'nothing';
  /** A deploy that makes a preview rather than a release. */
  preview?: boolean;
  /** What it does before. */
  also?: Does;
}

const nothing = 'nothing' as const;

/** Asking for help, the version or a list runs nothing; a dry run changes nothing. */
const ASKS = /\s(--version|--help|-h|version|help|--collect-only|--listTests|--list-tests|--no-run)(?=\s|$)/;
const DRY = /\s(--dry-?run(=(?!none|false)\S+)?|--check-only|--noop)(?=\s|$)/;

const TESTS: readonly RegExp[] = [
  // Runners that do nothing else.
  /^(pytest|py\.test|nosetests|nose2|trial|unittest|green|rspec|parallel_rspec|cucumber|cucumber-js|phpunit|pest|paratest|behat|jest|mocha|ava|tap|jasmine|uvu|qunit|bats|ctest|prove|busted|shellspec|behave|robot|pabot|ginkgo|gotestsum|kuttl|testcafe|nightwatch|tstyche|start-server-and-test)(\s|$)/,
  /^vitest(?!\s+(bench|init|list|typecheck))(\s|$)/,
  /^(tox|nox)(\s|$)/,
  // Build tools and frameworks that are told to test.
  /^(playwright|ng|vue-cli-service|react-scripts|craco|react-app-rewired|wp-scripts|umi|tsdx|kcd-scripts|web-test-runner|wtr|hardhat|truffle|forge|anchor|bazel|bazelisk|buck2|buck|pants|please|plz|meson|ninja|mix|lein|sbt|mill|stack|cabal|swift|flutter|dart|deno|bun|zig|nimble|crystal|shards|dub|alr|ant|dune|gleam|hatch|pdm|composer|storybook|test-storybook|xcodebuild|fastlane|dagger|moon|pio|platformio|colcon|kitchen|molecule|opa|promtool|regal|dbt|nf-test|chainsaw|ember|earthly)\s+(\S+\s+)*?[+:]?(test|tests|unit_tests|e2e|test-without-building)(\s|$)/,
  /^(cypress|k6|newman|artillery|wdio|detox|codecept|codeceptjs|schemathesis|st)\s+(run|test)(\s|$)/,
  /^(ng)\s+e2e\b|^karma\s+start\b|^maestro\s+(test|cloud)\b|^hurl\b.*--test|^locust\s|^inspec\s+exec\b|^d?goss\s+validate\b|^rebar3\s+(do\s+)?(eunit|ct|proper)\b/,
  /^go\s+test\b(?!.*\s-c(\s|$))/,
  /^cargo\s+(\+\S+\s+)?(test|t|nextest\s+run|tarpaulin|llvm-cov|miri\s+test|hack\s+test)(\s|$)/,
  /^crystal\s+spec\b|^dotnet\s+(test|vstest)\b|^vstest\.console/,
  /^(rake|rails|spring)(\s+-\S+)*\s+(test|spec|cucumber|ci|teaspoon|turnip|(knapsack(_pro)?|parallel):(rspec|spec|minitest|test|cucumber|features|queue)|jasmine:ci)([:[]\S+)?(\s|$)|^rake(\s+-\S+)*$/,
  /^artisan\s+(test|dusk)\b|^manage\.py\s+test\b|^setup\.py\s+(test|pytest)\b/,
  /^(node|tsx|ts-node)\s+(\S+\s+)*--test(\s|=|$)/,
  /^(terraform|tofu)\s+test\b|^ct\s+(install|lint-and-install)\b|^helm\s+(test|unittest)\b|^kubectl\s+kuttl\s+test\b/,
  /^R\s+CMD\s+check\b|^Rscript\s+-e\s+.*(devtools::(test|check)|testthat|rcmdcheck)/,
];

const LINTS: readonly RegExp[] = [
  /^(eslint|oxlint|standard|xo|prettier|biome|rome|stylelint|tsc|vue-tsc|svelte-check|flow|knip|depcheck|madge|depcruise|publint|attw|markdownlint|markdownlint-cli2|cspell|alex|textlint|commitlint|ruff|flake8|black|isort|mypy|pyright|pylint|pyre|bandit-lint|autopep8|yapf|pydocstyle|codespell|djlint|golangci-lint|gofmt|gofumpt|goimports|staticcheck|revive|golint|misspell|rubocop|standardrb|erb_lint|reek|shellcheck|shfmt|hadolint|actionlint|yamllint|jsonlint|ansible-lint|cfn-lint|tflint|terraform-docs|kubeconform|kubeval|kube-linter|kube-score|polaris|conftest|pluto|phpstan|psalm|phpcs|php-cs-fixer|pint|phan|checkstyle|ktlint|detekt|spotless|swiftlint|swiftformat|clang-format|clang-tidy|cpplint|cppcheck|lychee|linkcheck|vale|pre-commit|lefthook|typos|reuse|sonar-scanner|dprint|buf|spectral|redocly|license-checker|licensee|lint-staged|taplo|editorconfig-checker|ec|dotenv-linter|squawk|sqlfluff)(\s|$)/,
  /^(go\s+(vet|fmt|mod)|cargo\s+(\+\S+\s+)?(clippy|fmt|check|machete|udeps|doc)|dotnet\s+format|terraform\s+(fmt|validate)|tofu\s+(fmt|validate)|terragrunt\s+(\S+\s+)*(fmt|validate|hclfmt|validate-inputs|hclvalidate|render-json)|helm\s+(lint|template|dependency|dep|show|repo)|ct\s+lint|(next|ng|vue-cli-service|mix|deno|dart|flutter)\s+(lint|format|fmt|check|analyze|credo)|kustomize\s+build|promtool\s+check|ansible-playbook\s+(\S+\s+)*--syntax-check)\b/,
];

const SCANS: readonly RegExp[] = [
  /^(trivy|grype|snyk|semgrep|opengrep|gitleaks|trufflehog|detect-secrets|detect-secrets-hook|ggshield|checkov|tfsec|kics|terrascan|kubescape|kubesec|osv-scanner|govulncheck|gosec|bandit|pip-audit|safety|brakeman|bundler-audit|bundle-audit|cargo-audit|cargo-deny|dependency-check|dependency-check\.sh|retire|audit-ci|better-npm-audit|njsscan|nuclei|zap-baseline\.py|zap-full-scan\.py|zap-api-scan\.py|dockle|clair-scanner|whispers|horusec|zizmor|poutine|fossa|wiz-cli|wizcli|mondoo|cnspec|prowler|scoutsuite|lynis|nancy|secretlint|git-secrets|noseyparker|spectral-scan|veracode|anchore-cli|local-php-security-checker|symfony security:check|security-checker)(\s|$)/,
  /^(npm|pnpm|yarn|bun|yarn\s+npm|composer|cargo|bundle|mix\s+deps|mix\s+hex)\s+audit\b/,
  /^(docker|docker-scout)\s+(scout\s+(cves|quickview|compare)|scan)\b/,
  /^dotnet\s+list\s+.*--vulnerable\b/,
  /^cargo\s+(audit|deny|vet|geiger)\b/,
  /^(mvn|gradle)\b.*\b(dependency-check|dependencyCheck\w*|ossindex)\b/,
  /^mix\s+sobelow\b/,
];

/** Changes of infrastructure that a plan shows first. */
const IAC: readonly KnownCommand[] = [
  { run: /^(terraform|tofu|tf|terragrunt)\b.*\s(destroy|-destroy)(\s|$)/, does: nothing },
  { run: /^(terraform|tofu|tf)(\s+-chdir=\S+)?\s+apply\b/, does: 'applies-iac' },
  { run: /^(terraform|tofu|tf)(\s+-chdir=\S+)?\s+plan\b/, does: 'plans-iac' },
  { run: /^terragrunt\b.*\s(apply|apply-all)(\s|$)/, does: 'applies-iac' },
  { run: /^terragrunt\b.*\s(plan|plan-all)(\s|$)/, does: 'plans-iac' },
  { run: /^(atlantis|tfctl|terramate\s+run\b.*)\s+apply\b/, does: 'applies-iac' },
  { run: /^pulumi\b.*\s(up|update)(\s|$)/, does: 'applies-iac' },
  { run: /^pulumi\b.*\s(preview|pre)(\s|$)/, does: 'plans-iac' },
  { run: /^cdk(tf)?\s+(deploy|bootstrap\s+deploy)\b/, does: 'applies-iac' },
  { run: /^cdk(tf)?\s+(diff|synth)\b/, does: 'plans-iac' },
  {
    run: /^aws\s+cloudformation\s+(deploy|create-stack|update-stack|execute-change-set)\b/,
    does: 'applies-iac',
  },
  { run: /^aws\s+cloudformation\s+create-change-set\b/, does: 'plans-iac' },
  {
    run: /^az\s+(deployment\s+(group|sub|mg|tenant)|group\s+deployment|stack\s+\S+)\s+create\b/,
    does: 'applies-iac',
  },
  { run: /^az\s+deployment\s+(group|sub|mg|tenant)\s+what-if\b/, does: 'plans-iac' },
  {
    run: /^gcloud\s+(infra-manager\s+deployments\s+apply|deployment-manager\s+deployments\s+(create|update))\b/,
    does: 'applies-iac',
  },
  { run: /^helmfile\b.*\s(apply|sync|charts)(\s|$)/, does: 'applies-iac' },
  { run: /^helmfile\b.*\s(diff)(\s|$)/, does: 'plans-iac' },
  { run: /^sam\s+deploy\b/, does: 'applies-iac' },
  { run: /^(serverless|sls)\s+deploy\b/, does: 'applies-iac' },
  { run: /^sst\s+deploy\b/, does: 'applies-iac' },
  { run: /^(crossplane|kubectl-crossplane)\s+\S+\s+push\b/, does: 'publishes' },
];

const DEPLOYS: readonly KnownCommand[] = [
  { run: /^(kubectl|oc|k3s\s+kubectl|microk8s\s+kubectl)\b.*\s(diff)(\s|$)/, does: nothing },
  {
    run: /^(kubectl|oc)\b(?!.*\s(rollout\s+(status|history|undo|pause)|config\s)).*?\s(apply|replace|patch|set\s+image|set\s+env|rollout\s+restart|rollout\s+latest|start-build|new-app)(\s|$)/,
    does: 'deploys',
  },
  {
    run: /^(kubectl|oc)\b(?!.*\s(namespace|ns|secret|token|job)(\s|$)).*?\screate\s.*(-f|-k|--filename|--kustomize)(\s|=)/,
    does: 'deploys',
  },
  { run: /^helm\b(?!.*\s(plugin|repo|registry)\s).*?\s(upgrade|install)(\s|$)/, does: 'deploys' },
  { run: /^(helm-secrets|helm\s+secrets)\s+(upgrade|install)\b/, does: 'deploys' },
  { run: /^skaffold\s+test\b/, does: 'tests' },
  { run: /^skaffold\s+(run|deploy|apply)\b/, does: 'deploys' },
  { run: /^skaffold\s+build\b.*(--push|--default-repo)/, does: 'publishes' },
  {
    run: /^(tk|tanka)\s+apply\b|^kapp\s+deploy\b|^kubecfg\s+update\b|^timoni\s+(apply|bundle\s+apply)\b|^werf\s+converge\b|^okteto\s+(deploy|pipeline\s+deploy)\b|^garden\s+deploy\b|^devspace\s+deploy\b|^argocd\s+app\s+(sync|set|create)\b|^flux\s+(reconcile|install|bootstrap|create)\b|^kubectl-argo-rollouts\s+(set|promote)\b|^nomad\s+(job\s+)?run\b|^waypoint\s+(up|deploy|release)\b/,
    does: 'deploys',
  },
  { run: /^okteto\s+preview\s+deploy\b/, does: 'deploys', preview: true },
  { run: /^docker\s+(stack\s+deploy|service\s+(update|create))\b/, does: 'deploys' },
  { run: /^aws\b.*\secs\s+(update-service|deploy|run-task\s+.*migrat)\b/, does: 'deploys' },
  {
    run: /^(ecs-deploy|ecs\s+deploy|ecspresso\s+deploy|copilot\s+(svc\s+|job\s+|env\s+)?deploy|eb\s+deploy|ecs-cli\s+compose\s+\S+\s+up)\b/,
    does: 'deploys',
  },
  { run: /^aws\b.*\slambda\s+(update-function-code|publish-version|update-alias)\b/, does: 'deploys' },
  {
    run: /^aws\b.*\s(deploy\s+(create-deployment|push)|elasticbeanstalk\s+update-environment|apprunner\s+(start-deployment|update-service)|amplify\s+start-(job|deployment)|codepipeline\s+start-pipeline-execution|autoscaling\s+start-instance-refresh|eks\s+update-addon|lightsail\s+create-container-service-deployment)\b/,
    does: 'deploys',
  },
  {
    run: /^gcloud\b.*\s(run\s+(deploy|services\s+(update|replace|update-traffic)|jobs\s+(deploy|update))|app\s+deploy|functions\s+deploy|deploy\s+releases\s+(create|promote)|compute\s+instance-groups\s+managed\s+rolling-action|container\s+clusters\s+apply)\b/,
    does: 'deploys',
  },
  { run: /^gcloud\b.*\sbuilds\s+submit\b/, does: 'publishes' },
  {
    run: /^az\b.*\s(webapp\s+(deploy|up|deployment\s+source|deployment\s+slot\s+swap|config\s+container\s+set|restart)|functionapp\s+(deployment|deploy|publish)|containerapp\s+(up|update|deploy)|container\s+create|staticwebapp\s+\S+|spring\s+app\s+deploy|storage\s+blob\s+(upload-batch|sync))\b/,
    does: 'deploys',
  },
  { run: /^az\s+acr\s+(build|import)\b/, does: 'publishes' },
  { run: /^azd\s+provision\b.*\s--preview\b/, does: 'plans-iac' },
  { run: /^azd\s+provision\b/, does: 'applies-iac' },
  { run: /^azd\s+up\b/, does: 'deploys', also: 'applies-iac' },
  { run: /^func\s+azure\s+functionapp\s+publish\b|^azd\s+deploy\b|^swa\s+deploy\b/, does: 'deploys' },
  { run: /^(fly|flyctl)\s+(\S+\s+)*?deploy\b/, does: 'deploys' },
  {
    run: /^vercel(-cli)?\s+(pull|build|env|link|ls|list|logs|inspect|whoami|login|domains|dns|certs|secrets|projects|teams|rm|remove|switch|dev|init|git|bisect)(\s|$)/,
    does: nothing,
  },
  {
    run: /^vercel(-cli)?(\s+promote\b|\s+alias\b|\s.*(--prod|--production|--target[= ]production)(\s|$))/,
    does: 'deploys',
  },
  { run: /^vercel(-cli)?(\s+(deploy|-)|$)/, does: 'deploys', preview: true },
  { run: /^(netlify|netlify-cli|ntl)\s+deploy\b.*(--prod|\s-p)(\s|$|=)/, does: 'deploys' },
  { run: /^(netlify|netlify-cli|ntl)\s+deploy\b/, does: 'deploys', preview: true },
  { run: /^(firebase|firebase-tools)\s+hosting:channel:deploy\b/, does: 'deploys', preview: true },
  {
    run: /^(firebase|firebase-tools)\b.*\sdeploy\b|^(firebase|firebase-tools)\s+appdistribution:distribute\b/,
    does: 'deploys',
  },
  { run: /^wrangler\s+(versions\s+upload)\b/, does: 'deploys', preview: true },
  { run: /^wrangler\s+(deploy|publish|pages\s+(deploy|publish)|versions\s+deploy)\b/, does: 'deploys' },
  {
    run: /^(deployctl\s+deploy|deno\s+deploy|railway\s+(up|deploy|redeploy)|render\s+deploys?\s+create|doctl\s+apps\s+(create-deployment|update)|doctl\s+serverless\s+deploy|scw\s+container\s+deploy|koyeb\s+(service\s+)?(update|redeploy|deploy)|northflank\s+\S+|dokku\s+\S*deploy|cf\s+(push|deploy)|surge\s+\S|eas\s+(update|submit)|gigalixir\s+\S*deploy|platform\s+push|upsun\s+push|ibmcloud\s+(ce|code-engine)\s+(app|application)\s+(update|create)|clever\s+deploy|scalingo\s+deploy|amplify\s+(publish|push)|apphosting:\S+|modal\s+deploy|mcp-deploy|zappa\s+(update|deploy)|chalice\s+deploy|up\s+deploy|now\s+--prod)\b/,
    does: 'deploys',
  },
  { run: /^heroku\s+(container:release|builds:create|pipelines:promote|deploy:\S+)\b/, does: 'deploys' },
  { run: /^heroku\s+container:push\b/, does: 'publishes' },
  { run: /^(kamal|mrsk)\s+(deploy|redeploy|setup|app\s+boot)\b/, does: 'deploys' },
  {
    run: /^(cap|capistrano)\s+\S+\s+deploy\b|^(fab|invoke|dep|deployer|mina|ploi|envoy\s+run|pm2)\s+deploy\b|^pm2\s+deploy\b/,
    does: 'deploys',
  },
  // A playbook among the tests makes and fills the machines that they run on.
  { run: /^ansible-playbook\b.*\s(\.\/)?(tests?|molecule)\/\S+\.ya?ml\b/, does: nothing },
  // On the machine of the pipeline itself it sets up or builds something, unless it says that it deploys.
  {
    run: /^ansible-playbook\b(?!.*(deploy|release|provision))(?=.*\s(-c\s*|--connection[= ])local(\s|$))/,
    does: nothing,
  },
  { run: /^ansible-playbook\b(?!.*\s(--check|-C|--syntax-check|--list-\w+)(\s|$))/, does: 'deploys' },
  {
    run: /^(octo|octopus)\s+(deploy-release|release\s+deploy|create-release\b.*--deployto)/,
    does: 'deploys',
  },
  { run: /^(aws)\b.*\ss3\s+(sync|cp\s.*--recursive|cp\s.*-r)\b/, does: nothing },
  {
    run: /^fastlane\s+(\S+\s+)*(deploy|release|beta|production|upload_\S+|publish|distribute|internal)\b/,
    does: 'publishes',
  },
];

const PUBLISHES: readonly KnownCommand[] = [
  { run: /^(docker|podman|nerdctl|buildah|finch|img)\s+(image\s+|manifest\s+)?push\b/, does: 'publishes' },
  { run: /^(docker|podman)\s+(compose|-compose)\b.*\spush\b|^docker-compose\b.*\spush\b/, does: 'publishes' },
  {
    run: /^docker\s+(buildx\s+)?(build|bake|b)\b.*(--push(?!=false)|(-o|--output)[= ]\S*type=(registry|image,\S*push=true))/,
    does: 'publishes',
  },
  { run: /^docker\s+buildx\s+imagetools\s+create\b/, does: 'publishes' },
  { run: /^depot\s+(build|bake)\b.*--push\b/, does: 'publishes' },
  { run: /^earthly\b.*--push\b/, does: 'publishes' },
  { run: /^skopeo\s+(copy|sync)\b.*docker:\/\//, does: 'publishes' },
  {
    run: /^(crane|gcrane)\s+(copy|cp|push|tag|append|mutate)\b|^regctl\s+image\s+copy\b|^oras\s+(push|copy|cp)\b|^(executor|\/kaniko\/executor)\b(?!.*--no-push).*--destination/,
    does: 'publishes',
  },
  { run: /^pack\s+build\b.*--publish\b/, does: 'publishes' },
  { run: /^ko\s+(build|publish|resolve|apply)\b(?!.*(--local|-L|--push=false))/, does: 'publishes' },
  { run: /^(mvn|gradle)\b.*\b(jib:build|jib)(\s|$)/, does: 'publishes' },
  { run: /^bazel\s+run\s+\S*push/, does: 'publishes' },
  {
    run: /^helm\s+(push|cm-push|s3\s+push|gcs\s+push)\b|^cr\s+(upload|index)\b|^timoni\s+mod\s+push\b|^flux\s+(push|tag)\s+artifact\b|^kubectl-timoni|^porter\s+publish\b/,
    does: 'publishes',
  },
  {
    run: /^(npm|pnpm|bun|yarn|yarn\s+npm|jsr|lerna|changeset|deno|nx\s+release|vsce|ovsx|auto\s+shipit|np|rush|beachball|wsrun)\s+(\S+\s+)*?publish\b/,
    does: 'publishes',
  },
  {
    run: /^(semantic-release|multi-semantic-release|python-semantic-release|release-it|np|auto\s+shipit|lerna-lite\s+publish)(\s|$)/,
    does: 'publishes',
  },
  { run: /^(nx|lerna)\s+release(\s|$)/, does: 'publishes' },
  {
    run: /^(twine\s+upload|(poetry|uv|flit|hatch|pdm|maturin|rye)\s+(publish|upload)|setup\.py\s+\S*\s*upload|anaconda\s+upload|conda\s+mambabuild\s+upload)\b/,
    does: 'publishes',
  },
  { run: /^cargo\s+(\+\S+\s+)?(publish|release|smart-release|workspaces\s+publish)\b/, does: 'publishes' },
  { run: /^gem\s+push\b|^rake\s+release\b/, does: 'publishes' },
  { run: /^(dotnet\s+nuget|nuget)\s+push\b/, does: 'publishes' },
  {
    run: /^goreleaser\s+(check|healthcheck|init|build|completion|--version)\b|^goreleaser\b.*(--snapshot|--skip[-=]publish|--skip=\S*publish|--skip-publish)/,
    does: nothing,
  },
  { run: /^goreleaser\s+(release|publish|continue)\b|^goreleaser$/, does: 'publishes' },
  {
    run: /^mix\s+hex\.publish\b|^sbt\b.*\b(publish|publishSigned|ci-release)\b|^lein\s+deploy\b|^clojure\b.*deploy|^swift\s+package-registry\s+publish\b|^pod\s+trunk\s+push\b|^(flutter|dart)\s+pub\s+publish\b|^stack\s+upload\b|^cabal\s+upload\b|^luarocks\s+upload\b|^nimble\s+publish\b/,
    does: 'publishes',
  },
  {
    run: /^(jf|jfrog)\s+(rt\s+)?(u|upload|dp|docker-push|bp|publish|mvn\s+deploy)\b|^aws\s+codeartifact\s+publish\S*|^cloudsmith\s+push\b|^buf\s+push\b|^snapcraft\s+(upload|push|release)\b|^charmcraft\s+upload\b|^choco\s+push\b|^wingetcreate\s+submit\b|^butler\s+push\b|^eas\s+submit\b|^steamcmd\b/,
    does: 'publishes',
  },
  { run: /^(gh|hub)\s+release\s+upload\b/, does: 'publishes' },
  { run: /^packer\s+build\b/, does: 'publishes' },
];

const BUILDS: readonly RegExp[] = [
  /^(docker|podman|buildah|nerdctl)\s+(buildx\s+)?(build|bake|bud|image\s+build)\b/,
  /^(docker\s+compose|docker-compose|podman-compose)\b.*\sbuild\b/,
  /^(go\s+(build|install)|cargo\s+(build|install)|dotnet\s+(build|publish|pack|restore)|webpack|rollup|esbuild|parcel|vite\s+build|next\s+build|nuxt\s+(build|generate)|gatsby\s+build|astro\s+build|ng\s+build|tsup|swc|babel|turbo\s+build|pyinstaller|hugo|jekyll|mkdocs|sphinx-build|cmake|meson\s+compile|ninja|gcc|g\+\+|clang|msbuild|xcodebuild|python\s+-m\s+build|hatch\s+build|poetry\s+build|uv\s+build|setup\.py\s+(s|b)dist|helm\s+package|mvn\b.*\b(compile|assembly)|gradle\b.*\b(assemble|jar|bootJar|classes|compile\w*))\b/,
  /^(vite|next|nuxt|astro|remix|react-scripts|vue-cli-service|svelte-kit|nest|tsdx|ng|craco|expo)\s+(build|export)\b/,
];

export interface Recognised {
  does: Does | 'nothing';
  preview: boolean;
  /** What the same command does before. */
  also: Does | 'nothing';
}

/** What a command does, by the tables above; `undefined` for a program that they do not know. */
export function recognise(command: string): Recognised | undefined {
  const as = (does: Does | 'nothing', preview = false, also: Does | 'nothing' = nothing): Recognised => ({
    does,
    preview,
    also,
  });
  if (ASKS.test(command)) return as('nothing');
  for (const table of [IAC, DEPLOYS, PUBLISHES]) {
    const row = table.find((r) => r.run.test(command));
    if (!row) continue;
    const changes = row.does !== 'plans-iac';
    return changes && DRY.test(command) ? as('nothing') : as(row.does, row.preview, row.also);
  }
  if (SCANS.some((r) => r.test(command))) return as('scans');
  if (TESTS.some((r) => r.test(command))) return as('tests');
  if (LINTS.some((r) => r.test(command))) return as('lints');
  if (BUILDS.some((r) => r.test(command))) return as('builds');
  return undefined;
}

/** Environments of tox and sessions of nox that lint, build or document rather than test. */
const OTHER_SESSIONS =
  /^(lint|lints|linting|linters|flake8|ruff|black|isort|mypy|pyright|types?|typing|typecheck|type-check|pylint|pep8|style|format|fmt|docs?|documentation|build|build-docs|package|release|pre-commit|precommit|check-manifest|safety|bandit|security|audit|coverage-report|clean)$/;

/** Do the environments or sessions that tox or nox are asked for test anything? All of them are run where none is named. */
export function sessionsTest(words: readonly string[]): boolean {
  const asked: string[] = [];
  words.forEach((word, i) => {
    const value =
      /^(?:-e|-s|--sessions?|-t|--env)=(.*)$/.exec(word)?.[1] ??
      (/^(?:-e|-s|--sessions?|--env)$/.test(word) ? words[i + 1] : undefined);
    if (value) asked.push(...value.split(','));
  });
  return (
    asked.length === 0 ||
    asked.some((name) => !OTHER_SESSIONS.test(name.toLowerCase().replace(/\(.*\)$/, '')))
  );
}
