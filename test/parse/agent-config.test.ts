import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentConfigs } from '../../src/parse/agent-config.js';

function said(text: string): string[] {
  return agentConfigs(text).map(({ agent, inputs, outputs }) => {
    const list = (parts: { type: string; line: number }[]) =>
      parts.map((p) => `${p.type}:${p.line}`).join(' ');
    return `${agent} ${list(inputs)} -> ${list(outputs)}`;
  });
}

describe('An agent’s configuration', () => {
  test('is read in each agent’s own language', () => {
    expect(
      said(
        '[INPUT]\n    Name tail\n    Path /var/log/*.log\n[OUTPUT]\n    Match *\n    Name cloudwatch_logs\n',
      ),
    ).toEqual(['fluent-bit tail:2 -> cloudwatch_logs:6']);
    expect(
      said(
        '<source>\n  @type tail\n  <parse>\n    @type json\n  </parse>\n</source>\n<match **>\n  @type elasticsearch\n</match>\n',
      ),
    ).toEqual(['fluentd tail:2 -> elasticsearch:8']);
    expect(said('[[inputs.cpu]]\n[[inputs.mem]]\n[[outputs.datadog]]\n')).toEqual([
      'telegraf cpu:1 mem:2 -> datadog:3',
    ]);
    expect(said('[sources.in]\ntype = "docker_logs"\n[sinks.out]\ntype = "loki"\n')).toEqual([
      'vector docker_logs:2 -> loki:4',
    ]);
    expect(
      said('sources:\n  in:\n    type: host_metrics\nsinks:\n  out:\n    type: prometheus_exporter\n'),
    ).toEqual(['vector host_metrics:3 -> prometheus_exporter:6']);
    expect(
      said('loki.source.docker "a" {\n}\nloki.write "b" {\n}\nprometheus.exporter.unix "n" {\n}\n'),
    ).toEqual(['alloy loki.source.docker:1 prometheus.exporter.unix:5 -> loki.write:3']);
    expect(said('filebeat.inputs:\n  - type: container\noutput.elasticsearch:\n  hosts: [a]\n')).toEqual([
      'filebeat inputs:1 -> elasticsearch:3',
    ]);
  });

  test('is not seen in other files with words like these', () => {
    expect(said('sources:\n  - repoURL: x\n    type: git\n')).toEqual([]);
    expect(said('[INPUT]\nName tail\n')).toEqual([]);
    expect(said('output:\n  path: dist\n')).toEqual([]);
  });

  test('never makes the reader fail, and lines exist', () => {
    const words = fc.constantFrom(
      '[INPUT]',
      '[OUTPUT]',
      'Name es',
      '<match **>',
      '@type x',
      'sinks:',
      'type: y',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), (lines) => {
        const text = lines.join('\n');
        const count = text.split(/\r\n|\n|\r/).length;
        for (const { inputs, outputs } of agentConfigs(text))
          for (const part of [...inputs, ...outputs]) expect(part.line).toBeLessThanOrEqual(count);
      }),
    );
  });
});
