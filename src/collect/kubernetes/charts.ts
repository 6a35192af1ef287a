/** Helm charts -> what is deployed of them: each chart as something installs it, else with its values files for each environment. */
import { environmentOfFileName } from '../../model/environment-name.js';
import { folderOf, joined, nameOf } from '../../parse/paths.js';
import { type Mapping, mapping, mappings, text } from '../../parse/shape.js';
import { type ChartFiles, renderChart } from '../../render/helm/chart.js';
import { readValues } from '../../render/helm/values-text.js';
import type { Unseen } from '../../render/rendered.js';
import type { Deployed } from './deployed.js';
import { merged, type Release } from './releases.js';
import type { Sources } from './sources.js';

/** Folders beside a chart's values.yaml that hold one values file for each environment. */
const HOLDS_VALUES = /^(values|environments?|envs?)$/;
/** Objects that have a controller install charts. */
const INSTALLS = /^kind:[ \t]*["']?(Application|ApplicationSet|HelmRelease)\b/m;
/** More values files of one chart than these are not tried. */
const MOST_RELEASES = 40;
/** A chart's releases mostly come one after another; the charts that were parsed before these are let go. */
const KEPT = 8;

export class Charts {
  /** By folder. */
  readonly #charts = new Map<string, { path: string; about: Mapping }>();

  constructor(readonly sources: Sources) {}

  add(path: string): void {
    const [document] = this.sources.documents(path) ?? [];
    this.#charts.set(folderOf(path), { path, about: mapping(document?.value) });
  }

  has(folder: string): boolean {
    return this.#charts.has(folder);
  }

  /** Charts that deliver something: no libraries, and no charts that stand inside of others. */
  get folders(): string[] {
    return [...this.#charts.keys()].filter(
      (f) => !this.#isWithin(f) && text(this.#charts.get(f)?.about.type) !== 'library',
    );
  }

  /** Does a chart bring others along? One that has no templates may do nothing else. */
  gathers(folder: string): boolean {
    return mappings(this.#charts.get(folder)?.about.dependencies).length > 0;
  }

  pathOf(folder: string): string {
    return this.#charts.get(folder)?.path ?? '';
  }

  /** What its release is called where nothing else says. */
  #nameOf(folder: string): string {
    return text(this.#charts.get(folder)?.about.name) || nameOf(folder);
  }

  #isWithin(folder: string): boolean {
    const at = `/${folder}`.lastIndexOf('/charts/');
    return at >= 0 && this.#charts.has(folder.slice(0, Math.max(0, at - 1)));
  }

  /** The charts that others bring along from a folder of this repository. */
  readonly #brought = (): ReadonlySet<string> =>
    new Set(
      [...this.#charts].flatMap(([folder, { about }]) =>
        mappings(about.dependencies)
          .map((d) => text(d.repository))
          .filter((r) => r.startsWith('file://'))
          .map((r) => joined(folder, r.slice('file://'.length))),
      ),
    );

  /**
   * Every chart that no release installs, with its own values files; of `installers`, only those that may install others.
   * Where what stands beside it is installed from here, a chart that is not is left lying about.
   */
  releases(installed: ReadonlySet<string>, installers: boolean): Release[] {
    const brought = this.#brought();
    return this.folders
      .filter((f) => !installed.has(f) && !brought.has(f) && (!installers || this.#installs(f)))
      .filter((f) => f === '' || ![...installed].some((i) => i !== '' && folderOf(i) === folderOf(f)))
      .flatMap((folder) => this.#ownReleases(folder));
  }

  #installs(folder: string): boolean {
    for (const source of this.sources.below(folder)) if (INSTALLS.test(source.text)) return true;
    return false;
  }

  /** One for each environment that has values of its own; and the chart as it is, where none of them is production. */
  #ownReleases(folder: string): Release[] {
    const path = this.pathOf(folder);
    const plain: Release = {
      chart: folder,
      name: this.#nameOf(folder),
      namespace: '',
      environment: '',
      valuesFiles: [],
      values: {},
      unseen: [],
      images: [],
      at: { path, line: 1 },
    };
    const own: Release[] = [];
    const see = (file: string, environment: string) => {
      if (environment !== '' && own.length < MOST_RELEASES)
        own.push({ ...plain, environment, valuesFiles: [file] });
    };
    for (const { path: file } of this.sources.below(folder)) see(file, environmentOfValues(folder, file));
    if (own.length === 0)
      for (const file of this.#valuesBeside(folder)) see(file, environmentOfValues('', file));
    return own.some((r) => r.environment === 'production') ? own : [plain, ...own];
  }

  /** Values files outside of the only chart, which set nothing but what it knows. */
  #valuesBeside(folder: string): string[] {
    if (folder === '' || this.folders.length !== 1) return [];
    const known = this.#keysOf(`${folder}/values.yaml`);
    return [...this.sources.below('')]
      .map((source) => source.path)
      .filter((path) => !path.startsWith(`${folder}/`) && environmentOfValues('', path) !== '')
      .filter((path) => {
        const keys = this.#keysOf(path);
        return keys.length > 0 && keys.every((k) => known.includes(k));
      });
  }

  #keysOf(path: string): string[] {
    const [document] = this.sources.documents(path) ?? [];
    return Object.keys(mapping(document?.value));
  }

  render(release: Release): { deployed: Deployed[]; unseen: Unseen[] } {
    const files = this.#filesOf(release.chart);
    const unseen: Unseen[] = [];
    const values = release.valuesFiles.flatMap((path) => {
      const text = this.sources.text(path);
      const value = text === undefined ? undefined : readValues(text);
      if (value) return [{ path, value }];
      unseen.push({
        kinds: [],
        what: `The values file ${path} for the chart in ${release.chart} is not in this repository, or does not read`,
        path: release.at.path,
        elsewhere: true,
      });
      return [];
    });
    for (const what of release.unseen)
      unseen.push({
        kinds: [],
        what: `The chart in ${release.chart} takes values from ${what}`,
        path: release.at.path,
        elsewhere: true,
      });
    const rendered = renderChart(files, {
      name: release.name || this.#nameOf(release.chart),
      namespace: release.namespace,
      values: [...values, { path: release.at.path, value: merged({}, release.values) }],
    });
    return {
      deployed: rendered.objects.map((object) => ({ object, environment: release.environment })),
      unseen: [...rendered.unseen, ...unseen],
    };
  }

  /** Kept, since a chart is parsed once for all of its releases. */
  readonly #files = new Map<string, ChartFiles>();

  #filesOf(folder: string): ChartFiles {
    let chart = this.#files.get(folder);
    if (!chart) {
      const files = new Map<string, string>();
      this.#gather(folder, files, 0);
      chart = { folder, files };
    }
    // The one last used is the last to go.
    this.#files.delete(folder);
    this.#files.set(folder, chart);
    const [oldest] = this.#files.keys();
    if (this.#files.size > KEPT && oldest !== undefined) this.#files.delete(oldest);
    return chart;
  }

  /** The files of a chart, and of those that it brings along. */
  #gather(folder: string, files: Map<string, string>, depth: number): void {
    for (const source of this.sources.below(folder)) files.set(source.path, source.text);
    if (depth > 4) return;
    for (const d of mappings(this.#charts.get(folder)?.about.dependencies)) {
      const from = text(d.repository);
      if (from.startsWith('file://')) this.#gather(joined(folder, from.slice(7)), files, depth + 1);
    }
  }
}

/** `values-prod.yaml`, `values/prod.yaml`, `environments/prod/values.yaml` within a chart's folder; empty for other files. */
function environmentOfValues(folder: string, path: string): string {
  const parts = path.slice(folder === '' ? 0 : folder.length + 1).split('/');
  const file = (parts.pop() ?? '').replace(/\.ya?ml$/, '');
  const [holder = '', inner = '', ...deeper] = parts;
  if (deeper.length > 0) return '';
  if (holder === '')
    return environmentOfFileName(
      /^values[-_.](.+)$|^(.+)[-_.]values$/.exec(file)?.slice(1).find(Boolean) ?? '',
    );
  if (!HOLDS_VALUES.test(holder)) return '';
  return environmentOfFileName(inner === '' ? file.replace(/^values[-_.]/, '') : inner);
}
