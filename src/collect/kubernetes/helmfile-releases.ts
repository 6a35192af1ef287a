/** Helmfiles -> the releases of charts that stand in this repository, for each environment, with its values. */
import { normaliseEnvironment } from '../../model/environment-name.js';
import { forEnvironment, type Helmfile, isInstalled, parseHelmfile } from '../../parse/helmfile.js';
import { folderOf, joined } from '../../parse/paths.js';
import type { Mapping } from '../../parse/shape.js';
import { renderValues } from '../../render/helm/values-file.js';
import { readValues } from '../../render/helm/values-text.js';
import type { SourceText } from '../source-text.js';
import { isHelmfile } from './file-names.js';
import { merged, type Release } from './releases.js';
import type { Sources } from './sources.js';

/** Environments beyond these are not gone through. */
const MOST = 12;

export function helmfileReleases(sources: Sources, charts: (folder: string) => boolean): Release[] {
  const files = [...sources.below('')]
    .filter((s) => isHelmfile(s.path))
    .map((source) => ({ source, helmfile: source.as(parseHelmfile) }));
  const above = files.find((f) => f.helmfile.environments.length > 0);
  return files.flatMap(({ source, helmfile }) => {
    const holder = helmfile.environments.length > 0 ? { source, helmfile } : (above ?? { source, helmfile });
    const environments = holder.helmfile.environments.slice(0, MOST);
    return (environments.length > 0 ? environments : [{ name: 'default', values: [] }]).flatMap((e) =>
      releasesFor(source, helmfile, e.name, valuesOf(sources, holder.source.path, e), { sources, charts }),
    );
  });
}

function valuesOf(
  sources: Sources,
  path: string,
  environment: Pick<Helmfile['environments'][number], 'name' | 'values'>,
): Mapping {
  return environment.values
    .map((file) => read(sources, joined(folderOf(path), file), { Environment: { Name: environment.name } }))
    .reduce<Mapping>((all, next) => merged(all, next ?? {}), {});
}

function releasesFor(
  { path }: SourceText,
  helmfile: Helmfile,
  environment: string,
  values: Mapping,
  { sources, charts }: { sources: Sources; charts: (folder: string) => boolean },
): Release[] {
  return helmfile.releases.flatMap((release): Release[] => {
    const chart = joined(folderOf(path), release.chart);
    if (!charts(chart) || isInstalled(release, environment, values) === false) return [];
    const dot = {
      Environment: { Name: environment },
      Values: values,
      StateValues: values,
      Namespace: release.namespace,
      Release: { Name: release.name, Namespace: release.namespace, Chart: release.chart },
    };
    const unseen: string[] = [];
    const own = release.values.map((file) => {
      const at = joined(folderOf(path), forEnvironment(file, environment));
      const found = read(sources, at, dot);
      if (!found) unseen.push(`${at}, which could not be read`);
      return found ?? {};
    });
    return [
      {
        chart,
        name: release.name,
        namespace: release.namespace,
        environment: environment === 'default' ? '' : normaliseEnvironment(environment),
        valuesFiles: [],
        values: [...own, ...release.inline].reduce<Mapping>(merged, {}),
        unseen,
        images: [],
        at: { path, line: release.line },
      },
    ];
  });
}

function read(sources: Sources, path: string, dot: Mapping): Mapping | undefined {
  const text = sources.text(path);
  if (text === undefined) return undefined;
  if (path.endsWith('.gotmpl')) return renderValues(text, path, dot);
  return readValues(text);
}
