/** Finds the git directory that a path belongs to, without asking git: git would read that directory's configuration. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../model/errors.js';

export interface Place {
  /** The folder as people name it: the root of the work tree, or the bare repository. */
  root: string;
  /** HEAD and the index are here. */
  gitDirectory: string;
  /** Objects, references and the configuration are here; another folder than `gitDirectory` for a linked work tree. */
  commonDirectory: string;
  /** Does `root` hold a work tree? The configuration may still say that it is bare. */
  workTree: boolean;
}

/** `path` may be a work tree, any folder inside it, a bare repository, a `.git` folder or a `.git` file. */
export function findPlace(path: string): Place {
  const kind = kindOf(path);
  if (kind === undefined)
    throw new UserError(`There is no folder ${path}.`, 'Check the path, or clone the repository first.');
  if (kind === 'file') {
    if (basename(path) === '.git') return linked(path);
    throw new UserError(`${path} is a file, not a repository.`, 'Give the folder that holds the repository.');
  }
  for (let folder = path; ; folder = dirname(folder)) {
    const inner = join(folder, '.git');
    if (isGitDirectory(inner)) return placeAt(folder, inner, true);
    if (kindOf(inner) === 'file') return linked(inner);
    if (isGitDirectory(folder))
      return basename(folder) === '.git'
        ? placeAt(dirname(folder), folder, true)
        : placeAt(folder, folder, false);
    if (dirname(folder) === folder) break;
  }
  throw new UserError(
    `${path} is not in a git repository.`,
    'Give the folder of a clone or of a bare repository; `git init` and a commit make a folder one.',
  );
}

/** The `.git` file of a linked work tree or a submodule names the git directory. */
function linked(file: string): Place {
  const target = /^gitdir: (.+)$/m.exec(firstBytes(file))?.[1]?.trimEnd();
  const folder = dirname(file);
  if (target === undefined)
    throw new UserError(`${file} does not name a git directory.`, 'Clone the repository anew.');
  const gitDirectory = resolve(folder, target);
  if (!isGitDirectory(gitDirectory))
    throw new UserError(
      `${file} names the git directory ${gitDirectory}, which is not there.`,
      'Run `git worktree repair` or `git submodule update --init`, or scan the repository that it came from.',
    );
  return placeAt(folder, gitDirectory, true);
}

function placeAt(root: string, gitDirectory: string, workTree: boolean): Place {
  const common = firstBytes(join(gitDirectory, 'commondir')).trimEnd();
  return {
    root,
    gitDirectory,
    commonDirectory: common === '' ? gitDirectory : resolve(gitDirectory, common),
    workTree,
  };
}

/** git's own test. */
function isGitDirectory(folder: string): boolean {
  if (kindOf(join(folder, 'HEAD')) !== 'file') return false;
  if (kindOf(join(folder, 'commondir')) === 'file') return true;
  return kindOf(join(folder, 'objects')) === 'folder' && kindOf(join(folder, 'refs')) === 'folder';
}

/** Undefined for what is not there, cannot be reached or is neither. */
export function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return 'folder';
    return stat.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a small file; empty where there is none, or where it is far too long to be what it should be. */
export function firstBytes(path: string): string {
  return kindOf(path) === 'file' && statSync(path).size < 64 * 1024 ? readFileSync(path, 'utf8') : '';
}
