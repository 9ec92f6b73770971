import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import { lookAt } from '../challenge/page/look.ts';
import { registerShownSecrets } from '../secret/shown-secrets.ts';

/** Reads the challenge of a page, and registers the secrets that the page shows. */
export async function readChallenge(page: Page): Promise<Challenge> {
  const { challenge, shown } = await lookAt(page);
  registerShownSecrets(shown);
  return challenge;
}
