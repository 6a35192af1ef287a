/** `plimsoll report`: shows a saved assessment in any format. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { Assessment } from '../../model/assessment.js';
import { UserError } from '../../model/errors.js';
import { deliver } from '../deliver.js';
import type { ReportOptions } from '../options.js';
import { EXIT, type World } from '../world.js';

export async function report(world: World, options: ReportOptions): Promise<number> {
  await deliver(world, await savedAssessment(path.resolve(world.cwd, options.from), options.from), options);
  return EXIT.done;
}

async function savedAssessment(file: string, named: string): Promise<Assessment> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `it is not JSON: ${error.message}` : 'it cannot be read';
    throw new UserError(
      `No assessment in ${named}: ${why}.`,
      'Make one with: plimsoll scan . --format json --output FILE',
    );
  }
  const parsed = Assessment.safeParse(value);
  if (!parsed.success)
    throw new UserError(
      `${named} is not an assessment of this version: ${z.prettifyError(parsed.error).split('\n')[0]}`,
      'Scan again with this version: plimsoll scan . --format json --output FILE',
    );
  return parsed.data as unknown as Assessment;
}
