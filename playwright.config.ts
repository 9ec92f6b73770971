import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
import { impostorsOf } from './tests/apps/refusals.ts';
import { CHROMIUM_FLAGS } from './tests/support/chromium-flags.ts';
import {
  ASSISTANTS,
  CROWD,
  STORED_PERSONAS,
  TOTP_PERIOD,
  VISITORS,
  seedUsers,
} from './tests/support/stored-personas.ts';
import { signInByPassword } from './tests/support/sign-in.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** Personas like Alice that the site under test refuses. */
const IMPOSTORS = impostorsOf({ alice: STORED_PERSONAS.alice });

/** Contract tests that spend most of their time in timeouts, backoff and leases. */
const WAITING =
  /(?:source-\w+|timeout-report|settled|lost-sink|restart|shared-mailbox|mailosaur-device|human|handoff|ledger-(?:file|lease))\.spec\.ts$/;

export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: 'tests',
    fullyParallel: true,
    // Ten times what the tests take on an idle machine, for one that is busy.
    timeout: 240_000,
    expect: { timeout: 20_000 },
    forbidOnly: Boolean(process.env['CI']),
    // For two cores. Two workers of each project at a time, so that tests that wait run beside tests that compute: the
    // first projects of the list start first.
    workers: 4,
    globalSetup: './tests/support/user-folder.ts',
    reporter: [['list'], ['html', { open: 'never' }], ['./tests/support/closing-line.ts']],
    use: {
      // Known only in the workers, which start after the server said it.
      baseURL: process.env['BETTER_AUTH_URL'] ?? 'http://localhost',
      launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
      // Recording takes CPU time in every test. Run a test that failed again with --trace=on.
      trace: 'on-first-retry',
    },
    projects: [
      { name: 'runner', testDir: 'tests/runner', timeout: 600_000, workers: 2 },
      { name: 'contract-waits', testDir: 'tests/contract', testMatch: WAITING, workers: 2 },
      { name: 'fixtures', testDir: 'tests/fixtures', workers: 2 },
      { name: 'contract', testDir: 'tests/contract', testIgnore: WAITING, workers: 2 },
      { name: 'mcp', testDir: 'tests/mcp', workers: 2 },
      { name: 'examples', testDir: 'examples', workers: 1 },
      { name: 'better-auth', testDir: 'tests/apps/better-auth', workers: 2 },
      { name: 'unit', testDir: 'tests/unit', workers: 2 },
    ],
    webServer: {
      name: 'better-auth',
      command: 'node tests/apps/better-auth/server.mjs',
      env: { PORT: '0', SEED_USERS: JSON.stringify(seedUsers()), TOTP_PERIOD: String(TOTP_PERIOD) },
      wait: { stdout: /better-auth host ready url=(?<better_auth_url>\S+)/ },
    },
  }),
  {
    smtpPort: 0,
    httpPort: 0,
    personas: { ...STORED_PERSONAS, ...CROWD, ...VISITORS, ...ASSISTANTS, ...IMPOSTORS },
    profiles: { alice: { signIn: signInByPassword, probe: '/' } },
  },
);
