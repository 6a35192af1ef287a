import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseToml } from '../../src/parse/toml.js';

const TEXT = `# x
[project]
name = "a"
dependencies = [
  "b",
]

[tool.poe.tasks]
test = "pytest"
"lint all" = { cmd = "ruff" }
deep.er = 1

[[bin]]
name = "c"
`;

test('TOML gives its value and the lines of its keys', () => {
  const { value, lineOf, error } = parseToml(TEXT);
  expect(error).toBe('');
  expect(value).toMatchObject({ project: { name: 'a', dependencies: ['b'] }, bin: [{ name: 'c' }] });
  expect([
    lineOf('project', 'name'),
    lineOf('project', 'dependencies'),
    lineOf('tool', 'poe', 'tasks', 'lint all'),
    lineOf('tool', 'poe', 'tasks', 'deep', 'er'),
    lineOf('tool', 'poe', 'tasks', 'none'),
    lineOf('none'),
  ]).toEqual([3, 4, 10, 11, 8, 1]);
});

test('what is no TOML has an error of one line, and never throws', () => {
  expect(parseToml('a = \n').error).not.toBe('');
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('[', ']', 'a', '=', '"', '\n', '{', '}', '.', '1', "'", '#')),
      (parts) => {
        const document = parseToml(parts.join(''));
        document.lineOf('a', 'b');
        expect(document.error).not.toContain('\n');
      },
    ),
  );
});
