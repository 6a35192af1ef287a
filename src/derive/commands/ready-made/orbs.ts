/** What the commands and jobs of well-known CircleCI orbs do, by their documentation; of others, what their names let one suspect. */
import { type ActionDoes, first, type Inputs } from './does.js';
import { suspectedBy } from './suspected.js';

const runs = (script: string, directory = ''): ActionDoes => ({ does: 'nothing', script, directory });
const folder = (inputs: Inputs) => first(inputs, 'app-dir', 'app_dir', 'working_directory', 'wd', 'path');

/** Names of orbs without their version, then of a command or job; the first row that fits decides. */
const ORBS: readonly (readonly [RegExp, (inputs: Inputs) => ActionDoes])[] = [
  [
    /^circleci\/(node|python|ruby|go|browser-tools|android|macos|jq|docker-compose|gradle|maven|rust|php|slack|github-cli|welcome-orb|path-filtering|continuation|windows|kubernetes|terraform|helm|aws-cli|gcp-cli|azure-cli|heroku)\/(install\S*|setup\S*|with-cache|load-cache|save-cache|restore-\S*cache|save-\S*cache|initialize|notify|download|list|init|validate|fmt)$/,
    () => ({ does: 'nothing' }),
  ],
  [
    /^circleci\/node\/test$/,
    (i) => runs(`${first(i, 'pkg-manager') || 'npm'} run ${first(i, 'run-command') || 'test'}`, folder(i)),
  ],
  [
    /^circleci\/node\/run$/,
    (i) =>
      runs(
        `${first(i, 'pkg-manager') || 'npm'} run ${first(i, 'npm-run', 'yarn-run', 'pnpm-run')}`,
        folder(i),
      ),
  ],
  [
    /^circleci\/(python|ruby|go|gradle|maven|rust|php|clojure|elixir)\/(test|rspec-test|minitest-test)$/,
    () => ({ does: 'tests' }),
  ],
  [/^circleci\/(ruby)\/(rubocop-check)$|^circleci\/rust\/(clippy|format)$/, () => ({ does: 'lints' })],
  [/^(circleci\/maven)\/(test|mvn_test)$/, () => ({ does: 'tests' })],
  [
    /^circleci\/aws-ecr\/(build[-_]and[-_]push[-_]image|push[-_]image|tag[-_]image)$/,
    (i) =>
      first(i, 'push-image', 'push_image') === 'false'
        ? { does: 'builds' }
        : { does: 'publishes', image: imageOf(i) },
  ],
  [
    /^circleci\/(gcp-gcr|azure-acr)\/(build[-_]and[-_]push[-_]image|push[-_]image|tag[-_]image)$/,
    () => ({ does: 'publishes' }),
  ],
  [
    /^circleci\/docker\/(publish|push)$/,
    (i) => (first(i, 'deploy') === 'false' ? { does: 'builds' } : { does: 'publishes', image: imageOf(i) }),
  ],
  [/^circleci\/docker\/(hadolint|dockerlint)$/, () => ({ does: 'lints' })],
  [
    /^circleci\/aws-ecs\/(deploy[-_]service[-_]update|update[-_]service|run[-_]task)$/,
    () => ({ does: 'deploys' }),
  ],
  [
    /^circleci\/(aws-elastic-beanstalk|aws-serverless|aws-sam-serverless|aws-code-deploy|aws-amplify|gcp-cloud-run|gcp-app-engine|heroku|serverless-framework|azure-aks|firebase)\/(deploy\S*|push\S*|ecs-deploy)$/,
    () => ({ does: 'deploys' }),
  ],
  [
    /^circleci\/aws-s3\/(sync|copy)$/,
    (i) =>
      runs(`aws s3 ${first(i, 'to').includes('/') ? 'sync' : 'cp'} ${first(i, 'from')} ${first(i, 'to')}`),
  ],
  [
    /^circleci\/aws-eks\/(update[-_]container[-_]image|create[-_]\S*|deploy\S*)$/,
    (i) => (/create[-_]cluster/.test(first(i, 'name')) ? { does: 'nothing' } : { does: 'deploys' }),
  ],
  [
    /^circleci\/kubernetes\/(create[-_]or[-_]update[-_]resource|update[-_]container[-_]image)$/,
    () => ({ does: 'deploys' }),
  ],
  [/^circleci\/helm\/(upgrade[-_]helm[-_]chart|install[-_]helm[-_]chart)$/, () => ({ does: 'deploys' })],
  [/^circleci\/helm\/push[-_]helm[-_]chart$/, () => ({ does: 'publishes' })],
  [/^circleci\/terraform\/apply$/, (i) => runs('terraform apply', folder(i))],
  [/^circleci\/terraform\/plan$/, (i) => runs('terraform plan', folder(i))],
  [/^pulumi\/pulumi\/update$/, () => ({ does: 'applies-iac' })],
  [/^pulumi\/pulumi\/preview$/, () => ({ does: 'plans-iac' })],
  [
    /^cypress-io\/cypress\/run$|^circleci\/cypress\/run$|^codecept\/|^artsy\/\S+\/(test|acceptance)$/,
    () => ({ does: 'tests' }),
  ],
  [
    /^snyk\/snyk\/scan|^anchore\/|^aquasecurity\/|^twistlock\/|^gitguardian\/|^salto\/|^sonarsource\/sonarcloud\/scan$/,
    () => ({ does: 'scans' }),
  ],
  [
    /^(codecov\/codecov|circleci\/slack|datacamp\/deploy-notify|coveralls\/coveralls)\//,
    () => ({ does: 'nothing' }),
  ],
  [
    /\/(checkout|install|setup|notify|upload|cache|attach|authenticate|auth|login|build)([-_]\S*)?$/,
    () => ({ does: 'nothing' }),
  ],
  [/\/deploy([-_]\S+)?$/, () => ({ does: 'deploys' })],
  [/\/(push|publish)([-_](image|package))?$/, () => ({ does: 'publishes' })],
];

function imageOf(inputs: Inputs): NonNullable<ActionDoes['image']> {
  return {
    file: first(inputs, 'dockerfile'),
    context: first(inputs, 'build-path', 'build_path', 'path', 'docker-context') || '.',
    target: '',
  };
}

export function orbDoes(name: string, inputs: Inputs): ActionDoes {
  return (
    ORBS.find(([pattern]) => pattern.test(name))?.[1](inputs) ?? suspectedBy(name.replace(/^[^/]+\//, ''))
  );
}
