/** Where the reader is: a stack of places, each with what is selected there. Pure; the screens only show it. */

export type View =
  | { screen: 'result' }
  | { screen: 'pack'; pack: string }
  | { screen: 'rule'; rule: string }
  | { screen: 'finding'; rule: string; at: number }
  | { screen: 'levels' }
  | { screen: 'level'; level: number }
  | { screen: 'unseen' }
  | { screen: 'keys' };

export interface Place {
  view: View;
  /** The selected entry, or the first line shown where a screen is a text. */
  selected: number;
}

/** The places from the result to where the reader is; the last is shown. */
export type Trail = readonly [Place, ...Place[]];

export type Step =
  /** `by` entries on, in a list of `count`. */
  | { type: 'move'; by: number; count: number }
  | { type: 'open'; view: View }
  /** Shows another view in this place, as the next finding does. */
  | { type: 'turn'; view: View }
  | { type: 'back' };

export function here(trail: Trail): Place {
  return trail.at(-1) ?? trail[0];
}

export function walk(trail: Trail, step: Step): Trail {
  const [first, ...rest] = trail;
  const place = here(trail);
  switch (step.type) {
    case 'move': {
      const selected = Math.max(0, Math.min(step.count - 1, place.selected + step.by));
      return selected === place.selected ? trail : replaced(trail, { ...place, selected });
    }
    case 'open':
      return [first, ...rest, { view: step.view, selected: 0 }];
    case 'turn':
      return replaced(trail, { view: step.view, selected: 0 });
    case 'back':
      return rest.length === 0 ? trail : [first, ...rest.slice(0, -1)];
  }
}

function replaced(trail: Trail, place: Place): Trail {
  const [first, ...rest] = trail;
  return rest.length === 0 ? [place] : [first, ...rest.slice(0, -1), place];
}

/** The part of a list that fits, so that the selected entry is in it and near its middle where it can be. */
export function windowOf(total: number, selected: number, fits: number): { from: number; to: number } {
  const size = Math.max(0, Math.min(total, fits));
  const from = Math.max(0, Math.min(total - size, selected - Math.floor(size / 2)));
  return { from, to: from + size };
}
