import { expect, test } from 'playwright-2fa';

test('sign-in by texted code (SMS)', async ({ page, sms }) => {
  await page.goto('/phone');
  await page.getByLabel('Mobile number').fill(sms.number);
  await page.getByRole('button', { name: 'Text me a code' }).click();
  // Six boxes, one for each digit.
  await sms.fillCode(page.getByRole('group', { name: 'SMS code' }));
  await expect(page.getByTestId('phone')).toContainText(sms.number);
});
