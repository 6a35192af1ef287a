/** HCL text (Terraform, OpenTofu, Terragrunt, and their JSON form) -> blocks and expressions with lines; keeps the rest of a broken file. */
import { createRequire } from 'node:module';
import type { Node, Parser } from 'web-tree-sitter';

/** `text` is as written; `line` is the one it starts on, from 1. */
export type HclExpression = { text: string; line: number } & (
  | { type: 'literal'; value: string | number | boolean | null }
  /** A quoted string with interpolations or directives, which are its parts. */
  | { type: 'template'; parts: HclExpression[] }
  /** `value` is what stands between the marks, its lines whole; without parts it is literal. */
  | { type: 'heredoc'; value: string; parts: HclExpression[] }
  /** A variable with what is taken from it (`var.environment`, `local.sizes["a"].b`); index expressions are its parts. */
  | { type: 'reference'; parts: HclExpression[] }
  | { type: 'call'; name: string; parts: HclExpression[] }
  | { type: 'tuple'; parts: HclExpression[] }
  | { type: 'object'; entries: HclEntry[] }
  | { type: 'operation'; operator: string; parts: HclExpression[] }
  | { type: 'conditional'; parts: HclExpression[] }
  /** Something other than a variable, and what is taken from it: `{ a = 1 }[var.b]`. The first part is the thing itself. */
  | { type: 'index'; parts: HclExpression[] }
  /** A `for` expression, a template directive. */
  | { type: 'other'; parts: HclExpression[] }
);

export interface HclEntry {
  /** The literal key; the expression as written where it is none. */
  key: string;
  keyExpression: HclExpression;
  value: HclExpression;
  line: number;
}

export interface HclAttribute {
  name: string;
  value: HclExpression;
  line: number;
}

export interface HclBody {
  attributes: HclAttribute[];
  blocks: HclBlock[];
}

export interface HclBlock extends HclBody {
  type: string;
  labels: string[];
  line: number;
  endLine: number;
}

export interface HclFile extends HclBody {
  /** The lines that could not be read, in order; an attribute with an error in it is left out. */
  errors: { line: number; endLine: number }[];
}

let parser: Parser | undefined;

/** Loads the grammar, once. */
export async function prepareHcl(): Promise<void> {
  if (parser) return;
  const { Language, Parser } = await import('web-tree-sitter');
  const grammar = createRequire(import.meta.url).resolve(
    '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm',
  );
  await Parser.init();
  const language = await Language.load(grammar);
  parser = new Parser().setLanguage(language);
}

/** Parses a file, after `prepareHcl` has been awaited. A path that ends in `.json` holds Terraform's JSON form. */
export function parseHcl(text: string, path: string): HclFile {
  if (!parser) throw new Error('parseHcl needs prepareHcl to be awaited first');
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  // JSON is an object expression of HCL, so that one grammar reads both and gives both their lines.
  const json = path.endsWith('.json');
  const source = json ? `json = ${plain}` : plain;
  const tree = parser.parse(source);
  if (!tree) return { attributes: [], blocks: [], errors: [{ line: 1, endLine: 1 }] };
  try {
    const file = new Reader(source).file(tree.rootNode);
    return json ? fromJson(file) : file;
  } finally {
    tree.delete();
  }
}

/** The expressions directly inside an expression. */
export function partsOf(expression: HclExpression): HclExpression[] {
  if (expression.type === 'literal') return [];
  if (expression.type === 'object') return expression.entries.flatMap((e) => [e.keyExpression, e.value]);
  return expression.parts;
}

/** The string that an expression is, where it is a literal one; a heredoc without interpolation is. */
export function literalString(expression: HclExpression): string | undefined {
  if (expression.type === 'heredoc' && expression.parts.length === 0) return expression.value;
  if (expression.type === 'literal' && typeof expression.value === 'string') return expression.value;
  return undefined;
}

export function attributeOf(body: HclBody, name: string): HclAttribute | undefined {
  return body.attributes.find((a) => a.name === name);
}

interface At {
  text: string;
  line: number;
}

/** Turns the nodes of one tree into values, so that the tree can be freed. */
class Reader {
  readonly #errors: { line: number; endLine: number }[] = [];

  constructor(readonly source: string) {}

  file(root: Node): HclFile {
    const body: HclBody = { attributes: [], blocks: [] };
    this.#body(root, body);
    // Where nothing could be made of the text, the root itself is the error.
    if (root.hasError && this.#errors.length === 0) this.#failed(root);
    return { ...body, errors: this.#errors };
  }

  #text(from: Node, to = from): string {
    return this.source.slice(from.startIndex, to.endIndex);
  }

  #failed(node: Node): void {
    const line = node.startPosition.row + 1;
    const last = this.#errors.at(-1);
    if (last && line <= last.endLine) return;
    this.#errors.push({ line, endLine: Math.max(line, node.endPosition.row + 1) });
  }

  #body(node: Node, body: HclBody): void {
    for (const child of childrenOf(node)) {
      if (child.type === 'body') this.#body(child, body);
      else if (child.type === 'block') body.blocks.push(this.#block(child));
      else if (child.isError) {
        this.#failed(child);
        // A brace that is never closed swallows whole blocks, which are still what they are.
        for (const inner of childrenOf(child))
          if (inner.type === 'block') body.blocks.push(this.#block(inner));
      } else if (child.hasError || child.isMissing) this.#failed(child);
      else if (child.type === 'attribute') {
        const [name, value] = childrenOf(child);
        if (!name || !value) continue;
        body.attributes.push({
          name: this.#text(name),
          value: this.#expression(value),
          line: child.startPosition.row + 1,
        });
      }
    }
  }

  #block(node: Node): HclBlock {
    const [type, ...rest] = childrenOf(node);
    const block: HclBlock = {
      type: type ? this.#text(type) : '',
      labels: [],
      attributes: [],
      blocks: [],
      line: node.startPosition.row + 1,
      endLine: node.endPosition.row + 1,
    };
    for (const child of rest) {
      if (child.type === 'body') this.#body(child, block);
      else if (child.isError || child.hasError) this.#failed(child);
      else if (child.type === 'string_lit') block.labels.push(unquote(this.#text(child)));
      else if (child.type === 'identifier') block.labels.push(this.#text(child));
    }
    return block;
  }

  #expression(node: Node): HclExpression {
    const at: At = { text: this.#text(node), line: node.startPosition.row + 1 };
    switch (node.type) {
      case 'literal_value':
        return { ...at, type: 'literal', value: literalValue(at.text) };
      case 'quoted_template':
        return { ...at, type: 'template', parts: this.#parts(node) };
      case 'heredoc_template':
        return { ...at, type: 'heredoc', value: heredocValue(at.text), parts: this.#parts(node) };
      case 'variable_expr':
        return { ...at, type: 'reference', parts: [] };
      case 'tuple':
        return { ...at, type: 'tuple', parts: this.#parts(node) };
      case 'object':
        return { ...at, type: 'object', entries: this.#entries(node) };
      case 'function_call': {
        const [name, given] = childrenOf(node);
        const parts = given ? this.#parts(given) : [];
        return { ...at, type: 'call', name: name ? this.#text(name) : '', parts };
      }
      case 'conditional':
        return { ...at, type: 'conditional', parts: this.#parts(node) };
      case 'unary_operation':
      case 'binary_operation':
        return this.#operation(node, at);
      case 'expression':
      case 'operation':
      case 'collection_value':
      case 'template_expr':
      case 'template_interpolation':
      case 'index':
      case 'new_index': {
        const [only, ...others] = this.#parts(node);
        if (only && others.length === 0) return only;
        return { ...at, type: 'other', parts: only ? [only, ...others] : [] };
      }
      default:
        return { ...at, type: 'other', parts: this.#parts(node) };
    }
  }

  /** The expressions among a node's children; a thing and what is taken from it (`.name`, `[0]`) are one. */
  #parts(node: Node): HclExpression[] {
    const parts: HclExpression[] = [];
    let base: Node | undefined;
    for (const child of childrenOf(node)) {
      if (base && TAKES.has(child.type)) {
        const thing = parts.pop();
        if (thing) parts.push(this.#taken(base, child, thing));
      } else if (!NO_EXPRESSION.test(child.type)) {
        parts.push(this.#expression(child));
        base = child;
      }
    }
    return parts;
  }

  #taken(base: Node, accessor: Node, thing: HclExpression): HclExpression {
    const at: At = { text: this.#text(base, accessor), line: thing.line };
    const indexes = this.#parts(accessor).filter((p) => p.type !== 'other' || p.parts.length > 0);
    if (thing.type === 'reference' || thing.type === 'index')
      return { ...at, type: thing.type, parts: [...thing.parts, ...indexes] };
    return { ...at, type: 'index', parts: [thing, ...indexes] };
  }

  #operation(node: Node, at: At): HclExpression {
    const parts = this.#parts(node);
    const sign = node.children.find((c) => c !== null && !c.isNamed && !/^[()]$/.test(c.type));
    const operator = sign?.type ?? '';
    const [only] = parts;
    if (node.type === 'unary_operation' && operator === '-' && only?.type === 'literal')
      return { ...at, type: 'literal', value: -Number(only.value) };
    return { ...at, type: 'operation', operator, parts };
  }

  #entries(node: Node): HclEntry[] {
    return childrenOf(node).flatMap((child) => {
      if (child.type !== 'object_elem') return [];
      const [keyNode, valueNode] = childrenOf(child);
      if (!keyNode || !valueNode) return [];
      const keyExpression = this.#expression(keyNode);
      const value = this.#expression(valueNode);
      const key = literalString(keyExpression) ?? keyExpression.text;
      return [{ key, keyExpression, value, line: child.startPosition.row + 1 }];
    });
  }
}

const TAKES: ReadonlySet<string> = new Set(['get_attr', 'index', 'splat']);
const NO_EXPRESSION =
  /^(identifier|comment|heredoc_(start|identifier)|template_literal|\w+_(start|end)|strip_marker|ellipsis|get_attr)$/;

function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter((c): c is Node => c !== null && c.type !== 'comment');
}

function literalValue(text: string): string | number | boolean | null {
  if (text.startsWith('"')) return unquote(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return Number(text);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A quoted string after its escapes. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/g, (_, code: string) => {
      if (code.length === 1) return ESCAPES[code] ?? code;
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD';
    })
    .replace(/([$%])\1\{/g, '$1{');
}

function heredocValue(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines.slice(1, -1).join('\n');
}

/** How many labels the blocks of a type bear at the top of a file; elsewhere and otherwise none. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  module: 1,
  provider: 1,
  variable: 1,
  output: 1,
  terraform: 0,
  backend: 1,
};

function fromJson(file: HclFile): HclFile {
  const body: HclFile = { attributes: [], blocks: [], errors: file.errors };
  const [json] = file.attributes;
  if (!json) return body;
  fillFromJson(json.value, body);
  return body;
}

/** JSON does not tell a block from an attribute that is an object: inside of known blocks, objects are read as blocks. */
function fillFromJson(value: HclExpression, body: HclBody): void {
  for (const inner of value.type === 'tuple' ? value.parts : [value]) {
    if (inner.type !== 'object') continue;
    for (const entry of inner.entries) {
      if (entry.key === '//') continue;
      const labels = LABELS[entry.key];
      if (labels !== undefined) fillLabelled(entry.key, labels, [], entry.value, entry.line, body);
      else if (isBlockLike(entry.value)) fillLabelled(entry.key, 0, [], entry.value, entry.line, body);
      else body.attributes.push({ name: entry.key, value: entry.value, line: entry.line });
    }
  }
}

function isBlockLike(value: HclExpression): boolean {
  if (value.type === 'object') return true;
  return value.type === 'tuple' && value.parts.length > 0 && value.parts.every((p) => p.type === 'object');
}

function fillLabelled(
  type: string,
  depth: number,
  labels: string[],
  value: HclExpression,
  line: number,
  body: HclBody,
): void {
  for (const inner of value.type === 'tuple' ? value.parts : [value]) {
    if (inner.type !== 'object') continue;
    if (depth > 0) {
      for (const entry of inner.entries)
        fillLabelled(type, depth - 1, [...labels, entry.key], entry.value, entry.line, body);
      continue;
    }
    const endLine = inner.line + inner.text.split('\n').length - 1;
    const block: HclBlock = { type, labels, attributes: [], blocks: [], line, endLine };
    fillFromJson(inner, block);
    body.blocks.push(block);
  }
}
