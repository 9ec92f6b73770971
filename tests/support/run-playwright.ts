import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { installedPackage } from './user-folder.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface RunResult {
  readonly exitCode: number;
  /** Standard output and error, without colors. */
  readonly output: string;
  readonly passed: number;
  readonly failed: number;
  /** Folder of the user's project. */
  readonly projectFolder: string;
}

export type Files = Readonly<Record<string, string>>;

interface Options {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of this run in the test's folder, for several runs at the same time. @default '' */
  readonly folder?: string;
  /** Called with the process id, which is also that of its process group. */
  readonly onStart?: (pid: number) => void;
  /** Called with each piece of the standard output. */
  readonly onOutput?: (text: string) => void;
  /** Run the configuration's own reporters instead of the list reporter. @default false */
  readonly ownReporters?: boolean;
  /** Time limit, in milliseconds. @default 560_000 */
  readonly timeout?: number;
}

interface RunnerFixtures {
  /** Runs Playwright in a user's project of these files, with this package installed from its tarball. */
  runPlaywright: (files: Files, options?: Options) => Promise<RunResult>;
}

interface RunnerWorkerFixtures {
  /** A folder of the worker's own with `playwright-2fa` as npm installs it from the packed tarball, and Playwright. */
  userFolder: string;
}

export const test = base.extend<RunnerFixtures, RunnerWorkerFixtures>({
  userFolder: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-user-'));
      try {
        cpSync(await installedPackage(), folder, { recursive: true, verbatimSymlinks: true });
        await use(folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  runPlaywright: async ({ userFolder }, use) => {
    const main = mkdtempSync(join(userFolder, 'project-'));
    await use(async (files, options = {}) => {
      const folder = join(main, options.folder ?? '');
      for (const [name, content] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
      return await run(folder, userFolder, options);
    });
  },
});

/** Runs the Playwright of `userFolder` in `folder`. */
export function run(
  folder: string,
  userFolder: string,
  { args = [], env = {}, ownReporters = false, timeout = 560_000, onStart, onOutput }: Options,
): Promise<RunResult> {
  const cli = join(userFolder, 'node_modules', '@playwright', 'test', 'cli.js');
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PLAYWRIGHT_2FA_|FORCE_COLOR|CI$|PW_)/.test(name)),
  );
  const started = spawn(process.execPath, [cli, 'test', ...(ownReporters ? [] : ['--reporter=list']), ...args], {
    cwd: folder,
    env: { ...inherited, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    detached: onStart !== undefined,
  });
  if (started.pid !== undefined) onStart?.(started.pid);
  const [out, err]: [string[], string[]] = [[], []];
  started.stdout.on('data', (chunk) => {
    out.push(String(chunk));
    onOutput?.(String(chunk));
  });
  started.stderr.on('data', (chunk) => err.push(String(chunk)));
  return new Promise((resolve, reject) => {
    started.on('error', reject);
    started.on('close', (exitCode) => {
      const output = `${out.join('')}\n${err.join('')}`;
      const count = (what: string): number => Number(new RegExp(`^\\s*(\\d+) ${what}`, 'm').exec(output)?.[1] ?? 0);
      resolve({
        exitCode: exitCode ?? 1,
        output,
        passed: count('passed'),
        failed: count('failed'),
        projectFolder: folder,
      });
    });
  });
}

/**
 * Returns a configuration for a user's project, with the browser of this run. Its time limits suit a busy machine, unless
 * `config` sets its own.
 */
export function configFile(config: string, options = '{ smtpPort: 0, httpPort: 0 }'): string {
  return `
import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
const limits = { timeout: 120_000, expect: { timeout: 20_000 } };
const use = { launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH } };
export default withTwoFactor(defineConfig<TwoFactorOptions>(limits, ${config}), ${options});
`;
}

export { expect } from '@playwright/test';
