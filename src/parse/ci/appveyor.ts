/** AppVeyor's configuration -> one job whose phases follow each other: install, build, tests, deployment. */

import { isMapping, list, type Mapping, mapping, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { all, any, not } from './condition.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
} from './pipeline.js';
import { namedValues, oneOrMore, PipelineText } from './pipeline-yaml.js';
import { onBranch, onTag } from './ref-patterns.js';

interface Appveyor {
  jobs: PipelineJob[];
  triggers: PipelineTrigger[];
  line: number;
}

export interface AppveyorReading {
  value: Appveyor | undefined;
  error: string;
  errorLine: number;
}

const NOT_PULL_REQUEST = "github.event_name != 'pull_request'";

export function parseAppveyor(source: string): AppveyorReading {
  const documents = parseYaml(source);
  const document = documents.find((d) => d.error !== '') ?? documents[0];
  const nothing = { value: undefined, error: document?.error ?? '', errorLine: document?.errorLine ?? 0 };
  if (document?.error !== '') return nothing;
  // A list holds a configuration for each group of branches.
  const roots = Array.isArray(document.value) ? document.value.filter(isMapping) : [mapping(document.value)];
  const at = new PipelineText(document, source.split(/\r\n|\n|\r/));
  const readers = roots.filter((r) => Object.keys(r).length > 0).map((root, i) => new Reader(root, at, i));
  if (readers.length === 0) return nothing;
  const triggers = readers.length === 1 ? (readers[0]?.triggers() ?? []) : bothTriggers(document.line);
  return {
    ...nothing,
    value: { jobs: readers.map((r) => r.job(readers.length > 1)), triggers, line: document.line },
  };
}

function bothTriggers(line: number): PipelineTrigger[] {
  return [emptyTrigger('push', line), emptyTrigger('pull_request', line)];
}

class Reader {
  constructor(
    readonly root: Mapping,
    readonly text: PipelineText,
    readonly position: number,
  ) {}

  triggers(): PipelineTrigger[] {
    const { branches } = this.root;
    const line = 'branches' in this.root ? this.text.line(this.root, 'branches') : this.text.line(this.root);
    const only = oneOrMore(isMapping(branches) ? branches.only : branches).filter((b) => !b.startsWith('/'));
    const except = oneOrMore(mapping(branches).except).filter((b) => !b.startsWith('/'));
    const filters = { branches: only, branchesIgnore: only.length > 0 ? [] : except };
    // Tags are built whatever the branches say, unless they are skipped.
    const tags = only.length + except.length > 0 && text(this.root.skip_tags) !== 'true' ? ['**'] : [];
    return [
      { ...emptyTrigger('push', line), ...filters, tags },
      { ...emptyTrigger('pull_request', line), ...filters },
    ];
  }

  job(oneOfSeveral: boolean): PipelineJob {
    const branches = oneOrMore(mapping(this.root.branches).only).filter((b) => !b.startsWith('/'));
    const condition = oneOfSeveral && branches.length > 0 ? any(...branches.map(onBranch)) : '';
    const environment = mapping(this.root.environment);
    return {
      ...emptyJob(this.position === 0 ? 'build' : `build ${this.position + 1}`, this.text.line(this.root)),
      condition,
      variables: namedValues(
        Object.fromEntries(
          Object.entries({ ...environment, ...mapping(environment.global) }).filter(
            ([, v]) => !isMapping(v) && !Array.isArray(v),
          ),
        ),
      ),
      steps: [
        ...['init', 'install'].flatMap((phase) => this.#phase(phase)),
        ...this.#build(),
        ...this.#tests(),
        ...this.#deploys(),
        ...this.#phase('on_success', ''),
        ...this.#phase('on_failure', 'failure()'),
        ...this.#phase('on_finish', 'always()'),
      ],
    };
  }

  #off(key: string): boolean {
    return this.root[key] === false || /^(off|false)$/.test(text(this.root[key]));
  }

  #build(): PipelineStep[] {
    const around = [this.#phase('before_build'), this.#phase('after_build')];
    const own = this.#phase('build_script');
    return [...(around[0] ?? []), ...own, ...(around[1] ?? [])];
  }

  /** Without a script of its own AppVeyor finds the assemblies of tests and runs them, unless tests are off. */
  #tests(): PipelineStep[] {
    const own = this.#phase('test_script');
    const found =
      own.length === 0 &&
      !this.#off('test') &&
      !this.#off('build') &&
      'build' in this.root &&
      !('build_script' in this.root)
        ? [{ ...emptyStep(this.text.line(this.root, 'build')), uses: 'appveyor:test', name: 'test' }]
        : [];
    return [...this.#phase('before_test'), ...own, ...found, ...this.#phase('after_test')];
  }

  #deploys(): PipelineStep[] {
    if (this.#off('deploy')) return [];
    const { deploy } = this.root;
    const providers: readonly unknown[] = Array.isArray(deploy) ? deploy : [deploy];
    const made = providers.flatMap((item, i): PipelineStep[] => {
      if (!isMapping(item) || text(item.provider) === '') return [];
      const line = Array.isArray(deploy) ? this.text.line(deploy, i) : this.text.line(item, 'provider');
      return [
        {
          ...emptyStep(line),
          name: 'deploy',
          uses: `appveyor:${text(item.provider).toLowerCase()}`,
          condition: all(NOT_PULL_REQUEST, deployCondition(mapping(item.on ?? item.true))),
          with: namedValues(item),
        },
      ];
    });
    return [
      ...this.#phase('before_deploy'),
      ...made,
      ...this.#phase('deploy_script'),
      ...this.#phase('after_deploy'),
    ];
  }

  /** The commands of a phase: plain, or under the name of their shell. */
  #phase(phase: string, condition = ''): PipelineStep[] {
    const value = this.root[phase];
    if (!Array.isArray(value)) {
      const { run, runLine } = this.text.commands(this.root, phase);
      return run === ''
        ? []
        : [
            {
              ...emptyStep(this.text.line(this.root, phase)),
              run,
              runLine,
              condition,
              shell: 'cmd',
              name: phase,
            },
          ];
    }
    return list(value).flatMap((item, i): PipelineStep[] => {
      const of = isMapping(item) ? item : { cmd: item };
      const key = ['cmd', 'ps', 'pwsh', 'sh', 'bash'].find((k) => text(of[k]) !== '');
      if (key === undefined) return [];
      const said = isMapping(item)
        ? this.text.parts(of, key)[0]
        : this.text.parts({ [phase]: value }, phase).find((p) => p.run === item);
      const line = this.text.line(value, i);
      const shell = key === 'cmd' ? 'cmd' : key === 'ps' ? 'pwsh' : key === 'sh' ? 'bash' : key;
      return [
        {
          ...emptyStep(line),
          run: text(of[key]),
          runLine: said?.runLine ?? line,
          condition,
          shell,
          name: phase,
        },
      ];
    });
  }
}

function deployCondition(on: Mapping): string {
  const branches = oneOrMore(on.branch);
  const tag = 'APPVEYOR_REPO_TAG' in on ? text(on.APPVEYOR_REPO_TAG) : text(on.appveyor_repo_tag);
  return all(
    branches.length > 0 ? any(...branches.map(onBranch)) : 'true',
    tag === 'true' ? onTag() : tag === 'false' ? not(onTag()) : 'true',
  );
}
