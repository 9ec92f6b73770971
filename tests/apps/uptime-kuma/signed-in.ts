import type { Locator, Page } from '@playwright/test';
import { expect } from '../test.ts';

/** The picture of a signed-in user. The application uses only a WebSocket, so no request can check the session. */
export function signedInMark(page: Page): Locator {
  return page.locator('.dropdown-profile-pic');
}

export async function expectSignedIn(page: Page): Promise<void> {
  await expect(signedInMark(page)).toBeVisible();
  await expect(page.getByLabel('Password')).toBeHidden();
}
