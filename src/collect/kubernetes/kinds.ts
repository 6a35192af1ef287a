/** Kubernetes kinds -> the kinds of fact that they give, so that what was not seen puts just those in doubt. */
import type { FactKind } from '../../model/facts.js';
import { mapping, mappings, text } from '../../parse/shape.js';

const KIND = /(?:^[ \t]*(?:- )?|[{,]\s*)["']?kind["']?\s*:\s*["']?(\{\{|\w+)/gm;
const KIND_OF_DOCUMENT = /^kind[ \t]*:[ \t]*["']?(\{\{|\w+)/gm;

const RUNS_PODS: readonly FactKind[] = ['kubernetes-workload', 'workload', 'image-reference'];
/** What is counted and judged of a cluster's objects. */
export const COUNTED: readonly FactKind[] = [...RUNS_PODS, 'autoscaler', 'disruption-budget'];

/** The kinds that a text declares, without parsing it: those of its documents or, in a list or JSON, any. */
export function kindsIn(whole: string): ReadonlySet<string> {
  const own = [...whole.matchAll(KIND_OF_DOCUMENT)];
  return new Set((own.length > 0 ? own : [...whole.matchAll(KIND)]).map((m) => m[1] ?? ''));
}

/** The kinds of an object and of those that it lists; an object inside of a text is none. */
export function kindsOf(value: unknown): string[] {
  const { kind, items } = mapping(value);
  return [text(kind), ...mappings(items).map((item) => text(item.kind))].filter((k) => k !== '');
}

/** The kinds of fact that an object of a Kubernetes kind would have given. */
export function factsLostWith(kind: string): readonly FactKind[] {
  if (
    /^(Deployment|StatefulSet|Rollout|Prometheus|Alertmanager|ThanosRuler|DeploymentConfig|\{\{)$/.test(kind)
  )
    return RUNS_PODS;
  if (/^(DaemonSet|Job|CronJob|ReplicaSet|Pod)$/.test(kind))
    return ['kubernetes-workload', 'image-reference'];
  if (/^(HorizontalPodAutoscaler|ScaledObject)$/.test(kind)) return ['autoscaler'];
  if (kind === 'PodDisruptionBudget') return ['disruption-budget'];
  if (/^(Application|ApplicationSet|HelmRelease)$/.test(kind)) return ['gitops-application'];
  return [];
}

/** The kinds of fact that are in doubt where these Kubernetes kinds were not seen; none named means any. */
export function lostWith(kinds: readonly string[]): FactKind[] {
  return [...new Set(kinds.length === 0 ? COUNTED : kinds.flatMap(factsLostWith))];
}

const DECLARES = /(?:^[ \t]*(?:- )?|[{,]\s*)["']?apiVersion["']?\s*:/m;

/** Does a text declare an object of Kubernetes, or what looks like one? */
export function declaresObjects(text: string): boolean {
  return text.includes('apiVersion') && DECLARES.test(text);
}
