import type * as Playwright from '@playwright/test';
import { TwoFactorError } from './errors.ts';

/** Loads Playwright, where something opens a browser of its own. @throws TwoFactorError `MISSING_PACKAGE` */
export async function loadPlaywright(): Promise<typeof Playwright> {
  try {
    // oxlint-disable-next-line no-restricted-imports -- only here, and only when a browser is needed
    return await import('@playwright/test');
  } catch (error) {
    const text =
      'This needs the package "@playwright/test", which is not installed. Run: npm install -D @playwright/test';
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}
