/** Folders of environments that declare the same things each for itself: copies that are kept alike by hand. */
import { normaliseEnvironment } from '../model/environment-name.js';
import type { Evidence } from '../model/evidence.js';
import { type AnyFact, factsOf } from '../model/facts.js';
import type { Derivation } from './derivation.js';
import { factList } from './fact-list.js';

/** Fewer things than this are what every environment must have: its names, its access. */
const FEW = 5;
/** So much of the smaller environment is copied, and it is a copy. */
const MOST = 0.6;
const SHOWN = 5;

/** What exposes and watches workloads; other objects say how an environment differs, or hand it to a controller. */
const SHARED =
  /^(Service|Ingress|IngressRoute|Gateway|HTTPRoute|VirtualService|DestinationRule|PersistentVolumeClaim|HorizontalPodAutoscaler|PodDisruptionBudget|NetworkPolicy|PrometheusRule|ServiceMonitor|PodMonitor)$/;

interface Thing {
  what: string;
  path: string;
  evidence: Evidence;
}

export const environmentCopies: Derivation = {
  name: 'environment-copies',
  gives: ['environment-copy'],
  derive(facts, _gaps, repository) {
    const out = factList(repository);
    const things = thingsIn(facts);
    for (const [within, names] of folders(facts)) {
      const prefix = within === '' ? '' : `${within}/`;
      const byEnvironment = new Map<string, Map<string, Thing>>();
      for (const thing of things) {
        if (!thing.path.startsWith(prefix)) continue;
        const [folder = '', ...rest] = thing.path.slice(prefix.length).split('/');
        const environment = rest.length === 0 ? '' : normaliseEnvironment(folder);
        if (!names.has(environment)) continue;
        const own = byEnvironment.get(environment) ?? new Map<string, Thing>();
        own.set(thing.what, thing);
        byEnvironment.set(environment, own);
      }
      const worst = mostCopied([...byEnvironment].sort(([a], [b]) => (a < b ? -1 : 1)));
      if (!worst) continue;
      const { copied, declared, environments } = worst;
      const [first = ''] = environments;
      out.add(
        'environment-copy',
        within === '' ? environments.join(' and ') : within,
        {
          within,
          environments,
          copied: copied.length,
          declared,
          examples: copied.slice(0, SHOWN),
        },
        environments.flatMap((e) =>
          copied
            .slice(0, e === first ? SHOWN : 1)
            .flatMap((what) => byEnvironment.get(e)?.get(what)?.evidence ?? []),
        ),
      );
    }
    return { facts: out.facts, gaps: [] };
  },
};

/** Of all pairs of environments, the one that has most in common. */
function mostCopied(environments: readonly (readonly [string, ReadonlyMap<string, Thing>])[]) {
  let worst: { environments: string[]; copied: string[]; declared: number } | undefined;
  for (const [i, [one, a]] of environments.entries()) {
    for (const [other, b] of environments.slice(i + 1)) {
      const copied = [...a.keys()].filter((what) => b.has(what)).sort();
      const declared = Math.min(a.size, b.size);
      if (copied.length < FEW || copied.length < MOST * declared) continue;
      if (!worst || copied.length > worst.copied.length)
        worst = { environments: [one, other], copied, declared };
    }
  }
  return worst;
}

/** The folders that hold one for each of several environments, with these. */
function folders(facts: readonly AnyFact[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { data } of factsOf(facts, 'environment-declaration')) {
    if (data.by !== 'folder' && data.by !== 'overlay') continue;
    found.set(data.within, (found.get(data.within) ?? new Set()).add(data.environment));
  }
  return new Map([...found].filter(([, names]) => names.size > 1));
}

function thingsIn(facts: readonly AnyFact[]): Thing[] {
  const thing = (what: string, { evidence }: AnyFact): Thing[] => {
    const [first] = evidence;
    return first?.type === 'file' ? [{ what, path: first.path, evidence: first }] : [];
  };
  return [
    ...factsOf(facts, 'terraform-resource').flatMap((f) => thing(f.name, f)),
    ...[
      ...factsOf(facts, 'kubernetes-workload'),
      ...factsOf(facts, 'kubernetes-object').filter((f) => SHARED.test(f.data.kind)),
    ].flatMap((f) => thing(`${f.data.kind} ${f.name}`, f)),
  ];
}
