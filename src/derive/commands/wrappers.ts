/** Takes off what only wraps a command: `sudo`, `npx`, `poetry run`, `python -m`. */
import { skipFlags } from './command-words.js';
import { recognise } from './known.js';
import type { Reading, Standing } from './reading.js';
import { scriptAt } from './script-files.js';

/** Takes off what only wraps a command. */
export function bare(reading: Reading, given: readonly string[], at: Standing): string[] {
  let words = [...given];
  for (let i = 0; i < 12; i += 1) {
    const [program = '', ...rest] = words;
    const plain = installed(reading, program, rest, at) ? program.replace(/^.*\//, '') : program;
    if (plain !== program) {
      words = [plain, ...rest];
      continue;
    }
    if (/^\.?\/?(\S*\/)?(gradlew|mvnw)(\.bat|\.cmd)?$/.test(program))
      return [/gradlew/.test(program) ? 'gradle' : 'mvn', ...rest];
    const next = unwrapped(program, rest);
    if (!next) {
      const module = /^(python[\d.]*|py|pypy\d*|coverage)$/.test(program)
        ? pythonModule(program, rest)
        : undefined;
      if (!module) return [/^python[\d.]*$|^py$|^pypy\d*$/.test(program) ? 'python' : program, ...rest];
      words = module;
    } else words = next;
  }
  return words;
}

/** `node_modules/.bin/jest`, `~/go/bin/golint`, `bin/rails test`: a program of this name rather than a script of ours. */
function installed(reading: Reading, program: string, rest: readonly string[], at: Standing): boolean {
  if (!program.includes('/') || /\.(sh|bash)$/.test(program) || scriptAt(reading, program, at)) return false;
  if (/^[/~$]|(^|\/)(node_modules\/\.bin|vendor\/bin|\.?venv\/bin)\/[^/]+$/.test(program)) return true;
  const words = [program.replace(/^.*\//, ''), ...rest];
  return /(^|\/)bin\/[^/]+$/.test(program) && recognise(words.join(' ')) !== undefined;
}

/** The command inside a wrapper, or undefined where the program is none. */
function unwrapped(program: string, rest: readonly string[]): string[] | undefined {
  const inner = (valued = /^$/) => skipFlags(rest, valued);
  const afterAssignments = (words: readonly string[]) =>
    words.slice(words.findIndex((w) => !/^\w+=/.test(w)));
  switch (program) {
    case 'sudo':
    case 'doas':
      return afterAssignments(inner(/^(-u|-g|-h|-p|-C|-D|-R|-T)$/));
    case 'env':
    case 'cross-env':
    case 'cross-env-shell':
      return afterAssignments(inner(/^(-u|-C|-S)$/));
    case 'time':
    case 'nohup':
    case 'exec':
    case 'command':
    case 'builtin':
    case 'xvfb-run':
    case 'stdbuf':
    case 'unbuffer':
    case 'catchsegv':
    case 'dbus-run-session':
    case 'winpty':
      return inner(/^(-s|-n|-e|-a|-f|-o|-i)$/);
    case 'nice':
    case 'ionice':
    case 'chronic':
      return inner(/^(-n|-c|-p)$/);
    case 'timeout':
    case 'gtimeout':
      return inner(/^(-s|-k|--signal|--kill-after)$/).slice(1);
    case 'xargs':
      return inner(/^(-n|-P|-I|-L|-d|-s|-a|-E)$/);
    case 'retry':
      return inner(/^(-t|-d|-s|-n|--times|--delay|--max|--until)$/);
    case 'npx':
    case 'bunx':
    case 'uvx':
    case 'pipx':
    case 'dnx': {
      const words = inner(/^(-p|--package|--from|--with|--python|--spec)$/);
      const [first = '', ...others] = program === 'pipx' && words[0] === 'run' ? words.slice(1) : words;
      if (program === 'pipx' && words[0] !== 'run') return undefined;
      return [versionless(first), ...others];
    }
    case 'poetry':
    case 'uv':
    case 'pipenv':
    case 'pdm':
    case 'rye':
    case 'pixi':
    case 'conda':
    case 'mamba':
    case 'micromamba':
      return rest[0] === 'run' || (/conda|mamba/.test(program) && rest.includes('run'))
        ? skipFlags(
            rest.slice(rest.indexOf('run') + 1),
            /^(--with|--extra|--group|--python|-p|--project|--directory|--only-group|--env-file|-n|--name|-e|--environment|--no-group)$/,
          )
        : undefined;
    case 'hatch':
      return rest[0] === 'run' ? [(rest[1] ?? '').replace(/^[\w.-]+:/, ''), ...rest.slice(2)] : undefined;
    case 'bundle':
      return rest[0] === 'exec' ? skipFlags(rest.slice(1), /^(--gemfile)$/) : undefined;
    case 'php':
      return /^(artisan|vendor\/|bin\/|\.\/vendor\/)/.test(inner(/^-d$/)[0] ?? '')
        ? inner(/^-d$/)
        : undefined;
    case 'ruby':
      return rest[0] === '-S' ? rest.slice(1) : undefined;
    case 'corepack':
    case 'direnv':
    case 'asdf':
      return program === 'direnv'
        ? rest[0] === 'exec'
          ? rest.slice(2)
          : undefined
        : rest[0] === 'exec'
          ? rest.slice(1)
          : /^(npm|pnpm|yarn)$/.test(rest[0] ?? '')
            ? [...rest]
            : undefined;
    case 'doppler':
    case 'op':
    case 'infisical':
    case 'chamber':
    case 'aws-vault':
    case 'dotenv':
    case 'dotenvx':
    case 'mise':
    case 'rtx':
    case 'devbox':
    case 'nix':
    case 'nix-shell':
    case 'flox':
    case 'percy':
    case 'with-contenv':
    case 'wait-on':
    case 'op-run':
    case 'nyc':
    case 'c8': {
      const dashes = rest.indexOf('--');
      if (dashes !== -1) return rest.slice(dashes + 1);
      if (program === 'nyc' || program === 'c8')
        return inner(
          /^(--reporter|-r|--report-dir|-o|--include|-n|--exclude|-x|--all|--require|--check-coverage)$/,
        );
      const command = rest.findIndex((w) => /^(-c|--command|--run)$/.test(w));
      return command === -1 || !/^(nix|nix-shell|devbox)/.test(program)
        ? undefined
        : ['sh', '-c', rest.slice(command + 1).join(' ')];
    }
    default:
      return undefined;
  }
}

/** `serve@14` -> serve, `@scope/tool@1` -> its last part. */
function versionless(name: string): string {
  const bare = name.replace(/(?!^)@[^/]*$/, '');
  const last = bare.startsWith('@') ? (bare.split('/')[1] ?? bare) : bare;
  return SCOPED[bare] ?? last;
}

const SCOPED: Readonly<Record<string, string>> = {
  '@playwright/test': 'playwright',
  '@changesets/cli': 'changeset',
  '@biomejs/biome': 'biome',
  '@vscode/vsce': 'vsce',
  '@cyclonedx/cdxgen': 'cdxgen',
  '@cloudflare/wrangler': 'wrangler',
  '@railway/cli': 'railway',
  '@aws-amplify/cli': 'amplify',
};

/** `python -m pytest`, `coverage run -m pytest`, `python manage.py test`. */
function pythonModule(program: string, rest: readonly string[]): string[] | undefined {
  const words = program === 'coverage' ? (rest[0] === 'run' ? rest.slice(1) : undefined) : rest;
  if (!words) return undefined;
  const at = words.indexOf('-m');
  const file = words.findIndex((w) => !w.startsWith('-') && /\.py$/.test(w));
  if (at !== -1 && (file === -1 || at < file)) return words.slice(at + 1);
  const [script = ''] = words.slice(file === -1 ? words.length : file);
  return /(^|\/)(manage|setup)\.py$/.test(script)
    ? [script.split('/').at(-1) ?? '', ...words.slice(file + 1)]
    : undefined;
}
