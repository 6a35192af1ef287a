/** Lock files: which dependencies are fixed to versions, and where. */
import { atLine } from '../../model/evidence.js';
import { folderOf, nameOf } from '../../parse/paths.js';
import { defineCollector } from '../collector.js';

const LOCKFILES: Readonly<Record<string, string>> = {
  '.terraform.lock.hcl': 'terraform',
  'bun.lock': 'npm',
  'bun.lockb': 'npm',
  'Cargo.lock': 'cargo',
  'composer.lock': 'composer',
  'deno.lock': 'npm',
  'Gemfile.lock': 'rubygems',
  'go.sum': 'go',
  'gradle.lockfile': 'gradle',
  'mix.lock': 'hex',
  'npm-shrinkwrap.json': 'npm',
  'package-lock.json': 'npm',
  'packages.lock.json': 'nuget',
  'pdm.lock': 'python',
  'Pipfile.lock': 'python',
  'pnpm-lock.yaml': 'npm',
  'poetry.lock': 'python',
  'pubspec.lock': 'pub',
  'uv.lock': 'python',
  'yarn.lock': 'npm',
};

export const lockfiles = defineCollector({
  name: 'lockfiles',
  title: 'Lock files',
  gives: ['lockfile'],
  reads: () => false,
  start(collection) {
    return {
      end() {
        // A lock file may well be over the limit of what is read: that it is there is all that is asked.
        for (const { path, leftOut } of collection.everything) {
          if (leftOut === 'vendored' || leftOut === 'test-data') continue;
          const name = nameOf(path);
          const ecosystem = Object.hasOwn(LOCKFILES, name) ? LOCKFILES[name] : undefined;
          if (ecosystem === undefined) continue;
          const directory = folderOf(path);
          collection.fact('lockfile', path, { ecosystem, directory }, [atLine(path, 1)]);
        }
      },
    };
  },
});
