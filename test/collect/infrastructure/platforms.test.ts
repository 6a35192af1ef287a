import { describe, expect, test } from 'vitest';
import { platforms } from '../../../src/collect/infrastructure/platforms.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([platforms], files);
  return {
    tools: factsOf(facts, 'tool-use')
      .map((t) => `${t.data.tool} ${places(t.evidence).join(' ')}`)
      .sort(),
    environments: factsOf(facts, 'environment-declaration')
      .map((e) => `${e.data.environment} ${places(e.evidence).join(' ')}`)
      .sort(),
    images: factsOf(facts, 'image-reference').map(
      (i) => `${i.data.by} ${i.data.image} ${i.data.pin} ${places(i.evidence).join(' ')}`,
    ),
    gaps,
  };
}

describe('A platform’s own file', () => {
  test('says that the platform is used, where it says what that platform reads', async () => {
    const { tools, gaps } = await read({
      'apprunner.yaml': 'version: 1.0\nruntime: nodejs16\n',
      'azure.yaml': 'name: shop\nservices:\n  api: { host: containerapp }\n  web: { host: appservice }\n',
      'copilot/api/manifest.yml': 'name: api\ntype: Load Balanced Web Service\n',
      'eb/Dockerrun.aws.json': '{"AWSEBDockerrunVersion": "1"}',
      'fly.toml': 'app = "shop"\n[http_service]\ninternal_port = 80\n',
      'gae/app.yaml': 'runtime: python312\n',
      'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\n',
      'railway.toml': '[deploy]\nnumReplicas = 2\n',
      'render.yaml': 'services:\n  - type: web\n    name: shop\n',
      'vercel.json': '{"crons": []}',
      'wrangler.toml': 'name = "edge"\nmain = "a.ts"\n',
    });
    expect(tools).toEqual([
      'app-engine gae/app.yaml:1',
      'app-runner apprunner.yaml:1',
      'app-service azure.yaml:1',
      'cloudflare-workers wrangler.toml:1',
      'container-apps azure.yaml:1',
      'ecs copilot/api/manifest.yml:1',
      'elastic-beanstalk eb/Dockerrun.aws.json:1',
      'fargate copilot/api/manifest.yml:1',
      'fly fly.toml:1',
      'heroku heroku.yml:1',
      'railway railway.toml:1',
      'render render.yaml:1',
      'vercel vercel.json:1',
    ]);
    expect(gaps).toEqual([]);
  });

  test('of the same name that another program reads says nothing', async () => {
    const { tools } = await read({
      'app.json': '{"expo": {"name": "shop"}, "env": {}}',
      'apps/telephone/app.json': '{"name": "Shop", "displayName": "Shop"}',
      'deploy/app.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Application\n',
      'databricks/app.yaml': 'command: [streamlit, run, app.py]\nenv: []\n',
      'config/deploy.yml': 'branches: [main]\n',
      'fly.toml': 'speed = 3\n',
      'render.yaml': 'theme: dark\n',
      'examples/shop/vercel.json': '{}',
      'broken/fly.toml': 'app = ',
      'empty/vercel.json': '[]',
    });
    expect(tools).toEqual([]);
  });

  test('names the environments that it sets up, and that each change gets one', async () => {
    const { tools, environments } = await read({
      'netlify.toml':
        '[build]\ncommand = "make"\n[context.production]\nx = 1\n[context.deploy-preview]\n[context.branch-deploy]\n[context.staging]\n',
      'app.json': '{\n  "addons": [],\n  "environments": {\n    "review": {},\n    "test": {}\n  }\n}\n',
      'mobile/eas.json': '{"build": {"base": {}, "development": {}, "production": {}}}',
      'wrangler.jsonc': '{\n  // of the edge\n  "name": "edge",\n  "env": { "staging": {} },\n}\n',
    });
    expect(tools).toEqual([
      'cloudflare-workers wrangler.jsonc:1',
      'heroku app.json:1',
      'netlify netlify.toml:1',
    ]);
    expect(environments).toEqual([
      'development mobile/eas.json:1',
      'preview app.json:4',
      'preview netlify.toml:5',
      'production mobile/eas.json:1',
      'production netlify.toml:3',
      'staging netlify.toml:7',
      'staging wrangler.jsonc:4',
      'test app.json:5',
    ]);
  });

  test('names the images that the platform pulls', async () => {
    const { tools, images } = await read({
      'config/deploy.yml': `service: shop
image: acme/shop
servers: [192.0.2.1]
accessories:
  db:
    image: mysql:8.0
  cache:
    image: redis
`,
      'fly.toml': 'app = "shop"\n[build]\nimage = "flyio/hellofly:latest"\n',
    });
    expect(tools).toEqual(['fly fly.toml:1', 'kamal config/deploy.yml:1']);
    expect(images).toEqual([
      'shop flyio/hellofly:latest floating fly.toml:3',
      'db mysql:8.0 version config/deploy.yml:6',
      'cache redis floating config/deploy.yml:8',
    ]);
  });

  test('of Cloud Run is told from one of a cluster by Google’s annotations', async () => {
    const service = (annotation: string) =>
      `apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: a\n  annotations: { ${annotation}: all }\n`;
    const { tools } = await read({
      'google.yaml': service('run.googleapis.com/ingress'),
      'cluster.yaml': service('networking.knative.dev/ingress'),
    });
    expect(tools).toEqual(['cloud-run google.yaml:1']);
  });

  test('a Procfile is Heroku’s only beside what its builder reads', async () => {
    expect((await read({ Procfile: 'web: npm start\n' })).tools).toEqual([]);
    expect((await read({ Procfile: 'web: rails s\n', Aptfile: 'libvips\n' })).tools).toEqual([
      'heroku Procfile:1',
    ]);
  });
});
