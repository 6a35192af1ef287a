// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of the files that are read
import { expect, test } from 'vitest';
import { parseDotenv } from '../../src/parse/dotenv.js';
import { withVariables } from '../../src/parse/variables.js';

const values = new Map([
  ['TAG', '1.2'],
  ['EMPTY', ''],
]);

test.each([
  ['a:$TAG', 'a:1.2'],
  ['a:${TAG}-x', 'a:1.2-x'],
  ['a:${NONE}', 'a:${NONE}'],
  ['a:${NONE:-3.1}', 'a:3.1'],
  ['a:${NONE-3.1}', 'a:3.1'],
  ['a:${EMPTY:-3}', 'a:3'],
  ['a:${EMPTY-3}', 'a:'],
  ['a:${NONE:-${TAG}}', 'a:1.2'],
  ['a:${TAG:?must be set}', 'a:1.2'],
  ['a:${NONE:?must be set}', 'a:${NONE:?must be set}'],
  ['a${TAG:+-slim}${NONE:+-fat}', 'a-slim'],
  ['$$TAG \\$TAG', '$TAG $TAG'],
  ['a ${', 'a ${'],
])('%s becomes %s', (text, filled) => expect(withVariables(text, values)).toBe(filled));

test('a .env file gives names, values and lines', () => {
  expect(
    parseDotenv('# x\nA=1\n export B = "two # 2" # c\nC=\'$x\'\nD=a#b # note\nE=\nnonsense\r\nF=6\n'),
  ).toEqual([
    { name: 'A', value: '1', line: 2 },
    { name: 'B', value: 'two # 2', line: 3 },
    { name: 'C', value: '$x', line: 4 },
    { name: 'D', value: 'a#b', line: 5 },
    { name: 'E', value: '', line: 6 },
    { name: 'F', value: '6', line: 8 },
  ]);
});
