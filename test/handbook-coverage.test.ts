/** docs/handbook-coverage.md is written from rules/handbook/coverage.yaml: `npx vitest run test/handbook-coverage -u`. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { BUNDLED_RULES, loadPacks } from '../src/rules/load.js';

const Coverage = z.array(
  z.strictObject({
    group: z.string(),
    statement: z.string(),
    rules: z.array(z.string()),
    reason: z.string().default(''),
  }),
);
const coverage = Coverage.parse(load(readFileSync('rules/handbook/coverage.yaml', 'utf8')));

it('each statement of the handbook is decided by rules that exist, or says why none can', async () => {
  const known = new Set((await loadPacks([BUNDLED_RULES])).flatMap((p) => p.rules.map((r) => r.id)));
  expect(coverage.flatMap((c) => c.rules.filter((id) => !known.has(id)))).toEqual([]);
  expect(coverage.filter((c) => (c.rules.length === 0) === (c.reason === ''))).toEqual([]);
});

it('the page says what the list says', async () => {
  const rows = coverage.map(
    (c) => `| ${c.group} | ${c.statement} | ${c.rules.map((r) => `\`${r}\``).join(', ') || c.reason} |`,
  );
  const page = `# The handbook and its rules\n\nWritten from rules/handbook/coverage.yaml.\n\n| part | statement | rules, or why none can decide it |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  await expect(page).toMatchFileSnapshot('../docs/handbook-coverage.md');
});
