import { describe, expect, test } from 'vitest';
import { list, mapping, within } from '../../../src/parse/shape.js';
import { isUnknown } from '../../../src/render/helm/unknown.js';
import type { Rendered } from '../../../src/render/rendered.js';
import { rendered } from './written.js';

const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: 2.3.4\n';
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}
  labels: {{- include "shop.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}"
          {{- with .Values.probe }}
          readinessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
`;
const HELPERS = `{{- define "shop.name" -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "shop.labels" -}}
app: {{ include "shop.name" . }}
{{- end }}
`;
const VALUES = 'replicas: 1\nimage: shop\nprobe:\n  httpGet: {path: /}\n';
const SHOP = {
  'Chart.yaml': CHART,
  'values.yaml': VALUES,
  'templates/_helpers.tpl': HELPERS,
  'templates/web.yaml': DEPLOYMENT,
};

function names({ objects }: Rendered): unknown[] {
  return objects.map((o) => `${o.value.kind}/${within(o.value, 'metadata', 'name')}`);
}

function object({ objects }: Rendered) {
  const [only] = objects;
  if (!only || objects.length !== 1) throw new Error(`${objects.length} objects`);
  return only;
}

function containerOf(value: unknown): unknown {
  return list(within(value, 'spec', 'template', 'spec', 'containers'))[0];
}

function configMap(data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n${data}`;
}

describe('a chart', () => {
  test('renders with its defaults, every part with the place that wrote it', () => {
    const result = rendered(SHOP);
    expect(result.unseen).toEqual([]);
    const { value, placeOf } = object(result);
    const container = containerOf(value);
    expect(value).toMatchObject({
      metadata: { name: 'r-shop', labels: { app: 'r-shop' } },
      spec: { replicas: 1 },
    });
    expect(container).toEqual({
      name: 'web',
      image: 'shop:2.3.4',
      readinessProbe: { httpGet: { path: '/' } },
    });
    const path = 'shop/templates/web.yaml';
    expect(placeOf(value)).toEqual({ path, line: 1 });
    expect(placeOf(mapping(value.spec), 'replicas')).toEqual({ path, line: 8 });
    expect(placeOf(mapping(container), 'image')).toEqual({ path, line: 14 });
    expect(placeOf(mapping(within(container, 'readinessProbe')), 'httpGet')).toEqual({ path, line: 17 });
  });

  test('takes the values of a release over its own, the last first, and null takes one away', () => {
    const { value } = object(rendered(SHOP, { replicas: 2, tag: 'a', probe: null }, { replicas: 3 }));
    expect(within(value, 'spec', 'replicas')).toBe(3);
    const container = containerOf(value);
    expect(container).toEqual({ name: 'web', image: 'shop:a' });
  });

  test('leaves out its tests, and what .helmignore leaves out', () => {
    const hook =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: "test-success, x"}\n';
    expect(
      names(
        rendered({
          ...SHOP,
          '.helmignore': '# notes\n*.md\nold/\n',
          'templates/t.yaml': hook,
          'templates/README.md': 'a: b: c',
          'templates/old/x.yaml': hook.replace('test-success, x', 'post-install'),
        }),
      ),
    ).toEqual(['Deployment/r-shop']);
  });

  test('reads the words of older YAML in its values as switches', () => {
    const files = {
      'Chart.yaml': CHART,
      'values.yaml': 'x: &x {on: "?"}\n!!merge <<: *x\non: no\nquoted: "no"\nmode: 0644\n',
    };
    const template = configMap(
      '  a: {{ .Values.on | quote }}\n  b: {{ .Values.quoted | quote }}\n  c: {{ .Values.mode | quote }}\n',
    );
    expect(object(rendered({ ...files, 'templates/c.yaml': template })).value.data).toEqual({
      a: 'false',
      b: 'no',
      c: '420',
    });
  });

  test('may pull what follows to the dashes that part its documents', () => {
    const template = `---\n{{- if true }}\n---{{ "" -}}\n${configMap('  a: b\n')}{{- end }}\n---\n{{- if true -}}\n# second\n${configMap('  c: d\n')}{{- end }}\n`;
    const result = rendered({ 'Chart.yaml': CHART, 'templates/c.yaml': template });
    expect(result.unseen).toEqual([]);
    expect(result.objects.map((o) => o.value.data)).toEqual([{ a: 'b' }, { c: 'd' }]);
    expect(result.objects.map((o) => o.placeOf(mapping(o.value.data)).line)).toEqual([9, 19]);
  });

  test('reads its files', () => {
    const template = configMap(
      '  {{- (.Files.Glob "conf/*.txt").AsConfig | nindent 2 }}\n  d: {{ .Files.Get "conf/a.txt" | quote }}\n',
    );
    const files = { 'Chart.yaml': CHART, 'conf/a.txt': 'A', 'conf/b.md': 'B', 'templates/c.yaml': template };
    expect(object(rendered(files)).value.data).toEqual({ 'a.txt': 'A', d: 'A' });
  });
});

describe('the charts that it is made of', () => {
  const part = (name: string) => ({
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    [`charts/${name}/values.yaml`]: 'size: small\nexports: {data: {color: red}}\n',
    [`charts/${name}/templates/c.yaml`]: configMap(
      '  size: {{ .Values.size }}\n  zone: {{ .Values.global.zone }}\n',
    ).replace('name: c', 'name: {{ .Chart.Name }}'),
  });
  const dependencies = (text: string) => `${CHART}dependencies:\n${text}`;

  test('get their own values and the globals', () => {
    const files = {
      'Chart.yaml': CHART,
      'values.yaml': 'global: {zone: z}\ndb: {size: big}\n',
      ...part('db'),
    };
    expect(object(rendered(files)).value.data).toEqual({ size: 'big', zone: 'z' });
  });

  test('are switched by condition and by tag, and stand under their alias', () => {
    const files = {
      'Chart.yaml': dependencies(
        '  - {name: db, alias: first, condition: first.enabled}\n  - {name: db, alias: second, condition: second.enabled}\n  - {name: mq, tags: [queue]}\n',
      ),
      'values.yaml': 'second: {enabled: false}\ntags: {queue: false}\nfirst: {size: huge}\n',
      ...part('db'),
      ...part('mq'),
    };
    const result = rendered(files);
    expect(names(result)).toEqual(['ConfigMap/first']);
    expect(object(result).value.data).toEqual({ size: 'huge', zone: null });
    expect(names(rendered(files, { second: { enabled: true }, tags: { queue: true } }))).toEqual(
      ['ConfigMap/second', 'ConfigMap/mq', 'ConfigMap/first'].sort((a, b) => b.localeCompare(a)),
    );
  });

  test('may be local charts beside it, and hand values up', () => {
    const local = Object.fromEntries(
      Object.entries(part('db')).map(([path, text]) => [path.replace('charts/db', '../lib/db'), text]),
    );
    const moved = Object.fromEntries(
      Object.entries(local).map(([path, text]) => [path.replace('../', 'up/'), text]),
    );
    const files = {
      'Chart.yaml': dependencies(
        '  - name: db\n    repository: file://up/lib/db\n    import-values: [data]\n',
      ),
      ...moved,
      'templates/c.yaml': configMap('  color: {{ .Values.color }}\n').replace('name: c', 'name: own'),
    };
    const result = rendered(files);
    expect(names(result).sort()).toEqual(['ConfigMap/db', 'ConfigMap/own']);
    expect(result.objects.map((o) => within(o.value, 'data', 'color'))).toContain('red');
  });

  test('are said to be elsewhere where they are not there, while its own templates render', () => {
    const files = {
      ...SHOP,
      'Chart.yaml': dependencies('  - {name: redis, repository: "https://x.org", version: 1.0.0}\n'),
    };
    const result = rendered(files);
    expect(names(result)).toEqual(['Deployment/r-shop']);
    expect(result.unseen).toEqual([
      {
        kinds: [],
        what: 'the chart redis, on which shop depends, is kept elsewhere',
        path: 'shop/Chart.yaml',
        elsewhere: true,
      },
    ]);
  });

  test('share what they define', () => {
    const files = {
      'Chart.yaml': CHART,
      'charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\ntype: library\nversion: 0.1.0\n',
      'charts/lib/templates/_d.tpl': `{{ define "lib.c" }}${configMap('  a: {{ .Chart.Name }}\n')}{{ end }}`,
      'templates/c.yaml': '{{ include "lib.c" . }}',
    };
    expect(object(rendered(files)).value.data).toEqual({ a: 'shop' });
  });
});

describe('what cannot be told', () => {
  test('is a placeholder in a number or image, and two are never alike', () => {
    const files = {
      ...SHOP,
      'values.yaml': 'image: shop\n',
      'templates/web.yaml': DEPLOYMENT.replace('.Values.replicas }}', '.Values.scale.web }}').replace(
        '.Values.tag | default .Chart.AppVersion',
        'uuidv4',
      ),
    };
    const result = rendered(files);
    const { value, placeOf } = object(result);
    const replicas = within(value, 'spec', 'replicas');
    const image = within(containerOf(value), 'image');
    expect([isUnknown(replicas), isUnknown(image), replicas === image]).toEqual([true, true, false]);
    expect(image).toMatch(/^shop:\$\{unknown-\d+\}$/);
    expect(placeOf(mapping(value.spec), 'replicas').line).toBe(8);
  });

  test('leaves an object right where it is apart from what it runs', () => {
    const labels = 'labels:\n    {{- include "lib.labels" . | nindent 4 }}\n    app: web\nspec:';
    const files = { ...SHOP, 'templates/web.yaml': DEPLOYMENT.replace(/labels: .*\nspec:/, labels) };
    const result = rendered(files);
    expect(within(object(result).value, 'metadata', 'labels', 'app')).toBe('web');
    expect(isUnknown(within(object(result).value, 'metadata', 'labels'))).toBe(true);
  });

  test.each([
    ['its name', 'include "shop.name" .', 'include "lib.name" .'],
    ['a probe', 'toYaml . | nindent 12', 'include "lib.probe" . | nindent 12'],
    ['whether replicas are set', 'if not .Values.autoscaling', 'if now'],
  ])('leaves an object out where it is %s, and says so', (_, known, unknown) => {
    const result = rendered({ ...SHOP, 'templates/web.yaml': DEPLOYMENT.replace(known, unknown) });
    expect(result.objects).toEqual([]);
    const [unseen, ...others] = result.unseen;
    expect(others).toEqual([]);
    expect(unseen).toMatchObject({
      kinds: ['Deployment'],
      path: 'shop/templates/web.yaml',
      elsewhere: false,
    });
    expect(unseen?.what).toMatch(/^shop\/templates\/web\.yaml:\d+: /);
  });

  test.each([
    [
      'what it scales',
      'autoscaling/v2\nkind: HorizontalPodAutoscaler',
      'scaleTargetRef: {kind: Deployment, name: U}',
    ],
    ['which pods it is about', 'policy/v1\nkind: PodDisruptionBudget', 'selector: {matchLabels: {app: U}}'],
    ['the labels of its pods', 'apps/v1\nkind: Deployment', 'template: {metadata: {labels: {U: 1}}}'],
  ])('leaves an object out where it is %s', (_, type, spec) => {
    const template = `apiVersion: ${type}\nmetadata: {name: a}\nspec:\n  ${spec.replace('U', '"{{ uuidv4 }}"')}\n`;
    const result = rendered({ 'Chart.yaml': CHART, 'templates/a.yaml': template });
    expect(result.objects).toEqual([]);
    expect(result.unseen.map((u) => u.kinds)).toEqual([[type.slice(type.indexOf('kind: ') + 6)]]);
  });

  test('does not touch the documents beside it', () => {
    const template = `${configMap('  a: b\n')}{{- if now }}\n---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n{{- end }}\n`;
    const result = rendered({ 'Chart.yaml': CHART, 'templates/c.yaml': template });
    expect(names(result)).toEqual(['ConfigMap/c']);
    expect(result.unseen.map((u) => u.kinds)).toEqual([['Job']]);
  });

  test('loses one file of a chart that is no template, or gives no YAML', () => {
    const result = rendered({
      ...SHOP,
      'templates/a.yaml': 'kind: Job\n{{ if }}',
      'templates/b.yaml': 'apiVersion: v1\nkind: Service\na: b: c\n',
    });
    expect(names(result)).toEqual(['Deployment/r-shop']);
    expect(result.unseen.map((u) => [u.kinds, u.what])).toEqual([
      [['Job'], expect.stringMatching(/^shop\/templates\/a\.yaml:2: no template/)],
      [['Service'], expect.stringMatching(/^shop\/templates\/b\.yaml:3: what it renders is no YAML/)],
    ]);
  });

  test('is the one value that whoever installs the chart has to give', () => {
    const result = rendered({
      ...SHOP,
      'templates/a.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {externalName: {{ required "set a host" .Values.host }}}\n',
    });
    expect(names(result)).toEqual(['Deployment/r-shop', 'Service/a']);
    expect(result.unseen).toEqual([]);
  });

  test('is all of a chart that refuses its values, in a template or in its notes', () => {
    for (const refusal of [
      { 'templates/a.yaml': '{{ fail "set a host" }}' },
      { 'templates/NOTES.txt': '\n{{ fail "set a host" }}' },
    ]) {
      const result = rendered({ ...SHOP, ...refusal });
      expect(result.objects).toEqual([]);
      expect(result.unseen).toEqual([
        {
          kinds: ['Deployment'],
          what: 'the chart refuses: set a host',
          path: `shop/${Object.keys(refusal)[0]}`,
          elsewhere: false,
        },
      ]);
    }
  });
});

test.each([
  ['includes itself', '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}'],
  ['runs itself', '{{ tpl .Values.t . }}'],
  [
    'counts without end',
    '{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}{{ end }}{{ end }}{{ end }}',
  ],
  ['doubles a text', '{{ $x := "aaaaaaaa" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}{{ $x }}'],
  ['repeats a text', '{{ repeat 999999999 "aaaaaaaaaa" }}'],
  ['nests lists', '{{ $x := list }}{{ range until 9000 }}{{ $x = list $x $x }}{{ end }}{{ toYaml $x }}'],
  [
    'puts a map into itself',
    '{{ $x := dict }}{{ $y := dict "x" $x }}{{ $_ := set $x "y" $y }}{{ toYaml $x }}',
  ],
  ['asks for too wide a text', '{{ printf "%999999999d" 1 }}'],
  [
    'writes more than is looked at',
    '{{ range until 9999 }}{{ range until 999 }}kind: Job and more{{ end }}{{ end }}',
  ],
])('a chart that %s ends with everything unseen', (_, template) => {
  const result = rendered({
    ...SHOP,
    'values.yaml': 't: "{{ tpl .Values.t . }}"',
    'templates/h.yaml': template,
  });
  expect(result.objects).toEqual([]);
  expect(result.unseen.map((u) => [u.kinds, u.path])).toEqual([[['Deployment'], 'shop/Chart.yaml']]);
});

test('a chart with values that are no YAML is unseen', () => {
  const { objects, unseen } = rendered({ ...SHOP, 'values.yaml': 'a: b: c\n' });
  expect(objects).toEqual([]);
  expect(unseen).toEqual([
    { kinds: [], what: 'the values are no YAML mapping', path: 'shop/values.yaml', elsewhere: false },
  ]);
});

test('what is no chart is unseen', () => {
  expect(rendered({ 'templates/a.yaml': 'kind: Job' })).toEqual({
    objects: [],
    unseen: [{ kinds: [], what: 'Chart.yaml does not read', path: 'shop/Chart.yaml', elsewhere: false }],
  });
});
