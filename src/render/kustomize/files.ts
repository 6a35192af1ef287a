/** What a build may see of a repository, and how the paths and addresses of a kustomization lead to it. */
import { posix } from 'node:path';
import type { YamlDocument } from '../../parse/yaml.js';

export interface KustomizeFiles {
  /** The text of a file by its path in the repository; undefined where there is no such file. */
  text(path: string): string | undefined;
  /** The documents of a file that is there. */
  documents(path: string): readonly YamlDocument[];
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The kustomization files of a folder: more than one is a mistake. */
export function kustomizationsIn(folder: string, files: KustomizeFiles): string[] {
  return NAMES.map((name) => joined(folder, name)).filter((path) => files.text(path) !== undefined);
}

/** The path in the repository, or undefined where it leads out of it. The root is the empty path. */
export function resolved(folder: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined;
  const whole = posix.normalize(posix.join(folder, path)).replace(/\/$/, '');
  if (whole === '..' || whole.startsWith('../')) return undefined;
  return whole === '.' ? '' : whole;
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Is it kept elsewhere: an address, or a repository as git or kustomize names it? */
export function isRemote(path: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:(\/\/|:)/i.test(path) ||
    /^[\w.-]+@[\w.-]+[:/]/.test(path) ||
    /^(www\.)?[\w-]+(\.[\w-]+)*\.(com|org|io|net|dev)\//.test(path) ||
    /[?&](ref|version|timeout|submodules)=/.test(path) ||
    /\.git(\/|$)/.test(path.replace(/^(\.\.?\/)+/, ''))
  );
}
