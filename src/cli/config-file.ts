import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

const CONFIGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `playwright.config.${ending}`);

/**
 * Returns the Playwright configuration of a command.
 *
 * @param path file, or its folder. @default the current folder
 * @throws UsageError
 */
export function findConfig(path: string = '.'): string {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const candidates = isFolder ? CONFIGS.map((name) => join(path, name)) : [path];
  const found = candidates.find((one) => existsSync(one));
  if (found !== undefined) return found;
  const [missing, where] = isFolder
    ? ['playwright.config.ts', path === '.' ? 'this folder' : path]
    : [path, 'this folder'];
  throw new UsageError(`There is no ${missing} in ${where}. Give the configuration with --config FILE.`);
}
