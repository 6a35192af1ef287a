/** Decisions by an environment's name in expressions of Terraform. */
import { environmentWithin } from '../../../model/environment-name.js';
import { atLine } from '../../../model/evidence.js';
import { type HclBody, type HclExpression, literalString, partsOf } from '../../../parse/hcl.js';
import type { Place } from './place.js';

/** A name that says its value is an environment's: `environment`, `deploy_env`, `stage_name`, `workspace`. */
export const ENVIRONMENT_VARIABLE = /(^|_)(env|environment|stage|workspace)(_?(name|type))?$/i;

/**
 * Facts for expressions that compare a thing named for the environment with the literal name of one, one fact a line.
 * A map that is looked up by the environment counts where its keys stand in the same expression; a map that comes from
 * a variable or a local does not, for that is configuration. The allowed values of a variable decide on nothing.
 */
export function readConditions(body: HclBody, address: string, place: Place): void {
  const { collection, source, directory } = place;
  for (const { name, value } of body.attributes) {
    const seen = new Set<number>();
    for (const decision of decisionsIn(value)) {
      if (seen.has(decision.line)) continue;
      seen.add(decision.line);
      const short = value.text.length <= 160 && !value.text.includes('\n');
      const expression = short ? value.text : decision.text.replace(/\s+/g, ' ').slice(0, 160);
      const at = [address, name].filter((part) => part !== '').join('.');
      collection.fact('terraform-condition', at, { directory, expression }, [
        atLine(source.path, decision.line),
      ]);
    }
  }
  for (const block of body.blocks) readConditions(block, `${address}.${block.type}`, place);
}

function decisionsIn(expression: HclExpression): HclExpression[] {
  if (decides(expression)) return [expression];
  return partsOf(expression).flatMap(decisionsIn);
}

const LITERAL_SECOND: ReadonlySet<string> = new Set(['startswith', 'endswith', 'strcontains']);
const LITERAL_FIRST: ReadonlySet<string> = new Set(['regex', 'regexall']);

function decides(expression: HclExpression): boolean {
  const [first, second] = partsOf(expression);
  if (!first || !second) return false;
  switch (expression.type) {
    case 'operation':
      if (expression.operator !== '==' && expression.operator !== '!=') return false;
      return (
        (isEnvironment(first) && namesOne(second, first)) ||
        (isEnvironment(second) && namesOne(first, second))
      );
    case 'index':
      return hasEnvironmentKeys(first) && isEnvironment(second);
    case 'call':
      if (expression.name === 'contains')
        return (
          first.type === 'tuple' && isEnvironment(second) && first.parts.some((p) => namesOne(p, second))
        );
      if (expression.name === 'lookup') return hasEnvironmentKeys(first) && isEnvironment(second);
      if (LITERAL_SECOND.has(expression.name)) return isEnvironment(first) && namesOne(second, first);
      return LITERAL_FIRST.has(expression.name) && isEnvironment(second) && namesOne(first, second);
    default:
      return false;
  }
}

/** Is this a thing that bears an environment's name, by its own last word? */
function isEnvironment(expression: HclExpression): boolean {
  const parts = partsOf(expression);
  const [only] = parts;
  if (expression.type === 'template' && only && parts.length === 1)
    return expression.text === `"${only.text}"` && isEnvironment(only);
  if (expression.type === 'call' && only) {
    if (/^(lower|upper|trimspace|tostring)$/.test(expression.name)) return isEnvironment(only);
    return expression.name === 'get_env' && ENVIRONMENT_VARIABLE.test(literalString(only) ?? '');
  }
  const word = /([\w-]+)\)*$/.exec(expression.text)?.[1] ?? '';
  return expression.type === 'reference' && ENVIRONMENT_VARIABLE.test(word);
}

function namesOne(expression: HclExpression, compared: HclExpression): boolean {
  const name = literalString(expression) ?? '';
  return environmentWithin(name) !== '' || (name === 'default' && /\.workspace\b/.test(compared.text));
}

function hasEnvironmentKeys(expression: HclExpression): boolean {
  return expression.type === 'object' && expression.entries.some((e) => environmentWithin(e.key) !== '');
}
