import { expect, test } from 'playwright-2fa';

test('a new user signs up, and confirms the address', async ({ page, persona }) => {
  await persona.signUp(page, '/sign-up');
  await expect(page.getByText('Signed in as')).toBeVisible();
});
