import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from '../support/chromium-flags.ts';
import { STORED_PERSONAS, TOTP_PERIOD, seedUsers } from '../support/stored-personas.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** The run whose report is pictured in README.md: `node scripts/pictures.mjs`. */
export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: '.',
    outputDir: '../../test-results/pictures',
    workers: 1,
    // The script says where the report goes.
    reporter: [['line'], ['html', { open: 'never' }]],
    use: {
      // Known only in the workers, which start after the server has printed it.
      baseURL: process.env['BETTER_AUTH_URL'] ?? 'http://localhost',
      launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
    },
    webServer: {
      name: 'better-auth',
      command: 'node tests/apps/better-auth/server.mjs',
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { PORT: '0', SEED_USERS: JSON.stringify(seedUsers()), TOTP_PERIOD: String(TOTP_PERIOD) },
      wait: { stdout: /better-auth host ready url=(?<better_auth_url>\S+)/ },
    },
  }),
  { smtpPort: 0, httpPort: 0, personas: STORED_PERSONAS },
);
