/** A chart's .helmignore: which of its files are no part of it. */

interface Rule {
  pattern: RegExp;
  negated: boolean;
  onlyFolders: boolean;
  /** Told of the whole path; else of each name in it. */
  whole: boolean;
}

/** Whether a path below the chart, or a folder of it, is ignored. The last rule that fits counts. */
export function ignoreRules(source: string): (path: string) => boolean {
  const rules = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('**'))
    .map(ruleOf);
  if (rules.length === 0) return () => false;
  return (path) => {
    const names = path.split('/');
    return names.some((name, i) =>
      isIgnored(rules, names.slice(0, i + 1).join('/'), name, i < names.length - 1),
    );
  };
}

function ruleOf(line: string): Rule {
  const negated = line.startsWith('!');
  const body = negated ? line.slice(1) : line;
  const onlyFolders = body.endsWith('/');
  const glob = body.replace(/^\/|\/$/g, '');
  return { pattern: globOf(glob), negated, onlyFolders, whole: body.replace(/\/$/, '').includes('/') };
}

function globOf(glob: string): RegExp {
  const source = [...glob.slice(0, 200)]
    .map((c) => (c === '*' ? '[^/]*' : c === '?' ? '[^/]' : c.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')))
    .join('');
  return new RegExp(`^${source.replace(/(?:\[\^\/\]\*)+/g, '[^/]*')}$`);
}

function isIgnored(rules: readonly Rule[], path: string, name: string, isFolder: boolean): boolean {
  let ignored = false;
  for (const rule of rules) {
    if (rule.onlyFolders && !isFolder) continue;
    if (rule.pattern.test(rule.whole ? path : name)) ignored = !rule.negated;
  }
  return ignored;
}
