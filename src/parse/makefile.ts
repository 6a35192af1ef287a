/** Makefiles, justfiles and Taskfiles -> targets with what they need and run. Variables that the file defines are filled in. */
import { list, mapping, mappings, text, texts } from './shape.js';
import { parseYaml } from './yaml.js';

export interface Target {
  name: string;
  needs: string[];
  /** Its commands, a line each; each runs in a shell of its own and a failing one ends the target. */
  run: string;
  /** Relative to the file's folder. */
  directory: string;
  line: number;
}

const DEEPEST_VARIABLE = 8;

/** Fills in `$(NAME)` and `${NAME}`; what is not known stays as it is. */
function expand(written: string, variables: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > DEEPEST_VARIABLE || !written.includes('$')) return written;
  return written.replace(/\$[({](\w[\w.-]*)[)}]/g, (whole, name: string) => {
    const value = name === 'MAKE' ? 'make' : variables.get(name);
    return value === undefined ? whole : expand(value, variables, depth + 1);
  });
}

/** Joins continued lines; each keeps the number of its first one. */
function logicalLines(source: string): { text: string; line: number }[] {
  const joined: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | undefined;
  source.split(/\r?\n/).forEach((text, i) => {
    const continues = /(^|[^\\])\\$/.test(text);
    const part = continues ? text.slice(0, -1).trimEnd() : text;
    if (open) open.text += ` ${part.trim()}`;
    else open = { text: part, line: i + 1 };
    if (continues) return;
    joined.push(open);
    open = undefined;
  });
  if (open) joined.push(open);
  return joined;
}

/** A recipe's line as shell: `-` in front lets it fail, and it starts in the folder of the file. */
function recipeLine(written: string): string {
  const [, marks = '', command = ''] = /^\s*([@+-]*)\s*(.*)$/s.exec(written) ?? [];
  if (command === '' || command.startsWith('#')) return '';
  return marks.includes('-') ? `( ${command}\n) || true` : `( ${command}\n)`;
}

export function parseMakefile(source: string): Target[] {
  const variables = new Map<string, string>();
  const targets = new Map<string, Target & { lines: string[] }>();
  let open: (Target & { lines: string[] })[] = [];
  let inDefine = false;
  for (const { text, line } of logicalLines(source)) {
    if (inDefine) {
      if (/^\s*endef\b/.test(text)) inDefine = false;
      continue;
    }
    if (/^\t/.test(text)) {
      for (const target of open) target.lines.push(text.slice(1));
      continue;
    }
    const bare = text.replace(/(^|\s)#.*$/, '').trimEnd();
    if (bare.trim() === '') continue;
    if (/^\s*define\s/.test(bare)) {
      inDefine = true;
      continue;
    }
    // Both arms of a conditional count: which one holds is decided when make runs.
    if (/^\s*(ifeq|ifneq|ifdef|ifndef|else|endif|-?include|sinclude|vpath|unexport)\b/.test(bare)) continue;
    const assignment = /^\s*(?:export\s+|override\s+)*([\w.-]+)\s*(\?|:{1,3}|\+|!)?=\s*(.*)$/.exec(bare);
    if (assignment) {
      const [, name = '', how, value = ''] = assignment;
      if (how === '+') variables.set(name, `${variables.get(name) ?? ''} ${value}`.trim());
      else if (how !== '?' || !variables.has(name)) variables.set(name, how === '!' ? `$(${name})` : value);
      continue;
    }
    const rule = /^([^\s:=#][^:=#]*?)\s*::?(?!=)\s*(.*)$/.exec(bare);
    if (!rule) continue;
    const [, names = '', rest = ''] = rule;
    if (/^[\w.-]+\s*[:?+]?=/.test(rest)) continue;
    const [dependencies = '', ...inline] = rest.split(';');
    const needs = expand(dependencies, variables)
      .split(/\s+/)
      .filter((n) => n !== '' && n !== '|');
    open = [];
    for (const name of expand(names, variables).split(/\s+/)) {
      if (name === '' || /^\.[A-Z_]+$/.test(name)) continue;
      const known = targets.get(name);
      const target = known ?? { name, needs: [], run: '', directory: '', line, lines: [] };
      target.needs.push(...needs);
      if (inline.length > 0) target.lines.push(inline.join(';'));
      targets.set(name, target);
      open.push(target);
    }
  }
  return [...targets.values()].map(({ lines, ...target }) => {
    const own = new Map([...variables, ['@', target.name]]);
    const commands = lines.map((l) =>
      recipeLine(expand(l, own).replaceAll('$@', target.name).replaceAll('$$', '$')),
    );
    return { ...target, needs: [...new Set(target.needs)], run: commands.filter((c) => c !== '').join('\n') };
  });
}

export function parseJustfile(source: string): Target[] {
  const targets: Target[] = [];
  const variables = new Map<string, string>();
  let open: Target | undefined;
  let lines: string[] = [];
  const close = (): void => {
    if (!open) return;
    const script = lines[0]?.trim().startsWith('#!') ?? false;
    const filled = lines.map((l) =>
      l.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => variables.get(name) ?? whole),
    );
    open.run = script
      ? filled.join('\n')
      : filled
          .map(recipeLine)
          .filter((c) => c !== '')
          .join('\n');
    targets.push(open);
    open = undefined;
    lines = [];
  };
  for (const { text, line } of logicalLines(source)) {
    if (/^\s+\S/.test(text)) {
      if (open) lines.push(text.trim());
      continue;
    }
    if (text.trim() === '') continue;
    close();
    const variable = /^(?:export\s+)?(\w+)\s*:=\s*["']([^"']*)["']\s*$/.exec(text);
    if (variable) variables.set(variable[1] ?? '', variable[2] ?? '');
    const recipe = /^@?([A-Za-z_][\w-]*)((?:\s+[^:]*)?)\s*:(?!=)\s*(.*)$/.exec(text);
    if (!recipe || /^(set|alias|import|mod|export)\s/.test(text)) continue;
    const needs = (recipe[3] ?? '')
      .replace(/&&.*$/, '')
      .replace(/\(([\w-]+)[^)]*\)/g, '$1')
      .split(/\s+/);
    open = {
      name: recipe[1] ?? '',
      needs: needs.filter((n) => /^[\w-]+$/.test(n)),
      run: '',
      directory: '',
      line,
    };
  }
  close();
  return targets;
}

export function parseTaskfile(source: string): Target[] {
  const [document] = parseYaml(source);
  const root = mapping(document?.value);
  const tasks = mapping(root.tasks);
  const variables = new Map(Object.entries(mapping(root.vars)).map(([name, value]) => [name, text(value)]));
  const filled = (command: string) =>
    command.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (whole, name: string) => variables.get(name) ?? whole);
  return Object.entries(tasks).map(([name, value]): Target => {
    const task = mapping(value);
    const commands =
      typeof value === 'string' ? [value] : Array.isArray(value) ? value : (task.cmds ?? task.cmd ?? []);
    const lines = (Array.isArray(commands) ? list(commands) : [commands]).map((one) => {
      const command = mapping(one);
      if (text(command.task) !== '') return `task ${text(command.task)}`;
      const run = filled(text(one) || text(command.cmd));
      return command.ignore_error === true ? `( ${run}\n) || true` : run;
    });
    return {
      name,
      needs: [...texts(task.deps), ...mappings(task.deps).map((d) => text(d.task))],
      run: lines.filter((l) => l !== '').join('\n'),
      directory: text(task.dir),
      line: document?.lineOf(tasks, name) ?? 1,
    };
  });
}
