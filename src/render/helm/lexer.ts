/** Template text -> runs of plain text and the tokens of the actions between `{{` and `}}`, each with its line. */

export interface TextRun {
  type: 'text';
  text: string;
  line: number;
}

export interface Token {
  type: 'word' | 'field' | 'variable' | 'string' | 'number' | 'character' | 'space' | 'mark';
  /** As written; of strings and characters what they stand for. */
  text: string;
  line: number;
}

export interface Action {
  type: 'action';
  tokens: Token[];
  line: number;
}

/** What is no template: the message says what Go's parser would object to. */
export class TemplateSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const TOKEN =
  /(?<space>\s+)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<variable>\$[\p{L}\p{N}_]*)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<character>'(?:[^'\\\n]|\\.)+')|(?<number>[+-]?(?:0[xX][0-9a-fA-F_]+(?:[pP][+-]?\d+)?|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|(?<mark>:=|[=|(),.])/uy;

const TYPES = ['space', 'field', 'variable', 'word', 'string', 'character', 'number', 'mark'] as const;

export function lexTemplate(source: string): (TextRun | Action)[] {
  const parts: (TextRun | Action)[] = [];
  let at = 0;
  let line = 1;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const end = open === -1 ? source.length : open;
    const trimsLeft = open !== -1 && source[open + 2] === '-' && /\s/.test(source[open + 3] ?? '');
    addText(parts, source.slice(at, end), line, trimNext, trimsLeft);
    if (open === -1) break;
    line += breaks(source, at, open);
    const inside = open + (trimsLeft ? 4 : 2);
    const actionLine = line;
    const tokensLine = line + breaks(source, open, inside);
    const lexed = lexAction(source, inside, tokensLine);
    if (lexed.tokens) parts.push({ type: 'action', tokens: lexed.tokens, line: actionLine });
    line += breaks(source, open, lexed.end);
    at = lexed.end;
    trimNext = lexed.trimsRight;
  }
  return parts;
}

function addText(
  parts: (TextRun | Action)[],
  text: string,
  line: number,
  trimStart: boolean,
  trimEnd: boolean,
): void {
  const start = trimStart ? text.length - text.trimStart().length : 0;
  const kept = trimEnd ? text.slice(start).trimEnd() : text.slice(start);
  if (kept !== '') parts.push({ type: 'text', text: kept, line: line + breaks(text, 0, start) });
}

/** From behind the opening marker to behind the closing one; a comment has no tokens. */
function lexAction(
  source: string,
  from: number,
  firstLine: number,
): { tokens: Token[] | undefined; end: number; trimsRight: boolean } {
  if (source.startsWith('/*', from)) {
    const end = source.indexOf('*/', from + 2);
    const close = /\*\/(\s+-)?\}\}/y;
    close.lastIndex = end;
    const closed = end === -1 ? null : close.exec(source);
    if (!closed) throw new TemplateSyntaxError('unclosed comment', firstLine);
    return { tokens: undefined, end: close.lastIndex, trimsRight: closed[1] !== undefined };
  }
  const tokens: Token[] = [];
  let line = firstLine;
  let at = from;
  while (at < source.length) {
    if (source.startsWith('}}', at)) return { tokens, end: at + 2, trimsRight: false };
    if (source.startsWith('-}}', at) && /\s/.test(source[at - 1] ?? ''))
      return { tokens, end: at + 3, trimsRight: true };
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    const type = TYPES.find((t) => match?.groups?.[t] !== undefined);
    if (!match || !type)
      throw new TemplateSyntaxError(`unexpected ${JSON.stringify(source[at])} in an action`, line);
    tokens.push({ type, text: meaning(match[0], type, line), line });
    line += breaks(source, at, TOKEN.lastIndex);
    at = TOKEN.lastIndex;
  }
  throw new TemplateSyntaxError('unclosed action', firstLine);
}

function meaning(written: string, type: Token['type'], line: number): string {
  if (type !== 'string' && type !== 'character') return written;
  const inner = written.slice(1, -1);
  return written.startsWith('`') ? inner.replaceAll('\r', '') : unescaped(inner, line);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescaped(text: string, line: number): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g,
    (_, x?: string, u?: string, long?: string, octal?: string, simple?: string) => {
      const hex = x ?? u ?? long;
      const code = hex !== undefined ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : -1;
      if (code > 0x10ffff) throw new TemplateSyntaxError('invalid escape in a string', line);
      return code >= 0 ? String.fromCodePoint(code) : (ESCAPES[simple ?? ''] ?? simple ?? '');
    },
  );
}

function breaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
