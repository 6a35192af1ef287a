import { describe, expect, test } from 'vitest';
import { nomad } from '../../../src/collect/containers/nomad.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function read(files: Record<string, string>) {
  const { facts, gaps } = await collectFrom([nomad], files);
  return {
    workloads: factsOf(facts, 'workload'),
    images: factsOf(facts, 'image-reference').map((i) => `${i.name} ${i.data.pin} ${places(i.evidence)}`),
    tools: factsOf(facts, 'tool-use').map((t) => t.data.tool),
    signals: factsOf(facts, 'monitoring-signal').map((s) => `${s.data.signal} by ${s.data.tool}`),
    gaps,
  };
}

const WEB = `variable "tag" {
  default = "1.4.2"
}
job "web" {
  datacenters = ["dc1"]
  spread { attribute = "\${node.datacenter}" }
  group "web" {
    count = 3
    migrate { max_parallel = 1 }
    service {
      port = "http"
      check {
        type = "http"
        path = "/ready"
        check_restart { limit = 3 }
      }
    }
    task "server" {
      driver = "docker"
      config {
        image = "acme/web:\${var.tag}"
        logging { type = "gelf" }
      }
      vault {}
      resources { memory = 256 }
    }
    task "log" {
      lifecycle {
        hook = "prestart"
        sidecar = true
      }
      driver = "docker"
      config { image = "fluent/fluent-bit" }
    }
  }
}
`;

describe('A Nomad service job', () => {
  test('is a workload with its count, checks, spread and images', async () => {
    const { workloads, images, tools, signals, gaps } = await read({ 'jobs/production/web.nomad.hcl': WEB });
    expect(workloads.map((w) => [w.name, w.data, places(w.evidence)])).toEqual([
      [
        'web',
        {
          system: 'nomad',
          kind: 'Job',
          namespace: '',
          environment: 'production',
          replicas: 3,
          replicasFrom: 'declared',
          autoscaled: false,
          budget: 'selects',
          readiness: 'all',
          liveness: 'all',
          spread: true,
          requests: 'all',
          singleton: false,
          images: ['acme/web:1.4.2', 'fluent/fluent-bit'],
        },
        [7, 8, 12, 9, 6].map((line) => `jobs/production/web.nomad.hcl:${line}`),
      ],
    ]);
    expect(images).toEqual([
      'acme/web:1.4.2 version jobs/production/web.nomad.hcl:21',
      'fluent/fluent-bit floating jobs/production/web.nomad.hcl:33',
    ]);
    expect(tools).toEqual(['nomad', 'vault']);
    expect(signals).toEqual(['logs by fluent-bit', 'logs by graylog']);
    expect(gaps).toEqual([]);
  });

  test('runs one instance where nothing is said, and as many as its scaling demands at least', async () => {
    const { workloads } = await read({
      'a.nomad': 'job "a" {\n  group "only" {\n    task "t" { driver = "exec" }\n  }\n}\n',
      'b.nomad':
        'job "b" {\n  group "x" {\n    count = 1\n    scaling {\n      min = 2\n      max = 5\n    }\n  }\n  group "off" {\n    count = 0\n  }\n}\n',
    });
    expect(
      workloads.map((w) => [w.name, w.data.replicas, w.data.replicasFrom, places(w.evidence)[1]]),
    ).toEqual([
      ['a', 1, 'default', 'a.nomad:2'],
      ['b.x', 2, 'autoscaler', 'b.nomad:5'],
    ]);
  });

  test('leaves open what is set elsewhere', async () => {
    const { workloads, gaps } = await read({
      'a.nomad': 'variable "n" {}\njob "a" {\n  group "g" {\n    count = var.n\n  }\n}\n',
      'b.nomad.tpl': 'job "b" {\n  group "g" { count = [[ .count ]] }\n}\n',
      'c.nomad': 'job "c" {\n  group "g" { count = [[ .count ]] }\n}\n',
    });
    expect(workloads).toEqual([]);
    expect(gaps.map((g) => `${g.path} ${g.reason} ${g.what}`)).toEqual([
      'a.nomad not-rendered The Nomad group a in a.nomad leaves its count to a value that is set elsewhere',
      'b.nomad.tpl not-rendered The Nomad job in b.nomad.tpl is a template that was not filled in',
      'c.nomad not-rendered The Nomad job in c.nomad is a template that was not filled in',
    ]);
  });
});

test('Nomad batch and system jobs are no workloads; their images are named', async () => {
  const job = (type: string) =>
    `job "x" {\n  type = "${type}"\n  group "g" {\n    task "t" {\n      config { image = "a/b:1.0" }\n    }\n  }\n}\n`;
  const { workloads, images, tools } = await read({
    'batch.nomad': job('batch'),
    'system.hcl': job('system'),
    'other.hcl': 'locals { a = 1 }',
  });
  expect(workloads).toEqual([]);
  expect(images).toHaveLength(2);
  expect(tools).toEqual(['nomad']);
});
