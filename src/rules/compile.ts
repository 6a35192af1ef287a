/** A rule with its expressions checked, ready to judge. */
import type { Rule } from '../model/rule.js';
import { compile, compileLater, type Expression, ExpressionError } from './expression.js';
import { compileTemplate, type Template } from './template.js';

export interface CompiledRule {
  when: Expression | undefined;
  notApplicable: Template | undefined;
  unknown: { when: Expression; because: Template }[];
  pass: Expression;
  evidence: Expression | undefined;
  message: { pass: Template; fail: Template };
}

/** What is wrong with a value of a rule's file: where in the file, and where in the text of the value. */
export interface Problem {
  path: readonly (string | number)[];
  offset: number;
  /** The key itself is wrong, not its value. */
  atKey?: boolean;
  message: string;
}

/** What has been compiled, so that judging does not do again what loading did. */
const compiledRules = new WeakMap<Rule, CompiledRule>();

/** Checks every expression and text of a rule and gives all that is wrong. */
export function compileRule(
  rule: Rule,
  make: typeof compile = compile,
): { compiled: CompiledRule | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  function attempt<T>(path: (string | number)[], read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ path, offset: error.offset, message: error.message });
      return undefined;
    }
  }
  const condition = (source: string, ...path: (string | number)[]) =>
    attempt(path, () => make(source, rule.subject, 'condition'));
  const text = (source: string, ...path: (string | number)[]) =>
    attempt(path, () => compileTemplate(source, rule.subject, make));

  const when = rule.when === undefined ? undefined : condition(rule.when, 'when');
  const notApplicable =
    rule.not_applicable === undefined ? undefined : text(rule.not_applicable, 'not_applicable');
  const unknown = rule.unknown.flatMap((entry, i) => {
    const asked = condition(entry.when, 'unknown', i, 'when');
    const because = text(entry.because, 'unknown', i, 'because');
    return asked === undefined || because === undefined ? [] : [{ when: asked, because }];
  });
  const pass = condition(rule.pass, 'pass');
  const { evidence: things } = rule;
  const evidence =
    things === undefined ? undefined : attempt(['evidence'], () => make(things, rule.subject, 'things'));
  const passes = text(rule.message.pass, 'message', 'pass');
  const fails = text(rule.message.fail, 'message', 'fail');
  if (problems.length > 0 || pass === undefined || passes === undefined || fails === undefined) {
    return { compiled: undefined, problems };
  }
  const message = { pass: passes, fail: fails };
  const compiled = { when, notApplicable, unknown, pass, evidence, message };
  compiledRules.set(rule, compiled);
  return { compiled, problems };
}

/**
 * The compiled rule; each is compiled once. One that has not been checked is compiled as far as judging comes: most rules of
 * most repositories end early.
 */
export function compiledRule(rule: Rule): CompiledRule {
  let compiled = compiledRules.get(rule);
  if (compiled === undefined) {
    const result = compileRule(rule, compileLater);
    if (result.compiled === undefined)
      throw new Error(`${rule.id}: ${result.problems[0]?.message ?? 'wrong'}`);
    compiled = result.compiled;
    compiledRules.set(rule, compiled);
  }
  return compiled;
}
