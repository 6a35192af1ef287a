import { describe, expect, it } from 'vitest';
import { Assessment } from '../../src/model/assessment.js';
import { jsonReport } from '../../src/report/json.js';
import { assessmentSchema } from '../../src/report/schema.js';
import { emptyAssessment, sampleAssessment } from './sample.js';

describe('the JSON report', () => {
  it.each([
    ['a sample of two repositories', sampleAssessment()],
    ['an empty repository', emptyAssessment()],
  ])('keeps everything and fits the schema: %s', (_, assessment) => {
    const value: unknown = JSON.parse(jsonReport(assessment));
    expect(value).toEqual(assessment);
    expect(Assessment.parse(value)).toEqual(assessment);
  });
  it('has one order of keys, however the assessment came to be', () => {
    const assessment = sampleAssessment();
    const backwards = Object.fromEntries(
      Object.entries(assessment).reverse(),
    ) as unknown as typeof assessment;
    backwards.repositories = assessment.repositories.map(
      (r) => Object.fromEntries(Object.entries(r).reverse()) as unknown as typeof r,
    );
    expect(jsonReport(backwards)).toBe(jsonReport(assessment));
    expect(Object.keys(JSON.parse(jsonReport(assessment)) as object).slice(0, 3)).toEqual([
      'schemaVersion',
      'tool',
      'at',
    ]);
  });
  it('is indented by two spaces and ends with a newline', () => {
    const text = jsonReport(sampleAssessment());
    expect(text.startsWith('{\n  "schemaVersion": "1.0",\n  "tool": {\n    "name": "plimsoll"')).toBe(true);
    expect(text.endsWith('\n}\n')).toBe(true);
  });
});

describe('the schema', () => {
  it('is a JSON Schema that names what every assessment has', () => {
    const schema = assessmentSchema();
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.required).toEqual(
      expect.arrayContaining(['repositories', 'scores', 'recommendations', 'maturity']),
    );
    expect(() => JSON.stringify(schema)).not.toThrow();
  });
});
