/** What stands around a statement of a Jenkinsfile: the stage, its conditions, the folder, the variables. */

import type { NamedValue, PipelineJob } from '../../../parse/ci/pipeline.js';
import type { GroovyCall } from '../../../parse/groovy/syntax.js';
import { named, textOf } from './groovy-values.js';

/** Around a statement: what decides whether it runs, and where. */
export interface Around {
  /** The stage or branch that it belongs to. */
  label: string;
  line: number;
  /** Everything that must hold. */
  conditions: readonly string[];
  /** So many of the conditions are those of the job; the others are of the step. */
  ofJob: number;
  /** `always()` or `failure()` where it stands in a `finally`, `catch` or `post`. */
  status: string;
  jobStatus: string;
  directory: string;
  variables: readonly NamedValue[];
  matrix: PipelineJob['matrix'];
  concurrency: string;
  strings: ReadonlyMap<string, string>;
  depth: number;
}

export function nothingAround(line: number): Around {
  return {
    label: '',
    line,
    conditions: [],
    ofJob: 0,
    status: '',
    jobStatus: '',
    directory: '',
    variables: [],
    matrix: [],
    concurrency: '',
    strings: new Map(),
    depth: 0,
  };
}

/** The lock that a step or option takes. */
export function lockOf(call: GroovyCall, around: Around): string {
  return `lock ${textOf(named(call, 'resource') ?? named(call, 'label') ?? call.given[0], around.strings)}`;
}

/** A condition as jobs and steps write it: nothing where it always holds. */
export function plain(condition: string): string {
  return condition === 'true' ? '' : condition;
}
