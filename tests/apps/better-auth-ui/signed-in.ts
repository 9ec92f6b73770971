import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';
import { expect } from '../test.ts';

/** Checks the page and better-auth for a signed-in session. */
export async function expectSignedIn(page: Page, persona: Persona): Promise<void> {
  await expect(page.getByTestId('who')).toContainText(persona.email);
  const session = (await (await page.request.get('/api/auth/get-session')).json()) as {
    user: { email: string };
  } | null;
  expect(session?.user.email).toBe(persona.email);
}
