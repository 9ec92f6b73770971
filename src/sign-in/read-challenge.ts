import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { lookAt } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import { withTimeLimit } from '../core/time-limit.ts';
import { registerShownSecrets } from '../secret/shown-secrets.ts';

/**
 * Reads the challenge of a page, and registers the secrets that the page shows.
 *
 * @param timeout maximum time for the page to answer, in milliseconds
 * @throws TwoFactorError `CHALLENGE_UNKNOWN` if the page does not answer
 */
export async function readChallenge(page: Page, timeout: number): Promise<Challenge> {
  const { challenge, shown } = await withTimeLimit(lookAt(page), timeout, () => {
    const text = `The page did not answer within ${timeout} ms, so its challenge is not known. It may show a dialog, or run a script without an end.`;
    return new TwoFactorError('CHALLENGE_UNKNOWN', text);
  });
  registerShownSecrets(shown);
  return challenge;
}
