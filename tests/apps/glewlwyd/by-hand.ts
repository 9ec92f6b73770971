import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';
import { type Scope, loginPage } from './signed-in.ts';

async function enterPassword(page: Page, persona: Persona, scope: Scope): Promise<void> {
  await page.goto(loginPage(scope));
  await page.getByLabel('Login').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'OK' }).click();
}

/** Leaves the sign-in page, which does not go on by itself. */
async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/profile.html*');
}

async function enterTotp(page: Page, persona: Persona): Promise<void> {
  await persona.totp.fillCode(page.locator('#otpSchemeForm input'));
  await page.getByRole('button', { name: 'OK' }).click();
  await goOn(page);
}

export async function signInByTotp(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, 'otp');
  await enterTotp(page, persona);
}

/** Chooses the authenticator from the menu: the page begins with the mailed code. */
export async function chooseTotp(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, 'any');
  await page.locator('#selectScheme').click();
  await page.getByText('Authenticator app', { exact: true }).click();
  await enterTotp(page, persona);
}

export async function signInByMail(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, 'mail');
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await persona.inbox.fillCode(page.locator('#mailSchemeForm input'));
  await page.getByRole('button', { name: 'OK' }).click();
  await goOn(page);
}

export async function signInByPasskey(page: Page, persona: Persona): Promise<void> {
  await persona.passkeys.open(page.context());
  await enterPassword(page, persona, 'key');
  await page.locator('#loginBut').click();
  await goOn(page);
}
