import type { SignInContext } from 'playwright-2fa';

/** Signs in to the site under test by password and authenticator. */
export async function signInByPassword({ page, persona, totp }: SignInContext): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await totp.fillCode(page.getByLabel('Authentication code'));
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByTestId('who').waitFor();
}
