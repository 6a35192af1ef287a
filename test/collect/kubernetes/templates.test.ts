import { describe, expect, test } from 'vitest';
import { kubernetes } from '../../../src/collect/kubernetes/kubernetes.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

describe('templates of Jinja', () => {
  test('tell what is used, with marks of their own', async () => {
    const { facts, gaps } = await collectFrom([kubernetes], {
      'template/apps/tunnel/helmrelease.yaml.j2': `#% if ingress.mode == 'tunnel' %#
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: tunnel
spec:
  chartRef:
    kind: OCIRepository
    name: tunnel
  values:
    replicas: #{ 2 if nodes | length > 1 else 1 }#
    image:
      repository: example/tunnel
      tag: 2026.8.2
    other: {repository: example/other, tag: "#{ tag }#"}
    namespace: "{{ .Release.Namespace }}"
#% endif %#
`,
      'template/apps/kustomization.yaml.j2':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  #% if a %#\n  - ./tunnel\n  #% endif %#\n',
      'template/ks.yaml.j2':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  path: ./apps\n  decryption:\n    provider: sops\n',
    });
    expect(
      factsOf(facts, 'gitops-application').map((f) => [f.name, f.data.kind, places(f.evidence)]),
    ).toEqual([
      ['apps', 'Kustomization', ['template/ks.yaml.j2:1']],
      ['tunnel', 'HelmRelease', ['template/apps/tunnel/helmrelease.yaml.j2:3']],
    ]);
    expect(factsOf(facts, 'image-reference').map((f) => [f.data.image, places(f.evidence)])).toEqual([
      ['example/tunnel:2026.8.2', ['template/apps/tunnel/helmrelease.yaml.j2:15']],
    ]);
    expect(factsOf(facts, 'tool-use').map((f) => f.data.tool)).toEqual(['kustomize', 'sops']);
    expect(gaps.map((g) => g.what)).toEqual([
      'What the installed charts run is not in this repository: tunnel',
    ]);
  });

  test('leave open what is counted, as those of Ansible do', async () => {
    const { facts, gaps } = await collectFrom([kubernetes], {
      'roles/dns/templates/dns.yml.j2': `{# The DNS of the cluster. #}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: dns
spec:
{% if dns_replicas is defined %}
  replicas: {{ dns_replicas }}
{% endif %}
  template: {spec: {containers: [{name: dns, image: "{{ dns_image }}:{{ dns_tag }}"}]}}
`,
      'roles/dns/templates/monitor.yml.j2':
        'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: "{{ name }}"}\n',
      'roles/app/templates/app.conf.yml.j2': 'port: {{ port }}\n',
    });
    expect(factsOf(facts, 'kubernetes-workload')).toEqual([]);
    expect(factsOf(facts, 'kubernetes-object').map((f) => [f.data.kind, places(f.evidence)])).toEqual([
      ['ServiceMonitor', ['roles/dns/templates/monitor.yml.j2:1']],
    ]);
    expect(gaps.map((g) => [g.reason, g.kinds, g.what])).toEqual([
      [
        'not-rendered',
        ['image-reference', 'kubernetes-workload', 'workload'],
        'The Jinja template roles/dns/templates/dns.yml.j2 cannot be filled in here',
      ],
    ]);
  });
});
