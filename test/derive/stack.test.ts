import { describe, expect, it } from 'vitest';
import { packages } from '../../src/collect/code/packages.js';
import { terraform } from '../../src/collect/infrastructure/terraform/terraform.js';
import { stack } from '../../src/derive/stack.js';
import { factsOf } from '../../src/model/facts.js';
import { collectFrom, places } from '../collect/from-files.js';

async function used(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { facts, gaps } = await collectFrom([packages, terraform], files);
  return factsOf(stack.derive(facts, gaps, 'here').facts, 'tool-use')
    .map((t) => `${t.data.tool} ${places(t.evidence).join()}`)
    .sort();
}
function npm(...names: string[]): string {
  return JSON.stringify({ name: 'shop', dependencies: Object.fromEntries(names.map((n) => [n, '1.0.0'])) });
}

describe('the tools that an application talks to', () => {
  it('are told by the libraries that it takes for them', async () => {
    expect(
      await used({
        'web/package.json': npm('rollbar', '@honeycombio/opentelemetry-node', '@middy/ssm', 'react'),
        'api/go.mod':
          'module shop\n\nrequire (\n\tgo.elastic.co/apm/v2 v2.4.0\n\tgithub.com/hashicorp/vault/api v1.9.0\n)\n',
        'jobs/requirements.txt': 'django-prometheus==2.3\nappsignal\n',
        'core/pom.xml': `<project><artifactId>core</artifactId><dependencies>
<dependency><groupId>io.micrometer</groupId><artifactId>micrometer-registry-datadog</artifactId></dependency>
<dependency><groupId>io.prometheus</groupId><artifactId>simpleclient</artifactId></dependency>
</dependencies></project>`,
      }),
    ).toEqual([
      'appsignal jobs/requirements.txt:1',
      'aws-ssm web/package.json:1',
      'datadog core/pom.xml:1',
      'elastic-apm api/go.mod:1',
      'honeycomb web/package.json:1',
      'prometheus core/pom.xml:1,jobs/requirements.txt:1',
      'rollbar web/package.json:1',
      'vault api/go.mod:1',
    ]);
  });

  it('are not the stores of secrets among which a product lets others choose', async () => {
    const all = [
      '@google-cloud/secret-manager',
      '@aws-sdk/client-secrets-manager',
      '@azure/keyvault-secrets',
    ];
    expect(await used({ 'package.json': npm(...all) })).toEqual([]);
    expect(await used({ 'package.json': npm(...all.slice(1)) })).toEqual([
      'aws-secrets-manager package.json:1',
      'azure-key-vault package.json:1',
    ]);
  });

  it('are not those of libraries that only have such a name in them', async () => {
    expect(
      await used({ 'package.json': npm('sentry-testkit', 'react-statsd', '@opentelemetry/api') }),
    ).toEqual([]);
  });

  it('are told by the switches with which Terraform turns them on', async () => {
    expect(
      await used({
        'eks/main.tf': `module "addons" {
  source                       = "aws-ia/eks-blueprints-addons/aws"
  enable_kube_prometheus_stack = true
  enable_external_secrets      = true
  enable_aws_for_fluentbit     = false
  enable_prometheus_affinity   = true
}
`,
        'env/production.tfvars': 'region = "eu-west-1"\nenable_signoz = true\n',
      }),
    ).toEqual([
      'external-secrets eks/main.tf:4',
      'prometheus eks/main.tf:3',
      'signoz env/production.tfvars:2',
      'terraform eks/main.tf:1',
    ]);
  });

  it('are told by the modules that make them elsewhere', async () => {
    expect(
      await used({
        'main.tf': `module "keys" {
  source = "../templates/modules/key-vault"
}
module "alarm" {
  source  = "terraform-aws-modules/cloudwatch/aws//modules/metric-alarm"
  version = "5.0.0"
}
module "web" {
  source = "../key-vault-users/web"
}
`,
      }),
    ).toEqual(['azure-key-vault main.tf:1', 'cloudwatch main.tf:4', expect.stringMatching(/^terraform /)]);
  });
});
