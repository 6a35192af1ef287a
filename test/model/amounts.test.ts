import { describe, expect, it } from 'vitest';
import {
  counted,
  daysRange,
  daysWords,
  gain,
  interval,
  percent,
  pointsWords,
} from '../../src/model/amounts.js';

describe('amounts', () => {
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
    expect(interval({ proven: 0.997, possible: 0.999 })).toBe('99');
    expect(interval({ proven: 0.84, possible: 1 })).toBe('84-100');
    expect(interval({ proven: 0.61, possible: 0.611 })).toBe('61');
  });
  it('say points as whole numbers', () => {
    expect(gain(8.7)).toBe('+9');
    expect(gain(0.3)).toBe('<1');
    expect(pointsWords(1.2)).toBe('+1 point');
    expect(pointsWords(0.2)).toBe('less than 1 point');
  });
  it('count one thing and many', () => {
    expect(counted(1284, 'commit')).toBe('1,284 commits');
    expect(counted(1, 'person', 'people')).toBe('1 person');
  });
});
