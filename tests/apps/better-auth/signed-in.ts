import type { Page } from '@playwright/test';
import { expect } from 'playwright-2fa';

/** Checks the page and better-auth for a signed-in session. @param user e-mail address or phone number */
export async function expectSignedIn(page: Page, user: string): Promise<void> {
  await expect(page.getByTestId('who')).toBeVisible();
  await expect(page.getByRole('main')).toContainText(user);
  const session = (await (await page.request.get('/api/auth/get-session')).json()) as { user: object } | null;
  expect(Object.values(session?.user ?? {})).toContain(user);
}
