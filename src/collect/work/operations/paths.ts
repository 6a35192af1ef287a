/** Which paths are operations work, of which of the eight operations, and how the work is done: by the path and what is beside it. */

import type { Mode, Operation } from '../../../model/handbook.js';
import { folderOf, nameOf } from '../../../parse/paths.js';
import { isGenerated } from '../../code/generated.js';
import { isTestPath, languageOf } from '../../code/languages.js';
import { leftOut } from '../../code/left-out.js';

/** Operations work, with its operation and mode; what customers get; or what tells neither (prose, generated files). */
export type PathWork = { operation: Operation; mode: Mode } | 'product' | 'neutral';

interface Pattern {
  operation: Operation;
  /** Knowledge for others enables; what runs by itself automates; a value that somebody sets is done by hand. */
  mode: Mode;
  path: RegExp;
}

const TEXT = String.raw`\.(md|mdx|markdown|rst|adoc|asciidoc|org)$`;
const DATA = String.raw`\.(ya?ml|json|jsonnet|libsonnet|toml|hcl|tf|cue)(\.(gotmpl|tpl|j2|erb))?$`;
const within = (folders: string, rest: string) => new RegExp(`(^|/)(${folders})/(.*/)?[^/]*${rest}`, 'i');

/** What is told deeper in a documentation is told to users of the product. */
const under = (folders: string, rest: string) => new RegExp(`^(${folders})/(.*/)?[^/]*${rest}`, 'i');

/** The first that fits counts: what a file is about stands before the form that it has. */
const PATTERNS: readonly Pattern[] = [
  // How to operate, in words.
  {
    operation: 'recover',
    mode: 'enable',
    path: within('run-?books?|on-?call|incidents?|post-?mortems?', TEXT),
  },
  {
    operation: 'monitor',
    mode: 'enable',
    path: under('docs?/(monitoring|observability|alert(s|ing)?)', TEXT),
  },
  {
    operation: 'deploy',
    mode: 'enable',
    path: under('docs?/(deploy(ing|ments?)?|releas(es|ing))', TEXT),
  },
  { operation: 'recover', mode: 'enable', path: under('docs?/(operations?|ops|operating|sre)', TEXT) },
  // Templates that others start from.
  {
    operation: 'automate',
    mode: 'enable',
    path: /(^|\/)(cookiecutter\.json|copier\.ya?ml|catalog-info\.ya?ml|backstage\/.*template\.ya?ml)$/,
  },
  { operation: 'automate', mode: 'enable', path: /(^|\/)\.devcontainer\// },
  // Pipelines.
  { operation: 'track-changes', mode: 'do', path: /^\.github\/workflows\/.*\.(txt|env|json|properties)$/ },
  {
    operation: 'secure',
    mode: 'automate',
    path: /^\.github\/(workflows|actions)\/.*(codeql|security|scan|trivy|snyk|semgrep|zizmor|scorecard)[^/]*(\/.*)?$/i,
  },
  {
    operation: 'provision',
    mode: 'automate',
    path: /^\.github\/(workflows|actions)\/.*(terraform|terragrunt|infra|opentofu|pulumi|bicep|cloudformation)/i,
  },
  {
    operation: 'deploy',
    mode: 'automate',
    path: /^\.github\/(workflows|actions)\/.*(deploy|release|publish|promote|rollout|(^|[/._-])cd[._-]|docker|image|helm)/i,
  },
  {
    operation: 'automate',
    mode: 'automate',
    path: /^\.github\/(workflows|actions)\/.*(stale|label|triage|assign|backport|cherry-?pick|welcome|sync|cron|nightly|schedule|cleanup|lock)/i,
  },
  {
    operation: 'track-changes',
    mode: 'automate',
    path: /^(\.github\/(workflows|actions)\/|\.circleci\/|\.buildkite\/|\.tekton\/|\.gitlab-ci|\.gitlab\/ci\/|\.travis\.ya?ml|\.?appveyor\.ya?ml|\.drone\.|bitbucket-pipelines\.ya?ml|\.azure-pipelines|\.azuredevops\/|azure-pipelines)/,
  },
  {
    operation: 'track-changes',
    mode: 'automate',
    path: /(^|\/)(Jenkinsfile[^/]*|cloudbuild[^/]*\.ya?ml|\.pre-commit-config\.ya?ml)$/,
  },
  {
    operation: 'secure',
    mode: 'automate',
    path: /(^|\/)(\.github\/dependabot\.ya?ml|\.?renovate(rc)?(\.json5?)?|\.renovate\/.*)$/,
  },
  // What each operation calls its files.
  {
    operation: 'secure',
    mode: 'automate',
    path: /(^|\/)(\.trivyignore[^/]*|\.snyk|\.gitleaks\.toml|\.checkov\.ya?ml|\.tfsec[^/]*)$|\.rego$/,
  },
  { operation: 'secure', mode: 'do', path: /(^|\/)\.sops\.ya?ml$|\.(sops|enc)\.(ya?ml|json|env)$/ },
  {
    operation: 'monitor',
    mode: 'automate',
    path: within(
      'prometheus|alertmanager|grafana|dashboards?|alerts?|alerting|monitoring|monitors|observability|[^/]*-mixin|datadog|newrelic|otel-collector|fluent-?bit|fluentd|vector',
      DATA,
    ),
  },
  {
    operation: 'monitor',
    mode: 'automate',
    path: /(^|\/)[^/]*(alarms?|alerts?|dashboards?|cloudwatch|monitoring)[^/]*\.(tf|jsonnet|libsonnet)$|(^|\/)(prometheus|alertmanager|otel-collector[^/]*)\.ya?ml$/i,
  },
  {
    operation: 'recover',
    mode: 'automate',
    path: within('backups?|velero|disaster-?recovery|restore', `(${DATA}|\\.(sh|ps1)$)`),
  },
  {
    operation: 'recover',
    mode: 'automate',
    path: /(^|\/)[^/]*(backup|restore|rollback)[^/]*\.(tf|sh|ps1|ya?ml)$/i,
  },
  {
    operation: 'scale',
    mode: 'automate',
    path: /(^|\/)[^/]*(\bhpa\b|autoscal|auto-scal|karpenter|keda|scaledobject)[^/]*\.(ya?ml|tf)$/i,
  },
  {
    operation: 'secure',
    mode: 'automate',
    path: /(^|\/)[^/]*(\biam\b|\brbac\b|\bwaf\b|security[-_]?groups?|network-?polic|\bkms\b|firewall|cert-manager|secrets?[-_.])[^/]*\.(tf|ya?ml)$/i,
  },
  // Infrastructure.
  { operation: 'provision', mode: 'do', path: /\.(auto\.)?tfvars(\.json)?$|\.bicepparam$/ },
  {
    operation: 'provision',
    mode: 'automate',
    path: /\.(tf|tf\.json|tofu|bicep|pkr\.hcl|nomad|tftpl)$|(^|\/)(terragrunt[^/]*\.hcl|\.terraform-version|\.opentofu-version|\.tflint\.hcl|cdk\.json|samconfig\.toml)$/,
  },
  {
    operation: 'provision',
    mode: 'do',
    path: /(^|\/)Pulumi\.[^/]+\.ya?ml$|(^|\/)(group_vars|host_vars|inventor(y|ies))\//,
  },
  {
    operation: 'provision',
    mode: 'automate',
    path: /(^|\/)(Pulumi\.ya?ml|Vagrantfile|ansible\.cfg|[^/]*cloud-?formation[^/]*\.(ya?ml|json))$/i,
  },
  {
    operation: 'provision',
    mode: 'automate',
    path: within(
      'terraform|terragrunt|opentofu|cloudformation|packer|playbooks',
      String.raw`\.(ya?ml|json|hcl|sh|py|j2|tpl)$`,
    ),
  },
  { operation: 'provision', mode: 'do', path: /(^|\/)roles\/[^/]+\/(defaults|vars)\/.*\.ya?ml$/ },
  {
    operation: 'provision',
    mode: 'automate',
    path: /(^|\/)roles\/[^/]+\/(tasks|handlers|templates|meta|files|library)\//,
  },
  {
    operation: 'provision',
    mode: 'do',
    path: /(^|\/)environments?\/(.*\/)?[^/]+\.(json|ya?ml|env|properties|hcl)$/,
  },
  // Deployment.
  {
    operation: 'deploy',
    mode: 'do',
    path: /(^|\/)(helmfile|helm|charts?)[^/]*\/(.*\/)?([^/]*values[^/]*\.ya?ml(\.gotmpl)?|[^/]+\.env)$/i,
  },
  {
    operation: 'deploy',
    mode: 'do',
    path: /(^|\/)([^/]*helmfile[^/]*\.ya?ml(\.gotmpl)?|kustomization\.ya?ml)$/,
  },
  {
    operation: 'deploy',
    mode: 'do',
    path: within(
      'helmfile(\\.d)?|k8s|kubernetes|kube|kustomize|overlays|argo-?cd|gitops|flux(-system)?|clusters|manifests',
      String.raw`\.(ya?ml(\.(gotmpl|j2|tpl))?|env)$`,
    ),
  },
  {
    operation: 'deploy',
    mode: 'automate',
    path: /(^|\/)(Dockerfile|Containerfile)([.-][^/]*)?$|\.[Dd]ockerfile$|(^|\/)\.dockerignore$/,
  },
  { operation: 'deploy', mode: 'automate', path: /(^|\/)(docker-)?compose([.-][^/]*)?\.ya?ml$/ },
  {
    operation: 'deploy',
    mode: 'automate',
    path: /(^|\/)(Procfile|fly\.toml|render\.ya?ml|vercel\.json|netlify\.toml|skaffold\.ya?ml|Tiltfile|Capfile|appspec\.ya?ml|app\.json|nixpacks\.toml|railway\.(json|toml)|serverless\.ya?ml)$/,
  },
  { operation: 'deploy', mode: 'automate', path: /(^|\/)[^/]*(deploy|rollout)[^/]*\.(sh|ps1)$/i },
  // Whatever else is repeated by a machine.
  {
    operation: 'automate',
    mode: 'automate',
    path: /(^|\/)(GNUm|M|m)akefile$|\.mk$|(^|\/)(\.?justfile|Taskfile\.ya?ml|mise\.toml|\.mise\.toml)$/i,
  },
  { operation: 'automate', mode: 'automate', path: /\.(sh|bash|ps1|psm1)$/ },
];

/** Folders that stand for environments: a `test` below one is the environment of that name, not a folder of tests. */
const HOLDS_ENVIRONMENTS = /(^|\/)(environments?|envs?|overlays|clusters|accounts|live|stages?|vars)\//;
const PROSE = new RegExp(
  `(${TEXT})|(^|/)(LICEN[CS]E|COPYING|AUTHORS|MAINTAINERS|OWNERS[^/]*|CODEOWNERS|NOTICE|CHANGELOG|VERSION|\\.gitignore|\\.gitattributes|\\.editorconfig|\\.mailmap)[^/]*$|\\.(txt|png|jpe?g|gif|svg|ico|webp|pdf|drawio)$`,
  'i',
);

/** What content and neighbours told of paths: for YAML that is a Kubernetes object, charts, and infrastructure in a real language. */
export interface Surroundings {
  /** Path -> the operation that its objects serve. */
  objects: ReadonlyMap<string, Operation>;
  /** Folders of Helm charts. */
  charts: ReadonlySet<string>;
  /** Folders with infrastructure in a real language (Pulumi, CDK). */
  programs: ReadonlySet<string>;
}

/** By the path alone, then by its surroundings; each path is asked about once. */
export function pathWork(around: Surroundings): (path: string) => PathWork {
  const objectFolders = new Set([...around.objects.keys()].map(folderOf));
  const known = new Map<string, PathWork>();
  const tell = (path: string): PathWork => {
    if (leftOut(path) || isGenerated(path)) return 'neutral';
    const tests = isTestPath(path) && !HOLDS_ENVIRONMENTS.test(path) && !path.startsWith('.github/');
    if (tests) return 'product';
    const object = around.objects.get(path);
    const inChart = isBelow(path, around.charts);
    if (inChart && object === undefined && !PROSE.test(path)) {
      return { operation: 'deploy', mode: /values[^/]*$/.test(nameOf(path)) ? 'do' : 'automate' };
    }
    if (object !== undefined && object !== 'deploy') return { operation: object, mode: 'do' };
    const pattern = PATTERNS.find((p) => p.path.test(path));
    if (pattern) return { operation: pattern.operation, mode: pattern.mode };
    if (object !== undefined) return { operation: object, mode: 'do' };
    // A manifest that is gone, among manifests that are there.
    if (/\.ya?ml$/.test(path) && objectFolders.has(folderOf(path)))
      return { operation: 'deploy', mode: 'do' };
    if (isBelow(path, around.programs) && languageOf(path) !== '' && !PROSE.test(path))
      return { operation: 'provision', mode: 'automate' };
    return PROSE.test(path) ? 'neutral' : 'product';
  };
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const work = tell(path);
    known.set(path, work);
    return work;
  };
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false;
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    if (folders.has(folder)) return true;
    if (folder === '') return false;
  }
}

const KIND_OPERATIONS: readonly (readonly [Operation, RegExp])[] = [
  [
    'monitor',
    /^(PrometheusRule|ServiceMonitor|PodMonitor|Probe|Alertmanager(Config)?|Grafana\w*|OpenTelemetryCollector)$/,
  ],
  ['scale', /^(HorizontalPodAutoscaler|VerticalPodAutoscaler|ScaledObject|ScaledJob|NodePool|Provisioner)$/],
  ['recover', /^(PodDisruptionBudget|Backup|Restore|ScheduledBackup|VolumeSnapshot\w*)$/],
  [
    'secure',
    /^(NetworkPolicy|CiliumNetworkPolicy|(Cluster)?Role(Binding)?|ExternalSecret|SecretStore|ClusterSecretStore|SealedSecret|Certificate|(Cluster)?Issuer|(Cluster)?Policy|AuthorizationPolicy|ServiceAccount)$/,
  ],
];

/** The operation that a text of Kubernetes objects serves, by its first object; undefined where it holds none. */
export function objectOperation(text: string): Operation | undefined {
  if (!/^apiVersion:[ \t]*\S/m.test(text)) return undefined;
  const kind = /^kind:[ \t]*["']?([A-Za-z]+)/m.exec(text)?.[1];
  if (kind === undefined) return undefined;
  return KIND_OPERATIONS.find(([, kinds]) => kinds.test(kind))?.[0] ?? 'deploy';
}
