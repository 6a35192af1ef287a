/** The JSON schema of a rule's file, from zod: `rules/schema.json`, which editors read. */
import * as z from 'zod';
import { Rule } from '../model/rule.js';

/** The schema as it is published. */
export function ruleSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(Rule, { io: 'input', unrepresentable: 'any' });
  return { $schema, title: 'A rule of Plimsoll', ...schema };
}
