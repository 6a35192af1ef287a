/** What calls of modules and their arguments have in common, in Terraform's and in Terragrunt's files. */
import type { FactData } from '../../../model/facts.js';

export type Attributes = FactData<'terraform-resource'>['attributes'];

/** What may be a secret is not repeated: facts end up in reports. */
const SECRET = /(password|passwd|secret|token|private_key|api_?key|access_key|credentials?)$/i;

export function shownValue(name: string, value: string): string {
  return SECRET.test(name) && value !== '' ? '***' : value;
}

/** Pinned: local, a Git ref that is no branch by its usual names, or a registry version with an upper bound. */
export function moduleSource(
  source: string,
  version: string,
): Omit<FactData<'terraform-module'>, 'directory' | 'arguments'> {
  const local =
    /^\.\.?(\/|$)/.test(source) ||
    /^\$\{(get_repo_root|get_terragrunt_dir|get_parent_terragrunt_dir|path_relative|dirname|find_in_parent_folders)/.test(
      source,
    );
  const ref = /[?&]ref=([^&"]+)/.exec(source)?.[1] ?? '';
  const bounded = /^\s*=?\s*\d|~>|</.test(version);
  const fixedRef = ref !== '' && !/^(main|master|HEAD|develop|trunk)$/.test(ref);
  return { source, version: version || ref, local, pinned: local || fixedRef || bounded };
}
