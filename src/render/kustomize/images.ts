/** The images of a kustomization: another name, tag or digest for an image wherever a container names it. */
import { type Mapping, text } from '../../parse/shape.js';
import type { Place } from '../rendered.js';
import { type FieldSpec, visitFields } from './fields.js';
import { anchored, gvkOf, type Resource } from './identity.js';
import { isNode, type Node, type PlaceOf, type Tree } from './tree.js';

const TAG_AND_DIGEST = '(:[a-zA-Z0-9_.{}-]*)?(@[a-z0-9]+([.+_-][a-z0-9]+)*:[a-zA-Z0-9_.{}-]*)?';

export function setImages(
  tree: Tree,
  resources: readonly Resource[],
  entry: Mapping,
  placeOf: PlaceOf,
  fields: readonly FieldSpec[],
): void {
  const named = anchored(text(entry.name), TAG_AND_DIGEST);
  const place = placeOfImage(entry, placeOf);
  const set = (holder: Node, key: string) => {
    const image = holder[key];
    if (typeof image === 'string' && named(image)) tree.put(holder, key, renamed(image, entry), place);
  };
  for (const { value } of resources) {
    if (gvkOf(value).kind === 'CustomResourceDefinition') continue;
    visitContainers(value, set);
    for (const spec of fields) visitFields(tree, value, spec, place, set);
  }
}

/** The line that says most: that of the tag or digest. */
function placeOfImage(entry: Mapping, placeOf: PlaceOf): Place {
  const key = ['newTag', 'digest', 'tagSuffix', 'newName'].find((k) => text(entry[k]) !== '');
  return placeOf(entry, key);
}

/** Wherever containers stand, in objects of whatever kind. */
function visitContainers(value: unknown, set: (holder: Node, key: string) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visitContainers(item, set);
    return;
  }
  if (!isNode(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    visitContainers(inner, set);
    if ((key === 'containers' || key === 'initContainers') && Array.isArray(inner))
      for (const container of inner) if (isNode(container) && 'image' in container) set(container, 'image');
  }
}

function renamed(image: string, entry: Mapping): string {
  const old = split(image);
  const newTag = text(entry.newTag);
  const newDigest = text(entry.digest);
  const suffix = text(entry.tagSuffix);
  const changes = newTag !== '' || newDigest !== '';
  const tag = changes ? newTag : `${old.tag}${suffix}`;
  const digest = changes ? newDigest : suffix === '' ? old.digest : '';
  return `${text(entry.newName) || old.name}${tag && `:${tag}`}${digest && `@${digest}`}`;
}

function split(image: string): { name: string; tag: string; digest: string } {
  const at = image.indexOf('@', Math.max(image.indexOf('/'), 0));
  const named = at === -1 ? image : image.slice(0, at);
  const colon = named.indexOf(':', Math.max(named.indexOf('/'), 0));
  return {
    name: colon === -1 ? named : named.slice(0, colon),
    tag: colon === -1 ? '' : named.slice(colon + 1),
    digest: at === -1 ? '' : image.slice(at + 1),
  };
}
