/** A `.env` file -> its names and values with their lines, as Compose and the dotenv libraries read them. */

export interface DotenvEntry {
  name: string;
  value: string;
  line: number;
}

export function parseDotenv(text: string, _path = ''): DotenvEntry[] {
  return text.split(/\r\n|\n|\r/).flatMap((written, i): DotenvEntry[] => {
    const [, name, rest = ''] = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/.exec(written) ?? [];
    if (name === undefined) return [];
    const quoted = /^(["'`])(.*?)\1\s*(?:#.*)?$/.exec(rest);
    const value = quoted ? (quoted[2] ?? '') : rest.replace(/(^|\s+)#.*$/, '').trim();
    return [{ name, value, line: i + 1 }];
  });
}
