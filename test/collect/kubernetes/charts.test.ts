import { describe, expect, test } from 'vitest';
import { type AnyFact, factsOf } from '../../../src/model/facts.js';
import { deployment, places, read } from './cluster.js';

const chart = (name: string, more = '') => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`;
const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
`;
const budget = `{{- if .Values.pdb.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: {{ .Release.Name }}}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: {{ .Release.Name }}}}
{{- end }}
`;
const values = `replicaCount: 1
image: {repository: acme/shop, tag: "1.0.0"}
autoscaling: {enabled: false}
pdb: {enabled: false}
`;
const shop = {
  'charts/shop/Chart.yaml': chart('shop'),
  'charts/shop/values.yaml': values,
  'charts/shop/templates/deployment.yaml': template,
  'charts/shop/templates/pdb.yaml': budget,
};

function workloads(facts: readonly AnyFact[]) {
  return factsOf(facts, 'kubernetes-workload').map((w) => [w.name, w.data.environment, w.data.replicas]);
}

describe('a chart', () => {
  test('at the root of the repository brings along the charts below it only where it says so', async () => {
    const root = (cache: boolean) => ({
      'Chart.yaml': chart(
        'shop',
        'dependencies: [{name: cache, version: 1.0.0, condition: cache.enabled}]\n',
      ),
      'values.yaml': `${values}cache: {enabled: ${cache}}\n`,
      'templates/deployment.yaml': template,
      'charts/cache/Chart.yaml': chart('cache'),
      'charts/cache/templates/deployment.yaml': deployment('cache'),
    });
    expect(workloads((await read(root(false))).facts)).toEqual([['shop', '', 1]]);
    expect(
      workloads((await read(root(true))).facts)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['cache', 'shop']);
  });

  test('takes the values of each environment from a folder beside it where it is the only chart', async () => {
    const beside = { ...shop, 'envs/production/values.yaml': 'replicaCount: 3\n' };
    expect(workloads((await read(beside)).facts)).toEqual([['shop', 'production', 3]]);
    const foreign = { ...shop, 'envs/production/values.yaml': 'replicaCount: 3\nsomethingElse: 1\n' };
    expect(workloads((await read(foreign)).facts)).toEqual([['shop', '', 1]]);
  });

  test('is rendered with its own values where nothing installs it, each line at its template', async () => {
    const { facts, gaps } = await read(shop);
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop', '', 1]]);
    expect(places(factsOf(facts, 'kubernetes-workload')[0])).toEqual([
      'charts/shop/templates/deployment.yaml:1',
      'charts/shop/templates/deployment.yaml:7 replicas',
      'charts/shop/templates/deployment.yaml:15 images',
    ]);
    expect(factsOf(facts, 'disruption-budget')).toEqual([]);
    expect(factsOf(facts, 'image-reference').map((f) => f.data.image)).toEqual(['acme/shop:1.0.0']);
  });

  test.each([
    ['charts/shop/values-production.yaml'],
    ['charts/shop/values.prod.yaml'],
    ['charts/shop/prod.values.yaml'],
    ['charts/shop/values/prod.yaml'],
    ['charts/shop/environments/prod/values.yaml'],
  ])('is rendered for production with %s alone', async (path) => {
    const { facts, gaps } = await read({ ...shop, [path]: 'replicaCount: 3\npdb: {enabled: true}\n' });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop', 'production', 3]]);
    expect(factsOf(facts, 'disruption-budget').map((f) => [f.data.environment, places(f)])).toEqual([
      ['production', ['charts/shop/templates/pdb.yaml:2', 'charts/shop/templates/pdb.yaml:6 maxUnavailable']],
    ]);
  });

  test('with values for other environments only is rendered as it is too', async () => {
    const { facts } = await read({ ...shop, 'charts/shop/values-dev.yaml': 'replicaCount: 2\n' });
    expect(workloads(facts)).toEqual([
      ['shop', '', 1],
      ['shop', 'development', 2],
    ]);
  });

  test('is rendered as Argo CD installs it, with files, values and parameters in their order', async () => {
    const { facts, gaps } = await read({
      ...shop,
      'env/live.yaml': 'replicaCount: 2\nimage: {tag: "2.0.0"}\n',
      'argocd/production/shop.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-live}
spec:
  source:
    path: charts/shop
    helm:
      valueFiles: [../../env/live.yaml]
      values: |
        pdb: {enabled: true}
      parameters: [{name: image.tag, value: "3.0.0"}]
`,
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop-live', 'production', 2]]);
    expect(factsOf(facts, 'disruption-budget')).toHaveLength(1);
    expect(factsOf(facts, 'image-reference').map((f) => f.data.image)).toEqual(['acme/shop:3.0.0']);
  });

  test('is rendered as Flux installs it; values from a Secret are a gap', async () => {
    const release = (more: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  chart: {spec: {chart: ./charts/shop, sourceRef: {kind: GitRepository, name: here}}}
  values: {replicaCount: 4}
${more}`;
    const plain = await read({ ...shop, 'clusters/staging/shop.yaml': release('') });
    expect(plain.gaps).toEqual([]);
    expect(workloads(plain.facts)).toEqual([['shop', 'staging', 4]]);
    const open = await read({
      ...shop,
      'clusters/staging/shop.yaml': release('  valuesFrom: [{kind: Secret, name: shop-values}]\n'),
    });
    expect(open.gaps.map((g) => [g.reason, g.what, g.path])).toEqual([
      [
        'elsewhere',
        'The chart in charts/shop takes values from the Secret shop-values',
        'clusters/staging/shop.yaml',
      ],
    ]);
  });

  test('is rendered as Flux installed it before it had controllers', async () => {
    const release = (chart: string, more = '') =>
      `apiVersion: helm.fluxcd.io/v1\nkind: HelmRelease\nmetadata: {name: shop, namespace: shop}\nspec:\n  ${chart}\n  values: {replicaCount: 4}\n${more}`;
    const { facts, gaps } = await read({
      ...shop,
      'clusters/staging/shop.yaml': release(
        'chart: {git: "git@github.com:acme/here", path: charts/shop, ref: master}',
      ),
      'clusters/staging/patch.yaml': release('rollback: {enable: true}'),
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop', 'staging', 4]]);
    expect(factsOf(facts, 'gitops-application')).toMatchObject([
      {
        name: 'shop',
        data: {
          tool: 'flux',
          source: 'git@github.com:acme/here',
          path: 'charts/shop',
          revision: 'master',
          automated: true,
        },
        evidence: [{ path: 'clusters/staging/shop.yaml', line: 1 }],
      },
    ]);
    const elsewhere = await read({
      'clusters/staging/shop.yaml': release(
        'chart: {repository: "https://charts.example.com", name: shop, version: 1.2.3}',
        '  valuesFrom: [{secretKeyRef: {name: shop-values}}]\n',
      ),
    });
    expect(elsewhere.gaps.map((g) => g.what)).toEqual([
      'What the installed charts run is not in this repository: shop',
    ]);
  });

  test('of applications makes further charts known', async () => {
    const { facts } = await read({
      ...shop,
      'apps/Chart.yaml': chart('apps'),
      'apps/values.yaml': 'list: [a, b]\n',
      'apps/templates/all.yaml': `{{- range .Values.list }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}}
spec:
  source: {path: charts/shop, repoURL: https://git.example.com/x.git}
  syncPolicy: {automated: {prune: true}}
{{- end }}
`,
    });
    expect(factsOf(facts, 'gitops-application').map((f) => [f.name, f.data.automated])).toEqual([
      ['a', true],
      ['b', true],
    ]);
    expect(workloads(facts)).toEqual([
      ['a', '', 1],
      ['b', '', 1],
    ]);
  });

  test('is rendered once for each of the files that the variable of an ApplicationSet may name', async () => {
    const { facts } = await read({
      ...shop,
      'charts/shop/envs/dev.yaml': 'replicaCount: 1\n',
      'charts/shop/envs/prod.yaml': 'replicaCount: 5\n',
      'set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop}
spec:
  template:
    metadata: {name: 'shop-{{env}}'}
    spec:
      source:
        path: charts/shop
        helm: {releaseName: shop, valueFiles: ['envs/{{env}}.yaml']}
`,
    });
    expect(workloads(facts)).toEqual([
      ['shop', 'development', 1],
      ['shop', 'production', 5],
    ]);
  });

  test('that a command installs is rendered with its files, and what the run fills in is no deployed image', async () => {
    const { facts, gaps } = await read({
      ...shop,
      'deploy/prod.yaml': 'replicaCount: 3\n',
      '.github/workflows/deploy.yaml': `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: |
          helm upgrade --install shop ./charts/shop \\
            --namespace shop -f deploy/prod.yaml \\
            --set image.tag=\${{ github.sha }}
`,
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop', 'production', 3]]);
    expect(factsOf(facts, 'image-reference').map((f) => [f.data.pin, places(f)])).toEqual([
      ['placeholder', ['charts/shop/templates/deployment.yaml:15 images']],
    ]);
  });

  test('is rendered as a helmfile installs it for each environment; one beside it that is not installed is not run', async () => {
    const { facts, gaps } = await read({
      ...shop,
      'charts/other/Chart.yaml': chart('other'),
      'charts/other/templates/d.yaml': deployment('other'),
      'helmfile.yaml.gotmpl': `environments:
  dev: {values: [env/dev.yaml]}
  production: {values: [env/production.yaml]}
---
releases:
  - name: shop
    namespace: shop
    chart: charts/shop
    values: [overrides/shop.yaml.gotmpl]
    installed: {{ eq .Values.on "yes" }}
`,
      'env/dev.yaml': 'on: "no"\n',
      'env/production.yaml': 'on: "yes"\ntag: "7.0.0"\n',
      'overrides/shop.yaml.gotmpl': `{{ if eq .Environment.Name "production" }}
replicaCount: 4
{{ end }}
image:
  tag: {{ .StateValues.tag | quote }}
secret: {{ requiredEnv "SECRET" }}
`,
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop', 'production', 4]]);
    expect(factsOf(facts, 'image-reference').map((f) => f.data.image)).toEqual(['acme/shop:7.0.0']);
  });

  test('that renders a workload without containers leaves it open', async () => {
    const { facts, gaps } = await read({
      'c/Chart.yaml': chart('c'),
      'c/templates/d.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: c}\nspec: {{ .Values.spec }}\n',
    });
    expect(factsOf(facts, 'kubernetes-workload')).toEqual([]);
    expect(gaps.map((g) => [g.reason, g.what, g.path])).toEqual([
      [
        'not-rendered',
        'c/templates/d.yaml leaves the containers of Deployment c to whoever fills it in',
        'c/templates/d.yaml',
      ],
    ]);
  });

  test('that a script installs is found through the variables that the script sets', async () => {
    const { facts } = await read({
      ...shop,
      'bin/production_deploy.sh': `ROOT=$(dirname "$0")
CHART="$ROOT/../charts/shop/"

helm upgrade $RELEASE_NAME \\
  $CHART \\
  --set image.tag=$IMAGE_TAG \\
  --set replicaCount=2 \\
  --install
`,
    });
    expect(workloads(facts)).toEqual([['shop', 'production', 2]]);
    expect(factsOf(facts, 'image-reference').map((f) => f.data.pin)).toEqual(['placeholder']);
  });

  test('that a script installs with one of two files is rendered with that of its environment', async () => {
    const { facts, gaps } = await read({
      ...shop,
      'charts/shop/values-uat.yaml': 'replicaCount: 2\n',
      'charts/shop/values-staging.yaml': 'replicaCount: 9\n',
      'charts/shop/templates/NOTES.txt': 'thanks\n',
      'bin/uat_deploy.sh':
        'VALUES="other.yaml"\nif [ $1 = true ]; then\n  VALUES="values-uat.yaml"\nfi\nhelm upgrade shop charts/shop -f charts/shop/$VALUES --install\n',
      'bin/local_deploy.sh': 'helm upgrade shop charts/shop --set replicaCount=7 --install\n',
    });
    expect(gaps).toEqual([]);
    expect(workloads(facts)).toEqual([['shop', 'uat', 2]]);
  });

  test('whose values refer to themselves comes to an end', async () => {
    const { facts } = await read({
      ...shop,
      'helmfile.yaml':
        'environments:\n  production: {values: [a.yaml, b.yaml]}\nreleases:\n  - {name: shop, chart: ./charts/shop}\n',
      'a.yaml': 'x: &x {again: *x}\n',
      'b.yaml': 'x: &x {again: *x}\n',
    });
    expect(workloads(facts)).toEqual([['shop', 'production', 1]]);
  });

  test('that is installed into a cluster for tests is none that runs', async () => {
    const { facts } = await read({
      ...shop,
      '.github/workflows/e2e.yaml':
        'jobs:\n  e2e:\n    steps:\n      - uses: helm/kind-action@v1\n      - run: helm install shop charts/shop --set image.repository=test\n',
      'test/deploy.sh': 'helm upgrade --install shop ./charts/shop --set image.repository=test\n',
    });
    expect(factsOf(facts, 'image-reference').map((f) => f.data.image)).toEqual(['acme/shop:1.0.0']);
  });

  test('of a library gives nothing by itself, and one that another brings along is rendered with that', async () => {
    const { facts } = await read({
      'lib/Chart.yaml': chart('lib', 'type: library\n'),
      'lib/templates/_names.tpl': '{{- define "lib.name" }}named{{ end }}\n',
      'part/Chart.yaml': chart('part'),
      'part/values.yaml': 'image: acme/part:1.0.0\n',
      'part/templates/d.yaml': deployment('{{ .Chart.Name }}', '{{ .Values.image }}'),
      'whole/Chart.yaml': chart(
        'whole',
        'dependencies: [{name: part, version: 1.0.0, repository: "file://../part"}]\n',
      ),
      'whole/values.yaml': 'part: {image: "acme/part:2.0.0"}\n',
    });
    expect(factsOf(facts, 'image-reference').map((f) => f.data.image)).toEqual(['acme/part:2.0.0']);
  });

  test('that lives elsewhere is told as such, and what its values ask of it is open', async () => {
    const { gaps } = await read({
      'release.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: t}\nspec:\n  chart: {spec: {chart: tickets, sourceRef: {kind: HelmRepository, name: acme}}}\n  values: {podDisruptionBudget: {enabled: true}, autoscaling: {enabled: false}}\n',
      'app.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: r}\nspec: {source: {chart: redis, repoURL: https://charts.example.com}}\n',
    });
    expect(gaps.map((g) => [g.reason, g.kinds, g.what])).toEqual([
      [
        'elsewhere',
        ['kubernetes-workload', 'workload', 'image-reference', 'autoscaler', 'disruption-budget'],
        'What the installed charts run is not in this repository: redis, tickets',
      ],
      [
        'not-rendered',
        ['disruption-budget'],
        'The chart tickets, which is kept elsewhere, is asked for a disruption budget (release.yaml:1)',
      ],
    ]);
  });
});
