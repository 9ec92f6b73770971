import { existsSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

const CONFIGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `playwright.config.${ending}`);

/** Returns the Playwright configuration of a command: the given one, else that of the current folder. @throws UsageError */
export function findConfig(given: string | undefined): string {
  const found = given ?? CONFIGS.find((name) => existsSync(name));
  if (found !== undefined && existsSync(found)) return found;
  throw new UsageError(
    `There is no ${found ?? 'playwright.config.ts'} in this folder. Give the configuration with --config FILE.`,
  );
}
