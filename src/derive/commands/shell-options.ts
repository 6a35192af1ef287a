/** What the shell that reads a script makes of a failure. */
import type { ShellCommand, ShellOptions } from '../../parse/shell/shell.js';

/** How package managers run a script: `sh -c`, without `-e`. */
export const PLAIN: ShellOptions = { errexit: false, pipefail: false };

/** The options of the shell that GitHub starts: `-e` always, pipefail only where bash is asked for by name. */
export function shellOptions(shell: string): ShellOptions {
  const [program = '', ...flags] = shell.trim().split(/\s+/);
  if (shell.trim() === '') return { errexit: true, pipefail: false };
  if (flags.length === 0)
    return program === 'bash'
      ? { errexit: true, pipefail: true }
      : { errexit: program === 'sh', pipefail: false };
  const written = flags.join(' ');
  return { errexit: /(^|\s)-[a-z]*e/.test(written), pipefail: /pipefail/.test(written) };
}

/** `set -e` in the first lines is read with the script; `#!/bin/bash -e` stands before it. */
export function shebangOptions(text: string): ShellOptions {
  const first = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'));
  return { errexit: /^#!.*\s-[a-z]*e/.test(first), pipefail: false };
}

/** PowerShell ends with the status of the last program, whatever its own commands do after it. */
export function countLastProgram(commands: readonly ShellCommand[]): void {
  const own = /^([A-Z][a-z]+-[A-Z]\w+|cd|pushd|popd|echo|rm|mv|cp|mkdir|ls|\$.*|if|\{|\})$/;
  const last = commands.findLast((c) => !own.test(c.words[0] ?? ''));
  if (last) last.fails = true;
}
