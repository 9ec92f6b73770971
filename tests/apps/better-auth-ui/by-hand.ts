import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

async function enterPassword(page: Page, persona: Persona): Promise<void> {
  await page.goto('/auth/sign-in');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Login', exact: true }).click();
}

/** Signs in by password and one of two factors. The six boxes are one input. The last digit submits the code. */
export async function signInByTotp(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await page.getByRole('button', { name: 'Continue with Authenticator' }).click();
  await persona.totp.fillCode(page.getByLabel('One-Time Password'));
  await page.getByTestId('who').waitFor();
}

export async function signInByPasswordAndMail(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await page.getByRole('button', { name: 'Send verification code' }).click();
  await persona.inbox.fillCode(page.getByLabel('One-Time Password'));
  await page.getByTestId('who').waitFor();
}

/** Signs in without a password. */
export async function signInByEmailCode(page: Page, persona: Persona): Promise<void> {
  await page.goto('/auth/email-otp');
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Send code' }).click();
  await persona.inbox.fillCode(page.getByLabel('Email Code'));
  await page.getByTestId('who').waitFor();
}

export async function signInByMagicLink(page: Page, persona: Persona): Promise<void> {
  await page.goto('/auth/magic-link');
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Send magic link' }).click();
  await persona.inbox.openLink(page);
  await page.getByTestId('who').waitFor();
}
