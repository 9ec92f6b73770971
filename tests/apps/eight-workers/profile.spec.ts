import { expect, test } from 'playwright-2fa';
import { theTask } from './sites.ts';

const { at, tests } = theTask();

test.use({ profileName: 'eight-workers' });

for (let number = 0; number < tests; number++) {
  test(`is signed in, ${number}`, async ({ page }) => {
    await page.goto(at.home);
    await expect(page.locator(at.signedIn)).toBeVisible();
  });
}
