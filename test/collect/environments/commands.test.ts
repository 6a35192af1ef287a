import { describe, expect, test } from 'vitest';
import { environmentCommands } from '../../../src/collect/environments/commands.js';
import { collectFrom, places } from '../from-files.js';

async function commands(files: Readonly<Record<string, string>>) {
  const { facts } = await collectFrom([environmentCommands], files);
  return facts.map((f) => [...places(f.evidence), f.kind === 'environment-command' ? f.data.tool : '']);
}

describe('commands that make an environment', () => {
  test.each([
    [
      'Makefile',
      'build:\n\tnpm ci\n\nup: init\n\tterraform -chdir=infra apply -auto-approve\n',
      5,
      'terraform',
    ],
    ['make/infra.mk', 'up:\n\t$(TF) apply\n', 2, 'terraform'],
    ['scripts/up.sh', '#!/bin/sh\nterragrunt run-all apply\n', 2, 'terragrunt'],
    ['package.json', '{\n  "scripts": { "up": "cdk deploy --all" }\n}\n', 2, 'cdk'],
    ['.gitlab-ci.yml', 'up:\n  script:\n    - pulumi up --yes\n', 3, 'pulumi'],
    ['bin/provision', '#!/bin/bash\nansible-playbook site.yml\n', 2, 'ansible'],
    ['Taskfile.yml', 'tasks:\n  up:\n    cmds: [helmfile -e dev apply]\n', 3, 'helmfile'],
  ])('are found in %s', async (path, text, line, tool) => {
    expect(await commands({ [path]: text })).toEqual([[`${path}:${line}`, tool]]);
  });

  test.each([
    [
      'Makefile',
      '# terraform apply\nup:\n\t@echo "now run terraform apply"\n\tterraform plan # then terraform apply\n',
    ],
    ['scripts/apply.sh', 'kubectl apply -f k8s/\n'],
    ['README.md', 'Run terraform apply\n'],
    ['scripts/check.sh', 'terraform plan | grep apply\n'],
    ['scripts/long.sh', `terraform ${'x '.repeat(5000)} apply\n`],
  ])('are not what %s only speaks of', async (path, text) => {
    expect(await commands({ [path]: text })).toEqual([]);
  });
});
