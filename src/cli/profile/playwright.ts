import type * as Playwright from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';
import { probeUrl } from '../../profile/browser/probe.ts';
import type { ProfileState } from '../../profile/state.ts';

/** Playwright, for commands that open a browser or send a request to a site. @throws TwoFactorError `MISSING_PACKAGE` */
export async function loadPlaywright(): Promise<typeof Playwright> {
  try {
    // oxlint-disable-next-line no-restricted-imports -- only here, and only when a command needs it
    return await import('@playwright/test');
  } catch (error) {
    const text =
      'This needs the package "@playwright/test", which is not installed. Run: npm install -D @playwright/test';
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}

/**
 * Asks a URL whether a session is alive.
 *
 * @param state of whom; without one, as a stranger
 * @returns the state as it is after that, where it is alive
 */
export async function ask(name: string, url: string, state?: ProfileState): Promise<ProfileState | undefined> {
  const { request } = await loadPlaywright();
  const asking = await request.newContext(state ? { storageState: state } : {});
  try {
    if (!(await probeUrl(asking, name, url))) return undefined;
    return { ...(state ?? { origins: [] }), cookies: (await asking.storageState()).cookies };
  } finally {
    await asking.dispose();
  }
}
