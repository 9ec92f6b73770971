import { expect, test } from 'playwright-2fa';

// Each test has a new persona, with an address that no other test has.
test('sign-up by e-mail link', async ({ page, persona, inbox }) => {
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(persona.email);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Create account' }).click();
  await inbox.openLink(page);
  await expect(page.getByText('Signed in as')).toContainText(persona.email);
});
