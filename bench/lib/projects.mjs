/** Users' projects for benchmarks: folders with this package as npm installs it, and Playwright beside it. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, temporaryDirectory } from './process.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLAYWRIGHT = createRequire(import.meta.url).resolve('@playwright/test/cli');

/** Creates a folder for projects, which all use the same copy of Playwright. */
export function projectsFolder() {
  const directory = temporaryDirectory();
  // Node resolves links to their targets, so all projects and the package use the same copy of Playwright.
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  return directory;
}

/**
 * @param {string} directory of all projects
 * @param {string} name
 * @param {Record<string, string>} files
 */
export function writeProject(directory, name, files) {
  const folder = join(directory, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Copies the files that npm would install. Dependencies are found in a parent folder. */
export function installPackage(folder) {
  const target = join(folder, 'node_modules', 'playwright-2fa');
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const path of ['package.json', ...files.filter((path) => path === 'dist')]) {
    cpSync(join(ROOT, path), join(target, path), { recursive: true });
  }
}

/**
 * Runs Playwright in the folder.
 *
 * @returns {Promise<number>} seconds
 */
export function runPlaywright(cwd, env) {
  const args = [PLAYWRIGHT, 'test', '--output', join(cwd, 'results')];
  return run({ command: process.execPath, args, cwd, env });
}
