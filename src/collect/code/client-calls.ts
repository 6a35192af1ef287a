/** Tools that application code itself calls: it sends metrics, errors or traces to them, or asks them for secrets. */
import { atLine } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import { isGenerated } from './generated.js';
import { isCode, isTestPath } from './languages.js';

interface Call {
  client: readonly [tool: string, category: FactData<'tool-use'>['category']];
  line: RegExp;
  /** What the file must hold besides, where the call alone could be another's. */
  beside?: RegExp;
}

function sends(tool: string, line: RegExp, beside?: RegExp): Call {
  return { client: [tool, 'observability'], line, ...(beside ? { beside } : {}) };
}
function asks(tool: string, line: RegExp, beside?: RegExp): Call {
  return { client: [tool, 'secrets'], line, ...(beside ? { beside } : {}) };
}

/** Clients that are made or told to start, and the one call that a service is used by. */
const CALLS: readonly Call[] = [
  sends('aws-x-ray', /\bxray_recorder\.configure\(|\bAWSXRay\.(captureAWS|express\.openSegment)/),
  sends(
    'azure-monitor',
    /\.AddApplicationInsightsTelemetry\w*\(|\bappInsights\.setup\(|\.UseAzureMonitor\w*\(|\bconfigure_azure_monitor\(/i,
  ),
  sends('bugsnag', /\bBugsnag\.(start|configure)\b|\bbugsnag\.Configure\(/),
  sends('cloudwatch', /\.put_metric_data\(|\bPutMetricDataCommand\(|\.[pP]utMetricData\(/),
  sends('datadog', /\bdatadogRum\.init\(|\bDatadog\.configure\b|\bDatadog::Statsd\.new\b|\bddtrace\.patch/),
  sends('new-relic', /\bnewrelic\.agent\.initialize\(|\bNewRelic::Agent\.\w|\bnewrelic\.NewApplication\(/),
  sends('rollbar', /\bRollbar\.(configure|init)\b|\brollbar\.init\(|\bnew Rollbar\(/),
  sends('sentry', /\b(sentry_sdk|Sentry|SentrySdk|sentry)\.[iI]nit\s*(\(|do\b)|\bUseSentry\(/),
  sends(
    'statsd',
    /=\s*(?:new\s+)?(?:statsd\.)?Stats[dD]?Client\(|(?<!Datadog::)\bStatsd\.new\b|\bGovukStatsd\.\w/,
    /statsd/i,
  ),
  sends('statsd', /\bnew (?:StatsD|Lynx)\(/, /\b(hot-shots|node-statsd|lynx)\b/),
  asks('aws-secrets-manager', /\bGetSecretValueCommand\(|\.[gG]etSecretValue(WithContext|Async)?\(/),
  asks(
    'aws-secrets-manager',
    /\.get_secret_value\(\s*SecretId|\bclient\(\s*(service_name\s*=\s*)?["']secretsmanager["']/,
  ),
  asks(
    'aws-secrets-manager',
    /\bAws::SecretsManager::Client\.new\b|\bAWSSecretsManagerClientBuilder\.|\bSecretsManagerClient\.(builder|create)\(|\bnew AmazonSecretsManagerClient\(/,
  ),
  asks('aws-ssm', /\bGetParameters?(ByPath)?Command\(/, /client-ssm/),
  asks('aws-ssm', /\.get_parameters?(_by_path)?\(/, /["']ssm["']|Aws::SSM|aws_lambda_powertools/),
  asks('azure-key-vault', /\.AddAzureKeyVault\(|\bnew SecretClient\(/),
  asks('azure-key-vault', /\bazsecrets\.NewClient\(|\bkeyvault\.New\(/),
  asks('azure-key-vault', /=\s*SecretClient\(/, /azure\.keyvault/),
  asks('gcp-secret-manager', /\bSecretManagerServiceClient(\(|\.[cC]reate\()|\bsecretmanager\.NewClient\(/),
  asks('vault', /\bhvac\.Client\(/),
  asks('vault', /\b(vault|vaultapi|api)\.NewClient\(/, /hashicorp\/vault\/api/),
];
const ANY =
  /xray|insights|AzureMonitor|azure_monitor|bugsnag|metric_?data|datadog|ddtrace|newrelic|rollbar|sentry|stats|lynx|secret|get_?parameter|KeyVault|hvac|vault/i;
const COMMENT = /^\s*(#|\/\/|\/?\*)/;
/** A line longer than this was written by a tool. */
const LINE_LIMIT = 500;
const SHOWN = 5;
/** Who can ask this many stores sells the choice to others. */
const MANY_STORES = 3;

export const clientCalls = defineCollector({
  name: 'client-calls',
  title: 'Calls of monitoring and secrets',
  gives: ['tool-use'],
  likely: () => false,
  reads: (path) => isCode(path) && !isTestPath(path) && !isNotRun(path) && !isGenerated(path),
  start(collection) {
    const used = new Map<string, { client: Call['client']; places: { path: string; line: number }[] }>();
    return {
      file({ path, text, lines }) {
        if (!ANY.test(text)) return;
        for (const { client, line, beside } of CALLS) {
          if (!line.test(text) || (beside && !beside.test(text))) continue;
          const at = lines.findIndex((l) => l.length < LINE_LIMIT && !COMMENT.test(l) && line.test(l));
          if (at === -1) continue;
          const entry = used.get(client[0]) ?? { client, places: [] };
          if (entry.places.length < SHOWN) entry.places.push({ path, line: at + 1 });
          used.set(client[0], entry);
        }
      },
      end() {
        const stores = [...used.values()].filter(({ client }) => client[1] === 'secrets').length;
        for (const { client, places } of used.values()) {
          const [tool, category] = client;
          if (category === 'secrets' && stores >= MANY_STORES) continue;
          collection.fact(
            'tool-use',
            tool,
            { tool, category },
            places.map(({ path, line }) => atLine(path, line)),
          );
        }
      },
    };
  },
});
