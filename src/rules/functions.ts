/** The functions that rules may call beside CEL's own; docs/rules.md is generated from this list. */
import { RE2JS } from 're2js';

export interface RuleFunction {
  name: string;
  /** As CEL declares it: `name(type, type): type`. */
  signature: string;
  about: string;
  example: string;
  run: (...args: never[]) => unknown;
  /** The same function where more items in its list only ever give more: what a gap hides takes none away. */
  growing?: (items: readonly unknown[]) => readonly unknown[];
}

/** Patterns are literals in rules, so there are few; each is compiled once. */
const patterns = new Map<string, RE2JS>();

/** Compiles a pattern of RE2; throws with the reason where it is none. */
export function compilePattern(pattern: string): RE2JS {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = RE2JS.compile(pattern);
    patterns.set(pattern, compiled);
  }
  return compiled;
}

function re(text: string, pattern: string): boolean {
  return compilePattern(pattern).test(text);
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function flatten(lists: readonly unknown[]): unknown[] {
  return lists.flat();
}

/** As people list things: `a`, `a and b`, `a, b and 3 more`. */
export function listed(items: readonly string[], max: bigint): string {
  const room = Math.max(1, Number(max));
  const shown = items.length > room ? [...items.slice(0, room), `${items.length - room} more`] : items;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function plural(count: bigint, one: string): string {
  return count === 1n ? `1 ${one}` : `${count} ${one}s`;
}

function pluralAs(count: bigint, one: string, many: string): string {
  return count === 1n ? `1 ${one}` : `${count} ${many}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

export const FUNCTIONS: readonly RuleFunction[] = [
  {
    name: 'distinct',
    signature: 'distinct(list<string>): list<string>',
    about: 'The strings without repetitions, in the order of their first.',
    example: 'size(distinct(workloads.map(w, w.environment))) > 1',
    run: distinct,
    growing: distinct,
  },
  {
    name: 'flatten',
    signature: 'flatten(list<list<T>>): list<T>',
    about: 'The items of the lists in a list, one after another.',
    example: 'flatten(subject.jobs.map(j, j.steps)).exists(s, s.continueOnError)',
    run: flatten,
    growing: flatten,
  },
  {
    name: 'listed',
    signature: 'listed(list<string>, int): string',
    about: 'At most so many items as people list them: `a, b and 3 more`.',
    example: 'listed(pipelines.map(p, p.path), 3)',
    run: listed,
  },
  {
    name: 'percent',
    signature: 'percent(double): string',
    about: 'A share from 0 to 1 as a whole percentage: `46%`.',
    example: 'percent(subject.yearWideShare)',
    run: percent,
  },
  {
    name: 'plural',
    signature: 'plural(int, string): string',
    about: 'A number with its noun: `1 job`, `3 jobs`.',
    example: "plural(size(subject.jobs), 'job')",
    run: plural,
  },
  {
    name: 'plural',
    signature: 'plural(int, string, string): string',
    about: 'The same where the plural is irregular: `1 repository`, `2 repositories`.',
    example: "plural(size(repositories), 'repository', 'repositories')",
    run: pluralAs,
  },
  {
    name: 're',
    signature: 're(string, string): bool',
    about:
      'Does the text contain a match of the RE2 pattern? The pattern must be a literal; `(?i)` ignores case, `^` and `$` are the ends of the text, `(?m)` makes them the ends of a line.',
    example: "subject.jobs.exists(j, j.steps.exists(s, re(s.run, r'\\bgo test\\b')))",
    run: re,
  },
];
