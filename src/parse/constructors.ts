/** Program text (TypeScript, Python, Go, C#, Java) -> the things that it constructs by a qualified name, with the plain arguments. */

export interface Construction {
  /** The qualifier as written: `aws.rds`, `ec2`; empty where the name stands alone. */
  module: string;
  /** `Instance`; Go's `NewInstance` is one too. */
  type: string;
  /** The first string among the arguments: the name that the thing is given. */
  name: string;
  line: number;
  /** Arguments that are plain, dotted where they lie in an object; others as they are written, not literal. */
  arguments: { name: string; value: string; line: number; literal: boolean }[];
}

const CALL = /(?<![\w.$])(?:new\s+)?((?:[a-z_]\w*\.)*)(?:New)?([A-Z]\w*)(?:<[\w<>, ]*>)?\(/g;
/** Text that is no code: comments and the insides of strings stay as blanks, so that lines and places hold. */
const NO_CODE = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=^|\s)#[^\n]*|"""[\s\S]*?"""/g;
const LONGEST_TEXT = 400_000;
const LONGEST_CALL = 20_000;
const DEEPEST = 12;

export function constructions(whole: string): Construction[] {
  if (whole.length > LONGEST_TEXT) return [];
  const code = whole.replace(NO_CODE, (m) => (m.startsWith('"""') ? m : m.replace(/[^\n]/g, ' ')));
  const found: Construction[] = [];
  let line = 1;
  let counted = 0;
  for (const match of code.matchAll(CALL)) {
    line += breaks(code.slice(counted, match.index));
    counted = match.index;
    const [call, qualifier = '', type = ''] = match;
    const open = match.index + call.length;
    const own = argumentsFrom(code, open, line + breaks(call));
    found.push({ module: qualifier.slice(0, -1), type, line, ...own });
  }
  return found;
}

function breaks(text: string): number {
  return text.split('\n').length - 1;
}

const TOKEN = /\s+|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d[\d_.]*|./gsy;
const OPENS = new Set(['(', '[', '{']);
const CLOSES = new Set([')', ']', '}']);

function argumentsFrom(code: string, open: number, first: number): Pick<Construction, 'name' | 'arguments'> {
  const own: Pick<Construction, 'name' | 'arguments'> = { name: '', arguments: [] };
  /** The keys that lead to the present object; empty for a bracket that bears none. */
  const path: string[] = [];
  let line = first;
  let key = '';
  let keyLine = first;
  let value: string[] = [];
  let word = '';
  const finish = () => {
    if (key !== '' && value.length > 0) {
      const literal = plain(value);
      const name = [...path, key].filter((k) => k !== '').join('.');
      own.arguments.push({
        name,
        value: literal ?? value.join('').slice(0, 200),
        line: keyLine,
        literal: literal !== undefined,
      });
    }
    key = '';
    value = [];
    word = '';
  };
  const text = code.slice(open, open + LONGEST_CALL);
  for (const [token] of text.matchAll(new RegExp(TOKEN, 'gsy'))) {
    if (/^\s/.test(token)) {
      line += breaks(token);
      continue;
    }
    if (own.name === '' && path.length === 0 && /^["'`]/.test(token)) own.name = token.slice(1, -1);
    // A parenthesis belongs to a value (`pulumi.Bool(true)`); a brace or bracket opens an object of its own.
    const inCall =
      value.includes('(') && value.filter((t) => t === '(').length > value.filter((t) => t === ')').length;
    if (inCall || (token === '(' && value.length > 0)) {
      value.push(token);
      line += breaks(token);
      continue;
    }
    if (OPENS.has(token)) {
      path.push(key);
      key = '';
      value = [];
      if (path.length > DEEPEST) break;
    } else if (CLOSES.has(token)) {
      finish();
      if (path.length === 0) break;
      path.pop();
    } else if (token === ',') finish();
    else if ((token === ':' || token === '=') && word !== '' && key === '') {
      key = word;
      keyLine = line;
      value = [];
    } else if (key === '') word = token.replace(/^["']|["']$/g, '');
    else value.push(token);
    line += breaks(token);
  }
  return own;
}

/** A literal, also as the libraries of Pulumi and CDK wrap one. */
function plain(tokens: readonly string[]): string | undefined {
  const text = tokens.join('');
  const inner =
    /^(?:pulumi\.(?:Bool|Int|String|Float64)|(?:cdk\.|core\.)?Duration\.days|aws\.String|jsii\.(?:Number|String|Bool))\((.*)\)$/.exec(
      text,
    )?.[1] ?? text;
  if (/^(true|false)$/i.test(inner)) return inner.toLowerCase();
  if (/^\d[\d_.]*$/.test(inner)) return inner.replaceAll('_', '');
  return /^(["'])(?:(?!\1).)*\1$/s.exec(inner) ? inner.slice(1, -1) : undefined;
}
