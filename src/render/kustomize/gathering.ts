/** What a build has gathered so far, and what its steps may ask of it. */
import type { Mapping } from '../../parse/shape.js';
import type { Place } from '../rendered.js';
import type { FieldTables } from './field-tables.js';
import type { KustomizeFiles } from './files.js';
import type { Resource } from './identity.js';
import type { Tree } from './tree.js';

/** A variable, and the object that had its name where it was declared. */
export interface DeclaredVariable {
  written: Mapping;
  resource: Resource | undefined;
  place: Place;
}

/** What is gathered so far: the objects, the fields that are known, and whether some objects cannot be seen. */
export interface Gathering {
  resources: Resource[];
  tables: FieldTables;
  variables: DeclaredVariable[];
  open: boolean;
}

export interface Progress {
  readonly tree: Tree;
  readonly files: KustomizeFiles;
  /** Files that were read. */
  readonly read: Set<string>;
  /** A program of its own makes or changes objects. */
  notRun(at: Place, kind: string, into: Gathering): void;
}
