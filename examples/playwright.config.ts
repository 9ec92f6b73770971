import { defineConfig } from '@playwright/test';
import { type SignInContext, type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** Users that the site has from the start. Their secrets open nothing else. */
const alice = {
  email: 'alice@acme.test',
  password: 'Correct-Horse-4711',
  totp: 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme',
};
const bob = { email: 'bob@acme.test', password: 'Battery-Staple-4712' };

/** The demo of `npm start`. The site is a real auth server (better-auth) behind pages of its own. */
export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: '.',
    // They need the packages of the frameworks, and run with all other tests.
    testIgnore: 'agents/**',
    outputDir: '../test-results/examples',
    fullyParallel: true,
    workers: 2,
    reporter: [
      ['../scripts/demo-reporter.mjs'],
      ['html', { open: 'never', outputFolder: '../playwright-report/examples' }],
    ],
    use: {
      // The port is free, and known once the site has started.
      baseURL: process.env['SITE_URL'] ?? 'http://localhost',
      launchOptions: executablePath ? { executablePath } : {},
      trace: 'on',
    },
    webServer: {
      name: 'site',
      command: 'node ../tests/apps/better-auth/server.mjs',
      env: {
        PORT: '0',
        SEED_USERS: JSON.stringify([{ ...alice, totpSecret: new URL(alice.totp).searchParams.get('secret') }, bob]),
      },
      wait: { stdout: /better-auth host ready url=(?<site_url>\S+)/ },
    },
  }),
  {
    smtpPort: 0,
    httpPort: 0,
    personas: { alice, bob },
    profiles: {
      alice: { probe: '/', signIn: ({ page, persona }: SignInContext) => persona.signIn(page, '/login') },
    },
  },
);
