import { beforeAll, describe, expect, it } from 'vitest';
import { readTree } from '../src/assess.js';
import { type CheckedExample, checkRules } from '../src/check-rules.js';
import type { Pack } from '../src/model/rule.js';
import { BUNDLED_RULES, loadPacks } from '../src/rules/load.js';

describe('the bundled rules', () => {
  let packs: Pack[];
  let checked: CheckedExample[];
  beforeAll(async () => {
    packs = await loadPacks([BUNDLED_RULES]);
    checked = await checkRules([BUNDLED_RULES], (tree) => readTree(tree));
  }, 60_000);

  it('hold what their examples say, read by the real collectors', () => {
    expect(checked.flatMap((c) => c.problems)).toEqual([]);
  });

  it('show an example that passes and one that fails, but for what no example can hold', () => {
    const shown = (id: string) => new Set(checked.filter((c) => c.rule === id).map((c) => c.expected));
    const without = packs
      .flatMap((p) => p.rules)
      .filter((r) => !shown(r.id).has('pass') || !shown(r.id).has('fail'))
      .map((r) => r.id);
    // A binary of 10 MiB does not fit into a rule's file.
    expect(without).toEqual(['no-large-binaries-are-tracked']);
  });

  it('are eight packs of at least five rules, and every level has a gate', () => {
    expect(packs.map((p) => [p.id, p.rules.length >= 5])).toEqual([
      ['git-usage', true],
      ['tests-before-deploy', true],
      ['monitoring-basics', true],
      ['high-availability', true],
      ['monorepo-gitops', true],
      ['atomic-commits', true],
      ['one-click-environments', true],
      ['operations', true],
    ]);
    const levels = new Set(packs.flatMap((p) => p.rules).flatMap((r) => r.level ?? []));
    expect([...levels].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('each say what to do as an imperative of their own', () => {
    const actions = packs.flatMap((p) => p.rules).map((r) => r.action);
    expect(actions.filter((a) => a === undefined)).toEqual([]);
    expect(new Set(actions).size).toBe(actions.length);
  });
});
