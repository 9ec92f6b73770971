import { expect, test } from 'playwright-2fa';

test.use({ profileName: 'otto' });

for (let number = 0; number < 3; number++) {
  test(`renews its tokens, ${number}`, async ({ page }) => {
    await page.goto('/once');
    await expect(page.getByTestId('who')).toContainText('otto');
  });
}
