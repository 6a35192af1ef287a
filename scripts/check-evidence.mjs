#!/usr/bin/env node
// Scans repositories and checks that every path and line that the assessment cites exists in the scanned commit.
//
//   npm run check:evidence -- REPO [REPO ...]
//
// Prints a line a repository and each false citation; exit status 1 where there is one.
import { execFileSync } from 'node:child_process';
import { openRepository } from '../dist/source/repository.js';

const MAIN = new URL('../dist/main.js', import.meta.url).pathname;
const repositories = process.argv.slice(2);
if (repositories.length === 0) {
  console.error('check:evidence needs at least one repository');
  process.exit(2);
}

/**
 * Every {path, line} anywhere in a value, with where it was found. In the data of a fact an empty path means the file that
 * the fact itself is about.
 */
function* citations(value, where = '', about = '') {
  if (Array.isArray(value))
    for (const [i, v] of value.entries()) yield* citations(v, `${where}[${i}]`, about);
  else if (value && typeof value === 'object') {
    const own = typeof value.data?.path === 'string' ? value.data.path : about;
    if (typeof value.path === 'string' && Number.isInteger(value.line))
      yield { ...value, path: value.path || own, where };
    for (const [k, v] of Object.entries(value))
      if (typeof v === 'object') yield* citations(v, `${where}.${k}`, own);
  }
}

let wrong = 0;
for (const repository of repositories) {
  let text;
  try {
    text = execFileSync(
      process.execPath,
      [MAIN, 'scan', repository, '--format', 'json', '--quiet', '--no-input'],
      { maxBuffer: 2 ** 31 - 1, encoding: 'utf8' },
    );
  } catch (error) {
    if (error.status !== 3) throw error;
    text = error.stdout;
  }
  const [assessed] = JSON.parse(text).repositories;
  const cited = new Map();
  for (const c of citations(assessed)) {
    const list = cited.get(c.path) ?? [];
    list.push(c);
    cited.set(c.path, list);
  }
  const tree = await openRepository(repository, { cwd: process.cwd() });
  const files = new Map((await tree.list()).map((f) => [f.path, f]));
  let checked = 0;
  const report = (c, what) => {
    wrong += 1;
    console.log(`false: ${repository}: ${c.where}: ${c.path}:${c.line}: ${what}`);
  };
  const wanted = [];
  for (const [path, list] of cited) {
    const file = files.get(path);
    if (!file) for (const c of list) report(c, 'no such path');
    else if (file.type === 'submodule' || file.size < 0 || list.every((c) => c.line === 1))
      checked += list.length;
    else wanted.push(file);
  }
  await tree.read(wanted, (file, content) => {
    const lines = (content ?? '').split('\n').length;
    for (const c of cited.get(file.path)) {
      if (c.line > lines) report(c, `the file has ${lines} lines`);
      else checked += 1;
    }
  });
  tree.close();
  console.log(`${repository}: ${checked} citations in ${cited.size} files exist`);
}
console.log(wrong === 0 ? 'every cited path and line exists' : `${wrong} citations are false`);
process.exitCode = wrong === 0 ? 0 : 1;
