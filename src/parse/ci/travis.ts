/** Travis CI's configuration -> jobs: phases of a build, stages that follow each other, deployments after success. */

import { isMapping, list, type Mapping, mapping, mappings, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { all, any, not, quoted, unlessFailed } from './condition.js';
import { parseExpression } from './github-expression.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
} from './pipeline.js';
import { freeName, namedValues, oneOrMore, PipelineText } from './pipeline-yaml.js';
import { fits, onBranch, onTag } from './ref-patterns.js';

interface Travis {
  jobs: PipelineJob[];
  triggers: PipelineTrigger[];
  line: number;
}

export interface TravisReading {
  value: Travis | undefined;
  error: string;
  errorLine: number;
}

/** What a build runs where no `script` says otherwise. */
const DEFAULT_SCRIPTS: Readonly<Record<string, string>> = {
  c: './configure && make && make test',
  cpp: './configure && make && make test',
  csharp: 'xbuild',
  elixir: 'mix test',
  go: 'go test -v ./...',
  groovy: 'gradle check',
  haskell: 'cabal test',
  java: 'mvn test -B',
  julia: 'julia -e "using Pkg; Pkg.test()"',
  node_js: 'npm test',
  perl: 'prove -l t',
  php: 'phpunit',
  r: 'R CMD check',
  ruby: 'rake',
  rust: 'cargo build --verbose && cargo test --verbose',
  scala: 'sbt test',
};
const MOST_JOBS = 500;

export function parseTravis(source: string): TravisReading {
  const documents = parseYaml(source);
  const document = documents.find((d) => d.error !== '') ?? documents[0];
  const nothing = { value: undefined, error: document?.error ?? '', errorLine: document?.errorLine ?? 0 };
  if (document?.error !== '' || !isMapping(document.value)) return nothing;
  const at = new PipelineText(document, source.split(/\r\n|\n|\r/));
  const reader = new Reader(document.value, at);
  return { ...nothing, value: { jobs: reader.jobs(), triggers: reader.triggers(), line: document.line } };
}

class Reader {
  readonly #taken = new Set<string>();

  constructor(
    readonly root: Mapping,
    readonly text: PipelineText,
  ) {}

  /** Travis builds pushes and pull requests; `branches` says of which branches. */
  triggers(): PipelineTrigger[] {
    const { branches } = this.root;
    const only = oneOrMore(isMapping(branches) ? branches.only : branches);
    const except = oneOrMore(mapping(branches).except);
    const line = 'branches' in this.root ? this.text.line(this.root, 'branches') : this.text.line(this.root);
    const plain = (patterns: readonly string[]) => patterns.filter((p) => !p.startsWith('/'));
    // A pattern in slashes is a regular expression, most often of version tags.
    const tags = only.some((p) => p.startsWith('/')) ? ['**'] : [];
    const filters = { branches: plain(only), branchesIgnore: only.length > 0 ? [] : plain(except) };
    return [
      { ...emptyTrigger('push', line), ...filters, tags: filters.branches.length > 0 ? tags : [] },
      { ...emptyTrigger('pull_request', line), ...filters },
    ];
  }

  jobs(): PipelineJob[] {
    const holder = mapping(this.root.jobs ?? this.root.matrix);
    const included = Array.isArray(this.root.jobs) ? this.root.jobs : list(holder.include);
    const allowed = mappings(holder.allow_failures);
    const found: { stage: string; job: PipelineJob }[] = [];
    if (included.length === 0 || this.#expands())
      found.push({ stage: 'test', job: this.#job({}, this.text.line(this.root), 'test', '', allowed) });
    let stage = 'test';
    for (const [i, item] of included.entries()) {
      if (!isMapping(item) || found.length > MOST_JOBS) continue;
      stage = text(item.stage) || text(mapping(item.stage).name) || stage;
      const label = text(item.name) || (stage === 'test' ? 'test' : stage);
      found.push({
        stage: stage.toLowerCase(),
        job: this.#job(item, this.text.line(included, i), label, stage, allowed),
      });
    }
    return this.#inStages(found);
  }

  /** Keys with several values make a job for each. */
  #expands(): boolean {
    const language = text(this.root.language);
    const versions = [
      language,
      'python',
      'node_js',
      'rvm',
      'go',
      'php',
      'jdk',
      'os',
      'scala',
      'rust',
      'compiler',
    ];
    return (
      versions.some((key) => list(this.root[key]).length > 1) ||
      list(this.root.env).length > 1 ||
      list(mapping(this.root.env).jobs).length > 0
    );
  }

  #inStages(found: readonly { stage: string; job: PipelineJob }[]): PipelineJob[] {
    const declared = list(this.root.stages);
    const names = [
      ...declared.map((s) => (text(s) || text(mapping(s).name)).toLowerCase()),
      ...found.map((f) => f.stage),
    ].filter((name) => name !== '');
    const conditions = new Map(
      mappings(declared).map((s) => [text(s.name).toLowerCase(), conditionOf(text(s.if))]),
    );
    let before: string[] = [];
    return [...new Set(names)].flatMap((name) => {
      const jobs = found.filter((f) => f.stage === name).map((f) => f.job);
      const ofStage = conditions.get(name) ?? 'true';
      const made = jobs.map((job) => {
        const condition = all(ofStage, job.condition);
        return {
          ...job,
          needs: before,
          condition: before.length > 0 ? unlessFailed(condition) : plain(condition),
        };
      });
      if (jobs.length > 0) before = jobs.map((j) => j.id);
      return made;
    });
  }

  #job(own: Mapping, line: number, label: string, stage: string, allowed: readonly Mapping[]): PipelineJob {
    const id = freeName(label, this.#taken);
    this.#taken.add(id);
    const may = allowed.some((a) =>
      Object.entries(a).every(
        ([key, value]) =>
          JSON.stringify(own[key] ?? (key === 'stage' ? stage : undefined)) === JSON.stringify(value),
      ),
    );
    return {
      ...emptyJob(id, line),
      title: label,
      condition: all(conditionOf(text(this.root.if)), conditionOf(text(own.if))),
      continueOnError: may && allowed.length > 0 && Object.keys(own).length > 0,
      variables: [...this.#variables(this.root), ...this.#variables(own)],
      steps: this.#steps(own),
    };
  }

  #variables(of: Mapping): NamedValue[] {
    const { env } = of;
    const written =
      isMapping(env) && ('global' in env || 'jobs' in env || 'matrix' in env)
        ? env.global
        : Array.isArray(env) && env.length > 1 && of === this.root
          ? []
          : env;
    if (isMapping(written)) return namedValues(written);
    return oneOrMore(written).flatMap((line) =>
      [...line.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S+)/g)].map((m) => ({
        name: m[1] ?? '',
        value: (m[2] ?? '').replace(/^(["'])(.*)\1$/, '$2'),
      })),
    );
  }

  /** The holder of a phase: the job's own, or what stands at the top. */
  #holder(own: Mapping, phase: string): Mapping {
    return phase in own ? own : this.root;
  }

  #steps(own: Mapping): PipelineStep[] {
    const before = ['before_install', 'install', 'before_script'].flatMap((phase) =>
      this.#phase(own, phase, ''),
    );
    const scripts = this.#scripts(own);
    const success = this.#phase(own, 'after_success', '').map((s) => ({ ...s, continueOnError: true }));
    const failure = this.#phase(own, 'after_failure', 'failure()');
    const last = this.#phase(own, 'after_script', 'always()').map((s) => ({ ...s, continueOnError: true }));
    return [...before, ...scripts, ...success, ...failure, ...this.#deploys(own), ...last];
  }

  #phase(own: Mapping, phase: string, condition: string): PipelineStep[] {
    const holder = this.#holder(own, phase);
    const value = holder[phase];
    if (value === 'skip' || typeof value === 'boolean') return [];
    const { run, runLine } = this.text.commands(holder, phase);
    return run === ''
      ? []
      : [{ ...emptyStep(this.text.line(holder, phase)), run, runLine, condition, name: phase }];
  }

  /** Every line of the script runs, whatever became of the ones before; one that fails fails the build in the end. */
  #scripts(own: Mapping): PipelineStep[] {
    const holder = this.#holder(own, 'script');
    const { script } = holder;
    if (script === 'skip' || script === 'true' || typeof script === 'boolean') return [];
    const line = this.text.line(holder, 'script');
    const parts = this.text.parts(holder, 'script');
    if (parts.length > 0)
      return parts.map((part, i) => ({
        ...emptyStep(line),
        ...part,
        name: 'script',
        condition: i === 0 ? '' : 'always()',
      }));
    const language = text(own.language) || text(this.root.language);
    const run = Object.hasOwn(DEFAULT_SCRIPTS, language) ? (DEFAULT_SCRIPTS[language] ?? '') : '';
    if (run === '' || 'script' in holder) return [];
    const at = this.text.line('language' in own ? own : this.root, 'language');
    return [{ ...emptyStep(at), run, name: 'script' }];
  }

  #deploys(own: Mapping): PipelineStep[] {
    const holder = this.#holder(own, 'deploy');
    const { deploy } = holder;
    const providers: readonly unknown[] = Array.isArray(deploy) ? deploy : [deploy];
    const before = this.#phase(own, 'before_deploy', "github.event_name != 'pull_request'");
    const made = providers.flatMap((item, i): PipelineStep[] => {
      if (!isMapping(item) || text(item.provider) === '') return [];
      const line = Array.isArray(deploy) ? this.text.line(deploy, i) : this.text.line(item, 'provider');
      const condition = deployCondition(mapping(item.on ?? item.true));
      const name = text(item.provider);
      if (name !== 'script')
        return [
          { ...emptyStep(line), name: 'deploy', uses: `travis:${name}`, condition, with: namedValues(item) },
        ];
      const { run, runLine } = this.text.commands(item, 'script');
      return run === ''
        ? []
        : [{ ...emptyStep(this.text.line(item, 'script')), name: 'deploy', run, runLine, condition }];
    });
    return made.length === 0
      ? []
      : [...before, ...made, ...this.#phase(own, 'after_deploy', "github.event_name != 'pull_request'")];
  }
}

/** A deployment is of pushes only, and where nothing else is said of the default branch. */
function deployCondition(on: Mapping): string {
  const tags = text(on.tags) === 'true';
  const branches = oneOrMore(isMapping(on.branch) ? Object.keys(on.branch) : on.branch);
  const where =
    text(on.all_branches) === 'true'
      ? 'true'
      : branches.length > 0
        ? any(...branches.map(onBranch), ...(tags ? [onTag()] : []))
        : tags
          ? onTag()
          : 'github.ref_name == github.event.repository.default_branch';
  const asked =
    text(on.condition) === ''
      ? 'true'
      : `condition(${quoted(oneOrMore(on.condition).join(' && ').slice(0, 120))})`;
  return all("github.event_name != 'pull_request'", tags && branches.length === 0 ? onTag() : where, asked);
}

/** Travis' conditions: `branch = main AND type != pull_request`. */
function conditionOf(written: string): string {
  if (written.trim() === '') return 'true';
  const said = written
    .replace(/\s+/g, ' ')
    .replace(/"([^"]*)"/g, (_, inner: string) => quoted(inner))
    .replace(/\btag IS (NOT )?(present|blank)\b/gi, (_, no: string | undefined, word: string) =>
      (word.toLowerCase() === 'present') === (no === undefined) ? onTag() : not(onTag()),
    )
    .replace(
      /\b(branch|tag|type|repo|sender|fork|head_branch|os|env\([\w']+\)) (IS (?:NOT )?(?:present|blank))/gi,
      (_, name: string, is: string) => `travis(${quoted(`${name} ${is}`)})`,
    )
    .replace(/\btype (NOT )?IN \(([^)]*)\)/gi, (_, no: string | undefined, items: string) => {
      const among = any(...items.split(',').map((t) => eventIs(t.trim())));
      return no === undefined ? `(${among})` : not(`(${among})`);
    })
    .replace(/\bbranch (NOT )?IN \(([^)]*)\)/gi, (_, no: string | undefined, items: string) => {
      const among = any(
        ...items.split(',').map((b) => fits('github.ref_name', b.trim().replaceAll("'", ''))),
      );
      return no === undefined ? `(${among})` : not(`(${among})`);
    })
    .replace(
      /\b(branch|tag) (=~|!~) (\^?\S+)/g,
      (_, _name: string, sign: string, pattern: string) =>
        `${sign === '!~' ? '!' : ''}matches(github.ref_name, ${quoted(pattern.replace(/^\/|\/$/g, ''))})`,
    )
    .replace(/\btype (=|!=) '?(\w+)'?/g, (_, sign: string, type: string) =>
      sign === '=' ? eventIs(type) : not(eventIs(type)),
    )
    .replace(
      /\b(branch|tag|head_branch|repo|sender|env\(\w+\)) (=|!=) '?([\w./-]+)'?/g,
      (_, name: string, sign: string, value: string) =>
        `${nameOf(name)} ${sign === '=' ? '==' : '!='} ${quoted(value)}`,
    )
    .replace(/\bAND\b/gi, '&&')
    .replace(/\bOR\b/gi, '||')
    .replace(/\bNOT /gi, '!')
    .replace(/\bfork\b/g, 'github.event.repository.fork')
    .trim();
  return parseExpression(said) ? said : `travis(${quoted(written.slice(0, 120))})`;
}

function eventIs(type: string): string {
  const event = (
    {
      push: 'push',
      pull_request: 'pull_request',
      cron: 'schedule',
      api: 'workflow_dispatch',
    } satisfies Record<string, string>
  )[type.replaceAll("'", '')];
  return event === undefined ? `travis(${quoted(`type ${type}`)})` : `github.event_name == '${event}'`;
}

function nameOf(name: string): string {
  if (name === 'repo') return 'github.repository';
  if (name === 'sender') return 'github.actor';
  if (name === 'head_branch') return 'github.head_ref';
  const variable = /^env\((\w+)\)$/.exec(name)?.[1];
  return variable === undefined ? 'github.ref_name' : `variables.${variable}`;
}

function plain(condition: string): string {
  return condition === 'true' ? '' : condition;
}
