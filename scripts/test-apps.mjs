// @ts-check
// npm run test:apps: installs third-party applications, and signs in to each. Arguments go to Playwright:
// npm run test:apps -- --project=authjs
import { installApps } from './install-apps.mjs';
import { playwright, setUp } from './setup.mjs';

const args = process.argv.slice(2);
const env = await setUp();
const chosen = args.flatMap((arg) => /^--project=(.+)$/.exec(arg)?.slice(1) ?? []);
const missing = await installApps(chosen);
process.exitCode = playwright(['--config=tests/apps/playwright.config.ts', ...args], {
  ...env,
  APPS_NOT_INSTALLED: JSON.stringify(missing),
});
