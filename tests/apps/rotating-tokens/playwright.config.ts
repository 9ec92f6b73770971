import { defineConfig } from '@playwright/test';
import { type ProfileSettings, type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from '../../support/chromium-flags.ts';
import { OIDC_PROVIDER_USERS } from '../oidc-provider/users.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** Returns a profile of a client that renews its tokens when a page opens, and at `/` continuously. */
function profileAt(path: string): ProfileSettings {
  return {
    signIn: ({ page, persona }) => persona.signIn(page, path, { signedIn: page.getByTestId('who') }),
    probe: { page: path, visible: '[data-testid=who]' },
  };
}

/** An inner run for a test of oidc-provider. The outer run has started the site. */
export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    testDir: '.',
    fullyParallel: true,
    timeout: 60_000,
    use: {
      baseURL: process.env['OIDC_PROVIDER_URL'],
      launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
    },
  }),
  {
    sinkUrl: process.env['ROTATING_TOKENS_SINK'] ?? 'http://localhost',
    folder: process.env['ROTATING_TOKENS_FOLDER'] ?? '.',
    personas: OIDC_PROVIDER_USERS,
    profiles: { rosa: { ...profileAt('/'), rotate: true }, otto: profileAt('/once') },
  },
);
