import { expect, test } from 'playwright-2fa';

test.use({ profileName: 'alice' });

// The first test that needs the profile signs in, with password and authenticator. All start signed in.
for (const number of [1, 2, 3]) {
  test(`saved profile, test ${number} of 3`, async ({ page, persona }) => {
    await page.goto('/');
    await expect(page.getByText('Signed in as')).toContainText(persona.email);
  });
}
