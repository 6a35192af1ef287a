/** What the names that people give to scripts, targets and programs let one take for tests or suspect. */
import type { Script } from './activity.js';

/** Names that package scripts and targets of build tools give to tests. */
export const TEST_SCRIPT =
  /^(test|tests|e2e|spec|unit|integration|ci:test|cy:run|cypress:run|playwright|vitest|jest)$|(^|[:_.-])(tests?|e2e|unit|spec|integration-?tests?)([:_.-]|$)/i;

/** Names of what tests need (their tools, images and servers), or of what looks at them without running them. */
export const SERVES_TESTS =
  /^(install|setup|set-up|prepare|start|stop|clean|download|pull|lint|format|fmt|typecheck|compile|generate|gen)([:_.-](?!and[:_.-])|$)|(^|[:_.-])(tools?|deps|dependencies|images?|env|fixtures?|server|setup|teardown|up|down)$|[:_.-]tests?[:_.-](tools|deps|images?|env|fixtures|server)[:_.-]/i;

export const SPEAKS_OF_TESTS =
  /(^|[-_/.\s:])(tests?|testing|unit|e2e|specs?|integration|smoke|acceptance|ci|qa)(?=$|[-_/.\s:])/i;

/** A target or script of this very name. */
const MAY_TEST =
  /(^|[/\s])(all|checks?|verify|validate|precommit|coverage|(ci-?)?build)(\.(sh|bash|cmd|bat|ps1))?(?=\s|$)/i;

export const SPEAKS_OF_DEPLOYS =
  /(^|[-_/.\s:])(deploy|deployment|release|publish|push|rollout|promote|ship|upload|provision)(?=$|[-_/.\s:])/i;

/** Folders and names of end-to-end tests: what their scripts set up is there to be tried. */
const OF_TESTS =
  /^test\/|(^|\/)([\w.]+[-_])?(tests|e2e|molecule|(integration|acceptance|system|functional|smoke|load)[-_]?tests?)\//i;

const TRIES = /(^|[:_.-])(e2e|(integration|acceptance|system|functional)[-_]?tests?)([:_.-]|$)/i;

/** Is a script, by its place or the name of the part that is called, one that tries the whole? */
export function isOfTests(path: string, name = ''): boolean {
  return OF_TESTS.test(path) || (TRIES.test(name) && !SPEAKS_OF_DEPLOYS.test(name));
}

/** Does a command work on something that lies among the tests? What it sets up is there to be tried. */
export function worksOnTests(command: string): boolean {
  return command.split(/\s+/).some((word) => AMONG_TESTS.test(word.replace(/^-[^=]*=/, '')));
}
const AMONG_TESTS = /^['"]?(\.\/)?(tests|e2e|test(?=\/[^/\s]))(\/|['"]?$)/;

/** The name of a script that does nothing but test. */
const TEST_FILE =
  /(^|\/)(run[-_.]?)?((all|unit|integration|e2e|smoke|acceptance|functional|system)[-_.]?)*(tests?|specs?|e2e)(\.(sh|bash))?$/i;

/** A script named for tests that itself decides whether they passed, without a runner that is known. */
export function isHandWrittenTest({ path, run }: Script): boolean {
  return TEST_FILE.test(path) && /(^|[\s;&|{])(exit|return)\s+[1-9]/m.test(run);
}

/** What something unseen may do, by the words it is called with. */
export function suspectedWork(words: string): ('tests' | 'deploys')[] {
  const may: ('tests' | 'deploys')[] = [];
  if (SPEAKS_OF_TESTS.test(words) || MAY_TEST.test(words)) may.push('tests');
  if (SPEAKS_OF_DEPLOYS.test(words)) may.push('deploys');
  return may;
}
