/** Buildkite's pipelines -> jobs: steps run at once, `wait` and `block` hold back what comes after them. */

import { isMapping, list, type Mapping, mapping, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { all, any, not, quoted, unlessFailed } from './condition.js';
import { parseExpression } from './github-expression.js';
import { emptyJob, emptyStep, type NamedValue, type PipelineJob, type PipelineStep } from './pipeline.js';
import { freeName, namedValues, oneOrMore, PipelineText } from './pipeline-yaml.js';
import { onBranch, onTag } from './ref-patterns.js';

export interface BuildkiteFile {
  /** Undefined where it is YAML and no pipeline. */
  steps: readonly unknown[] | undefined;
  env: NamedValue[];
  text: PipelineText | undefined;
  /** The line of the first key that tells what it is. */
  line: number;
  error: string;
  errorLine: number;
}

const MOST_JOBS = 2000;

export function parseBuildkite(source: string): BuildkiteFile {
  const documents = parseYaml(source);
  const document = documents.find((d) => d.error !== '') ?? documents[0];
  const nothing: BuildkiteFile = {
    steps: undefined,
    env: [],
    text: undefined,
    line: 1,
    error: '',
    errorLine: 0,
  };
  if (!document) return nothing;
  if (document.error !== '') return { ...nothing, error: document.error, errorLine: document.errorLine };
  const root = mapping(document.value);
  const steps = Array.isArray(document.value) ? document.value : root.steps;
  if (!Array.isArray(steps)) return nothing;
  const isPipeline = steps.some(
    (s) => typeof s === 'string' || (isMapping(s) && STEP_KEYS.some((k) => k in s)),
  );
  if (!isPipeline && steps.length > 0) return nothing;
  return {
    ...nothing,
    steps,
    env: namedValues(root.env),
    text: new PipelineText(document, source.split(/\r\n|\n|\r/)),
    line: Array.isArray(document.value) ? document.line : document.lineOf(root, 'steps'),
  };
}

const STEP_KEYS = [
  'command',
  'commands',
  'wait',
  'block',
  'input',
  'group',
  'trigger',
  'plugins',
  'label',
  'name',
  'key',
];

/** A pipeline that other files may be uploaded into. */
export class BuildkiteReader {
  readonly jobs: PipelineJob[] = [];
  readonly uploaded = new Set<string>();
  readonly #taken = new Set<string>();
  /** What people call a step: its key, and its label. */
  readonly #ids = new Map<string, string>();

  constructor(
    readonly files: ReadonlyMap<string, BuildkiteFile>,
    readonly path: string,
  ) {}

  read(): PipelineJob[] {
    this.#file(this.path, []);
    return this.jobs.map((job) => ({ ...job, needs: job.needs.map((n) => this.#ids.get(n) ?? n) }));
  }

  #file(path: string, before: readonly string[]): string[] {
    const file = this.files.get(path);
    if (!file?.steps || !file.text || this.uploaded.has(path)) return [];
    this.uploaded.add(path);
    return this.#steps(
      file.steps,
      { file, text: file.text, path, conditions: [], depends: undefined },
      before,
    );
  }

  /** Reads steps of which the first ones wait for `before`; gives all the jobs that they are. */
  #steps(steps: readonly unknown[], around: Around, before: readonly string[]): string[] {
    const every: string[] = [];
    let waitsFor = [...before];
    let since: string[] = [];
    let whatever = false;
    const barrier = (): void => {
      if (since.length > 0) waitsFor = since;
      since = [];
    };
    for (const [i, item] of steps.entries()) {
      if (this.jobs.length > MOST_JOBS) break;
      const step: Mapping = typeof item === 'string' ? { [item]: null } : mapping(item);
      const line = around.text.line(steps, i);
      if ('wait' in step || 'waiter' in step || step.type === 'wait' || step.type === 'waiter') {
        barrier();
        whatever = step.continue_on_failure === true;
        continue;
      }
      const hold = ['block', 'input', 'manual'].find((k) => k in step || step.type === k);
      if (hold !== undefined) {
        barrier();
        const id = this.#job(
          step,
          line,
          around,
          waitsFor,
          whatever,
          text(step[hold]) || text(step.label) || hold,
          true,
        );
        every.push(id);
        waitsFor = [id];
        continue;
      }
      if ('group' in step && Array.isArray(step.steps)) {
        const depends = 'depends_on' in step ? dependencies(step.depends_on) : undefined;
        const inside = this.#steps(
          step.steps,
          {
            ...around,
            conditions: [...around.conditions, conditionOf(step)],
            depends: depends ?? around.depends,
          },
          depends ?? waitsFor,
        );
        const name = text(step.key) || text(step.id);
        if (name !== '') this.#groups.set(name, inside);
        since.push(...inside);
        every.push(...inside);
        continue;
      }
      const label =
        text(step.label) ||
        text(step.name) ||
        text(step.trigger) ||
        oneOrMore(step.commands ?? step.command)[0] ||
        '';
      const id = this.#job(step, line, around, waitsFor, whatever, label, false);
      since.push(id);
      every.push(id);
      const added = this.#uploads(id, step);
      since.push(...added);
      every.push(...added);
    }
    return every;
  }

  readonly #groups = new Map<string, string[]>();

  #job(
    step: Mapping,
    line: number,
    around: Around,
    waitsFor: readonly string[],
    whatever: boolean,
    label: string,
    approval: boolean,
  ): string {
    const title = label
      .replace(/:[\w+-]+:/g, '')
      .replace(/\s+/g, ' ')
      .trim();
    const key = text(step.key) || text(step.id) || text(step.identifier);
    const id = freeName((key || title || label).slice(0, 80), this.#taken);
    this.#taken.add(id);
    for (const name of [key, label]) if (name !== '') this.#ids.set(name, id);
    const own = 'depends_on' in step ? dependencies(step.depends_on) : undefined;
    const needs = (own ?? around.depends ?? waitsFor).flatMap((n) => this.#groups.get(n) ?? [n]);
    const condition = all(...around.conditions, conditionOf(step));
    const skipped = condition !== 'true' || this.jobs.some((j) => j.condition !== '');
    const goesOn = (whatever && own === undefined) || step.allow_dependency_failure === true;
    this.jobs.push({
      ...emptyJob(id, line),
      title: title || label,
      needs,
      condition: goesOn ? all('always()', condition) : skipped ? plain(unlessFailed(condition)) : '',
      approval,
      approvalWhen: approval ? plain(condition) : '',
      continueOnError: softFails(step.soft_fail),
      variables: [...around.file.env, ...namedValues(step.env)],
      matrix: matrixOf(step.matrix),
      concurrency: step.concurrency === 1 ? text(step.concurrency_group) : '',
      timeoutMinutes: Math.max(0, Math.trunc(Number(step.timeout_in_minutes) || 0)),
      steps: approval ? [] : this.#stepsOf(step, line, around),
      path: around.path === this.path ? '' : around.path,
    });
    return id;
  }

  #stepsOf(step: Mapping, line: number, around: Around): PipelineStep[] {
    const found: PipelineStep[] = [];
    const key = 'commands' in step ? 'commands' : 'command';
    const { run, runLine } = around.text.commands(step, key);
    for (const plugin of pluginsOf(step.plugins)) {
      const { name, config, holder } = plugin;
      const at = holder ? around.text.line(holder, plugin.written) : line;
      const words = list(config.command);
      if (run === '' && /^docker(-compose)?$/.test(name) && words.length > 0)
        found.push({ ...emptyStep(at), run: words.map(text).join(' '), runLine: at });
      else found.push({ ...emptyStep(at), uses: `plugin:${name}`, with: namedValues(config) });
    }
    const own = run
      .split('\n')
      .map((l) => (uploadOf(l) !== undefined && this.files.get(uploadOf(l) ?? '')?.steps ? '' : l))
      .join('\n');
    if (own.trim() !== '')
      found.push({
        ...emptyStep(around.text.line(step, key)),
        run: own.replace(
          /\{\{\s*matrix(\.[\w-]+)?\s*\}\}/g,
          (_, part?: string) => `\${{ matrix${part ?? '.value'} }}`,
        ),
        runLine,
      });
    if (text(step.trigger) !== '')
      found.push({
        ...emptyStep(around.text.line(step, 'trigger')),
        uses: 'plugin:trigger',
        name: text(step.trigger),
        continueOnError: step.async === true,
      });
    return found;
  }

  /** The steps of the files that a step uploads; they wait for that step. */
  #uploads(id: string, step: Mapping): string[] {
    const lines = oneOrMore(step.commands ?? step.command).flatMap((c) => c.split('\n'));
    return lines.flatMap((l) => {
      const path = uploadOf(l);
      return path === undefined ? [] : this.#file(path, [id]);
    });
  }
}

interface Around {
  file: BuildkiteFile;
  text: PipelineText;
  path: string;
  conditions: readonly string[];
  depends: readonly string[] | undefined;
}

/** `buildkite-agent pipeline upload .buildkite/deploy.yml` */
function uploadOf(command: string): string | undefined {
  const path =
    /^\s*buildkite-agent\s+pipeline\s+upload\s+(?:--?[\w-]+\s+)*([^\s|&;<>$-][^\s|&;<>$]*)\s*$/.exec(
      command,
    )?.[1];
  return path?.replace(/^['"]|['"]$/g, '').replace(/^\.\//, '');
}

interface Plugin {
  name: string;
  written: string;
  config: Mapping;
  holder: object | undefined;
}

function pluginsOf(value: unknown): Plugin[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.flatMap((item): Plugin[] => {
    if (typeof item === 'string')
      return [{ name: pluginName(item), written: item, config: {}, holder: undefined }];
    if (!isMapping(item)) return [];
    return Object.entries(item).map(([written, config]) => ({
      name: pluginName(written),
      written,
      config: mapping(config),
      holder: item,
    }));
  });
}

/** `docker-compose#v5.5.0` and `ssh://git@github.com/org/docker-compose-buildkite-plugin#v1` */
function pluginName(written: string): string {
  return written
    .replace(/#.*$/, '')
    .replace(/(\.git)?$/, '')
    .replace(/^.*[/:]/, '')
    .replace(/-buildkite-plugin$/, '');
}

/** What must be over before; a failure of what is allowed to fail does not count. */
function dependencies(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((item: unknown) => {
    if (typeof item === 'string') return [item];
    const of = mapping(item);
    return of.allow_failure === true ? [] : [text(of.step)].filter((s) => s !== '');
  });
}

/** Tests that fail end with 1, so a list of other statuses lets them fail the build. */
function softFails(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  return list(value).some((item) => /^(\*|1)$/.test(text(mapping(item).exit_status)));
}

function matrixOf(value: unknown): PipelineJob['matrix'] {
  if (Array.isArray(value)) return [{ name: 'value', values: oneOrMore(value) }];
  const setup = mapping(value).setup;
  if (Array.isArray(setup)) return [{ name: 'value', values: oneOrMore(setup) }];
  return Object.entries(mapping(setup)).map(([name, values]) => ({ name, values: oneOrMore(values) }));
}

function conditionOf(step: Mapping): string {
  return all(branchesOf(oneOrMore(step.branches).join(' ')), ifOf(text(step.if)));
}

function branchesOf(written: string): string {
  const patterns = written.split(/\s+/).filter((p) => p !== '');
  const wanted = patterns.filter((p) => !p.startsWith('!'));
  const unwanted = patterns.filter((p) => p.startsWith('!')).map((p) => not(onBranch(p.slice(1))));
  return all(wanted.length > 0 ? any(...wanted.map(onBranch)) : 'true', ...unwanted);
}

/** Buildkite's own conditions, whose form is close to GitHub's. */
function ifOf(written: string): string {
  if (written.trim() === '') return 'true';
  const said = written
    .replace(/#.*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/"([^"]*)"/g, (_, inner: string) => quoted(inner))
    .replace(
      /([\w.]+(?:\('[^']*'\))?) (=~|!~) (\/(?:[^/\\]|\\.)*\/[a-z]*)/g,
      (_, name: string, sign: string, pattern: string) =>
        `${sign === '!~' ? '!' : ''}matches(${name}, ${quoted(pattern)})`,
    )
    .replace(/\bbuild\.tag (==|!=) (?:null|'')/g, (_, sign: string) =>
      sign === '!=' ? onTag() : not(onTag()),
    )
    .replace(
      /\bbuild\.pull_request\.id (==|!=) (?:null|'')/g,
      (_, sign: string) => `github.event_name ${sign === '==' ? '!=' : '=='} 'pull_request'`,
    )
    .replace(
      /\bbuild\.source == '(ui|api|schedule)'/g,
      (_, source: string) =>
        `github.event_name == '${source === 'schedule' ? 'schedule' : 'workflow_dispatch'}'`,
    )
    .replace(
      /\bbuild\.source != '(ui|api|schedule)'/g,
      (_, source: string) =>
        `github.event_name != '${source === 'schedule' ? 'schedule' : 'workflow_dispatch'}'`,
    )
    .replace(/\bbuild\.pull_request\.base_branch\b/g, 'github.base_ref')
    .replace(/\bbuild\.(branch|tag)\b/g, 'github.ref_name')
    .replace(/\bpipeline\.default_branch\b/g, 'github.event.repository.default_branch')
    .replace(/\b(?:build\.)?env\('(\w+)'\)/g, 'variables.$1')
    .replace(
      /\b(build|pipeline|organization)\.([\w.]+)/g,
      (_, of: string, name: string) => `variables.${of}_${name.replaceAll('.', '_')}`,
    )
    .trim();
  return parseExpression(said) ? said : `buildkite(${quoted(written.slice(0, 120))})`;
}

function plain(condition: string): string {
  return condition === 'true' ? '' : condition;
}
