/** The text of a values file -> its values, with the words and numbers that Helm's older YAML reads otherwise. */
import { isMapping, type Mapping } from '../../parse/shape.js';
import { parseYaml } from '../../parse/yaml.js';

const BOOLEANS: Readonly<Record<string, boolean>> = Object.fromEntries(
  [
    { words: ['y', 'yes', 'on'], value: true },
    { words: ['n', 'no', 'off'], value: false },
  ].flatMap(({ words, value }) =>
    words.flatMap((w) => [w, w.toUpperCase(), w.charAt(0).toUpperCase() + w.slice(1)].map((v) => [v, value])),
  ),
);

/** Empty where there are none; undefined where the text does not parse or is no mapping, which Helm refuses. */
export function readValues(text: string): Mapping | undefined {
  // Some tools write the tag of the merge key out.
  const source = text.replace(/!!merge[ \t]+<<:/g, '<<:');
  const [document] = parseYaml(source);
  if (!document || (document.error === '' && document.value === null)) return {};
  if (!isMapping(document.value)) return undefined;
  if (!/[:-][ \t]+(?:y|n|yes|no|on|off|0\d+)[ \t]*(?:#.*)?$/im.test(source)) return document.value;
  const lines = source.split(/\r\n?|\n/);
  const seen = new Set<object>();
  const look = (container: object): void => {
    if (seen.has(container)) return;
    seen.add(container);
    for (const [key, value] of Object.entries(container)) {
      if (typeof value === 'object' && value !== null) look(value);
      else {
        const line =
          lines[document.lineOf(container, Array.isArray(container) ? Number(key) : key) - 1] ?? '';
        const written = /[:-][ \t]+(\w+)[ \t]*(?:#.*)?$/.exec(line)?.[1] ?? '';
        const meant = meaningOf(written, value);
        if (meant !== undefined) Reflect.set(container, key, meant);
      }
    }
  };
  look(document.value);
  return document.value;
}

function meaningOf(written: string, value: unknown): boolean | number | undefined {
  if (typeof value === 'string') return value === written ? BOOLEANS[written] : undefined;
  return typeof value === 'number' && /^0[0-7]+$/.test(written) && Number(written) === value
    ? Number.parseInt(written, 8)
    : undefined;
}
