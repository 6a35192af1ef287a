/** Versions and constraints as semverCompare understands them. */

import { alike, type FunctionTable, stringOf } from './arguments.js';
import { EvaluationError, type Value } from './value.js';

interface Version {
  numbers: [number, number, number];
  prerelease: string;
  metadata: string;
  original: string;
}

const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;
const PART =
  /(=|==|!=|<>|>=|=>|<=|=<|>|<|~>|~|\^)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?/y;

function versionOf(text: string): Version {
  const match = VERSION.exec(text.trim());
  if (!match) throw new EvaluationError(`Invalid Semantic Version: ${text.slice(0, 60)}`);
  const [, major, minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease, metadata, original: text };
}

function compare(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) {
    if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] - b.numbers[i];
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  if (b.prerelease === '') return -1;
  return comparePrereleases(a.prerelease.split('.'), b.prerelease.split('.'));
}

function comparePrereleases(a: string[], b: string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    if (x === y) continue;
    const [m, n] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (m && n) return Number(x) - Number(y);
    if (m !== n) return m ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

interface Constraint {
  operator: string;
  version: Version;
  /** How many numbers are given: 1.x has one. */
  given: number;
}

function constraintsOf(text: string): Constraint[][] {
  return text.split('||').map((alternative) => {
    const ranges = alternative.replace(/(\S+)\s+-\s+(\S+)/g, '>=$1, <=$2');
    const constraints: Constraint[] = [];
    let at = 0;
    for (;;) {
      at += /^[\s,]*/.exec(ranges.slice(at))?.[0].length ?? 0;
      if (at >= ranges.length) break;
      PART.lastIndex = at;
      const match = PART.exec(ranges);
      if (!match) throw new EvaluationError(`improper constraint: ${text.slice(0, 60)}`);
      at = PART.lastIndex;
      const [, operator = '', ...rest] = match;
      const numbers = rest.slice(0, 3);
      const wild = numbers.findIndex((n) => n === undefined || /[xX*]/.test(n));
      const given = wild === -1 ? 3 : wild;
      const at3 = (i: number) => (i < given ? Number(numbers[i]) : 0);
      const version = {
        numbers: [at3(0), at3(1), at3(2)],
        prerelease: rest[3] ?? '',
        metadata: '',
        original: match[0],
      } satisfies Version;
      constraints.push({ operator, version, given });
    }
    if (constraints.length === 0) throw new EvaluationError(`improper constraint: ${text.slice(0, 60)}`);
    return constraints;
  });
}

/** The first version above all that begin with the first `kept` numbers. */
function above(version: Version, kept: number): Version {
  const [major, minor, patch] = version.numbers;
  const numbers: Version['numbers'] =
    kept <= 0
      ? [Number.MAX_SAFE_INTEGER, 0, 0]
      : kept === 1
        ? [major + 1, 0, 0]
        : kept === 2
          ? [major, minor + 1, 0]
          : [major, minor, patch + 1];
  return { ...version, numbers, prerelease: '' };
}

function satisfies(version: Version, { operator, version: wanted, given }: Constraint): boolean {
  // A prerelease is no answer to who did not ask for one.
  if (version.prerelease !== '' && wanted.prerelease === '' && operator !== '!=') return false;
  const order = compare(version, wanted);
  const below = (limit: Version) => compare(version, limit) < 0;
  switch (operator) {
    case '!=':
    case '<>':
      return given === 3 ? order !== 0 : !(order >= 0 && below(above(wanted, given)));
    case '>':
      return given === 3 ? order > 0 : !below(above(wanted, given));
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return given === 3 ? order <= 0 : below(above(wanted, given));
    case '~':
    case '~>':
      return order >= 0 && below(above(wanted, Math.min(given, 2)));
    case '^':
      return order >= 0 && below(above(wanted, caretKeeps(wanted, given)));
    default:
      return given === 3 ? order === 0 : order >= 0 && below(above(wanted, given));
  }
}

function caretKeeps({ numbers: [major, minor] }: Version, given: number): number {
  if (major > 0 || given === 1) return Math.min(given, 1);
  return minor > 0 || given === 2 ? 2 : 3;
}

export const SEMVER_FUNCTIONS: FunctionTable = {
  ...alike('semverCompare', (constraint, text) => {
    const version = versionOf(stringOf(text));
    return constraintsOf(stringOf(constraint)).some((all) => all.every((c) => satisfies(version, c)));
  }),
  semver: (text) => {
    const version = versionOf(stringOf(text));
    const [major, minor, patch] = version.numbers;
    return new Map<string, Value>([
      ['Major', BigInt(major)],
      ['Minor', BigInt(minor)],
      ['Patch', BigInt(patch)],
      ['Prerelease', version.prerelease],
      ['Metadata', version.metadata],
      ['Original', version.original],
    ]);
  },
};
