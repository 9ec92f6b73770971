import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

/** Signs in by an e-mailed link, without a password. The first sign-in creates the account. */
export async function signInByHand(page: Page, persona: Persona): Promise<void> {
  await page.goto('/auth/signin');
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await persona.inbox.openLink(page);
  await page.getByTestId('who').waitFor();
}
