/** Google Cloud Build's configurations -> jobs: steps run in turn, or after those that `waitFor` names; images are pushed at the end. */

import { isMapping, list, type Mapping, mapping, text } from '../shape.js';
import { parseYaml } from '../yaml.js';
import { unlessFailed } from './condition.js';
import {
  emptyJob,
  emptyStep,
  emptyTrigger,
  type NamedValue,
  type PipelineJob,
  type PipelineStep,
  type PipelineTrigger,
} from './pipeline.js';
import {
  commandOf,
  freeName,
  listedValues,
  namedValues,
  oneOrMore,
  PipelineText,
  shellOfScript,
} from './pipeline-yaml.js';

interface CloudBuild {
  jobs: PipelineJob[];
  triggers: PipelineTrigger[];
  line: number;
}

export interface CloudBuildReading {
  /** Undefined where it is YAML and no build. */
  value: CloudBuild | undefined;
  error: string;
  errorLine: number;
}

/** Images that start one program, to which the arguments belong. */
const PROGRAMS =
  /(^|\/)(docker|gcloud|kubectl|npm|yarn|mvn|gradle|go|git|gsutil|bazel|curl|wget|helm|terraform|tofu|kustomize|trivy|ko|pack|firebase|pulumi|ansible-playbook|helmfile|dotnet|javac|buildx)(-slim)?$/;
const MOST_STEPS = 500;

export function parseCloudBuild(source: string): CloudBuildReading {
  const documents = parseYaml(source);
  const document = documents.find((d) => d.error !== '') ?? documents[0];
  const nothing = { value: undefined, error: document?.error ?? '', errorLine: document?.errorLine ?? 0 };
  if (document?.error !== '') return nothing;
  const root = mapping(document.value);
  const steps = list(root.steps);
  if (steps.length === 0 || !steps.every((s) => isMapping(s) && text(s.name) !== '')) return nothing;
  const reader = new Reader(root, new PipelineText(document, source.split(/\r\n|\n|\r/)));
  const line = document.lineOf(root, 'steps');
  return { ...nothing, value: { jobs: reader.jobs(), triggers: triggersOf(source, line), line } };
}

/** Of these substitutions Cloud Build gives some to builds of pull requests alone, one to those of tags. */
function triggersOf(source: string, line: number): PipelineTrigger[] {
  const uses = (name: string) => new RegExp(`\\$\\{?${name}\\b`).test(source);
  if (uses('_PR_NUMBER') || uses('_HEAD_BRANCH') || uses('_HEAD_REPO_URL'))
    return [emptyTrigger('pull_request', line)];
  return uses('TAG_NAME')
    ? [{ ...emptyTrigger('push', line), tags: ['**'] }]
    : [emptyTrigger('external', line)];
}

class Reader {
  readonly #values: ReadonlyMap<string, string>;

  constructor(
    readonly root: Mapping,
    readonly text: PipelineText,
  ) {
    this.#values = new Map(namedValues(root.substitutions).map((v) => [v.name, v.value]));
  }

  jobs(): PipelineJob[] {
    const steps = list(this.root.steps).slice(0, MOST_STEPS).map(mapping);
    const shared = listedValues(mapping(this.root.options).env);
    const atOnce = steps.some((s) => 'waitFor' in s);
    const jobs = atOnce ? this.#apart(steps, shared) : this.#inTurn(steps, shared);
    return [...jobs, ...this.#images(jobs)];
  }

  #inTurn(steps: readonly Mapping[], shared: NamedValue[]): PipelineJob[] {
    const holder = list(this.root.steps);
    const made = steps.flatMap((step, i) => this.#step(step, this.text.line(holder, i)));
    return [{ ...emptyJob('build', this.text.line(this.root, 'steps')), variables: shared, steps: made }];
  }

  /** Steps that say for what they wait: each is a job. One that does not say waits for all before it. */
  #apart(steps: readonly Mapping[], shared: NamedValue[]): PipelineJob[] {
    const holder = list(this.root.steps);
    const taken = new Set<string>();
    return steps.map((step, i) => {
      const before = [...taken];
      const id = freeName(text(step.id) || `${nameOf(text(step.name))} ${i + 1}`, taken);
      taken.add(id);
      const asked = oneOrMore(step.waitFor);
      const needs = asked.length === 0 ? before : asked.filter((n) => n !== '-' && taken.has(n) && n !== id);
      const line = this.text.line(holder, i);
      return { ...emptyJob(id, line), needs, variables: shared, steps: this.#step(step, line) };
    });
  }

  #step(step: Mapping, line: number): PipelineStep[] {
    const image = this.#filled(text(step.name));
    const made: PipelineStep = {
      ...emptyStep(line),
      name: text(step.id),
      continueOnError: step.allowFailure === true || list(step.allowExitCodes).map(text).includes('1'),
      workingDirectory: text(step.dir),
      variables: listedValues(step.env).map((v) => ({ ...v, value: this.#filled(v.value) })),
    };
    const script = this.text.commands(step, 'script');
    if (script.run !== '')
      return [
        {
          ...made,
          line: this.text.line(step, 'script'),
          ...script,
          run: this.#filled(script.run),
          shell: shellOfScript(script.run),
        },
      ];
    const args = oneOrMore(step.args).map((a) => this.#filled(a));
    const entry = text(step.entrypoint);
    const program = entry || programOf(image, args[0] ?? '');
    if (program === '' && !/^[\w./-]+$/.test(args[0] ?? ''))
      return [{ ...made, uses: `image:${image}`, with: [{ name: 'args', value: args.join('\n') }] }];
    if (program === '' && /(^|\/)(kaniko-project\/executor|gke-deploy)\b/.test(image))
      return [{ ...made, uses: `image:${image}`, with: [{ name: 'args', value: args.join('\n') }] }];
    const words = program === '' ? args : [program, ...args];
    const inline = words.findIndex((w, i) => i > 0 && /^-\w*c$/.test(w));
    const start =
      Array.isArray(step.args) && inline !== -1 && entry !== ''
        ? this.text.parts(step, 'args')[inline]
        : undefined;
    const { run, shell } = commandOf(words);
    if (run === '') return [];
    const at = 'args' in step ? this.text.line(step, 'args') : line;
    return [{ ...made, line, run, shell, runLine: start?.runLine ?? at }];
  }

  /** `images` are pushed when all steps have passed. */
  #images(jobs: readonly PipelineJob[]): PipelineJob[] {
    const parts = this.text.parts(this.root, 'images');
    if (parts.length === 0) return [];
    const steps = parts.map((p) => ({ ...emptyStep(p.runLine), run: `docker push ${this.#filled(p.run)}` }));
    const line = this.text.line(this.root, 'images');
    return [
      { ...emptyJob('images', line), needs: jobs.map((j) => j.id), condition: unlessFailed(''), steps },
    ];
  }

  /** Fills in what `substitutions` gives; two dollars are one for the shell. */
  #filled(written: string): string {
    return written
      .replace(/\$\{(_\w+)\}|\$(_\w+)/g, (whole, braced?: string, plain?: string) => {
        const value = this.#values.get(braced ?? plain ?? '');
        return value === undefined || value === '' ? whole : value;
      })
      .replaceAll('$$', '$');
  }
}

function nameOf(image: string): string {
  return image
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .replace(/^.*\//, '');
}

/** The program that an image starts by itself, where its name tells. */
function programOf(image: string, first: string): string {
  const name = nameOf(image);
  if (/^(cloud-sdk|google-cloud-cli|gcloud)$/.test(name))
    return first === 'gcloud' || /^(bash|sh)$/.test(first) ? '' : name === 'gcloud' ? 'gcloud' : '';
  return PROGRAMS.test(name) && first !== name ? name : '';
}
