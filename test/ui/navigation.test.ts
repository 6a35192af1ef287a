import fc from 'fast-check';
import { expect, test } from 'vitest';
import { here, type Step, type Trail, walk, windowOf } from '../../src/ui/navigation.js';

const START: Trail = [{ view: { screen: 'result' }, selected: 3 }];

test('back leads to where the reader was, with the same entry selected', () => {
  const opened = walk(START, { type: 'open', view: { screen: 'pack', pack: 'git-usage' } });
  const moved = walk(opened, { type: 'move', by: 2, count: 9 });
  const deep = walk(moved, { type: 'open', view: { screen: 'finding', rule: 'r', at: 0 } });
  expect(here(walk(deep, { type: 'back' }))).toEqual({
    view: { screen: 'pack', pack: 'git-usage' },
    selected: 2,
  });
  expect(walk(walk(deep, { type: 'back' }), { type: 'back' })).toEqual(START);
});

test('back from the result stays there', () => {
  expect(walk(START, { type: 'back' })).toBe(START);
});

test('turning shows another view in the same place', () => {
  const deep = walk(START, { type: 'open', view: { screen: 'finding', rule: 'r', at: 0 } });
  const turned = walk(deep, { type: 'turn', view: { screen: 'finding', rule: 'r', at: 1 } });
  expect(turned).toHaveLength(2);
  expect(here(turned)).toEqual({ view: { screen: 'finding', rule: 'r', at: 1 }, selected: 0 });
});

test('however one moves, an entry of the list is selected', () => {
  const move: fc.Arbitrary<Step> = fc.record({
    type: fc.constant('move' as const),
    by: fc.integer({ min: -50, max: 50 }),
    count: fc.constant(7),
  });
  fc.assert(
    fc.property(fc.array(move), (steps) => {
      const { selected } = here(steps.reduce(walk, START));
      expect(selected).toBeGreaterThanOrEqual(0);
      expect(selected).toBeLessThan(7);
    }),
  );
  expect(here(walk(START, { type: 'move', by: 1, count: 0 })).selected).toBe(0);
});

test('the window always holds what is selected', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.nat(199),
      fc.integer({ min: 1, max: 50 }),
      (total, at, fits) => {
        const selected = at % total;
        const { from, to } = windowOf(total, selected, fits);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(total);
        expect(to - from).toBe(Math.min(total, fits));
        expect(selected).toBeGreaterThanOrEqual(from);
        expect(selected).toBeLessThan(to);
      },
    ),
  );
});
