/** Evidence as places a reader can open: the words of a place, and its address on the web where a remote names one. */
import type { RepositoryAssessment } from '../model/assessment.js';
import type { Evidence } from '../model/evidence.js';
import { clean } from './text.js';
import { day } from './words.js';

/** The address, if it is one that a browser may follow from a report: http or https, nothing else. */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
}

/** Where the host shows a file of a commit, and how it names a line; GitHub's way where the host is not known. */
function fileRoute(host: string): { blob: string; line: (line: number) => string } {
  if (host === 'bitbucket.org') return { blob: 'src', line: (line) => `#lines-${line}` };
  if (host.includes('gitlab')) return { blob: '-/blob', line: (line) => `#L${line}` };
  if (host.includes('codeberg') || host.includes('gitea') || host.includes('forgejo'))
    return { blob: 'src/commit', line: (line) => `#L${line}` };
  return { blob: 'blob', line: (line) => `#L${line}` };
}

/** The pages of the repository, without a slash at the end; undefined where no remote names them. */
function pages(repository: RepositoryAssessment): string | undefined {
  return webAddress(repository.webUrl)
    ?.replace(/[?#].*$/, '')
    .replace(/\/+$/, '');
}

export function commitAddress(repository: RepositoryAssessment, sha = repository.commit): string | undefined {
  const base = pages(repository);
  if (!base || !/^[0-9a-f]{7,64}$/.test(sha)) return undefined;
  if (new URL(base).host === 'bitbucket.org') return `${base}/commits/${sha}`;
  return `${base}/${new URL(base).host.includes('gitlab') ? '-/commit' : 'commit'}/${sha}`;
}

export function lineAddress(
  repository: RepositoryAssessment,
  path: string,
  line: number,
): string | undefined {
  const base = pages(repository);
  if (!base || repository.commit === '') return undefined;
  const route = fileRoute(new URL(base).host);
  const segments = path.split('/').map((s) => encodeURIComponent(s.replace(/\p{Cs}/gu, '\ufffd')));
  return `${base}/${route.blob}/${repository.commit}/${segments.join('/')}${route.line(line)}`;
}

/** A place of evidence: what to call it, and the address that opens it. */
export interface Place {
  text: string;
  url: string | undefined;
}

export function placeOf(repository: RepositoryAssessment, evidence: Evidence): Place {
  switch (evidence.type) {
    case 'file':
      return place(
        `${evidence.path}:${evidence.line}`,
        lineAddress(repository, evidence.path, evidence.line),
      );
    case 'commit':
      return place(
        `commit ${evidence.sha.slice(0, 7)} of ${day(evidence.at)}`,
        commitAddress(repository, evidence.sha),
      );
    case 'github':
      return place(`GitHub: ${evidence.field}`, webAddress(evidence.url));
    case 'answer': {
      const by = evidence.by === undefined ? '' : ` of ${evidence.by}`;
      return place(`answer${by}, ${day(evidence.at)}: ${evidence.question}`, undefined);
    }
  }
}

function place(text: string, url: string | undefined): Place {
  return { text: clean(text), url };
}

/** The places of some evidence, each once, in order. */
export function placesOf(repository: RepositoryAssessment, evidence: readonly Evidence[]): Place[] {
  const places = new Map<string, Place>();
  for (const e of evidence) {
    const found = placeOf(repository, e);
    if (!places.has(found.text)) places.set(found.text, found);
  }
  return [...places.values()];
}
