/** Statements of a Jenkinsfile in their order, in a scripted pipeline or in the steps of a stage -> what they run. */
import { not } from '../../../parse/ci/condition.js';
import type { NamedValue, PipelineJob } from '../../../parse/ci/pipeline.js';
import type { GroovyCall, GroovyStatement, GroovyValue } from '../../../parse/groovy/syntax.js';
import { nameOf } from '../../../parse/paths.js';
import { type Around, lockOf, nothingAround } from './around.js';
import { endsHere, raisesAgain } from './failures.js';
import { conditionOf, named, textOf } from './groovy-values.js';
import type { Jobs } from './jobs.js';

type Method = Extract<GroovyStatement, { type: 'method' }>;

const DEEPEST = 40;

/** Steps that read or tell, and blocks of settings: they neither test nor deliver, whatever they hold. */
const NO_STEPS =
  /^(@\w+|library|echo|println?|error|unstable|properties|pipelineTriggers|parameters|disableConcurrentBuilds|buildDiscarder|logRotator|string|booleanParam|choice|text|password|cron|pollSCM|githubPush|upstream|checkout|git|deleteDir|cleanWs|sleep|milestone|stash|unstash|readFile|writeFile|fileExists|readJSON|readYaml|readProperties|readMavenPom|writeJSON|writeYaml|isUnix|pwd|tool|junit|archiveArtifacts|usernamePassword|usernameColonPassword|file|sshUserPrivateKey|credentials|certificate|scmGit|script|currentBuild\.\w+|env\..*|params\..*|System\..*|scm\..*|steps\.echo|label|timestamps|ansiColor|configFile|each|findFiles|nodesByLabel|getContext|waitUntil|emailext|emailextrecipients|mail|slackSend|publishHTML|recordIssues|publishCoverage|publishChecks|githubNotify|setGitHubPullRequestStatus|fingerprint|input|it\..*|this\..*)$/;

/** Methods of texts and collections. */
const OF_VALUES =
  /\.(add\w*|values|last|first|contains\w*|split|each\w*|collect\w*|find\w*|join|put|get\w*|size|toString|replace\w*|tokenize|trim|keySet|any|every|sort|to[A-Z]\w*|equals\w*|is[A-Z]\w*|startsWith|endsWith|matches|remove\w*|substring|length|plus|unique|reverse|capitalize|format|combinations|withIndex)$/;

export class Script {
  readonly #methods = new Map<string, Method>();
  readonly #calling = new Set<string>();
  /** Exit statuses that a later `if` turns into a failure. */
  readonly #checked = new Set<string>();

  constructor(
    readonly jobs: Jobs,
    statements: readonly GroovyStatement[],
  ) {
    for (const s of statements) if (s.type === 'method') this.#methods.set(s.name, s);
  }

  /** A scripted pipeline: statements that run one after another. */
  pipeline(statements: readonly GroovyStatement[], line: number): PipelineJob[] {
    this.run(statements, nothingAround(line));
    this.jobs.close();
    return this.jobs.all;
  }

  run(statements: readonly GroovyStatement[], outer: Around): void {
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
          this.run(s.body, around);
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
      this.run(s.value.body, around);
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
    this.run(s.then, { ...around, conditions: [...around.conditions, condition] });
    const otherwise = [...around.conditions, not(condition)];
    this.run(s.otherwise, { ...around, conditions: otherwise });
    // What follows runs only where this did not end it.
    return endsHere(s.then) === 'returns' && s.otherwise.length === 0
      ? { ...around, conditions: otherwise }
      : around;
  }

  #try(s: Extract<GroovyStatement, { type: 'try' }>, around: Around): void {
    const raises = s.caught === undefined || raisesAgain(s.caught);
    this.#apart(around, !raises, () => this.run(s.body, around), [
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
    if (swallows) this.jobs.close();
    const before = this.jobs.frontier;
    const known = this.jobs.all.length;
    body();
    if (this.jobs.all.length === known) {
      // All in one job: its end is the place for what comes after.
      for (const [statements, status] of after) this.run(statements, { ...around, status });
      if (!swallows) return;
      if (this.jobs.current) this.jobs.current.continueOnError = true;
      this.jobs.close();
      return;
    }
    this.jobs.close();
    const ends = this.jobs.frontier;
    for (const [statements, status] of after) {
      this.run(statements, { ...around, jobStatus: status });
      this.jobs.close();
      this.jobs.frontier = ends;
    }
    if (!swallows) return;
    const inside = this.jobs.all.slice(known);
    if (inside.length === 1) for (const job of inside) job.continueOnError = true;
    else this.jobs.frontier = before;
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
        this.run(value.body, around);
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
        this.jobs.open(around.label === '' ? { ...around, label: 'input' } : around, true);
        return;
      case 'dir':
        this.run(call.block ?? [], {
          ...around,
          directory: within(around.directory, textOf(call.given[0], around.strings)),
        });
        return;
      case 'withEnv':
        this.run(call.block ?? [], this.#withEnv(call, around));
        return;
      case 'lock':
        this.run(call.block ?? [], { ...around, concurrency: lockOf(call, around) });
        return;
      case 'catchError':
      case 'warnError':
        this.#apart(around, true, () => this.run(call.block ?? [], around), []);
        return;
      case 'build':
        this.jobs.add(call.line, around, {
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
    const before = this.jobs.steps;
    this.#within(true, () => {
      this.#value(call.on, around);
      for (const given of call.given) if (given.type !== 'closure') this.#value(given, around);
      for (const { value } of call.named) this.#value(value, around);
    });
    this.#within(false, () => this.run(call.block ?? [], around));
    if (
      this.#asValue ||
      OF_VALUES.test(name) ||
      NO_STEPS.test(name) ||
      name.startsWith('.') ||
      (call.block && this.jobs.steps > before && !/pipeline$/i.test(name))
    )
      return;
    const inputs = [
      ...call.given.map((value, i) => ({ name: String(i), value: textOf(value, around.strings) })),
      ...[...call.named, ...call.given.flatMap((g) => (g.type === 'map' ? g.entries : []))].map((n) => ({
        name: n.name,
        value: textOf(n.value, around.strings),
      })),
    ];
    this.jobs.add(call.line, around, { uses: `jenkins:${name}`, with: inputs });
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
    if (this.#calling.has(method.name) || this.jobs.isFull) return;
    this.#within(false, () => this.#inlined(method, call, around));
  }

  #inlined(method: Method, call: GroovyCall, around: Around): void {
    const strings = new Map(around.strings);
    for (const [i, parameter] of method.parameters.entries()) {
      const given = call.given[i];
      if (given && given.type !== 'closure') strings.set(parameter, textOf(given, around.strings));
    }
    this.#calling.add(method.name);
    this.run(method.body, { ...around, strings });
    this.#calling.delete(method.name);
    if (call.block) this.run(call.block, around);
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
    this.jobs.add(call.line, around, {
      run,
      runLine: lineOf(value, call.line),
      shell,
      name: textOf(named(call, 'label'), around.strings),
      continueOnError: status?.type === 'literal' && status.value === true && statusCounts,
    });
  }

  #stageOf(call: GroovyCall, around: Around): void {
    if (!call.block) return;
    this.jobs.close();
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
    this.jobs.open(inside);
    this.run(call.block, inside);
    this.jobs.close();
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
    this.jobs.beside(
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
}

function namesIn(value: GroovyValue): string[] {
  if (value.type === 'name') return [value.name];
  if (value.type === 'not') return namesIn(value.operand);
  return value.type === 'binary' ? [...namesIn(value.left), ...namesIn(value.right)] : [];
}

function within(folder: string, inner: string): string {
  return folder === '' || inner.startsWith('/') ? inner : `${folder}/${inner}`;
}

/** The line on which a text starts. */
function lineOf(value: GroovyValue | undefined, line: number): number {
  if (value?.type === 'string') return value.textLine;
  if (value?.type === 'call') return lineOf(value.on, line);
  return value?.type === 'binary' ? lineOf(value.left, line) : line;
}
