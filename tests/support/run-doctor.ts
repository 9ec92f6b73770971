import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, test as base } from './run-playwright.ts';

export { expect } from './run-playwright.ts';

interface Doctor {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Files in the project after the command. */
  readonly files: readonly string[];
}

/** Tests that run `playwright-2fa doctor` in a project of their own. */
export const test = base.extend<{
  runDoctor: (files: Files, args?: string[], env?: NodeJS.ProcessEnv) => Promise<Doctor>;
}>({
  runDoctor: async ({ userFolder }, use) => {
    await use((files, args = [], env = {}) => {
      const cwd = mkdtempSync(join(userFolder, 'project-'));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
      const main = join(userFolder, 'node_modules/playwright-2fa/dist/cli.js');
      const inherited = Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PLAYWRIGHT_2FA_|PW_)/.test(name));
      return new Promise((resolve) => {
        const options = { cwd, env: { ...Object.fromEntries(inherited), ...env }, timeout: 200_000 };
        execFile(process.execPath, [main, 'doctor', ...args], options, (error, stdout, stderr) => {
          const exitCode = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
          resolve({ exitCode, stdout, stderr, files: readdirSync(cwd) });
        });
      });
    });
  },
});
