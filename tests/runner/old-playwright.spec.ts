import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunResult, configFile, expect, run, test as base } from '../support/run-playwright.ts';

/** Runs a project in which Playwright says that it has another version. */
const test = base.extend<{ runVersion: (version: string) => Promise<RunResult> }>({
  runVersion: async ({ userFolder }, use) => {
    await use(async (version) => {
      const folder = mkdtempSync(join(userFolder, 'project-'));
      const installed = join(userFolder, 'node_modules');
      const playwright = join(folder, 'node_modules/@playwright/test');
      mkdirSync(playwright, { recursive: true });
      const exports = { '.': './index.mjs', './package.json': './package.json' };
      writeFileSync(join(playwright, 'package.json'), JSON.stringify({ name: '@playwright/test', version, exports }));
      writeFileSync(
        join(playwright, 'index.mjs'),
        `export * from ${JSON.stringify(pathToFileURL(join(installed, '@playwright/test/index.mjs')).href)};`,
      );
      cpSync(join(installed, 'playwright-2fa'), join(folder, 'node_modules/playwright-2fa'), { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'playwright.config.ts'), configFile('{}', `{ sinkUrl: 'http://127.0.0.1:1' }`));
      writeFileSync(join(folder, 'a.spec.ts'), `import { test } from 'playwright-2fa'; test('one', () => {});`);
      return await run(folder, userFolder, {});
    });
  },
});

for (const version of ['1.60.9', '1.9.0', '0.162.0']) {
  test(`Playwright ${version} is too old, which the error says with what to do`, async ({ runVersion }) => {
    const { output, exitCode, passed, projectFolder } = await runVersion(version);
    const path = join(projectFolder, 'node_modules/@playwright/test/package.json');
    expect(output).toContain(
      `TwoFactorError: playwright-2fa needs Playwright 1.61 or newer, and found ${version} (${path}). Update it: npm install -D @playwright/test@latest && npx playwright install`,
    );
    expect({ exitCode, passed }).toEqual({ exitCode: 1, passed: 0 });
  });
}

for (const version of ['1.61.0-alpha-2026-05-01', '2.0.0']) {
  test(`Playwright ${version} is not too old`, async ({ runVersion }) => {
    const { output, passed } = await runVersion(version);
    expect(passed, output).toBe(1);
  });
}
