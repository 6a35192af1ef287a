/** Kubernetes manifests -> facts: which files are run, what kustomizations and charts make of them, and what stays unseen. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { FactData, FactKind } from '../../model/facts.js';
import { parseImage } from '../../parse/image.js';
import {
  isKustomization,
  type Kustomization,
  type KustomizeChange,
  readKustomization,
} from '../../parse/kustomization.js';
import { type Mapping, mapping, mappings, text, within } from '../../parse/shape.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import { type Collection, defineCollector } from '../collector.js';
import { type ManifestFact, readManifest } from './manifest.js';
import type { SourceText } from '../source-text.js';

/**
 * What is not run: documentation, examples for others, tests and their throw-away clusters, a developer's scripts. This is
 * the one place that decides it. `docs` and `test` can also be an application and an environment, so they count as such
 * further down the tree.
 */
const NOT_RUN =
  /(^|\/)(examples?|samples?|tests|testing|e2e|hack|kind|minikube|\.github|\.circleci|\.devcontainer)\/|^(docs?|documentation|website|test)\//i;

/** JSON files that are well known to be something else. */
const OTHER_JSON =
  /(^|\/)(package|package-lock|composer|tsconfig[^/]*|jsconfig|angular|nx|project|lerna|turbo|renovate|biome|deno|global|manifest|\.[^/]*)\.json$/;

/** Files in the form of Kubernetes objects that no cluster takes: other programs read them. */
const OTHER_PROGRAMS =
  /^(backstage\.io|builtin|config\.kubernetes\.io|ctlptl\.dev|eksctl\.io|k3d\.io|kind\.x-k8s\.io|kubeadm\.k8s\.io|skaffold)\//;
/** Objects that have a controller deliver something, which is a way of its own to package it. */
const DELIVERS = /^(argoproj\.io|[\w.]*fluxcd\.io|fleet\.cattle\.io|tekton\.dev|triggers\.tekton\.dev)\//;
const ARGO = /^[ \t]*["']?apiVersion["']?\s*:\s*["']?argoproj\.io\//m;
const TEKTON = /^[ \t]*["']?apiVersion["']?\s*:\s*["']?tekton\.dev\//m;

const CHART = /(^|\/)Chart\.ya?ml$/;
const DECLARES = /(?:^[ \t]*(?:- )?|[{,]\s*)["']?apiVersion["']?\s*:/m;
const KIND = /(?:^[ \t]*(?:- )?|[{,]\s*)["']?kind["']?\s*:\s*["']?(\{\{|\w+)/gm;
const KIND_OF_DOCUMENT = /^kind[ \t]*:[ \t]*["']?(\{\{|\w+)/gm;
const TEMPLATED = /\{\{|\{%|<%|\[\[/;

/** Facts that a kustomization can change so that the manifest alone tells something wrong. */
const COUNTED: readonly FactKind[] = [
  'kubernetes-workload',
  'autoscaler',
  'disruption-budget',
  'image-reference',
];
const RUNS_PODS: readonly FactKind[] = ['kubernetes-workload', 'workload', 'image-reference'];
const ALL_COUNTED: readonly FactKind[] = [...RUNS_PODS, 'autoscaler', 'disruption-budget'];
const SCALABLE = /^(Deployment|StatefulSet|ReplicaSet|ReplicationController)$/;
/** Built-in transformers that reach further than names, labels and annotations. */
const REACHING_TRANSFORMER =
  /^(Patch|PatchTransformer|PatchStrategicMerge|PatchJson6902|Replica|ImageTag|Replacement)/;

/** Where secrets come from that the Secrets Store CSI driver mounts, by what its objects say. */
const SECRET_STORES: readonly (readonly [tool: string, said: RegExp])[] = [
  ['aws-secrets-manager', /^[ \t-]*objectType:[ \t]*["']?secretsmanager\b/m],
  ['aws-ssm', /^[ \t-]*objectType:[ \t]*["']?ssmparameter\b/m],
  ['azure-key-vault', /^[ \t]*provider:[ \t]*["']?azure\b/m],
  ['gcp-secret-manager', /^[ \t]*provider:[ \t]*["']?gcp\b/m],
  ['vault', /^[ \t]*provider:[ \t]*["']?vault\b/m],
];

/** The kinds that a text declares, without parsing it: those of its documents or, in a list or JSON, any. */
function kindsIn(text: string): ReadonlySet<string> {
  const own = [...text.matchAll(KIND_OF_DOCUMENT)];
  return new Set((own.length > 0 ? own : [...text.matchAll(KIND)]).map((m) => m[1] ?? ''));
}

/** The kinds of fact that an object of a Kubernetes kind would have given. */
function factsLostWith(kind: string): readonly FactKind[] {
  if (
    /^(Deployment|StatefulSet|Rollout|Prometheus|Alertmanager|ThanosRuler|DeploymentConfig|\{\{)$/.test(kind)
  )
    return RUNS_PODS;
  if (/^(DaemonSet|Job|CronJob|ReplicaSet|Pod)$/.test(kind))
    return ['kubernetes-workload', 'image-reference'];
  if (/^(HorizontalPodAutoscaler|ScaledObject)$/.test(kind)) return ['autoscaler'];
  if (kind === 'PodDisruptionBudget') return ['disruption-budget'];
  if (/^(Application|ApplicationSet|HelmRelease)$/.test(kind)) return ['gitops-application'];
  return [];
}

type Category = FactData<'tool-use'>['category'];

export const kubernetes = defineCollector({
  name: 'kubernetes',
  title: 'Kubernetes',
  gives: [
    'autoscaler',
    'disruption-budget',
    'gitops-application',
    'image-reference',
    'kubernetes-object',
    'kubernetes-workload',
    'tool-use',
  ],
  reads(path) {
    if (NOT_RUN.test(path)) return false;
    return (
      /\.ya?ml$/.test(path) || isKustomization(path) || (path.endsWith('.json') && !OTHER_JSON.test(path))
    );
  },
  start(collection) {
    const files = new ManifestFiles(collection);
    return { file: (source) => files.read(source), end: () => files.finish() };
  },
});

interface KustomizationFile extends Kustomization {
  path: string;
  namespace: string;
}

class ManifestFiles {
  readonly #manifests = new Map<string, ManifestFact[]>();
  /** What the documents of a file name: where the file is a patch, that is what it changes. */
  readonly #named = new Map<string, KustomizeChange[]>();
  /** By folder. */
  readonly #kustomizations = new Map<string, KustomizationFile>();
  /** The kinds that the templates of a chart declare, by the chart's folder. */
  readonly #templates = new Map<string, Set<string>>();
  readonly #chartFiles = new Map<string, string>();
  /** Charts that controllers install, with the first file that names each. */
  readonly #installed = new Map<string, string>();
  /** Images that Skaffold builds: their names in manifests are filled in when it deploys. */
  readonly #built = new Set<string>();
  /** Tools that single files show, by name. */
  readonly #shown = new Map<string, { category: Category; evidence: FileEvidence[] }>();
  #chartFolders: ReadonlySet<string> | undefined;

  constructor(readonly collection: Collection) {}

  read(source: SourceText): void {
    if (isKustomization(source.path)) this.#readKustomization(source);
    else if (CHART.test(source.path)) this.#readChart(source);
    else if (DECLARES.test(source.text)) this.#readManifests(source);
  }

  #readManifests(source: SourceText): void {
    const { path } = source;
    const kinds = kindsIn(source.text);
    // The schema of a kind declares nothing that runs, and such files are the largest of all.
    if ([...kinds].every((kind) => kind === 'CustomResourceDefinition')) return;

    const chart = this.#chartOf(path);
    if (chart !== undefined && source.text.includes('{{')) {
      this.#look(source, kinds);
      const known = this.#templates.get(chart) ?? new Set();
      for (const kind of kinds) known.add(kind);
      this.#templates.set(chart, known);
      return;
    }
    this.#look(source, new Set(source.as(parseYaml).flatMap(({ value }) => kindsOf(value))));
    const facts: ManifestFact[] = [];
    const open: string[] = [];
    for (const document of source.as(parseYaml)) {
      if (document.error !== '') {
        this.#unreadable(source, document, [...kinds].flatMap(factsLostWith));
        continue;
      }
      const value = mapping(document.value);
      this.#note(path, value);
      const decrypted = mapping(within(value, 'spec', 'decryption'));
      if (text(mapping(value.sops).mac) !== '')
        this.#show('secrets', 'sops', atLine(path, document.lineOf(value, 'sops')));
      else if (text(decrypted.provider) === 'sops')
        this.#show('secrets', 'sops', atLine(path, document.lineOf(decrypted, 'provider')));
      const manifest = readManifest(document.value, {
        placeOf: (value, key) => ({ path, line: document.lineOf(value, key) }),
        environment: '',
      });
      facts.push(...manifest.facts.filter((f) => !isOfOtherProgram(f)));
      open.push(...manifest.open);
      for (const name of manifest.charts)
        if (name !== '' && !this.#installed.has(name)) this.#installed.set(name, path);
    }
    if (facts.length > 0) this.#manifests.set(path, facts);
    if (open.length > 0)
      this.collection.gap({
        kinds: ['kubernetes-workload', 'workload', 'autoscaler'],
        reason: 'not-rendered',
        what: `${path} leaves the ${open.join(', the ')} to whoever fills it in`,
        path,
      });
  }

  finish(): void {
    const withheld = this.#followKustomizations();
    for (const f of [...this.#manifests.values()].flat()) {
      if (!withheld.has(f)) this.collection.fact(f.fact, f.name, this.#filledIn(f), f.evidence);
    }
    this.#tellOfCharts();
    this.#tellOfPackaging();
    for (const [tool, { category, evidence }] of this.#shown) this.#use(tool, category, evidence);
    this.#tellOfTekton();
  }

  /** What the text of a file shows by itself, be it a template or not, where it declares objects of these kinds. */
  #look({ path, text: whole }: SourceText, kinds: ReadonlySet<string>): void {
    if ((kinds.has('Pipeline') || kinds.has('PipelineRun')) && TEKTON.test(whole))
      this.#show('ci', 'tekton', atLine(path, lineOf(whole, TEKTON)));
    if ((kinds.has('Application') || kinds.has('ApplicationSet')) && ARGO.test(whole))
      this.#show('gitops', 'argocd', atLine(path, lineOf(whole, ARGO)));
    if (kinds.has('SecretProviderClass')) {
      for (const [tool, said] of SECRET_STORES)
        if (said.test(whole)) this.#show('secrets', tool, atLine(path, lineOf(whole, said)));
    }
  }

  #show(category: Category, tool: string, evidence: FileEvidence): void {
    const known = this.#shown.get(tool)?.evidence ?? [];
    this.#shown.set(tool, { category, evidence: [...known, evidence] });
  }

  #use(tool: string, category: Category, evidence: FileEvidence[]): void {
    if (evidence.length > 0) this.collection.fact('tool-use', tool, { tool, category }, evidence.slice(0, 5));
  }

  #tellOfTekton(): void {
    const [first] = this.#shown.get('tekton')?.evidence ?? [];
    if (!first) return;
    this.collection.gap({
      kinds: ['pipeline', 'pipeline-activity', 'delivery-path'],
      reason: 'not-supported',
      what: `Tekton is used here (${first.path}) and is not read yet`,
      path: first.path,
    });
  }

  /** How objects get into a cluster: by charts, by kustomizations, or as plain files that neither of them takes. */
  #tellOfPackaging(): void {
    const charts = [...this.#chartFiles].filter(
      ([folder]) => this.#chartOf(`${folder}/templates/`) === folder && this.#holdsObjects(folder),
    );
    const kustomizations = [...this.#kustomizations.values()];
    const taken = new Set<string>();
    for (const [folder, k] of this.#kustomizations)
      for (const file of [...this.#reach(folder).files, ...k.tools.map((t) => resolved(folder, t))])
        taken.add(file);
    const plain = [...this.#manifests].flatMap(([path, facts]) => {
      const applied =
        taken.has(path) || this.#chartOf(path) !== undefined ? undefined : facts.find(isApplied);
      return applied ? applied.evidence.slice(0, 1) : [];
    });
    this.#use('helm', 'k8s-packaging', [
      ...charts.map(([, path]) => atLine(path, 1)),
      ...kustomizations.filter((k) => k.charts.length > 0).map((k) => atLine(k.path, 1)),
    ]);
    this.#use(
      'kustomize',
      'k8s-packaging',
      kustomizations.map((k) => atLine(k.path, 1)),
    );
    this.#use('manifests', 'k8s-packaging', plain);
  }

  /** A chart with templates, or one that only gathers others. */
  #holdsObjects(folder: string): boolean {
    const templates = `${folder === '' ? '' : `${folder}/`}templates/`;
    return this.#templates.has(folder) || this.collection.files.some((f) => f.path.startsWith(templates));
  }

  /** An image that Skaffold builds and that the manifest names without a tag is a placeholder, not a deployed image. */
  #filledIn(f: ManifestFact): ManifestFact['data'] {
    if (f.fact !== 'image-reference') return f.data;
    const data = (f as ManifestFact<'image-reference'>).data;
    return data.pin === 'floating' && data.tag === '' && this.#built.has(data.image)
      ? { ...data, pin: 'placeholder' }
      : data;
  }

  #note(path: string, value: Mapping): void {
    const kind = text(value.kind);
    const change = { kind, name: text(mapping(value.metadata).name), file: '' };
    const any = text(value.apiVersion) === 'builtin' && REACHING_TRANSFORMER.test(kind);
    const known = this.#named.get(path) ?? [];
    known.push(any ? { kind: '', name: '', file: '' } : change);
    this.#named.set(path, known);
    if (text(value.apiVersion).startsWith('skaffold/')) {
      for (const artifact of mappings(within(value, 'build', 'artifacts')))
        this.#built.add(text(artifact.image));
    }
  }

  #unreadable(source: SourceText, document: YamlDocument, kinds: readonly FactKind[]): void {
    const { path } = source;
    const lost = new Set(kinds);
    if (lost.size === 0) return;
    const line = document.errorLine || document.line;
    if (TEMPLATED.test(source.text))
      this.collection.gap({
        kinds: [...lost],
        reason: 'not-rendered',
        what: `${path} is a template that was not rendered (line ${line})`,
        path,
      });
    else
      this.collection.gap({
        kinds: [...lost],
        reason: 'unreadable',
        what: `${path}:${line} is not valid YAML: ${document.error}`,
        remedy: 'Mend the file, or move it out of the way if nothing applies it.',
        path,
      });
  }

  // --- Helm -----------------------------------------------------------------------------------------------------------

  /** The outermost chart in whose templates this file lies. */
  #chartOf(path: string): string | undefined {
    this.#chartFolders ??= new Set(
      this.collection.files.filter((f) => CHART.test(f.path)).map((f) => folderOf(f.path)),
    );
    if (!/(^|\/)templates\//.test(path)) return undefined;
    return ancestorsOf(path).find((folder) => this.#chartFolders?.has(folder));
  }

  #readChart(source: SourceText): void {
    const folder = folderOf(source.path);
    this.#chartFiles.set(folder, source.path);
    for (const { value } of source.as(parseYaml)) {
      const remote = mappings(mapping(value).dependencies).filter((d) =>
        /^(https?|oci|alias):|^@/.test(text(d.repository)),
      );
      for (const d of remote) {
        const known = this.#templates.get(folder) ?? new Set();
        known.add(`chart ${text(d.name)}`);
        this.#templates.set(folder, known);
      }
    }
  }

  #tellOfCharts(): void {
    for (const [folder, declared] of this.#templates) {
      const remote = [...declared].filter((d) => d.startsWith('chart '));
      const lost = new Set<FactKind>(remote.length > 0 ? ALL_COUNTED : [...declared].flatMap(factsLostWith));
      const kinds = [...declared].filter((d) => factsLostWith(d).length > 0 && d !== '{{').sort();
      if (lost.size === 0) continue;
      this.collection.gap({
        kinds: [...lost],
        reason: 'not-rendered',
        what: `The Helm chart in ${folder || 'the root'} was not rendered: ${[...kinds, ...remote].join(', ') || 'its objects'} cannot be told`,
        path: this.#chartFiles.get(folder) ?? `${folder === '' ? '' : `${folder}/`}Chart.yaml`,
      });
    }
    const elsewhere = [...this.#installed].filter(
      ([name]) => !this.collection.has(`${plainPath(name)}/Chart.yaml`),
    );
    const [first] = elsewhere;
    if (!first) return;
    const names = elsewhere.map(([name]) => name).sort();
    this.collection.gap({
      kinds: [...ALL_COUNTED],
      reason: 'not-rendered',
      what: `What the installed charts run is not in this repository: ${names.join(', ')}`,
      path: first[1],
    });
  }

  // --- Kustomize ------------------------------------------------------------------------------------------------------

  #readKustomization(source: SourceText): void {
    for (const document of source.as(parseYaml)) {
      if (document.error !== '') {
        this.#unreadable(source, document, ALL_COUNTED);
        continue;
      }
      const value = mapping(document.value);
      // Flux names its own objects Kustomization too; those are manifests.
      const apiVersion = text(value.apiVersion) || 'kustomize.config.k8s.io/v1beta1';
      if (!apiVersion.startsWith('kustomize.config.k8s.io/')) continue;
      const folder = folderOf(source.path);
      const namespace = text(value.namespace);
      this.#kustomizations.set(folder, { ...readKustomization(value), path: source.path, namespace });
      const kind = text(value.kind) || 'Kustomization';
      this.collection.fact('kubernetes-object', folder || '.', { apiVersion, kind, namespace }, [
        atLine(source.path, document.line),
      ]);
    }
  }

  /**
   * The facts that must not be told: of patches, of components that nothing includes, and of manifests that a kustomization
   * changes in what is counted. For the last there is a gap at each kustomization that nothing else gathers.
   */
  #followKustomizations(): ReadonlySet<ManifestFact> {
    const withheld = new Set<ManifestFact>();
    const gathered = new Set<string>();
    const live = new Set<string>();
    for (const [folder, k] of this.#kustomizations) {
      for (const tool of k.tools) this.#withholdFile(resolved(folder, tool), withheld);
      if (k.component) continue;
      for (const other of this.#reach(folder).folders) {
        live.add(other);
        if (other !== folder) gathered.add(other);
      }
    }
    const liveFiles = new Set([...live].flatMap((folder) => this.#reach(folder).files));
    for (const [folder, k] of this.#kustomizations) {
      if (!k.component || live.has(folder)) continue;
      for (const file of this.#reach(folder).files)
        if (!liveFiles.has(file)) this.#withholdFile(file, withheld);
    }
    for (const [folder, k] of this.#kustomizations) {
      if (!k.component && !gathered.has(folder)) this.#followRoot(folder, k, withheld);
    }
    return withheld;
  }

  #followRoot(root: string, file: KustomizationFile, withheld: Set<ManifestFact>): void {
    const hidden = new Set<FactKind>();
    const objects = new Set<string>();
    const unseen: string[] = [];
    for (const folder of this.#reach(root).folders) {
      const k = this.#kustomizations.get(folder);
      if (!k) continue;
      unseen.push(...k.charts.map((c) => `chart ${c}`), ...[...k.gathers, ...k.components].filter(isRemote));
      // What a component changes, it changes in all that its includer gathers.
      const reach = k.component ? this.#reach(root) : this.#reach(folder);
      const changes = k.changes.flatMap((c) => this.#targetsOf(folder, c));
      for (const f of reach.files.flatMap((path) => this.#manifests.get(path) ?? [])) {
        if (!COUNTED.includes(f.fact)) continue;
        const changed =
          changes.some((c) => fits(c, f)) || (f.fact === 'image-reference' && replacesImage(k, f));
        if (!changed) continue;
        withheld.add(f);
        hidden.add(f.fact);
        objects.add(`${f.kind} ${f.name}`);
      }
    }
    if (hidden.has('kubernetes-workload')) hidden.add('workload');
    if (unseen.length > 0) for (const kind of ALL_COUNTED) hidden.add(kind);
    if (hidden.size === 0) return;
    this.collection.gap({
      kinds: [...hidden],
      reason: 'not-rendered',
      what: `The kustomization ${file.path} was not rendered; it decides on ${[...objects, ...unseen].sort().join(', ')}`,
      path: file.path,
    });
  }

  #targetsOf(folder: string, change: KustomizeChange): KustomizeChange[] {
    if (change.file === '') return [change];
    return this.#named.get(resolved(folder, change.file)) ?? [{ kind: '', name: '', file: '' }];
  }

  #withholdFile(path: string, withheld: Set<ManifestFact>): void {
    for (const f of this.#manifests.get(path) ?? []) withheld.add(f);
  }

  /** Every kustomization and file that this one gathers, itself included. */
  #reach(folder: string): { folders: string[]; files: string[] } {
    const folders = new Set<string>();
    const files = new Set<string>();
    const visit = (at: string) => {
      const k = this.#kustomizations.get(at);
      if (!k || folders.has(at)) return;
      folders.add(at);
      for (const entry of [...k.gathers, ...k.components]) {
        if (isRemote(entry)) continue;
        const path = resolved(at, entry);
        if (this.#kustomizations.has(path)) visit(path);
        else files.add(path);
      }
    };
    visit(folder);
    return { folders: [...folders], files: [...files] };
  }
}

/** The line of the first match. */
function lineOf(whole: string, pattern: RegExp): number {
  return whole.slice(0, Math.max(0, whole.search(pattern))).split('\n').length;
}

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

function fits(change: KustomizeChange, f: ManifestFact): boolean {
  const kind =
    change.kind === '' || change.kind === f.kind || (change.kind === 'replicas' && SCALABLE.test(f.kind));
  return kind && (change.name === '' || change.name === f.name);
}

function replacesImage(k: Kustomization, f: ManifestFact): boolean {
  if (k.images.length === 0) return false;
  const { registry, repository, tag } = parseImage((f as ManifestFact<'image-reference'>).data.image);
  const name = registry === '' ? repository : `${registry}/${repository}`;
  return k.images.includes(name) || k.images.includes(`${name}:${tag}`);
}

function isRemote(entry: string): boolean {
  return /:\/\/|^git@|^(github|gitlab|bitbucket)\.[a-z]+\/|[?&]ref=/.test(entry);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The folders above a path, from the root (the empty one) down. */
function ancestorsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, i) => parts.slice(0, i + 1).join('/'))];
}

/** A path from the root, for one that is written relative to a folder; `..` above the root stays at the root. */
function resolved(folder: string, entry: string): string {
  return plainPath(`${folder}/${entry}`);
}

function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The kinds of an object and of those that it lists; an object inside of a text is none. */
function kindsOf(value: unknown): string[] {
  const { kind, items } = mapping(value);
  return [text(kind), ...mappings(items).map((item) => text(item.kind))].filter((k) => k !== '');
}
