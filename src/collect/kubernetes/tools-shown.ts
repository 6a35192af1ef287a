/** Tools that single files of a cluster show: what they configure, encrypt or deliver with, be they templates or not. */
import { atLine, type FileEvidence } from '../../model/evidence.js';
import type { FactData } from '../../model/facts.js';
import { mapping, text, within } from '../../parse/shape.js';
import type { YamlDocument } from '../../parse/yaml.js';
import type { Collection } from '../collector.js';
import type { SourceText } from '../source-text.js';

type Category = FactData<'tool-use'>['category'];

const ARGO = /^[ \t]*["']?apiVersion["']?\s*:\s*["']?argoproj\.io\//m;
/** Where secrets come from that the Secrets Store CSI driver mounts, by what its objects say. */
const SECRET_STORES: readonly (readonly [tool: string, said: RegExp])[] = [
  ['aws-secrets-manager', /^[ \t-]*objectType:[ \t]*["']?secretsmanager\b/m],
  ['aws-ssm', /^[ \t-]*objectType:[ \t]*["']?ssmparameter\b/m],
  ['azure-key-vault', /^[ \t]*provider:[ \t]*["']?azure\b/m],
  ['gcp-secret-manager', /^[ \t]*provider:[ \t]*["']?gcp\b/m],
  ['vault', /^[ \t]*provider:[ \t]*["']?vault\b/m],
];

/** Lines named for one tool. */
const SHOWN = 5;

export class ToolsShown {
  readonly #shown = new Map<string, { category: Category; evidence: FileEvidence[] }>();

  constructor(readonly collection: Collection) {}

  /** What the text of a file shows by itself where it declares objects of these kinds. */
  look({ path, text: whole }: SourceText, kinds: ReadonlySet<string>): void {
    if ((kinds.has('Application') || kinds.has('ApplicationSet')) && ARGO.test(whole))
      this.#show('gitops', 'argocd', atLine(path, lineOf(whole, ARGO)));
    if (kinds.has('SecretProviderClass')) {
      for (const [tool, said] of SECRET_STORES)
        if (said.test(whole)) this.#show('secrets', tool, atLine(path, lineOf(whole, said)));
    }
  }

  /** What SOPS encrypted, or has Flux decrypt. */
  lookAtSecrets(path: string, document: YamlDocument): void {
    const value = mapping(document.value);
    const decrypted = mapping(within(value, 'spec', 'decryption'));
    if (text(mapping(value.sops).mac) !== '')
      this.#show('secrets', 'sops', atLine(path, document.lineOf(value, 'sops')));
    else if (text(decrypted.provider) === 'sops')
      this.#show('secrets', 'sops', atLine(path, document.lineOf(decrypted, 'provider')));
  }

  use(tool: string, category: Category, evidence: readonly FileEvidence[]): void {
    if (evidence.length > 0)
      this.collection.fact('tool-use', tool, { tool, category }, evidence.slice(0, SHOWN));
  }

  /** Gives what was shown. */
  tell(): void {
    for (const [tool, { category, evidence }] of this.#shown) this.use(tool, category, evidence);
  }

  #show(category: Category, tool: string, evidence: FileEvidence): void {
    const known = this.#shown.get(tool)?.evidence ?? [];
    this.#shown.set(tool, { category, evidence: [...known, evidence] });
  }
}

/** The line of the first match. */
function lineOf(whole: string, pattern: RegExp): number {
  return whole.slice(0, Math.max(0, whole.search(pattern))).split('\n').length;
}
