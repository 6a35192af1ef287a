/** The stages of a Jenkinsfile in their order -> jobs that need each other, and what their steps run. */
import { all, not, quoted } from '../../parse/condition.js';
import type { GroovyCall, GroovyStatement, GroovyValue } from '../../parse/groovy-syntax.js';
import {
  emptyJob,
  emptyStep,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
} from '../../parse/pipeline.js';
import { conditionOf, named, parts, textOf, whenOf } from './groovy-values.js';

/** Around a statement: what decides whether it runs, and where. */
interface Around {
  /** The stage or branch that it belongs to. */
  label: string;
  line: number;
  /** Everything that must hold. */
  conditions: readonly string[];
  /** So many of the conditions are those of the job; the others are of the step. */
  ofJob: number;
  /** `always()` or `failure()` where it stands in a `finally`, `catch` or `post`. */
  status: string;
  jobStatus: string;
  directory: string;
  variables: readonly NamedValue[];
  matrix: PipelineJob['matrix'];
  concurrency: string;
  strings: ReadonlyMap<string, string>;
  depth: number;
}

type Method = Extract<GroovyStatement, { type: 'method' }>;

const DEEPEST = 40;
const MOST_STEPS = 5000;

/** Steps that read or tell, and blocks of settings: they neither test nor deliver, whatever they hold. */
const NO_STEPS =
  /^(@\w+|library|echo|println?|error|unstable|properties|pipelineTriggers|parameters|disableConcurrentBuilds|buildDiscarder|logRotator|string|booleanParam|choice|text|password|cron|pollSCM|githubPush|upstream|checkout|git|deleteDir|cleanWs|sleep|milestone|stash|unstash|readFile|writeFile|fileExists|readJSON|readYaml|readProperties|readMavenPom|writeJSON|writeYaml|isUnix|pwd|tool|junit|archiveArtifacts|usernamePassword|usernameColonPassword|file|sshUserPrivateKey|credentials|certificate|scmGit|script|currentBuild\.\w+|env\..*|params\..*|System\..*|scm\..*|steps\.echo|label|timestamps|ansiColor|configFile|each|findFiles|nodesByLabel|getContext|waitUntil|emailext|emailextrecipients|mail|slackSend|publishHTML|recordIssues|publishCoverage|publishChecks|githubNotify|setGitHubPullRequestStatus|fingerprint|input|it\..*|this\..*)$/;

/** Methods of texts and collections. */
const OF_VALUES =
  /\.(add\w*|values|last|first|contains\w*|split|each\w*|collect\w*|find\w*|join|put|get\w*|size|toString|replace\w*|tokenize|trim|keySet|any|every|sort|to[A-Z]\w*|equals\w*|is[A-Z]\w*|startsWith|endsWith|matches|remove\w*|substring|length|plus|unique|reverse|capitalize|format|combinations|withIndex)$/;

export class Stages {
  readonly jobs: PipelineJob[] = [];
  /** The jobs that what comes next has to wait for. */
  #frontier: string[] = [];
  #current: PipelineJob | undefined;
  #steps = 0;
  readonly #methods = new Map<string, Method>();
  readonly #calling = new Set<string>();
  /** Exit statuses that a later `if` turns into a failure. */
  readonly #checked = new Set<string>();

  constructor(
    readonly path: string,
    statements: readonly GroovyStatement[],
  ) {
    for (const s of statements) if (s.type === 'method') this.#methods.set(s.name, s);
  }

  #start(line: number): Around {
    return {
      label: '',
      line,
      conditions: [],
      ofJob: 0,
      status: '',
      jobStatus: '',
      directory: '',
      variables: [],
      matrix: [],
      concurrency: '',
      strings: new Map(),
      depth: 0,
    };
  }

  /** A scripted pipeline: statements that run one after another. */
  scripted(statements: readonly GroovyStatement[], line: number): PipelineJob[] {
    this.#run(statements, this.#start(line));
    this.#close();
    return this.jobs;
  }

  /** `pipeline { ... }` */
  declarative(pipeline: GroovyCall): PipelineJob[] {
    const around = this.#settings(parts(pipeline.block), this.#start(pipeline.line));
    for (const part of parts(pipeline.block)) if (part.name === 'stages') this.#stages(part, around);
    for (const part of parts(pipeline.block)) if (part.name === 'post') this.#postJobs(part, around);
    return this.jobs;
  }

  #stages(block: GroovyCall, around: Around): void {
    for (const part of parts(block.block)) if (part.name === 'stage') this.#stage(part, around);
  }

  /** The `environment` of a pipeline or stage. */
  #settings(inside: readonly GroovyCall[], around: Around): Around {
    const block = inside.find((p) => p.name === 'environment')?.block;
    if (!block) return around;
    const strings = new Map(around.strings);
    const variables: NamedValue[] = [];
    for (const s of block) {
      if (s.type !== 'set' || s.value.type === 'call') continue;
      const value = textOf(s.value, strings);
      strings.set(s.name, value);
      variables.push({ name: s.name, value });
    }
    return { ...around, strings, variables: [...around.variables, ...variables] };
  }

  #stage(stage: GroovyCall, outer: Around): void {
    if (outer.depth > DEEPEST) return;
    const inside = parts(stage.block);
    const of = (name: string) => inside.find((p) => p.name === name);
    const conditions = [...outer.conditions, whenOf(of('when')?.block)];
    const lock = parts(of('options')?.block).find((p) => p.name === 'lock');
    const around = this.#settings(inside, {
      ...outer,
      label: textOf(stage.given[0], outer.strings) || outer.label,
      line: stage.line,
      conditions,
      ofJob: conditions.length,
      concurrency: lock ? this.#lock(lock, outer) : outer.concurrency,
      depth: outer.depth + 1,
    });
    const asks = of('input');
    const steps = of('steps');
    const first = this.jobs.length;
    if (steps) {
      this.#open(around, asks !== undefined);
      this.#run(steps.block ?? [], around);
      const post = of('post');
      if (post && this.jobs.length === first) this.#post(post, around);
      this.#close();
      if (post && this.jobs.length > first + 1) this.#postJobs(post, around);
      return;
    }
    if (asks) {
      this.#open({ ...around, label: `${around.label} (input)` }, true);
      this.#close();
    }
    for (const part of inside) {
      if (part.name === 'stages') this.#stages(part, around);
      if (part.name === 'parallel')
        this.#beside(
          parts(part.block)
            .filter((p) => p.name === 'stage')
            .map((p) => () => this.#stage(p, around)),
        );
      if (part.name === 'matrix') this.#matrix(part, around);
    }
    const post = of('post');
    if (post) this.#postJobs(post, around);
  }

  #matrix(matrix: GroovyCall, around: Around): void {
    const inside = parts(matrix.block);
    const axes = parts(inside.find((p) => p.name === 'axes')?.block).map((axis) => {
      const of = (name: string) => parts(axis.block).find((p) => p.name === name);
      return {
        name: textOf(of('name')?.given[0], around.strings),
        values: (of('values')?.given ?? []).map((v) => textOf(v, around.strings)),
      };
    });
    const conditions = [...around.conditions, whenOf(inside.find((p) => p.name === 'when')?.block)];
    const within = { ...around, matrix: [...around.matrix, ...axes], conditions, ofJob: conditions.length };
    for (const part of inside) if (part.name === 'stages') this.#stages(part, within);
  }

  /** The steps of `post` at the end of a job of their own stage. */
  #post(post: GroovyCall, around: Around): void {
    for (const part of parts(post.block))
      this.#run(part.block ?? [], { ...around, status: statusOf(part.name) });
  }

  /** The steps of `post` where several jobs come before. */
  #postJobs(post: GroovyCall, around: Around): void {
    const before = this.#frontier;
    for (const part of parts(post.block)) {
      const known = this.jobs.length;
      const jobStatus = statusOf(part.name) === 'success()' ? '' : statusOf(part.name);
      const label = `${around.label === '' ? '' : `${around.label} `}post ${part.name}`;
      this.#run(part.block ?? [], { ...around, label, line: part.line, jobStatus, depth: around.depth + 1 });
      this.#close();
      // What comes after the stage waits for its jobs, and not for what they leave to be done.
      if (this.jobs.length > known) this.#frontier = before;
    }
  }

  #beside(branches: readonly (() => void)[]): void {
    this.#close();
    const before = this.#frontier;
    const ends = new Set<string>();
    for (const branch of branches) {
      this.#frontier = before;
      branch();
      this.#close();
      for (const end of this.#frontier) ends.add(end);
    }
    this.#frontier = ends.size > 0 ? [...ends] : before;
  }

  #open(around: Around, approval = false): PipelineJob {
    this.#close();
    const label = around.label || 'build';
    let id = label;
    for (let n = 2; this.jobs.some((j) => j.id === id); n += 1) id = `${label} ${n}`;
    const conditions = around.conditions.slice(0, around.ofJob);
    const skipped = this.jobs.some((j) => j.condition !== '');
    const status =
      around.jobStatus || (skipped || conditions.some((c) => c !== 'true' && c !== '') ? '!failure()' : '');
    const condition = all(status, ...conditions);
    this.#current = {
      ...emptyJob(id, around.line),
      title: label,
      needs: this.#frontier,
      condition: condition === 'true' ? '' : condition,
      approval,
      approvalWhen: approval ? plain(all(...conditions)) : '',
      variables: [...around.variables],
      matrix: around.matrix,
      concurrency: around.concurrency,
    };
    return this.#current;
  }

  #close(): void {
    if (!this.#current) return;
    this.jobs.push(this.#current);
    this.#frontier = [this.#current.id];
    this.#current = undefined;
  }

  #add(line: number, around: Around, said: Partial<PipelineStep>): void {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) return;
    const job = this.#current ?? this.#open(around);
    const condition = plain(all(around.status, ...around.conditions.slice(around.ofJob)));
    const own = around.variables.filter((v) => !job.variables.includes(v));
    job.steps.push({
      ...emptyStep(line),
      condition,
      workingDirectory: said.run === undefined ? '' : around.directory,
      variables: own,
      ...said,
    });
  }

  #run(statements: readonly GroovyStatement[], outer: Around): void {
    if (outer.depth > DEEPEST) return;
    let around: Around = { ...outer, depth: outer.depth + 1 };
    for (const statement of statements) this.#noteCheck(statement);
    for (const s of statements) {
      switch (s.type) {
        case 'method':
          break;
        case 'set':
          around = this.#set(s, around);
          break;
        case 'if':
          around = this.#if(s, around);
          break;
        case 'try':
          this.#try(s, around);
          break;
        case 'loop':
          this.#run(s.body, around);
          break;
        default:
          this.#value(s.value, around);
      }
    }
  }

  /** `if (status != 0) { error '...' }`: the status that `sh` gave is looked at. */
  #noteCheck(s: GroovyStatement): void {
    if (s.type === 'if' && endsHere(s.then) !== 'no')
      for (const name of namesIn(s.condition)) this.#checked.add(name);
  }

  #set(s: Extract<GroovyStatement, { type: 'set' }>, around: Around): Around {
    if (s.value.type === 'closure') {
      // A branch that a later `parallel` runs.
      this.#run(s.value.body, around);
      return around;
    }
    const swallows = !(s.value.type === 'call' && this.#checked.has(s.name));
    this.#value(s.value, around, swallows);
    if (s.value.type !== 'string' && !(s.value.type === 'binary' && s.value.operator === '+')) return around;
    const strings = new Map(around.strings);
    strings.set(s.name.replace(/^env\./, ''), textOf(s.value, around.strings));
    return { ...around, strings };
  }

  #if(s: Extract<GroovyStatement, { type: 'if' }>, around: Around): Around {
    this.#within(true, () => this.#value(s.condition, around));
    const condition = conditionOf(s.condition);
    this.#run(s.then, { ...around, conditions: [...around.conditions, condition] });
    const otherwise = [...around.conditions, not(condition)];
    this.#run(s.otherwise, { ...around, conditions: otherwise });
    // What follows runs only where this did not end it.
    return endsHere(s.then) === 'returns' && s.otherwise.length === 0
      ? { ...around, conditions: otherwise }
      : around;
  }

  #try(s: Extract<GroovyStatement, { type: 'try' }>, around: Around): void {
    const raises = s.caught === undefined || raisesAgain(s.caught);
    this.#apart(around, !raises, () => this.#run(s.body, around), [
      [s.caught ?? [], 'failure()'],
      [s.finally, 'always()'],
    ]);
  }

  /** Runs what may fail without failing the build, and what is done about it. */
  #apart(
    around: Around,
    swallows: boolean,
    body: () => void,
    after: readonly (readonly [readonly GroovyStatement[], string])[],
  ): void {
    if (swallows) this.#close();
    const before = this.#frontier;
    const known = this.jobs.length;
    body();
    if (this.jobs.length === known) {
      // All in one job: its end is the place for what comes after.
      for (const [statements, status] of after) this.#run(statements, { ...around, status });
      if (!swallows) return;
      if (this.#current) this.#current.continueOnError = true;
      this.#close();
      return;
    }
    this.#close();
    const ends = this.#frontier;
    for (const [statements, status] of after) {
      this.#run(statements, { ...around, jobStatus: status });
      this.#close();
      this.#frontier = ends;
    }
    if (!swallows) return;
    const inside = this.jobs.slice(known);
    if (inside.length === 1) for (const job of inside) job.continueOnError = true;
    else this.#frontier = before;
  }

  #value(value: GroovyValue | undefined, around: Around, statusCounts = true): void {
    switch (value?.type) {
      case 'call':
        this.#call(value, around, statusCounts);
        break;
      case 'not':
        this.#value(value.operand, around);
        break;
      case 'binary':
        this.#value(value.left, around);
        this.#value(value.right, around);
        break;
      case 'list':
        for (const item of value.items) this.#value(item, around);
        break;
      case 'map':
        for (const entry of value.entries) this.#value(entry.value, around);
        break;
      case 'other':
        for (const part of value.parts) this.#value(part, around);
        break;
      case 'closure':
        this.#run(value.body, around);
    }
  }

  #call(call: GroovyCall, around: Around, statusCounts: boolean): void {
    const name = call.name.replace(/^(steps|script|pipeline|this)\./, '');
    const method = this.#methods.get(name);
    if (method) {
      this.#inline(method, call, around);
      return;
    }
    switch (name) {
      case 'sh':
      case 'bat':
      case 'powershell':
      case 'pwsh':
        this.#shell(name, call, around, statusCounts);
        return;
      case 'stage':
        this.#stageOf(call, around);
        return;
      case 'parallel':
        this.#parallel(call, around);
        return;
      case 'input':
        this.#open(around.label === '' ? { ...around, label: 'input' } : around, true);
        return;
      case 'dir':
        this.#run(call.block ?? [], {
          ...around,
          directory: within(around.directory, textOf(call.given[0], around.strings)),
        });
        return;
      case 'withEnv':
        this.#run(call.block ?? [], this.#withEnv(call, around));
        return;
      case 'lock':
        this.#run(call.block ?? [], { ...around, concurrency: this.#lock(call, around) });
        return;
      case 'catchError':
      case 'warnError':
        this.#apart(around, true, () => this.#run(call.block ?? [], around), []);
        return;
      case 'build':
        this.#add(call.line, around, {
          uses: 'jenkins:build',
          name: textOf(named(call, 'job') ?? call.given[0], around.strings),
          ...(named(call, 'propagate')?.type === 'literal' || named(call, 'wait')?.type === 'literal'
            ? { continueOnError: true }
            : {}),
        });
        return;
    }
    this.#other(name, call, around);
  }

  /** Any other step: one with a block only sets up what is in it, unless it is a library's whole pipeline. */
  #other(name: string, call: GroovyCall, around: Around): void {
    const before = this.#steps;
    this.#within(true, () => {
      this.#value(call.on, around);
      for (const given of call.given) if (given.type !== 'closure') this.#value(given, around);
      for (const { value } of call.named) this.#value(value, around);
    });
    this.#within(false, () => this.#run(call.block ?? [], around));
    if (
      this.#asValue ||
      OF_VALUES.test(name) ||
      NO_STEPS.test(name) ||
      name.startsWith('.') ||
      (call.block && this.#steps > before && !/pipeline$/i.test(name))
    )
      return;
    const inputs = [
      ...call.given.map((value, i) => ({ name: String(i), value: textOf(value, around.strings) })),
      ...[...call.named, ...call.given.flatMap((g) => (g.type === 'map' ? g.entries : []))].map((n) => ({
        name: n.name,
        value: textOf(n.value, around.strings),
      })),
    ];
    this.#add(call.line, around, { uses: `jenkins:${name}`, with: inputs });
  }

  /** What is called for a value, as an argument or condition, is no step of its own, apart from those of a shell. */
  #asValue = false;

  #within(asValue: boolean, read: () => void): void {
    const outer = this.#asValue;
    this.#asValue = asValue;
    read();
    this.#asValue = outer;
  }

  #inline(method: Method, call: GroovyCall, around: Around): void {
    if (this.#calling.has(method.name) || this.#steps > MOST_STEPS) return;
    this.#within(false, () => this.#inlined(method, call, around));
  }

  #inlined(method: Method, call: GroovyCall, around: Around): void {
    const strings = new Map(around.strings);
    for (const [i, parameter] of method.parameters.entries()) {
      const given = call.given[i];
      if (given && given.type !== 'closure') strings.set(parameter, textOf(given, around.strings));
    }
    this.#calling.add(method.name);
    this.#run(method.body, { ...around, strings });
    this.#calling.delete(method.name);
    if (call.block) this.#run(call.block, around);
  }

  #shell(
    name: 'sh' | 'bat' | 'powershell' | 'pwsh',
    call: GroovyCall,
    around: Around,
    statusCounts: boolean,
  ): void {
    const value = named(call, 'script') ?? call.given.find((g) => g.type !== 'map') ?? undefined;
    const run = textOf(value, around.strings).replace(/^@echo off\n/i, '');
    if (run.trim() === '') return;
    const status = named(call, 'returnStatus');
    const interpreter = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)(.*)/.exec(run.trimStart());
    const shell =
      name === 'sh'
        ? interpreter
          ? `${nameOf(interpreter[1] ?? 'sh')}${interpreter[2] ?? ''} {0}`
          : ''
        : name === 'bat'
          ? 'cmd'
          : 'pwsh';
    this.#add(call.line, around, {
      run,
      runLine: lineOf(value, call.line),
      shell,
      name: textOf(named(call, 'label'), around.strings),
      continueOnError: status?.type === 'literal' && status.value === true && statusCounts,
    });
  }

  #stageOf(call: GroovyCall, around: Around): void {
    if (!call.block) return;
    this.#close();
    const label = textOf(
      call.given.find((g) => g.type === 'string') ?? named(call, 'name') ?? call.given[0],
      around.strings,
    );
    const inside: Around = {
      ...around,
      label: label || around.label,
      line: call.line,
      ofJob: around.conditions.length,
      jobStatus: around.status || around.jobStatus,
      status: '',
    };
    this.#open(inside);
    this.#run(call.block, inside);
    this.#close();
  }

  #parallel(call: GroovyCall, around: Around): void {
    const entries = [...call.named, ...call.given.flatMap((g) => (g.type === 'map' ? g.entries : []))].filter(
      (e) => e.name !== 'failFast',
    );
    const [made] = call.given;
    if (entries.length === 0) {
      if (made?.type === 'call') this.#value(made, around);
      return;
    }
    this.#beside(
      entries.map(({ name, value }) => () => {
        const label = around.label === '' ? name : `${around.label}: ${name}`;
        this.#value(value, { ...around, label, line: call.line, ofJob: around.conditions.length });
      }),
    );
  }

  #withEnv(call: GroovyCall, around: Around): Around {
    const [list] = call.given;
    const items = list?.type === 'list' ? list.items : [];
    const set = items.flatMap((item): NamedValue[] => {
      const [name = '', ...value] = textOf(item, around.strings).split('=');
      return value.length > 0 ? [{ name, value: value.join('=') }] : [];
    });
    const strings = new Map(around.strings);
    for (const { name, value } of set) strings.set(name, value);
    return { ...around, strings, variables: [...around.variables, ...set] };
  }

  #lock(call: GroovyCall, around: Around): string {
    return `lock ${textOf(named(call, 'resource') ?? named(call, 'label') ?? call.given[0], around.strings)}`;
  }
}

/** Of the parts of a `post`, those that run when all went well, when not, or either way. */
function statusOf(part: string): string {
  if (part === 'success') return 'success()';
  if (/^(failure|unsuccessful)$/.test(part)) return 'failure()';
  if (part === 'aborted') return 'cancelled()';
  return /^(always|cleanup)$/.test(part) ? 'always()' : `always() && post(${quoted(part)})`;
}

/** Does a block end what it stands in, and how? */
function endsHere(body: readonly GroovyStatement[]): 'no' | 'returns' | 'fails' {
  const last = body[body.length - 1];
  if (last?.type === 'return') return 'returns';
  if (last?.type === 'throw') return 'fails';
  return last?.type === 'value' && last.value.type === 'call' && last.value.name === 'error' ? 'fails' : 'no';
}

/** Does what catches an error raise it again? */
function raisesAgain(body: readonly GroovyStatement[]): boolean {
  return body.some((s) => {
    if (s.type === 'throw') return true;
    if (s.type === 'value') return s.value.type === 'call' && s.value.name === 'error';
    return s.type === 'if' && raisesAgain(s.then) && raisesAgain(s.otherwise);
  });
}

function namesIn(value: GroovyValue): string[] {
  if (value.type === 'name') return [value.name];
  if (value.type === 'not') return namesIn(value.operand);
  return value.type === 'binary' ? [...namesIn(value.left), ...namesIn(value.right)] : [];
}

function plain(condition: string): string {
  return condition === 'true' ? '' : condition;
}

function within(folder: string, inner: string): string {
  return folder === '' || inner.startsWith('/') ? inner : `${folder}/${inner}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The line on which a text starts. */
function lineOf(value: GroovyValue | undefined, line: number): number {
  if (value?.type === 'string') return value.textLine;
  if (value?.type === 'call') return lineOf(value.on, line);
  return value?.type === 'binary' ? lineOf(value.left, line) : line;
}
