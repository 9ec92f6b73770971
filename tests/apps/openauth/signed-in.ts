import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

/** What only a session shows, and what the server says of it. */
export async function expectSignedIn(page: Page, user: string): Promise<void> {
  await expect(page.getByTestId('who')).toContainText(user);
  expect(await (await page.request.get('/session')).json()).toEqual({ user });
}
