/** What a Terraform expression comes to, as far as the repository says: through locals, defaults, variables files, and the arguments of local modules. */
import type { Evidence } from '../../model/evidence.js';
import { type AnyFact, type Fact, factsOf } from '../../model/facts.js';
import { evaluate, UNKNOWN, type Value } from './expression.js';
import { folderOfModule } from './stacks.js';

interface Given {
  value: string;
  literal: boolean;
}
interface TerraformValue extends Given {
  /** Where the values stand that were put in. */
  at: Evidence[];
}
export interface TerraformValues {
  (directory: string, given: Given): TerraformValue;
  /** The same where the module stands that this call makes: what other calls give it does not count. */
  through(call: Fact<'terraform-module'>): TerraformValues;
}

interface Found {
  value: Value;
  at: Evidence[];
}
const NOTHING: Found = { value: UNKNOWN, at: [] };
const DEEPEST = 10;
const REFERENCE = /^(var|local)\.([\w-]+)$/;

/** A file that Terraform takes by itself, in the folder in which it runs. */
const TAKEN_BY_ITSELF = /(^|\/)(terraform\.tfvars|[^/]*\.auto\.tfvars)(\.json)?$/;

/**
 * A look-up of values. Where environments set a variable differently, production's value is given. What cannot be told
 * comes back as it was given: a variable without a value, one that callers set differently.
 */
export function terraformValues(facts: readonly AnyFact[]): TerraformValues {
  const known = new Map<string, Fact<'terraform-value'>>();
  for (const fact of factsOf(facts, 'terraform-value'))
    known.set(`${fact.data.directory} ${fact.data.of} ${fact.name}`, fact);
  const files = filesByVariable(facts);
  const callers = new Map<string, Fact<'terraform-module'>[]>();
  for (const call of factsOf(facts, 'terraform-module')) {
    if (!call.data.local) continue;
    const folder = folderOfModule(call.data.directory, call.data.source);
    callers.set(folder, [...(callers.get(folder) ?? []), call]);
  }

  const resolver = (only?: Fact<'terraform-module'>): TerraformValues => {
    const reach = (directory: string, given: Given, depth: number): Found => {
      if (given.literal) return { value: scalar(given.value), at: [] };
      const at: Evidence[] = [];
      const value = evaluate(given.value, (of, name) => {
        if (depth >= DEEPEST) return UNKNOWN;
        const found = of === 'local' ? local(directory, name, depth) : variable(directory, name, depth);
        at.push(...found.at);
        return found.value;
      });
      return { value, at };
    };
    const own = (directory: string, of: 'local' | 'variable', name: string, depth: number): Found => {
      const fact = known.get(`${directory} ${of} ${name}`);
      if (!fact || (fact.data.value === '' && !fact.data.literal)) return NOTHING;
      const { value, at } = reach(directory, fact.data, depth + 1);
      return { value, at: at.length > 0 ? at : fact.evidence.slice(0, 1) };
    };
    const local = (directory: string, name: string, depth: number) => own(directory, 'local', name, depth);
    const variable = (directory: string, name: string, depth: number): Found => {
      const all = callers.get(directory) ?? [];
      const calls = only && all.includes(only) ? [only] : all;
      if (calls.length === 0) {
        const unset = own(directory, 'variable', name, depth);
        return fromFiles(files.get(name) ?? [], directory, unset) ?? unset;
      }
      return agreed(
        calls.map((call) => {
          const argument = call.data.arguments.find((a) => a.name === name);
          if (!argument) return own(directory, 'variable', name, depth);
          const { value, at } = reach(call.data.directory, argument, depth + 1);
          return { value, at: at.length > 0 ? at : lineIn(call, argument.line) };
        }),
      );
    };
    /** The expression that a mere name stands for, where only one place gives it. */
    const written = (directory: string, given: Given, depth: number): string => {
      const [, of, name = ''] =
        given.literal || depth > DEEPEST ? [] : (REFERENCE.exec(given.value.trim()) ?? []);
      if (of === undefined) return given.value;
      const [call, ...others] = of === 'var' ? (callers.get(directory) ?? []) : [];
      const argument = others.length === 0 ? call?.data.arguments.find((a) => a.name === name) : undefined;
      if (call && argument) return written(call.data.directory, argument, depth + 1);
      const fact = known.get(`${directory} ${of === 'var' ? 'variable' : 'local'} ${name}`);
      return fact && fact.data.value !== '' ? written(directory, fact.data, depth + 1) : given.value;
    };
    const resolve = (directory: string, given: Given): TerraformValue => {
      if (given.literal) return { ...given, at: [] };
      const { value, at } = reach(directory, given, 0);
      if (typeof value === 'symbol' || value === null || typeof value === 'object')
        return { value: written(directory, given, 0), literal: false, at: [] };
      return { value: String(value), literal: true, at };
    };
    return Object.assign(resolve, { through: (call: Fact<'terraform-module'>) => resolver(call) });
  };
  return resolver();
}

export type Resource = Fact<'terraform-resource'> | Fact<'cloud-resource'>;

/** Resources, of Terraform and of other systems, without those that are switched off: of a `count` that comes to nothing. */
export function existingResources(
  facts: readonly AnyFact[],
  resolve: TerraformValues = terraformValues(facts),
): Resource[] {
  const all: Resource[] = [...factsOf(facts, 'terraform-resource'), ...factsOf(facts, 'cloud-resource')];
  return all.filter(({ data }) => {
    const count = data.attributes.find((a) => a.name === 'count');
    if (!count) return true;
    const { value, literal } = resolve(data.directory, count);
    return !(literal && value === '0');
  });
}

interface SetValue {
  file: Fact<'terraform-variables-file'>;
  /** The folder of Terraform that the file lies in or under; undefined where it lies beside them. */
  root: string | undefined;
  given: Given & { line: number };
}

function filesByVariable(facts: readonly AnyFact[]): Map<string, SetValue[]> {
  const roots = new Set(
    [...factsOf(facts, 'terraform-resource'), ...factsOf(facts, 'terraform-module')]
      .filter((f) => f.evidence.every((e) => e.type !== 'file' || !e.path.endsWith('.hcl')))
      .map((f) => f.data.directory),
  );
  const byName = new Map<string, SetValue[]>();
  for (const file of factsOf(facts, 'terraform-variables-file')) {
    const root = rootOf(file.data.directory, roots);
    for (const given of file.data.values) {
      const all = byName.get(given.name) ?? [];
      all.push({ file, root, given });
      byName.set(given.name, all);
    }
  }
  return byName;
}

function rootOf(directory: string, roots: ReadonlySet<string>): string | undefined {
  for (let at = directory; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    if (roots.has(at)) return at;
    if (at === '') return undefined;
  }
}

/**
 * Undefined where no file that may be meant for the folder sets the variable. Files of other environments than production
 * say nothing of it: there the default may hold.
 */
function fromFiles(all: readonly SetValue[], directory: string, unset: Found): Found | undefined {
  const meant = all.filter(({ file, root }) =>
    TAKEN_BY_ITSELF.test(file.name)
      ? file.data.directory === directory
      : root === undefined || root === directory,
  );
  const production = meant.filter((m) => m.file.data.environment === 'production');
  const any = meant.filter((m) => m.file.data.environment === '');
  const chosen = production.length > 0 ? production : any.length > 0 ? any : meant;
  if (chosen.length === 0) return undefined;
  const found = chosen.map(
    ({ file, given }): Found => ({
      value: given.literal ? scalar(given.value) : evaluate(given.value, () => UNKNOWN),
      at: lineIn(file, given.line),
    }),
  );
  const settled = production.length + any.length > 0 || unset.value === UNKNOWN;
  return agreed(settled ? found : [...found, unset]);
}

/** The one value that several places give. */
function agreed(found: readonly Found[]): Found {
  const [first, ...others] = found;
  return first && others.every((f) => f.value === first.value) ? first : NOTHING;
}

/** Literals come as text: a number or a truth again, so that comparisons hold. */
function scalar(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

function lineIn(fact: AnyFact, line: number): Evidence[] {
  const [first] = fact.evidence;
  return first?.type === 'file' ? [{ type: 'file', path: first.path, line }] : [];
}
