import { describe, expect, test } from 'vitest';
import { deployTargets } from '../../../src/derive/delivery/deploy-targets.js';
import { factsOf } from '../../../src/model/facts.js';
import { places } from '../../collect/from-files.js';
import { readPipelines } from './pipelines.js';

async function targets(files: Record<string, string>): Promise<string[]> {
  const { facts, gaps } = await readPipelines(files);
  const own = deployTargets.derive(facts, gaps, 'here').facts;
  return factsOf(own, 'tool-use').map((t) => `${t.data.tool} ${places(t.evidence).join(' ')}`);
}

describe('A pipeline’s step', () => {
  test('names the platform by the task of Azure Pipelines, the provider of Travis or the pipe of Bitbucket', async () => {
    expect(
      await targets({ 'azure-pipelines.yml': 'trigger: [main]\nsteps:\n  - task: AzureWebApp@1\n' }),
    ).toEqual(['app-service azure-pipelines.yml:3']);
    expect(
      await targets({ '.travis.yml': 'script: [rspec]\ndeploy:\n  provider: heroku\n  app: web\n' }),
    ).toEqual(['heroku .travis.yml:3']);
    const pipe =
      'pipelines:\n  default:\n    - step:\n        script:\n          - pipe: atlassian/aws-ecs-deploy:2.3.0\n';
    expect(await targets({ 'bitbucket-pipelines.yml': pipe })).toEqual(['ecs bitbucket-pipelines.yml:5']);
  });

  test('names the platform that it deploys to', async () => {
    const yaml = `on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
      - run: |
          echo shipping
          if true; then
            sudo flyctl deploy --remote-only && kubectl set image deployment/web web=x:1
          fi
      - run: VERSION=1 aws lambda update-function-code --function-name a
      - run: echo "gcloud run deploy"
`;
    expect(await targets({ '.github/workflows/ship.yml': yaml })).toEqual([
      'ecs .github/workflows/ship.yml:6',
      'fly .github/workflows/ship.yml:10',
      'kubernetes .github/workflows/ship.yml:10',
      'lambda .github/workflows/ship.yml:12',
    ]);
  });

  test('names none where it tries things on a throw-away cluster', async () => {
    const yaml = `on: push
jobs:
  e2e:
    runs-on: ubuntu-latest
    steps:
      - uses: helm/kind-action@v1
      - run: kubectl apply -f deploy/
`;
    expect(await targets({ '.github/workflows/e2e.yml': yaml })).toEqual([]);
  });
});

test('A Makefile and the scripts of a package name it too', async () => {
  const files = {
    Makefile: 'deploy:\n\t@kamal deploy -d staging\n',
    'package.json':
      '{\n  "name": "edge",\n  "scripts": {\n    "deploy": "npm run build && wrangler deploy"\n  }\n}\n',
  };
  expect(await targets(files)).toEqual(['kamal Makefile:1', 'cloudflare-workers package.json:4']);
});
