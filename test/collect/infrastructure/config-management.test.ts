import { describe, expect, it } from 'vitest';
import { environmentFiles } from '../../../src/collect/environments/environments.js';
import { configManagement } from '../../../src/collect/infrastructure/config-management.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function used(files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([configManagement], files);
  return factsOf(facts, 'tool-use').map((f) => [f.name, ...places(f.evidence)]);
}

describe('configuration management', () => {
  it('is Ansible where a play says what runs on which hosts', async () => {
    const play = '---\n- name: web\n  hosts: web\n  roles: [nginx]\n';
    expect(await used({ 'deploy.yml': play })).toEqual([['ansible', 'deploy.yml:3']]);
    expect(await used({ 'site.yml': '- import_playbook: web.yml\n' })).toEqual([['ansible', 'site.yml:1']]);
    expect(await used({ 'tests/site.yml': play, 'tests/ansible.cfg': '[defaults]\n' })).toEqual([]);
    expect(await used({ 'ingress.yaml': 'spec:\n  tls:\n  - hosts: [a]\n    tasks: 1\n' })).toEqual([]);
  });

  it('is Chef, Puppet or Salt by what their files say', async () => {
    expect(await used({ 'cookbooks/a/recipes/default.rb': "package 'nginx' do\nend\n" })).toEqual([
      ['chef', 'cookbooks/a/recipes/default.rb:1'],
    ]);
    expect(await used({ 'manifests/site.pp': "# all\nnode 'web' {\n}\n" })).toEqual([
      ['puppet', 'manifests/site.pp:2'],
    ]);
    expect(
      await used({
        'salt/nginx.sls': 'nginx:\n  pkg.installed: []\n  service.running:\n    - enable: true\n',
      }),
    ).toEqual([['salt', 'salt/nginx.sls:2']]);
    expect(await used({ 'a/metadata.rb': 'puts 1\n', 'cert.pp': 'hello\n' })).toEqual([]);
  });

  it('leaves open what runs on the machines', async () => {
    const { gaps } = await collectFrom([configManagement], {
      'site.yml': '- hosts: all\n  tasks: []\n',
    });
    expect(gaps).toMatchObject([
      { kinds: ['monitoring-signal', 'routing-receiver', 'workload'], path: 'site.yml' },
    ]);
  });

  it('declares environments by its inventories and the variables of their groups', async () => {
    const { facts } = await collectFrom([environmentFiles], {
      'inventories/prod/hosts.yml': 'all: {}\n',
      'inventory/staging.ini': '[web]\n',
      'group_vars/dev.yml': 'a: 1\n',
      'group_vars/web.yml': 'a: 1\n',
    });
    expect(
      factsOf(facts, 'environment-declaration')
        .map((f) => f.data.environment)
        .sort(),
    ).toEqual(['development', 'production', 'staging']);
  });
});
