import { expect, test } from 'playwright-2fa';

test.use({ profileName: 'rosa' });

for (let number = 0; number < Number(process.env['ROTATING_TOKENS_TESTS']); number++) {
  if (number % 10 === 9) {
    test(`opens no page, ${number}`, async ({ profile }) => {
      expect(profile.name).toBe('rosa');
    });
    continue;
  }
  test(`renews its tokens, ${number}`, async ({ page }) => {
    await page.goto('/');
    await expect(page.getByTestId('who')).toContainText('rosa');
    await expect.poll(async () => Number(await page.getByTestId('renewals').textContent())).toBeGreaterThan(2);
  });
}
