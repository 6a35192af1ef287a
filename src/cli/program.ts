/** The command line's words: names, options and help. What a command does is in `commands/`, loaded when it is called. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { FORMATS, type ReportOptions, type ScanOptions } from './options.js';
import type { World } from './world.js';

/** Where a command leaves its exit code. */
export interface Exit {
  code: number;
}

function percentage(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isFinite(n) || n < 0 || n > 100)
    throw new InvalidArgumentError('It must be a number from 0 to 100.');
  return n;
}

function withOutput(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'how to show the result').choices(FORMATS).default('terminal'))
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--no-input', 'never ask and never open a screen')
    .option('--quiet', 'no progress on standard error');
}

export function createProgram(world: World, exit: Exit): Command {
  const program = new Command('plimsoll')
    .description(
      'How well a company builds, ships and runs software, what to do next, and how much work that takes.',
    )
    .version(world.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
    })
    .showHelpAfterError('(plimsoll --help lists the commands)')
    .addHelpText(
      'after',
      `
Exit status
  0 done   1 below --fail-under   2 wrong use or bad input
  3 finished, but a repository or its history could not be read   130 interrupted

Examples
  plimsoll scan .                                   this repository, on the screen
  plimsoll scan . --format html --output report.html   a report to send on
  plimsoll scan ../api ../web --format json         two repositories, for a program
  plimsoll rules explain every-path-to-production-is-gated-by-tests`,
    );

  withOutput(
    program
      .command('scan')
      .description('one or more repositories: work tree or bare; what is committed, never uncommitted files')
      .argument('[path...]', 'folders of repositories', ['.']),
  )
    .option('--rev <revision>', 'the commit, branch or tag to read (default: HEAD)')
    .option('--rules <dir...>', 'rule packs beside the bundled ones')
    .option('--fail-under <percent>', 'exit 1 where the proven overall score is lower', percentage)
    .action(async (paths: string[], options: ScanOptions) => {
      const { scan } = await import('./commands/scan.js');
      exit.code = await scan(world, paths, options);
    });

  withOutput(program.command('report').description('any format from a saved assessment (the JSON of a scan)'))
    .requiredOption('--from <file>', 'the saved assessment')
    .action(async (options: ReportOptions) => {
      const { report } = await import('./commands/report.js');
      exit.code = await report(world, options);
    });

  const rules = program.command('rules').description('what is asked of a repository, and how to add to it');
  rules
    .command('list', { isDefault: true })
    .description('all rules by pack')
    .option('--rules <dir...>', 'rule packs beside the bundled ones')
    .action(async (options: { rules?: string[] }) => {
      const { listRules } = await import('./commands/rules.js');
      exit.code = await listRules(world, options.rules ?? []);
    });
  rules
    .command('explain')
    .argument('<id>', 'the rule')
    .description('why a rule matters, what it looks at, what to do, its sources')
    .option('--rules <dir...>', 'rule packs beside the bundled ones')
    .action(async (id: string, options: { rules?: string[] }) => {
      const { explainRule } = await import('./commands/rules.js');
      exit.code = await explainRule(world, id, options.rules ?? []);
    });
  rules
    .command('check')
    .argument('<dir...>', 'folders of rule packs')
    .description('load rule packs and run their examples through the real collectors')
    .action(async (directories: string[]) => {
      const { checkPacks } = await import('./commands/rules.js');
      exit.code = await checkPacks(world, directories);
    });
  return program;
}
