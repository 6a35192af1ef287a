import { describe, expect, it } from 'vitest';
import { clientCalls } from '../../../src/collect/code/client-calls.js';
import { factsOf } from '../../../src/model/facts.js';
import { collectFrom, places } from '../from-files.js';

async function called(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { facts } = await collectFrom([clientCalls], files);
  return factsOf(facts, 'tool-use')
    .map((t) => `${t.data.tool} ${t.data.category} ${places(t.evidence).join()}`)
    .sort();
}

const PRODUCT = {
  'src/secrets.ts': 'const client = new SecretManagerServiceClient();\n',
  'src/key.py': 'import hvac\nclient = hvac.Client(url=URL)\n',
};

describe('what application code calls', () => {
  it('is the monitoring that it sends to', async () => {
    expect(
      await called({
        'app/__init__.py': 'from utils.statsd import StatsdClient\n\nstatsd_client = StatsdClient()\n',
        'src/metrics.ts': "import { PutMetricDataCommand } from 'x';\nsend(new PutMetricDataCommand({}));\n",
        'src/instrument.ts': 'Sentry.init({\n  dsn,\n});\n',
        'app/jobs/check.rb': 'GovukStatsd.time("check") do\nend\n',
        'Shop/Program.cs': 'builder.Services.AddApplicationInsightsTelemetry();\n',
      }),
    ).toEqual([
      'azure-monitor observability Shop/Program.cs:1',
      'cloudwatch observability src/metrics.ts:2',
      'sentry observability src/instrument.ts:1',
      'statsd observability app/__init__.py:3,app/jobs/check.rb:1',
    ]);
  });

  it('is the store that it asks for secrets', async () => {
    expect(
      await called({
        'app/secrets.py': 'client = boto3.client("secretsmanager")\n',
        'lib/secrets.rb': '# Reads.\nclient = Aws::SecretsManager::Client.new\n',
        'app/config.py': 'ssm = boto3.client("ssm")\nssm.get_parameter(Name="/shop/key")\n',
      }),
    ).toEqual([
      'aws-secrets-manager secrets app/secrets.py:1,lib/secrets.rb:2',
      'aws-ssm secrets app/config.py:2',
    ]);
    expect(await called(PRODUCT)).toEqual([
      'gcp-secret-manager secrets src/secrets.ts:1',
      'vault secrets src/key.py:2',
    ]);
  });

  it('is none of the stores among which a product lets others choose', async () => {
    const third = { 'src/Azure.cs': 'var client = new SecretClient(uri, credential);\n' };
    expect(await called({ ...PRODUCT, ...third })).toEqual([]);
  });

  it('is nothing that stands in tests, examples or comments, and no call of another that is named alike', async () => {
    expect(
      await called({
        'tests/app.py': 'sentry_sdk.init()\n',
        'examples/shop/app.py': 'sentry_sdk.init()\n',
        'app/a.py': '# sentry_sdk.init()\nclass StatsdClient():\n    pass\n',
        'app/node.py': 'value = self.get_parameter("speed")\n',
        'app/login.py': 'password = model.token.get_secret_value()\n',
        'src/client.ts': 'const statsClient = createStatsClient();\n',
      }),
    ).toEqual([]);
  });
});
