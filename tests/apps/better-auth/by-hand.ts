import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';

const SIX_BOXES = /^Digit \d of 6$/;

/** @param login path of the password page, which names its second factor */
async function enterPassword(page: Page, persona: Persona, login = '/login'): Promise<void> {
  await page.goto(login);
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function verifyTotp(page: Page, persona: Persona): Promise<void> {
  await persona.totp.fillCode(page.getByLabel('Authentication code'));
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByTestId('who').waitFor();
}

export async function signInByTotp(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona);
  await verifyTotp(page, persona);
}

export async function signInByTotpInBoxes(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, '/login/boxes');
  await persona.totp.fillCode(page.getByLabel(SIX_BOXES));
  await page.getByTestId('who').waitFor();
}

export async function signInByChosenTotp(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, '/login/choice');
  await page.getByRole('link', { name: 'Authenticator app' }).click();
  await verifyTotp(page, persona);
}

export async function signInByMailInBoxes(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, '/login/email');
  await persona.inbox.fillCode(page.getByLabel(SIX_BOXES));
  await page.getByTestId('who').waitFor();
}

export async function signInByMail(page: Page, persona: Persona): Promise<void> {
  await enterPassword(page, persona, '/login/email-field');
  await persona.inbox.fillCode(page.getByLabel('Verification code'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('who').waitFor();
}

async function askForMail(page: Page, persona: Persona, path: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Send code' }).click();
}

export async function signInByMailAlone(page: Page, persona: Persona): Promise<void> {
  await askForMail(page, persona, '/email-code');
  await persona.inbox.fillCode(page.getByLabel('Code', { exact: true }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('who').waitFor();
}

export async function signInByMailAloneInBoxes(page: Page, persona: Persona): Promise<void> {
  await askForMail(page, persona, '/email-code/boxes');
  await persona.inbox.fillCode(page.getByLabel(SIX_BOXES));
  await page.getByTestId('who').waitFor();
}

export async function signInByMagicLink(page: Page, persona: Persona): Promise<void> {
  await page.goto('/magic-link');
  await page.getByLabel('Email').fill(persona.email);
  await page.getByRole('button', { name: 'Email me a link' }).click();
  await persona.inbox.openLink(page);
  await page.getByTestId('who').waitFor();
}

async function askForSms(page: Page, persona: Persona, path: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Mobile number').fill(persona.phone);
  await page.getByRole('button', { name: 'Text me a code' }).click();
}

export async function signInBySmsInBoxes(page: Page, persona: Persona): Promise<void> {
  await askForSms(page, persona, '/phone');
  await persona.sms.fillCode(page.getByRole('group', { name: 'SMS code' }));
  await page.getByTestId('who').waitFor();
}

export async function signInBySms(page: Page, persona: Persona): Promise<void> {
  await askForSms(page, persona, '/phone/field');
  await persona.sms.fillCode(page.getByLabel('SMS code'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByTestId('who').waitFor();
}
