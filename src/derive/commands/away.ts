/** Commands that change something outside the pipeline: other machines, other repositories, releases, buckets, webhooks. */

import type { ShellCommand } from '../../parse/shell/shell.js';
import type { Activity } from './activity.js';
import { skipFlags } from './command-words.js';
import { clean, join } from './directories.js';
import { CHANGES, type Reading, type Standing } from './reading.js';
import { PLAIN } from './shell-options.js';

export function overSsh(
  reading: Reading,
  rest: readonly string[],
  command: ShellCommand,
  at: Standing,
): Activity[] {
  const after = skipFlags(rest, /^-[bcDEeFIiJLlmOopQRSWw]$/);
  const remote = after.slice(1).join(' ') || command.input;
  const found = reading.shell(remote, PLAIN, { ...at, remote: true });
  if (found.some((a) => CHANGES.has(a.does))) return found;
  const restarts =
    /\b(git\s+pull|git\s+reset|systemctl\s+(restart|reload|start)|service\s+\S+\s+(restart|reload)|pm2\s+(restart|reload|start)|supervisorctl\s+(restart|update)|docker[- ]compose\b.*\b(up|pull|restart)|docker\s+(run|pull|restart)|deploy|release)\b/.test(
      remote,
    );
  return restarts ? [...found, ...reading.settle({ does: 'deploys' }, `ssh ${rest.join(' ')}`, at)] : found;
}

export function webhook(reading: Reading, text: string, at: Standing): Activity[] {
  const hook =
    /deploy[-_]?hook|\/deploy\b.*(hook|webhook|key=)|api\.render\.com\/deploy|build_hooks\/|\/api\/v1\/deploy\?|webhooks?\S*(deploy|redeploy)/i;
  if (hook.test(text)) return reading.settle({ does: 'deploys' }, text, at);
  // It starts a pipeline of another repository and hands the new version over.
  const dispatches =
    /api\.github\.com\/repos\/(?!\$\{\{\s*github\.repository|\$\{?GITHUB_REPOSITORY)\S+\/dispatches/;
  const delivers = /deploy|image|release|update|bump|promote|rollout|publish/i;
  return dispatches.test(text) && delivers.test(text.replace(/^.*?\/dispatches/s, ''))
    ? reading.settle({ does: 'writes-gitops' }, 'a dispatch to another repository', at)
    : [];
}

/** What the step sets a variable to; any other word stands as it is. */
function assigned({ step }: Reading, word: string): string {
  const name = /^["']?\$\{?(\w+)\}?["']?$/.exec(word)?.[1];
  if (name === undefined) return word;
  return new RegExp(`^\\s*(?:export\\s+)?${name}=(.*)$`, 'm').exec(step.run)?.[1] ?? word;
}

export function gitCommand(reading: Reading, rest: readonly string[], at: Standing): Activity[] {
  const words = skipFlags(rest, /^(-C|-c|--git-dir|--work-tree)$/);
  const folder = rest[0] === '-C' ? join(at.directory, rest[1] ?? '') : at.directory;
  const [verb = '', ...more] = words;
  if (verb === 'clone') {
    const [url = '', into] = skipFlags(more, /^(-b|--branch|--depth|-o|--origin|--reference|-c|-j)$/);
    const own = /github\.repository|GITHUB_REPOSITORY/.test(assigned(reading, url));
    if (!own && url !== '')
      reading.job.foreign.add(
        clean(
          join(at.directory, into ?? (url.replace(/\/$/, '').split('/').at(-1) ?? '').replace(/\.git$/, '')),
        ),
      );
    return [];
  }
  if (verb !== 'push') return [];
  const text = `git ${rest.join(' ')}`;
  if (/\s(--dry-run|-n|--delete|-d)(\s|$)/.test(text)) return [];
  const [remote = ''] = skipFlags(more, /^(-o|--push-option|--receive-pack|--repo)$/);
  if (
    /git\.heroku\.com|^heroku(-\S+)?$|^dokku(-\S+)?$|dokku@|^piku|git\.scalingo|gigalixir|clever-cloud|platform\.sh/.test(
      remote,
    ) ||
    /git\.heroku\.com|dokku@/.test(text)
  )
    return reading.settle({ does: 'deploys' }, text, at);
  if (/gh-pages/.test(text))
    return reading.settle({ does: reading.job.builtDocs ? 'nothing' : 'deploys' }, text, at);
  return reading.foreign(folder) && !reading.job.builtDocs
    ? reading.settle({ does: 'writes-gitops' }, text, at)
    : [];
}

export function releaseCommand(
  reading: Reading,
  rest: readonly string[],
  text: string,
  at: Standing,
): Activity[] {
  const [noun, verb, ...more] = rest;
  if (noun === 'workflow' && verb === 'run') return [];
  if (noun !== 'release') return [];
  if (verb === 'upload') return reading.settle({ does: 'publishes' }, text, at);
  if (verb !== 'create') return [];
  const files = skipFlags(
    more,
    /^(-t|--title|-n|--notes|-F|--notes-file|--target|-R|--repo|--discussion-category|--notes-start-tag)$/,
  ).slice(1);
  return files.some((w) => !w.startsWith('-')) || /\s-a\s|--attach/.test(text)
    ? reading.settle({ does: 'publishes' }, text, at)
    : [];
}

export function copyAway(
  reading: Reading,
  program: string,
  rest: readonly string[],
  at: Standing,
): Activity[] {
  const text = [program, ...rest].join(' ');
  if (/\s(--dry-run|-n)(\s|$)/.test(text)) return [];
  const last = rest.filter((w) => !w.startsWith('-')).at(-1) ?? '';
  const away =
    /^[^/]*[^/\\]:(?!\/\/)/.test(last) ||
    /^(rsync|sftp|ftp):\/\//.test(last) ||
    /^(lftp|ncftpput)$/.test(program);
  return away ? reading.settle({ does: 'deploys' }, text, at) : [];
}

/** Copies to a bucket that serves a site; backups, reports and logs are none. */
export function copyToStorage(
  reading: Reading,
  program: string,
  rest: readonly string[],
  text: string,
  at: Standing,
): Activity[] | undefined {
  const copies =
    (program === 'aws' && /\ss3\s+(sync|cp|mv)\s/.test(text)) ||
    (program === 'gsutil' && /\s(rsync|cp)\s/.test(text)) ||
    (program === 'gcloud' && /\sstorage\s+(rsync|cp)\s/.test(text)) ||
    (program === 'az' && /\sstorage\s+blob\s+(upload-batch|sync)\b/.test(text)) ||
    (/^(s3cmd|s5cmd)$/.test(program) && /\s(sync|put|cp)\s/.test(text)) ||
    (program === 'rclone' && /\s(sync|copy)\s/.test(text)) ||
    (program === 'azcopy' && /\s(sync|copy)\s/.test(text));
  if (!copies) return undefined;
  const places = rest.filter((w) => !w.startsWith('-'));
  const whole = /\ss?(sync|rsync|upload-batch)\b|\s(--recursive|-r)(\s|$)/.test(text) || program === 'rclone';
  const away =
    /^(s3|gs|gcs):\/\/|^\$|^https:\/\/\S+blob\.core|:\S/.test(places.at(-1) ?? '') ||
    program === 'az' ||
    program === 'azcopy';
  if (
    !whole ||
    !away ||
    /backup|report|coverage|logs?\b|cache|artifact|test-results|allure|snapshot|dump|tfstate|metrics|sbom/i.test(
      text,
    )
  )
    return [];
  if (/\s(--dryrun|--dry-run|-n)(\s|$)/.test(text)) return [];
  return reading.settle({ does: reading.job.builtDocs ? 'nothing' : 'deploys' }, text, at);
}
