import { expect, test } from 'playwright-2fa';
import { theTask } from './sites.ts';

const { at, tests } = theTask();

test.use({ personaName: at.everyTime });

for (let number = 0; number < tests; number++) {
  test(`signs in, ${number}`, async ({ page, persona }) => {
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.request().method() === 'POST' && response.status() >= 400) refused.push(response.url());
    });
    await persona.signIn(page, at.login);
    await expect(page.locator(at.signedIn)).toBeVisible();
    expect(refused).toEqual([]);
  });
}
