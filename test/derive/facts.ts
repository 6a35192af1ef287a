/** Facts that tests of derivations need and that no file of theirs gives. */
import type { AnyFact } from '../../src/model/facts.js';

export function repository(operates: boolean): AnyFact {
  return {
    kind: 'repository',
    repository: 'here',
    name: 'here',
    evidence: [],
    data: {
      commit: '',
      committedAt: '',
      branch: 'main',
      defaultBranch: 'main',
      bare: false,
      shallow: false,
      empty: false,
      dirtyFiles: 0,
      character: operates ? 'infrastructure' : 'library',
      operates,
    },
  };
}
