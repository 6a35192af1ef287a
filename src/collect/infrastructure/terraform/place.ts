/** The file of Terraform that is read, and texts in its blocks. */
import { attributeOf, type HclBody, type HclEntry, literalString } from '../../../parse/hcl.js';
import type { Collection } from '../../collector.js';
import type { SourceText } from '../../source-text.js';

export interface Place {
  collection: Collection;
  source: SourceText;
  directory: string;
}

export function entryString(entries: readonly HclEntry[], key: string): string {
  const entry = entries.find((e) => e.key === key);
  return entry ? (literalString(entry.value) ?? '') : '';
}

export function attributeString(body: HclBody, name: string): string {
  const attribute = attributeOf(body, name);
  return attribute ? (literalString(attribute.value) ?? '') : '';
}
