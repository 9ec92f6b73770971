import type { Page } from '@playwright/test';
import type { Persona } from 'playwright-2fa';
import { expect, test } from '../test.ts';
import { expectSignedIn } from './signed-in.ts';

async function signUp(page: Page, persona: Persona): Promise<void> {
  await page.goto('/auth/sign-up');
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Email').fill(persona.email);
  await persona.fillPassword(page.getByLabel('Password', { exact: true }));
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByTestId('who').waitFor();
  await expectSignedIn(page, persona);
}

test('the security page of others turns on the authenticator, and shows recovery codes', async ({ page, persona }) => {
  await signUp(page, persona);
  await persona.enroll(page, 'totp', { url: '/account/security' });
  expect(persona.totp.isEnrolled).toBe(true);
  expect(persona.recoveryCodes.count).toBe(10);
  await page.context().clearCookies();
  await persona.signIn(page, '/auth/sign-in');
  await expectSignedIn(page, persona);
});

test('the security page of others registers a passkey', async ({ page, persona }) => {
  await signUp(page, persona);
  await persona.enroll(page, 'passkey', { url: '/account/security' });
  expect(persona.passkeys.count).toBe(1);
});

test('the security page of others changes the password, and its sign-in page resets it', async ({ page, persona }) => {
  await signUp(page, persona);
  await persona.changePassword(page, '/account/security');
  await page.context().clearCookies();
  await persona.signIn(page, '/auth/sign-in');
  await expectSignedIn(page, persona);
  await page.context().clearCookies();
  await persona.resetPassword(page, '/auth/sign-in');
  await persona.signIn(page, '/auth/sign-in');
  await expectSignedIn(page, persona);
});
