/** What a controller adds to a kustomization before it builds it: the settings of a Flux Kustomization or an Argo CD source. */
import { type Mapping, mapping, text, texts } from '../../parse/shape.js';
import { isNode, type PlaceOf, type Tree } from './tree.js';

export interface Addition {
  /** Fields as a kustomization has them, which follow its own. */
  fields: Mapping;
  placeOf: PlaceOf;
  /** Values for `${NAME}` in any text of what was built. */
  substitute: Mapping;
}

export const NO_ADDITION: Addition = {
  fields: {},
  placeOf: () => ({ path: '', line: 1 }),
  substitute: {},
};

/** The `spec` of a Flux Kustomization. */
export function fluxAddition(spec: Mapping, placeOf: PlaceOf): Addition {
  const common = mapping(spec.commonMetadata);
  const pairs = mapping(common.labels);
  const fields = {
    ...chosen(spec, ['components', 'images', 'namePrefix', 'nameSuffix', 'patches']),
    ...chosen(spec, ['patchesJson6902', 'patchesStrategicMerge']),
    ...(text(spec.targetNamespace) === '' ? {} : { namespace: text(spec.targetNamespace) }),
    ...(Object.keys(pairs).length === 0 ? {} : { labels: [{ pairs }] }),
    ...chosen({ commonAnnotations: common.annotations }, ['commonAnnotations']),
  };
  const places = renamed(fields, spec, placeOf, { namespace: 'targetNamespace', labels: 'commonMetadata' });
  return { fields, placeOf: places, substitute: mapping(mapping(spec.postBuild).substitute) };
}

/** The `kustomize` of a source of an Argo CD Application. */
export function argoAddition(kustomize: Mapping, placeOf: PlaceOf): Addition {
  const images = texts(kustomize.images).map(imageOf);
  const pairs = mapping(kustomize.commonLabels);
  const includeTemplates = kustomize.labelIncludeTemplates === true;
  const fields = {
    ...chosen(kustomize, ['commonAnnotations', 'components', 'namePrefix', 'nameSuffix', 'namespace']),
    ...chosen(kustomize, ['patches', 'replicas']),
    ...(images.length === 0 ? {} : { images }),
    ...(kustomize.labelWithoutSelector === true
      ? { labels: [{ pairs, includeTemplates }] }
      : { commonLabels: pairs }),
  };
  const places = renamed(fields, kustomize, (value, key) => {
    const index = isNode(value) ? images.indexOf(value) : -1;
    return index === -1 ? placeOf(value, key) : placeOf(Object(kustomize.images), index);
  });
  return { fields, placeOf: places, substitute: {} };
}

function chosen(from: Mapping, keys: readonly string[]): Mapping {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
}

/** Places in the fields are those of the object that they were taken from. */
function renamed(
  fields: Mapping,
  from: Mapping,
  placeOf: PlaceOf,
  names: Readonly<Record<string, string>> = {},
): PlaceOf {
  return (value, key) =>
    value === fields
      ? placeOf(from, key === undefined ? undefined : (names[key] ?? key))
      : placeOf(value, key);
}

/** `name=registry/name:tag@digest`, `name:tag` */
function imageOf(written: string): Mapping {
  const [left = '', right] = written.split('=', 2);
  const [, name = '', tag = '', digest = ''] = /^(.*?)(?::([^/:@]+))?(?:@(.+))?$/.exec(right ?? left) ?? [];
  return {
    name: right === undefined ? name : left,
    ...(right === undefined ? {} : { newName: name }),
    ...(tag === '' ? {} : { newTag: tag }),
    ...(digest === '' ? {} : { digest }),
  };
}

/** Fills in `${NAME}`, `${NAME:=default}` and `${NAME:-default}`. A name without a value may get one in the cluster. */
export function substituteIn(tree: Tree, value: unknown, { substitute, placeOf }: Addition): void {
  const fill = (old: unknown): { value: unknown; key: string } | undefined => {
    if (typeof old !== 'string' || !old.includes('${')) return undefined;
    let last: string | undefined;
    const filled = old.replace(
      /\$\{([A-Za-z_]\w*)(?::[=-]([^{}]*))?\}/g,
      (said, name: string, otherwise: string | undefined) => {
        const known = Object.hasOwn(substitute, name) ? text(substitute[name]) : otherwise;
        if (known === undefined) return said;
        last = Object.hasOwn(substitute, name) ? name : (last ?? '');
        return known;
      },
    );
    return last === undefined ? undefined : { value: typed(old, filled), key: last };
  };
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : isNode(value)
      ? Object.entries(value)
      : [];
  for (const [key, inner] of entries) {
    const filled = fill(inner);
    if (!filled) substituteIn(tree, inner, { substitute, placeOf, fields: {} });
    else if (isNode(value)) {
      // A default stands where it is used.
      const place = filled.key === '' ? tree.placeOf(value, key) : placeOf(substitute, filled.key);
      tree.put(value, String(key), filled.value, place ?? placeOf(substitute));
    } else if (Array.isArray(value) && typeof key === 'number')
      tree.setItem(value, key, filled.value, placeOf(substitute, filled.key === '' ? undefined : filled.key));
  }
}

/** The text is filled in before it is read as YAML: a number on its own is a number then. */
function typed(old: string, filled: string): unknown {
  if (!/^\$\{[^}]*\}$/.test(old)) return filled;
  if (/^-?(0|[1-9]\d{0,14})$/.test(filled)) return Number(filled);
  return filled === 'true' ? true : filled === 'false' ? false : filled;
}
