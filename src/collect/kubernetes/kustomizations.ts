/** Kustomizations -> what they deploy: each that nothing else gathers is built, with its overlays, components and patches. */
import { environmentOfFolders } from '../../model/environment-name.js';
import { folderOf, joined } from '../../parse/paths.js';
import { type Mapping, text, texts } from '../../parse/shape.js';
import { type Addition, NO_ADDITION } from '../../render/kustomize/addition.js';
import {
  type BuiltKustomization,
  buildKustomization,
  type KustomizeChart,
} from '../../render/kustomize/build.js';
import type { Unseen } from '../../render/rendered.js';
import type { Applied } from './applied.js';
import type { Deployed } from './deployed.js';
import type { Release } from './releases.js';
import type { Sources } from './sources.js';

interface Known {
  path: string;
  /** A component does nothing until a kustomization includes it. */
  component: boolean;
  /** The folders that it gathers itself. */
  gathers: string[];
  /** It renders charts. */
  charts: boolean;
}

export interface BuiltAll {
  deployed: Deployed[];
  releases: Release[];
  unseen: Unseen[];
  /** Files that a kustomization takes: they are not applied by themselves. */
  taken: ReadonlySet<string>;
}

export class Kustomizations {
  /** By folder. */
  readonly #known = new Map<string, Known>();

  constructor(readonly sources: Sources) {}

  add(path: string, value: Mapping): void {
    const folder = folderOf(path);
    this.#known.set(folder, {
      path,
      component: text(value.kind) === 'Component',
      gathers: [...texts(value.resources), ...texts(value.bases), ...texts(value.components)].map((entry) =>
        joined(folder, entry),
      ),
      charts: 'helmCharts' in value || 'helmChartInflationGenerator' in value,
    });
  }

  get paths(): string[] {
    return [...this.#known.values()].map((k) => k.path);
  }

  /** The kustomizations that render charts. */
  get withCharts(): string[] {
    return [...this.#known.values()].filter((k) => k.charts).map((k) => k.path);
  }

  /** Builds what controllers apply, with what they add, and what nothing else gathers. */
  build(applied: readonly Applied[]): BuiltAll {
    const all: BuiltAll & { taken: Set<string> } = {
      deployed: [],
      releases: [],
      unseen: [],
      taken: new Set(),
    };
    const built = new Set<string>();
    const roots = applied.filter((a) => this.#known.get(a.folder)?.component === false);
    const named = new Set(roots.map((r) => r.folder));
    for (const folder of this.#roots())
      if (!named.has(folder)) roots.push({ folder, environment: '', addition: NO_ADDITION });
    for (const { folder, environment: known, addition } of roots) {
      const one = this.#build(folder, all.taken, addition);
      for (const inner of [folder, ...one.gathered]) built.add(inner);
      const environment = environmentOfFolders(folder.split('/')) || known;
      all.deployed.push(...one.objects.map((object) => ({ object, environment })));
      all.releases.push(...one.charts.map((chart) => releaseOf(chart, environment)));
      all.unseen.push(...one.unseen);
    }
    // What is gathered by nothing that is applied is not applied either.
    for (const folder of this.#known.keys())
      if (!built.has(folder)) this.#build(folder, all.taken, NO_ADDITION);
    return all;
  }

  /** Those that no other kustomization gathers. */
  #roots(): string[] {
    const gathered = new Set([...this.#known.values()].flatMap((k) => k.gathers));
    return [...this.#known].filter(([folder, k]) => !k.component && !gathered.has(folder)).map(([f]) => f);
  }

  #build(folder: string, taken: Set<string>, addition: Addition): BuiltKustomization {
    const files = {
      // Of files that are there and were not read, only that they are there is known.
      text: (path: string) => this.sources.text(path) ?? (this.sources.has(path) ? '' : undefined),
      documents: (path: string) => this.sources.documents(path) ?? [],
    };
    const built = buildKustomization(folder, files, addition);
    for (const path of built.read) taken.add(path);
    return built;
  }
}

function releaseOf(chart: KustomizeChart, environment: string): Release {
  return {
    chart: chart.repo === '' ? joined(chart.folder, `${chart.chartHome}/${chart.name}`) : chart.name,
    name: chart.releaseName || chart.name,
    namespace: chart.namespace,
    environment,
    valuesFiles: chart.valuesFiles.map((file) => joined(chart.folder, file)),
    values: chart.valuesInline,
    unseen: [],
    images: [],
    at: chart.place,
  };
}
