import { describe, expect, test } from 'vitest';
import type { Activity, Surroundings } from '../../../src/derive/commands/activity.js';
import { activitiesOf } from '../../../src/derive/commands/commands.js';
import { type JobSoFar, newJob, type StepToRead } from '../../../src/derive/commands/reading.js';
import { shellOptions } from '../../../src/derive/commands/shell-options.js';

const NOTHING: Surroundings = {
  repository: 'here',
  packages: [],
  dockerfiles: [],
  scripts: [],
  hasTests: true,
};

function step(part: Partial<StepToRead>): StepToRead {
  return {
    uses: '',
    run: '',
    shell: '',
    directory: '',
    inputs: new Map(),
    variables: new Map(),
    path: 'ci.yml',
    line: 10,
    runLine: 11,
    ...part,
  };
}
function reads(
  run: string,
  around: Partial<Surroundings> = {},
  more: Partial<StepToRead> = {},
  job?: JobSoFar,
): Activity[] {
  return activitiesOf(step({ run, ...more }), { ...NOTHING, ...around }, job);
}
/** What a run does, in order. */
function does(run: string, around: Partial<Surroundings> = {}, more: Partial<StepToRead> = {}): string {
  return reads(run, around, more)
    .map((a) => a.does)
    .join(' ');
}
function action(uses: string, inputs: Record<string, string> = {}): string {
  return activitiesOf(step({ uses, inputs: new Map(Object.entries(inputs)) }), NOTHING)
    .map((a) => (a.when === '' ? a.does : `${a.does} when ${a.when}`))
    .join(' ');
}
function npm(
  scripts: Record<string, string>,
  directory = '',
  name = 'app',
): Surroundings['packages'][number] {
  return {
    name,
    data: {
      ecosystem: 'npm',
      directory,
      version: '',
      private: true,
      testRunner: '',
      dependencies: [],
      scripts: Object.entries(scripts).map(([n, run]) => ({ name: n, run, line: 1 })),
    },
  };
}

describe('tests are what runs tests', () => {
  test.each([
    'pytest -q',
    'python -m pytest tests',
    'python3 -m unittest discover',
    'python manage.py test',
    'tox',
    'tox -e py312',
    'nox',
    'coverage run -m pytest',
    'poetry run pytest',
    'uv run pytest',
    'uv run --with x pytest',
    'pipenv run pytest',
    'hatch run pytest',
    'sudo -E env CI=1 pytest',
    'go test ./...',
    'gotestsum -- ./...',
    'cargo test --all',
    'cargo nextest run',
    'npx vitest run',
    'npx --yes jest@29 --ci',
    'pnpm exec playwright test',
    'yarn dlx jest',
    './node_modules/.bin/jest',
    'vendor/bin/phpunit',
    'php artisan test',
    'bundle exec rspec',
    'bin/rails test',
    'bundle exec rake',
    'rake spec',
    'mvn -B verify',
    './mvnw package',
    'mvn test',
    './gradlew build',
    'gradle check',
    './gradlew :app:testDebugUnitTest',
    'dotnet test -c Release',
    'ctest --output-on-failure',
    'bazel test //...',
    'node --test',
    'deno test -A',
    'bun test',
    'mix test',
    'sbt clean test',
    'swift test',
    'flutter test',
    'docker compose run --rm app pytest',
    'docker run --rm -v "$PWD:/app" -w /app node:22 npx jest',
    'docker compose up --exit-code-from tests',
    'timeout 600 pytest',
    'xvfb-run -a npx cypress run',
    'bash -c "pytest -q"',
    'bash -ceu "pytest -q"',
    'time pytest',
    'terraform test',
    'k6 run load.js',
    'CI=true npx jest',
    'nx affected -t lint test',
    'nx run-many --target=test',
  ])('%s', (run) => {
    expect(does(run).split(' ')).toContain('tests');
  });

  test.each([
    'echo pytest',
    '# pytest',
    'pip install pytest',
    'pytest --version',
    'npx playwright install --with-deps',
    'cypress verify',
    'go vet ./...',
    'cargo build',
    'cargo test --no-run',
    'mvn package -DskipTests',
    'mvn -Dmaven.test.skip=true install',
    'gradle build -x test',
    './gradlew assemble',
    'tox -e lint,docs',
    'nox -s lint',
    'npm run lint',
    'npx tsc --noEmit',
    'eslint . --ext .test.ts',
    'docker build -t app:test .',
    'kubectl get pods -n test',
    'terraform validate',
    'helm lint chart',
    'ls tests',
    'git checkout test',
    'mvn compile',
    'dotnet build test/Test.csproj',
  ])('not: %s', (run) => {
    expect(does(run).split(' ')).not.toContain('tests');
  });

  test('a build that would run tests on its way runs none where there are none', () => {
    expect(does('mvn package', { hasTests: false })).toBe('builds');
    expect(does('mvn test', { hasTests: false })).toBe('tests');
    expect(does('mvn package -DskipTests=false')).toBe('tests');
  });
});

describe('scripts are followed', () => {
  test('into package.json, by folder, prefix, workspace and chain', () => {
    const packages = [
      npm({
        test: 'npm run unit && npm run lint',
        unit: 'vitest run',
        lint: 'eslint .',
        ci: 'run-s lint unit',
        build: 'vite build',
      }),
      npm({ test: 'jest' }, 'web', '@shop/web'),
    ];
    expect(does('npm test', { packages })).toBe('tests lints');
    expect(does('npm run ci', { packages })).toBe('lints tests');
    expect(does('npm run build', { packages })).toBe('builds');
    expect(does('cd web && npm t', { packages })).toBe('tests');
    expect(does('npm test', { packages }, { directory: './web' })).toBe('tests');
    expect(does('npm --prefix web test', { packages })).toBe('tests');
    expect(does('npm test -w @shop/web', { packages })).toBe('tests');
    expect(does('yarn workspace @shop/web test', { packages })).toBe('tests');
    expect(does('pnpm --filter @shop/web run test', { packages })).toBe('tests');
    expect(does('pnpm -r test', { packages })).toContain('tests');
    expect(does('turbo run test lint', { packages })).toBe('tests lints lints');
    expect(does('yarn unit', { packages })).toBe('tests');
    expect(does('npm run nothing', { packages })).toBe('');
  });

  test('a test script that only lints is no test, one that runs a program of its own is', () => {
    expect(does('npm test', { packages: [npm({ test: 'eslint . && tsc --noEmit' })] })).toBe('lints lints');
    expect(does('npm test', { packages: [npm({ test: 'node test/run.js' })] })).toBe('tests');
    expect(does('npm test', { packages: [npm({ test: 'echo "Error: no test specified" && exit 1' })] })).toBe(
      '',
    );
    expect(does('npm test', { packages: [npm({ build: 'tsc' })] })).toBe('');
  });

  test('a script that swallows the failure swallows it for its caller', () => {
    const [lost] = reads('npm test', { packages: [npm({ test: 'jest || true' })] });
    expect(lost).toMatchObject({ does: 'tests', fails: false, stops: false });
    const [kept] = reads('npm test', { packages: [npm({ test: 'cross-env CI=1 jest' })] });
    expect(kept).toMatchObject({ does: 'tests', fails: true, stops: true, what: 'npm test', line: 11 });
  });

  test('a script that calls itself ends', () => {
    expect(does('npm test', { packages: [npm({ test: 'npm run test' })] })).toBe('');
  });

  test('into make, just and task targets with what they need, and into shell scripts', () => {
    const script = (
      tool: 'make' | 'just' | 'task' | 'shell',
      path: string,
      target: string,
      run: string,
      needs: string[] = [],
    ) => ({ tool, path, directory: '', target, needs, run });
    const scripts = [
      script('make', 'Makefile', 'ci', '', ['vet', 'unit']),
      script('make', 'Makefile', 'vet', 'go vet ./...'),
      script('make', 'Makefile', 'unit', 'go test ./...'),
      script('just', 'justfile', 'ship', 'fly deploy'),
      script('task', 'Taskfile.yml', 'default', 'task unit'),
      script('task', 'Taskfile.yml', 'unit', 'pytest'),
      script(
        'shell',
        'scripts/deploy.sh',
        '',
        '#!/bin/bash\nset -e\nDIR=$(dirname "$0")\n"$DIR/check.sh"\nhelm upgrade app .',
      ),
      script('shell', 'scripts/check.sh', '', 'pytest'),
    ];
    expect(does('make ci', { scripts })).toBe('lints tests');
    expect(does('make', { scripts })).toBe('lints tests');
    expect(does('just ship', { scripts })).toBe('deploys');
    expect(does('task', { scripts })).toBe('tests');
    expect(does('./scripts/deploy.sh', { scripts })).toBe('tests deploys');
    expect(does('bash scripts/deploy.sh production', { scripts })).toBe('tests deploys');
    const [tests, deploy] = reads('./scripts/deploy.sh production', { scripts });
    expect(deploy).toMatchObject({
      environment: 'production',
      line: 11,
      what: './scripts/deploy.sh production',
    });
    expect(
      tests?.guards.some((g) => deploy?.within.some((w) => w.list === g.list && w.position > g.position)),
    ).toBe(true);
  });

  test('what cannot be seen is unknown where its words let one suspect tests or deploys, and else nothing', () => {
    expect(reads('make test')[0]).toMatchObject({
      does: 'unknown',
      may: ['tests'],
      because: 'no Makefile with it can be seen',
    });
    expect(reads('./deploy.sh')[0]).toMatchObject({ does: 'unknown', may: ['deploys'] });
    expect(reads('python scripts/run_tests.py')[0]).toMatchObject({ does: 'unknown', may: ['tests'] });
    expect(does('make fmt')).toBe('');
    expect(does('./scripts/setup.sh')).toBe('');
    expect(does('python scripts/notify.py')).toBe('');
  });
});

describe('deploys and publishing', () => {
  test.each([
    ['kubectl apply -f k8s/', 'deploys'],
    ['kubectl -n shop set image deployment/a a=b', 'deploys'],
    ['kustomize build overlays/prod | kubectl apply -f -', 'lints deploys'],
    ['helm upgrade --install a ./chart', 'deploys'],
    ['terraform apply -auto-approve', 'applies-iac'],
    ['terraform -chdir=infra apply', 'applies-iac'],
    ['tofu apply', 'applies-iac'],
    ['terragrunt run-all apply', 'applies-iac'],
    ['pulumi up --yes', 'applies-iac'],
    ['npx cdk deploy --all', 'applies-iac'],
    ['sam deploy', 'applies-iac'],
    ['npx serverless deploy', 'applies-iac'],
    ['aws cloudformation deploy --template-file t.yml', 'applies-iac'],
    ['helmfile -e staging apply', 'applies-iac'],
    ['aws ecs update-service --cluster a --service b', 'deploys'],
    ['aws s3 sync build/ s3://www.example --delete', 'deploys'],
    ['aws lambda update-function-code --function-name a', 'deploys'],
    ['aws --region eu-west-1 ecs update-service --service b', 'deploys'],
    ['gcloud run deploy a --image b', 'deploys'],
    ['gcloud app deploy', 'deploys'],
    ['az webapp deploy --name a', 'deploys'],
    ['flyctl deploy --remote-only', 'deploys'],
    ['npx vercel deploy --prebuilt --prod', 'deploys'],
    ['netlify deploy --prod', 'deploys'],
    ['firebase deploy --only hosting', 'deploys'],
    ['npx wrangler deploy', 'deploys'],
    ['git push https://git.heroku.com/a.git HEAD:main', 'deploys'],
    ['git push heroku main', 'deploys'],
    ['bin/kamal deploy -d production', 'deploys'],
    ['bundle exec cap production deploy', 'deploys'],
    ['ansible-playbook -i hosts site.yml', 'deploys'],
    ['ansible-playbook -i localhost, -c local deploy.yml', 'deploys'],
    ['ansible-playbook -i localhost, -c local images.yml', ''],
    ['ssh a@b "cd app && git pull && docker compose up -d"', 'deploys'],
    ['rsync -az dist/ deploy@example.com:/var/www', 'deploys'],
    ['curl -X POST "$RENDER_DEPLOY_HOOK_URL"', 'deploys'],
    ['argocd app sync a', 'deploys'],
    ['skaffold run', 'deploys'],
    ['docker push ghcr.io/a/b:c', 'publishes'],
    ['docker buildx build --push -t a .', 'publishes'],
    ['docker build -t a . && docker push a', 'builds publishes'],
    ['npm publish', 'publishes'],
    ['yarn npm publish', 'publishes'],
    ['twine upload dist/*', 'publishes'],
    ['python -m twine upload dist/*', 'publishes'],
    ['cargo publish', 'publishes'],
    ['gh release create v1 dist/*', 'publishes'],
    ['gh release upload v1 a.zip', 'publishes'],
    ['goreleaser release --clean', 'publishes'],
    ['helm push a.tgz oci://ghcr.io/a', 'publishes'],
    ['npx semantic-release', 'publishes'],
    ['npx changeset publish', 'publishes'],
    ['dotnet nuget push a.nupkg', 'publishes'],
    ['gem push a.gem', 'publishes'],
    ['./gradlew publish', 'publishes'],
    ['skopeo copy docker://a docker://b', 'publishes'],
  ])('%s: %s', (run, expected) => {
    expect(does(run)).toBe(expected);
  });

  test('mvn deploy tests and then publishes', () => {
    expect(does('mvn -B deploy')).toBe('tests publishes');
    expect(does('mvn -B deploy -DskipTests')).toBe('publishes');
  });

  test.each([
    'kubectl apply --dry-run=server -f k8s/',
    'kubectl get pods',
    'kubectl rollout status deploy/a',
    'kubectl diff -f k8s',
    'helm template a .',
    'helm upgrade --install a . --dry-run',
    'helm repo add a b',
    'helm dependency update',
    'terraform destroy -auto-approve',
    'terraform init',
    'docker build -t a .',
    'docker push localhost:5000/a',
    'docker login -u a',
    'docker pull a',
    'npm publish --dry-run',
    'goreleaser release --snapshot --clean',
    'goreleaser check',
    'goreleaser build',
    'gh release create v1 --generate-notes',
    'gh pr create --title deploy',
    'git push',
    'git push origin v1',
    'git push --tags',
    'echo "kubectl apply -f x"',
    'vercel pull --environment=production',
    'vercel build --prod',
    'aws s3 cp report.xml s3://reports/',
    'aws s3 sync logs/ s3://backup/logs',
    'aws s3 sync s3://www/ build/',
    'aws ecs describe-services',
    'aws sts get-caller-identity',
    'ssh a@b uptime',
    'rsync -a a/ b/',
    'gcloud auth login',
    'az login',
    'flyctl status',
    'docker compose up -d',
    'pulumi preview',
    'cdk diff',
    'wrangler dev',
    'if false; then kubectl apply -f x; fi',
    'mkdocs gh-deploy --force',
  ])('neither: %s', (run) => {
    expect(does(run)).not.toMatch(/deploys|publishes|applies-iac|writes-gitops/);
  });

  test('a pull or clone of another repository and a push to it writes its configuration', () => {
    expect(
      does(
        'git clone https://x@github.com/shop/config.git\ncd config\nsed -i s/a/b/ values.yaml\ngit commit -am x\ngit push',
      ),
    ).toBe('writes-gitops');
    const job = newJob();
    activitiesOf(
      step({
        uses: 'actions/checkout@v4',
        inputs: new Map([
          ['repository', 'shop/config'],
          ['path', 'config'],
        ]),
      }),
      NOTHING,
      job,
    );
    expect(reads('cd config && git push', {}, {}, job).map((a) => a.does)).toEqual(['writes-gitops']);
    expect(reads('git push', {}, {}, job)).toEqual([]);
    expect(reads('make test', {}, { directory: 'config' }, job)[0]).toMatchObject({
      does: 'unknown',
      because: 'it runs in a checkout of another repository',
    });
    expect(reads('pytest', {}, { directory: 'config' }, job)[0]).toMatchObject({
      does: 'tests',
      elsewhere: true,
    });
  });

  test('in a throw-away cluster a deploy is a test', () => {
    const job = newJob();
    activitiesOf(step({ uses: 'helm/kind-action@v1' }), NOTHING, job);
    expect(reads('helm upgrade --install a .\nkubectl apply -f k8s', {}, {}, job).map((a) => a.does)).toEqual(
      ['tests', 'tests'],
    );
    expect(does('kind create cluster\nkubectl apply -f k8s')).toBe('tests');
    expect(does('minikube start\nhelm install a .')).toBe('tests');
    expect(reads('docker push ghcr.io/a/b', {}, {}, job).map((a) => a.does)).toEqual(['publishes']);
  });

  test('the environment is the one that the command speaks of', () => {
    const environment = (run: string, variables: Record<string, string> = {}) =>
      reads(run, {}, { variables: new Map(Object.entries(variables)) })[0]?.environment;
    expect(environment('helm upgrade a . -f values-prod.yaml')).toBe('production');
    expect(environment('kubectl apply -k overlays/staging')).toBe('staging');
    expect(environment('cd env/stg/app && terragrunt apply')).toBe('staging');
    expect(environment('helm upgrade a . --set env=$STAGE', { STAGE: 'production' })).toBe('production');
    expect(environment('docker push europe-docker.pkg.dev/a/b')).toBe('');
    expect(environment('kubectl apply -f staging.yml -f production.yml')).toBe('');
    expect(environment('kubectl apply -f k8s 2>/dev/null')).toBe('');
  });

  test('a deploy of a preview is told from one of production', () => {
    expect(reads('vercel deploy --token=x')[0]?.preview).toBe(true);
    expect(reads('vercel --prod')[0]?.preview).toBe(false);
    expect(reads('netlify deploy --dir=dist')[0]?.preview).toBe(true);
    expect(reads('firebase hosting:channel:deploy pr-1')[0]?.preview).toBe(true);
  });

  test('a publish runs the hooks of its package first', () => {
    const packages = [npm({ prepublishOnly: 'npm test', test: 'vitest run' })];
    expect(does('npm publish', { packages })).toBe('tests publishes');
  });
});

describe('scans and plans', () => {
  test.each([
    ['trivy image a', 'scans'],
    ['npm audit --omit=dev', 'scans'],
    ['pip-audit', 'scans'],
    ['govulncheck ./...', 'scans'],
    ['gitleaks detect', 'scans'],
    ['~/.kubescape/bin/kubescape scan', 'scans'],
    ['docker scout cves a', 'scans'],
    ['terraform plan', 'plans-iac'],
    ['pulumi preview', 'plans-iac'],
    ['helmfile -e prod diff', 'plans-iac'],
  ])('%s: %s', (run, expected) => {
    expect(does(run)).toBe(expected);
  });
});

describe('actions', () => {
  test.each([
    ['docker/build-push-action@v6', { push: 'true' }, 'publishes'],
    ['docker/build-push-action@v6', {}, 'builds'],
    [
      'docker/build-push-action@v6',
      { push: "${{ github.event_name != 'pull_request' }}" },
      "publishes when github.event_name != 'pull_request'",
    ],
    ['docker/build-push-action@v6', { outputs: 'type=registry' }, 'publishes'],
    ['azure/webapps-deploy@v3', {}, 'deploys'],
    ['google-github-actions/deploy-cloudrun@v2', {}, 'deploys'],
    ['aws-actions/amazon-ecs-deploy-task-definition@v2', {}, 'deploys'],
    ['aws-actions/configure-aws-credentials@v4', {}, ''],
    ['pypa/gh-action-pypi-publish@release/v1', {}, 'publishes'],
    ['JS-DevTools/npm-publish@v3', {}, 'publishes'],
    ['softprops/action-gh-release@v2', { files: 'dist/*' }, 'publishes'],
    ['softprops/action-gh-release@v2', {}, ''],
    ['googleapis/release-please-action@v4', {}, ''],
    ['changesets/action@v1', { publish: 'npm run release' }, 'publishes'],
    ['changesets/action@v1', {}, ''],
    ['goreleaser/goreleaser-action@v6', { args: 'release --clean' }, 'publishes'],
    ['goreleaser/goreleaser-action@v6', { args: 'build --snapshot' }, ''],
    ['peaceiris/actions-gh-pages@v4', { publish_dir: './dist' }, 'deploys'],
    ['peaceiris/actions-gh-pages@v4', { publish_dir: './docs/_build/html' }, ''],
    ['superfly/flyctl-actions/setup-flyctl@1.5', {}, ''],
    ['cloudflare/wrangler-action@v3', {}, 'deploys'],
    ['cloudflare/wrangler-action@v3', { command: 'pages deploy dist' }, 'deploys'],
    ['appleboy/ssh-action@v1', { script: 'cd app\ndocker compose pull\ndocker compose up -d' }, 'deploys'],
    ['nick-fields/retry@v3', { command: 'npx jest' }, 'tests'],
    ['cypress-io/github-action@v6', {}, 'tests'],
    ['cypress-io/github-action@v6', { runtests: 'false' }, ''],
    ['github/codeql-action/analyze@v3', {}, 'scans'],
    ['github/codeql-action/upload-sarif@v3', {}, ''],
    ['aquasecurity/trivy-action@0.28.0', {}, 'scans'],
    ['SonarSource/sonarqube-scan-action@v4', {}, ''],
    ['actions/upload-artifact@v4', {}, ''],
    ['someone/ecs-deploy-action@v1', {}, 'deploys'],
    ['someone/notify-deployment@v1', {}, ''],
    ['someone/run-tests@v1', {}, 'unknown'],
    ['EnricoMi/publish-unit-test-result-action@v2', {}, ''],
  ])('%s %j: %s', (uses, inputs, expected) => {
    expect(action(uses, inputs)).toBe(expected);
  });
});

test('images run the tests of the stages that they are built from', () => {
  const dockerfile = (commands: { run: string; stage: string }[]): Surroundings['dockerfiles'][number] => ({
    path: 'api/Dockerfile',
    data: {
      stages: [
        { name: 'build', image: 'node', line: 1 },
        { name: 'test', image: 'build', line: 5 },
        { name: '', image: 'nginx', line: 8 },
      ],
      user: '',
      healthcheck: false,
      takes: [],
      commands: commands.map((c, i) => ({ ...c, line: i + 2 })),
    },
  });
  const tested = { dockerfiles: [dockerfile([{ run: 'npm ci && npx jest', stage: 'build' }])] };
  expect(does('docker build -t a api && docker push a', tested)).toBe('tests builds publishes');
  expect(does('docker build -t a -f api/Dockerfile .', tested)).toBe('tests builds');
  expect(reads('docker build api', tested)[0]).toMatchObject({ what: 'jest in api/Dockerfile', fails: true });
  expect(
    does('docker build -t a api', { dockerfiles: [dockerfile([{ run: 'npm ci', stage: 'build' }])] }),
  ).toBe('builds');
  expect(reads('docker build --target test api', tested)[0]).toMatchObject({
    does: 'unknown',
    may: ['tests'],
  });
});

describe('what is set up to be tried', () => {
  const shell = (path: string, run: string): Surroundings['scripts'][number] => ({
    tool: 'shell',
    path,
    directory: '',
    target: '',
    needs: [],
    run,
  });
  const target = (name: string, run: string): Surroundings['scripts'][number] => ({
    tool: 'make',
    path: 'Makefile',
    directory: '',
    target: name,
    needs: [],
    run,
  });

  test('a script among the tests deploys nothing, and what it calls neither', () => {
    const scripts = [
      shell('.github/template-tests/e2e/cluster.sh', 'kubectl apply -f app.yaml\n./deploy.sh'),
      shell('deploy.sh', 'helm upgrade --install app chart'),
      shell('tests/stack.sh', 'terraform apply -auto-approve'),
      shell('environments/test/apply.sh', 'kubectl apply -f .'),
    ];
    expect(does('bash ./.github/template-tests/e2e/cluster.sh up', { scripts })).toBe('tests tests');
    expect(does('./tests/stack.sh', { scripts })).toBe('plans-iac');
    expect(does('./deploy.sh', { scripts })).toBe('deploys');
    expect(does('environments/test/apply.sh', { scripts })).toBe('deploys');
  });

  test('a target of end-to-end tests neither, but one that deploys for them does', () => {
    const scripts = [
      target('start-e2e-local', 'kubectl apply -f manifests'),
      target('deploy-e2e', 'kubectl apply -f manifests'),
    ];
    expect(does('make start-e2e-local', { scripts })).toBe('tests');
    expect(does('make deploy-e2e', { scripts })).toBe('deploys');
  });

  test('a cluster that is installed on the machine ends with it', () => {
    expect(does('curl -sfL https://get.k3s.io | sh -\nkubectl apply -f k8s')).toBe('tests');
    expect(does('ssh root@example.org "curl -sfL https://get.k3s.io | sh -"\nkubectl apply -f k8s')).toBe(
      'deploys',
    );
  });

  test('a script that can plan or apply does what it is told', () => {
    const scripts = [
      shell('tf.sh', 'if [ "$1" = plan ]; then\nterraform plan\nelse\nterraform apply -auto-approve\nfi'),
    ];
    expect(does('./tf.sh plan', { scripts })).toBe('plans-iac plans-iac');
    expect(does('./tf.sh apply', { scripts })).toBe('plans-iac applies-iac');
    expect(does('./tf.sh', { scripts }, { variables: new Map([['ACTION', 'plan']]) })).toBe(
      'plans-iac plans-iac',
    );
  });

  test('what tests need is no test', () => {
    const scripts = [
      target('install-test-tools', './hack/install.sh'),
      target('test-image', 'docker build -f test.Dockerfile .'),
      target('test-unit', './hack/unit'),
    ];
    expect(does('make install-test-tools', { scripts })).toBe('');
    expect(does('make test-image', { scripts })).toBe('builds');
    expect(does('make test-unit', { scripts })).toBe('tests');
  });
});

test('what is set up from among the tests is there to be tried', () => {
  expect(does('az deployment group create -g g --template-file ./tests/infra/aks.bicep')).toBe('plans-iac');
  expect(does('kubectl apply -f tests/config/redis.yaml')).toBe('tests');
  expect(does('kubectl apply -k overlays/test')).toBe('deploys');
  expect(does('kubectl apply -k test')).toBe('deploys');
});

test('a namespace that is made where it is missing deploys nothing', () => {
  expect(does('kubectl create namespace a --dry-run=client -o yaml | kubectl apply -f -')).toBe('');
  expect(does('kustomize build a | kubectl apply -f -')).toBe('lints deploys');
});

test('a registry on the same machine gets nothing published, wherever a variable names it', () => {
  const make = {
    scripts: [
      {
        tool: 'make' as const,
        path: 'Makefile',
        directory: '',
        target: 'push',
        needs: [],
        run: 'docker push $(REGISTRY)/app',
      },
    ],
  };
  const at = (value: string) => does('make push', make, { variables: new Map([['REGISTRY', value]]) });
  expect(at('localhost:5000/shop')).toBe('');
  expect(at('ghcr.io/shop')).toBe('publishes');
});

test('a clone of the repository itself is no other one, through a variable too', () => {
  const push = 'git clone "$REMOTE" out && cd out && git push origin charts';
  expect(does(`REMOTE="https://github.com/\${GITHUB_REPOSITORY}.git"\n${push}`)).toBe('');
  expect(does(`REMOTE="https://github.com/shop/config.git"\n${push}`)).toBe('writes-gitops');
});

test('rake tests in parts, and a target that only looks at tests runs none', () => {
  expect(does('bundle exec rake "knapsack:rspec[--format documentation]"')).toBe('tests');
  expect(does('rails parallel:spec')).toBe('tests');
  expect(does('rake db:migrate')).toBe('');
  const lint = {
    tool: 'make' as const,
    path: 'Makefile',
    directory: '',
    target: 'lint_spec_file_name',
    needs: [],
    run: 'find spec -not -name "*_spec.rb"',
  };
  expect(does('make lint_spec_file_name', { scripts: [lint] })).toBe('');
});

test('azd up makes what the application runs on, and deploys to it', () => {
  expect(does('azd up --no-prompt')).toBe('applies-iac deploys');
  expect(does('azd provision --preview')).toBe('plans-iac');
  expect(does('azd provision\nazd deploy')).toBe('applies-iac deploys');
});

test('the shell decides what a failure does', () => {
  expect(shellOptions('')).toEqual({ errexit: true, pipefail: false });
  expect(shellOptions('bash')).toEqual({ errexit: true, pipefail: true });
  expect(shellOptions('bash -l {0}')).toEqual({ errexit: false, pipefail: false });
  expect(shellOptions('bash -el {0}')).toEqual({ errexit: true, pipefail: false });
  expect(shellOptions('bash --noprofile --norc -eo pipefail {0}')).toEqual({ errexit: true, pipefail: true });
  expect(shellOptions('pwsh')).toEqual({ errexit: false, pipefail: false });
  expect(reads('pytest | tee log', {}, { shell: 'bash' })[0]).toMatchObject({ fails: true });
  expect(reads('pytest | tee log')[0]).toMatchObject({ fails: false });
});
