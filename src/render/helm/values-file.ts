/** A values file that is a Go template itself, as helmfile has them -> its values; what is not known in them is marked as such. */
import { type Mapping, mapping } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';
import { Engine, Refusal } from './evaluate.js';
import { TemplateSyntaxError } from './lexer.js';
import { parseTemplate } from './parser.js';
import { shown } from './unknown.js';
import { fromPlain, LimitError } from './value.js';
import { Budget, Writer } from './writer.js';

/** The values with `dot` as what the template sees; undefined where it cannot be read. Never throws. */
export function renderValues(template: string, path: string, dot: Mapping): Mapping | undefined {
  try {
    const parsed = parseTemplate(template);
    const engine = new Engine(new Map(), new Budget());
    const writer = new Writer(engine.budget);
    engine.run({ nodes: parsed.body, path }, fromPlain(dot), writer);
    const [document] = parseYaml(shown(writer.text().replaceAll('<no value>', '')));
    return document === undefined || document.error === '' ? mapping(document?.value) : undefined;
  } catch (error) {
    const known = [TemplateSyntaxError, Refusal, LimitError, RangeError].some((c) => error instanceof c);
    if (known) return undefined;
    throw error;
  }
}
