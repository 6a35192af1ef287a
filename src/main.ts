#!/usr/bin/env node
/** The bin: hands the process over to the command line. */
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const argv = process.argv.slice(2);

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Answered before anything is loaded: scripts ask it often.
  process.stdout.write(`${version}\n`);
} else {
  const { run } = await import('./cli/run.js');
  process.exitCode = await run({
    argv,
    version,
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}
