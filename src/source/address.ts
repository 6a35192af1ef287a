/** What a remote's address tells: the page of the repository on the web and its name. Credentials in it are dropped. */

export interface Address {
  /** `https://host/owner/name`; empty where the address is none of the web's. */
  webUrl: string;
  /** `owner/name`; empty for a folder on a disk. */
  name: string;
}

const NONE: Address = { webUrl: '', name: '' };

/** Hosts that serve git alone, with the one that serves the pages. */
const PAGES: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

export function readAddress(remote: string): Address {
  const url = parse(remote);
  if (!url) return NONE;
  const path = url.pathname
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+/, '');
  if (path === '') return NONE;

  const azure = url.hostname === 'ssh.dev.azure.com' ? /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) : null;
  if (azure) {
    const [, organisation, project, name] = azure;
    return {
      webUrl: `https://dev.azure.com/${organisation}/${project}/_git/${name}`,
      name: decode(`${project}/${name}`),
    };
  }
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  const host = PAGES[url.hostname] ?? url.hostname;
  // The ports of ssh and git are not those of the pages.
  const place = web && url.port !== '' ? `${host}:${url.port}` : host;
  return {
    webUrl: web || isPublicHost(host) ? `https://${place}/${path}` : '',
    name: decode(
      path
        .split('/')
        .filter((part) => part !== '_git')
        .slice(-2)
        .join('/'),
    ),
  };
}

function parse(remote: string): URL | undefined {
  // user@host:path is ssh; C:\folder, ./a:b and /folder are places on a disk.
  const scp = /^(?:[^@/\\:]+@)?([^/\\:@]{2,}):(?!\/\/|:)\/?(.+)$/.exec(remote);
  try {
    const url = new URL(scp ? `ssh://${scp[1]}/${scp[2]}` : remote);
    return /^(https?|ssh|git\+ssh|git):$/.test(url.protocol) && url.hostname !== '' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** `github.com-work` and `gh` are names that one person's ssh configuration gives a host. */
function isPublicHost(host: string): boolean {
  return /\.(?:[a-z]+|xn--[a-z0-9-]+)$/i.test(host);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
