/** Manifests that Jinja fills in, as Ansible has them: they tell what is used, while how much of it is left to whoever fills them in. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { FactKind } from '../../model/facts.js';
import { loosenedJinja } from '../../parse/loosened.js';
import { mapping, text } from '../../parse/shape.js';
import { parseManifests } from '../../parse/yaml.js';
import type { Collection } from '../collector.js';
import { SourceText } from '../source-text.js';
import { factsLostWith, kindsIn } from './kinds.js';
import { type ManifestFact, readManifest } from './manifest.js';
import type { Release } from './releases.js';
import type { ToolsShown } from './tools-shown.js';

export class Templates {
  /** What they have a controller install. */
  readonly releases: Release[] = [];
  readonly kustomizations: FileEvidence[] = [];
  readonly #lost = new Set<FactKind>();
  /** Templates of objects that are counted. */
  readonly #unfilled: string[] = [];

  constructor(
    readonly collection: Collection,
    readonly tools: ToolsShown,
  ) {}

  /** The objects that say what is used; those that are counted stay unseen. */
  read({ path, text: written }: SourceText): ManifestFact[] {
    const source = new SourceText(path, loosenedJinja(written));
    const kinds = kindsIn(source.text);
    this.tools.look(source, kinds);
    const found = parseManifests(source.text).flatMap((document) => {
      if (document.error !== '') return [];
      this.tools.lookAtSecrets(path, document);
      if (text(mapping(document.value).apiVersion).startsWith('kustomize.config.k8s.io/')) {
        this.kustomizations.push(atLine(path, document.line));
        return [];
      }
      const { facts, releases } = readManifest(document.value, {
        placeOf: (of, key) => ({ path, line: document.lineOf(of, key) }),
        environment: '',
        whole: false,
      });
      this.releases.push(...releases);
      return facts.filter((f) => f.fact === 'gitops-application' || f.fact === 'kubernetes-object');
    });
    const lost = [...kinds].flatMap(factsLostWith).filter((kind) => kind !== 'gitops-application');
    for (const kind of lost) this.#lost.add(kind);
    if (lost.length > 0) this.#unfilled.push(path);
    return found;
  }

  tell(): void {
    const [path, ...others] = this.#unfilled;
    if (path === undefined) return;
    const more =
      others.length === 0 ? '' : others.length === 1 ? ' and another' : ` and ${others.length} others`;
    this.collection.gap({
      kinds: [...this.#lost].sort(),
      reason: 'not-rendered',
      what: `The Jinja template ${path}${more} cannot be filled in here`,
      path,
    });
  }
}
