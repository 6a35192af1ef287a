import { describe, expect, test } from 'vitest';
import { secretTools } from '../../../src/collect/infrastructure/secret-tools.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function tools(files: Record<string, string>): Promise<string[]> {
  const { facts } = await collectFrom([secretTools], files);
  return factsOf(facts, 'tool-use').map((t) => `${t.data.tool} ${places(t.evidence).join(' ')}`);
}

describe('A tool that keeps secrets is known', () => {
  test('by what it encrypts', async () => {
    expect(
      await tools({
        '.gitattributes': '*.png binary\nsecrets/** filter=git-crypt diff=git-crypt\n',
        '.sops.yaml': 'creation_rules:\n  - age: age1x\n',
        'group_vars/all.yml': 'password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6638\n',
        'prod.enc.json': '{\n  "sops": {\n    "mac": "ENC[AES256_GCM,data:x"\n  }\n}\n',
      }),
    ).toEqual([
      'ansible-vault group_vars/all.yml:1',
      'git-crypt .gitattributes:2',
      'sops .sops.yaml:1 prod.enc.json:3',
    ]);
  });

  test('by references into its store', async () => {
    expect(
      await tools({
        '.env.template': 'PLAIN=1\nTOKEN="op://Shop/api/token"\n',
        'helmfile/values.yaml': 'a: ref+awsssm://shop/db\nb: ref+vault://secret/x#y\n',
        'template.yaml': "Password: '{{resolve:secretsmanager:shop:SecretString:p}}'\n",
      }),
    ).toEqual([
      '1password .env.template:2',
      'aws-secrets-manager template.yaml:1',
      'aws-ssm helmfile/values.yaml:1',
      'vault helmfile/values.yaml:2',
    ]);
  });

  test('by the provider of a secret store, also in a template', async () => {
    const store = (provider: string) =>
      `apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata:\n  name: {{ .Values.name }}\nspec:\n  provider:\n    ${provider}\n`;
    expect(
      await tools({
        'a/templates/store.yaml': store('aws: { service: ParameterStore }'),
        'b.yaml': store('gcpsm: { projectID: x }'),
        'c.yaml': store('aws: { service: SecretsManager }'),
      }),
    ).toEqual([
      'aws-secrets-manager c.yaml:7',
      'aws-ssm a/templates/store.yaml:7',
      'gcp-secret-manager b.yaml:7',
    ]);
  });

  test('by annotations, settings and commands', async () => {
    expect(
      await tools({
        'deploy.yaml': '    vault.hashicorp.com/agent-inject: "true"\n',
        'off.yaml': '    vault.hashicorp.com/agent-inject: "false"\n',
        'doppler.yaml': 'setup:\n  project: shop\n',
        Dockerfile: 'FROM node\nCMD ["doppler", "run", "--", "node", "."]\n',
        Makefile: 'run:\n\t@infisical run -- npm start\n',
        '.github/workflows/ci.yml': '      - run: chamber exec shop -- make deploy\n',
      }),
    ).toEqual([
      'aws-ssm .github/workflows/ci.yml:1',
      'doppler Dockerfile:2 doppler.yaml:1',
      'infisical Makefile:2',
      'vault deploy.yaml:1',
    ]);
  });

  test('not by words in comments, documentation or tests', async () => {
    expect(
      await tools({
        'a.sh': '# sops -d secrets.yaml\necho "install op run"\n',
        'docs/a.yaml': 'x: op://a/b/c\n',
        'tests/a.yaml': 'x: op://a/b/c\n',
        'b.yaml': 'url: https://shop://a\nmac: "00:11"\n',
      }),
    ).toEqual([]);
  });
});
