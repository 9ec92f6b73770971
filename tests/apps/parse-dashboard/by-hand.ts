import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

/** Signs in. The first response shows the form again with a field for the code. The last digit submits the code. */
export async function signInByHand(page: Page, persona: Persona): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Username').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Log In' }).click();
  await persona.totp.fillCode(page.getByLabel('OTP'));
  await page.waitForURL('**/apps');
}
