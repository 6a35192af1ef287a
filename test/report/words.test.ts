import { describe, expect, it } from 'vitest';
import {
  counted,
  day,
  daysRange,
  daysWords,
  firstLetterSmall,
  gain,
  interval,
  listed,
  percent,
  pointsWords,
  SEVERITY_WEIGHTS,
  sentence,
} from '../../src/report/words.js';
import { WEIGHTS } from '../../src/score/score.js';

describe('the words of reports', () => {
  it('write days as people do', () => {
    expect(daysRange({ low: 0.5, high: 1 })).toBe('½-1');
    expect(daysRange({ low: 2, high: 2 })).toBe('2');
    expect(daysRange({ low: 1.4, high: 9.6 })).toBe('1½-10');
    expect(daysRange({ low: 0.1, high: 0.5 })).toBe('<½');
    expect(daysRange({ low: 0.05, high: 0.1 })).toBe('<¼');
    expect(daysWords({ low: 0.5, high: 1 })).toBe('½-1 day');
    expect(daysWords({ low: 0.1, high: 0.5 })).toBe('less than ½ day');
    expect(daysWords({ low: 1, high: 2 })).toBe('1-2 days');
  });
  it('never round an open interval up to 100', () => {
    expect(percent(0.999)).toBe(99);
    expect(percent(1)).toBe(100);
    expect(percent(0.001)).toBe(0);
    expect(interval({ proven: 0.61, possible: 0.82 })).toBe('61-82');
    expect(interval({ proven: 0.61, possible: 0.611 })).toBe('61');
  });
  it('say points as whole numbers', () => {
    expect(gain(8.7)).toBe('+9');
    expect(gain(0.3)).toBe('<1');
    expect(pointsWords(1.2)).toBe('+1 point');
    expect(pointsWords(0.2)).toBe('less than 1 point');
  });
  it('write dates without asking for the time zone of the reader', () => {
    expect(day('2026-06-04T23:59:59.000Z')).toBe('4 June 2026');
    expect(day('')).toBe('');
    expect(day('2026-13-04')).toBe('2026-13-04');
  });
  it('count, list and end sentences', () => {
    expect(counted(1284, 'commit')).toBe('1,284 commits');
    expect(counted(1, 'person', 'people')).toBe('1 person');
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
