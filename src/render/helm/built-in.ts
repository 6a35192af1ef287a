/** What Helm gives every template beside the values: .Chart, .Release, .Capabilities and .Files. */
import { list, mapping, mappings, text } from '../../parse/shape.js';
import { stringOf } from './arguments.js';
import type { Chart } from './load.js';
import { fromPlain, Methods, type Value, type ValueMap } from './value.js';
import { toYaml } from './yaml-text.js';

/** The cluster that `helm template` supposes. */
const KUBERNETES = { major: '1', minor: '34', version: 'v1.34.0' };
/** What every cluster serves, as Helm supposes it where it cannot ask one. */
const API_VERSIONS = new Set([
  'v1',
  ...[
    'admissionregistration.k8s.io: v1 v1alpha1 v1beta1',
    'internal.apiserver.k8s.io: v1alpha1',
    'apps: v1 v1beta1 v1beta2',
    'authentication.k8s.io: v1 v1alpha1 v1beta1',
    'authorization.k8s.io: v1 v1beta1',
    'autoscaling: v1 v2 v2beta1 v2beta2',
    'batch: v1 v1beta1',
    'certificates.k8s.io: v1 v1beta1 v1alpha1',
    'coordination.k8s.io: v1alpha2 v1beta1 v1',
    'discovery.k8s.io: v1 v1beta1',
    'events.k8s.io: v1 v1beta1',
    'extensions: v1beta1',
    'flowcontrol.apiserver.k8s.io: v1 v1beta1 v1beta2 v1beta3',
    'networking.k8s.io: v1 v1beta1',
    'node.k8s.io: v1 v1alpha1 v1beta1',
    'policy: v1 v1beta1',
    'rbac.authorization.k8s.io: v1 v1beta1 v1alpha1',
    'resource.k8s.io: v1 v1beta2 v1beta1 v1alpha3',
    'scheduling.k8s.io: v1alpha1 v1beta1 v1',
    'storage.k8s.io: v1beta1 v1 v1alpha1',
    'storagemigration.k8s.io: v1alpha1',
    'apiextensions.k8s.io: v1beta1 v1',
  ].flatMap((line) => {
    const [group, versions = ''] = line.split(': ');
    return versions.split(' ').map((version) => `${group}/${version}`);
  }),
]);

export function chartObject(chart: Chart, name: string, isRoot: boolean): ValueMap {
  const m = chart.metadata;
  return new Map<string, Value>([
    ['Name', name],
    ['Home', text(m.home)],
    ['Sources', list(m.sources).map(text)],
    ['Version', text(m.version)],
    ['Description', text(m.description)],
    ['Keywords', list(m.keywords).map(text)],
    ['Maintainers', mappings(m.maintainers).map((p) => capitalised(p, ['name', 'email', 'url']))],
    ['Icon', text(m.icon)],
    ['APIVersion', text(m.apiVersion)],
    ['Condition', text(m.condition)],
    ['Tags', text(m.tags)],
    ['AppVersion', text(m.appVersion)],
    ['Deprecated', m.deprecated === true],
    ['Annotations', fromPlain(mapping(m.annotations))],
    ['KubeVersion', text(m.kubeVersion)],
    [
      'Dependencies',
      mappings(m.dependencies).map((d) => capitalised(d, ['name', 'version', 'repository', 'alias'])),
    ],
    ['Type', text(m.type)],
    ['IsRoot', isRoot],
  ]);
}

function capitalised(from: Readonly<Record<string, unknown>>, keys: readonly string[]): ValueMap {
  return new Map(keys.map((k) => [k.charAt(0).toUpperCase() + k.slice(1), text(from[k])]));
}

export function releaseObject(name: string, namespace: string): ValueMap {
  return new Map<string, Value>([
    ['Name', name],
    ['Namespace', namespace],
    ['IsUpgrade', false],
    ['IsInstall', true],
    ['Revision', 1n],
    ['Service', 'Helm'],
  ]);
}

/** A version, or a kind of one: `policy/v1/PodDisruptionBudget`, which a cluster serves though Helm alone knows versions only. */
function isServed(version: string): boolean {
  return API_VERSIONS.has(version) || API_VERSIONS.has(version.replace(/\/[A-Z]\w*$/, ''));
}

export function capabilitiesObject(): ValueMap {
  const versions = new Methods(
    (name, args) => (name === 'Has' ? isServed(stringOf(args[0])) : undefined),
    new Map([...API_VERSIONS].map((v, i) => [String(i), v])),
  );
  const kubernetes = new Map<string, Value>([
    ['Version', KUBERNETES.version],
    ['GitVersion', KUBERNETES.version],
    ['Major', KUBERNETES.major],
    ['Minor', KUBERNETES.minor],
  ]);
  const helm = new Map<string, Value>([
    ['Version', 'v3.19.0'],
    ['GitCommit', ''],
    ['GitTreeState', ''],
    ['GoVersion', 'go1.24.7'],
  ]);
  return new Map<string, Value>([
    ['APIVersions', versions],
    ['KubeVersion', kubernetes],
    ['HelmVersion', helm],
  ]);
}

export function filesObject(files: ReadonlyMap<string, string>): Methods {
  const entries: ValueMap = new Map(files);
  const get = (path: Value | undefined) => files.get(stringOf(path)) ?? '';
  return new Methods((name, args) => {
    switch (name) {
      case 'Get':
      case 'GetBytes':
        return get(args[0]);
      case 'Lines': {
        const content = get(args[0]);
        return content === '' ? [] : content.replace(/\n$/, '').split('\n');
      }
      case 'Glob': {
        const pattern = globPattern(stringOf(args[0]));
        return filesObject(new Map([...files].filter(([path]) => pattern.test(path))));
      }
      case 'AsConfig':
        return asData(files, (content) => content);
      case 'AsSecrets':
        return asData(files, (content) => Buffer.from(content, 'utf8').toString('base64'));
      default:
        return files.get(name);
    }
  }, entries);
}

function asData(files: ReadonlyMap<string, string>, encode: (content: string) => string): string {
  return toYaml(
    new Map([...files].map(([path, content]) => [path.split('/').at(-1) ?? path, encode(content)])),
  );
}

const GLOB_PART = /\*\*|\*|\?|\[!?[^\]]*\]|\{|\}|,|\\.|[^*?[{},\\]+|./gs;

/** A glob in which `*` stays within a folder and `**` does not. */
function globPattern(glob: string): RegExp {
  let depth = 0;
  const source = [...glob.slice(0, 500).matchAll(GLOB_PART)].map(([part]) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part === '{') {
      depth += 1;
      return '(?:';
    }
    if (part === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (part === ',' && depth > 0) return '|';
    if (/^\[!?[\w.-]+\]$/.test(part)) return part.replace('[!', '[^');
    return part.replace(/^\\(?=.)/s, '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source.join('')}${')'.repeat(depth)}$`, 's');
  } catch {
    return /^(?!)/;
  }
}
