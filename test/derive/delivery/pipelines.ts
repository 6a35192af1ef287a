/** Small repositories with pipelines, read by the collectors that matter to them. */
import { azurePipelines } from '../../../src/collect/ci/azure-pipelines.js';
import { bitbucketPipelines } from '../../../src/collect/ci/bitbucket-pipelines.js';
import { circleci } from '../../../src/collect/ci/circleci.js';
import { githubActions } from '../../../src/collect/ci/github-actions.js';
import { gitlabCi } from '../../../src/collect/ci/gitlab-ci.js';
import { travis } from '../../../src/collect/ci/travis.js';
import { packages } from '../../../src/collect/code/packages.js';
import { scripts } from '../../../src/collect/code/scripts.js';
import { tests } from '../../../src/collect/code/tests.js';
import { docker } from '../../../src/collect/containers/docker.js';
import { deliveryPaths } from '../../../src/derive/delivery/paths.js';
import type { AnyFact } from '../../../src/model/facts.js';
import type { Gap } from '../../../src/model/gap.js';
import { collectFrom } from '../../collect/from-files.js';

/** Facts and gaps, the derived ones included. */
export async function readPipelines(
  files: Readonly<Record<string, string>>,
): Promise<{ facts: AnyFact[]; gaps: Gap[] }> {
  const { facts, gaps } = await collectFrom(
    [
      azurePipelines,
      bitbucketPipelines,
      circleci,
      docker,
      githubActions,
      gitlabCi,
      packages,
      scripts,
      tests,
      travis,
    ],
    files,
  );
  const derived = deliveryPaths.derive(facts, gaps, 'here');
  return { facts: [...facts, ...derived.facts], gaps: [...gaps, ...derived.gaps] };
}
