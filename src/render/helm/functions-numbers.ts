/** The functions of templates that calculate and convert numbers. */
import { alike, type FunctionTable, intOf } from './arguments.js';
import { EvaluationError, type Value } from './value.js';

/** Any value as a whole number of 64 bits, 0 where it is none. */
function toInt(value: Value | undefined): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number')
    return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
  if (typeof value !== 'string') return 0n;
  // An exponent or a fraction is read as a floating number is.
  const text = value.trim().replace(/\.0*$/, '');
  return /^[+-]?\d{1,19}$/.test(text) ? BigInt.asIntN(64, BigInt(text.replace(/^\+/, ''))) : ofHex(text);
}

function ofHex(text: string): bigint {
  return /^0[xXoObB][0-9a-fA-F]{1,16}$/.test(text) && !Number.isNaN(Number(text))
    ? BigInt.asIntN(64, BigInt(text))
    : 0n;
}

function toFloat(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return 0;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : 0;
}

function whole(calculate: (a: bigint, b: bigint) => bigint): (...args: Value[]) => Value {
  return (...args) => args.map(toInt).reduce((a, b) => BigInt.asIntN(64, calculate(a, b)));
}

function floating(calculate: (a: number, b: number) => number): (...args: Value[]) => Value {
  return (...args) => args.map(toFloat).reduce(calculate);
}

function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new EvaluationError('integer divide by zero');
  return a / b;
}

function rounded(value: number, places: number, up: number): number {
  const power = 10 ** places;
  const shifted = value * power;
  const floor = Math.floor(shifted);
  return (shifted - floor >= up ? Math.ceil(shifted) : floor) / power;
}

export const NUMBER_FUNCTIONS: FunctionTable = {
  add: whole((a, b) => a + b),
  add1: (a) => BigInt.asIntN(64, toInt(a) + 1n),
  add1f: (a) => toFloat(a) + 1,
  addf: floating((a, b) => a + b),
  sub: whole((a, b) => a - b),
  subf: floating((a, b) => a - b),
  mul: whole((a, b) => a * b),
  mulf: floating((a, b) => a * b),
  div: whole(divide),
  divf: floating((a, b) => a / b),
  mod: whole((a, b) => {
    if (b === 0n) throw new EvaluationError('integer divide by zero');
    return a % b;
  }),
  ...alike(
    'max biggest',
    whole((a, b) => (a - b > 0n ? a : b)),
  ),
  min: whole((a, b) => (a - b < 0n ? a : b)),
  maxf: floating(Math.max),
  minf: floating(Math.min),
  ceil: (a) => Math.ceil(toFloat(a)),
  floor: (a) => Math.floor(toFloat(a)),
  round: (a, places, up) => rounded(toFloat(a), intOf(places), up === undefined ? 0.5 : toFloat(up)),
  ...alike('int int64', (a) => toInt(a)),
  atoi: (a) => (typeof a === 'string' && /^[+-]?\d+$/.test(a) ? toInt(a) : 0n),
  float64: (a) => toFloat(a),
  toDecimal: (a) => {
    const digits = typeof a === 'string' || typeof a === 'bigint' || typeof a === 'number' ? String(a) : '';
    return /^[0-7]{1,20}$/.test(digits) ? BigInt(`0o${digits}`) : 0n;
  },
};
