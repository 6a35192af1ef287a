/** A text with the tags of a template taken out of it, line by line, so that what it says for sure can be read as YAML. */

/**
 * Tags that stand alone on a line become an empty line, others a word in their place. Both branches of a condition stay, so
 * what is read this way may hold things that are switched off: good for what is used, not for how much of it.
 */
export function loosened(text: string): string {
  if (!text.includes('{{')) return text;
  // A tag that spans lines keeps its line breaks.
  const blanked = text.replace(/\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/g, (tag) => tag.replace(/[^\n]/g, ''));
  return blanked
    .split('\n')
    .map((line) => {
      if (!line.includes('{{')) return line;
      const rest = line.replace(TAG, '');
      if (rest.trim() === '') return '';
      // A key or an item with nothing but a tag may stand for a whole block: it says nothing here.
      if (/^\s*(-\s+)?([\w."'/-]+:)?\s*$/.test(rest) && /(toYaml|tpl|include|nindent)/.test(line))
        return rest;
      return line.replace(/(["'])\{\{[^{}]*\}\}\1/g, 'templated').replace(TAG, 'templated');
    })
    .join('\n');
}

const TAG = /\{\{(?:[^{}]|\{[^{}]*\})*\}\}/g;

/** The marks of comments, statements and values: Jinja's own, and those that people take where the text has such braces. */
const JINJA = [/\{#[\s\S]*?#\}/g, /\{%[\s\S]*?%\}/g, /\{\{[\s\S]*?\}\}/g] as const;
const OTHER_JINJA = [/#\|[\s\S]*?#\|/g, /#%[\s\S]*?%#/g, /#\{[\s\S]*?\}#/g] as const;

/** The same for a template of Jinja. */
export function loosenedJinja(text: string): string {
  const [comment, statement, value] = /#%[^\n]*%#|#\{[^\n]*\}#/.test(text) ? OTHER_JINJA : JINJA;
  const breaks = (tag: string) => tag.replace(/[^\n]/g, '');
  return text
    .replace(comment, breaks)
    .replace(statement, breaks)
    .replace(value, (tag) => `templated${breaks(tag)}`)
    .replace(/^[ \t]*templated[ \t]*$/gm, '');
}
