/** The JSON Schema of an assessment, published as docs/assessment.schema.json. */
import * as z from 'zod';
import { ASSESSMENT_SCHEMA_VERSION, Assessment } from '../model/assessment.js';

export function assessmentSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Plimsoll assessment ${ASSESSMENT_SCHEMA_VERSION}`,
    ...z.toJSONSchema(Assessment, { reused: 'ref' }),
  };
}
