import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

/** Checks the page and the server for a session. The site has one address for all of its pages. */
export async function expectSignedIn(page: Page): Promise<void> {
  await expect(page.locator('#p1')).toBeVisible();
  // Node does not resolve the name of the site, so the browser asks.
  const html = await page.evaluate(async () => await (await fetch('/')).text());
  expect(html).toContain('id="logoutControl"');
}
