/** YAML text -> values, fast, with the line of every mapping, sequence and key. Never throws for what it was fed. */

export interface YamlDocument {
  /** The value: plain objects, arrays, strings, numbers, booleans, null. Dates stay strings. Undefined where it did not parse. */
  value: unknown;
  /** The line (from 1) on which the document's content starts. */
  line: number;
  /** Why it did not parse: one line; empty where it did. */
  error: string;
  /** The line of the error, or 0. */
  errorLine: number;
  /** The line of a key of a mapping in this document, or of the mapping itself where there is no such key. */
  lineOf(mapping: object, key?: string | number): number;
}
