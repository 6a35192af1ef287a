/** Readings whose code is loaded when the first file comes that concerns them: most repositories use few of the systems that are known. */
import type { Reading } from './collector.js';
import type { SourceText } from './source-text.js';

/** Files wait while the code is loaded, and are read in their order. */
export function onDemand(
  load: () => Promise<Reading>,
  concerns: (source: SourceText) => boolean = () => true,
): Reading {
  const waiting: SourceText[] = [];
  let loading: Promise<void> | undefined;
  let reading: Reading | undefined;
  const begin = async () => {
    const loaded = await load();
    for (const source of waiting.splice(0)) loaded.file?.(source);
    reading = loaded;
  };
  return {
    file(source) {
      if (!concerns(source)) return;
      if (reading) reading.file?.(source);
      else {
        waiting.push(source);
        loading ??= begin();
      }
    },
    async end() {
      await loading;
      await reading?.end?.();
    },
  };
}
