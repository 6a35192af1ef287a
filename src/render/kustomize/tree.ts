/** Copies of parsed values that a build may change, where every mapping, key and item remembers who wrote it. */
import type { Place } from '../rendered.js';

/** A mapping that belongs to the build. */
export type Node = Record<string, unknown>;
export type PlaceOf = (value: object, key?: string | number) => Place;

/** Why a kustomization does not build: what kustomize itself would say. */
export class BuildError extends Error {}

/** Far above any real kustomization; aliases and diamonds of bases can ask for any number. */
const MOST_NODES = 400_000;
const DEEPEST = 120;

interface Origin {
  original: object;
  placeOf: PlaceOf;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class Tree {
  readonly #origins = new WeakMap<object, Origin>();
  readonly #own = new WeakMap<object, Place>();
  readonly #keys = new WeakMap<object, Map<string, Place>>();
  /** Lists whose items have moved: the place of each. */
  readonly #items = new WeakMap<unknown[], Place[]>();
  #nodes = 0;

  /** A deep copy that remembers the places of the original; aliases become copies of their own. */
  copy(value: unknown, placeOf: PlaceOf, depth = 0): unknown {
    if (typeof value !== 'object' || value === null) return value;
    this.#count(depth);
    const made: unknown[] | Node = Array.isArray(value)
      ? value.map((item) => this.copy(item, placeOf, depth + 1))
      : {};
    if (!Array.isArray(made))
      for (const [key, inner] of Object.entries(value))
        if (key !== '__proto__') made[key] = this.copy(inner, placeOf, depth + 1);
    this.#origins.set(made, { original: value, placeOf });
    return made;
  }

  /**
   * A copy of a mapping that copies what stands under one of its keys only when it is looked at. The schemas of custom
   * resources are the largest of all that is built, and hardly ever changed.
   */
  copyWithLate(value: Node, late: string, placeOf: PlaceOf): Node {
    const { [late]: rest, ...others } = value;
    const made = this.copy(others, placeOf);
    if (!isNode(made)) return {};
    this.#origins.set(made, { original: value, placeOf });
    if (rest === undefined) return made;
    const settle = (now: unknown) =>
      Object.defineProperty(made, late, { value: now, writable: true, enumerable: true, configurable: true });
    return Object.defineProperty(made, late, {
      enumerable: true,
      configurable: true,
      get: () => {
        const now = this.#copyOrNothing(rest, placeOf);
        settle(now);
        return now;
      },
      set: settle,
    });
  }

  /** It may be looked at when the build is long over, and then nobody expects it to fail. */
  #copyOrNothing(value: unknown, placeOf: PlaceOf): unknown {
    try {
      return this.copy(value, placeOf, 1);
    } catch {
      return {};
    }
  }

  /** A deep copy all of which was written at one place. */
  copyAt(value: unknown, place: Place): unknown {
    return this.copy(value, () => place);
  }

  /** A mapping that was not written out but follows from what stands at a place. */
  mapping(place: Place): Node {
    const made: Node = {};
    this.#own.set(made, place);
    return made;
  }

  list(place: Place): unknown[] {
    const made: unknown[] = [];
    this.#own.set(made, place);
    this.#items.set(made, []);
    return made;
  }

  placeOf(value: object, key?: string | number): Place | undefined {
    if (Array.isArray(value)) return this.#placeOfItem(value, key);
    const written = key === undefined ? undefined : this.#keys.get(value)?.get(String(key));
    if (written) return written;
    const origin = this.#origins.get(value);
    return origin ? origin.placeOf(origin.original, key) : this.#own.get(value);
  }

  #placeOfItem(list: unknown[], key: string | number | undefined): Place | undefined {
    const item = typeof key === 'number' ? list[key] : undefined;
    const moved = typeof key === 'number' ? this.#items.get(list)?.[key] : undefined;
    if (moved) return moved;
    if (typeof item === 'object' && item !== null) return this.placeOf(item);
    const origin = this.#origins.get(list);
    return origin ? origin.placeOf(origin.original, key) : this.#own.get(list);
  }

  put(node: Node, key: string, value: unknown, place: Place): void {
    if (key === '__proto__') return;
    node[key] = value;
    const keys = this.#keys.get(node) ?? new Map<string, Place>();
    keys.set(key, place);
    this.#keys.set(node, keys);
  }

  remove(node: Node, key: string): void {
    delete node[key];
    this.#keys.get(node)?.delete(key);
  }

  setItem(list: unknown[], index: number, value: unknown, place: Place): void {
    this.#itemsOf(list, place)[index] = place;
    list[index] = value;
  }

  insert(list: unknown[], index: number, value: unknown, place: Place): void {
    this.#itemsOf(list, place).splice(index, 0, place);
    list.splice(index, 0, value);
  }

  removeItem(list: unknown[], index: number): void {
    const [first] = this.#itemsOf(list, undefined);
    if (first) this.#items.get(list)?.splice(index, 1);
    list.splice(index, 1);
  }

  /** Gives a list other items, each with its place. */
  refill(list: unknown[], items: readonly { value: unknown; place: Place }[]): void {
    this.#items.set(
      list,
      items.map((i) => i.place),
    );
    list.splice(0, list.length, ...items.map((i) => i.value));
  }

  #itemsOf(list: unknown[], otherwise: Place | undefined): Place[] {
    const known = this.#items.get(list);
    if (known) return known;
    const places = list.flatMap((_, i) => this.#placeOfItem(list, i) ?? otherwise ?? []);
    this.#items.set(list, places);
    return places;
  }

  #count(depth: number): void {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES || depth > DEEPEST)
      throw new BuildError('it is larger or deeper than is looked at');
  }
}
