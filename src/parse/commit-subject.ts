/** The first line of a commit's message -> what it tells: a pull request, a revert, a convention, or nothing. */

const PULL_REQUEST = [
  /^Merge pull request #\d+/, // GitHub
  /^Merge pull request '.*' \(#\d+\)/, // Gitea, Forgejo
  /^Merged in .* \(pull request #\d+\)/, // Bitbucket
  /^Pull request #\d+:/, // Bitbucket Server
  /^Merged PR \d+/, // Azure DevOps
  /^Merge branch '.*' into '.*'/, // GitLab, which quotes the target; git itself does not
  /^(Auto m|M)erge (of )?#\d+/, // bors
  /\((#|!|pull request #)\d+\)$/, // squashed
  /See merge request \S*!\d+$/,
];

/** Did the commit come through a pull request, by its own words? */
export function namesPullRequest(subject: string): boolean {
  return PULL_REQUEST.some((p) => p.test(subject));
}

/** Does it take an earlier commit back? The revert of a revert does not. */
export function isRevert(subject: string): boolean {
  return (
    /^(Revert ["'“]|revert(\([^)]*\))?!?: )/i.test(subject) && !/^Revert "(Revert|Reapply) "/i.test(subject)
  );
}

const CONVENTIONAL =
  /^(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(\([^()\r\n]+\))?!?: \S/i;

/** Has it the form of Conventional Commits 1.0, with one of the usual types? */
export function isConventional(subject: string): boolean {
  return CONVENTIONAL.test(subject);
}

const LITTLE =
  '(some|more|minor|small|little|various|misc|quick|tiny|several|other|a few|few|final|last|latest|the|general)';
const CHANGE =
  '(fix(es|ed|ing)?|bug ?fix(es)?|chang(e[sd]?|ing)|updat(e[sd]?|ing)|improvements?|tweaks?|edits?|clean ?up|adjustments?|modifications?|refactor(ing)?|stuff|things?|work)';
const WHATEVER =
  '(bugs?|issues?|errors?|problems?|stuff|things?|code|files?|it|this|that|again|changes?|fix(es)?|updates?|tests?|build|ci)';
const REVIEW = '(pr|code|review|reviewer)';
/** Whole subjects, without their prefix, that tell nothing. */
const NOTHING = [
  `(${LITTLE} )*${CHANGE}( (some|more|minor|small|the|a|all))*( ${WHATEVER})?`,
  `((address|apply|fix)(e?d|es)? )?(the )?(${REVIEW} )*(review|reviews|comments?|feedback|suggestions?)( changes?)?`,
  'wip:?( [a-z]+)?',
  '(still )?work(ing)? in progress',
  'test(ing|s)?( \\d+| commit)?',
  'temp(orary)?( commit| fix| changes?)?|tmp|save|done|oops|asdf|try (again|this)|initial|commit',
  '[-.]+',
].map((nothing) => new RegExp(`^(${nothing})$`, 'i'));

/** A word that says enough alone, since the commit is named for it. */
const WORD = /^(release|changelog|history)$/i;

/** Does it tell nothing of what was changed: `fix`, `wip`, `update`, a single word? A version or a file name tells something. */
export function isVague(subject: string): boolean {
  const typed = CONVENTIONAL.test(subject);
  const rest = subject
    .replace(/^\s*(:[a-z0-9_+-]+:|[^\p{L}\p{N}\s.-]+)+\s*/u, '')
    .replace(/^(\[?[A-Z][A-Z0-9]+-\d+\]?|\[[^\]]*\])[\s:-]*/, '')
    .replace(/^(?!wip\b)[a-z]+(\([^()]*\))?!?:\s*/i, '')
    .replace(/\s*\((#|!)\d+\)$/, '')
    .trim()
    .replace(/[.!]+$/, '');
  if (rest === '') return true;
  if (NOTHING.some((nothing) => nothing.test(rest))) return true;
  return (
    !typed && rest === subject.trim().replace(/[.!]+$/, '') && /^[a-z]+$/i.test(rest) && !WORD.test(rest)
  );
}
