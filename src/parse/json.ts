/** JSON text -> a value and the lines of its keys; comments, trailing commas and the freedoms of JSON5 are taken too. */
import { isMapping } from './shape.js';
import { parseYaml, type YamlDocument } from './yaml.js';

export interface JsonDocument {
  /** Undefined where it did not parse. */
  value: unknown;
  /** One line; empty where it parsed. */
  error: string;
  /** The line of a key, by the keys that lead to it; 1 where it is not found. */
  lineOf(...keys: string[]): number;
}

export function parseJson(text: string, _path = ''): JsonDocument {
  const { value, error } = readValue(text);
  let lines: YamlDocument | undefined;
  return {
    value,
    error,
    lineOf: (...keys) => {
      // YAML contains JSON, and knows the lines; few files are asked for theirs.
      lines ??= parseYaml(withoutComments(text))[0];
      let at = lines?.value;
      let line = 1;
      for (const key of keys) {
        if (!lines || !isMapping(at) || !(key in at)) return 1;
        line = lines.lineOf(at, key);
        at = at[key];
      }
      return line;
    },
  };
}

function readValue(text: string): { value: unknown; error: string } {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return { value: JSON.parse(plain), error: '' };
  } catch (error) {
    // JSON with comments, or JSON5: single quotes, bare keys and trailing commas are flow style in YAML.
    const [document] = parseYaml(withoutComments(plain));
    if (document && document.error === '' && /^\s*[[{]/.test(withoutComments(plain)) && !isTemplate(plain))
      return { value: document.value, error: '' };
    const message = error instanceof Error ? error.message : String(error);
    return { value: undefined, error: message.replace(/\s+/g, ' ').slice(0, 200) };
  }
}

/** `{{` outside of strings is a template's; inside it belongs to whoever reads the value. */
function isTemplate(text: string): boolean {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '').includes('{{');
}

/** Comments become spaces, so that every line stays where it was; tabs too, which YAML forbids. */
function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\t/g, (part) =>
    /^["']/.test(part) ? part : part.replace(/[^\n]/g, ' '),
  );
}
