import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HclExpression, parseHcl, partsOf, prepareHcl } from '../../src/parse/hcl.js';

beforeAll(prepareHcl);

function expressionOf(text: string): HclExpression {
  const [attribute] = parseHcl(`a = ${text}\n`, 'a.tf').attributes;
  if (!attribute) throw new Error(`no attribute in ${text}`);
  return attribute.value;
}

describe('parseHcl', () => {
  it('reads blocks with type, labels, lines, attributes and nested blocks', () => {
    const file = parseHcl(
      `# the bucket\nresource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n\n  versioning {\n    enabled = true\n  }\n}\n`,
      'a.tf',
    );
    expect(file.errors).toEqual([]);
    expect(file.blocks).toMatchObject([
      {
        type: 'resource',
        labels: ['aws_s3_bucket', 'logs'],
        line: 2,
        endLine: 8,
        attributes: [{ name: 'bucket', line: 3, value: { type: 'literal', value: 'logs', text: '"logs"' } }],
        blocks: [{ type: 'versioning', line: 5, attributes: [{ name: 'enabled', line: 6 }] }],
      },
    ]);
  });

  it('tells literals from expressions', () => {
    expect(expressionOf('"a\\n\\"b\\" $${c} \\u00e9"')).toMatchObject({
      type: 'literal',
      value: 'a\n"b" ${c} é',
    });
    expect(expressionOf('-2.5')).toMatchObject({ type: 'literal', value: -2.5 });
    expect(expressionOf('true')).toMatchObject({ type: 'literal', value: true });
    expect(expressionOf('null')).toMatchObject({ type: 'literal', value: null });
    expect(expressionOf('"x-${var.env}"')).toMatchObject({ type: 'template', parts: [{ text: 'var.env' }] });
    expect(expressionOf('var.a["b"][0].c')).toMatchObject({ type: 'reference', text: 'var.a["b"][0].c' });
    expect(expressionOf('aws_instance.a[*].id')).toMatchObject({
      type: 'reference',
      text: 'aws_instance.a[*].id',
    });
  });

  it('keeps operations, conditionals, calls and collections as trees', () => {
    expect(expressionOf('(var.env == "prod" || !var.x) ? 1 : 0')).toMatchObject({
      type: 'conditional',
      parts: [
        {
          type: 'operation',
          operator: '||',
          parts: [
            { operator: '==', parts: [{ text: 'var.env' }, { value: 'prod' }] },
            { operator: '!', parts: [{ text: 'var.x' }] },
          ],
        },
        { value: 1 },
        { value: 0 },
      ],
    });
    expect(expressionOf('contains(["a", "b"], var.c)')).toMatchObject({
      type: 'call',
      name: 'contains',
      parts: [{ type: 'tuple', parts: [{ value: 'a' }, { value: 'b' }] }, { text: 'var.c' }],
    });
    expect(expressionOf('{ a = 1, "b" : 2 }[var.c]')).toMatchObject({
      type: 'index',
      parts: [{ type: 'object', entries: [{ key: 'a' }, { key: 'b' }] }, { text: 'var.c' }],
    });
  });

  it('gives each line inside a long expression its own number', () => {
    const value = expressionOf('jsonencode([\n  {\n    image = "a:1" # pinned\n  },\n])');
    const [list] = partsOf(value);
    const [object] = list ? partsOf(list) : [];
    expect(object).toMatchObject({ type: 'object', line: 2, entries: [{ key: 'image', line: 3 }] });
  });

  it('reads a heredoc whole, and says whether it is literal', () => {
    expect(expressionOf('<<EOF\n  one\n\n  two\nEOF')).toMatchObject({
      type: 'heredoc',
      value: '  one\n\n  two',
      parts: [],
    });
    expect(expressionOf('<<-EOF\n  one ${var.b}\n  EOF')).toMatchObject({
      type: 'heredoc',
      parts: [{ text: 'var.b' }],
    });
  });

  it('reports what is broken by line and keeps the rest', () => {
    const file = parseHcl('a {\n  b =\n  c = 4\n  d = 5\n}\nok {\n  e = 6\n}\n', 'a.tf');
    expect(file.errors).toEqual([{ line: 2, endLine: 3 }]);
    expect(file.blocks.map((b) => [b.type, b.attributes.map((a) => a.name)])).toEqual([
      ['a', ['d']],
      ['ok', ['e']],
    ]);
  });

  it('reports a brace that is never closed', () => {
    const file = parseHcl('a {\n  b = 1\n', 'a.tf');
    expect(file.errors.length).toBe(1);
  });

  it('reports a text of which nothing can be made', () => {
    expect(parseHcl('resource "x" {\n  a =\n', 'a.tf').errors).toHaveLength(1);
    expect(parseHcl('<<<<<<< HEAD\na = 1\n=======\n', 'a.tf').errors.length).toBeGreaterThan(0);
  });

  it('reads the JSON form with the same shapes and lines', () => {
    const file = parseHcl(
      `{\n  "resource": {\n    "aws_sqs_queue": {\n      "in": { "name": "in", "tags": { "a": "b" } }\n    }\n  },\n  "terraform": { "backend": { "s3": {} } }\n}`,
      'a.tf.json',
    );
    expect(file.errors).toEqual([]);
    expect(file.blocks).toMatchObject([
      {
        type: 'resource',
        labels: ['aws_sqs_queue', 'in'],
        line: 4,
        attributes: [{ name: 'name', line: 4 }],
        blocks: [{ type: 'tags', attributes: [{ name: 'a' }] }],
      },
      { type: 'terraform', line: 7, blocks: [{ type: 'backend', labels: ['s3'] }] },
    ]);
  });

  it('counts lines alike with Windows line ends, a byte order mark and characters outside of the basic plane', () => {
    const file = parseHcl('\uFEFFa = "🚢"\r\nb = "é"\r\n', 'a.tf');
    expect(file.attributes).toMatchObject([
      { name: 'a', line: 1, value: { value: '🚢' } },
      { name: 'b', line: 2, value: { value: 'é' } },
    ]);
  });

  it('never throws and names only lines that exist, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '{',
      '}',
      '"',
      '=',
      '<<E\n',
      'E',
      '${',
      '[',
      '(',
      '?',
      ':',
      '\\',
      '#',
      '/*',
      '.',
      '1',
      '🚢',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }),
        fc.constantFrom('a.tf', 'a.tf.json'),
        (parts, path) => {
          const text = parts.join('');
          const lines = text.split('\n').length;
          for (const error of parseHcl(text, path).errors) {
            expect(error.line).toBeGreaterThanOrEqual(1);
            expect(error.endLine).toBeLessThanOrEqual(lines);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
