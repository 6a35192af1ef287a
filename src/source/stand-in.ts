/**
 * A stand-in for a stranger's git directory: a temporary folder with our own configuration, whose objects and
 * references are links to the stranger's. git runs on it alone, so no hook, filter, alias, helper or program that the
 * stranger's configuration names can run, whatever it is called, and git has nothing of theirs to write to.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstBytes, kindOf, type Place } from './place.js';

export interface StandIn {
  readonly folder: string;
  /** Says how the objects and references are stored; before this git takes them for the usual. */
  configure(extensions: Readonly<Record<string, string>>): void;
  remove(): void;
}

const SHARED_FOLDERS = ['objects', 'refs', 'logs', 'reftable'];
const SHARED_FILES = ['packed-refs', 'shallow'];
/** What people name as a revision beside references. */
const OWN_FILES = ['FETCH_HEAD', 'ORIG_HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD'];

const live = new Set<string>();

export function makeStandIn(place: Place): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'));
  if (live.size === 0) process.once('exit', removeAll);
  live.add(folder);

  for (const name of SHARED_FOLDERS) link(join(place.commonDirectory, name), join(folder, name));
  for (const name of SHARED_FILES) link(join(place.commonDirectory, name), join(folder, name));
  for (const name of OWN_FILES) link(join(place.gitDirectory, name), join(folder, name));
  mkdirSync(join(folder, 'info'));
  // Which files a work tree ignores; the rest of `info` can change the history.
  link(join(place.commonDirectory, 'info', 'exclude'), join(folder, 'info', 'exclude'));
  // git does not follow a link here.
  writeFileSync(join(folder, 'HEAD'), firstBytes(join(place.gitDirectory, 'HEAD')));

  const configure = (extensions: Readonly<Record<string, string>>) =>
    writeFileSync(join(folder, 'config'), configuration(extensions));
  configure({});
  return {
    folder,
    configure,
    remove() {
      rmSync(folder, { recursive: true, force: true });
      live.delete(folder);
      if (live.size === 0) process.off('exit', removeAll);
    },
  };
}

/** A commit graph could say other than the commits do; a small cache of deltas costs no time. */
function configuration(extensions: Readonly<Record<string, string>>): string {
  return [
    '[core]',
    'repositoryFormatVersion = 1',
    'bare = true',
    'commitGraph = false',
    'deltaBaseCacheLimit = 16m',
    '[extensions]',
    ...Object.entries(extensions).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');
}

function link(from: string, to: string): void {
  const kind = kindOf(from);
  if (kind === undefined) return;
  try {
    symlinkSync(from, to, kind === 'folder' ? 'junction' : 'file');
  } catch (error) {
    // Windows lets few people link files.
    if (kind !== 'file') throw error;
    copyFileSync(from, to);
  }
}

function removeAll(): void {
  for (const folder of live) rmSync(folder, { recursive: true, force: true });
}
