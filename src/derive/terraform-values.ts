/** What a Terraform expression comes to, as far as the repository says: through locals, defaults and the arguments of local modules. */
import { type AnyFact, type FactData, factsOf } from '../model/facts.js';
import { folderOfModule } from './terraform-stacks.js';

interface TerraformValue {
  value: string;
  literal: boolean;
}
export type TerraformValues = (directory: string, given: TerraformValue) => TerraformValue;

const REFERENCE = /^(var|local)\.([\w-]+)$/;
const DEEPEST = 10;

/**
 * A look-up of values. What cannot be told comes back as it was given: a variable without a default, one that callers
 * set differently, one that a variables file sets.
 */
export function terraformValues(facts: readonly AnyFact[]): TerraformValues {
  const known = new Map<string, FactData<'terraform-value'>>();
  for (const { name, data } of factsOf(facts, 'terraform-value'))
    known.set(`${data.directory} ${data.of} ${name}`, data);
  const set = new Set(factsOf(facts, 'terraform-variables-file').flatMap((f) => f.data.variables));
  const callers = new Map<string, FactData<'terraform-module'>[]>();
  for (const { data } of factsOf(facts, 'terraform-module')) {
    if (!data.local) continue;
    const folder = folderOfModule(data.directory, data.source);
    callers.set(folder, [...(callers.get(folder) ?? []), data]);
  }

  const lookUp = (directory: string, given: TerraformValue, depth: number): TerraformValue | undefined => {
    const [, of, name = ''] = given.literal ? [] : (REFERENCE.exec(given.value.trim()) ?? []);
    if (of === undefined) return given;
    if (depth > DEEPEST) return undefined;
    const own = known.get(`${directory} ${of === 'var' ? 'variable' : 'local'} ${name}`);
    if (of === 'local') return own && lookUp(directory, own, depth + 1);
    const calls = callers.get(directory) ?? [];
    if (calls.length === 0 && set.has(name)) return undefined;
    const values = (calls.length > 0 ? calls : [undefined]).map((call) => {
      const argument = call?.arguments.find((a) => a.name === name);
      if (call && argument) return lookUp(call.directory, argument, depth + 1);
      return own && own.value !== '' ? own : undefined;
    });
    const [first, ...others] = values;
    return others.every((v) => v?.value === first?.value) ? first : undefined;
  };
  return (directory, given) => {
    const { value, literal } = lookUp(directory, given, 0) ?? given;
    return { value, literal };
  };
}
