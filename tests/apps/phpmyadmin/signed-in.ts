import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

/** Checks the page and the server for a session. Without one, every path is answered with the sign-in page. */
export async function expectSignedIn(page: Page): Promise<void> {
  await expect(page.locator('#pma_navigation')).toBeVisible();
  expect(await (await page.request.get('/index.php?route=/database/structure&db=shop')).text()).toContain(
    'id="pma_navigation"',
  );
}
