import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from '../../support/chromium-flags.ts';
import { theTask } from './sites.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
const { at, url, sinkUrl, folder } = theTask();

/** An inner run for a test of an outer run, which has started the site. See run.ts. */
export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: '.',
    fullyParallel: true,
    workers: 8,
    // Eight browsers on two cores are slow.
    timeout: 120_000,
    use: { baseURL: url, launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) } },
  }),
  {
    sinkUrl,
    folder,
    signInTimeout: 180_000,
    personas: at.personas,
    profiles: { 'eight-workers': { personaName: at.once, url: at.login, probe: at.probe } },
  },
);
