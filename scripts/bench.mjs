#!/usr/bin/env node
// Measures a whole scan against the least that git needs to hand over the same bytes.
//
//   npm run build && npm run bench -- REPO [REPO ...]
//
// The floor is three git commands side by side: the listing, the history, and the contents of the files that the scan
// reads. Medians of five runs after one that warms the disk. CPU and memory are those of our own process, without git's.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readTree } from '../dist/assess.js';
import { openRepository } from '../dist/source/repository.js';

const RUNS = 5;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Loaded into the measured process: tells on its fourth stream what it has used. */
const METER = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));
`)}`;

const repositories = process.argv.slice(2);
if (repositories.length === 0) {
  console.error('bench needs at least one repository');
  process.exit(2);
}

/** Runs a command to its end; its output is read and dropped. Gives what it writes to the fourth stream. */
function run(command, args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit', 'pipe'],
    });
    let told = '';
    child.stdout.resume();
    child.stdio[3].on('data', (chunk) => {
      told += chunk;
    });
    child.stdin?.end(input);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(told) : reject(new Error(`${command} ended with ${code}`)),
    );
  });
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** What the scan reads of a repository: its name, how many files there are, and the ids of the contents. */
async function readingOf(repository) {
  const tree = await openRepository(repository, { cwd: process.cwd() });
  const reading = { name: tree.head.name, files: 0, commits: 0, ids: [] };
  await readTree({
    head: tree.head,
    close: () => tree.close(),
    async list() {
      const files = await tree.list();
      reading.files = files.length;
      return files;
    },
    history: (onCommit) =>
      tree.history((commit) => {
        reading.commits += 1;
        onCommit(commit);
      }),
    read(files, onFile) {
      reading.ids.push(...files.map((f) => f.oid));
      return tree.read(files, onFile);
    },
  });
  return reading;
}

const git = (repository, args, input) => run('git', ['-C', repository, ...args], input);
const floor = (repository, ids) =>
  Promise.all([
    git(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', 'HEAD']),
    git(repository, ['log', '--raw', '--no-abbrev', '-z', '--no-renames', 'HEAD', '--']),
    git(repository, ['cat-file', '--batch', '--buffer'], ids.map((id) => `${id}\n`).join('')),
  ]);
const scan = (repository) =>
  run(process.execPath, [
    '--import',
    METER,
    MAIN,
    'scan',
    repository,
    '--format',
    'json',
    '--quiet',
    '--no-input',
  ]);

const columns = ['repository', 'files', 'read', 'commits', 'git s', 'scan s', 'times', 'CPU s', 'MB'];
const line = ([name, ...numbers]) =>
  [String(name).padEnd(28), ...numbers.map((n) => String(n).padStart(8))].join('');
console.log(line(columns));
for (const repository of repositories) {
  const { name, files, commits, ids } = await readingOf(repository);
  const floors = [];
  const scans = [];
  await floor(repository, ids);
  await scan(repository);
  for (let i = 0; i < RUNS; i += 1) {
    floors.push((await timed(() => floor(repository, ids))).seconds);
    const { seconds, result } = await timed(() => scan(repository));
    const used = JSON.parse(result);
    scans.push({ seconds, cpu: (used.userCPUTime + used.systemCPUTime) / 1e6, memory: used.maxRSS / 1024 });
  }
  const least = median(floors);
  const whole = median(scans.map((s) => s.seconds));
  console.log(
    line([
      name,
      files,
      ids.length,
      commits,
      least.toFixed(2),
      whole.toFixed(2),
      (whole / least).toFixed(1),
      median(scans.map((s) => s.cpu)).toFixed(2),
      Math.round(median(scans.map((s) => s.memory))),
    ]),
  );
}
