import { describe, expect, it } from 'vitest';
import { readAddress } from '../../src/source/address.js';

describe('the address of a remote', () => {
  it.each([
    ['https://github.com/o/n.git', 'https://github.com/o/n', 'o/n'],
    ['https://github.com/o/n/', 'https://github.com/o/n', 'o/n'],
    ['http://git.example.com:8080/o/n', 'https://git.example.com:8080/o/n', 'o/n'],
    ['https://gitlab.com/group/sub/n.git', 'https://gitlab.com/group/sub/n', 'sub/n'],
    ['git@github.com:o/n.git', 'https://github.com/o/n', 'o/n'],
    ['github.com:o/n', 'https://github.com/o/n', 'o/n'],
    ['ssh://git@github.com:22/o/n.git', 'https://github.com/o/n', 'o/n'],
    ['ssh://git@ssh.github.com:443/o/n.git', 'https://github.com/o/n', 'o/n'],
    ['git://git.kernel.org/pub/linux.git', 'https://git.kernel.org/pub/linux', 'pub/linux'],
    ['git@ssh.dev.azure.com:v3/org/project/n', 'https://dev.azure.com/org/project/_git/n', 'project/n'],
    [
      'https://org@dev.azure.com/org/pro%20ject/_git/n',
      'https://dev.azure.com/org/pro%20ject/_git/n',
      'pro ject/n',
    ],
  ])('%s is the page %s of %s', (remote, webUrl, name) => {
    expect(readAddress(remote)).toEqual({ webUrl, name });
  });

  it.each([
    ['https://user:secret@github.com/o/n.git'],
    ['https://secret@github.com/o/n.git'],
    ['https://github.com/o/n.git?token=secret'],
    ['https://github.com/o/n.git#secret'],
    ['ssh://git:secret@github.com/o/n'],
  ])('keeps no credentials of %s', (remote) => {
    expect(readAddress(remote)).toEqual({ webUrl: 'https://github.com/o/n', name: 'o/n' });
  });

  it('knows the name, not the page, behind a host that only one ssh configuration knows', () => {
    expect(readAddress('git@github.com-work:o/n.git')).toEqual({ webUrl: '', name: 'o/n' });
    expect(readAddress('gh:o/n')).toEqual({ webUrl: '', name: 'o/n' });
    expect(readAddress('javascript:alert(1)').webUrl).toBe('');
  });

  it.each([
    ['/srv/git/n.git'],
    ['../n'],
    ['./a:b'],
    ['C:\\repositories\\n'],
    ['C:/repositories/n'],
    ['file:///srv/git/n.git'],
    ['ext::sh -c id'],
    ['https://github.com/'],
    ['https://'],
    [''],
  ])('%s is no address of the web', (remote) => {
    expect(readAddress(remote)).toEqual({ webUrl: '', name: '' });
  });
});
