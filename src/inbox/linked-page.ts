import type { Page } from '@playwright/test';
import type { Deadline } from '../core/deadline.ts';
import { TwoFactorError } from '../core/errors.ts';
import { describeOrigin } from '../secret/origins.ts';

/** Maximum time for the page of a link to load, in milliseconds. */
const NAVIGATION_TIMEOUT = 30_000;

/** Returns the maximum time for the page of a link to load. @param timeout of the wait for the link, in milliseconds */
export function linkTimeout(timeout = 0): number {
  return Math.max(NAVIGATION_TIMEOUT, timeout);
}

/** Opens a link in a page. @throws TwoFactorError `CHALLENGE_UNKNOWN` if its page does not load in time */
export async function openLinked(page: Page, url: string, origin: string, deadline: Deadline): Promise<void> {
  const timeout = Math.max(1, deadline.left());
  try {
    await page.goto(url, { timeout });
  } catch (error) {
    throw page.isClosed() ? error : linkNotOpened(error, origin, timeout);
  } finally {
    deadline.end();
  }
}

/** Creates the error for a link whose page did not load. Playwright's own error would hold the link, which is a secret. */
function linkNotOpened(error: unknown, origin: string, timeout: number): TwoFactorError {
  const [reason] = /net::ERR_\w+|NS_ERROR_\w+|Timeout/.exec(String(error)) ?? ['the navigation was interrupted'];
  const problem =
    reason === 'Timeout'
      ? `did not load within ${timeout} ms. It may show a dialog, run a script without an end, or wait for its server`
      : `could not be opened (${reason})`;
  return new TwoFactorError('CHALLENGE_UNKNOWN', `The page of the link, on ${describeOrigin(origin)}, ${problem}.`);
}
