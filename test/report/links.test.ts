import { describe, expect, it } from 'vitest';
import { atLine } from '../../src/model/evidence.js';
import { commitAddress, lineAddress, placeOf, placesOf, webAddress } from '../../src/report/links.js';
import { repository } from './sample.js';

const at = (webUrl: string) => repository({ webUrl });
const SHA = '4f2c91a7c0ffee00000000000000000000000000';

describe('links to lines', () => {
  it.each([
    ['https://github.com/acme/shop', `https://github.com/acme/shop/blob/${SHA}/a/b.yml#L14`],
    ['https://github.com/acme/shop/', `https://github.com/acme/shop/blob/${SHA}/a/b.yml#L14`],
    [
      'https://gitlab.example.com/acme/shop',
      `https://gitlab.example.com/acme/shop/-/blob/${SHA}/a/b.yml#L14`,
    ],
    ['https://bitbucket.org/acme/shop', `https://bitbucket.org/acme/shop/src/${SHA}/a/b.yml#lines-14`],
    ['https://codeberg.org/acme/shop', `https://codeberg.org/acme/shop/src/commit/${SHA}/a/b.yml#L14`],
  ])('go to the page that %s shows', (webUrl, expected) => {
    expect(lineAddress(at(webUrl), 'a/b.yml', 14)).toBe(expected);
  });
  it('escape what a path may contain', () => {
    expect(lineAddress(at('https://github.com/acme/shop'), 'a b/#1?"<x>.yml', 2)).toBe(
      `https://github.com/acme/shop/blob/${SHA}/a%20b/%231%3F%22%3Cx%3E.yml#L2`,
    );
    expect(lineAddress(at('https://github.com/acme/shop'), '\ud800.yml', 1)).toContain('%EF%BF%BD.yml');
  });
  it('are left out where no remote names an address, or none that may be followed', () => {
    expect(lineAddress(at(''), 'a.yml', 1)).toBeUndefined();
    expect(lineAddress(at('javascript:alert(1)//'), 'a.yml', 1)).toBeUndefined();
    expect(commitAddress(at('file:///etc/passwd'))).toBeUndefined();
    expect(webAddress('data:text/html,x')).toBeUndefined();
  });
  it('go to commits', () => {
    expect(commitAddress(at('https://github.com/acme/shop'))).toBe(
      `https://github.com/acme/shop/commit/${SHA}`,
    );
    expect(commitAddress(at('https://github.com/acme/shop'), '"><script>')).toBeUndefined();
  });
});

describe('places', () => {
  it('are path:line for a file', () => {
    expect(placeOf(at(''), atLine('a/b.yml', 14))).toEqual({ text: 'a/b.yml:14', url: undefined });
  });
  it('name the commit and its day, the field on GitHub, and the question that was answered', () => {
    expect(placeOf(at(''), { type: 'commit', sha: SHA, at: '2026-06-04T15:30:00.000Z' }).text).toBe(
      'commit 4f2c91a of 4 June 2026',
    );
    expect(
      placeOf(at(''), { type: 'github', url: 'https://github.com/acme/shop/settings', field: 'protection' }),
    ).toEqual({
      text: 'GitHub: protection',
      url: 'https://github.com/acme/shop/settings',
    });
    expect(
      placeOf(at(''), { type: 'answer', question: 'Do backups restore?', by: 'Ada', at: '2026-06-04' }).text,
    ).toBe('answer of Ada, 4 June 2026: Do backups restore?');
  });
  it('are named once', () => {
    expect(
      placesOf(at(''), [atLine('a', 1, 'x'), atLine('a', 1, 'y'), atLine('a', 2)]).map((p) => p.text),
    ).toEqual(['a:1', 'a:2']);
  });
});
