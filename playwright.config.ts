import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from './tests/support/chromium-flags.ts';
import { CROWD, STORED_PERSONAS, VISITORS, seedUsers } from './tests/support/stored-personas.ts';
import { signInByPassword } from './tests/support/sign-in.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: 'tests',
    fullyParallel: true,
    forbidOnly: Boolean(process.env['CI']),
    workers: 2,
    reporter: [['list'], ['html', { open: 'never' }], ['./tests/support/closing-line.ts']],
    use: {
      // Known only in the workers, which start after the server said it.
      baseURL: process.env['BETTER_AUTH_URL'] ?? 'http://localhost',
      launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
      trace: 'retain-on-failure',
    },
    projects: [
      { name: 'unit', testDir: 'tests/unit' },
      { name: 'contract', testDir: 'tests/contract' },
      { name: 'fixtures', testDir: 'tests/fixtures' },
      { name: 'better-auth', testDir: 'tests/apps/better-auth' },
      { name: 'runner', testDir: 'tests/runner', timeout: 180_000 },
    ],
    webServer: {
      name: 'better-auth',
      command: 'node tests/apps/better-auth/server.mjs',
      env: { PORT: '0', SEED_USERS: JSON.stringify(seedUsers()) },
      wait: { stdout: /better-auth host ready url=(?<better_auth_url>\S+)/ },
    },
  }),
  {
    smtpPort: 0,
    httpPort: 0,
    personas: { ...STORED_PERSONAS, ...CROWD, ...VISITORS },
    profiles: { alice: { signIn: signInByPassword, probe: '/' } },
  },
);
