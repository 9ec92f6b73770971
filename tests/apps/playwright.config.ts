import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from '../support/chromium-flags.ts';
import { APPS, type App, PERSONAS, variableOf } from './apps.ts';
import { isChosen, whyNotInstalled } from './installed.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** Tests at third-party applications. `npm run test:apps` installs the applications and runs these tests. */
export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: '.',
    outputDir: '../../test-results/apps',
    timeout: 240_000,
    expect: { timeout: 20_000 },
    forbidOnly: Boolean(process.env['CI']),
    workers: 2,
    reporter: [
      ['list'],
      ['html', { open: 'never', outputFolder: '../../playwright-report/apps' }],
      ['../support/closing-line.ts'],
    ],
    use: {
      launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
      trace: 'retain-on-failure',
    },
    projects: APPS.map(({ name }) => ({
      name,
      testDir: `./${name}`,
      // Known only in the workers, which start after the servers have printed it.
      use: { baseURL: process.env[variableOf(name, 'url')] ?? 'http://localhost' },
    })),
    webServer: APPS.filter(({ name }) => isChosen(name) && whyNotInstalled(name) === undefined).map(serverOf),
  }),
  { smtpPort: 0, httpPort: 0, personas: PERSONAS },
);

function serverOf({ name, users, tells = [] }: App) {
  const told = ['url', ...tells].map((what) => `${what}=(?<${variableOf(name, what).toLowerCase()}>\\S+)`);
  return {
    name,
    command: `node ${name}/app/server.mjs`,
    env: { PORT: '0', SEED_USERS: JSON.stringify(Object.values(users)) },
    wait: { stdout: new RegExp(`${name} ready ${told.join(' ')}`) },
    // A database is made from nothing, which takes its time on a busy machine.
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 1000 },
  };
}
