import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Environment variable that names the folder of this run to its workers. */
const VARIABLE = 'USER_FOLDER_OF_THIS_RUN';

/** Global setup: creates the folder in which `installedPackage` installs once per run. It is removed at the end. */
export default function globalSetup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-installed-'));
  process.env[VARIABLE] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/**
 * Returns a folder with `playwright-2fa` as npm installs it from the packed tarball, and Playwright beside it. The first
 * worker that needs it installs it; the others wait. It is shared: copy it.
 */
export async function installedPackage(): Promise<string> {
  const folder = process.env[VARIABLE] ?? '';
  const installed = join(folder, 'installed');
  const draft = join(folder, 'draft');
  const lock = join(folder, 'lock');
  if (existsSync(installed)) return installed;
  try {
    mkdirSync(lock);
  } catch {
    await expect.poll(() => existsSync(installed), { timeout: 110_000, intervals: [100] }).toBe(true);
    return installed;
  }
  try {
    mkdirSync(draft);
    install(draft);
    renameSync(draft, installed);
  } catch (error) {
    for (const path of [draft, lock]) rmSync(path, { recursive: true, force: true });
    throw error;
  }
  return installed;
}

function install(folder: string): void {
  const [packed] = JSON.parse(npm(ROOT, 'pack', '--json', '--pack-destination', folder)) as { filename: string }[];
  const { version } = JSON.parse(npm(ROOT, 'ls', '@playwright/test', '--json')).dependencies['@playwright/test'] as {
    version: string;
  };
  const packages = [`./${packed?.filename}`, `@playwright/test@${version}`];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages);
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
}
