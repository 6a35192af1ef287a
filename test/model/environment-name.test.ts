import { describe, expect, it } from 'vitest';
import {
  environmentOfFileName,
  environmentWithin,
  normaliseEnvironment,
} from '../../src/model/environment-name.js';

describe('names of environments', () => {
  it.each([
    ['prod', 'production'],
    ['Live', 'production'],
    ['stg', 'staging'],
    ['gke-staging', 'staging'],
    ['crm_prod.eu', 'production'],
    ['pre-production', 'preprod'],
    ['non-prod', 'nonprod'],
    ['perf', 'perf'],
    ['dev-to-prod', 'dev-to-prod'],
  ])('%s is known as %s', (name, known) => {
    expect(normaliseEnvironment(name)).toBe(known);
  });

  it('finds none in a name of something else or of several', () => {
    for (const name of ['product', 'developer-portal', 'us-east-1', 'dev-to-prod', ''])
      expect(environmentWithin(name)).toBe('');
  });

  it('takes an ambiguous word of a file’s name only by itself', () => {
    expect(environmentOfFileName('test')).toBe('test');
    expect(environmentOfFileName('synthetic-test')).toBe('');
    expect(environmentOfFileName('platform-live')).toBe('');
    expect(environmentOfFileName('dev_config')).toBe('development');
  });
});
