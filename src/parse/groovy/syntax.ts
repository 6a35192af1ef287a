/** What Groovy text is made of, as far as pipelines need it: statements and values, with the lines on which they stand. */

export interface GroovyCall {
  type: 'call';
  /** `sh`, `docker.build`; of a call on another value only the method's name, with a dot in front: `.trim`. */
  name: string;
  /** What it is called on, where that is no plain name. */
  on: GroovyValue | undefined;
  given: GroovyValue[];
  named: { name: string; value: GroovyValue }[];
  /** The closure behind it, or the last one given. */
  block: GroovyStatement[] | undefined;
  line: number;
}

export type GroovyValue =
  | GroovyCall
  | { type: 'string'; text: string; interpolated: boolean; line: number; textLine: number }
  | { type: 'literal'; value: number | boolean | null }
  /** `env.BRANCH_NAME` */
  | { type: 'name'; name: string }
  | { type: 'list'; items: GroovyValue[] }
  | { type: 'map'; entries: { name: string; value: GroovyValue }[] }
  | { type: 'closure'; body: GroovyStatement[] }
  | { type: 'not'; operand: GroovyValue }
  | { type: 'binary'; operator: string; left: GroovyValue; right: GroovyValue }
  /** Anything else, by the values that it is made of. */
  | { type: 'other'; parts: GroovyValue[] };

export type GroovyStatement =
  | { type: 'value'; value: GroovyValue; line: number }
  | { type: 'set'; name: string; value: GroovyValue; line: number }
  | {
      type: 'if';
      condition: GroovyValue;
      then: GroovyStatement[];
      otherwise: GroovyStatement[];
      line: number;
    }
  | {
      type: 'try';
      body: GroovyStatement[];
      caught: GroovyStatement[] | undefined;
      finally: GroovyStatement[];
      line: number;
    }
  | { type: 'loop'; body: GroovyStatement[]; line: number }
  | { type: 'method'; name: string; parameters: string[]; body: GroovyStatement[]; line: number }
  | { type: 'return'; value: GroovyValue; line: number }
  | { type: 'throw'; value: GroovyValue; line: number };
