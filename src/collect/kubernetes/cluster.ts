/** What is deployed to clusters -> facts: plain manifests, what kustomizations and charts make, and what stays unseen. */
import { atLine } from '../../model/evidence.js';
import { parseImage } from '../../parse/image.js';
import { lazily } from '../../parse/lazily.js';
import { folderOf } from '../../parse/paths.js';
import { type Mapping, mapping, mappings, text, within } from '../../parse/shape.js';
import { parseManifests, parseYaml, type YamlDocument } from '../../parse/yaml.js';
import type { Unseen } from '../../render/rendered.js';
import type { Collection, Reading } from '../collector.js';
import { isNotRun } from '../not-run.js';
import type { SourceText } from '../source-text.js';
import { Charts } from './charts.js';
import type { Deployed } from './deployed.js';
import {
  gathersFiles,
  isChart,
  isHelmfile,
  isJinja,
  isKustomization,
  mayServeHelmfile,
} from './file-names.js';
import { mayInstallCharts, releasesInCommands } from './helm-commands.js';
import { helmfileReleases } from './helmfile-releases.js';
import { COUNTED, declaresObjects, kindsIn, kindsOf, lostWith } from './kinds.js';
import { Kustomizations } from './kustomizations.js';
import { type Manifest, type ManifestFact, readManifest } from './manifest.js';
import { asksFor, expanded, type NamedImage, type Release } from './releases.js';
import { Sources } from './sources.js';
import { Templates } from './templates.js';
import { ToolsShown } from './tools-shown.js';

/** Files in the form of Kubernetes objects that no cluster takes: other programs read them. */
const OTHER_PROGRAMS =
  /^(backstage\.io|builtin|config\.kubernetes\.io|ctlptl\.dev|eksctl\.io|k3d\.io|kind\.x-k8s\.io|kubeadm\.k8s\.io|skaffold)\//;

/** Values of charts may hold whole objects, which templates take out. */
const VALUES = /(^|\/)values[^/]*\.ya?ml$/;
const TEMPLATED = /\{\{|\{%|<%|\[\[/;

/** Charts that install charts that install charts: more releases than these are not followed. */
const MOST_RELEASES = 400;

export class Cluster implements Reading {
  readonly #sources: Sources;
  readonly #charts: Charts;
  readonly #kustomizations: Kustomizations;
  readonly #templates: Templates;
  readonly #tools: ToolsShown;
  /** By path. */
  readonly #plain = new Map<string, Manifest>();
  /** Images that Skaffold builds: their names in manifests are filled in when it deploys. */
  readonly #built = new Set<string>();
  /** What commands of pipelines and scripts install. */
  readonly #commanded: Release[] = [];
  readonly #given = new Set<string>();
  readonly #chartFolders: () => ReadonlySet<string>;
  readonly #gathers: () => boolean;

  constructor(readonly collection: Collection) {
    this.#sources = new Sources(collection);
    this.#charts = new Charts(this.#sources);
    this.#kustomizations = new Kustomizations(this.#sources);
    this.#tools = new ToolsShown(collection);
    this.#templates = new Templates(collection, this.#tools);
    this.#chartFolders = lazily(
      () => new Set(collection.files.filter((f) => isChart(f.path)).map((f) => folderOf(f.path))),
    );
    this.#gathers = lazily(() => gathersFiles(collection));
  }

  // --- Reading --------------------------------------------------------------------------------------------------------

  file(source: SourceText): void {
    const { path } = source;
    if (mayInstallCharts(path) && this.#chartFolders().size > 0)
      this.#commanded.push(...releasesInCommands(source, [...this.#chartFolders()]));
    if (isNotRun(path)) return;
    // Where nothing gathers files, none is needed twice.
    if (this.#gathers()) this.#sources.keep(source);
    if (isKustomization(path)) this.#readKustomization(source);
    else if (isChart(path)) this.#charts.add(path);
    else if (isJinja(path)) this.#readTemplate(source);
    else if (VALUES.test(path) || isHelmfile(path) || mayServeHelmfile(path) || !declaresObjects(source.text))
      return;
    else if (this.#chartOf(path) !== undefined) this.#tools.look(source, kindsIn(source.text));
    // A script that writes an object is read for what it installs alone.
    else if (/\.(ya?ml|json)$/.test(path)) this.#readManifests(source);
  }

  /** The outermost chart of whose templates this file is one. */
  #chartOf(path: string): string | undefined {
    if (!/(^|\/)(templates|charts|crds)\//.test(path)) return undefined;
    const folders = this.#chartFolders();
    return ancestorsOf(path).find(
      (f) => folders.has(f) && /^(templates|charts|crds)\//.test(path.slice(f === '' ? 0 : f.length + 1)),
    );
  }

  #readKustomization(source: SourceText): void {
    for (const document of source.as(parseYaml)) {
      if (document.error !== '') {
        this.#unreadable(source, document, []);
        continue;
      }
      const value = mapping(document.value);
      const apiVersion = text(value.apiVersion) || 'kustomize.config.k8s.io/v1beta1';
      // Flux names its own objects Kustomization too; those are manifests.
      if (!apiVersion.startsWith('kustomize.config.k8s.io/')) {
        this.#readManifests(source);
        return;
      }
      this.#kustomizations.add(source.path, value);
      const kind = text(value.kind) || 'Kustomization';
      this.collection.fact(
        'kubernetes-object',
        folderOf(source.path) || '.',
        { apiVersion, kind, namespace: text(value.namespace) },
        [atLine(source.path, document.line)],
      );
    }
  }

  #readManifests(source: SourceText): void {
    const { path } = source;
    const kinds = kindsIn(source.text);
    if ([...kinds].every((kind) => kind === 'CustomResourceDefinition')) return;
    this.#tools.look(source, new Set(source.as(parseManifests).flatMap(({ value }) => kindsOf(value))));
    const all: Manifest = { facts: [], open: [], releases: [], applied: [] };
    for (const document of source.as(parseManifests)) {
      if (document.error !== '') {
        this.#unreadable(source, document, [...kinds]);
        continue;
      }
      this.#noteSkaffold(mapping(document.value));
      this.#tools.lookAtSecrets(path, document);
      const one = readManifest(document.value, {
        placeOf: (value, key) => ({ path, line: document.lineOf(value, key) }),
        environment: '',
        whole: false,
      });
      all.facts.push(...one.facts.filter((f) => !isOfOtherProgram(f)));
      all.open.push(...one.open);
      all.releases.push(...one.releases);
      all.applied.push(...one.applied);
    }
    if (all.facts.length + all.open.length > 0) this.#plain.set(path, all);
  }

  #readTemplate(source: SourceText): void {
    if (!declaresObjects(source.text)) return;
    const facts = this.#templates.read(source).filter((f) => !isOfOtherProgram(f));
    if (facts.length > 0) this.#plain.set(source.path, { facts, open: [], releases: [], applied: [] });
  }

  #noteSkaffold(value: Mapping): void {
    if (!text(value.apiVersion).startsWith('skaffold/')) return;
    for (const part of [value, ...mappings(value.profiles)])
      for (const artifact of mappings(within(part, 'build', 'artifacts')))
        this.#built.add(text(artifact.image));
  }

  #unreadable(source: SourceText, document: YamlDocument, kinds: readonly string[]): void {
    const { path } = source;
    const lost = lostWith(kinds);
    if (lost.length === 0) return;
    const line = document.errorLine || document.line;
    if (TEMPLATED.test(source.text))
      this.collection.gap({
        kinds: lost,
        reason: 'not-rendered',
        what: `${path} is a template that was not rendered (line ${line})`,
        path,
      });
    else
      this.collection.gap({
        kinds: lost,
        reason: 'unreadable',
        what: `${path}:${line} is not valid YAML: ${document.error}`,
        remedy: 'Mend the file, or move it out of the way if nothing applies it.',
        path,
      });
  }

  // --- What gets into a cluster ---------------------------------------------------------------------------------------

  end(): void {
    const waiting: Release[] = [
      ...this.#commanded,
      ...helmfileReleases(this.#sources, (folder) => this.#charts.has(folder)),
    ];
    const built = this.#kustomizations.build([...this.#plain.values()].flatMap((m) => m.applied));
    for (const [path, manifest] of this.#plain)
      if (!built.taken.has(path)) this.#give(manifest, path, waiting);
    for (const d of built.deployed) this.#deploy(d, waiting);
    waiting.push(...built.releases);
    this.#tellUnseen(built.unseen);
    const elsewhere = [
      ...this.#install(waiting),
      ...this.#templates.releases.filter((r) => !this.#isFolder(r.chart)),
    ];
    this.#templates.tell();
    this.#tellOfElsewhere(elsewhere);
    this.#tellOfPackaging(built.taken);
    this.#tools.tell();
  }

  /** Renders the charts that releases install, those that their templates release in turn, and then all others. */
  #install(waiting: Release[]): Release[] {
    const elsewhere: Release[] = [];
    const installed = new Set<string>();
    const done = new Set<string>();
    const follow = (): void => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        for (const release of expanded(next, this.#charts.folders, this.#sources)) {
          const key = JSON.stringify({ ...release, images: [], at: '' });
          if (done.has(key) || done.size > MOST_RELEASES) continue;
          done.add(key);
          if (this.#charts.has(release.chart)) {
            installed.add(release.chart);
            this.#renderChart(release, waiting);
          } else if (!this.#isFolder(release.chart)) elsewhere.push(release);
        }
      }
    };
    follow();
    for (const installers of [true, false]) {
      waiting.push(...this.#charts.releases(installed, installers));
      follow();
    }
    return elsewhere;
  }

  #isFolder(path: string): boolean {
    return path === '' || this.collection.files.some((f) => f.path.startsWith(`${path}/`));
  }

  #renderChart(release: Release, waiting: Release[]): void {
    const { deployed, unseen } = this.#charts.render(release);
    for (const d of deployed) this.#deploy(d, waiting);
    this.#tellUnseen(unseen);
  }

  #deploy({ object, environment }: Deployed, waiting: Release[]): void {
    const manifest = readManifest(object.value, {
      placeOf: (value, key) => object.placeOf(value, key),
      environment,
      whole: true,
    });
    this.#give(manifest, object.placeOf(object.value).path, waiting);
  }

  #give({ facts, open, releases }: Manifest, path: string, waiting: Release[]): void {
    waiting.push(...releases);
    for (const f of facts) {
      // An overlay for each environment repeats what they share.
      const key = JSON.stringify([f.fact, f.name, f.data, f.evidence]);
      if (this.#given.has(key)) continue;
      this.#given.add(key);
      this.collection.fact(f.fact, f.name, this.#filledIn(f), f.evidence);
    }
    if (open.length > 0)
      this.collection.gap({
        // Of what ends by itself only the image counts.
        kinds: open.every((o) => /^(Job|CronJob)$/.test(o.kind))
          ? ['image-reference']
          : ['kubernetes-workload', 'workload', 'autoscaler'],
        reason: 'not-rendered',
        what: `${path} leaves the ${open.map((o) => o.what).join(', the ')} to whoever fills it in`,
        path,
      });
  }

  /** An image that Skaffold builds and that the manifest names without a tag is a placeholder, not a deployed image. */
  #filledIn(f: ManifestFact): ManifestFact['data'] {
    if (f.fact !== 'image-reference') return f.data;
    const data = (f as ManifestFact<'image-reference'>).data;
    return data.pin === 'floating' && data.tag === '' && this.#built.has(data.image)
      ? { ...data, pin: 'placeholder' }
      : data;
  }

  #tellUnseen(unseen: readonly Unseen[]): void {
    for (const { kinds, what, path, elsewhere } of unseen) {
      const lost = lostWith(kinds);
      if (lost.length > 0)
        this.collection.gap({ kinds: lost, reason: elsewhere ? 'elsewhere' : 'not-rendered', what, path });
    }
  }

  /** What charts from elsewhere run is not the repository's to declare; what its values ask of them is. */
  #tellOfElsewhere(releases: readonly Release[]): void {
    const [first] = releases;
    if (!first) return;
    const names = [...new Set(releases.map((r) => r.chart))].sort();
    this.collection.gap({
      kinds: [...COUNTED],
      reason: 'elsewhere',
      what: `What the installed charts run is not in this repository: ${names.join(', ')}`,
      path: first.at.path,
    });
    for (const { chart, name, values, images, at } of releases) {
      for (const image of images) this.#tellOfImage(image, name);
      const asked = [
        asksFor(values, /disruption_?budget|^pdb$/i) ? ('disruption-budget' as const) : [],
        asksFor(values, /autoscal|^hpa$|^keda$/i) ? ('autoscaler' as const) : [],
      ].flat();
      if (asked.length > 0)
        this.collection.gap({
          kinds: asked,
          reason: 'not-rendered',
          what: `The chart ${chart}, which is kept elsewhere, is asked for ${asked.map((a) => (a === 'autoscaler' ? 'an autoscaler' : 'a disruption budget')).join(' and ')} (${at.path}:${at.line})`,
          path: at.path,
        });
    }
  }

  /** An image that the values of a release name for a chart from elsewhere. */
  #tellOfImage({ reference, at }: NamedImage, by: string): void {
    if (reference.includes('templated')) return;
    const data = { image: reference, used: 'kubernetes' as const, ...parseImage(reference), by };
    this.collection.fact('image-reference', by, data, [atLine(at.path, at.line, 'images')]);
  }

  /** How objects get into a cluster: by charts, by kustomizations, or as plain files that neither of them takes. */
  #tellOfPackaging(taken: ReadonlySet<string>): void {
    const charts = this.#charts.folders.filter(
      (folder) =>
        this.#charts.gathers(folder) || this.#isFolder(folder === '' ? 'templates' : `${folder}/templates`),
    );
    this.#tools.use(
      'helm',
      'k8s-packaging',
      [...charts.map((folder) => this.#charts.pathOf(folder)), ...this.#kustomizations.withCharts].map(
        (path) => atLine(path, 1),
      ),
    );
    this.#tools.use('kustomize', 'k8s-packaging', [
      ...this.#kustomizations.paths.map((path) => atLine(path, 1)),
      ...this.#templates.kustomizations,
    ]);
    const plain = [...this.#plain].flatMap(([path, { facts }]) => {
      const applied = taken.has(path) ? undefined : facts.find(isApplied);
      return applied ? applied.evidence.slice(0, 1) : [];
    });
    this.#tools.use('manifests', 'k8s-packaging', plain);
  }
}

/** Objects that have a controller deliver something, which is a way of its own to package it. */
const DELIVERS = /^(argoproj\.io|[\w.]*fluxcd\.io|fleet\.cattle\.io|tekton\.dev|triggers\.tekton\.dev)\//;

function isOfOtherProgram(f: ManifestFact): boolean {
  return f.fact === 'kubernetes-object' && OTHER_PROGRAMS.test(apiVersionOf(f));
}

function apiVersionOf(f: ManifestFact): string {
  return (f as ManifestFact<'kubernetes-object'>).data.apiVersion;
}

/** Applied for its own sake, not to have a controller deliver something else. */
function isApplied(f: ManifestFact): boolean {
  return (
    f.fact === 'kubernetes-workload' || (f.fact === 'kubernetes-object' && !DELIVERS.test(apiVersionOf(f)))
  );
}

/** The folders above a path, from the root (the empty one) down. */
function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, i) => parts.slice(0, i + 1).join('/'))];
}
