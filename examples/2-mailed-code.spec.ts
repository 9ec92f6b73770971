import { expect, test } from 'playwright-2fa';

test('sign-in by mailed code', async ({ page, inbox }) => {
  await page.goto('/email-code');
  await page.getByLabel('Email').fill(inbox.address);
  await page.getByRole('button', { name: 'Send code' }).click();
  await inbox.fillCode(page.getByLabel('Code', { exact: true }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Signed in as')).toContainText(inbox.address);
});
