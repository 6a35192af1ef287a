/** The YAML and templates of a tree, kept while they may still be gathered, rendered or patched by others. */

import { lazily } from '../../parse/lazily.js';
import { parseYaml, type YamlDocument } from '../../parse/yaml.js';
import type { Collection } from '../collector.js';
import { SourceText } from '../source-text.js';

/** Texts beyond this are not kept, all together. Bytes of UTF-16; a tree of manifests holds a tenth of it. */
const MOST = 64 * 1024 * 1024;

export class Sources {
  readonly #texts = new Map<string, SourceText>();
  #size = 0;

  constructor(readonly collection: Collection) {}

  /** Only the text: what others have parsed of it is large, and few are asked for again. */
  keep({ path, text }: SourceText): void {
    this.#size += text.length;
    if (this.#size <= MOST) this.#texts.set(path, new SourceText(path, text));
  }

  text(path: string): string | undefined {
    return this.#texts.get(path)?.text;
  }

  documents(path: string): readonly YamlDocument[] | undefined {
    return this.#texts.get(path)?.as(parseYaml);
  }

  readonly #everything = lazily(() => new Set(this.collection.everything.map((f) => f.path)));

  /** Is there a file at this path, read or not? */
  has(path: string): boolean {
    return this.#everything().has(path);
  }

  /** The kept files below a folder. */
  *below(folder: string): Generator<SourceText> {
    const start = folder === '' ? '' : `${folder}/`;
    for (const source of this.#texts.values()) if (source.path.startsWith(start)) yield source;
  }
}
