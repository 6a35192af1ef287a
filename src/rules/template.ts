/** The texts of a rule: words with CEL expressions in braces. */
import type { FactKind } from '../model/facts.js';
import { type Context, compile, type Expression, ExpressionError, View } from './expression.js';
import { listed } from './functions.js';

/** A checked text; filling it in may throw where an expression has no value. */
export interface Template {
  fill(context: Context): string;
}

interface Piece {
  /** Where in the text the expression starts. */
  offset: number;
  source: string;
}

/** Checks a text; throws an `ExpressionError` with the place in the text. */
export function compileTemplate(text: string, subject: FactKind, make = compile): Template {
  const parts = splitTemplate(text).map((part) =>
    typeof part === 'string' ? part : compilePiece(part, subject, make),
  );
  return {
    fill(context) {
      const filled = parts.map((part) => (typeof part === 'string' ? part : shown(part.evaluate(context))));
      return filled
        .join('')
        .trim()
        .replace(/\s*\n\s*/g, ' ');
    },
  };
}

function compilePiece({ source, offset }: Piece, subject: FactKind, make: typeof compile): Expression {
  try {
    return make(source, subject, 'text');
  } catch (error) {
    if (error instanceof ExpressionError) throw new ExpressionError(error.message, offset + error.offset);
    throw error;
  }
}

/** Words and expressions in turn. Braces and quotes within an expression are its own. */
function splitTemplate(text: string): (string | Piece)[] {
  const parts: (string | Piece)[] = [];
  let from = 0;
  for (let open = text.indexOf('{'); open !== -1; open = text.indexOf('{', from)) {
    const close = closingBrace(text, open);
    if (close === -1) throw new ExpressionError('this brace is never closed', open);
    parts.push(text.slice(from, open), { offset: open + 1, source: text.slice(open + 1, close) });
    from = close + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let i = open; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return i;
  }
  return -1;
}

/** How a value reads: facts by their names, numbers with at most two decimals, at most five of a list. */
function shown(value: unknown): string {
  if (value instanceof View) return value.$fact.name;
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  if (Array.isArray(value)) return listed(value.map(shown), 5n);
  return String(value);
}
