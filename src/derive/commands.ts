/** What the steps of a pipeline really do: by what they run, followed into scripts, images and wrappers, never by a name. */
import { environmentWithin } from '../model/environment-name.js';
import { readShell, type ShellCommand, type ShellOptions } from '../parse/shell.js';
import { type Activity, type Does, isOwnRepository, type Script, type Surroundings } from './activity.js';
import { type ActionDoes, holdsDocumentation, startsCluster } from './commands-actions.js';
import { recognise, sessionsTest } from './commands-known.js';
import { usesDoes } from './commands-uses.js';

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
  /** Something changed the files of a checkout of another repository, or of this one. */
  foreignRemote: boolean;
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
    foreignRemote: false,
    remoteDocker: false,
    builtDocs: false,
  };
}

/** Says of what system something ready-made is; people do not write it. */
const PREFIX = /^(gitlab|gitlab-include|template|orb|task|pipe|jenkins|plugin|tekton|image|travis|appveyor):/;
const DEEPEST = 8;
/** Scripts that call each other many times over are read so often in one step. */
const MOST_SCRIPTS = 400;
/** Longer commands are known by their beginning. */
const LONGEST_COMMAND = 4000;
/** Installs a cluster on the machine that it runs on. */
const INSTALLS_CLUSTER = /\bget\.(k3s\.io|k0s\.sh)\b/;
/** Folders and names of end-to-end tests: what their scripts set up is there to be tried. */
const OF_TESTS =
  /^test\/|(^|\/)([\w.]+[-_])?(tests|e2e|molecule|(integration|acceptance|system|functional|smoke|load)[-_]?tests?)\//i;
const TRIES = /(^|[:_.-])(e2e|(integration|acceptance|system|functional)[-_]?tests?)([:_.-]|$)/i;
/** Changes of the world outside: in a throw-away cluster they are part of a test. */
const CHANGES: ReadonlySet<Does> = new Set(['deploys', 'applies-iac']);
const LOCAL_REGISTRY =
  /(^|[\s/@])(localhost|127\.0\.0\.1|0\.0\.0\.0|kind-registry|k3d-\S+|host\.docker\.internal|registry\.local|ttl\.sh)(:\d+)?\//;
const DOCUMENTATION =
  /^(mkdocs|sphinx-build|mdbook|typedoc|docusaurus|vitepress|(start|build)?-?storybook|pdoc|cargo (doc|rustdoc)|doxygen|antora|zensical|javadoc)\b/;
const DOCUMENTATION_FOLDER = /^(docs?|documentation|website)(\/|$)/;

/** The activities of a step, in the order in which they happen. */
export function activitiesOf(step: StepToRead, around: Surroundings, job: JobSoFar = newJob()): Activity[] {
  const reader = new StepReader(step, around, job);
  return step.run === '' ? reader.action() : reader.script();
}

/** The options of the shell that GitHub starts: `-e` always, pipefail only where bash is asked for by name. */
export function shellOptions(shell: string): ShellOptions {
  const [program = '', ...flags] = shell.trim().split(/\s+/);
  if (shell.trim() === '') return { errexit: true, pipefail: false };
  if (flags.length === 0)
    return program === 'bash'
      ? { errexit: true, pipefail: true }
      : { errexit: program === 'sh', pipefail: false };
  const written = flags.join(' ');
  return { errexit: /(^|\s)-[a-z]*e/.test(written), pipefail: /pipefail/.test(written) };
}

/** Where a command stands: in which folder, how deep, and what becomes of its failure. */
interface Standing extends Pick<ShellCommand, 'stops' | 'fails' | 'guards' | 'within' | 'conditional'> {
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

const START: Standing = {
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
/** How package managers run a script: `sh -c`, without `-e`. */
const PLAIN: ShellOptions = { errexit: false, pipefail: false };

class StepReader {
  #read = 0;

  constructor(
    readonly step: StepToRead,
    readonly around: Surroundings,
    readonly job: JobSoFar,
  ) {}

  script(): Activity[] {
    const { run, shell, directory, runLine } = this.step;
    if (/^(python|node|perl|ruby)/.test(shell)) return [];
    const found = this.#shell(run, shellOptions(shell), { ...START, directory, line: runLine });
    return [...found, ...this.#fails()];
  }

  /** A step that is there to fail: `exit 1`, or a look at the results of the jobs before. */
  #fails(): Activity[] {
    const { run, shell, variables, runLine } = this.step;
    const exits = readShell(run, shellOptions(shell)).filter(
      (c) => (c.words[0] === 'exit' && /^[1-9]\d*$/.test(c.words[1] ?? '')) || c.words[0] === 'false',
    );
    const said = [run, ...variables.values()].join('\n');
    const asked = [...said.matchAll(/\bneeds\.([\w-]+|\*)\.result\b|toJSON\((needs)\)/gi)].map(
      (m) => m[1] ?? '*',
    );
    const [exit] = exits;
    if (!exit || (exit.conditional && asked.length === 0)) return [];
    const wanted = /!==?\s*["']?success/.test(said) ? "!= 'success'" : "== 'failure'";
    const conditions = [...new Set(asked)].map((job) =>
      job === '*' ? "contains(needs.*.result, 'failure')" : `needs.${job}.result ${wanted}`,
    );
    const at = { ...START, depth: 1, line: runLine + exit.line - 1, said: exit.words.join(' ') };
    return [this.#activity({ does: 'fails', when: exit.conditional ? conditions.join(' || ') : '' }, '', at)];
  }

  action(): Activity[] {
    const { uses, inputs, line } = this.step;
    const name = uses.split('@')[0] ?? '';
    const at: Standing = { ...START, line, depth: 1, said: uses.replace(/@.*$/, '').replace(PREFIX, '') };
    if (uses.startsWith('docker://')) return [];
    if (startsCluster(name)) {
      this.job.throwAwayCluster = true;
      return [];
    }
    if (/^actions\/checkout$/.test(name)) this.#checkout();
    if (name === 'actions/upload-pages-artifact' && holdsDocumentation(inputs.get('path') ?? ''))
      this.job.builtDocs = true;
    const does = usesDoes(name, inputs);
    if (does.pages && this.job.builtDocs) return [];
    const what = uses;
    const found: Activity[] = [];
    if (does.image) found.push(...this.#image(does.image, at));
    if (does.script) {
      const directory = does.directory ?? '';
      found.push(
        ...this.#shell(
          does.script,
          { errexit: true, pipefail: false },
          { ...at, directory, remote: does.remote === true },
        ),
      );
    }
    if (name === 're-actors/alls-green') {
      const skipped = inputs.get('allowed-skips') ? '' : " || contains(needs.*.result, 'skipped')";
      return [
        this.#activity({ does: 'fails', when: `contains(needs.*.result, 'failure')${skipped}` }, what, at),
      ];
    }
    if (does.does === 'nothing' || (does.script && found.length > 0)) return found;
    return [...found, ...this.#settle(does, what, at)];
  }

  #checkout(): void {
    const { inputs } = this.step;
    const repository = inputs.get('repository') ?? '';
    const own = isOwnRepository(repository, this.around.repository);
    const folder = clean(inputs.get('path') ?? '');
    if (!own) this.job.foreign.add(folder);
    else {
      this.job.foreign.delete(folder);
      this.job.own = folder;
    }
  }

  /** A folder of the job as a path in the repository. */
  #inTree(directory: string): string {
    const folder = clean(directory);
    const { own } = this.job;
    return own !== '' && (folder === own || folder.startsWith(`${own}/`))
      ? folder.slice(own.length + 1)
      : folder;
  }

  /** Is this folder a checkout of another repository? */
  #foreign(directory: string): boolean {
    let folder = clean(directory);
    for (;;) {
      if (this.job.foreign.has(folder)) return true;
      if (folder === '') return false;
      folder = folder.split('/').slice(0, -1).join('/');
    }
  }

  #shell(text: string, options: ShellOptions, outer: Standing): Activity[] {
    if (outer.depth > DEEPEST || this.#read >= MOST_SCRIPTS) return [];
    this.#read += 1;
    const here = {};
    const commands = readShell(text, options);
    if (outer.depth === 0 && /^(pwsh|powershell)\b/.test(this.step.shell)) countLastProgram(commands);
    return commands.flatMap((command, position) => {
      const counts = outer.fails && command.fails;
      const outermost = outer.depth === 0;
      const standing: Standing = {
        ...outer,
        directory: join(outer.directory, command.directory),
        line: outermost ? outer.line + command.line - 1 : outer.line,
        depth: outer.depth + 1,
        stops: counts && outer.stops && (!outermost || command.stops),
        fails: counts,
        guards: [
          ...(command.fails ? outer.guards : []),
          ...command.guards,
          ...(command.stops ? [{ list: here, position }] : []),
        ],
        within: [...outer.within, ...command.within, { list: here, position }],
        conditional: outer.conditional || command.conditional,
        said: outermost ? this.#bare(command.words, outer).join(' ') : outer.said,
      };
      return this.#command(command.words, command, standing);
    });
  }

  /** Reads parts of which each runs only where those before it passed. */
  #inTurn(parts: readonly ((at: Standing) => Activity[])[], at: Standing): Activity[] {
    const list = {};
    return parts.flatMap((part, position) =>
      part({
        ...at,
        guards: [...at.guards, { list, position }],
        within: [...at.within, { list, position }],
      }),
    );
  }

  #command(given: readonly string[], command: ShellCommand, at: Standing): Activity[] {
    const words = this.#bare(given, at);
    const [program = '', ...rest] = words;
    if (program === '') return [];
    const text = words.join(' ').slice(0, LONGEST_COMMAND);
    const nested = (inner: string, more: Partial<Standing> = {}, options: ShellOptions = PLAIN) =>
      this.#shell(inner, options, { ...at, ...more });

    if (
      /^(echo|printf|cat|tee|export|local|true|false|:|test|\[|\[\[|\(\(|grep|sed|awk|jq|yq|curl|wget|sleep|mkdir|cp|mv|rm|ls|chmod|date|read|set|exit|return|cd|pushd|popd|source|\.)$/.test(
        program,
      )
    ) {
      if (program === 'source' || program === '.') return this.#file(rest[0] ?? '', at);
      if (program === 'curl' || program === 'wget') {
        if (INSTALLS_CLUSTER.test(text) && !at.remote) this.job.throwAwayCluster = true;
        return this.#hook(text, at);
      }
      return [];
    }
    if (/^(bash|sh|zsh|dash|ash)$/.test(program)) {
      const inline = rest.findIndex((w) => /^-[a-z]*c$/.test(w));
      if (inline !== -1)
        return nested(
          rest[inline + 1] ?? '',
          {},
          shellOptions(`sh ${rest.slice(0, inline + 1).join(' ')} -`),
        );
      const file = rest.find((w) => !w.startsWith('-') && !/^(pipefail|errexit)$/.test(w));
      if (file) return this.#file(file, at);
      return command.input ? nested(command.input) : [];
    }
    if (program === 'eval') return nested(rest.join(' '));
    if (program === 'ssh') return this.#ssh(rest, command, at);
    if (/^(make|gmake)$/.test(program)) return this.#make(rest, at);
    if (program === 'just' || program === 'task' || program === 'go-task')
      return this.#runner(program === 'just' ? 'just' : 'task', rest, at);
    if (/^(npm|pnpm|yarn|bun)$/.test(program)) return this.#packageManager(program, rest, text, at);
    if (program === 'composer') return this.#composer(rest, text, at);
    if (/^(turbo|nx|lerna|rush|ultra|wsrun)$/.test(program)) return this.#monorepo(program, rest, text, at);
    if (/^(npm-run-all|npm-run-all2|run-s|run-p)$/.test(program))
      return rest
        .filter((w) => !w.startsWith('-'))
        .flatMap((name) => this.#packageScript(name, at, { any: false }));
    if (program === 'concurrently')
      return rest
        .filter((w) => !w.startsWith('-'))
        .flatMap((inner) => (inner.includes(' ') ? nested(inner) : []));
    if (/^(docker|podman)$/.test(program)) return this.#docker(rest, text, at);
    if (program === 'docker-compose' || program === 'podman-compose')
      return this.#docker(['compose', ...rest], text, at);
    if (/^(mvn|mvnw|gradle|gradlew)$/.test(program))
      return this.#jvm(program.startsWith('mvn') ? 'mvn' : 'gradle', rest, at);
    if (program === 'git') return this.#git(rest, at);
    if (program === 'gh' || program === 'hub') return this.#release(rest, text, at);
    if (/^(rsync|scp|sftp|lftp|ncftpput)$/.test(program)) return this.#copy(program, rest, at);
    if (/^(aws|gsutil|gcloud|az|s3cmd|s5cmd|rclone|azcopy)$/.test(program)) {
      const site = this.#storage(program, rest, text, at);
      if (site) return site;
    }
    if (
      /^(kind|minikube|k3d|k3s|microk8s|ctlptl|vcluster)$/.test(program) &&
      /\b(create|start|up|server|connect)\b/.test(text)
    ) {
      this.job.throwAwayCluster = true;
      return [];
    }
    if (/^(tox|nox)$/.test(program) && !sessionsTest(words)) return this.#settle({ does: 'lints' }, text, at);
    if (program === 'mkdocs' && rest[0] === 'gh-deploy') return [];
    if (DOCUMENTATION.test(text) || (/\bbuild\b/.test(at.said) && DOCUMENTATION_FOLDER.test(at.directory)))
      this.job.builtDocs = true;
    if (program === 'buildkite-agent' && rest[0] === 'pipeline' && rest[1] === 'upload') {
      const because = 'the steps that it adds are made while it runs';
      return [this.#activity({ does: 'unknown', may: ['tests', 'deploys'], because }, text, at)];
    }
    if (program === 'gh-pages')
      return this.#settle({ does: this.job.builtDocs ? 'nothing' : 'deploys' }, text, at);

    const known = recognise(text);
    if (known) {
      const releases = /^(npm|pnpm|yarn)/.test(program);
      return releases || known.does === 'nothing'
        ? []
        : [...this.#settle({ does: known.also }, text, at), ...this.#settle(known, text, at)];
    }
    if (program.includes('/') || /\.(sh|bash)$/.test(program)) return this.#file(program, at);
    if (/^(python|node|ruby|perl|php|tsx|ts-node|deno|bun|pwsh|powershell)$/.test(program))
      return this.#program(program, rest, at);
    return [];
  }

  /** `node_modules/.bin/jest`, `~/go/bin/golint`, `bin/rails test`: a program of this name rather than a script of ours. */
  #installed(program: string, rest: readonly string[], at: Standing): boolean {
    if (!program.includes('/') || /\.(sh|bash)$/.test(program) || this.#scriptAt(program, at)) return false;
    if (/^[/~$]|(^|\/)(node_modules\/\.bin|vendor\/bin|\.?venv\/bin)\/[^/]+$/.test(program)) return true;
    const words = [program.replace(/^.*\//, ''), ...rest];
    return /(^|\/)bin\/[^/]+$/.test(program) && recognise(words.join(' ')) !== undefined;
  }

  /** Takes off what only wraps a command. */
  #bare(given: readonly string[], at: Standing): string[] {
    let words = [...given];
    for (let i = 0; i < 12; i += 1) {
      const [program = '', ...rest] = words;
      const plain = this.#installed(program, rest, at) ? program.replace(/^.*\//, '') : program;
      if (plain !== program) {
        words = [plain, ...rest];
        continue;
      }
      if (/^\.?\/?(\S*\/)?(gradlew|mvnw)(\.bat|\.cmd)?$/.test(program))
        return [/gradlew/.test(program) ? 'gradle' : 'mvn', ...rest];
      const next = unwrapped(program, rest);
      if (!next) {
        const module = /^(python[\d.]*|py|pypy\d*|coverage)$/.test(program)
          ? pythonModule(program, rest)
          : undefined;
        if (!module) return [/^python[\d.]*$|^py$|^pypy\d*$/.test(program) ? 'python' : program, ...rest];
        words = module;
      } else words = next;
    }
    return words;
  }

  #ssh(rest: readonly string[], command: ShellCommand, at: Standing): Activity[] {
    const after = skipFlags(rest, /^-[bcDEeFIiJLlmOopQRSWw]$/);
    const remote = after.slice(1).join(' ') || command.input;
    const found = this.#shell(remote, PLAIN, { ...at, remote: true });
    if (found.some((a) => CHANGES.has(a.does))) return found;
    const restarts =
      /\b(git\s+pull|git\s+reset|systemctl\s+(restart|reload|start)|service\s+\S+\s+(restart|reload)|pm2\s+(restart|reload|start)|supervisorctl\s+(restart|update)|docker[- ]compose\b.*\b(up|pull|restart)|docker\s+(run|pull|restart)|deploy|release)\b/.test(
        remote,
      );
    return restarts ? [...found, ...this.#settle({ does: 'deploys' }, `ssh ${rest.join(' ')}`, at)] : found;
  }

  #hook(text: string, at: Standing): Activity[] {
    const hook =
      /deploy[-_]?hook|\/deploy\b.*(hook|webhook|key=)|api\.render\.com\/deploy|build_hooks\/|\/api\/v1\/deploy\?|webhooks?\S*(deploy|redeploy)/i;
    if (hook.test(text)) return this.#settle({ does: 'deploys' }, text, at);
    // It starts a pipeline of another repository and hands the new version over.
    const dispatches =
      /api\.github\.com\/repos\/(?!\$\{\{\s*github\.repository|\$\{?GITHUB_REPOSITORY)\S+\/dispatches/;
    const delivers = /deploy|image|release|update|bump|promote|rollout|publish/i;
    return dispatches.test(text) && delivers.test(text.replace(/^.*?\/dispatches/s, ''))
      ? this.#settle({ does: 'writes-gitops' }, 'a dispatch to another repository', at)
      : [];
  }

  #make(rest: readonly string[], at: Standing): Activity[] {
    let directory = at.directory;
    let file = '';
    const targets: string[] = [];
    for (let i = 0; i < rest.length; i += 1) {
      const word = rest[i] ?? '';
      if (word === '-C' || word === '--directory') directory = join(directory, rest[++i] ?? '');
      else if (word.startsWith('-C')) directory = join(directory, word.slice(2));
      else if (word.startsWith('--directory=')) directory = join(directory, word.slice(12));
      else if (word === '-f' || word === '--file') file = rest[++i] ?? '';
      else if (/^-[jlo]$/.test(word) && /^\d+$/.test(rest[i + 1] ?? '')) i += 1;
      else if (word === '-n' || word === '--dry-run' || word === '--just-print') return [];
      else if (!word.startsWith('-') && !word.includes('=')) targets.push(word);
    }
    return this.#targets('make', targets, directory, file, at);
  }

  #runner(tool: 'just' | 'task', rest: readonly string[], at: Standing): Activity[] {
    let directory = at.directory;
    const targets: string[] = [];
    for (let i = 0; i < rest.length; i += 1) {
      const word = rest[i] ?? '';
      if (/^(-d|--dir|--working-directory)$/.test(word)) directory = join(directory, rest[++i] ?? '');
      else if (word === '--') break;
      else if (/^(-l|--list|--list-all|--version|--init)$/.test(word)) return [];
      else if (!word.startsWith('-') && !word.includes('=')) targets.push(word);
    }
    // Arguments of a recipe look like recipes; the first one is sure to be one.
    return this.#targets(tool, tool === 'just' ? targets.slice(0, 1) : targets, directory, '', at);
  }

  #targets(
    tool: Script['tool'],
    asked: readonly string[],
    directory: string,
    file: string,
    at: Standing,
  ): Activity[] {
    const what = `${tool} ${asked.join(' ')}`.trim();
    const unseen = (because: string) => this.#unseen(what, because, asked.join(' ') || 'all', at);
    if (this.#foreign(directory)) return unseen('it runs in a checkout of another repository');
    const folder = this.#inTree(directory);
    const inFile = file === '' ? undefined : this.#inTree(join(directory, file));
    const ofTool = this.around.scripts.filter((s) => s.tool === tool);
    // A folder that is decided while it runs may be any that has the target.
    const all = folder.includes('$')
      ? ofTool.filter((s) => asked.includes(s.target))
      : ofTool.filter((s) => (inFile === undefined ? folderOf(s.path) === folder : s.path === inFile));
    if (all.length === 0)
      return unseen(`no ${tool === 'make' ? 'Makefile' : `${tool} file`} with it can be seen`);
    const targets = asked.length > 0 ? asked : [tool === 'task' ? 'default' : (all[0]?.target ?? '')];
    return this.#inTurn(
      targets.map((target) => (here: Standing) => {
        const rules = all.filter((s) => s.target === target);
        if (rules.length > 0) return this.#target(tool, rules, all, here, new Set());
        return this.#unseen(`${tool} ${target}`, `no rule for ${target} can be seen`, target, here);
      }),
      at,
    );
  }

  #target(
    tool: Script['tool'],
    these: readonly Script[],
    all: readonly Script[],
    at: Standing,
    seen: Set<string>,
  ): Activity[] {
    const [first] = these;
    if (!first || seen.has(first.target) || at.depth > DEEPEST) return [];
    seen.add(first.target);
    const needs = [...new Set(these.flatMap((s) => s.needs))].map((need) => {
      const rules = all.filter((s) => s.target === need);
      return (here: Standing) => this.#target(tool, rules, all, here, seen);
    });
    const own = these.map((s) => (here: Standing) => {
      const tries = here.tries || isOfTests(s.path, s.target);
      const inside = { ...here, directory: s.directory, file: s.path, tries };
      const found = this.#shell(s.run, { errexit: true, pipefail: false }, inside);
      return this.#withOwnTests(s.target, s.run, found, inside);
    });
    return this.#inTurn([...needs, ...own], { ...at, depth: at.depth + 1 });
  }

  #packageManager(program: string, rest: readonly string[], text: string, at: Standing): Activity[] {
    let directory = at.directory;
    let any = false;
    let member = '';
    const words: string[] = [];
    for (let i = 0; i < rest.length; i += 1) {
      const word = rest[i] ?? '';
      const [flag = '', joinedValue] = word.split('=', 2);
      const value = () => joinedValue ?? rest[++i] ?? '';
      if (/^(--prefix|--dir|--cwd)$/.test(flag) || (flag === '-C' && program !== 'yarn'))
        directory = join(directory, value());
      else if (/^(--filter|-F|--workspace|-w)$/.test(flag) && !(program === 'pnpm' && flag === '-w')) {
        member = value();
        any = any || /[*.{}!^]/.test(member);
      } else if (/^(-r|--recursive|--workspaces|-ws|-w|--workspace-root)$/.test(flag))
        any = any || !/^(-w|--workspace-root)$/.test(flag);
      else if (word === '--') break;
      else if (word.startsWith('-') && words.length === 0) continue;
      else words.push(word);
    }
    if (program === 'yarn' && words[0] === 'workspace') member = words.splice(0, 2)[1] ?? '';
    if (program === 'yarn' && words[0] === 'workspaces') {
      any = true;
      words.splice(0, words.indexOf('run') === -1 ? 2 : words.indexOf('run'));
    }
    const [verb = '', name = ''] = words;
    const where = {
      any,
      member,
      given: words.slice(verb === name || /^(run|run-script|rum|urn)$/.test(verb) ? 2 : 1),
    };
    const here = { ...at, directory };
    if (/^(publish|npm)$/.test(verb) && (verb === 'publish' || name === 'publish'))
      return /\s--dry-run\b/.test(text)
        ? []
        : [
            ...this.#lifecycle(['prepublishOnly', 'prepublish', 'prepack'], here),
            ...this.#settle({ does: 'publishes' }, text, at),
          ];
    if (/^audit$/.test(verb)) return this.#settle({ does: 'scans' }, text, at);
    if (/^(run|run-script|rum|urn)$/.test(verb)) return this.#packageScript(name, here, where);
    if (/^(test|t|tst)$/.test(verb) && !(program === 'bun')) return this.#packageScript('test', here, where);
    if (verb === 'bun' || (program === 'bun' && verb === 'test'))
      return this.#settle({ does: 'tests' }, text, at);
    if (/^(install-test|it|cit|install-ci-test)$/.test(verb)) return this.#packageScript('test', here, where);
    if (verb === 'exec' || verb === 'x' || verb === 'dlx')
      return this.#shell(
        shellWords(words.slice(1).concat(rest.slice(rest.indexOf('--') + 1 || rest.length))),
        PLAIN,
        here,
      );
    if (
      /^(install|i|ci|add|remove|rm|up|update|upgrade|config|set|login|logout|whoami|cache|init|create|link|pack|version|view|info|list|ls|outdated|prune|rebuild|why|dedupe|import|fetch|store|env|plugin|dist-tag|deprecate|access|token|pkg|get|root|bin|help|setup|self-update|corepack|approve-builds|start|stop|restart|patch)$/.test(
        verb,
      ) &&
      program !== 'yarn'
    )
      return [];
    // yarn, pnpm and bun run a script or a program by its bare name.
    const found = this.#packageScript(verb, here, where, true);
    if (found !== undefined) return found;
    if (
      /^(install|add|remove|up|upgrade|config|set|login|cache|init|create|link|pack|version|info|list|why|dedupe|plugin|global|import|patch|dlx|node)$/.test(
        verb,
      )
    )
      return [];
    return this.#shell(shellWords(words), PLAIN, here);
  }

  #lifecycle(names: readonly string[], at: Standing): Activity[] {
    const folder = this.#inTree(at.directory);
    const [own] = this.around.packages.filter(
      (p) => p.data.directory === folder && p.data.scripts.length > 0,
    );
    return names.flatMap((name) => {
      const script = own?.data.scripts.find((s) => s.name === name);
      return script
        ? this.#shell(script.run, PLAIN, { ...at, depth: at.depth + 1 }).filter((a) => a.does === 'tests')
        : [];
    });
  }

  #packageScript(name: string, at: Standing, where: ScriptCall): Activity[];
  #packageScript(name: string, at: Standing, where: ScriptCall, orNothing: true): Activity[] | undefined;
  #packageScript(name: string, at: Standing, where: ScriptCall, orNothing = false): Activity[] | undefined {
    if (name === '' || at.depth > DEEPEST) return [];
    const what = `the script ${name}`;
    if (this.#foreign(at.directory))
      return this.#unseen(what, 'it runs in a checkout of another repository', name, at);
    const withScript = this.around.packages.filter((p) => p.data.scripts.some((s) => s.name === name));
    const folder = this.#inTree(at.directory);
    const member = where.member ?? '';
    let these = withScript.filter((p) => p.data.directory === folder);
    if (member !== '' && !where.any) {
      const named = withScript.filter(
        (p) =>
          p.name === member ||
          p.data.directory === clean(member) ||
          p.data.directory.endsWith(`/${clean(member)}`),
      );
      if (named.length > 0) these = named;
      else if (withScript.length > 0) these = withScript.slice(0, 1);
    } else if (where.any || folder.includes('$')) these = withScript;
    else if (
      these.length === 0 &&
      !this.around.packages.some((p) => p.data.directory === folder && p.data.ecosystem === 'npm')
    ) {
      // The folder has no manifest that was read: the nearest one above is what npm uses.
      these = withScript
        .filter((p) => folder.startsWith(p.data.directory === '' ? '' : `${p.data.directory}/`))
        .slice(-1);
    }
    if (these.length === 0) {
      if (orNothing) return undefined;
      const unread = this.around.packages.length === 0;
      return unread && TEST_SCRIPT.test(name)
        ? this.#settle({ does: 'tests' }, name === 'test' ? 'npm test' : `npm run ${name}`, at)
        : [];
    }
    const found = these.flatMap((p) =>
      p.data.scripts
        .filter((s) => s.name === name)
        .flatMap((s) => this.#scriptText(name, called(s.run, where), { ...at, directory: p.data.directory })),
    );
    // One of several members that all run it counts once.
    return where.any ? oneOfEach(found) : found;
  }

  #scriptText(name: string, run: string, at: Standing): Activity[] {
    const inner = { ...at, depth: at.depth + 1, tries: at.tries || isOfTests('', name) };
    return this.#withOwnTests(name, run, this.#shell(run, PLAIN, inner), inner);
  }

  /** A script or target called `test` that runs a program of the project's own runs its tests; one that only lints does not. */
  #withOwnTests(name: string, run: string, found: Activity[], at: Standing): Activity[] {
    if (!TEST_SCRIPT.test(name) || SERVES_TESTS.test(name)) return found;
    const deploys = SPEAKS_OF_DEPLOYS.test(name);
    if (found.some((a) => a.does === 'tests' || (deploys && CHANGES.has(a.does)))) return found;
    const nothingElse = readShell(run, PLAIN).every((c) => {
      const words = this.#bare(c.words, at);
      return (
        HOUSEKEEPING.test(words[0] ?? '') ||
        /^(lints|builds|scans|nothing)$/.test(recognise(words.join(' '))?.does ?? '')
      );
    });
    if (nothingElse) return found;
    return [...found.filter((a) => a.does !== 'unknown'), ...this.#settle({ does: 'tests' }, run, at)];
  }

  #composer(rest: readonly string[], text: string, at: Standing): Activity[] {
    const words = rest.filter((w) => !w.startsWith('-'));
    const name = /^(run|run-script|exec)$/.test(words[0] ?? '') ? (words[1] ?? '') : (words[0] ?? '');
    if (words[0] === 'exec') return this.#shell(shellWords(words.slice(1)), PLAIN, at);
    const found = this.#packageScript(name, at, { any: false }, true);
    if (found !== undefined) return found;
    return TEST_SCRIPT.test(name)
      ? this.#settle({ does: 'tests' }, text, at)
      : name === 'audit'
        ? this.#settle({ does: 'scans' }, text, at)
        : [];
  }

  #monorepo(program: string, rest: readonly string[], text: string, at: Standing): Activity[] {
    const targets: string[] = [];
    const names: string[] = [];
    for (let i = 0; i < rest.length; i += 1) {
      const word = rest[i] ?? '';
      const value = /^(?:-t|--targets?)=(.*)$/.exec(word)?.[1];
      if (value !== undefined) targets.push(...value.split(','));
      else if (/^(-t|--targets?)$/.test(word)) {
        while (rest[i + 1] !== undefined && !(rest[i + 1] ?? '').startsWith('-'))
          targets.push(...(rest[++i] ?? '').split(','));
      } else if (word === '--') break;
      else if (
        /^(--filter|-F|--scope|--projects?|-p|--base|--head|--parallel|--exclude|--configuration|-c|--concurrency)$/.test(
          word,
        )
      )
        i += 1;
      else if (!word.startsWith('-')) names.push(word);
    }
    if (program === 'nx' && names[0] === 'release')
      return this.#settle(recognise(text) ?? { does: 'publishes' }, text, at);
    if (program === 'lerna' && names[0] === 'publish') return this.#settle({ does: 'publishes' }, text, at);
    if (targets.length === 0) {
      if (program === 'nx' && /^(affected|run-many)$/.test(names[0] ?? '')) targets.push(...names.slice(1));
      else if (program === 'nx' && (names[0] ?? '').startsWith('affected:'))
        targets.push((names[0] ?? '').slice(9));
      else if (program === 'nx') {
        const target =
          names[0] === 'run'
            ? (names[1] ?? '').split(':')[1]
            : (names[0] ?? '').includes(':')
              ? (names[0] ?? '').split(':')[1]
              : names[0];
        // `nx execute e2e` runs a target of the project that holds the end-to-end tests.
        targets.push(
          target ?? '',
          ...(names[1] !== undefined &&
          /(^|-)e2e$/.test(names[1]) &&
          !/^(build|lint|serve|install)/.test(target ?? '')
            ? ['e2e']
            : []),
        );
      } else targets.push(...(names[0] === 'run' || names[0] === 'exec' ? names.slice(1) : names));
    }
    return targets.flatMap((target) => {
      const name = target.replace(/^.*#/, '');
      const scripts = this.#packageScript(name, at, { any: true }, true);
      if (scripts !== undefined && (program !== 'nx' || scripts.length > 0)) return scripts;
      // nx has targets that no package.json names: project.json and inferred ones.
      if (program === 'nx' && TEST_SCRIPT.test(name)) return this.#settle({ does: 'tests' }, text, at);
      if (program === 'nx' && /^(lint|typecheck|format)/.test(name))
        return this.#settle({ does: 'lints' }, text, at);
      if (program === 'nx' && /^(deploy|release|publish)/.test(name))
        return this.#settle({ does: name.startsWith('deploy') ? 'deploys' : 'publishes' }, text, at);
      if (program === 'nx' && /--push(=|\s+)true|--push(\s|$)/.test(text))
        return this.#settle({ does: 'publishes' }, text, at);
      return [];
    });
  }

  #docker(rest: readonly string[], text: string, at: Standing): Activity[] {
    const words = skipFlags(rest, /^(--context|-c|-H|--host|--config|-l|--log-level)$/);
    const [verb = '', next = ''] = words;
    if (verb === 'context' && next === 'use') this.job.remoteDocker = true;
    if (verb === 'run' || (verb === 'exec' && next !== '') || (verb === 'container' && next === 'run')) {
      const inner = skipFlags(words.slice(verb === 'container' ? 2 : 1), CONTAINER_VALUES).slice(1);
      const here = at.remote || this.job.remoteDocker || rest[0] === '--context';
      if (here && verb === 'run') return this.#settle({ does: 'deploys' }, text, at);
      if (inner.length === 0) return [];
      return this.#shell(shellWords(inner), PLAIN, { ...at, directory: at.directory });
    }
    if (verb === 'compose') {
      const after = skipFlags(
        words.slice(1),
        /^(-f|--file|-p|--project-name|--profile|--env-file|--project-directory|--ansi)$/,
      );
      const [action = '', ...more] = after;
      if (action === 'run' || action === 'exec')
        return this.#shell(shellWords(skipFlags(more, CONTAINER_VALUES).slice(1)), PLAIN, at);
      if (action === 'push') return this.#settle({ does: 'publishes' }, text, at);
      if (
        action === 'up' &&
        (at.remote || this.job.remoteDocker || rest[0]?.startsWith('--context') || rest[0] === '-H')
      )
        return this.#settle({ does: 'deploys' }, text, at);
      if (action === 'up' && /--exit-code-from|--abort-on-container-exit/.test(text)) {
        const service =
          /--exit-code-from[= ](\S+)/.exec(text)?.[1] ?? after.filter((w) => !w.startsWith('-')).join(' ');
        return TEST_SCRIPT.test(service) || /test|e2e|sut|spec/i.test(text)
          ? this.#settle({ does: 'tests' }, text, at)
          : [];
      }
      return action === 'build' ? this.#settle({ does: 'builds' }, text, at) : [];
    }
    const known = recognise(text.replace(/^podman/, 'docker'));
    const builds =
      /^(build|bake)$/.test(verb) ||
      (verb === 'buildx' && /^(build|bake|b)$/.test(next)) ||
      (verb === 'image' && next === 'build');
    const image =
      builds && next !== 'bake' && verb !== 'bake'
        ? this.#image(buildArguments(words.slice(verb === 'build' ? 1 : 2)), at)
        : [];
    return [...image, ...(known && known.does !== 'nothing' ? this.#settle(known, text, at) : [])];
  }

  /** The tests that run while an image is built, in a stage that the built one depends on. */
  #image(build: NonNullable<ActionDoes['image']>, at: Standing): Activity[] {
    if (this.#foreign(at.directory)) return [];
    const context = /^(https?:|git@|\$|-$)/.test(build.context)
      ? undefined
      : join(at.directory, build.context);
    if (context === undefined) return [];
    const paths =
      build.file === ''
        ? [join(context, 'Dockerfile'), join(context, 'Containerfile')]
        : build.file.split('\n').flatMap((f) => [join(at.directory, f), join(context, f)]);
    const wanted = new Set(paths.map((p) => this.#inTree(p)));
    const files = this.around.dockerfiles.filter((f) => wanted.has(f.path));
    const tested = files.map((f) => {
      const stage = f.data.stages.find((s) => s.name === build.target);
      const seen =
        f.data.commands.some((c) => c.stage === build.target) ||
        f.data.stages.at(-1) === stage ||
        build.target === '';
      if (!seen)
        return this.#unseen(
          `the stage ${build.target} of ${f.path}`,
          'what only this stage runs is not read',
          build.target,
          at,
        );
      return f.data.commands.flatMap((c) =>
        this.#shell(c.run.replace(/^--\S+\s+/g, ''), PLAIN, {
          ...at,
          said: '',
          directory: context,
          depth: at.depth + 1,
          stops: true,
          fails: true,
        })
          .filter((a) => a.does === 'tests' && a.fails)
          .map((a) => ({
            ...a,
            what: `${a.what} in ${f.path}`,
            stops: at.stops,
            guards: at.guards,
            within: at.within,
            fails: at.fails,
            partial: build.file.includes('\n'),
          })),
      );
    });
    const every = tested.every((t) => t.length > 0);
    return tested.flat().map((a) => ({ ...a, partial: a.partial && !every }));
  }

  #jvm(tool: 'mvn' | 'gradle', rest: readonly string[], at: Standing): Activity[] {
    const text = [tool, ...rest].join(' ');
    const found: Activity[] = [];
    const runs = tool === 'mvn' ? mavenTests(rest) : gradleTests(rest);
    if (runs === 'asked' || (runs === 'on the way' && this.around.hasTests))
      found.push(...this.#settle({ does: 'tests' }, text, at));
    const publishes =
      tool === 'mvn'
        ? rest.some((w) => /^(deploy|release:perform|jib:build|\S+:jib-maven-plugin(:\S+)?:build)$/.test(w))
        : rest.some((w) =>
            /^(:?(\S+:)*)?(publish(?!\S*ToMavenLocal)\w*|uploadArchives|jib|closeAndReleaseRepository|bintrayUpload|publishPlugins|dockerPush\w*|bootBuildImage-push)$/.test(
              w,
            ),
          ) || /bootBuildImage.*--publishImage/.test(text);
    if (publishes) found.push(...this.#settle({ does: 'publishes' }, text, at));
    const known = recognise(text);
    if (known?.does === 'scans') found.push(...this.#settle(known, text, at));
    return found.length > 0 ? found : this.#settle({ does: 'builds' }, text, at);
  }

  #git(rest: readonly string[], at: Standing): Activity[] {
    const words = skipFlags(rest, /^(-C|-c|--git-dir|--work-tree)$/);
    const folder = rest[0] === '-C' ? join(at.directory, rest[1] ?? '') : at.directory;
    const [verb = '', ...more] = words;
    if (verb === 'clone') {
      const [url = '', into] = skipFlags(more, /^(-b|--branch|--depth|-o|--origin|--reference|-c|-j)$/);
      const own = /github\.repository|GITHUB_REPOSITORY/.test(url);
      if (!own && url !== '')
        this.job.foreign.add(
          clean(
            join(
              at.directory,
              into ?? (url.replace(/\/$/, '').split('/').at(-1) ?? '').replace(/\.git$/, ''),
            ),
          ),
        );
      return [];
    }
    if (
      verb === 'remote' &&
      (more[0] === 'add' || more[0] === 'set-url') &&
      !/github\.repository|GITHUB_REPOSITORY/.test(more.join(' '))
    ) {
      this.job.foreignRemote = true;
      return [];
    }
    if (verb !== 'push') return [];
    const text = `git ${rest.join(' ')}`;
    if (/\s(--dry-run|-n|--delete|-d)(\s|$)/.test(text)) return [];
    const [remote = ''] = skipFlags(more, /^(-o|--push-option|--receive-pack|--repo)$/);
    if (
      /git\.heroku\.com|^heroku(-\S+)?$|^dokku(-\S+)?$|dokku@|^piku|git\.scalingo|gigalixir|clever-cloud|platform\.sh/.test(
        remote,
      ) ||
      /git\.heroku\.com|dokku@/.test(text)
    )
      return this.#settle({ does: 'deploys' }, text, at);
    if (/gh-pages/.test(text))
      return this.#settle({ does: this.job.builtDocs ? 'nothing' : 'deploys' }, text, at);
    return this.#foreign(folder) && !this.job.builtDocs
      ? this.#settle({ does: 'writes-gitops' }, text, at)
      : [];
  }

  #release(rest: readonly string[], text: string, at: Standing): Activity[] {
    const [noun, verb, ...more] = rest;
    if (noun === 'workflow' && verb === 'run') return [];
    if (noun !== 'release') return [];
    if (verb === 'upload') return this.#settle({ does: 'publishes' }, text, at);
    if (verb !== 'create') return [];
    const files = skipFlags(
      more,
      /^(-t|--title|-n|--notes|-F|--notes-file|--target|-R|--repo|--discussion-category|--notes-start-tag)$/,
    ).slice(1);
    return files.some((w) => !w.startsWith('-')) || /\s-a\s|--attach/.test(text)
      ? this.#settle({ does: 'publishes' }, text, at)
      : [];
  }

  #copy(program: string, rest: readonly string[], at: Standing): Activity[] {
    const text = [program, ...rest].join(' ');
    if (/\s(--dry-run|-n)(\s|$)/.test(text)) return [];
    const last = rest.filter((w) => !w.startsWith('-')).at(-1) ?? '';
    const away =
      /^[^/]*[^/\\]:(?!\/\/)/.test(last) ||
      /^(rsync|sftp|ftp):\/\//.test(last) ||
      /^(lftp|ncftpput)$/.test(program);
    return away ? this.#settle({ does: 'deploys' }, text, at) : [];
  }

  /** Copies to a bucket that serves a site; backups, reports and logs are none. */
  #storage(program: string, rest: readonly string[], text: string, at: Standing): Activity[] | undefined {
    const copies =
      (program === 'aws' && /\ss3\s+(sync|cp|mv)\s/.test(text)) ||
      (program === 'gsutil' && /\s(rsync|cp)\s/.test(text)) ||
      (program === 'gcloud' && /\sstorage\s+(rsync|cp)\s/.test(text)) ||
      (program === 'az' && /\sstorage\s+blob\s+(upload-batch|sync)\b/.test(text)) ||
      (/^(s3cmd|s5cmd)$/.test(program) && /\s(sync|put|cp)\s/.test(text)) ||
      (program === 'rclone' && /\s(sync|copy)\s/.test(text)) ||
      (program === 'azcopy' && /\s(sync|copy)\s/.test(text));
    if (!copies) return undefined;
    const places = rest.filter((w) => !w.startsWith('-'));
    const whole =
      /\ss?(sync|rsync|upload-batch)\b|\s(--recursive|-r)(\s|$)/.test(text) || program === 'rclone';
    const away =
      /^(s3|gs|gcs):\/\/|^\$|^https:\/\/\S+blob\.core|:\S/.test(places.at(-1) ?? '') ||
      program === 'az' ||
      program === 'azcopy';
    if (
      !whole ||
      !away ||
      /backup|report|coverage|logs?\b|cache|artifact|test-results|allure|snapshot|dump|tfstate|metrics|sbom/i.test(
        text,
      )
    )
      return [];
    if (/\s(--dryrun|--dry-run|-n)(\s|$)/.test(text)) return [];
    return this.#settle({ does: this.job.builtDocs ? 'nothing' : 'deploys' }, text, at);
  }

  /** A script file of the repository. */
  #file(file: string, at: Standing): Activity[] {
    if (file === '' || at.depth > DEEPEST) return [];
    if (this.#foreign(at.directory)) return this.#unseen(file, 'it comes from another repository', file, at);
    const script = this.#scriptAt(this.#filled(file), at);
    if (!script) return this.#unseen(file, 'its commands cannot be seen', file, at);
    const found = this.#shell(script.run, shebangOptions(script.run), {
      ...at,
      depth: at.depth + 1,
      file: script.path,
      tries: at.tries || isOfTests(script.path),
    });
    return isHandWrittenTest(script) && found.every((a) => /^(unknown|lints|builds)$/.test(a.does))
      ? [...found.filter((a) => a.does !== 'unknown'), ...this.#settle({ does: 'tests' }, file, at)]
      : found;
  }

  #scriptAt(file: string, at: Standing): Script | undefined {
    const shells = this.around.scripts.filter((s) => s.tool === 'shell');
    const find = (path: string) => shells.find((s) => s.path === this.#inTree(path));
    // `${SCRIPT_DIR}/build.sh` and `$(dirname "$0")/build.sh` mean a neighbour or a path from the root.
    const rest = /^(?:\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\$\{\{[^}]*\}\}|\$\{?\w+\}?)\/(.*)$/.exec(file)?.[1];
    if (rest === undefined)
      return (
        find(join(at.directory, file)) ??
        (at.directory.includes('$') ? find(join(folderOf(at.file), file)) : undefined)
      );
    return (
      find(join(folderOf(at.file), rest)) ??
      find(rest) ??
      only(shells.filter((s) => s.path.endsWith(`/${clean(rest)}`)))
    );
  }

  /** `python scripts/run_tests.py`: a program of the project's own. */
  #program(program: string, rest: readonly string[], at: Standing): Activity[] {
    const file = rest.find((w) => !w.startsWith('-')) ?? '';
    const inline = rest.some((w) => /^-[a-z]*[cerpm]$/.test(w));
    const deploys = /(^|\/)(deploy|publish|release|upload)[^/]*$/i.test(file);
    return !inline && (SPEAKS_OF_TESTS.test(file) || deploys)
      ? this.#unseen(`${program} ${file}`, 'what the program does cannot be seen', file, at)
      : [];
  }

  /** Something unseen matters only where its words let one suspect what it does. */
  #unseen(what: string, because: string, words: string, at: Standing): Activity[] {
    const may: ('tests' | 'deploys')[] = [];
    if (SPEAKS_OF_TESTS.test(words) || MAY_TEST.test(words)) may.push('tests');
    if (SPEAKS_OF_DEPLOYS.test(words)) may.push('deploys');
    return may.length > 0 ? [this.#activity({ does: 'unknown', may, because }, what, at)] : [];
  }

  #settle(
    found: ActionDoes | { does: Does | 'nothing'; preview?: boolean },
    what: string,
    at: Standing,
  ): Activity[] {
    if (found.does === 'nothing') return [];
    const { does } = found;
    if (CHANGES.has(does) && at.tries)
      return [this.#activity({ does: does === 'applies-iac' ? 'plans-iac' : 'tests' }, what, at)];
    if (does === 'applies-iac' && at.conditional && at.file !== '' && this.#toldToPlan(at))
      return [this.#activity({ does: 'plans-iac' }, what, at)];
    if (does === 'publishes' && LOCAL_REGISTRY.test(this.#filled(what))) return [];
    if (
      CHANGES.has(does) &&
      this.job.throwAwayCluster &&
      !at.remote &&
      /^(kubectl|oc|helm|helmfile|skaffold|flux|argocd|timoni|kustomize|kapp|tk|tanka|ct)\b|k8s-deploy/.test(
        what,
      )
    )
      return [this.#activity({ does: 'tests' }, what, at)];
    return [this.#activity({ ...found, does }, what, at)];
  }

  /** Does the step tell its script, which can do either, to plan? */
  #toldToPlan(at: Standing): boolean {
    const told = [...at.said.split(/\s+/).slice(1), ...this.step.variables.values()];
    return told.some((word) => /^['"]?(plan|preview|diff|dry-run)['"]?$/.test(word));
  }

  #activity(
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
        this.#filled(`${what} ${at.said} ${at.directory}`),
        ...this.step.inputs.values(),
      ),
      preview: found.preview ?? false,
      when: found.when ?? '',
      stops: at.stops,
      fails: at.fails,
      guards: at.guards,
      within: at.within,
      partial: false,
      elsewhere: found.does === 'tests' && this.#foreign(at.directory),
      may: found.may ?? [],
      because: found.because ?? (found.does === 'unknown' ? 'what it does cannot be seen here' : ''),
    };
  }

  /** A command with the variables of its step filled in. */
  #filled(what: string): string {
    return what.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => this.step.variables.get(name) ?? whole);
  }
}

/** How a script of a package is called: in any member, in one, and with what behind its name. */
interface ScriptCall {
  any: boolean;
  member?: string;
  given?: readonly string[];
}

/** A script that is nothing but a program does what the words behind it say: `"nx": "nx"`. */
function called(run: string, { given = [] }: ScriptCall): string {
  return given.length > 0 && /^[\w@./-]+$/.test(run.trim()) ? `${run.trim()} ${shellWords(given)}` : run;
}

/** Names that package scripts and targets of build tools give to tests. */
const TEST_SCRIPT =
  /^(test|tests|e2e|spec|unit|integration|ci:test|cy:run|cypress:run|playwright|vitest|jest)$|(^|[:_.-])(tests?|e2e|unit|spec|integration-?tests?)([:_.-]|$)/i;
/** Names of what tests need: their tools, images and servers. */
const SERVES_TESTS =
  /^(install|setup|set-up|prepare|start|stop|clean|download|pull)([:_.-](?!and[:_.-])|$)|(^|[:_.-])(tools?|deps|dependencies|images?|env|fixtures?|server|setup|teardown|up|down)$|[:_.-]tests?[:_.-](tools|deps|images?|env|fixtures|server)[:_.-]/i;
const SPEAKS_OF_TESTS =
  /(^|[-_/.\s:])(tests?|testing|unit|e2e|specs?|integration|smoke|acceptance|ci|qa)(?=$|[-_/.\s:])/i;
/** A target or script of this very name. */
const MAY_TEST =
  /(^|[/\s])(all|checks?|verify|validate|precommit|coverage|(ci-?)?build)(\.(sh|bash|cmd|bat|ps1))?(?=\s|$)/i;
const SPEAKS_OF_DEPLOYS =
  /(^|[-_/.\s:])(deploy|deployment|release|publish|push|rollout|promote|ship|upload|provision)(?=$|[-_/.\s:])/i;
/** The name of a script that does nothing but test. */
const TEST_FILE =
  /(^|\/)(run[-_.]?)?((all|unit|integration|e2e|smoke|acceptance|functional|system)[-_.]?)*(tests?|specs?|e2e)(\.(sh|bash))?$/i;
const HOUSEKEEPING =
  /^(echo|printf|exit|true|false|cd|pushd|popd|export|set|rm|rimraf|mkdir|cp|mv|touch|cat|cross-env|npm|pnpm|yarn|bun|make|pip|pip3|curl|git|if|\[|\[\[|go)$/;
const CONTAINER_VALUES =
  /^(-v|--volume|-e|--env|--name|-w|--workdir|-p|--publish|--network|--net|--entrypoint|-u|--user|--env-file|--mount|--platform|-h|--hostname|--add-host|--memory|-m|--cpus|--label|-l|--link|--ulimit|--shm-size|--restart|--pull|--gpus|--index|--tmpfs|--cap-add|--device|--dns|--volumes-from)$/;

/** PowerShell ends with the status of the last program, whatever its own commands do after it. */
function countLastProgram(commands: readonly ShellCommand[]): void {
  const own = /^([A-Z][a-z]+-[A-Z]\w+|cd|pushd|popd|echo|rm|mv|cp|mkdir|ls|\$.*|if|\{|\})$/;
  const last = commands.findLast((c) => !own.test(c.words[0] ?? ''));
  if (last) last.fails = true;
}

/** Is a script, by its place or the name of the part that is called, one that tries the whole? */
function isOfTests(path: string, name = ''): boolean {
  return OF_TESTS.test(path) || (TRIES.test(name) && !SPEAKS_OF_DEPLOYS.test(name));
}

/** A script named for tests that itself decides whether they passed, without a runner that is known. */
function isHandWrittenTest({ path, run }: Script): boolean {
  return TEST_FILE.test(path) && /(^|[\s;&|{])(exit|return)\s+[1-9]/m.test(run);
}

function only<T>(these: readonly T[]): T | undefined {
  return these.length === 1 ? these[0] : undefined;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function clean(path: string): string {
  return join('', path);
}

/** A path within the repository; leading `./` and a trailing slash go, `..` climbs. */
function join(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${/^[/~]/.test(path) ? '' : directory}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** Words as one line of shell, so that they can be read again. */
function shellWords(words: readonly string[]): string {
  return words
    .map((w) => (/^[\w@%+=:,./{}$*?[\]~-]+$/.test(w) ? w : `'${w.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** Drops flags in front; those that `valued` names take the next word along. */
function skipFlags(words: readonly string[], valued: RegExp): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (kept.length === 0 || !valued.test(word)) {
      if (word.startsWith('-') && word !== '-' && word !== '--') {
        if (valued.test(word)) i += 1;
        if (kept.length === 0) continue;
      } else if (kept.length === 0 && word === '--') continue;
      kept.push(word);
    } else i += 1;
  }
  return kept;
}

/** The command inside a wrapper, or undefined where the program is none. */
function unwrapped(program: string, rest: readonly string[]): string[] | undefined {
  const inner = (valued = /^$/) => skipFlags(rest, valued);
  const afterAssignments = (words: readonly string[]) =>
    words.slice(words.findIndex((w) => !/^\w+=/.test(w)));
  switch (program) {
    case 'sudo':
    case 'doas':
      return afterAssignments(inner(/^(-u|-g|-h|-p|-C|-D|-R|-T)$/));
    case 'env':
    case 'cross-env':
    case 'cross-env-shell':
      return afterAssignments(inner(/^(-u|-C|-S)$/));
    case 'time':
    case 'nohup':
    case 'exec':
    case 'command':
    case 'builtin':
    case 'xvfb-run':
    case 'stdbuf':
    case 'unbuffer':
    case 'catchsegv':
    case 'dbus-run-session':
    case 'winpty':
      return inner(/^(-s|-n|-e|-a|-f|-o|-i)$/);
    case 'nice':
    case 'ionice':
    case 'chronic':
      return inner(/^(-n|-c|-p)$/);
    case 'timeout':
    case 'gtimeout':
      return inner(/^(-s|-k|--signal|--kill-after)$/).slice(1);
    case 'xargs':
      return inner(/^(-n|-P|-I|-L|-d|-s|-a|-E)$/);
    case 'retry':
      return inner(/^(-t|-d|-s|-n|--times|--delay|--max|--until)$/);
    case 'npx':
    case 'bunx':
    case 'uvx':
    case 'pipx':
    case 'dnx': {
      const words = inner(/^(-p|--package|--from|--with|--python|--spec)$/);
      const [first = '', ...others] = program === 'pipx' && words[0] === 'run' ? words.slice(1) : words;
      if (program === 'pipx' && words[0] !== 'run') return undefined;
      return [versionless(first), ...others];
    }
    case 'poetry':
    case 'uv':
    case 'pipenv':
    case 'pdm':
    case 'rye':
    case 'pixi':
    case 'conda':
    case 'mamba':
    case 'micromamba':
      return rest[0] === 'run' || (/conda|mamba/.test(program) && rest.includes('run'))
        ? skipFlags(
            rest.slice(rest.indexOf('run') + 1),
            /^(--with|--extra|--group|--python|-p|--project|--directory|--only-group|--env-file|-n|--name|-e|--environment|--no-group)$/,
          )
        : undefined;
    case 'hatch':
      return rest[0] === 'run' ? [(rest[1] ?? '').replace(/^[\w.-]+:/, ''), ...rest.slice(2)] : undefined;
    case 'bundle':
      return rest[0] === 'exec' ? skipFlags(rest.slice(1), /^(--gemfile)$/) : undefined;
    case 'php':
      return /^(artisan|vendor\/|bin\/|\.\/vendor\/)/.test(inner(/^-d$/)[0] ?? '')
        ? inner(/^-d$/)
        : undefined;
    case 'ruby':
      return rest[0] === '-S' ? rest.slice(1) : undefined;
    case 'corepack':
    case 'direnv':
    case 'asdf':
      return program === 'direnv'
        ? rest[0] === 'exec'
          ? rest.slice(2)
          : undefined
        : rest[0] === 'exec'
          ? rest.slice(1)
          : /^(npm|pnpm|yarn)$/.test(rest[0] ?? '')
            ? [...rest]
            : undefined;
    case 'doppler':
    case 'op':
    case 'infisical':
    case 'chamber':
    case 'aws-vault':
    case 'dotenv':
    case 'dotenvx':
    case 'mise':
    case 'rtx':
    case 'devbox':
    case 'nix':
    case 'nix-shell':
    case 'flox':
    case 'percy':
    case 'with-contenv':
    case 'wait-on':
    case 'op-run':
    case 'nyc':
    case 'c8': {
      const dashes = rest.indexOf('--');
      if (dashes !== -1) return rest.slice(dashes + 1);
      if (program === 'nyc' || program === 'c8')
        return inner(
          /^(--reporter|-r|--report-dir|-o|--include|-n|--exclude|-x|--all|--require|--check-coverage)$/,
        );
      const command = rest.findIndex((w) => /^(-c|--command|--run)$/.test(w));
      return command === -1 || !/^(nix|nix-shell|devbox)/.test(program)
        ? undefined
        : ['sh', '-c', rest.slice(command + 1).join(' ')];
    }
    default:
      return undefined;
  }
}

/** `serve@14` -> serve, `@scope/tool@1` -> its last part. */
function versionless(name: string): string {
  const bare = name.replace(/(?!^)@[^/]*$/, '');
  const last = bare.startsWith('@') ? (bare.split('/')[1] ?? bare) : bare;
  return SCOPED[bare] ?? last;
}
const SCOPED: Readonly<Record<string, string>> = {
  '@playwright/test': 'playwright',
  '@changesets/cli': 'changeset',
  '@biomejs/biome': 'biome',
  '@vscode/vsce': 'vsce',
  '@cyclonedx/cdxgen': 'cdxgen',
  '@cloudflare/wrangler': 'wrangler',
  '@railway/cli': 'railway',
  '@aws-amplify/cli': 'amplify',
};

/** `python -m pytest`, `coverage run -m pytest`, `python manage.py test`. */
function pythonModule(program: string, rest: readonly string[]): string[] | undefined {
  const words = program === 'coverage' ? (rest[0] === 'run' ? rest.slice(1) : undefined) : rest;
  if (!words) return undefined;
  const at = words.indexOf('-m');
  const file = words.findIndex((w) => !w.startsWith('-') && /\.py$/.test(w));
  if (at !== -1 && (file === -1 || at < file)) return words.slice(at + 1);
  const [script = ''] = words.slice(file === -1 ? words.length : file);
  return /(^|\/)(manage|setup)\.py$/.test(script)
    ? [script.split('/').at(-1) ?? '', ...words.slice(file + 1)]
    : undefined;
}

/** Does a Maven call run tests: because a test is asked for, or on the way to a later phase? */
function mavenTests(words: readonly string[]): 'asked' | 'on the way' | 'none' {
  const text = words.join(' ');
  if (/-D(skipTests|maven\.test\.skip)(?!=false)(\s|=true|$)/.test(text)) return 'none';
  if (words.some((w) => /^(test|integration-test|surefire:test|failsafe:\S+|\S*invoker:run)$/.test(w)))
    return 'asked';
  return words.some((w) =>
    /^(verify|package|install|deploy|prepare-package|release:perform|site-deploy)$/.test(w),
  )
    ? 'on the way'
    : 'none';
}

function gradleTests(words: readonly string[]): 'asked' | 'on the way' | 'none' {
  const left = new Set<string>();
  const tasks: string[] = [];
  words.forEach((word, i) => {
    if (/^(-x|--exclude-task)$/.test(words[i - 1] ?? '')) left.add(word.replace(/^.*:/, ''));
    else if (
      !word.startsWith('-') &&
      !/^(-p|--project-dir|-b|-I|--tests|-c|--init-script)$/.test(words[i - 1] ?? '')
    )
      tasks.push(word.replace(/^.*:/, ''));
  });
  if (
    tasks.some(
      (t) =>
        (/^(test|tests|allTests|functionalTest|intTest)$/.test(t) ||
          /(Test|Tests|UnitTest|AndroidTest)$/.test(t) ||
          /^(connectedCheck|jvmTest)/.test(t)) &&
        !left.has(t),
    )
  )
    return 'asked';
  return tasks.some((t) => /^(check|build|buildNeeded|buildDependents)$/.test(t)) &&
    !left.has('test') &&
    !left.has('check')
    ? 'on the way'
    : 'none';
}

/** The Dockerfile, context and stage of a `docker build`. */
function buildArguments(words: readonly string[]): NonNullable<ActionDoes['image']> {
  let file = '';
  let target = '';
  let context = '';
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const [flag = '', value] = word.split('=', 2);
    if (flag === '-f' || flag === '--file') file = value ?? words[++i] ?? '';
    else if (flag === '--target') target = value ?? words[++i] ?? '';
    else if (
      /^(-t|--tag|--build-arg|--platform|--label|--cache-from|--cache-to|--secret|--ssh|-o|--output|--progress|--network|--build-context|--builder|--iidfile|--metadata-file|--add-host|--annotation|--attest)$/.test(
        flag,
      ) &&
      value === undefined
    )
      i += 1;
    else if (!word.startsWith('-') || word === '-') context = word;
  }
  return { file, context: context || '.', target };
}

/** `set -e` in the first lines is read with the script; `#!/bin/bash -e` stands before it. */
function shebangOptions(text: string): ShellOptions {
  const first = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'));
  return { errexit: /^#!.*\s-[a-z]*e/.test(first), pipefail: false };
}

/** One activity of each kind, of several members or legs that all run one. */
export function oneOfEach(found: readonly Activity[]): Activity[] {
  const seen = new Map<string, Activity>();
  for (const a of found) {
    const kind = [a.does, a.environment, ...a.may].join(' ');
    const known = seen.get(kind);
    // A failure that counts in one member counts in the whole.
    if (!known || (!known.fails && a.fails)) seen.set(kind, a);
  }
  return [...seen.values()];
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
