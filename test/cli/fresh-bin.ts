/** The bin as a process of its own, built from the sources as they are: a `dist` of yesterday would fool a developer. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import type { Ran } from './fake-world.js';

export interface FreshBin {
  run(argv: readonly string[]): Promise<Ran>;
  /** A line of bash with pipefail: `$0` is Node, `$1` the bin, `$2` and on the arguments. */
  shell(script: string, argv: readonly string[]): Promise<Ran>;
  remove(): Promise<void>;
}

/** Beside what it needs, in a folder from which packages are found. */
export async function freshBin(): Promise<FreshBin> {
  await mkdir('node_modules/.cache', { recursive: true });
  const root = await mkdtemp(path.resolve('node_modules/.cache/plimsoll-bin-'));
  await Promise.all([
    ...['package.json', 'rules', 'reports/html'].map((p) => cp(p, path.join(root, p), { recursive: true })),
    ...(await readdir('src', { recursive: true }))
      .filter((f) => /\.tsx?$/.test(f))
      .map((f) => compile(f, root)),
  ]);
  const main = path.join(root, 'dist/main.js');
  return {
    run: (argv) => ended(process.execPath, [main, ...argv]),
    shell: (script, argv) => ended('bash', ['-o', 'pipefail', '-c', script, process.execPath, main, ...argv]),
    remove: () => rm(root, { recursive: true }),
  };
}

function ended(program: string, argv: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, argv, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

async function compile(file: string, root: string): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(path.join('src', file), 'utf8'), {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      jsx: ts.JsxEmit.ReactJSX,
    },
  });
  const target = path.join(root, 'dist', file.replace(/\.tsx?$/, '.js'));
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, outputText);
}
