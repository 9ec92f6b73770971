import type { Page } from '@playwright/test';
import { type Persona, expect, test } from 'playwright-2fa';
import { expectSignedIn } from './signed-in.ts';

/** Signs up by hand. The link of the mail signs in. */
async function signUp(page: Page, persona: Persona): Promise<void> {
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(persona.email);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Create account' }).click();
  await persona.inbox.openLink(page);
  await expectSignedIn(page, persona.email);
}

test('a new user turns on the authenticator, keeps the recovery codes, and signs in with either', async ({
  page,
  persona,
}) => {
  await signUp(page, persona);
  const enrolled = await persona.enroll(page, 'totp', { url: '/security' });
  expect(enrolled).toMatchObject({ factor: 'totp', recoveryCodes: 10 });
  expect(persona.recoveryCodes.count).toBe(10);
  await page.context().clearCookies();
  await persona.signIn(page, '/login');
  await expectSignedIn(page, persona.email);
  await page.context().clearCookies();
  await persona.signIn(page, '/login/backup', { factors: ['recovery-code'] });
  await expectSignedIn(page, persona.email);
});

test('a new user registers a passkey, and signs in with nothing else', async ({ page, persona }) => {
  await signUp(page, persona);
  await persona.enroll(page, 'passkey', { url: '/security' });
  expect(persona.passkeys.count).toBe(1);
  await page.context().clearCookies();
  await persona.signIn(page, '/login/passkey');
  await expectSignedIn(page, persona.email);
});

test('a new user changes the password, forgets it, and gets another by mail', async ({ page, persona }) => {
  await signUp(page, persona);
  await persona.changePassword(page, '/password');
  await page.context().clearCookies();
  await persona.signIn(page, '/login');
  await expectSignedIn(page, persona.email);
  await page.context().clearCookies();
  await persona.resetPassword(page, '/login/forgotten');
  await persona.signIn(page, '/login');
  await expectSignedIn(page, persona.email);
});

test('a user with a lost device signs in by recovery code, and enrolls another one', async ({ page, persona }) => {
  await signUp(page, persona);
  await persona.enroll(page, 'totp', { url: '/security' });
  await page.context().clearCookies();
  await persona.signIn(page, '/login/backup', { factors: ['recovery-code'] });
  await persona.enroll(page, 'totp', { url: '/security/renew' });
  await page.context().clearCookies();
  await persona.signIn(page, '/login', { factors: ['totp'] });
  await expectSignedIn(page, persona.email);
});
