import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
  /** Whether the configuration's own reporters run instead of the one that is read here. @default false */
  readonly ownReporters?: boolean;
  /** How long the run may take, in milliseconds. @default 100_000 */
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
    const folder = mkdtempSync(join(userFolder, 'project-'));
    await use(async (files, options = {}) => {
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

function run(
  folder: string,
  userFolder: string,
  { args = [], env = {}, ownReporters = false, timeout = 100_000 }: Options,
): Promise<RunResult> {
  const cli = join(userFolder, 'node_modules', '@playwright', 'test', 'cli.js');
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PLAYWRIGHT_2FA_|FORCE_COLOR|CI$|PW_)/.test(name)),
  );
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      env: { ...inherited, ...env, NO_COLOR: '1' },
      maxBuffer: 64 * 1024 * 1024,
      timeout,
    };
    execFile(
      process.execPath,
      [cli, 'test', ...(ownReporters ? [] : ['--reporter=list']), ...args],
      options,
      (error, stdout, stderr) => {
        const output = `${stdout}\n${stderr}`;
        const count = (what: string): number => Number(new RegExp(`^\\s*(\\d+) ${what}`, 'm').exec(output)?.[1] ?? 0);
        const exitCode = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
        resolve({ exitCode, output, passed: count('passed'), failed: count('failed'), projectFolder: folder });
      },
    );
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
