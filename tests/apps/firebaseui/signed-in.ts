import type { Page } from '@playwright/test';
import { expect } from '../test.ts';

/** Checks the page for a session, which is in IndexedDB alone: a new page has it, too. */
export async function expectSignedIn(page: Page, user: string): Promise<void> {
  await expect(page.getByTestId('who')).toHaveText(`Signed in as ${user}`);
  const another = await page.context().newPage();
  await another.goto('/');
  await expect(another.getByTestId('who')).toHaveText(`Signed in as ${user}`);
}
