/** Folders of a job, as its commands write them: relative to the root of the repository, with `..` where they leave it. */

/** A path within the repository; leading `./` and a trailing slash go, `..` climbs. */
export function join(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${/^[/~]/.test(path) ? '' : directory}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

export function clean(path: string): string {
  return join('', path);
}
