/** Folders whose files are not run: written for people to read, for tests, or for one developer's machine. */

/**
 * Documentation, examples for others, tests and their throw-away clusters, a developer's scripts, what a code host keeps.
 * `docs` and `test` can also be an application and an environment, so they count as such further down the tree.
 */
const NOT_RUN =
  /(^|\/)(examples?|samples?|tests|testing|e2e|hack|kind|minikube|\.github|\.circleci|\.devcontainer|__tests__)\/|^(docs?|documentation|website|test)\//i;

/** Does this file lie in a folder that nobody runs? */
export function isNotRun(path: string): boolean {
  return NOT_RUN.test(path);
}
