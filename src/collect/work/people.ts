/** Who wrote commits: joins the names and addresses of one person, and tells bots from people. */

const BOT_NAME =
  /\[bot\]|^(dependabot(-preview)?|renovate|github[- ]?actions?|greenkeeper|snyk|mergify|imgbot|semantic-release|allcontributors|pre-commit-ci|weblate|hosted weblate|jenkins|travis ci|circleci|codecov|crowdin|claude|cursor agent|copilot|devin ai|google labs jules)$|[-_]((ro)?bot|ci)$|^(ro)?bot[-_]/i;
/** `Renovate Bot`; a surname Bot has another word before it. */
const BOT_TITLE =
  /(^|\W)(actions?|auto\w*|backport|build|changelog|ci|commit|dependency|deploy\w*|docs|format\w*|git\w*|image|jenkins|k8s|lint|merge|pr|prow|publish\w*|release|renovate|security|semantic|sync|test|translation|update\w*|version\w*|weblate)[ -]?bot$/i;
const BOT_EMAIL =
  /\[bot\]@|^(bot|ci|github-actions?|gitlab-ci|jenkins|renovate|dependabot|travis|circleci|buildbot|cursoragent)@|[-_]bot@|^actions?@github\.com$|^noreply@anthropic\.com$|@(renovateapp|dependabot)\.com$/i;

function isBot(name: string, email: string): boolean {
  return BOT_NAME.test(name.trim()) || BOT_TITLE.test(name.trim()) || BOT_EMAIL.test(email);
}

/** Addresses and names that many people share, which therefore join nobody. */
const SHARED_EMAIL =
  /^$|^[^@]*$|@(localhost|local|example\.(com|org)|\(none\)|none)$|@[^.]*$|^(root|admin|noreply|no-reply|info|user|you|your)@/i;
const SHARED_NAME =
  /^(your name|first last|no author|no name|unknown unknown|john doe|jane doe|not committed yet|github actions?|system administrator)$/;

/** What two identities of one person have in common: the same key means the same person. */
function keysOf(name: string, email: string): string[] {
  const keys: string[] = [];
  const mail = email.trim().toLowerCase();
  const plain = name.trim().toLowerCase().replace(/\s+/g, ' ');
  const login = /^(?:\d+\+)?([^@+]+)@users\.noreply\.(?:github\.com|gitlab\.com)$/.exec(mail)?.[1];
  if (login) keys.push(`login ${login}`);
  else if (!SHARED_EMAIL.test(mail)) keys.push(`mail ${mail}`);
  // A name of two words is a person's; a single word is one only where it is somebody's login.
  if (plain.includes(' ')) {
    if (!SHARED_NAME.test(plain)) keys.push(`name ${plain}`);
  } else if (plain !== '') keys.push(`login ${plain}`);
  // With nothing to go by, the pair stands for itself.
  return keys.length > 0 ? keys : [`pair ${plain} ${mail}`];
}

export interface People {
  /** A small number for the pair of name and address; the same pair has the same number. */
  identity(name: string, email: string): number;
  isBot(identity: number): boolean;
  /** The person of each identity, once all have been seen: the smallest number of theirs. */
  persons(): readonly number[];
  /** The words of the names and addresses of those who are no bots, in lower case: what must not be repeated. */
  words(): ReadonlySet<string>;
}

/** Memory grows with the distinct pairs of name and address, not with the commits. */
export function people(): People {
  const numbers = new Map<string, number>();
  const pairs: { name: string; email: string; bot: boolean }[] = [];

  return {
    identity(name, email) {
      const pair = `${name}\0${email}`;
      const known = numbers.get(pair);
      if (known !== undefined) return known;
      numbers.set(pair, pairs.length);
      return pairs.push({ name, email, bot: isBot(name, email) }) - 1;
    },
    isBot: (identity) => pairs[identity]?.bot ?? false,
    words() {
      const own = pairs.filter((p) => !p.bot).flatMap(({ name, email }) => [name, email.split('@')[0] ?? '']);
      const words = own.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}'-]+|\d{3,}/u)]);
      return new Set(words.map((word) => word.toLowerCase()).filter((word) => word.length > 2));
    },
    persons() {
      const parent = pairs.map((_, i) => i);
      const root = (i: number): number => {
        let at = i;
        for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) at = up;
        return at;
      };
      const byKey = new Map<string, number>();
      // A single-word name joins only where an address of a code host proves that it is a login.
      const logins = new Set(
        pairs.filter((p) => p.email.includes('@users.noreply.')).flatMap((p) => keysOf('', p.email)),
      );
      pairs.forEach(({ name, email, bot }, i) => {
        for (const key of keysOf(name, email)) {
          if (key.startsWith('login ') && !logins.has(key)) continue;
          const scoped = `${bot} ${key}`;
          const other = byKey.get(scoped);
          if (other === undefined) byKey.set(scoped, i);
          else {
            const [a, b] = [root(i), root(other)];
            parent[Math.max(a, b)] = Math.min(a, b);
          }
        }
      });
      return parent.map((_, i) => root(i));
    },
  };
}
