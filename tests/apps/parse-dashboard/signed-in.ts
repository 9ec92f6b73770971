import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

/** Checks the page and the server for a session. Without one, the server redirects to the sign-in page. */
export async function expectSignedIn(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/apps$/);
  await expect(page.locator('#browser_mount')).toContainText('Demo');
  expect((await page.request.get('/apps', { maxRedirects: 0 })).status()).toBe(200);
}
