/** Templates of an Azure pipeline and the `${{ if }}` and `${{ each }}` in its lists and mappings, taken apart. */

import { folderOf, joined } from '../../paths.js';
import { isMapping, list, type Mapping, mapping, text } from '../../shape.js';
import type { YamlSources } from '../../yaml-sources.js';
import { ALWAYS, all, NEVER, not } from '../condition.js';
import type { UnseenPart } from '../pipeline.js';
import { azureCondition } from './conditions.js';
import { deep, filled, known, lookedUp, parameterOf, type Scope } from './scope.js';

const DEEPEST = 12;
const NONE: ReadonlySet<string> = new Set();
const MOST_PARTS = 3000;
const DIRECTIVE = /^\$\{\{\s*(if|elseif|else|each|insert)\b\s*([\s\S]*?)\s*\}\}$/;

/** An item of a list, the list in which it is written, and the condition under which it is there. */
interface Item {
  item: unknown;
  holder: readonly unknown[];
  index: number;
  scope: Scope;
  condition: string;
}

export class AzureTemplates {
  /** Templates that were taken in. */
  readonly taken = new Set<string>();
  /** Templates that are elsewhere. */
  readonly unseen: UnseenPart[] = [];
  readonly #roots = new Map<string, Mapping | undefined>();
  #parts = 0;

  constructor(
    readonly textOf: (path: string) => string | undefined,
    readonly sources: YamlSources,
  ) {}

  #root(path: string): Mapping | undefined {
    if (!this.#roots.has(path)) {
      const written = this.textOf(path);
      const read = written === undefined ? undefined : this.sources.add(path, written);
      this.#roots.set(path, read && read.error === '' ? mapping(read.value) : undefined);
    }
    return this.#roots.get(path);
  }

  /** The template that a part names, with the scope in which it stands. */
  template(of: Mapping, scope: Scope): { root: Mapping; scope: Scope } | undefined {
    const written = filled(text(of.template), scope);
    const { path: at, line } = this.sources.at(of, 'template');
    const [name = '', repository] = written.split('@');
    const path = resolved(name, scope.path);
    const root = repository === undefined || repository === 'self' ? this.#root(path) : undefined;
    if (!root || scope.depth > DEEPEST) {
      if (scope.depth <= DEEPEST) this.unseen.push({ what: written, path: at, line, wraps: false });
      return undefined;
    }
    this.taken.add(path);
    const declared = Array.isArray(root.parameters)
      ? root.parameters.map(mapping).map((p) => [text(p.name), p.default] as const)
      : Object.entries(mapping(root.parameters));
    const given = Object.entries(this.mapping(mapping(of.parameters), scope)).map(
      ([k, v]) => [k, deep(v, scope)] as const,
    );
    const parameters = new Map<string, unknown>([...declared, ...given]);
    const values = new Map(scope.values);
    for (const [key, value] of parameters) {
      if (typeof value === 'object' && value !== null) values.delete(key.toLowerCase());
      else values.set(key.toLowerCase(), text(value));
    }
    return { root, scope: { path, values, parameters, asked: NONE, depth: scope.depth + 1 } };
  }

  /** The items of a list with `${{ if }}` and `${{ each }}` and parameters that are lists taken apart. */
  items(value: unknown, scope: Scope): Item[] {
    const whole = parameterOf(value, scope);
    const items = list(whole);
    let earlier = ALWAYS;
    return items.flatMap((item, index) => {
      this.#parts += 1;
      if (this.#parts > MOST_PARTS || scope.depth > DEEPEST) return [];
      const named = typeof item === 'string' ? parameterOf(item, scope) : item;
      if (Array.isArray(named)) return this.items(named, scope);
      const [key = '', inner] = isMapping(named) ? (Object.entries(named)[0] ?? []) : [];
      const directive = DIRECTIVE.exec(key.trim());
      if (!directive) return [{ item: named, holder: items, index, scope, condition: ALWAYS }];
      const [, word = '', rest = ''] = directive;
      if (word === 'each') return this.#each(rest, inner, scope);
      const own = word === 'else' ? ALWAYS : azureCondition(rest, known(scope));
      const condition = word === 'if' ? own : all(not(earlier), own);
      earlier = word === 'if' ? own : either(earlier, own);
      if (condition === NEVER) return [];
      return this.items(inner, { ...scope, depth: scope.depth + 1 }).map((i) => ({
        ...i,
        condition: all(condition, i.condition),
      }));
    });
  }

  #each(rest: string, inner: unknown, scope: Scope): Item[] {
    return this.#loop(rest, scope).flatMap((at) => this.items(inner, at));
  }

  /** A scope for each turn of a loop. */
  #loop(rest: string, scope: Scope): Scope[] {
    const [, name = '', source = ''] = /^(\w+)\s+in\s+([\w.-]+)/.exec(rest) ?? [];
    const over = lookedUp(source, scope);
    const ones = isMapping(over) ? Object.entries(over).map(([key, value]) => ({ key, value })) : list(over);
    return ones.slice(0, 50).map((one) => {
      const parameters = new Map([...scope.parameters, [name, one] as const]);
      const values = new Map(scope.values);
      if (!isMapping(one)) values.set(name.toLowerCase(), text(one));
      else
        for (const [key, value] of Object.entries(one))
          values.set(`${name}.${key}`.toLowerCase(), text(value));
      return { ...scope, parameters, values, depth: scope.depth + 1 };
    });
  }

  /** A mapping with its `${{ if }}` and `${{ each }}` keys taken apart; the same one where it has none. */
  mapping(of: Mapping, scope: Scope): Mapping {
    const keys = Object.keys(of);
    if (!keys.some((k) => k.trim().startsWith('${{')) || scope.depth > DEEPEST) return of;
    const made: Record<string, unknown> = {};
    let earlier = ALWAYS;
    for (const key of keys) {
      this.#parts += 1;
      if (this.#parts > MOST_PARTS) break;
      const directive = DIRECTIVE.exec(key.trim());
      if (!directive) {
        made[filled(key, scope)] = deep(of[key], scope);
        continue;
      }
      const [, word = '', rest = ''] = directive;
      if (word === 'each') {
        for (const at of this.#loop(rest, scope)) Object.assign(made, this.mapping(mapping(of[key]), at));
        continue;
      }
      const own = word === 'else' ? ALWAYS : azureCondition(rest, known(scope));
      const condition = word === 'if' ? own : all(not(earlier), own);
      earlier = word === 'if' ? own : either(earlier, own);
      if (condition !== NEVER)
        Object.assign(
          made,
          this.mapping(mapping(deep(of[key], scope)), { ...scope, depth: scope.depth + 1 }),
        );
    }
    return made;
  }
}

/** A path as a template is named: from the root, or from the folder of the file that names it. */
function resolved(name: string, from: string): string {
  return joined(name.startsWith('/') ? '' : folderOf(from), name);
}

/** Either of two conditions. */
function either(a: string, b: string): string {
  // A chain that long is no longer followed.
  if (a.length > 5000) return a;
  return a === ALWAYS || b === ALWAYS ? ALWAYS : a === NEVER ? b : b === NEVER ? a : `(${a}) || (${b})`;
}
