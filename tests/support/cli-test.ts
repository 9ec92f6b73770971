import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from './temp-folder.ts';

export { expect } from '@playwright/test';

/** The built command line. */
export const MAIN = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliFixtures {
  /** A user's project, with a home folder beside it. */
  project: { readonly folder: string; readonly env: NodeJS.ProcessEnv };
  /** Runs `playwright-2fa` in the project. */
  runCli: (args: readonly string[], input?: string | Uint8Array, env?: NodeJS.ProcessEnv) => Promise<CliResult>;
  /** Runs `playwright-2fa vault` in the project. */
  runVault: (args: readonly string[], input?: string | Uint8Array, env?: NodeJS.ProcessEnv) => Promise<CliResult>;
  /** Writes a file to the project, and returns its path. */
  writeProjectFile: (name: string, content: string | Uint8Array) => Promise<string>;
}

/** Tests that run the command line, isolated from the environment and the home folder of the developer. */
export const test = base.extend<CliFixtures>({
  project: async ({ folder }, use) => {
    await mkdir(join(folder, 'project'));
    const { PATH } = process.env;
    const home = join(folder, 'home');
    await use({ folder: join(folder, 'project'), env: { PATH, HOME: home, APPDATA: home, USERPROFILE: home } });
  },
  runVault: async ({ runCli }, use) => {
    await use((args, ...rest) => runCli(['vault', ...args], ...rest));
  },
  runCli: async ({ project }, use) => {
    await use((args, input = '', env = {}) => {
      const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: project.folder,
        env: { ...project.env, ...env },
      });
      child.stdin.on('error', () => undefined); // the process may end without reading
      child.stdin.end(input);
      const [stdout, stderr]: [string[], string[]] = [[], []];
      child.stdout.on('data', (chunk) => stdout.push(String(chunk)));
      child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
      return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (exitCode) => resolve({ exitCode, stdout: stdout.join(''), stderr: stderr.join('') }));
      });
    });
  },
  writeProjectFile: async ({ project }, use) => {
    await use(async (name, content) => {
      const path = join(project.folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    });
  },
});
