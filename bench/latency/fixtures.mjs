/** Measures the cost of declared but unused fixtures, with two projects that differ in nothing else. */
import { join } from 'node:path';
import { endedChildrenCpuSeconds, hasProc } from '../lib/proc.mjs';
import { installPackage, projectsFolder, runPlaywright, writeProject } from '../lib/projects.mjs';

const FILES = 10;
const TESTS_A_FILE = 10;
const CONFIG = `{ testDir: 'tests', fullyParallel: true, workers: 2, reporter: 'dot' }`;

/**
 * Creates both projects, each with a hundred empty tests.
 *
 * @param {string} sinkUrl URL of a running sink
 * @returns {{ without: () => Promise<Cost>, with: () => Promise<Cost> }} functions that run one project each
 *
 * @typedef {{ seconds: number, cpu?: number }} Cost
 */
export function emptySuites(sinkUrl) {
  const directory = projectsFolder();
  const without = writeProject(directory, 'without', {
    'playwright.config.ts': `import { defineConfig } from '@playwright/test';\nexport default defineConfig(${CONFIG});\n`,
    ...tests('@playwright/test'),
  });
  const config = `withTwoFactor(defineConfig<TwoFactorOptions>(${CONFIG}), { sinkUrl: '${sinkUrl}' })`;
  const declared = writeProject(directory, 'with', {
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

async function runSuite(cwd, env) {
  const before = hasProc ? endedChildrenCpuSeconds() : undefined;
  const seconds = await runPlaywright(cwd, env);
  return { seconds, cpu: before === undefined ? undefined : endedChildrenCpuSeconds() - before };
}
