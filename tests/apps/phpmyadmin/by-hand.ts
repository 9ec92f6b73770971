import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

async function enterPassword(page: Page, persona: Persona): Promise<void> {
  await page.goto('/index.php');
  await page.getByLabel('Username').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Signs in. The page asks for the passkey as it loads. */
export async function signInByPasskey(page: Page, persona: Persona): Promise<void> {
  await persona.passkeys.open(page.context());
  await enterPassword(page, persona);
  await page.locator('#pma_navigation').waitFor();
}

/** Signs in. The second page has a button and nothing else. */
export async function confirmByButton(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.locator('#pma_navigation').waitFor();
}
