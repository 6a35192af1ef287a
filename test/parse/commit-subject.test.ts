import { describe, expect, test } from 'vitest';
import { isConventional, isRevert, isVague, namesPullRequest } from '../../src/parse/commit-subject.js';

describe('a commit’s subject', () => {
  test.each([
    'Merge pull request #12 from a/b',
    "Merge pull request 'Add it' (#3) from a/b into main",
    'Merged in feature/x (pull request #4)',
    'Pull request #5: Add it',
    'Merged PR 6: Add it',
    "Merge branch 'x' into 'main'",
    'Merge #7',
    'Auto merge of #8 - a:b, r=c',
    'Add it (#9)',
    'Add it (!10)',
  ])('names a pull request: %s', (subject) => expect(namesPullRequest(subject)).toBe(true));

  test.each([
    "Merge branch 'x' into main",
    "Merge branch 'x'",
    'Fix #12',
    'Merge remote-tracking branch',
    'Add (12)',
  ])('names none: %s', (subject) => expect(namesPullRequest(subject)).toBe(false));

  test.each([
    'fix',
    'Fix.',
    'wip',
    'WIP: more',
    'update',
    'Updates',
    'fix bug',
    'fixes',
    'minor changes',
    'small fix',
    'some more fixes',
    'fix: fix',
    'chore: update',
    'PROJ-12 fix',
    '[PROJ-12] wip',
    'refactoring',
    ':bug: fix',
    '🐛 fix',
    'address review comments',
    'pr feedback',
    'test',
    'clean up',
    '.',
    '',
    'fix it',
    'fix tests',
    'update (#12)',
  ])('tells nothing: "%s"', (subject) => expect(isVague(subject)).toBe(true));

  test.each([
    'Fix the retry of the broker',
    '1.2.3',
    'v4.18.2',
    '5.0.0-beta.1',
    'Release 1.2',
    'Update README.md',
    'feat(auth): oauth',
    'fix login',
    'update lodash',
    'Add CODEOWNERS',
    'docs: typo',
    '修复登录',
    'CVE-2024-1234',
    'Revert "fix"',
    'deps: send@1.0',
    'release',
  ])('tells something: "%s"', (subject) => expect(isVague(subject)).toBe(false));

  test('is conventional in one of the usual types only', () => {
    expect(['feat: a', 'fix(x): b', 'refactor!: c', 'Chore(deps): d'].every(isConventional)).toBe(true);
    expect(['feat:a', 'deps: a', 'net: fix', 'Fix a: b', 'feat(): a'].some(isConventional)).toBe(false);
  });

  test('takes a commit back, unless it takes back the taking back', () => {
    expect(['Revert "Add it"', 'revert: add it', 'revert(api): it'].every(isRevert)).toBe(true);
    expect(['Revert "Revert "Add it""', 'Reapply "Add it"', 'Reverting is explained'].some(isRevert)).toBe(
      false,
    );
  });
});
