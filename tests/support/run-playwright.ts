import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface RunResult {
  readonly exitCode: number;
  /** What the user reads, less the colours. */
  readonly output: string;
  readonly passed: number;
  readonly failed: number;
  /** Where the user's project lies. */
  readonly projectFolder: string;
}

export type Files = Readonly<Record<string, string>>;

interface Options {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another folder for it, for several at the same time. @default one for the test */
  readonly folder?: string;
  /** Given the process, which leads a group of its own. */
  readonly onStart?: (pid: number) => void;
  /** Whether the configuration's own reporters run instead of the one that is read here. @default false */
  readonly ownReporters?: boolean;
  /** How long it may take, in milliseconds. @default 170_000 */
  readonly timeout?: number;
}

interface RunnerFixtures {
  /** Runs Playwright in a user's project of these files, which has this package from its tarball. */
  runPlaywright: (files: Files, options?: Options) => Promise<RunResult>;
}

interface RunnerWorkerFixtures {
  /** A folder with `playwright-2fa` as npm installs it from the packed tarball, and Playwright beside it. */
  userFolder: string;
}

export const test = base.extend<RunnerFixtures, RunnerWorkerFixtures>({
  userFolder: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-user-'));
      try {
        installPackage(folder);
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

function installPackage(folder: string): void {
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync('npm', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
  const [packed] = JSON.parse(npm(ROOT, 'pack', '--json', '--pack-destination', folder)) as { filename: string }[];
  const { version } = JSON.parse(npm(ROOT, 'ls', '@playwright/test', '--json')).dependencies['@playwright/test'] as {
    version: string;
  };
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(
    folder,
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    `./${packed?.filename}`,
    `@playwright/test@${version}`,
  );
}

/** Runs the Playwright of one folder in another. */
export function run(
  folder: string,
  userFolder: string,
  { args = [], env = {}, ownReporters = false, timeout = 170_000, onStart }: Options,
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
  started.stdout.on('data', (chunk) => out.push(String(chunk)));
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

/** A configuration of a user's project, which runs in the browser that this run has. */
export function configFile(config: string, options = '{ smtpPort: 0, httpPort: 0 }'): string {
  return `
import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
const use = { launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH } };
export default withTwoFactor(defineConfig<TwoFactorOptions>(${config}), ${options});
`;
}

export { expect } from '@playwright/test';
