/** `${NAME:-default}` in a text -> the text with what is known put in; what is not known stays as written. */

const REFERENCE = /\\?\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])((?:[^{}]|\$\{[^{}]*\})*))?\})/g;

/** The substitution that shells, Dockerfiles and Compose files share; `$$` and `\$` are a plain dollar sign. */
export function withVariables(text: string, values: ReadonlyMap<string, string>, depth = 5): string {
  if (depth === 0 || !text.includes('$')) return text;
  return text.replace(REFERENCE, (whole, plain?: string, braced?: string, operator = '', word = '') => {
    const name = plain ?? braced;
    if (whole.startsWith('\\')) return whole.slice(1);
    if (name === undefined) return '$';
    const value = values.get(name);
    const set = value !== undefined && (value !== '' || !operator.startsWith(':'));
    if (operator.endsWith('-')) return set ? value : withVariables(word, values, depth - 1);
    if (operator.endsWith('+')) return set ? withVariables(word, values, depth - 1) : '';
    return value ?? whole;
  });
}
