/** Facts written down for the tests of the rules. */
import type { Evidence } from '../../src/model/evidence.js';
import { atLine } from '../../src/model/evidence.js';
import type { AnyFact, FactData, FactKind } from '../../src/model/facts.js';
import type { Gap } from '../../src/model/gap.js';
import { Rule } from '../../src/model/rule.js';

export const REPOSITORY = 'shop';

export function fact<K extends FactKind>(
  kind: K,
  name: string,
  data: FactData<K>,
  evidence: Evidence[],
): AnyFact {
  return { kind, repository: REPOSITORY, name, data, evidence } as unknown as AnyFact;
}

export function repositoryFact(data: Partial<FactData<'repository'>> = {}): AnyFact {
  const whole: FactData<'repository'> = {
    commit: 'c0ffee',
    committedAt: '2026-01-05T10:00:00Z',
    branch: 'main',
    defaultBranch: 'main',
    bare: false,
    shallow: false,
    empty: false,
    dirtyFiles: 0,
    character: 'application',
    operates: true,
    ...data,
  };
  return fact('repository', REPOSITORY, whole, [{ type: 'commit', sha: 'c0ffee', at: whole.committedAt }]);
}

export function workload(name: string, data: Partial<FactData<'workload'>> = {}, line = 1): AnyFact {
  const whole: FactData<'workload'> = {
    system: 'kubernetes',
    kind: 'Deployment',
    namespace: '',
    environment: 'production',
    replicas: 2,
    replicasFrom: 'declared',
    autoscaled: false,
    budget: 'none',
    readiness: 'all',
    liveness: 'none',
    spread: false,
    requests: 'all',
    singleton: false,
    images: [],
    ...data,
  };
  return fact('workload', name, whole, [
    atLine(`k8s/${name}.yaml`, line),
    atLine(`k8s/${name}.yaml`, line + 6, 'replicas'),
  ]);
}

export function pipeline(name: string, data: Partial<FactData<'pipeline'>> = {}): AnyFact {
  const whole: FactData<'pipeline'> = {
    system: 'github-actions',
    title: name,
    path: `.github/workflows/${name}.yml`,
    triggers: [],
    reusable: false,
    composite: false,
    inputs: [],
    concurrency: '',
    jobs: [],
    ...data,
  };
  return fact('pipeline', name, whole, [atLine(whole.path, 1)]);
}

export function job(id: string, runs: readonly string[], line = 3): FactData<'pipeline'>['jobs'][number] {
  return {
    id,
    title: id,
    needs: [],
    condition: '',
    approval: false,
    approvalWhen: '',
    continueOnError: false,
    continueOnErrorWhen: '',
    environment: '',
    uses: '',
    with: [],
    variables: [],
    matrix: [],
    concurrency: '',
    timeoutMinutes: 0,
    steps: runs.map((run, i) => ({
      name: '',
      id: '',
      uses: '',
      run,
      condition: '',
      continueOnError: false,
      continueOnErrorWhen: '',
      variables: [],
      shell: '',
      workingDirectory: '',
      with: [],
      line: line + 1 + i,
      path: '',
      runLine: line + 1 + i,
    })),
    path: '',
    line,
  };
}

export function gap(kinds: Gap['kinds'], what: string, path = ''): Gap {
  return { repository: REPOSITORY, kinds, reason: 'not-rendered', what, remedy: '', path };
}

/** A rule with what matters to a test; the rest is there because a rule must have it. */
export function rule(parts: Pick<Rule, 'subject' | 'pass'> & Partial<Rule>): Rule {
  const example = { name: 'none', expect: 'pass' as const };
  const whole = Rule.parse({
    id: 'a-rule',
    title: 'A rule',
    message: { pass: 'It holds.', fail: 'It does not hold.' },
    why: 'why',
    fix: 'fix',
    severity: 'low',
    operation: 'automate',
    mode: 'automate',
    dilemma: 'always-test',
    effort: { low: 1, likely: 1, high: 1 },
    sources: [{ title: 'here' }],
    examples: [example, example],
    ...parts,
  });
  return { ...whole, pack: 'a-pack' };
}
