/** Tools that keep secrets, by what they leave in files: encrypted values, references into a store, the annotations and settings that have secrets brought. */
import { atLine } from '../../model/evidence.js';
import { loosened } from '../../parse/loosened.js';
import { nameOf } from '../../parse/paths.js';
import { isMapping, mapping, text, within } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { defineCollector } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';

const FILE =
  /\.(ya?ml|json|env|ini|toml|tpl|gotmpl|sh|bash|mk|properties|tfvars)$|(^|\/)(\.env[^/]*|\.gitattributes|\.envrc|Makefile|[Jj]ustfile|Procfile|Dockerfile[^/]*|[^/]+\.dockerfile)$/;
/** Of the folders that are not run, the pipelines are. */
const PIPELINE = /^\.(github|circleci)\//;
const LARGE = /(^|\/)(crds?|locales?|i18n)\/|(^|\/)(package-lock|composer\.lock)[^/]*$|lock\.(ya?ml|json)$/i;

interface Sign {
  tool: string;
  /** On which files; any where it is left out. */
  file?: RegExp;
  /** What a text must hold that has such a line: most hold none, and this tells it sooner. */
  hint: RegExp;
  line: RegExp;
}

/** Between words of a command, also where they stand in a list: `["doppler", "run"]`. */
const WORD_BREAK = '(\\s+|",\\s*")';

/** What one line shows. */
const SIGNS: readonly Sign[] = [
  { tool: '1password', hint: /op:\/\//, line: /(?<![\w/])op:\/\/[\w .{}$-]+\/[\w .{}$-]+/ },
  command('1password', 'op (run|read|inject|item get)'),
  { tool: 'ansible-vault', hint: /\$ANSIBLE_VAULT;/, line: /^\$ANSIBLE_VAULT;\d/ },
  { tool: 'ansible-vault', file: /\.ya?ml$/, hint: /!vault/, line: /:\s*!vault\s*\|/ },
  reference('aws-secrets-manager', /\{\{resolve:secretsmanager:/),
  reference('aws-secrets-manager', /ref\+awssecrets:\/\//),
  reference('aws-ssm', /\{\{resolve:ssm(-secure)?:/),
  reference('aws-ssm', /ref\+awsssm:\/\//),
  { ...reference('aws-ssm', /\$\{ssm(\([\w-]+\))?:/), file: /(^|\/)serverless\.ya?ml$/ },
  command('aws-ssm', 'chamber (exec|export|read)'),
  reference('azure-key-vault', /@Microsoft\.KeyVault\(/),
  reference('azure-key-vault', /ref\+azurekeyvault:\/\//),
  { tool: 'doppler', file: /(^|\/)doppler\.ya?ml$/, hint: /setup:/, line: /^setup:/ },
  command('doppler', 'doppler (run|secrets download|setup)'),
  reference('gcp-secret-manager', /ref\+gcpsecrets:\/\//),
  {
    tool: 'git-crypt',
    file: /(^|\/)\.gitattributes$/,
    hint: /filter=git-crypt/,
    line: /^[^#]*\bfilter=git-crypt\b/,
  },
  { ...reference('infisical', /"workspaceId"/), file: /(^|\/)\.infisical\.json$/ },
  command('infisical', 'infisical (run|export)'),
  { tool: 'sops', file: /(^|\/)\.sops\.ya?ml$/, hint: /creation_rules:/, line: /^creation_rules:/ },
  {
    tool: 'sops',
    hint: /ENC\[/,
    line: /^\s*["']?mac["']?\s*[:=]\s*["']?ENC\[AES256_GCM|^sops_mac=ENC\[/,
  },
  reference('sops', /ref\+sops:\/\//),
  command('sops', 'sops (-d|--decrypt|decrypt|exec-env|exec-file)'),
  { tool: 'teller', file: /(^|\/)\.teller\.ya?ml$/, hint: /providers:/, line: /^providers:/ },
  {
    tool: 'vault',
    hint: /vault\.hashicorp\.com\//,
    line: /^\s*["']?vault\.hashicorp\.com\/(agent-inject(-secret-[\w.-]+)?|role)["']?:(?!\s*["']?false)/,
  },
  {
    tool: 'vault',
    hint: /vault[.:]/,
    line: /(?<![\w/])(ref\+vault:\/\/|vault:secret\/data\/)|^\s*["']?vault\.security\.banzaicloud\.io\//,
  },
];

/** What is its own hint. */
function reference(tool: string, line: RegExp): Sign {
  return { tool, hint: line, line };
}

/** A command at the start of a line, or after what separates commands. */
function command(tool: string, words: string): Sign {
  const own = words.replaceAll(' ', WORD_BREAK);
  return {
    tool,
    hint: new RegExp(own),
    line: new RegExp(`(^|[;&|("'\`@]|run:|- )\\s*(sudo\\s+|exec\\s+)?${own}([\\s"]|$)`),
  };
}

/** Where the External Secrets operator takes secrets from, by the key under `provider`. */
const PROVIDERS: Readonly<Record<string, string>> = {
  azurekv: 'azure-key-vault',
  doppler: 'doppler',
  gcpsm: 'gcp-secret-manager',
  infisical: 'infisical',
  onepassword: '1password',
  onepasswordSDK: '1password',
  vault: 'vault',
};
const STORE = /^\s*kind:\s*["']?(Cluster)?SecretStore\b/m;

export const secretTools = defineCollector({
  name: 'secret-tools',
  title: 'Secrets',
  gives: ['tool-use'],
  likely: (path) =>
    SIGNS.some((s) => s.file !== undefined && /^\.|doppler/.test(nameOf(path)) && s.file.test(path)),
  reads: (path) => FILE.test(path) && !LARGE.test(path) && (!isNotRun(path) || PIPELINE.test(path)),
  start(collection) {
    const used = new Map<string, { path: string; line: number }[]>();
    const see = (tool: string, path: string, line: number) => {
      const places = used.get(tool) ?? [];
      if (places.length < 5 && !places.some((p) => p.path === path)) places.push({ path, line });
      used.set(tool, places);
    };
    return {
      file(source) {
        for (const sign of SIGNS) {
          if (sign.file && !sign.file.test(source.path)) continue;
          const line = sign.hint.test(source.text) ? firstLine(source, sign.line) : 0;
          if (line > 0) see(sign.tool, source.path, line);
        }
        if (source.text.includes('SecretStore') && STORE.test(source.text)) readStores(source, see);
      },
      end() {
        for (const [tool, places] of used)
          collection.fact(
            'tool-use',
            tool,
            { tool, category: 'secrets' },
            places.map(({ path, line }) => atLine(path, line)),
          );
      },
    };
  },
});

/** The first line that shows it and is no comment; 0 where there is none. */
function firstLine(source: SourceText, sign: RegExp): number {
  const comment = nameOf(source.path).endsWith('.json') ? /^$/ : /^\s*(#|\/\/)/;
  return source.lines.findIndex((l) => sign.test(l) && !comment.test(l)) + 1;
}

function readStores(source: SourceText, see: (tool: string, path: string, line: number) => void): void {
  for (const document of parseYaml(loosened(source.text))) {
    if (!/^(Cluster)?SecretStore$/.test(text(mapping(document.value).kind))) continue;
    const provider = within(document.value, 'spec', 'provider');
    if (!isMapping(provider)) continue;
    for (const [key, settings] of Object.entries(provider)) {
      const aws = text(mapping(settings).service) === 'ParameterStore' ? 'aws-ssm' : 'aws-secrets-manager';
      const tool = key === 'aws' ? aws : PROVIDERS[key];
      if (tool) see(tool, source.path, document.lineOf(provider, key));
    }
  }
}
