import { expect, test } from 'playwright-2fa';

test.use({ personaName: 'alice' });

test('alice signs in with a password and an authenticator', async ({ page, persona }) => {
  await persona.signIn(page, '/login');
  await expect(page.getByText('Signed in as')).toBeVisible();
});
