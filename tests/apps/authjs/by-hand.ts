import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

/** No password: the mail's link signs in, and makes the account the first time. */
export async function signInByHand(page: Page, persona: Persona): Promise<void> {
  await page.goto('/auth/signin');
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await persona.inbox.openLink(page);
  await page.getByTestId('who').waitFor();
}
