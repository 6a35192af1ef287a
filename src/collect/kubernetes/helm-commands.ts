/** Commands of pipelines and scripts that install charts of this repository: `helm upgrade --install api charts/api -f values-prod.yaml`. */
import { environmentOfPath, plainEnvironment } from '../../model/environment-name.js';
import { joined, nameOf } from '../../parse/paths.js';
import type { Mapping } from '../../parse/shape.js';
import { readShell } from '../../parse/shell/shell.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';
import { merged, nested, type Release } from './releases.js';

const PIPELINES =
  /^\.github\/(workflows|actions)\/.*\.ya?ml$|(^|\/)(\.gitlab-ci|azure-pipelines|bitbucket-pipelines|cloudbuild)[^/]*\.ya?ml$|^\.(circleci|gitlab|buildkite|tekton)\/.*\.ya?ml$|(^|\/)[Tt]askfile\.ya?ml$|(^|\/)(Jenkinsfile[^/]*|(GNU)?[Mm]akefile|\.?[Jj]ustfile)$|\.(sh|bash|mk)$/;
/** From the program to the end of its line, over lines that a backslash continues. */
const COMMAND = /\bhelm3?[ \t]+(?:[^\n\\]|\\.|\\\n)*?\b(?:upgrade|install)\b(?:[^\n\\]|\\.|\\\n)*/g;
const VARIABLE = /\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+/g;

/** `NAME="value"` of a shell, `NAME := value` of a Makefile. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+|readonly[ \t]+|local[ \t]+)?([A-Z_a-z]\w*)[ \t]?[:?]?=[ \t]?(?:"([^"\n`]*)"|'([^'\n]*)'|([^\s"'`;|&]*))[ \t]*$/gm;

/** Options that take the next word. */
const TAKES_WORD =
  /^(--(namespace|timeout|version|history-max|kube-context|kubeconfig|repo|description|wait-timeout|post-renderer|username|password|set-file|set-json|set-literal)|-n)$/;

/** What makes a cluster that is thrown away after the run. */
const THROWN_AWAY =
  /\b(kind create|kind-action|setup-kind|kind load|k3d cluster|k3s-action|setup-k3d|minikube|ct install|chart-testing)\b/;

/** `local_deploy.sh` deploys to a developer's own machine. */
const OWN_MACHINE = /(^|[-_/.])local([-_.][^/]*)?$/;

/** May a file hold such commands, by its path? Scripts of tests and of developers do not deploy. */
export function mayInstallCharts(path: string): boolean {
  return (
    PIPELINES.test(path) &&
    !OWN_MACHINE.test(path) &&
    (/^\.(github|circleci)\//.test(path) || !isNotRun(path))
  );
}

/** The releases that a text's commands make, of charts that stand in one of the folders. */
export function releasesInCommands(source: SourceText, charts: readonly string[]): Release[] {
  if (!source.text.includes('helm') || THROWN_AWAY.test(source.text)) return [];
  const set = variablesOf(source.text);
  return [...source.text.matchAll(COMMAND)].flatMap((found) => {
    const line = source.text.slice(0, found.index).split('\n').length;
    const written = filledIn(found[0].replace(/\\\n[ \t]*/g, ' '), set).replace(VARIABLE, (v) =>
      v.replace(/\s/g, ''),
    );
    const [command] = readShell(written, { errexit: true, pipefail: false });
    const release = command && releaseOf(command.words, charts);
    if (!release) return [];
    // A script for one environment mostly says so in its name.
    const environment = release.environment || environmentOfPath(nameOf(source.path));
    return [{ ...release, environment, at: { path: source.path, line } }];
  });
}

/** Variables that the text sets to something plain, once. */
function variablesOf(whole: string): ReadonlyMap<string, string> {
  const set = new Map<string, string | undefined>();
  for (const [, name = '', double, single, bare] of whole.matchAll(ASSIGNMENT))
    set.set(name, set.has(name) ? undefined : (double ?? single ?? bare ?? ''));
  return new Map([...set].flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function filledIn(command: string, set: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > 3) return command;
  return command.replace(/\$(?:\{(\w+)\}|(\w+)|\((\w+)\))/g, (whole, braced, plain, made) => {
    const value = set.get(braced ?? plain ?? made);
    return value === undefined || value.length > 200 ? whole : filledIn(value, set, depth + 1);
  });
}

function releaseOf(words: readonly string[], charts: readonly string[]): Omit<Release, 'at'> | undefined {
  const plain: string[] = [];
  const files: string[] = [];
  let values: Mapping = {};
  let namespace = '';
  for (let i = 1; i < words.length; i += 1) {
    const [option = '', attached] = splitOption(words[i] ?? '');
    const takesWord = attached === undefined;
    const value = attached ?? words[i + 1] ?? '';
    if (option === '-f' || option === '--values') files.push(...value.split(','));
    else if (option === '--set' || option === '--set-string') values = merged(values, setValues(value));
    else if (option === '-n' || option === '--namespace') namespace = value;
    else if (!TAKES_WORD.test(option)) {
      if (!option.startsWith('-')) plain.push(option);
      continue;
    }
    if (takesWord) i += 1;
  }
  const [name = '', written = ''] = plain.filter((w) => w !== 'upgrade' && w !== 'install');
  const chart = folderFor(written, charts);
  if (chart === undefined) return undefined;
  const own = plain.find((w) => /[<>|&]/.test(w));
  return {
    chart,
    name: own === undefined && !/[$]/.test(name) ? name : '',
    namespace: /[$]/.test(namespace) ? '' : namespace,
    environment: files.map((f) => environmentOfPath(f)).find((e) => e !== '') ?? plainEnvironment(namespace),
    valuesFiles: files.map((f) => patternOf(f)),
    values,
    unseen: [],
    images: [],
  };
}

function splitOption(word: string): [string, string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** `image.tag=v1,replicas=2`; a variable stays as it is written. */
function setValues(written: string): Mapping {
  return written
    .split(/(?<!\\),/)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 1 ? {} : nested(pair.slice(0, at), scalar(pair.slice(at + 1)));
    })
    .reduce(merged, {});
}

function scalar(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  if (value === 'null') return null;
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

/** A variable in a path stands for any text, as a generator's does. */
function patternOf(path: string): string {
  return joined('', path.replace(VARIABLE, '{{}}'));
}

/** The one chart at a path that is written relative to a folder that only the run knows. */
function folderFor(written: string, charts: readonly string[]): string | undefined {
  if (!/^[.$\w]/.test(written) || written.includes('://')) return undefined;
  const path = joined('', written.replace(VARIABLE, ''));
  if (charts.includes(path)) return path;
  const fitting = charts.filter((c) => path !== '' && c.endsWith(`/${path}`));
  return fitting.length === 1 ? fitting[0] : undefined;
}
