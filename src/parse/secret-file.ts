/** Does a file of a telling name really hold a secret? Its line, never its value; in doubt it does not. */
import { type DotenvEntry, parseDotenv } from './dotenv.js';
import { nameOf } from './paths.js';
import { isMapping, list, text } from './shape.js';

/** The line of the first secret, or 0. */
export function holdsSecret(path: string, content: string): number {
  if (/\bENC\[AES256|^\$ANSIBLE_VAULT|"sops":\s*\{|^sops_/m.test(content)) return 0;
  const name = nameOf(path);
  if (/\.env$|^\.env/i.test(name)) return parseDotenv(content).find(isSecretEntry)?.line ?? 0;
  if (/\.tfstate(\.backup)?$/.test(name)) return stateLine(content);
  if (/\.json$/.test(name)) return jsonLine(content);
  if (name === '.npmrc') return assignmentLine(content, /_(?:authToken|auth|password)\s*=\s*(.*)$/);
  if (name === '.netrc') return assignmentLine(content, /\bpassword\s+(\S+)/);
  if (name === '.git-credentials') return assignmentLine(content, /:\/\/[^:@/\s]+:([^@/\s]+)@/);
  if (name === '.pypirc' || name === 'credentials')
    return assignmentLine(content, /^\s*(?:password|aws_secret_access_key|aws_session_token)\s*[=:]\s*(.*)$/);
  return privateKeyLine(content);
}

function privateKeyLine(content: string): number {
  const lines = content.split(/\r\n|\n|\r/);
  const at = lines.findIndex((l) =>
    /^-----BEGIN (?:RSA |EC |DSA |OPENSSH )?PRIVATE KEY-----|^PuTTY-User-Key-File/.test(l),
  );
  if (at === -1 || /ENCRYPTED|Encryption: aes/.test(lines.slice(at, at + 4).join('\n'))) return 0;
  // A key has a body; a placeholder between the lines is none.
  return lines.slice(at + 1).some((l) => /^[A-Za-z0-9+/=]{40,}$/.test(l.trim())) ? at + 1 : 0;
}

function assignmentLine(content: string, pattern: RegExp): number {
  const at = content.split(/\r\n|\n|\r/).findIndex((line) => {
    const value = pattern
      .exec(line)?.[1]
      ?.trim()
      .replace(/^["']|["']$/g, '');
    return value !== undefined && isLiteral(value) && value.length >= 8;
  });
  return at + 1;
}

/** State keeps the passwords and keys of what it describes in the clear. */
function stateLine(content: string): number {
  const value = parsed(content);
  return isMapping(value) && list(value.resources).length > 0 ? 1 : 0;
}

/** A service account's key, or an OAuth client's secret. */
function jsonLine(content: string): number {
  const value = parsed(content);
  if (!isMapping(value)) return 0;
  const inside = [value, value.web, value.installed].filter(isMapping);
  for (const object of inside) {
    if (/-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]{200}/.test(text(object.private_key)))
      return lineOf(content, '"private_key"');
    if (looksRandom(text(object.client_secret))) return lineOf(content, '"client_secret"');
  }
  return 0;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function lineOf(content: string, part: string): number {
  return content.slice(0, Math.max(0, content.indexOf(part))).split('\n').length;
}

const SECRET_NAME =
  /(^|_)(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|PRIVATE_KEY|API_?KEY|ACCESS_?KEY|AUTH_KEY|ENCRYPTION_KEY|SIGNING_KEY|SECRET_KEY)(_|$)/i;
/** What browsers are sent anyway, and names of settings around a secret. */
const PUBLIC_NAME =
  /^(NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP|NG_APP|STORYBOOK)_|PUBLIC|_(ID|NAME|URL|URI|HOST|PATH|FILE|DIR|TTL|EXPIRY|EXPIRES?(_IN)?|LENGTH|PREFIX|HEADER|ALGORITHM|TYPE|ENABLED|REQUIRED|VERSION|ARN|ISSUER|AUDIENCE)$/i;
/** The forms in which well-known services issue their tokens. */
const ISSUED =
  /^(sk_live_|rk_live_|gh[pousr]_\w{30}|github_pat_|glpat-|xox[abprs]-|AKIA[0-9A-Z]{16}$|AIza[\w-]{30}|SG\.[\w-]{16}|npm_\w{30}|dop_v1_|shpat_|sk-[\w-]{30})/;

function isSecretEntry({ name, value }: DotenvEntry): boolean {
  if (!isLiteral(value) || PUBLIC_NAME.test(name)) return urlHasSecret(value);
  return ISSUED.test(value) || (SECRET_NAME.test(name) && looksRandom(value)) || urlHasSecret(value);
}

/** Written out, and not an encrypted value, a reference or a word that stands for one. */
function isLiteral(value: string): boolean {
  if (value === '' || /^(encrypted:|enc:|vault:|op:\/\/|arn:|ref\+|secretsmanager:)/i.test(value))
    return false;
  if (/\$[{(A-Za-z]|[<>{}]|%\w+%/.test(value)) return false;
  return !/change[-_ ]?(me|this)|replace[-_ ]?(me|this|with)|your[-_ ]|place-?holder|example|dummy|insecure|secret[-_ ]?key|not[-_ ]?a?[-_ ]?(real|secret)|default|xxx|\.\.\.|todo|fake|sample|local|devel|testing|super[-_ ]?secret/i.test(
    value,
  );
}

/** Long enough, mixed, and spread as only machines make it: no word, no phrase, no counting up. */
function looksRandom(value: string): boolean {
  if (!isLiteral(value) || value.length < 16 || /\s|^[./~]|^https?:/.test(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/0123456|1234567|abcdef|qwerty|(.)\1{4}/i.test(value)) return false;
  const counts = new Map<string, number>();
  for (const c of value) counts.set(c, (counts.get(c) ?? 0) + 1);
  const bits = [...counts.values()].reduce(
    (sum, n) => sum - (n / value.length) * Math.log2(n / value.length),
    0,
  );
  return bits >= 3;
}

/** A connection string with the password of a machine that can be reached from elsewhere. */
function urlHasSecret(value: string): boolean {
  const [, password = '', host = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/[^:@/\s]*:([^@/\s]+)@([^:/\s?]+)/i.exec(value) ?? [];
  if (
    !host.includes('.') ||
    /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|0\.0)|\.(local|internal|test|localhost)$/.test(host)
  )
    return false;
  return isLiteral(value) && password.length >= 12 && /\d/.test(password) && /[A-Za-z]/.test(password);
}
