import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopAssessment } from '../report/sample.js';
import { RECORDED } from '../ui/recorded.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLAYER = relative(ROOT, fileURLToPath(new URL('./recorded-scan.ts', import.meta.url)));
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** util-linux's `script` gives a child a real pseudo-terminal; another system's takes other words. */
const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** The sources as a program that plain Node runs, below the packages that it imports. */
let program = '';

beforeAll(() => {
  program = mkdtempSync(join(ROOT, 'node_modules', '.terminal-test-'));
  writeFileSync(join(program, 'package.json'), '{ "type": "module" }');
  for (const path of ['src/model', 'src/ui', PLAYER].flatMap(sources)) {
    const to = join(program, path.replace(/\.tsx?$/, '.js'));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, transpiled(readFileSync(join(ROOT, path), 'utf8')));
  }
});
afterAll(() => rmSync(program, { recursive: true, force: true }));

function sources(path: string): string[] {
  if (/\.tsx?$/.test(path)) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}
function transpiled(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      jsx: ts.JsxEmit.ReactJSX,
      verbatimModuleSyntax: true,
    },
  });
  return outputText;
}

interface Terminal {
  /** All that was written, with its escape sequences. */
  output: () => string;
  /** Resolves when the output holds `text`, that is when the screen shows it. */
  shows(text: string): Promise<void>;
  type(keys: string): void;
  /** The exit code. */
  ended: Promise<number | null>;
}

/** Plays a recording in a pseudo-terminal of 80 columns and 24 rows. */
function play(recording: object, env: Record<string, string> = {}): Terminal {
  const file = join(program, `recording-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(file, JSON.stringify(recording));
  const command = `stty cols 80 rows 24; exec '${process.execPath}' '${join(program, PLAYER.replace(/ts$/, 'js'))}' '${file}'`;
  const { CI: _, CONTINUOUS_INTEGRATION: __, NO_COLOR: ___, ...rest } = process.env;
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    'script',
    ['-qefc', command, '/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...rest, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    },
  );
  let output = '';
  let heard = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    heard();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    output: () => output,
    ended,
    type: (keys) => child.stdin.write(keys),
    shows: (text) =>
      new Promise((resolve, reject) => {
        heard = () => output.includes(text) && resolve();
        heard();
        ended.then(() => reject(new Error(`ended without showing ${text}:\n${output}`)));
      }),
  };
}

/** The last thing written after the screen's frame was taken away, without escape sequences. */
function lines(output: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  const plain = output.replace(/\u001b\[[0-9;?]*[a-zA-Z]|\u001b\][^\u0007]*\u0007/g, '');
  return plain.split('\r\n');
}

describe.skipIf(!hasScript)('in a real terminal (needs script of util-linux)', () => {
  const files = { '.github/workflows/release.yml': Array.from({ length: 40 }, (_, i) => `step ${i + 1}`) };

  test('the result opens down to the line of a file, and stays as text when the reader leaves', async () => {
    const terminal = play({ events: RECORDED, assessment: shopAssessment(), files });
    await terminal.shows('Do first');
    terminal.type('\u001b[B\r');
    await terminal.shows('+9 points for');
    terminal.type('\r');
    await terminal.shows('step 14');
    terminal.type('q');
    expect(await terminal.ended).toBe(0);

    const output = terminal.output();
    const left = lines(output);
    const stays = left.slice(left.findLastIndex((line) => line.startsWith(' shop  main 4f2c91a')));
    expect(stays.join('\n')).toContain(
      ' Tests before deploy    ███████████████████████·················  56        3/3',
    );
    expect(stays.join('\n')).toContain(
      ' 4  Production workloads run two instances                            +5    1-2',
    );
    expect(stays.at(-2)).toBe('the prompt');
    expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR));
    // Never the whole screen: what the reader had above stays.
    expect(output).not.toContain('\u001b[2J');
    expect(output).not.toContain('\u001b[?1049h');
  });

  test('Ctrl-C stops a scan with 130 and gives the cursor back', async () => {
    const terminal = play({ events: RECORDED.slice(0, 4), files });
    await terminal.shows('952 of 1,903');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
    const output = terminal.output();
    expect(output).toContain('stopped');
    expect(output.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(output.lastIndexOf(HIDE_CURSOR));
  });

  test('NO_COLOR leaves no colour', async () => {
    const terminal = play({ events: RECORDED, assessment: shopAssessment(), files }, { NO_COLOR: '1' });
    await terminal.shows('Do first');
    terminal.type('q');
    expect(await terminal.ended).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    expect(terminal.output()).not.toMatch(/\u001b\[[0-9;]*m/);
  });
});
