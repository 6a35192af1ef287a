import { describe, expect, it } from 'vitest';
import { onDemand } from '../../src/collect/on-demand.js';
import { SourceText } from '../../src/collect/source-text.js';

function recording() {
  const read: string[] = [];
  let loads = 0;
  const load = async () => {
    loads += 1;
    await Promise.resolve();
    return { file: ({ path }: SourceText) => void read.push(path), end: () => void read.push('end') };
  };
  return { read, load, loads: () => loads };
}

describe('a reading on demand', () => {
  it('reads files in their order, those that came before its code was loaded too', async () => {
    const { read, load, loads } = recording();
    const reading = onDemand(load);
    reading.file?.(new SourceText('a', ''));
    reading.file?.(new SourceText('b', ''));
    await new Promise((resolve) => setTimeout(resolve));
    reading.file?.(new SourceText('c', ''));
    await reading.end?.();
    expect(read).toEqual(['a', 'b', 'c', 'end']);
    expect(loads()).toBe(1);
  });

  it('loads nothing where no file concerns it', async () => {
    const { read, load, loads } = recording();
    const reading = onDemand(load, ({ path }) => path === 'b');
    reading.file?.(new SourceText('a', ''));
    await reading.end?.();
    expect(read).toEqual([]);
    expect(loads()).toBe(0);
  });
});
