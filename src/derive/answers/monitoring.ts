/** Answers about monitoring for the profile: what is watched, whether logs are collected, and whether somebody is told. */
import { type AnyFact, factsOf } from '../../model/facts.js';
import type { Gap } from '../../model/gap.js';
import type { Practice, ProfilePractice } from '../../model/profile.js';
import type { Signal } from '../../model/signal.js';
import { evidenceOf, gapIn, no, notApplicable, noUnlessUnseen, unknown, yes } from './answer.js';

const WATCHED = {
  monitors_cpu: 'cpu',
  monitors_memory: 'memory',
  monitors_disk: 'disk',
  monitors_network: 'network',
  collects_logs: 'logs',
  watches_costs: 'costs',
} as const satisfies Partial<Record<ProfilePractice, Signal>>;

const SAID: Readonly<Record<(typeof WATCHED)[keyof typeof WATCHED], string>> = {
  cpu: 'the CPU',
  memory: 'memory',
  disk: 'disks',
  network: 'the network',
  logs: 'logs',
  costs: 'costs',
};

type Answers = Record<keyof typeof WATCHED | 'has_alerts', Practice>;

export function monitoringAnswers(facts: readonly AnyFact[], gaps: readonly Gap[]): Answers {
  const operates = factsOf(facts, 'repository').some((r) => r.data.operates);
  const nothing = notApplicable('The repository operates nothing');
  const watches = (signal: (typeof WATCHED)[keyof typeof WATCHED]): Practice => {
    if (!operates) return nothing;
    const found = factsOf(facts, 'monitoring-signal').filter((s) => s.data.signal === signal);
    const tools = [...new Set(found.map((s) => s.data.tool))].sort().join(', ');
    if (found.length > 0) return yes(`Declared to watch ${SAID[signal]}: ${tools}`, evidenceOf(found));
    return noUnlessUnseen(
      gapIn(gaps, 'monitoring-signal', 'terraform-resource', 'cloud-resource'),
      `Nothing that watches ${SAID[signal]} is declared`,
    );
  };
  return {
    monitors_cpu: watches(WATCHED.monitors_cpu),
    monitors_memory: watches(WATCHED.monitors_memory),
    monitors_disk: watches(WATCHED.monitors_disk),
    monitors_network: watches(WATCHED.monitors_network),
    collects_logs: watches(WATCHED.collects_logs),
    watches_costs: watches(WATCHED.watches_costs),
    has_alerts: operates ? alerts(facts, gaps) : nothing,
  };
}

function alerts(facts: readonly AnyFact[], gaps: readonly Gap[]): Practice {
  const declared = factsOf(facts, 'monitoring-signal').filter((s) => s.data.by === 'alert');
  const names = (of: readonly AnyFact[]) => new Set(of.map((f) => f.name)).size;
  const heard = declared.filter((s) => s.data.notifies);
  const receivers = factsOf(facts, 'routing-receiver');
  if (heard.length > 0)
    return yes(names(heard) === 1 ? 'An alert reaches a person' : `${names(heard)} alerts reach a person`, [
      ...evidenceOf(heard).slice(0, 7),
      ...evidenceOf(receivers),
    ]);
  if (declared.length === 0)
    return noUnlessUnseen(
      gapIn(gaps, 'monitoring-signal', 'terraform-resource', 'cloud-resource'),
      'No alert is declared',
    );
  const said = `${names(declared)} alerts are declared, but`;
  const leadsAway = [...factsOf(facts, 'terraform-resource'), ...factsOf(facts, 'cloud-resource')].some((r) =>
    r.data.attributes.some((a) => a.name === 'alarm_actions' && !/^\[\s*\]$/.test(a.value)),
  );
  const routed = factsOf(facts, 'tool-use').filter((t) => t.data.tool === 'alertmanager');
  const unread = gapIn(gaps, 'routing-receiver');
  if (routed.length > 0 && !unread)
    return no(`${said} the routes of Alertmanager lead to no receiver with a channel`, evidenceOf(routed));
  const onlyAlarms = declared.every((s) => s.data.tool === 'cloudwatch');
  const unseen = gapIn(gaps, 'routing-receiver', 'cloud-resource');
  if (onlyAlarms && !leadsAway && !unseen) return no(`${said} none has an action`, evidenceOf(declared));
  return unknown(`${said} nothing in the repository says whom they reach`, evidenceOf(declared));
}
