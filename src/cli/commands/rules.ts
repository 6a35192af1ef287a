/** `plimsoll rules`: lists the rules, explains one, and checks rule packs with their examples. */
import path from 'node:path';
import { readTree } from '../../assess.js';
import { checkRules } from '../../check-rules.js';
import { counted } from '../../model/amounts.js';
import { UserError } from '../../model/errors.js';
import { DILEMMAS, OPERATIONS } from '../../model/handbook.js';
import type { Pack, Rule } from '../../model/rule.js';
import { loadPacks } from '../../rules/load.js';
import { nearest } from '../../rules/nearest.js';
import { LEVELS } from '../../score/maturity.js';
import { ruleFolders } from '../rule-folders.js';
import { EXIT, type World, write } from '../world.js';

export async function listRules(world: World, directories: readonly string[]): Promise<number> {
  const packs = await loadPacks(ruleFolders(world, directories));
  const width = Math.max(...packs.flatMap((p) => p.rules.map((r) => r.id.length)));
  const text = packs.map((pack) => {
    const lines = pack.rules.map(
      (r) => `  ${r.id.padEnd(width)}  ${r.severity}${r.level ? `, gates level ${r.level}` : ''}`,
    );
    return `${pack.title} (${pack.id} ${pack.version})\n${lines.join('\n')}\n`;
  });
  await write(world.stdout, `${text.join('\n')}\nplimsoll rules explain ID tells why and what to do.\n`);
  return EXIT.done;
}

export async function explainRule(world: World, id: string, directories: readonly string[]): Promise<number> {
  const packs = await loadPacks(ruleFolders(world, directories));
  for (const pack of packs) {
    const rule = pack.rules.find((r) => r.id === id);
    if (rule) {
      await write(world.stdout, explanation(pack, rule));
      return EXIT.done;
    }
  }
  const known = packs.flatMap((p) => p.rules.map((r) => r.id));
  throw new UserError(
    `No rule is called ${id}${nearest(id, known) || '.'}`,
    'plimsoll rules list names them all.',
  );
}

function explanation(pack: Pack, rule: Rule): string {
  const days = ({ low, high }: Rule['effort']) => (low === high ? `${low}` : `${low} to ${high}`);
  const parts: [string, string][] = [
    ['Pack', `${pack.title}; ${rule.severity}`],
    ['Why', rule.why],
    ['Do', rule.fix],
    [
      'Effort',
      `${days(rule.effort)} days (an estimate of ours)${rule.effort.each_more ? `, and ${rule.effort.each_more} for each further place` : ''}`,
    ],
    ['How', `${rule.mode}; operation: ${OPERATIONS[rule.operation]}`],
    ['Serves', DILEMMAS[rule.dilemma]],
    ...(rule.level
      ? [['Gates', `level ${rule.level}, ${LEVELS[rule.level - 1]?.name}`] as [string, string]]
      : []),
    ...(rule.depends_on.length ? [['After', rule.depends_on.join(', ')] as [string, string]] : []),
    ['Looks at', `each ${rule.subject}${rule.when ? ` where ${rule.when}` : ''}`],
    ['Holds if', rule.pass],
    ['Sources', rule.sources.map((s) => (s.url ? `${s.title} ${s.url}` : s.title)).join('; ')],
  ];
  const body = parts.map(([label, text]) => `${label.padEnd(9)} ${wrapped(text, 86, 10)}`).join('\n');
  return `${rule.title}\n${rule.id}\n\n${body}\n`;
}

/** Words on lines of at most `width`, the further ones indented. */
function wrapped(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/** Exit 0 where every example holds, 2 where one does not. */
export async function checkPacks(world: World, directories: readonly string[]): Promise<number> {
  const checks = await checkRules(
    directories.map((d) => path.resolve(world.cwd, d)),
    (tree) => readTree(tree),
  );
  const bad = checks.filter((c) => c.problems.length > 0);
  for (const check of bad)
    for (const problem of check.problems)
      await write(world.stdout, `${check.place} ${check.rule}: ${problem}\n`);
  const rules = new Set(checks.map((c) => c.rule)).size;
  await write(
    world.stdout,
    bad.length === 0
      ? `${counted(rules, 'rule')}, ${counted(checks.length, 'example')}: all hold\n`
      : `${counted(rules, 'rule')}, ${counted(checks.length, 'example')}: ${bad.length} ${bad.length === 1 ? 'does' : 'do'} not hold\n`,
  );
  return bad.length === 0 ? EXIT.done : EXIT.wrongUse;
}
