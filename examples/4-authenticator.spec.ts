import { expect, test } from 'playwright-2fa';

test.use({ personaName: 'bob' });

test('authenticator enrolled from QR code', async ({ page, persona, totp }) => {
  await persona.signIn(page, '/login');
  await page.goto('/security');
  await persona.fillPassword(page.getByLabel('Confirm your password'));
  await page.getByRole('button', { name: 'Set up authenticator' }).click();
  await totp.enroll(page.getByAltText('QR code for your authenticator app'));
  await totp.fillCode(page.getByLabel('Authentication code'));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('Two-factor authentication is on')).toBeVisible();
});
