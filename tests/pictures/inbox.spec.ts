import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startSink } from '../../src/sink/sink.ts';
import { fillSink } from '../support/web-inbox.ts';

/** Folder of the pictures; the script sets it. */
const IMAGES = process.env['PICTURES'] ?? 'test-results/pictures';

for (const [name, options] of [
  ['inbox', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
  ['inbox-dark', { colorScheme: 'dark', viewport: { width: 1280, height: 800 } }],
  ['inbox-phone', { colorScheme: 'light', viewport: { width: 390, height: 800 } }],
] as const) {
  test.describe(name, () => {
    test.use(options);

    test('the web inbox with an open mail', async ({ page }) => {
      const sink = await startSink({ smtpPort: 0, httpPort: 0 });
      await fillSink(sink);
      await page.goto(sink.url);
      await expect(page.getByRole('status')).toHaveText('Live');
      await page.locator('#list a').first().click();
      await expect(page.frameLocator('iframe').getByRole('heading')).toBeVisible();
      await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });
      await sink.close();
    });
  });
}
