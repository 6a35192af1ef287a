import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../src/model/facts.js';
import { deployment, names, places, read } from './cluster.js';

describe('a manifest', () => {
  test('gives a workload with its containers, and the lines of what it declares', async () => {
    const { facts, gaps } = await read({
      'k8s/api.yaml': `# the api
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  replicas: 2
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: api}
  template:
    metadata:
      labels: {app: api, tier: "1"}
    spec:
      initContainers:
        - name: migrate
          image: ghcr.io/acme/migrate
      containers:
        - name: api
          image: ghcr.io/acme/api:2.1.0
          readinessProbe: {httpGet: {path: /ready, port: 80}}
          resources:
            requests: {cpu: 100m}
      volumes:
        - name: data
          persistentVolumeClaim: {claimName: api-data}
`,
    });
    expect(gaps).toEqual([]);
    const [workload] = factsOf(facts, 'kubernetes-workload');
    expect(workload).toMatchObject({
      name: 'api',
      data: {
        kind: 'Deployment',
        namespace: 'shop',
        replicas: 2,
        labels: [
          { name: 'app', value: 'api' },
          { name: 'tier', value: '1' },
        ],
        strategy: 'Recreate',
        spread: false,
        claims: ['api-data'],
        containers: [
          {
            name: 'api',
            init: false,
            readiness: true,
            liveness: false,
            requests: true,
            limits: false,
            line: 20,
          },
          { name: 'migrate', init: true, readiness: false, line: 17 },
        ],
      },
    });
    expect(places(workload)).toEqual([
      'k8s/api.yaml:2',
      'k8s/api.yaml:8 replicas',
      'k8s/api.yaml:21 images',
      'k8s/api.yaml:18 images',
    ]);
    expect(
      factsOf(facts, 'image-reference').map((f) => [f.data.image, f.data.pin, f.data.by, ...places(f)]),
    ).toEqual([
      ['ghcr.io/acme/migrate', 'floating', 'api', 'k8s/api.yaml:18 images'],
      ['ghcr.io/acme/api:2.1.0', 'version', 'api', 'k8s/api.yaml:21 images'],
    ]);
  });

  test('may stand beside others, in a List or in JSON; what is no manifest gives nothing', async () => {
    const { facts, gaps } = await read({
      'a.yaml': `---\n---\n${deployment('one')}---\n# nothing\n---\n${deployment('two')}`,
      'b.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n- ${deployment('three').trim().replaceAll('\n', '\n  ')}\n`,
      'c.json':
        '{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"four"},"spec":{"selector":{},"template":{"spec":{"containers":[{"name":"c","image":"x:1"}]}}}}',
      'd.yaml': 'apiVersion: 1\nkinds: []\n',
      'package.json': '{"apiVersion": "v1", "kind": "Pod"}',
    });
    expect(gaps).toEqual([]);
    expect(factsOf(facts, 'kubernetes-workload').map((f) => [f.name, places(f)[0]])).toEqual([
      ['four', 'c.json:1'],
      ['one', 'a.yaml:3'],
      ['three', 'b.yaml:7'],
      ['two', 'a.yaml:20'],
    ]);
    expect(factsOf(facts, 'kubernetes-object').map((f) => [f.data.kind, f.name])).toEqual([['Service', 's']]);
  });

  test('of the Prometheus operator is a workload that the operator labels and probes', async () => {
    const { facts } = await read({
      'prometheus.yaml': `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s, namespace: monitoring}
spec:
  replicas: 2
  image: quay.io/prometheus/prometheus:v3.1.0
`,
    });
    const [workload] = factsOf(facts, 'kubernetes-workload');
    expect(workload?.data).toMatchObject({
      kind: 'Prometheus',
      replicas: 2,
      containers: [{ readiness: true }],
    });
    expect(workload?.data.labels).toContainEqual({ name: 'prometheus', value: 'k8s' });
    expect(places(workload)).toEqual([
      'prometheus.yaml:1',
      'prometheus.yaml:5 replicas',
      'prometheus.yaml:6 images',
    ]);
    expect(names(facts, 'image-reference')).toEqual(['k8s']);
  });

  test('spreads its pods only where a selector finds them and the skew leaves no room', async () => {
    const pod = (spread: string) =>
      `${deployment('x')}      topologySpreadConstraints:\n        - {topologyKey: zone, ${spread}}\n`;
    const keys = async (text: string) =>
      factsOf((await read({ 'x.yaml': text })).facts, 'kubernetes-workload')[0]?.data.spreadKeys;
    expect(await keys(pod('maxSkew: 1, labelSelector: {matchLabels: {app: x}}'))).toEqual(['zone']);
    expect(await keys(pod('maxSkew: 1, labelSelector: {matchLabels: {app: y}}'))).toEqual([]);
    expect(await keys(pod('maxSkew: 100, labelSelector: {matchLabels: {app: x}}'))).toEqual([]);
    const affinity = `${deployment('x')}      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector: {matchExpressions: [{key: app, operator: In, values: [x]}]}
`;
    expect(await keys(affinity)).toEqual(['kubernetes.io/hostname']);
  });

  test('gives autoscalers and budgets with the lines of their numbers', async () => {
    const { facts } = await read({
      'hpa.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 3
  maxReplicas: 9
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: worker}
spec:
  scaleTargetRef: {name: worker}
`,
      'pdb.yaml': `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec:
  maxUnavailable: 25%
  selector:
    matchLabels: {app: api}
    matchExpressions: [{key: tier, operator: Exists}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: selects-nothing}
spec: {minAvailable: 1}
`,
    });
    expect(factsOf(facts, 'autoscaler').map((f) => [f.data, places(f)])).toMatchObject([
      [
        { system: 'hpa', targetKind: 'Deployment', targetName: 'api', minReplicas: 3, maxReplicas: 9 },
        ['hpa.yaml:1', 'hpa.yaml:6 minReplicas'],
      ],
      [
        { system: 'keda', targetKind: 'Deployment', targetName: 'worker', minReplicas: 0, maxReplicas: 100 },
        ['hpa.yaml:9', 'hpa.yaml:13 minReplicas'],
      ],
    ]);
    expect(factsOf(facts, 'disruption-budget').map((f) => [f.data, places(f)])).toEqual([
      [
        {
          namespace: '',
          environment: '',
          matchLabels: [{ name: 'app', value: 'api' }],
          matchExpressions: [{ key: 'tier', operator: 'Exists', values: [] }],
          minAvailable: '',
          maxUnavailable: '25%',
        },
        ['pdb.yaml:1', 'pdb.yaml:5 maxUnavailable'],
      ],
    ]);
  });

  test('of Karpenter gives a pool of nodes with the zones that it names', async () => {
    const { facts } = await read({
      'pool.yaml': `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: spot}
spec:
  template:
    spec:
      requirements:
        - {key: kubernetes.io/arch, operator: In, values: [amd64]}
        - key: topology.kubernetes.io/zone
          operator: In
          values: [eu-west-1a, eu-west-1b]
`,
    });
    expect(factsOf(facts, 'node-pool').map((f) => [f.name, f.data, places(f)])).toEqual([
      [
        'spot',
        { system: 'karpenter', zones: ['eu-west-1a', 'eu-west-1b'] },
        ['pool.yaml:1', 'pool.yaml:11 zones'],
      ],
    ]);
  });

  test('of Argo CD or Flux says whether it syncs by itself', async () => {
    const argo = (policy: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec:
  source: {repoURL: https://git.example.com/x.git, path: apps/a, targetRevision: main}
  syncPolicy: ${policy}
`;
    const automated = async (text: string) =>
      factsOf((await read({ 'a.yaml': text })).facts, 'gitops-application').map((f) => f.data.automated);
    expect(await automated(argo('{automated: {prune: true}}'))).toEqual([true]);
    expect(await automated(argo('{automated: {}}'))).toEqual([true]);
    expect(await automated(argo('{automated: {enabled: false}}'))).toEqual([false]);
    expect(await automated(argo('{syncOptions: []}'))).toEqual([false]);
    const flux = (suspend: string) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  suspend: ${suspend}
  sourceRef: {kind: GitRepository, name: flux-system}
`;
    const { facts } = await read({ 'clusters/apps.yaml': flux('true') });
    expect(factsOf(facts, 'gitops-application').map((f) => [f.data, places(f)])).toEqual([
      [
        {
          tool: 'flux',
          kind: 'Kustomization',
          namespace: 'flux-system',
          source: 'GitRepository/flux-system',
          path: './apps',
          revision: '',
          automated: false,
          prune: true,
          selfHeal: false,
          suspended: true,
        },
        ['clusters/apps.yaml:1', 'clusters/apps.yaml:8 suspended'],
      ],
    ]);
    expect(await automated(flux('false'))).toEqual([true]);
  });

  test('whose count a pipeline fills in gives no workload but a gap', async () => {
    const { facts, gaps } = await read({
      'api.yaml': deployment('api').replace('spec:\n', 'spec:\n  replicas: $REPLICAS\n'),
    });
    expect(names(facts, 'kubernetes-workload')).toEqual([]);
    expect(gaps).toMatchObject([
      {
        reason: 'not-rendered',
        path: 'api.yaml',
        what: expect.stringContaining('replicas of Deployment api'),
      },
    ]);
  });

  test('that is broken is a gap at its line and does not lose the rest', async () => {
    const { facts, gaps } = await read({
      'a.yaml': `${deployment('one')}---\nkind: Deployment\napiVersion: [\n---\n${deployment('two')}`,
    });
    expect(names(facts, 'kubernetes-workload')).toEqual(['one', 'two']);
    expect(gaps).toMatchObject([
      {
        reason: 'unreadable',
        path: 'a.yaml',
        what: expect.stringMatching(/^a\.yaml:1[78] is not valid YAML/),
      },
    ]);
    const templated = await read({
      'a.yaml': `kind: Deployment\napiVersion: apps/v1\n{% if x %}\n{{ y }}\n`,
    });
    expect(templated.gaps).toMatchObject([
      { reason: 'not-rendered', kinds: ['kubernetes-workload', 'workload', 'image-reference'] },
    ]);
  });

  test('that only patches a workload, or only describes a kind, is none', async () => {
    const { facts } = await read({
      'patch.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 3\n',
      'image-patch.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template: {spec: {containers: [{name: a, image: b}]}}\n',
      'crd.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec:\n  names:\n    kind: Deployment\n',
    });
    expect(facts).toEqual([]);
  });

  test('in a folder of examples, documentation or tests is not run', async () => {
    const folders = [
      'examples/ha',
      'docs',
      'test',
      'kustomize/tests',
      'deploy/e2e',
      'config/samples',
      '.github/kind',
      'hack',
    ];
    const { facts } = await read(Object.fromEntries(folders.map((f) => [`${f}/x.yaml`, deployment('x')])));
    expect(facts).toEqual([]);
    const kept = await read({
      'apps/docs/x.yaml': deployment('docs'),
      'overlays/test/x.yaml': deployment('x'),
    });
    expect(names(kept.facts, 'kubernetes-workload')).toEqual(['docs', 'x']);
  });

  test('names an image that Skaffold builds as a placeholder', async () => {
    const { facts } = await read({
      'k8s/a.yaml': deployment('a', 'shop'),
      'k8s/b.yaml': deployment('b', 'redis'),
      'k8s/c.yaml': deployment('c', 'store'),
      'skaffold.yaml':
        'apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n    - image: shop\nprofiles:\n  - name: dev\n    build:\n      artifacts: [{ image: store }]\n',
    });
    expect(factsOf(facts, 'image-reference').map((f) => [f.data.image, f.data.pin])).toEqual([
      ['shop', 'placeholder'],
      ['redis', 'floating'],
      ['store', 'placeholder'],
    ]);
  });
});

describe('how objects get into a cluster', () => {
  async function tools(files: Record<string, string>): Promise<Record<string, string[]>> {
    const { facts } = await read(files);
    return Object.fromEntries(factsOf(facts, 'tool-use').map((f) => [f.name, places(f)]));
  }
  const chart = 'apiVersion: v2\nname: c\n';

  test('as plain files, where no kustomization and no chart takes them', async () => {
    expect(
      await tools({
        'k8s/api.yaml': deployment('api'),
        'base/a.yaml': deployment('a'),
        'base/patch.yaml': deployment('a'),
        'base/kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: patch.yaml}]\n',
        'c/Chart.yaml': chart,
        'c/templates/plain.yaml': deployment('plain'),
      }),
    ).toEqual({
      helm: ['c/Chart.yaml:1'],
      kustomize: ['base/kustomization.yaml:1'],
      manifests: ['k8s/api.yaml:1'],
    });
  });

  test('by a chart that only brings others along', async () => {
    expect(
      await tools({
        'helm/Chart.yaml': `${chart}dependencies: [{name: web, version: 1.0.0, repository: "https://charts.example.com"}]\n`,
      }),
    ).toEqual({ helm: ['helm/Chart.yaml:1'] });
  });

  test('not by what only has a controller deliver something, nor by a chart without templates', async () => {
    expect(
      await tools({
        'app.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: r}\nspec: {source: {path: r}}\n',
        'source.yaml': 'apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: r}\n',
        'c/Chart.yaml': chart,
      }),
    ).toEqual({ argocd: ['app.yaml:1'] });
  });
});

test('an object inside of a text, such as an example in documentation or in a rule, shows no tool', async () => {
  const { facts } = await read({
    'rules/sync.yaml':
      'id: sync\nexamples:\n  - files:\n      app.yaml: |\n        apiVersion: argoproj.io/v1alpha1\n        kind: Application\n        metadata: { name: shop }\n',
  });
  expect(facts).toEqual([]);
});

test('templates show what they configure, though they are not rendered', async () => {
  const { facts } = await read({
    'c/Chart.yaml': 'apiVersion: v2\nname: c\n',
    'c/templates/app.yaml':
      '{{- range .Values.apps }}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {{ . }}\n{{- end }}\n',
    'c/templates/secrets.yaml':
      'apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nspec:\n  provider: aws\n  parameters:\n    objects: |\n      - objectName: {{ .Values.name }}\n        objectType: "secretsmanager"\n',
    'c/templates/config.yaml': 'apiVersion: v1\nkind: ConfigMap\ndata: {{ .x }}\nprovider: vault\n',
  });
  expect(factsOf(facts, 'tool-use').map((f) => [f.data.category, f.name, places(f)])).toEqual([
    ['gitops', 'argocd', ['c/templates/app.yaml:2']],
    ['secrets', 'aws-secrets-manager', ['c/templates/secrets.yaml:8']],
    ['k8s-packaging', 'helm', ['c/Chart.yaml:1']],
  ]);
});

describe('a file in the form of an object', () => {
  test('is none where another program reads it', async () => {
    const { facts } = await read({
      'catalog-info.yaml': 'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\n',
      'skaffold.yaml': 'apiVersion: skaffold/v4beta1\nkind: Config\nmetadata: {name: a}\n',
    });
    expect(facts).toEqual([]);
  });

  test('is none where a script writes it', async () => {
    const { facts, gaps } = await read({
      'deploy.sh': `#!/bin/sh
kubectl apply -f - <<EOF
${deployment('web')}
EOF
if ! kubectl rollout status deploy/web; then
  echo "It did not start: see the logs"
fi
`,
    });
    expect(facts).toEqual([]);
    expect(gaps).toEqual([]);
  });

  test('shows sops by what it encrypted or what Flux decrypts', async () => {
    const { facts } = await read({
      'secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: "ENC[x]"}\nsops:\n  mac: ENC[y]\n',
      'sync.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec:\n  decryption:\n    provider: sops\n',
    });
    const sops = factsOf(facts, 'tool-use').find((f) => f.name === 'sops');
    expect(sops?.data.category).toBe('secrets');
    expect(places(sops)).toEqual(['secret.yaml:5', 'sync.yaml:6']);
  });
});
