/** A container image reference -> registry, repository, tag, digest, and how firmly it is fixed. */

interface ImageReference {
  /** The host, with its port; empty where none is named (Docker Hub). */
  registry: string;
  repository: string;
  tag: string;
  /** With its algorithm: sha256:... */
  digest: string;
  /** `placeholder`: some pipeline or template fills it in, so that it says nothing of what runs. */
  pin: 'digest' | 'version' | 'floating' | 'placeholder';
}

export function parseImage(reference: string): ImageReference {
  const text = reference.trim().replace(/^docker:\/\//, '');
  // Separators inside of an expression (${TAG:-1.2}, {{ a/b }}) separate nothing.
  const masked = text.replace(/\$\{\{.*?\}\}|\{\{.*?\}\}|\$\{.*?\}|\$\(.*?\)|<.*?>/g, (e) =>
    '$'.repeat(e.length),
  );
  const at = masked.indexOf('@');
  const nameEnd = at === -1 ? masked.length : at;
  // A colon before the last slash belongs to the registry's port.
  const colon = masked.lastIndexOf(':', nameEnd - 1);
  const tagAt = colon > masked.lastIndexOf('/', nameEnd - 1) ? colon : nameEnd;
  const slash = masked.slice(0, tagAt).indexOf('/');
  const host = slash === -1 ? '' : text.slice(0, slash);
  const registry = /[.:]/.test(host) || host === 'localhost' ? host : '';
  const parts = {
    registry,
    repository: text.slice(registry === '' ? 0 : slash + 1, tagAt),
    tag: text.slice(tagAt + 1, nameEnd),
    digest: text.slice(nameEnd + 1),
  };
  return { ...parts, pin: pinOf(parts, text) };
}

function pinOf(image: Omit<ImageReference, 'pin'>, text: string): ImageReference['pin'] {
  const { registry, repository, tag, digest } = image;
  if (isPlaceholder(text, `${registry}/${repository}`, tag)) return 'placeholder';
  if (digest !== '') return /^[a-z0-9+._-]+:[0-9a-fA-F]{32,}$/.test(digest) ? 'digest' : 'placeholder';
  return namesVersion(tag, repository) ? 'version' : 'floating';
}

/** Signs that no reference may bear ($, {}, <>, %, #), CAPITALS where only lower case is lawful, and the words people write. */
function isPlaceholder(text: string, name: string, tag: string): boolean {
  if (text === '' || text === 'auto') return true; // Istio fills in `auto` when it injects.
  if (/[^\w.\-/:@+]/.test(text)) return true;
  // `app:` has the place for a tag that somebody else gives.
  if (/[:@]$/.test(text)) return true;
  if (/(?:^|[/.])[A-Z][A-Z0-9_-]+(?=$|[/.])/.test(name)) return true;
  if (/^[A-Z][A-Z_]+$/.test(tag) && tag !== 'LATEST') return true;
  return /place-?_?holder|replace-?_?me|change-?_?me|to-?_?be-?_?replaced|__\w+__/i.test(text);
}

/** The releases of Debian and Ubuntu go by these names; for any other image they are a variant. */
const CODENAMES =
  /^(?:buster|bullseye|bookworm|trixie|forky|xenial|bionic|focal|jammy|noble|oracular|plucky|questing)(?:-|$)/;

/**
 * A version is a part of the tag that starts with a number (7.2, 1.27-alpine, v0.10.6, 2024-01-01, RELEASE.2023-10-25T..)
 * or a commit. A major version alone (16, v3) names a version too: the step from 16 to 17, which breaks things, is then
 * a change in a file. A variant does not, whatever number it bears (alpine3.19, jdk21): what it is a variant of floats.
 */
function namesVersion(tag: string, repository: string): boolean {
  if (/(?:^|[-_.])latest(?:[-_.]|$)/i.test(tag)) return false;
  if (/(?:^|\/)(?:debian|ubuntu)$/.test(repository) && CODENAMES.test(tag)) return true;
  return tag
    .replace(/x86[-_]64/g, '')
    .split(/[-_+]/)
    .some(
      (part) =>
        /^(?:v|r|rc|rel|release|build|version|ltsc)?\.?\d/i.test(part) ||
        /^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$/.test(part),
    );
}
