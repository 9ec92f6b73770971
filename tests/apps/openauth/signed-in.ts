import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

/** Checks the page and the server for a signed-in session. */
export async function expectSignedIn(page: Page, user: string): Promise<void> {
  await expect(page.getByTestId('who')).toContainText(user);
  expect(await (await page.request.get('/session')).json()).toEqual({ user });
}
