// @ts-check
// npm run test:apps: installs third-party applications, and signs in to each. Arguments are passed to Playwright:
// npm run test:apps -- --project=authjs
import { installApps } from './install-apps.mjs';
import { playwright, setUp } from './setup.mjs';

const args = process.argv.slice(2);
const chosen = args.flatMap((arg) => /^--project=(.+)$/.exec(arg)?.slice(1) ?? []);
// The build runs while the registry responds.
const installed = installApps(chosen);
const env = await setUp();
process.exitCode = playwright(['--config=tests/apps/playwright.config.ts', ...args], {
  ...env,
  APPS_CHOSEN: JSON.stringify(chosen),
  APPS_NOT_INSTALLED: JSON.stringify(await installed),
});
