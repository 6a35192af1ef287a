/** The folders of rule packs that a command reads: the bundled ones and those that the user names. */
import path from 'node:path';
import { BUNDLED_RULES } from '../rules/load.js';
import type { World } from './world.js';

export function ruleFolders(world: World, named: readonly string[] = []): string[] {
  return [BUNDLED_RULES, ...named.map((folder) => path.resolve(world.cwd, folder))];
}
