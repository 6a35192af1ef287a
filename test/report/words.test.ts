import { describe, expect, it } from 'vitest';
import { day, firstLetterSmall, listed, SEVERITY_WEIGHTS, sentence } from '../../src/report/words.js';
import { WEIGHTS } from '../../src/score/score.js';

describe('the words of reports', () => {
  it('write dates without asking for the time zone of the reader', () => {
    expect(day('2026-06-04T23:59:59.000Z')).toBe('4 June 2026');
    expect(day('')).toBe('');
    expect(day('2026-13-04')).toBe('2026-13-04');
  });
  it('list and end sentences', () => {
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(sentence('It runs once')).toBe('It runs once.');
    expect(sentence('Does it run?')).toBe('Does it run?');
    expect(firstLetterSmall('Render the charts')).toBe('render the charts');
    expect(firstLetterSmall('AWS budgets')).toBe('AWS budgets');
  });
  it('name the weights that the score really uses', () => {
    expect(SEVERITY_WEIGHTS).toEqual(WEIGHTS);
  });
});
