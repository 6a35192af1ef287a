/** Go's fmt.Sprintf, for the verbs that templates use. */
import { DEEPEST_VALUE, LimitError, printed, printedFloat, typeOf, type Value } from './value.js';

const WIDEST = 10_000;

export function sprintf(format: string, args: readonly Value[]): string {
  let next = 0;
  const star = () => {
    const arg = args[next++];
    return typeof arg === 'bigint' ? Number(arg) : 0;
  };
  const body = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:\[(\d+)\])?([\s\S]|$)/gu,
    (whole, flags: string, width: string | undefined, precision: string | undefined, index, verb: string) => {
      if (verb === '%') return '%';
      if (verb === '') return '%!(NOVERB)';
      const wide = width === '*' ? star() : Number(width ?? 0);
      const dotted = /^%[-+# 0]*(?:\*|\d+)?\./.test(whole);
      const exact = precision === '*' ? star() : dotted ? Number(precision ?? 0) : undefined;
      if (wide > WIDEST || (exact ?? 0) > WIDEST) throw new LimitError('printf is asked for too wide a text');
      if (index !== undefined) next = Number(index) - 1;
      const arg = args[next++];
      if (arg === undefined) return `%!${verb}(${index === undefined ? 'MISSING' : 'BADINDEX'})`;
      return padded(verbOf(verb, arg, flags, exact), flags, wide);
    },
  );
  const extra = /%\[\d+\]|%\d*\[/.test(format) ? [] : args.slice(next);
  if (extra.length === 0) return body;
  return `${body}%!(EXTRA ${extra.map((a) => (a === null ? '<nil>' : `${typeOf(a)}=${printed(a)}`)).join(', ')})`;
}

function padded(text: string, flags: string, width: number): string {
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[+-]/.test(text) ? text.charAt(0) : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function verbOf(verb: string, arg: Value, flags: string, precision: number | undefined, depth = 0): string {
  if (verb === 'v') return arg === null ? '<nil>' : verbatim(arg, flags);
  if (verb === 'T') return typeOf(arg);
  if (Array.isArray(arg)) {
    if (depth > DEEPEST_VALUE) throw new LimitError('values are nested too deeply');
    return `[${arg.map((a) => verbOf(verb, a, flags, precision, depth + 1)).join(' ')}]`;
  }
  const text =
    typeof arg === 'string'
      ? ofString(verb, arg, precision)
      : typeof arg === 'bigint'
        ? ofWhole(verb, arg, flags)
        : typeof arg === 'number'
          ? ofFloat(verb, arg, flags, precision)
          : typeof arg === 'boolean' && verb === 't'
            ? String(arg)
            : arg instanceof Map && verb === 's'
              ? printed(arg)
              : undefined;
  if (text !== undefined) return text;
  return arg === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeOf(arg)}=${printed(arg)})`;
}

function verbatim(arg: Value, flags: string): string {
  if (flags.includes('#') && typeof arg === 'string') return JSON.stringify(arg);
  return flags.includes('+') && typeof arg === 'bigint' && arg >= 0n ? `+${arg}` : printed(arg);
}

function ofString(verb: string, arg: string, precision: number | undefined): string | undefined {
  const cut = precision === undefined ? arg : [...arg].slice(0, precision).join('');
  if (verb === 's') return cut;
  if (verb === 'q') return JSON.stringify(cut);
  if (verb === 'x' || verb === 'X') {
    const hex = Buffer.from(cut, 'utf8').toString('hex');
    return verb === 'x' ? hex : hex.toUpperCase();
  }
  return undefined;
}

function ofWhole(verb: string, arg: bigint, flags: string): string | undefined {
  const signed = flags.includes('+') && arg >= 0n ? '+' : '';
  switch (verb) {
    case 'd':
      return signed + String(arg);
    case 'x':
      return arg.toString(16);
    case 'X':
      return arg.toString(16).toUpperCase();
    case 'o':
      return arg.toString(8);
    case 'b':
      return arg.toString(2);
    case 'c':
      return arg >= 0n && arg <= 0x10ffffn ? String.fromCodePoint(Number(arg)) : '\ufffd';
    case 'q':
      return arg >= 0n && arg <= 0x10ffffn ? `'${String.fromCodePoint(Number(arg))}'` : undefined;
    default:
      return undefined;
  }
}

function ofFloat(
  verb: string,
  arg: number,
  flags: string,
  precision: number | undefined,
): string | undefined {
  const signed = flags.includes('+') && arg >= 0 ? '+' : '';
  switch (verb) {
    case 'f':
    case 'F':
      return signed + arg.toFixed(Math.min(precision ?? 6, 100));
    case 'e':
      return signed + arg.toExponential(Math.min(precision ?? 6, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
    case 'g':
      return signed + printedFloat(precision === undefined ? arg : Number(arg.toPrecision(precision || 1)));
    default:
      return undefined;
  }
}
