/** What the fixtures cost a suite that declares them and uses none: two projects that differ in nothing else. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endedChildrenCpuSeconds, hasProc } from '../lib/proc.mjs';
import { run, temporaryDirectory } from '../lib/process.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLAYWRIGHT = createRequire(import.meta.url).resolve('@playwright/test/cli');
const FILES = 10;
const TESTS_A_FILE = 10;
const CONFIG = `{ testDir: 'tests', fullyParallel: true, workers: 2, reporter: 'dot' }`;

/**
 * Makes both projects, each with a hundred empty tests.
 *
 * @param {string} sinkUrl of a sink that runs
 * @returns {{ without: () => Promise<Cost>, with: () => Promise<Cost> }} runs one of them
 *
 * @typedef {{ seconds: number, cpu?: number }} Cost
 */
export function emptySuites(sinkUrl) {
  const directory = temporaryDirectory();
  // Node resolves links to where they lead: Playwright is the same copy for both projects and for the package.
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  const without = project(directory, 'without', {
    'playwright.config.ts': `import { defineConfig } from '@playwright/test';\nexport default defineConfig(${CONFIG});\n`,
    ...tests('@playwright/test'),
  });
  const config = `withTwoFactor(defineConfig<TwoFactorOptions>(${CONFIG}), { sinkUrl: '${sinkUrl}' })`;
  const declared = project(directory, 'with', {
    'playwright.config.ts': [
      `import { defineConfig } from '@playwright/test';`,
      `import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';`,
      `export default ${config};\n`,
    ].join('\n'),
    ...tests('playwright-2fa'),
  });
  installPackage(declared);
  const env = { PWTEST_CACHE_DIR: join(directory, 'cache') };
  return { without: () => runSuite(without, env), with: () => runSuite(declared, env) };
}

function tests(module) {
  const names = Array.from({ length: TESTS_A_FILE }, (_, index) => `test('empty ${index}', ({}) => {});\n`);
  const text = `import { test } from '${module}';\n\n${names.join('')}`;
  return Object.fromEntries(Array.from({ length: FILES }, (_, index) => [`tests/empty-${index}.spec.ts`, text]));
}

function project(directory, name, files) {
  const folder = join(directory, name);
  mkdirSync(join(folder, 'tests'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** What npm would put there, its dependencies aside: those are found further up. */
function installPackage(folder) {
  const target = join(folder, 'node_modules', 'playwright-2fa');
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const path of ['package.json', ...files.filter((path) => path.startsWith('dist/'))]) {
    cpSync(join(ROOT, path), join(target, path), { recursive: true });
  }
}

async function runSuite(cwd, env) {
  const before = hasProc ? endedChildrenCpuSeconds() : undefined;
  const args = [PLAYWRIGHT, 'test', '--output', join(cwd, 'results')];
  const seconds = await run({ command: process.execPath, args, cwd, env });
  return { seconds, cpu: before === undefined ? undefined : endedChildrenCpuSeconds() - before };
}
