import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

async function enterPassword(page: Page, persona: Persona): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Username' }).fill(persona.username);
  await persona.fillPassword(page.locator('#password'));
  await page.getByRole('button', { name: 'Log In' }).click();
}

async function submit(page: Page): Promise<void> {
  await page.locator('#tokenOkButton').click();
  await page.locator('#p1').waitFor();
}

export async function signInByTotp(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await persona.totp.fillCode(page.locator('#tokenInput'));
  await submit(page);
}

/** The other factors are pictures, and a message is sent only after a question. */
export async function signInByMail(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await page.locator('#emailKeyButton').click();
  await page.getByRole('button', { name: 'OK' }).click();
  await persona.inbox.fillCode(page.locator('#tokenInput'));
  await submit(page);
}

export async function signInBySms(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await page.locator('#smsKeyButton').click();
  await page.getByRole('button', { name: 'OK' }).click();
  await persona.sms.fillCode(page.locator('#tokenInput'));
  await submit(page);
}

export async function signInByPasskey(page: Page, persona: Persona): Promise<void> {
  await persona.passkeys.open(page.context());
  await enterPassword(page, persona);
  await page.locator('#securityKeyButton').click();
  await page.locator('#p1').waitFor();
}
