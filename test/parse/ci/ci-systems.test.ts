import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAzurePipeline } from '../../../src/parse/ci/azure/azure-pipelines.js';
import { azureCondition } from '../../../src/parse/ci/azure/conditions.js';
import { readBitbucketPipelines } from '../../../src/parse/ci/bitbucket-pipelines.js';
import { readCircleConfig } from '../../../src/parse/ci/circleci.js';
import { parseExpression } from '../../../src/parse/ci/github-expression.js';
import { conditionOf } from '../../../src/parse/ci/gitlab/conditions.js';
import { readGitlabCi } from '../../../src/parse/ci/gitlab/gitlab-ci.js';

const SETTING = { variables: new Map([['MODE', 'full']]), child: false, exists: () => false };

describe('pipelines of any CI system', () => {
  const key = fc.constantFrom(
    ...[
      'jobs',
      'steps',
      'stages',
      'job',
      'stage',
      'script',
      'run',
      'template',
      'extends',
      'rules',
      'if',
      'when',
    ],
    ...[
      'include',
      'needs',
      'workflows',
      'pipelines',
      'default',
      'parallel',
      'step',
      'a',
      '${{ each x in y }}',
    ],
    ...[
      'commands',
      'parameters',
      'requires',
      'filters',
      'branches',
      'trigger',
      'environment',
      'strategy',
      'matrix',
    ],
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'a',
        '$CI_COMMIT_BRANCH == "a"',
        '${{ parameters.a }}',
        '<< parameters.a >>',
        '',
        1,
        true,
        null,
      ),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));

  it('are read without an error, whatever the shape of the file', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value) ?? '';
        readCircleConfig(text, 'c.yml');
        readBitbucketPipelines(text, 'b.yml');
        readAzurePipeline('a', () => text);
        readGitlabCi(['a'], { text: () => text, paths: ['a'] });
      }),
      { numRuns: 300 },
    );
  });

  it('have conditions that can be read again', () => {
    const gitlab = fc.array(
      fc.constantFrom(
        '$A',
        '$CI_COMMIT_TAG',
        '"x"',
        '/^v.*$/',
        '==',
        '!=',
        '=~',
        '!~',
        '&&',
        '||',
        '(',
        ')',
        '!',
        'null',
      ),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(gitlab, (parts) => {
        expect(parseExpression(conditionOf(parts.join(' '), SETTING))).toBeDefined();
      }),
    );
    const azure = fc.array(
      fc.constantFrom('and(', 'eq(', 'not(', ')', ',', "'x'", "variables['a']", 'succeeded()', 'in(', 'true'),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(azure, (parts) => {
        expect(parseExpression(azureCondition(parts.join(' '), new Map()))).toBeDefined();
      }),
    );
  });

  it('have conditions that say the same in the words of GitHub', () => {
    const gitlab = (written: string) => conditionOf(written, SETTING);
    expect(gitlab('$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH')).toBe(
      "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)",
    );
    expect(gitlab('$CI_COMMIT_BRANCH =~ /^(main|next)$/')).toBe(
      "startsWith(github.ref, 'refs/heads/') && (github.ref == 'refs/heads/main' || github.ref == 'refs/heads/next')",
    );
    expect(gitlab('$CI_PIPELINE_SOURCE =~ /^(web|schedule)$/ && $CI_COMMIT_TAG == null')).toBe(
      "(github.event_name == 'schedule' || github.event_name == 'workflow_dispatch') && !startsWith(github.ref, 'refs/tags/')",
    );
    expect(gitlab('$MODE == "full" && $OTHER')).toBe('variables.OTHER');
    expect(gitlab('$CI_PROJECT_PATH == "group/name"')).toBe(
      "github.event.repository.ci_project_path == 'group/name'",
    );
    expect(gitlab('nonsense')).toBe("asked('nonsense')");
    const azure = (written: string) => azureCondition(written, new Map([['mode', 'full']]));
    expect(azure("and(not(failed()), ne(variables['Build.Reason'], 'PullRequest'))")).toBe(
      "!failure() && !(github.event_name == 'pull_request')",
    );
    expect(azure("startsWith(variables['Build.SourceBranch'], 'refs/tags/')")).toBe(
      "startsWith(github.ref, 'refs/tags/')",
    );
    expect(azure("eq(variables.mode, 'FULL')")).toBe('true');
  });
});
