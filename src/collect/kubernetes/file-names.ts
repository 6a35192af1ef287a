/** What the files of charts, kustomizations, helmfiles and templates are called. */
import type { Collection } from '../collector.js';

const CHART = /(^|\/)Chart\.ya?ml$/;
const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;
const HELMFILE = /(^|\/)helmfile[^/]*\.ya?ml(\.gotmpl)?$|(^|\/)helmfile\.d\/[^/]*\.ya?ml(\.gotmpl)?$/;

/** Is this file the heart of a chart, by its name? */
export function isChart(path: string): boolean {
  return CHART.test(path);
}

/** Is this file a kustomization, by its name? */
export function isKustomization(path: string): boolean {
  return KUSTOMIZATION.test(path);
}

/** Is this a template of Jinja for some YAML? */
export function isJinja(path: string): boolean {
  return /\.ya?ml\.(j2|jinja2?)$/.test(path);
}

export function isHelmfile(path: string): boolean {
  return HELMFILE.test(path);
}

/** May a file be a helmfile or its values, which are no plain YAML? By its path alone. */
export function mayServeHelmfile(path: string): boolean {
  return /\.gotmpl$|[^/]\.env$/.test(path);
}

/** Is there something that gathers other files: a chart or a kustomization? */
export function gathersFiles(collection: Collection): boolean {
  return collection.files.some(({ path }) => isChart(path) || isKustomization(path));
}
