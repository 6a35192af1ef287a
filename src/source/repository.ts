/** A git repository on this machine as a tree: one commit, read from its objects and never from the work tree. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../model/errors.js';
import { type Address, readAddress } from './address.js';
import { commitReader, LOG_FORMAT } from './commits.js';
import { ContentsReader, textOf } from './contents.js';
import { type Environment, Git, GitFailure } from './git.js';
import { listingReader } from './listing.js';
import { findPlace, firstBytes, kindOf, type Place } from './place.js';
import { printable } from './printable.js';
import { makeStandIn, type StandIn } from './stand-in.js';
import type { Commit, Tree, TreeFile, TreeHead } from './tree.js';

/** No repository of a company is larger; a hostile one can claim to be without end. */
const PATH_LIMIT = 1_000_000;
/** Longer contents are not fetched: no file that people write is as long. Bytes. */
const CONTENT_LIMIT = 32 * 1024 * 1024;
/** So often git may die over a broken object before the reading is given up. */
const DEATH_LIMIT = 20;

export interface OpenOptions {
  /** A branch, tag or commit; HEAD where left out. */
  revision?: string;
  /** What a relative path is relative to. */
  cwd: string;
  environment?: Environment;
}

/** Opens the repository that `path` is or is in. Nothing of it is written, and nothing that it names is run. */
export async function openRepository(path: string, options: OpenOptions): Promise<Tree> {
  const place = findPlace(resolve(options.cwd, path));
  const standIn = standInFor(place);
  const git = new Git(standIn.folder, safeEnvironment(options.environment ?? process.env, standIn.folder));
  try {
    return new Repository(git, standIn, await readHead(git, standIn, place, options));
  } catch (error) {
    git.close();
    standIn.remove();
    throw error;
  }
}

function standInFor(place: Place): StandIn {
  try {
    return makeStandIn(place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${place.root} cannot be read: ${reason}`,
      'Check that you may read the repository, and that the folder for temporary files can be written to.',
    );
  }
}

/** Only the stand-in is configured: not the repository, not the user, not the machine, not the process around us. */
function safeEnvironment(outer: Environment, standIn: string): Environment {
  const kept = Object.entries(outer).filter(([name]) => !/^(GIT_|LC_|LANG)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    HOME: standIn,
    XDG_CONFIG_HOME: standIn,
    GIT_DIR: standIn,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    // No protocol at all; older versions know only this word for "do not fetch what is missing".
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_LAZY_FETCH: '1',
  };
}

class Repository implements Tree {
  readonly head: TreeHead;
  readonly #git: Git;
  readonly #standIn: StandIn;

  constructor(git: Git, standIn: StandIn, head: TreeHead) {
    this.#git = git;
    this.#standIn = standIn;
    this.head = head;
  }

  async list(): Promise<readonly TreeFile[]> {
    const files: TreeFile[] = [];
    if (this.head.commit === '') return files;
    const reader = listingReader((file) => {
      if (files.length >= PATH_LIMIT)
        throw new UserError(
          `The commit ${this.head.commit} of ${this.head.name} lists more than ${PATH_LIMIT} files.`,
          'Scan a repository that people work in; this one looks as if it were made to exhaust its reader.',
        );
      files.push(file);
    });
    await this.#git.stream(['ls-tree', '-r', '-z', '-l', '--full-tree', this.head.commit], (c) =>
      reader.push(c),
    );
    reader.end();
    return files;
  }

  /** A file that is not there, is longer than 32 MiB or whose object is broken comes without a text. */
  async read(
    files: readonly TreeFile[],
    onFile: (file: TreeFile, text: string | undefined) => void,
  ): Promise<void> {
    let next = 0;
    const give = (text: string | undefined) => {
      const file = files[next];
      next += 1;
      if (file) onFile(file, text);
    };
    const skip = () => {
      for (let file = files[next]; file && !isFetched(file); file = files[next]) give(undefined);
    };
    for (let deaths = 0; ; deaths += 1) {
      const wanted = files.slice(next).filter(isFetched);
      skip();
      if (wanted.length === 0) return;
      let answered = false;
      const reader = new ContentsReader((bytes) => {
        give(bytes && textOf(bytes));
        skip();
      });
      const onOutput = (chunk: Buffer) => {
        answered = true;
        reader.push(chunk);
      };
      try {
        const input = wanted.map((file) => `${file.oid}\n`).join('');
        return await this.#git.stream(['cat-file', '--batch', '--buffer'], onOutput, input);
      } catch (error) {
        // git dies in the midst of a broken object: that file has no text, the rest is asked for again.
        const broken = error instanceof GitFailure && answered && next < files.length && deaths < DEATH_LIMIT;
        if (!broken) throw error;
        give(undefined);
      }
    }
  }

  async history(onCommit: (commit: Commit) => void): Promise<void> {
    const { commit, shallow } = this.head;
    if (commit === '') return;
    // What the oldest commits of a shallow copy changed is not known: git shows all their files as added.
    const cut = shallow ? shallowCommits(this.#standIn) : new Set<string>();
    const reader = commitReader((c) => onCommit(cut.has(c.sha) ? { ...c, touched: [] } : c), PATH_LIMIT);
    await this.#git.stream(
      [
        ...['-c', `mailmap.blob=${commit}:.mailmap`],
        ...[
          'log',
          '--raw',
          '--no-abbrev',
          '-z',
          '--no-renames',
          '--encoding=UTF-8',
          `--format=${LOG_FORMAT}`,
        ],
        ...[commit, '--'],
      ],
      (chunk) => reader.push(chunk),
    );
    reader.end();
  }

  close(): void {
    this.#git.close();
    this.#standIn.remove();
  }
}

function isFetched(file: TreeFile): boolean {
  return file.oid !== '' && file.size <= CONTENT_LIMIT;
}

function shallowCommits(standIn: StandIn): Set<string> {
  return new Set(readFileSync(join(standIn.folder, 'shallow'), 'utf8').split('\n'));
}

// ---- the small questions ----

async function readHead(git: Git, standIn: StandIn, place: Place, options: OpenOptions): Promise<TreeHead> {
  const [, settings, ignored] = await Promise.all([
    checkVersion(git),
    readSettings(git, place),
    place.workTree ? usersIgnoreFile(git, options.environment ?? process.env) : '',
  ]);
  const extensions = settings.extensions;
  standIn.configure(extensions);
  if (extensions.refstorage === 'reftable' && place.gitDirectory !== place.commonDirectory)
    throw new UserError(
      `${place.root} is a linked work tree of a repository that stores its references as a reftable, which is not read yet.`,
      'Scan the main work tree, with --rev for the branch.',
    );

  const { revision = 'HEAD' } = options;
  const ofHead = revision === 'HEAD' || revision === '@';
  const bare = !place.workTree || settings.bare;
  const [commit, references, checkedOut, dirtyFiles] = await Promise.all([
    resolveCommit(git, place, revision),
    readReferences(git, revision),
    checkedOutBranch(git, standIn),
    !bare && ofHead ? countDirtyFiles(git, place, settings.workTree, ignored) : 0,
  ]);
  if (!commit && !ofHead)
    throw new UserError(
      `${place.root} has no revision ${revision}.`,
      'Give a branch, a tag or a commit of this copy; `git fetch` brings what only the remote has.',
    );
  if (!commit) await checkEmpty(git, place, checkedOut);

  const remote = settings.remotes.has('origin') ? 'origin' : ([...settings.remotes.keys()][0] ?? 'origin');
  const address: Address = readAddress(settings.remotes.get(remote) ?? '');
  const branch = ofHead ? checkedOut : references.named;
  return {
    name: printable(address.name) || folderName(place),
    commit: commit?.id ?? '',
    committedAt: commit?.at ?? 0,
    branch,
    defaultBranch: references.remoteHeads.get(remote) || checkedOut || branch,
    bare,
    shallow: kindOf(join(standIn.folder, 'shallow')) === 'file',
    dirtyFiles,
    webUrl: address.webUrl,
    tags: references.tags,
  };
}

async function checkVersion(git: Git): Promise<void> {
  const { output } = await git.ask(['version']);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(output.toString()) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 30)) return;
  throw new UserError(
    `git 2.30 or newer is needed; the git in PATH says "${output.toString().trim()}".`,
    'Install a newer git: https://git-scm.com/downloads',
  );
}

interface Settings {
  /** Address by name. */
  remotes: Map<string, string>;
  bare: boolean;
  extensions: Record<string, string>;
  /** `name=value` of what decides whether a file of the work tree differs; none of it names a program. */
  workTree: string[];
}

const ASKED =
  '^(remote\\..*\\.url|extensions\\.(objectformat|refstorage)|core\\.(bare|filemode|autocrlf|eol|symlinks|ignorecase|precomposeunicode|checkstat|trustctime))$';

/** Reads the repository's configuration as data; it is in force for no git that we run. */
async function readSettings(git: Git, place: Place): Promise<Settings> {
  const settings: Settings = { remotes: new Map(), bare: false, extensions: {}, workTree: [] };
  const file = join(place.commonDirectory, 'config');
  if (kindOf(file) === undefined) return settings;
  const answer = await git.ask(['config', '--file', file, '--no-includes', '-z', '--get-regexp', ASKED]);
  if (answer.status > 1)
    throw new UserError(`The configuration ${file} cannot be read: ${answer.complaint}`, 'Mend that file.');
  for (const entry of answer.output.toString().split('\0')) {
    if (entry === '') continue;
    const end = entry.indexOf('\n');
    const name = end === -1 ? entry : entry.slice(0, end);
    const value = end === -1 ? 'true' : entry.slice(end + 1);
    if (name === 'core.bare') settings.bare = /^(true|yes|on|1)$/i.test(value);
    else if (name.startsWith('core.')) settings.workTree.push(`${name}=${value}`);
    else if (name.startsWith('extensions.')) {
      if (/^[a-z0-9]+$/i.test(value)) settings.extensions[name.slice('extensions.'.length)] = value;
    } else {
      const remote = name.slice('remote.'.length, -'.url'.length);
      if (!settings.remotes.has(remote)) settings.remotes.set(remote, value);
    }
  }
  return settings;
}

/** The user's own list of files to ignore: the one thing of theirs that the number of changed files depends on. */
async function usersIgnoreFile(git: Git, outer: Environment): Promise<string> {
  const { HOME, XDG_CONFIG_HOME } = outer;
  const { output } = await git.ask(['config', '--global', '--get', '--path', 'core.excludesFile'], {
    HOME,
    XDG_CONFIG_HOME,
  });
  const named = output.toString().replace(/\n$/, '');
  if (named !== '') return named;
  const folder = XDG_CONFIG_HOME || (HOME && join(HOME, '.config'));
  return folder ? join(folder, 'git', 'ignore') : '';
}

async function resolveCommit(
  git: Git,
  place: Place,
  revision: string,
): Promise<{ id: string; at: number } | undefined> {
  // A range would give one of its commits.
  if (/^[-^]|\.\./.test(revision))
    throw new UserError(
      `${revision} is not a single revision of ${place.root}.`,
      'Give a branch, a tag or a commit.',
    );
  const answer = await git.ask([
    // Asks for this commit alone: in a copy with a hole its parents may be missing.
    ...['log', '-1', '--no-walk', '--format=%ct %H', '--end-of-options', `${revision}^{commit}`, '--'],
  ]);
  const [, at, id] = /^(\d+) ([0-9a-f]+)\n$/.exec(answer.output.toString()) ?? [];
  return answer.status === 0 && id !== undefined ? { id, at: Number(at) } : undefined;
}

interface References {
  tags: string[];
  /** The branch that the HEAD of a remote names, by remote. */
  remoteHeads: Map<string, string>;
  /** The branch that the revision names, here or at a remote; empty for a tag or a commit. */
  named: string;
}

async function readReferences(git: Git, revision: string): Promise<References> {
  const name = revision.replace(/^(refs\/)?(heads|remotes)\//, '');
  const named = /[*?[\\]/.test(name) ? [] : [`refs/heads/${name}`, `refs/remotes/${name}`];
  const answer = await git.ask([
    ...['for-each-ref', '--format=%(refname) %(symref)', 'refs/tags', 'refs/remotes/*/HEAD', ...named],
  ]);
  const references: References = { tags: [], remoteHeads: new Map(), named: '' };
  for (const line of answer.output.toString().split('\n')) {
    const [reference = '', target = ''] = line.split(' ');
    const [, kind, rest = ''] = reference.split(/^refs\/([^/]+)\//);
    if (kind === 'tags') references.tags.push(rest);
    else if (reference === `refs/heads/${name}`) references.named = rest;
    else if (kind === 'remotes') {
      const [remote = '', ...path] = rest.split('/');
      if (path.join('/') === 'HEAD')
        references.remoteHeads.set(remote, target.slice(`refs/remotes/${remote}/`.length));
      else if (rest === name && references.named === '') references.named = path.join('/');
    }
  }
  return references;
}

/** Empty where HEAD is detached. */
async function checkedOutBranch(git: Git, standIn: StandIn): Promise<string> {
  const target = /^ref: (.+)$/m.exec(firstBytes(join(standIn.folder, 'HEAD')))?.[1]?.trim() ?? '';
  // A reftable keeps the true HEAD to itself.
  const reference = target.endsWith('/.invalid')
    ? (await git.ask(['symbolic-ref', '-q', 'HEAD'])).output.toString().trim()
    : target;
  return printable(reference.replace(/^refs\/heads\//, ''));
}

/** -1 where git cannot tell. */
async function countDirtyFiles(
  git: Git,
  place: Place,
  settings: readonly string[],
  ignoreFile: string,
): Promise<number> {
  const options = [...settings, ...(ignoreFile === '' ? [] : [`core.excludesFile=${ignoreFile}`])];
  const answer = await git.ask(
    [
      ...options.flatMap((option) => ['-c', option]),
      ...[
        'status',
        '--porcelain',
        '-z',
        '--no-renames',
        '--untracked-files=normal',
        '--ignore-submodules=dirty',
      ],
    ],
    { GIT_WORK_TREE: place.root, GIT_INDEX_FILE: join(place.gitDirectory, 'index') },
  );
  if (answer.status !== 0) return -1;
  return answer.output.reduce((count, byte) => (byte === 0 ? count + 1 : count), 0);
}

/** HEAD leads to no commit: fine where there is none at all. */
async function checkEmpty(git: Git, place: Place, checkedOut: string): Promise<void> {
  const answer = await git.ask(['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes']);
  const branches = answer.output.toString().split('\n').filter(Boolean);
  if (branches.length === 0) return;
  throw new UserError(
    `HEAD of ${place.root} leads to no commit: ${checkedOut || 'the commit it names'} is not there.`,
    `Name a revision with --rev, such as ${branches.slice(0, 3).join(', ')}.`,
  );
}

/** A folder called .git or repo says nothing; the one around it does. */
function folderName(place: Place): string {
  const folder = basename(place.root);
  const telling = !place.workTree && /^(\.git|repo)$/.test(folder) ? basename(dirname(place.root)) : folder;
  return printable(telling.replace(/(?<=.)\.git$/, '')) || 'repository';
}
