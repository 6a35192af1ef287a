/** Azure Pipelines -> one pipeline: templates of the same repository unfolded, stages and jobs as jobs with needs. */
import { azureCondition, type Values } from './azure-conditions.js';
import { ALWAYS, all, NEVER, not } from './condition.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
  type UnseenPart,
} from './pipeline.js';
import { flattened, isMapping, list, type Mapping, mapping, text, texts } from './shape.js';
import { YamlSources } from './yaml-sources.js';

export interface AzurePipeline {
  title: string;
  triggers: PipelineTrigger[];
  inputs: { name: string; default: string; type: string }[];
  jobs: PipelineJob[];
  line: number;
  /** Templates that it took in. */
  templates: string[];
  unseen: UnseenPart[];
  error: string;
  errorLine: number;
}

const DEEPEST = 12;
const NONE: ReadonlySet<string> = new Set();
const MOST_PARTS = 3000;
const DIRECTIVE = /^\$\{\{\s*(if|elseif|else|each|insert)\b\s*([\s\S]*?)\s*\}\}$/;

/** Could the text be a pipeline by itself, and not only a template? */
export function startsByItself(root: Mapping): boolean {
  const runs = 'stages' in root || 'jobs' in root || 'steps' in root || 'extends' in root;
  return (
    runs &&
    !('on' in root) &&
    ('trigger' in root ||
      'pr' in root ||
      'schedules' in root ||
      'pool' in root ||
      'resources' in root ||
      !('parameters' in root))
  );
}

export function readAzurePipeline(path: string, textOf: (path: string) => string | undefined): AzurePipeline {
  return new AzureReader(textOf).pipeline(path);
}

/** What a part stands in: the file, its parameters and variables. */
interface Scope {
  path: string;
  values: Values;
  parameters: ReadonlyMap<string, unknown>;
  /** Parameters that a person may choose when starting it. */
  asked: ReadonlySet<string>;
  depth: number;
}

class AzureReader {
  readonly #sources = new YamlSources();
  readonly #roots = new Map<string, Mapping | undefined>();
  readonly #templates = new Set<string>();
  readonly #unseen: UnseenPart[] = [];
  #parts = 0;

  constructor(readonly textOf: (path: string) => string | undefined) {}

  pipeline(path: string): AzurePipeline {
    const { value, error, errorLine } = this.#sources.add(path, this.textOf(path) ?? '');
    const root = mapping(value);
    const declared = list(root.parameters).map(mapping);
    const inputs = declared.map((p) => ({
      name: text(p.name),
      default: text(p.default),
      type: text(p.type),
    }));
    const parameters = new Map(declared.map((p) => [text(p.name), p.default] as const));
    const asked = new Set(inputs.map((i) => i.name.toLowerCase()));
    const scope: Scope = { path, values: new Map(), parameters, asked, depth: 0 };
    // Somebody who starts it by hand may choose other values; every other run has the defaults.
    const values = new Map(inputs.map((i) => [i.name.toLowerCase(), i.default] as const));
    const variables = this.#variables(root.variables, { ...scope, values });
    for (const v of variables)
      if (!values.has(v.name.toLowerCase())) values.set(v.name.toLowerCase(), v.value);
    const jobs = this.#stages(root, { ...scope, values }, variables);
    const first = Object.keys(root)[0];
    return {
      title: text(root.name).includes('$') ? '' : text(root.name),
      triggers: this.#triggers(root),
      inputs,
      jobs,
      line: first === undefined ? 1 : this.#sources.at(root, first).line,
      templates: [...this.#templates],
      unseen: this.#unseen,
      error,
      errorLine,
    };
  }

  #triggers(root: Mapping): PipelineTrigger[] {
    const line = (key: string): number =>
      this.#sources.at(root, key in root ? key : (Object.keys(root)[0] ?? '')).line;
    const found: PipelineTrigger[] = [];
    const push = filtersOf(root.trigger);
    if (root.trigger !== 'none' && !(isMapping(root.trigger) && root.trigger.enabled === false))
      found.push({
        ...emptyTrigger('push', line('trigger')),
        ...push,
        branches: push.branches.length === 0 && push.tags.length === 0 ? ['**'] : push.branches,
      });
    if (root.pr !== undefined && root.pr !== 'none' && root.pr !== null)
      found.push({ ...emptyTrigger('pull_request', line('pr')), ...filtersOf(root.pr) });
    if (list(root.schedules).length > 0) found.push(emptyTrigger('schedule', line('schedules')));
    if (list(mapping(root.resources).pipelines).some((p) => isMapping(p) && p.trigger))
      found.push(emptyTrigger('workflow_run', line('resources')));
    // Without a trigger it is there to be started by hand.
    if (found.length === 0 || list(root.parameters).length > 0)
      found.push(emptyTrigger('workflow_dispatch', line('trigger')));
    return found;
  }

  #root(path: string): Mapping | undefined {
    if (!this.#roots.has(path)) {
      const written = this.textOf(path);
      const read = written === undefined ? undefined : this.#sources.add(path, written);
      this.#roots.set(path, read && read.error === '' ? mapping(read.value) : undefined);
    }
    return this.#roots.get(path);
  }

  /** The template that a part names, with the scope in which it stands. */
  #template(of: Mapping, scope: Scope): { root: Mapping; scope: Scope } | undefined {
    const written = filled(text(of.template), scope);
    const { path: at, line } = this.#sources.at(of, 'template');
    const [name = '', repository] = written.split('@');
    const path = resolved(name, scope.path);
    const root = repository === undefined || repository === 'self' ? this.#root(path) : undefined;
    if (!root || scope.depth > DEEPEST) {
      if (scope.depth <= DEEPEST) this.#unseen.push({ what: written, path: at, line, wraps: false });
      return undefined;
    }
    this.#templates.add(path);
    const declared = Array.isArray(root.parameters)
      ? root.parameters.map(mapping).map((p) => [text(p.name), p.default] as const)
      : Object.entries(mapping(root.parameters));
    const given = Object.entries(this.#mapping(mapping(of.parameters), scope)).map(
      ([k, v]) => [k, deep(v, scope)] as const,
    );
    const parameters = new Map<string, unknown>([...declared, ...given]);
    const values = new Map(scope.values);
    for (const [key, value] of parameters) {
      if (typeof value === 'object' && value !== null) values.delete(key.toLowerCase());
      else values.set(key.toLowerCase(), text(value));
    }
    return { root, scope: { path, values, parameters, asked: NONE, depth: scope.depth + 1 } };
  }

  /** The items of a list with `${{ if }}` and `${{ each }}` and parameters that are lists taken apart. */
  #items(
    value: unknown,
    scope: Scope,
  ): { item: unknown; holder: readonly unknown[]; index: number; scope: Scope; condition: string }[] {
    const whole = parameterOf(value, scope);
    const items = list(whole);
    let earlier = ALWAYS;
    return items.flatMap((item, index) => {
      this.#parts += 1;
      if (this.#parts > MOST_PARTS || scope.depth > DEEPEST) return [];
      const named = typeof item === 'string' ? parameterOf(item, scope) : item;
      if (Array.isArray(named)) return this.#items(named, scope);
      const [key = '', inner] = isMapping(named) ? (Object.entries(named)[0] ?? []) : [];
      const directive = DIRECTIVE.exec(key.trim());
      if (!directive) return [{ item: named, holder: items, index, scope, condition: ALWAYS }];
      const [, word = '', rest = ''] = directive;
      if (word === 'each') return this.#each(rest, inner, scope);
      const own = word === 'else' ? ALWAYS : azureCondition(rest, known(scope));
      const condition = word === 'if' ? own : all(not(earlier), own);
      earlier = word === 'if' ? own : any2(earlier, own);
      if (condition === NEVER) return [];
      return this.#items(inner, { ...scope, depth: scope.depth + 1 }).map((i) => ({
        ...i,
        condition: all(condition, i.condition),
      }));
    });
  }

  #each(rest: string, inner: unknown, scope: Scope) {
    return this.#loop(rest, scope).flatMap((at) => this.#items(inner, at));
  }

  /** A scope for each turn of a loop. */
  #loop(rest: string, scope: Scope): Scope[] {
    const [, name = '', source = ''] = /^(\w+)\s+in\s+([\w.-]+)/.exec(rest) ?? [];
    const over = lookedUp(source, scope);
    const ones = isMapping(over) ? Object.entries(over).map(([key, value]) => ({ key, value })) : list(over);
    return ones.slice(0, 50).map((one) => {
      const parameters = new Map([...scope.parameters, [name, one] as const]);
      const values = new Map(scope.values);
      if (!isMapping(one)) values.set(name.toLowerCase(), text(one));
      else
        for (const [key, value] of Object.entries(one))
          values.set(`${name}.${key}`.toLowerCase(), text(value));
      return { ...scope, parameters, values, depth: scope.depth + 1 };
    });
  }

  /** A mapping with its `${{ if }}` and `${{ each }}` keys taken apart; the same one where it has none. */
  #mapping(of: Mapping, scope: Scope): Mapping {
    const keys = Object.keys(of);
    if (!keys.some((k) => k.trim().startsWith('${{')) || scope.depth > DEEPEST) return of;
    const made: Record<string, unknown> = {};
    let earlier = ALWAYS;
    for (const key of keys) {
      this.#parts += 1;
      if (this.#parts > MOST_PARTS) break;
      const directive = DIRECTIVE.exec(key.trim());
      if (!directive) {
        made[filled(key, scope)] = deep(of[key], scope);
        continue;
      }
      const [, word = '', rest = ''] = directive;
      if (word === 'each') {
        for (const at of this.#loop(rest, scope)) Object.assign(made, this.#mapping(mapping(of[key]), at));
        continue;
      }
      const own = word === 'else' ? ALWAYS : azureCondition(rest, known(scope));
      const condition = word === 'if' ? own : all(not(earlier), own);
      earlier = word === 'if' ? own : any2(earlier, own);
      if (condition !== NEVER)
        Object.assign(
          made,
          this.#mapping(mapping(deep(of[key], scope)), { ...scope, depth: scope.depth + 1 }),
        );
    }
    return made;
  }

  #variables(value: unknown, scope: Scope): NamedValue[] {
    if (isMapping(value))
      return Object.entries(value).flatMap(([name, v]) =>
        typeof v === 'object' ? [] : [{ name, value: filled(text(v), scope) }],
      );
    return this.#items(value, scope).flatMap(({ item, scope: at, condition }) => {
      const of = mapping(item);
      if ('template' in of) {
        const template = this.#template(of, at);
        return template ? this.#variables(template.root.variables, template.scope) : [];
      }
      const name = filled(text(of.name), at);
      // Where a condition decides on the value, it is not known.
      return name === '' || condition !== ALWAYS ? [] : [{ name, value: filled(text(of.value), at) }];
    });
  }

  /** The jobs of a root or template: its stages, jobs or steps. */
  #stages(root: Mapping, scope: Scope, variables: NamedValue[]): PipelineJob[] {
    if (isMapping(root.extends)) {
      const template = this.#template(root.extends, scope);
      if (template) return this.#stages(template.root, template.scope, variables);
      // A template that is elsewhere runs the stages that are handed to it.
      const handed = mapping(root.extends.parameters);
      const part = this.#unseen.at(-1);
      if (part && ('stages' in handed || 'jobs' in handed || 'steps' in handed)) part.wraps = true;
      return this.#stages({ ...handed, extends: undefined }, scope, variables);
    }
    if ('stages' in root) return this.#inTurn(this.#stageList(root.stages, scope), variables);
    if ('jobs' in root) return this.#jobs(root.jobs, scope, variables).jobs;
    if ('steps' in root)
      return [this.#jobOf(root, 'job', this.#sources.at(root, 'steps'), scope, variables, ALWAYS)];
    return [];
  }

  #stageList(value: unknown, scope: Scope): { of: Mapping; scope: Scope; condition: string }[] {
    return this.#items(value, scope).flatMap(({ item, scope: at, condition }) => {
      const of = mapping(item);
      if (!('template' in of)) return [{ of, scope: at, condition }];
      const template = this.#template(of, at);
      return template
        ? this.#stageList(template.root.stages, template.scope).map((s) => ({
            ...s,
            condition: all(condition, s.condition),
          }))
        : [];
    });
  }

  /** Stages wait for the one before them unless they say otherwise; their jobs wait for all jobs of those. */
  #inTurn(
    stages: readonly { of: Mapping; scope: Scope; condition: string }[],
    variables: NamedValue[],
  ): PipelineJob[] {
    const byStage = new Map<string, string[]>();
    const found: PipelineJob[] = [];
    let before: string | undefined;
    for (const [i, { of, scope, condition }] of stages.entries()) {
      const name = filled(text(of.stage), scope) || `stage${i + 1}`;
      const after = 'dependsOn' in of ? named(of.dependsOn, scope) : before === undefined ? [] : [before];
      const own = this.#variables(of.variables, scope);
      const inner = this.#jobs(of.jobs, scope, overlaid(variables, own));
      const waited = after.flatMap((s) => byStage.get(s) ?? []);
      const stageCondition = all(condition, statusOf(text(of.condition), scope));
      // In a stage without jobs that can be seen, what comes after waits for what came before.
      byStage.set(name, inner.jobs.length > 0 ? inner.jobs.map((j) => `${name} / ${j.id}`) : waited);
      before = name;
      for (const job of inner.jobs)
        found.push({
          ...job,
          id: `${name} / ${job.id}`,
          title: job.title || text(of.displayName),
          needs: [...job.needs.map((n) => `${name} / ${n}`), ...waited],
          condition: inStage(stageCondition, job, waited, name),
          concurrency: job.concurrency || (text(of.lockBehavior) === 'sequential' ? name : ''),
        });
    }
    return found;
  }

  #jobs(
    value: unknown,
    scope: Scope,
    variables: NamedValue[],
    taken = new Set<string>(),
  ): { jobs: PipelineJob[] } {
    const jobs = this.#items(value, scope).flatMap(({ item, holder, index, scope: at, condition }) => {
      const of = this.#mapping(mapping(item), at);
      if ('template' in of) {
        const template = this.#template(of, at);
        return template
          ? this.#jobs(template.root.jobs, template.scope, variables, taken).jobs.map((j) => ({
              ...j,
              condition: joinedStatus(condition, j.condition),
            }))
          : [];
      }
      const key = ['job', 'deployment'].find((k) => k in of);
      if (key === undefined) return [];
      const id = unique(filled(text(of[key]), at) || `job${index + 1}`, taken);
      const place = isMapping(item) ? this.#sources.at(item, key) : this.#sources.at(holder, index);
      return [this.#jobOf(of, id, place, at, variables, condition)];
    });
    return { jobs };
  }

  #jobOf(
    of: Mapping,
    id: string,
    place: { path: string; line: number },
    scope: Scope,
    variables: NamedValue[],
    condition: string,
  ): PipelineJob {
    const own = overlaid(variables, this.#variables(of.variables, scope));
    const environment = filled(text(of.environment) || text(mapping(of.environment).name), scope);
    const steps = this.#strategy(of, scope);
    const matrix = Object.entries(mapping(mapping(of.strategy).matrix));
    const names = [...new Set(matrix.flatMap(([, leg]) => Object.keys(mapping(leg))))];
    return {
      ...emptyJob(id, place.line),
      title: filled(text(of.displayName), scope),
      needs: named(of.dependsOn, scope),
      condition: joinedStatus(condition, statusOf(text(of.condition), scope)),
      continueOnError: of.continueOnError === true || text(of.continueOnError) === 'true',
      // A job on the server that does nothing but ask a person.
      approval: steps.some((s) => /^task:ManualValidation@/i.test(s.uses)),
      environment: environment.replace(
        /\$\(([\w.]+)\)|\$\{\{\s*([\w.]+)\s*\}\}/g,
        (_, a?: string, b?: string) => `\${{ variables.${a ?? b} }}`,
      ),
      variables: own,
      matrix: names.map((name) => ({ name, values: matrix.map(([, leg]) => text(mapping(leg)[name])) })),
      timeoutMinutes: Math.max(0, Math.trunc(Number(of.timeoutInMinutes) || 0)),
      steps: steps.filter((s) => !/^task:ManualValidation@/i.test(s.uses)),
      path: place.path,
    };
  }

  /** The steps of a job, or those of a deployment's strategy in the order of its hooks. */
  #strategy(of: Mapping, scope: Scope): PipelineStep[] {
    if ('steps' in of) return this.#list(of.steps, scope);
    const strategy = mapping(of.strategy);
    const hooks = mapping(strategy.runOnce ?? strategy.rolling ?? strategy.canary);
    return ['preDeploy', 'deploy', 'routeTraffic', 'postRouteTraffic']
      .flatMap((hook) => this.#list(mapping(hooks[hook]).steps, scope))
      .concat(this.#list(mapping(mapping(hooks.on).success).steps, scope));
  }

  #list(value: unknown, scope: Scope): PipelineStep[] {
    return this.#items(value, scope).flatMap(({ item, scope: at, condition }) => {
      const of = mapping(item);
      if ('template' in of) {
        const template = this.#template(of, at);
        const inner = template ? this.#list(template.root.steps, template.scope) : this.#unknown(of);
        return inner.map((s) => ({ ...s, condition: joinedStatus(condition, s.condition) }));
      }
      const step = isMapping(item) ? this.#step(of, at) : undefined;
      return step && of.enabled !== false
        ? [{ ...step, condition: joinedStatus(condition, step.condition) }]
        : [];
    });
  }

  /** Steps of a template that is elsewhere. */
  #unknown(of: Mapping): PipelineStep[] {
    const { path, line } = this.#sources.at(of, 'template');
    return [{ ...emptyStep(line), uses: `template:${text(of.template)}`, path }];
  }

  #step(of: Mapping, scope: Scope): PipelineStep | undefined {
    const key = ['script', 'bash', 'pwsh', 'powershell', 'task', 'publish', 'download'].find((k) => k in of);
    if (key === undefined || key === 'publish' || key === 'download') return undefined;
    const { path, line } = this.#sources.at(of, key);
    const base: PipelineStep = {
      ...emptyStep(line),
      name: filled(text(of.displayName), scope),
      id: text(of.name),
      condition: statusOf(text(of.condition), scope),
      continueOnError: of.continueOnError === true || text(of.continueOnError) === 'true',
      variables: Object.entries(mapping(of.env)).map(([name, v]) => ({
        name,
        value: shellWords(filled(text(v), scope)),
      })),
      path,
    };
    if (key === 'task') return this.#task(of, scope, base);
    return {
      ...base,
      run: withSlashes(shellWords(filled(text(of[key]), scope))),
      shell: SHELLS[key] ?? '',
      workingDirectory: folder(filled(text(of.workingDirectory), scope)),
      runLine: this.#sources.chunk(of, key, '').line,
    };
  }

  #task(of: Mapping, scope: Scope, base: PipelineStep): PipelineStep {
    const task = text(of.task);
    const inputs = mapping(of.inputs);
    const input = (...names: string[]): string => {
      const found = Object.entries(inputs).find(([k]) => names.includes(k.toLowerCase()));
      return found ? shellWords(filled(text(found[1]), scope)) : '';
    };
    const kind = task.replace(/@.*$/, '').toLowerCase();
    const scriptKey = Object.keys(inputs).find((k) => /^(script|inline|inlinescript)$/i.test(k));
    const inline = /^(bash|powershell|shellscript|cmdline|azurecli|azurepowershell|pythonscript|ssh)$/.test(
      kind,
    );
    if (
      inline &&
      scriptKey !== undefined &&
      !/^filepath$/i.test(input('targettype')) &&
      kind !== 'pythonscript' &&
      kind !== 'ssh'
    ) {
      const bash = /^(bash|cmdline)$/.test(kind) || /bash/.test(input('scripttype'));
      return {
        ...base,
        run: input(scriptKey.toLowerCase()),
        shell: bash ? 'bash {0}' : 'pwsh',
        workingDirectory: folder(input('workingdirectory', 'cwd')),
        line: this.#sources.at(inputs, scriptKey).line,
        runLine: this.#sources.chunk(inputs, scriptKey, '').line,
      };
    }
    const file = input('filepath', 'scriptpath', 'scriptlocation');
    if (inline && file !== '' && kind !== 'ssh')
      return {
        ...base,
        run: `./${folder(file)} ${input('arguments', 'args', 'scriptarguments')}`.trim(),
        shell: 'bash',
        workingDirectory: folder(input('workingdirectory', 'cwd')),
      };
    return {
      ...base,
      uses: `task:${task}`,
      with: Object.entries(inputs).map(([name, v]) => ({ name, value: shellWords(filled(text(v), scope)) })),
    };
  }
}

/** `script` runs with the status of its last command; so does bash unless `set -e` is written. */
const SHELLS: Readonly<Record<string, string>> = {
  bash: 'bash {0}',
  powershell: 'powershell',
  pwsh: 'pwsh',
  script: 'bash {0}',
};

/** The values that conditions may count on: what a person may choose is an open question. */
function known(scope: Scope): Values {
  return scope.asked.size === 0
    ? scope.values
    : new Map([...scope.values].filter(([name]) => !scope.asked.has(name)));
}

function any2(a: string, b: string): string {
  // A chain that long is no longer followed.
  if (a.length > 5000) return a;
  return a === ALWAYS || b === ALWAYS ? ALWAYS : a === NEVER ? b : b === NEVER ? a : `(${a}) || (${b})`;
}

function statusOf(written: string, scope: Scope): string {
  if (written === '') return ALWAYS;
  const condition = azureCondition(
    filled(written, { ...scope, values: known(scope) }).replace(/^\$\{\{\s*|\s*\}\}$/g, ''),
    known(scope),
  );
  // A condition that asks for no status replaces succeeded(): it holds after failures too.
  return /\b(success|failure|always|cancelled)\(\)/.test(condition) ? condition : all('always()', condition);
}

/** A condition from around a part with its own; an empty text is the default. */
function joinedStatus(outer: string, inner: string): string {
  const joined = all(outer, inner === '' ? ALWAYS : inner);
  if (joined === ALWAYS) return '';
  return joined;
}

/** A name that a loop gives to several jobs is counted on. */
function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name} ${n}`;
  taken.add(free);
  return free;
}

/** A job's condition with that of its stage, which asks whether the stages before succeeded. */
function inStage(stage: string, job: PipelineJob, waited: readonly string[], name: string): string {
  const succeeded = (id: string): string => `needs['${id.replaceAll("'", "''")}'].result == 'success'`;
  const asksStatus = /\b(success|failure|always)\(\)/.test(stage);
  if (job.condition === '')
    return joinedStatus(
      asksStatus ? all(stage, ...job.needs.map((n) => succeeded(`${name} / ${n}`))) : stage,
      '',
    );
  return joinedStatus(asksStatus ? stage : all(stage, ...waited.map(succeeded)), job.condition);
}

function overlaid(below: readonly NamedValue[], top: readonly NamedValue[]): NamedValue[] {
  return [...below.filter((b) => !top.some((t) => t.name === b.name)), ...top];
}

function named(value: unknown, scope: Scope): string[] {
  return flattened(parameterOf(value, scope))
    .map((v) => filled(text(v), scope))
    .filter((v) => v !== '');
}

function filtersOf(
  value: unknown,
): Pick<PipelineTrigger, 'branches' | 'branchesIgnore' | 'tags' | 'tagsIgnore' | 'paths' | 'pathsIgnore'> {
  const branches = Array.isArray(value) ? { include: value } : isMapping(value) ? value.branches : undefined;
  const of = (key: string): { include: string[]; exclude: string[] } => {
    const filter = key === 'branches' ? branches : mapping(value)[key];
    return {
      include: texts(Array.isArray(filter) ? filter : mapping(filter).include).map(bare),
      exclude: texts(mapping(filter).exclude).map(bare),
    };
  };
  const [b, t, p] = [of('branches'), of('tags'), of('paths')];
  return {
    branches: [...b.include, ...(b.include.length > 0 ? b.exclude.map((e) => `!${e}`) : [])],
    branchesIgnore: b.include.length > 0 ? [] : b.exclude,
    tags: t.include,
    tagsIgnore: t.include.length > 0 ? [] : t.exclude,
    paths: p.include,
    pathsIgnore: p.exclude,
  };
}

function bare(branch: string): string {
  const name = branch.replace(/^refs\/(heads|tags)\//, '');
  return name === '*' ? '**' : name;
}

/** A path as a template is named: from the root, or from the folder of the file that names it. */
function resolved(name: string, from: string): string {
  const base = name.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') base.pop();
    else base.push(part);
  }
  return base.join('/');
}

/** A value that is wholly `${{ parameters.x }}` or a loop's `${{ x.value }}`: a list or mapping stays one. */
function parameterOf(value: unknown, scope: Scope): unknown {
  const path =
    typeof value === 'string' ? /^\$\{\{\s*([\w-]+(?:\.[\w-]+)*)\s*\}\}$/.exec(value.trim())?.[1] : undefined;
  if (path === undefined) return value;
  const found = lookedUp(path, scope);
  return found === undefined && !path.startsWith('parameters.') ? value : found;
}

function lookedUp(path: string, scope: Scope): unknown {
  if (path === 'parameters') return Object.fromEntries(scope.parameters);
  const [first = '', ...rest] = path.replace(/^parameters\./, '').split('.');
  return rest.reduce<unknown>((v, key) => mapping(v)[key], scope.parameters.get(first));
}

function deep(value: unknown, scope: Scope): unknown {
  if (typeof value !== 'string') return value;
  const whole = parameterOf(value, scope);
  return typeof whole === 'string' ? filled(whole, scope) : whole;
}

/** Puts in what files say of `${{ parameters.x }}`, `${{ variables.x }}` and `$(x)`. */
function filled(written: string, scope: Scope): string {
  if (!written.includes('$')) return written;
  const value = (whole: string, name: string): string => {
    const known = scope.values.get(name.toLowerCase());
    return known === undefined || known.includes('$') ? whole : known;
  };
  return written
    .replace(
      /\$\{\{\s*(?:parameters|variables)(?:\.([\w.-]+)|\['([^']+)'\])\s*\}\}/g,
      (whole, a?: string, b?: string) => value(whole, a ?? b ?? ''),
    )
    .replace(/\$\{\{\s*([\w-]+(?:\.[\w-]+)?)\s*\}\}/g, (whole, name: string) => value(whole, name))
    .replace(/\$\(([\w.-]+)\)/g, (whole, name: string) => value(whole, name));
}

/** `$(Build.SourceBranch)` would read as a command in a shell: a variable by the name that the agent gives it. */
function shellWords(written: string): string {
  return written.replace(
    /\$\(([A-Za-z][\w.]*)\)/g,
    (_, name: string) => `\${${name.replaceAll('.', '_').toUpperCase()}}`,
  );
}

/** `eng\\build.cmd` on Windows: a script that a shell would read without its folders. */
function withSlashes(written: string): string {
  return written.replace(/^[ \t]*(?:call +)?[.\w-]*(?:\\[.\w-]+)+\.(?:cmd|bat|ps1)\b/gim, (path) =>
    path.replace(/^[ \t]*call +/i, '').replaceAll('\\', '/'),
  );
}

/** A folder from the one that the repository was checked out to. */
function folder(written: string): string {
  return written
    .replace(
      /^\$[({](?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY)[)}]\/?/i,
      '',
    )
    .replace(/^\.\//, '');
}
