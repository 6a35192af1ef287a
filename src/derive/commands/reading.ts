/** One step that is being read: where it runs, what its job left behind, and how what it does is told. */
import { environmentWithin } from '../../model/environment-name.js';
import { folderOf } from '../../parse/paths.js';
import type { ShellCommand, ShellOptions } from '../../parse/shell/shell.js';
import type { Activity, Does, Surroundings } from './activity.js';
import { clean } from './directories.js';
import type { ActionDoes } from './ready-made/does.js';
import { suspectedWork, worksOnTests } from './test-names.js';

/** A step as any CI system has it, its values filled in as far as they are known. */
export interface StepToRead {
  /** The action with its version; empty for a command. */
  uses: string;
  run: string;
  /** As GitHub names it; empty for the default. */
  shell: string;
  /** Relative to the root of the repository. */
  directory: string;
  inputs: ReadonlyMap<string, string>;
  variables: ReadonlyMap<string, string>;
  path: string;
  line: number;
  /** The line on which the commands start. */
  runLine: number;
}

/** What earlier steps of the same job left behind. */
export interface JobSoFar {
  /** A cluster was started that ends with the job. */
  throwAwayCluster: boolean;
  /** Folders that hold a checkout of another repository; '' is the whole work folder. */
  foreign: Set<string>;
  /** The folder that the repository itself was checked out to; '' is the work folder. */
  own: string;
  /** `docker context use`, DOCKER_HOST: docker speaks to another machine. */
  remoteDocker: boolean;
  /** What a documentation generator made. */
  builtDocs: boolean;
}

export function newJob(): JobSoFar {
  return {
    throwAwayCluster: false,
    foreign: new Set(),
    own: '',
    remoteDocker: false,
    builtDocs: false,
  };
}

/** Where a command stands: in which folder, how deep, and what becomes of its failure. */
export interface Standing
  extends Pick<ShellCommand, 'stops' | 'fails' | 'guards' | 'within' | 'conditional'> {
  directory: string;
  line: number;
  depth: number;
  /** It runs on a server reached by ssh. */
  remote: boolean;
  /** The command of the step that leads here. */
  said: string;
  /** The script file that it stands in; empty for the step itself. */
  file: string;
  /** A script of tests leads here: what it changes is set up to be tried. */
  tries: boolean;
}

export const START: Standing = {
  directory: '',
  line: 1,
  depth: 0,
  remote: false,
  stops: true,
  fails: true,
  guards: [],
  within: [],
  conditional: false,
  said: '',
  file: '',
  tries: false,
};

/** Scripts that call each other are followed so deep. */
export const DEEPEST = 8;

/** Scripts that call each other many times over are read so often in one step. */
const MOST_SCRIPTS = 400;

/** Changes of the world outside: in a throw-away cluster they are part of a test. */
export const CHANGES: ReadonlySet<Does> = new Set(['deploys', 'applies-iac']);

const LOCAL_REGISTRY =
  /(^|[\s/@])(localhost|127\.0\.0\.1|0\.0\.0\.0|kind-registry|k3d-\S+|host\.docker\.internal|registry\.local|ttl\.sh)(:\d+)?\//;

/** Reads the text of a script into what it does. */
type ReadScript = (reading: Reading, text: string, options: ShellOptions, outer: Standing) => Activity[];

export class Reading {
  #scripts = 0;

  constructor(
    readonly step: StepToRead,
    readonly around: Surroundings,
    readonly job: JobSoFar,
    readonly readScript: ReadScript,
  ) {}

  /** What a script inside the step does; nothing where scripts call each other without end. */
  shell(text: string, options: ShellOptions, outer: Standing): Activity[] {
    if (outer.depth > DEEPEST || this.#scripts >= MOST_SCRIPTS) return [];
    this.#scripts += 1;
    return this.readScript(this, text, options, outer);
  }

  /** Reads parts of which each runs only where those before it passed. */
  inTurn(parts: readonly ((at: Standing) => Activity[])[], at: Standing): Activity[] {
    const list = {};
    return parts.flatMap((part, position) =>
      part({
        ...at,
        guards: [...at.guards, { list, position }],
        within: [...at.within, { list, position }],
      }),
    );
  }

  /** A folder of the job as a path in the repository. */
  inTree(directory: string): string {
    const folder = clean(directory);
    const { own } = this.job;
    return own !== '' && (folder === own || folder.startsWith(`${own}/`))
      ? folder.slice(own.length + 1)
      : folder;
  }

  /** Is this folder a checkout of another repository? */
  foreign(directory: string): boolean {
    let folder = clean(directory);
    for (;;) {
      if (this.job.foreign.has(folder)) return true;
      if (folder === '') return false;
      folder = folderOf(folder);
    }
  }

  /** Something unseen matters only where its words let one suspect what it does. */
  unseen(what: string, because: string, words: string, at: Standing): Activity[] {
    const may = suspectedWork(words);
    return may.length > 0 ? [this.activity({ does: 'unknown', may, because }, what, at)] : [];
  }

  /** What a command that is known amounts to where it stands: in a throw-away cluster or a script of tests it only tries. */
  settle(
    found: ActionDoes | { does: Does | 'nothing'; preview?: boolean },
    what: string,
    at: Standing,
  ): Activity[] {
    if (found.does === 'nothing') return [];
    const { does } = found;
    if (CHANGES.has(does) && (at.tries || worksOnTests(what)))
      return [this.activity({ does: does === 'applies-iac' ? 'plans-iac' : 'tests' }, what, at)];
    if (does === 'applies-iac' && at.conditional && at.file !== '' && this.#toldToPlan(at))
      return [this.activity({ does: 'plans-iac' }, what, at)];
    if (does === 'publishes' && (LOCAL_REGISTRY.test(this.filled(what)) || this.#publishesHere(what)))
      return [];
    if (
      CHANGES.has(does) &&
      this.job.throwAwayCluster &&
      !at.remote &&
      /^(kubectl|oc|helm|helmfile|skaffold|flux|argocd|timoni|kustomize|kapp|tk|tanka|ct)\b|k8s-deploy/.test(
        what,
      )
    )
      return [this.activity({ does: 'tests' }, what, at)];
    return [this.activity({ ...found, does }, what, at)];
  }

  /** Does a variable of the step say that the registry, which the command leaves open, is on this machine? */
  #publishesHere(what: string): boolean {
    return (
      what.includes('$') &&
      [...this.step.variables].some(
        ([name, value]) => /registry|repo|image|hub/i.test(name) && LOCAL_REGISTRY.test(` ${value}/`),
      )
    );
  }

  /** Does the step tell its script, which can do either, to plan? */
  #toldToPlan(at: Standing): boolean {
    const told = [...at.said.split(/\s+/).slice(1), ...this.step.variables.values()];
    return told.some((word) => /^['"]?(plan|preview|diff|dry-run)['"]?$/.test(word));
  }

  /** An activity of this step. */
  activity(
    found: {
      does: Does;
      preview?: boolean;
      when?: string;
      may?: readonly ('tests' | 'deploys')[];
      because?: string;
    },
    what: string,
    at: Standing,
  ): Activity {
    return {
      does: found.does,
      what: shortened(at.said || what),
      path: this.step.path,
      line: at.line,
      environment: environmentIn(
        this.filled(`${what} ${at.said} ${at.directory}`),
        ...this.step.inputs.values(),
      ),
      preview: found.preview ?? false,
      when: found.when ?? '',
      stops: at.stops,
      fails: at.fails,
      guards: at.guards,
      within: at.within,
      partial: false,
      elsewhere: found.does === 'tests' && this.foreign(at.directory),
      may: found.may ?? [],
      because: found.because ?? (found.does === 'unknown' ? 'what it does cannot be seen here' : ''),
    };
  }

  /** A command with the variables of its step filled in. */
  filled(what: string): string {
    return what.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => this.step.variables.get(name) ?? whole);
  }
}

function shortened(what: string): string {
  const line = what.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

/** The one environment that a command speaks of: an argument that names it, a values file, a folder of its own. */
function environmentIn(...texts: readonly string[]): string {
  const named = new Set<string>();
  for (const word of texts.join(' ').split(/[\s=,;'"]+/)) {
    if (/^\/dev\//.test(word) || /@/.test(word)) continue;
    // A domain's last part names no environment.
    const name = environmentWithin(word.replace(/\.(dev|test|live|demo)(?=[/:]|$)/g, ''));
    if (name !== '' && !/^(test|demo|integration)$/.test(name)) named.add(name);
  }
  const [only, ...others] = named;
  return only !== undefined && others.length === 0 ? only : '';
}
