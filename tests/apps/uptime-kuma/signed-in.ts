import type { Locator, Page } from '@playwright/test';
import { expect } from '../test.ts';

/** The user's picture, which only a session shows. All goes over a web socket, so there is no request that could tell. */
export function signedInMark(page: Page): Locator {
  return page.locator('.dropdown-profile-pic');
}

export async function expectSignedIn(page: Page): Promise<void> {
  await expect(signedInMark(page)).toBeVisible();
  await expect(page.getByLabel('Password')).toBeHidden();
}
