/** What a name lets one suspect of something whose commands cannot be seen. */
import type { ActionDoes } from './does.js';

const TESTS =
  /(^|[-_/:. ])(tests?|testing|unit|e2e|specs?|integration|smoke|acceptance|check|verify|build|ci)($|[-_/:. ])/i;
const DEPLOYS =
  /(^|[-_/:. ])(deploy\w*|release|publish|push|rollout|promote|ship|upload|provision|apply)($|[-_/:. ])/i;

export function suspectedBy(name: string): ActionDoes {
  const may: ('tests' | 'deploys')[] = [];
  if (TESTS.test(name)) may.push('tests');
  if (DEPLOYS.test(name)) may.push('deploys');
  return may.length > 0 ? { does: 'unknown', may } : { does: 'nothing' };
}
