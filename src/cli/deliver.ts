/** Turns an assessment into the wanted format and puts it where the user wants it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Assessment } from '../model/assessment.js';
import { UserError } from '../model/errors.js';
import { FORMATS } from '../report/index.js';
import type { Format, OutputOptions } from './options.js';
import { type World, wantsColour, write } from './world.js';

const DEFAULT_WIDTH = 80;
const WIDEST = 120;

export async function deliver(world: World, assessment: Assessment, options: OutputOptions): Promise<void> {
  const toFile = options.output !== undefined;
  const text = await rendered(world, assessment, options.format, !toFile);
  if (options.output === undefined) await write(world.stdout, text);
  else await save(world, options.output, text);
}

/** The assessment in one format. Colours, links and the width of the terminal only where a person looks. */
async function rendered(
  world: World,
  assessment: Assessment,
  format: Format,
  toStandardOutput: boolean,
): Promise<string> {
  const render = await (FORMATS.find((f) => f.name === format) ?? FORMATS[0]).load();
  const seen = toStandardOutput && world.stdout.isTTY === true;
  return render(assessment, {
    colour: seen && wantsColour(world),
    links: seen && wantsColour(world),
    width: seen ? Math.min(world.stdout.columns || DEFAULT_WIDTH, WIDEST) : DEFAULT_WIDTH,
    assets: format === 'html' ? await htmlAssets() : { css: '', script: '' },
  });
}

/** The style and script of the HTML report, shipped beside the code. */
async function htmlAssets(): Promise<{ css: string; script: string }> {
  const read = (name: string) => readFile(new URL(`../../reports/html/${name}`, import.meta.url), 'utf8');
  const [css, script] = await Promise.all([read('report.css'), read('report.js')]);
  return { css, script };
}

async function save(world: World, file: string, text: string): Promise<void> {
  const target = path.resolve(world.cwd, file);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} could not be written: ${why}`, 'Name another file with --output.');
  }
}

/** Writes a report from the screen beside where the user works; resolves to the path as people name it. */
export async function exportReport(world: World, assessment: Assessment, format: Format): Promise<string> {
  const file = `plimsoll-report.${{ html: 'html', json: 'json', markdown: 'md', terminal: 'txt' }[format]}`;
  await save(world, file, await rendered(world, assessment, format, false));
  return file;
}
