import { expect, test } from 'playwright-2fa';

test('passkey, added and used', async ({ page, persona, passkey }) => {
  await persona.signIn(page, '/magic-link');
  await page.goto('/security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('The passkey was added')).toBeVisible();
  expect(await passkey.list()).toHaveLength(1);
  await page.context().clearCookies();
  await persona.signIn(page, '/login/passkey');
  await expect(page.getByText('Signed in as')).toContainText(persona.email);
});
