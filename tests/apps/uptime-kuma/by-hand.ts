import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';
import { expect } from '../test.ts';
import { signedInMark } from './signed-in.ts';

/** Signs in. The server rejects a code that it just accepted, without a reason, so the next code is tried. */
export async function signInByHand(page: Page, persona: Persona): Promise<void> {
  const logIn = page.getByRole('button', { name: 'Login' });
  const refusal = page.getByRole('alert');
  await page.goto('/dashboard');
  await page.getByLabel('Username').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await logIn.click();
  await persona.totp.fillCode(page.getByLabel('Token'));
  const typed = await persona.totp.codeAt(0);
  await logIn.click();
  await signedInMark(page).or(refusal).first().waitFor();
  if (await signedInMark(page).isVisible()) return;
  await expect.poll(() => persona.totp.codeAt(0), { timeout: 35_000 }).not.toBe(typed);
  await persona.totp.fillCode(page.getByLabel('Token'));
  await logIn.click();
  await signedInMark(page).waitFor();
}
