import type { Page } from '@playwright/test';
import { type Persona, expect, test } from 'playwright-2fa';

async function signUp(page: Page, persona: Persona): Promise<void> {
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(persona.email);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible();
  await persona.inbox.openLink(page);
  await expect(page.getByTestId('who')).toContainText(persona.email);
}

async function signOut(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

async function enterPassword(page: Page, persona: Persona): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function askForAuthenticator(page: Page, persona: Persona): Promise<void> {
  await page.goto('/security');
  await persona.fillPassword(page.getByLabel('Confirm your password'));
  await page.getByRole('button', { name: 'Set up authenticator' }).click();
}

async function turnOnAuthenticator(page: Page, { totp }: Persona): Promise<void> {
  await totp.fillCode(page.getByLabel('Authentication code'));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('Two-factor authentication is on')).toBeVisible();
}

test('sign-up, confirmed by an e-mailed link', { tag: '@email-link' }, async ({ page, persona }) => {
  await signUp(page, persona);
});

test(
  'sign-in by password and authenticator, enrolled from the shown URI',
  { tag: '@totp' },
  async ({ page, persona, totp }) => {
    await signUp(page, persona);
    await askForAuthenticator(page, persona);
    await totp.enroll(page.getByTestId('totp-uri'));
    await turnOnAuthenticator(page, persona);
    await signOut(page);
    await enterPassword(page, persona);
    await totp.fillCode(page.getByLabel('Authentication code'));
    await page.getByRole('button', { name: 'Verify' }).click();
    await expect(page.getByTestId('who')).toContainText(persona.email);
  },
);

test(
  'sign-in by a passkey alone, by a button and on page load',
  { tag: '@passkey' },
  async ({ page, persona, passkey }) => {
    await signUp(page, persona);
    await page.goto('/security');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await expect(page.getByText('The passkey was added')).toBeVisible();
    expect(await passkey.list()).toMatchObject([{ rpId: 'localhost' }]);
    // The site rejects a counter that does not increase.
    for (const path of ['/login/passkey', '/login/autofill', '/login/passkey', '/login/autofill']) {
      await signOut(page);
      await persona.signIn(page, path);
      await expect(page.getByTestId('who')).toContainText(persona.email);
    }
  },
);

test('sign-in by a code, without a passkey', { tag: '@email-code' }, async ({ page, persona }) => {
  await persona.signIn(page, '/login/passkey', { factors: ['passkey', 'email-code'] });
  await expect(page.getByTestId('who')).toContainText(persona.email);
});

test('sign-in by backup codes, once each', { tag: '@recovery-code' }, async ({ page, persona, totp }) => {
  await signUp(page, persona);
  await askForAuthenticator(page, persona);
  await totp.enroll(page.getByTestId('totp-uri'));
  await turnOnAuthenticator(page, persona);
  await persona.recoveryCodes.enroll(await page.getByTestId('backup-codes').getByRole('listitem').allTextContents());
  for (let round = 0; round < 2; round++) {
    await signOut(page);
    await persona.signIn(page, '/login', { factors: ['recovery-code'] });
    await expect(page.getByTestId('who')).toContainText(persona.email);
  }
});

test('an authenticator enrolled from the QR code', { tag: '@totp' }, async ({ page, persona, totp }) => {
  await signUp(page, persona);
  await askForAuthenticator(page, persona);
  await totp.enroll(page.getByAltText('QR code for your authenticator app'));
  await turnOnAuthenticator(page, persona);
});
