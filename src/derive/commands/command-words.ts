/** The words of a command line. */

/** Words as one line of shell, so that they can be read again. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((w) => (/^[\w@%+=:,./{}$*?[\]~-]+$/.test(w) ? w : `'${w.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** Drops flags in front; those that `valued` names take the next word along. */
export function skipFlags(words: readonly string[], valued: RegExp): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (kept.length === 0 || !valued.test(word)) {
      if (word.startsWith('-') && word !== '-' && word !== '--') {
        if (valued.test(word)) i += 1;
        if (kept.length === 0) continue;
      } else if (kept.length === 0 && word === '--') continue;
      kept.push(word);
    } else i += 1;
  }
  return kept;
}
